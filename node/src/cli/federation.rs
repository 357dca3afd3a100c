//! `faelled init`, `serve`, `join` and `members`.

use std::borrow::Cow;
use std::net::SocketAddr;

use faelled_proto::Ticket;
use faelled_proto::message::JoinRefusal;
use faelled_proto::ticket::TicketError;
use faelled_store::Store;
use serde_json::json;

use super::arguments::{Init, Join, Reached, Serve};
use super::identity::new_identity;
use super::input::read_ticket;
use super::session::Session;
use super::{output, values};
use crate::clock::{moment, now_ms};
use crate::core::JoinProgress;
use crate::danish;
use crate::failure::{Failure, Said};
use crate::fingerprint::fingerprint;
use crate::keys::Identity;
use crate::node::{self, Addresses, NewMember};
use crate::request::Request;
use crate::serve::{self, Ready};

pub(super) async fn init(session: &Session, init: Init) -> Result<(), Failure> {
    let member = values::new_member(&init.member, init.name, init.kind)?;
    let addresses = addresses(&init.reached)?;
    let name = match init.federation {
        Some(name) => values::checked_name(name)?,
        None => session
            .say(
                format!("Federation of {}", member.name),
                format!("Fællesskab hos {}", member.name),
            )
            .into_owned(),
    };
    if session.directory.is_node() {
        // Making another one here fails and says so, before anybody is asked for a passphrase.
        session.directory.make()?;
    }
    let identity = new_identity(session, &init.keeping)?;
    let federation = node::found(&session.directory, &name, &member, &addresses, &identity).await?;
    let key = own_fingerprint(session).await?;
    let directory = session.directory.path().display();
    if session.json {
        return output::print_json(&json!({
            "federation": federation.to_string(),
            "federation_name": name,
            "member": member.id.as_str(),
            "name": member.name,
            "directory": directory.to_string(),
            "fingerprint": key,
        }));
    }
    let NewMember {
        id, name: member, ..
    } = &member;
    let kept = how_kept(session)?;
    output::print(&session.say(
        format!(
            "{member} ({id}) has founded \"{name}\".\n\
             Federation  {federation}\n\
             Directory   {directory}\n\
             Your key    {key}\n\n\
             {kept}\n\n\
             Next: faelled pack import FILE, faelled serve, faelled invite\n"
        ),
        format!(
            "{member} ({id}) har grundlagt \"{name}\".\n\
             Fællesskab  {federation}\n\
             Mappe       {directory}\n\
             Jeres nøgle {key}\n\n\
             {kept}\n\n\
             Så: faelled pack import FIL, faelled serve, faelled invite\n"
        ),
    ))
}

pub(super) async fn serve(session: &Session, serve: Serve) -> Result<(), Failure> {
    let listen = serve
        .listen
        .as_deref()
        .map(values::listen_address)
        .transpose()?;
    let mut printed = Ok(());
    serve::serve(&session.directory, listen, |ready| {
        printed = print_ready(session, ready)
    })
    .await?;
    printed
}

pub(super) async fn join(session: &Session, join: Join) -> Result<(), Failure> {
    let ticket = ticket(&read_ticket(&join.ticket)?, now_ms())?;
    let member = values::new_member(&join.member, join.name, join.kind)?;
    let addresses = addresses(&join.reached)?;
    match earlier(session, &ticket, &member).await? {
        Earlier::Nothing => {
            if !session.json {
                output::print(&announcement(session, &ticket, &member))?;
            }
            let identity = new_identity(session, &join.keeping)?;
            node::ask_to_join(&session.directory, &ticket, &member, &addresses, &identity).await?;
            if !session.json {
                output::print(&format!("\n{}\n\n", how_kept(session)?))?;
            }
        }
        Earlier::Joining => {}
        // The daemon asks by itself, and holds the directory.
        Earlier::Asking => return joined(session, &ticket, &member, "joining").await,
        Earlier::Member => return joined(session, &ticket, &member, "member").await,
    }
    if join.no_wait {
        return joined(session, &ticket, &member, "joining").await;
    }
    wait(session, addresses.listen).await?;
    joined(session, &ticket, &member, "member").await
}

/// What is in the directory already.
enum Earlier {
    Nothing,
    /// A node that has asked to join the same federation.
    Joining,
    /// The same, and its daemon runs.
    Asking,
    /// A member of the same federation.
    Member,
}

async fn earlier(
    session: &Session,
    ticket: &Ticket,
    member: &NewMember,
) -> Result<Earlier, Failure> {
    if !session.directory.is_node() {
        return Ok(Earlier::Nothing);
    }
    let status = session.ask(Request::Status).await?.json;
    let text = |name: &str| {
        status
            .get(name)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
    };
    let same_member = text("member") == member.id.as_str();
    match text("standing") {
        "joining" => {
            if !same_member || asked_with(session).await?.as_ref() != Some(ticket) {
                return Err(other_request(session, text("member")));
            }
            let runs = status
                .get("listening")
                .is_some_and(|address| !address.is_null());
            return Ok(if runs {
                Earlier::Asking
            } else {
                Earlier::Joining
            });
        }
        "member" if same_member && text("federation") == ticket.federation.to_string() => {
            return Ok(Earlier::Member);
        }
        _ => {}
    }
    // Another member's or federation's node: making one here fails and says so.
    session.directory.make()?;
    Ok(Earlier::Nothing)
}

/// The ticket with which this directory asks.
async fn asked_with(session: &Session) -> Result<Option<Ticket>, Failure> {
    let store = Store::open_read_only(session.directory.node_db()).await?;
    let kept = store.setting("ticket").await;
    store.close().await?;
    Ok(kept?
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.parse().ok()))
}

fn other_request(session: &Session, member: &str) -> Failure {
    let path = session.directory.path().display();
    Failure::configuration(
        "other-request",
        Said::new(
            format!("{path} asks to join already, as {member} or with another ticket than this"),
            format!("{path} beder allerede om at deltage, som {member} eller med en anden billet end denne"),
        ),
    )
    .hint(Said::new(
        "go on with the ticket and member that it asks with (faelled serve does), or name a new directory with --data",
        "fortsæt med den billet og deltager, den beder med (det gør faelled serve), eller angiv en ny mappe med --data",
    ))
}

/// Reads a ticket that can still be used.
fn ticket(text: &str, now_ms: u64) -> Result<Ticket, Failure> {
    // As a QR code it is in capitals.
    let ticket = text.trim().to_ascii_lowercase().parse::<Ticket>();
    let ticket = ticket.map_err(|error| wrong_ticket(&error))?;
    if ticket.expires_ms > now_ms {
        return Ok(ticket);
    }
    let expired = moment(ticket.expires_ms);
    Err(Failure::user(
        "expired-ticket",
        Said::new(
            format!("the ticket expired at {expired} UTC"),
            format!("billetten udløb {expired} UTC"),
        ),
    )
    .hint(Said::new(
        "ask the steward who sent it for a new one: faelled invite",
        "bed den tovholder, der sendte den, om en ny: faelled invite",
    )))
}

fn wrong_ticket(error: &TicketError) -> Failure {
    let (code, da) = match error {
        TicketError::NotATicket => (
            "not-a-ticket",
            "det er ikke en billet: en billet begynder med faelled1-".to_owned(),
        ),
        TicketError::Mistyped => (
            "mistyped-ticket",
            "billetten er ufuldstændig eller forkert skrevet: dens kontrolsum passer ikke"
                .to_owned(),
        ),
        TicketError::Unreadable(_) => (
            "unreadable-ticket",
            "billetten kan ikke læses: den er måske lavet af en nyere version af faelled"
                .to_owned(),
        ),
    };
    let en = match error {
        TicketError::NotATicket => format!("this is not a ticket: {error}"),
        other => other.to_string(),
    };
    Failure::user(code, Said::new(en, da)).hint(Said::new(
        "copy the whole line that faelled invite printed",
        "kopiér hele den linje, som faelled invite skrev",
    ))
}

/// Whom a newcomer is about to trust.
fn announcement(session: &Session, ticket: &Ticket, member: &NewMember) -> String {
    let NewMember { id, name, .. } = member;
    let federation = fingerprint(&ticket.federation);
    let addresses: Vec<String> = ticket
        .addresses
        .iter()
        .map(|node| format!("{} ({})", node.address, fingerprint(&node.node_key)))
        .collect();
    let addresses = addresses.join(", ");
    session
        .say(
            format!(
                "{name} ({id}) asks to join the federation of the ticket, and will trust it alone:\n\
                 Federation  {federation}\n\
                 Asked at    {addresses}\n"
            ),
            format!(
                "{name} ({id}) beder om at deltage i billettens fællesskab, og vil kun stole på det:\n\
                 Fællesskab  {federation}\n\
                 Spørger hos {addresses}\n"
            ),
        )
        .into_owned()
}

async fn wait(session: &Session, listen: Option<SocketAddr>) -> Result<(), Failure> {
    let key = own_fingerprint(session).await?;
    let spinner = session.spinner(&Said::new("asking to join", "beder om at deltage"));
    let mut last = String::new();
    serve::wait_until_admitted(&session.directory, listen, |progress| {
        let text = progress_text(session, progress, &key);
        if text != last {
            spinner.say(&text, session.json);
            last = text;
        }
    })
    .await
}

fn progress_text(session: &Session, progress: &JoinProgress, key: &str) -> String {
    let said = match progress {
        JoinProgress::Asking => session.say("asking to join", "beder om at deltage"),
        JoinProgress::Unreachable(reason) => {
            let address = reason.split_once(": ").map_or(reason.as_str(), |(address, _)| address);
            session.say(
                format!("nobody was reached yet ({reason}); trying again"),
                format!("ingen er nået endnu på {address}; prøver igen"),
            )
        }
        JoinProgress::Waiting => session.say(
            format!("waiting for a steward to approve; your key, to be compared by telephone: {key}"),
            format!("venter på, at en tovholder godkender; jeres nøgle, til sammenligning i telefonen: {key}"),
        ),
        JoinProgress::Admitted => session.say("let in", "lukket ind"),
        JoinProgress::Refused(JoinRefusal::Busy) => {
            session.say("too many wait there already; trying again", "for mange venter dér i forvejen; prøver igen")
        }
        JoinProgress::Refused(refusal) => {
            session.say(format!("not let in: {refusal}"), format!("ikke lukket ind: {}", danish::join_refusal(*refusal)))
        }
        JoinProgress::BadRoster(reason) => session.say(
            format!("the node that was asked shows another federation than the ticket's ({reason}); trying again"),
            "noden dér viser et andet fællesskab end billettens; prøver igen",
        ),
    };
    crate::text::plain(&said).into_owned()
}

async fn joined(
    session: &Session,
    ticket: &Ticket,
    member: &NewMember,
    standing: &str,
) -> Result<(), Failure> {
    if session.json {
        return output::print_json(&json!({
            "member": member.id.as_str(),
            "federation": ticket.federation.to_string(),
            "standing": standing,
            "fingerprint": own_fingerprint(session).await?,
        }));
    }
    if standing == "member" {
        let NewMember { id, name, .. } = member;
        return output::print(&session.say(
            format!(
                "{name} ({id}) is a member.\n\nNext: faelled serve, and then faelled pack list\n"
            ),
            format!(
                "{name} ({id}) er deltager.\n\nSå: faelled serve, og derefter faelled pack list\n"
            ),
        ));
    }
    let key = own_fingerprint(session).await?;
    output::print(&session.say(
        format!(
            "The request is ready. faelled serve sends it and waits; faelled status tells how it stands.\n\
             Your key, which the steward compares by telephone: {key}\n"
        ),
        format!(
            "Anmodningen er klar. faelled serve sender den og venter; faelled status fortæller, hvordan det går.\n\
             Jeres nøgle, som tovholderen sammenligner i telefonen: {key}\n"
        ),
    ))
}

fn print_ready(session: &Session, ready: &Ready) -> Result<(), Failure> {
    let Ready {
        name,
        member,
        listening,
        standing,
    } = ready;
    if session.json {
        let line =
            json!({ "member": member, "name": name, "listening": listening, "standing": standing });
        return output::print(&format!("{line}\n"));
    }
    let who = match name {
        Some(name) => format!("{} ({member})", crate::text::plain(name)),
        None => member.clone(),
    };
    let asks = if *standing == "joining" {
        session.say("; asks to join", "; beder om at deltage")
    } else {
        session.say("", "")
    };
    output::print(&session.say(
        format!("{who} listens on {listening}{asks}\n"),
        format!("{who} lytter på {listening}{asks}\n"),
    ))
}

fn addresses(reached: &Reached) -> Result<Addresses, Failure> {
    Ok(Addresses {
        listen: reached
            .listen
            .as_deref()
            .map(values::listen_address)
            .transpose()?,
        public: values::public_addresses(&reached.address)?,
    })
}

/// The fingerprint of the identity key that certified this node, as the steward sees it.
async fn own_fingerprint(session: &Session) -> Result<String, Failure> {
    let certificate = node::certificate(&session.directory).await?;
    Ok(fingerprint(&certificate.claim.identity_key))
}

/// How the member's identity key is kept, and what follows from that.
fn how_kept(session: &Session) -> Result<Cow<'static, str>, Failure> {
    Ok(match session.directory.identity()? {
        Identity::Sealed(_) => session.say(
            "The member's key is sealed with your passphrase: without it nobody can sign for the member, not even you.\n\
             Keep a copy elsewhere: faelled key export FILE",
            "Deltagerens nøgle er forseglet med jeres adgangssætning: uden den kan ingen underskrive for deltageren, heller ikke I.\n\
             Gem en kopi et andet sted: faelled key export FIL",
        ),
        Identity::Plain(_) => session.say(
            "The member's key lies in the directory in plain: whoever can read it can sign for the member.\n\
             Seal it with a passphrase: faelled key seal",
            "Deltagerens nøgle ligger åbent i mappen: den, der kan læse den, kan underskrive for deltageren.\n\
             Forsegl den med en adgangssætning: faelled key seal",
        ),
        Identity::Absent => session.say(
            "The member's key is not in the directory: it stays in the file that you named.",
            "Deltagerens nøgle er ikke i mappen: den bliver i den fil, I angav.",
        ),
    })
}

#[cfg(test)]
mod tests {
    use faelled_proto::ticket::NodeAddress;
    use faelled_proto::{FederationId, SecretKey};

    use super::*;

    fn good() -> Ticket {
        Ticket {
            federation: FederationId::of(&[b"x"]),
            roster: faelled_proto::RosterHash::of(&[b"y"]),
            addresses: vec![NodeAddress {
                address: "192.0.2.7:4747".parse().unwrap(),
                node_key: SecretKey::from_seed(&[1; 32]).node_key(),
            }],
            secret: [7; 16],
            expires_ms: 1_000,
        }
    }

    #[test]
    fn a_ticket_that_cannot_be_used_is_told_at_once() {
        let text = good().to_string();
        assert_eq!(ticket(&text, 999).unwrap(), good());
        assert_eq!(ticket(&text.to_uppercase(), 999).unwrap(), good());
        assert_eq!(ticket(&text, 1_000).unwrap_err().code, "expired-ticket");
        assert_eq!(ticket("hello", 0).unwrap_err().code, "not-a-ticket");
        assert_eq!(ticket(&text[..40], 0).unwrap_err().code, "mistyped-ticket");
    }

    #[test]
    fn a_newcomer_sees_whom_it_will_trust_before_it_asks() {
        let member = values::new_member("0151", None, None).unwrap();
        for danish in [true, false] {
            let language = if danish {
                faelled_model::Language::Danish
            } else {
                faelled_model::Language::English
            };
            let session = Session::new(Some("nowhere".into()), false, language);
            let text = announcement(&session, &good(), &member);
            let federation = good().federation.to_string();
            assert!(text.contains(&fingerprint(&federation)), "{text}");
            assert!(
                text.contains("192.0.2.7:4747") && text.contains("Ballerup Kommune"),
                "{text}"
            );
        }
    }
}
