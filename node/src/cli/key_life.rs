//! `faelled key renew`, `rotate` and `revoke`: how long a node's key counts.
//!
//! What the member's identity key signs is signed here, in the command's own process.

use std::path::Path;

use clap::{Args, Subcommand};
use faelled_model::attachment::FileBytes;
use faelled_proto::canonical::encode;
use faelled_proto::{NodeCertificate, SecretKey, Statement};
use serde_json::{Value, json};

use super::identity::{self, IdentityFile, unsealed_identity};
use super::input::confirm;
use super::output;
use super::session::Session;
use super::values;
use crate::clock::{moment, now_ms};
use crate::failure::{Failure, Said};
use crate::fingerprint::fingerprint;
use crate::node::{self, CERTIFICATE_LIFE_MS};
use crate::request::{Reply, Request, trust};
use crate::{rotation, steward};

const DAY_MS: u64 = 86_400_000;

#[derive(Debug, Subcommand)]
pub(super) enum KeyLife {
    /// Give this node a new certificate for the same key, before the present one runs out
    Renew(Lasting),
    /// Give this node a new key: what the old one wrote stays, and a copy of the old one is worth nothing
    Rotate(Lasting),
    /// Revoke the key of a node that is lost or stolen: what it writes from now on counts for nobody
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct Lasting {
    /// Days that the certificate holds, 1 to 3650; two years unless said
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u64).range(1..=3650))]
    days: Option<u64>,
    #[command(flatten)]
    identity: IdentityFile,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The node's key, or the beginning of it, as key show shows it
    #[arg(value_name = "NODE-KEY")]
    node_key: String,
    /// Count only what this node had received before: YYYY-MM-DD, or YYYY-MM-DD HH:MM, in UTC
    #[arg(long, value_name = "TIME")]
    received_before: Option<String>,
    /// Revoke this node's own key, with nothing in its place
    #[arg(long)]
    own: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    identity: IdentityFile,
}

impl Lasting {
    fn expires_ms(&self) -> u64 {
        let life = self.days.map_or(CERTIFICATE_LIFE_MS, |days| days * DAY_MS);
        now_ms().saturating_add(life)
    }
}

pub(super) async fn run(session: &Session, command: KeyLife) -> Result<(), Failure> {
    match command {
        KeyLife::Renew(lasting) => renew(session, &lasting).await,
        KeyLife::Rotate(lasting) => rotate(session, &lasting).await,
        KeyLife::Revoke(revoke) => self::revoke(session, &revoke).await,
    }
}

async fn renew(session: &Session, lasting: &Lasting) -> Result<(), Failure> {
    let settings = node::settings(&session.directory).await?;
    let claim = settings.certificate.claim;
    let identity = unsealed_identity(session, lasting.identity.identity.as_deref()).await?;
    let certificate = NodeCertificate::issue(
        settings.federation,
        claim.member,
        &identity,
        claim.node_key,
        lasting.expires_ms(),
    );
    let certificate = FileBytes(encode(&certificate));
    session
        .answer(Request::Trust(trust::Request::Renew { certificate }))
        .await
}

async fn rotate(session: &Session, lasting: &Lasting) -> Result<(), Failure> {
    let old = node::certificate(&session.directory).await?.claim.node_key;
    let identity = unsealed_identity(session, lasting.identity.identity.as_deref()).await?;
    let certificate = rotation::rotate(&session.directory, &identity, lasting.expires_ms()).await?;
    let claim = certificate.claim;
    let (words, expires) = (fingerprint(&claim.node_key), moment(claim.expires_ms));
    if session.json {
        return output::print_json(&json!({
            "node_key": claim.node_key.to_string(),
            "fingerprint": words,
            "expires": expires,
            "revoked": old.to_string(),
        }));
    }
    output::print(&session.say(
        format!(
            "This node has a new key. The old one is revoked; all that it wrote counts.\n\
             Key          {words}\n\
             Valid until  {expires} UTC\n\n\
             Start the node again: faelled serve. Tickets that you gave out name the old key: give new ones with faelled invite.\n"
        ),
        format!(
            "Noden har en ny nøgle. Den gamle er tilbagekaldt; alt, den har skrevet, tæller.\n\
             Nøgle       {words}\n\
             Gælder til  {expires} UTC\n\n\
             Start noden igen: faelled serve. Billetter, I har givet ud, nævner den gamle nøgle: giv nye med faelled invite.\n"
        ),
    ))
}

async fn revoke(session: &Session, revoke: &Revoke) -> Result<(), Failure> {
    let received_before_ms = revoke
        .received_before
        .as_deref()
        .map(values::moment_of)
        .transpose()?;
    let plan = trust::Request::PlanRevocation {
        node_key: revoke.node_key.clone(),
        received_before_ms,
    };
    let plan = session.ask(Request::Trust(plan)).await?;
    if plan.json["is_own"] == true && !revoke.own {
        return Err(own_key());
    }
    if !agreed(session, &plan, revoke.yes)? {
        return Ok(());
    }
    let wanted = text(&plan.json, "identity_key");
    let identity = signing(session, revoke.identity.identity.as_deref(), &wanted).await?;
    let revocations = plan.json["revocations"].as_array();
    let revocations: Vec<String> = revocations
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(ToOwned::to_owned))
        .collect();
    let statements: Vec<Statement> = rotation::planned(&revocations)?
        .into_iter()
        .map(|said| Statement::Revocation(said.sign(&identity)))
        .collect();
    session
        .answer(steward::statements(&statements, false, false))
        .await
}

/// Whether a person agrees to what would count no longer.
fn agreed(session: &Session, plan: &Reply, yes: bool) -> Result<bool, Failure> {
    if !session.json {
        output::aside(&format!("{}\n", plan.text));
    }
    if yes {
        return Ok(true);
    }
    let question = session.say("Revoke the key? [y/N]", "Tilbagekald nøglen? [j/N]");
    let answer = if session.json {
        None
    } else {
        confirm(&question)?
    };
    match answer {
        Some(true) => Ok(true),
        Some(false) => {
            output::note(&session.say("Nothing was revoked.", "Intet er tilbagekaldt."));
            Ok(false)
        }
        None => Err(Failure::user(
            "not-confirmed",
            Said::new(
                "nothing was revoked: nobody confirmed it",
                "intet er tilbagekaldt: ingen bekræftede det",
            ),
        )
        .hint(Said::new(
            "a revocation cannot be taken back; pass --yes to sign it",
            "en tilbagekaldelse kan ikke fortrydes; tilføj --yes for at skrive under",
        ))),
    }
}

/// The identity key that certified the node key: the member's present one, or one that it had, in a file.
async fn signing(
    session: &Session,
    file: Option<&Path>,
    wanted: &str,
) -> Result<SecretKey, Failure> {
    let present = node::certificate(&session.directory).await?.claim;
    if present.identity_key.to_string() == wanted {
        return unsealed_identity(session, file).await;
    }
    let own = session.directory.identity_path();
    let path = file.unwrap_or(&own);
    let identity = identity::found(path)?;
    if identity
        .public()
        .is_some_and(|key| key.to_string() == wanted)
    {
        return identity::open(session, &identity, path);
    }
    let words = fingerprint(&wanted);
    Err(Failure::user(
        "another-identity-key",
        Said::new(
            format!("the node's key was certified with an identity key that the member had before: {words}"),
            format!("nodens nøgle er godkendt med en identitetsnøgle, deltageren havde før: {words}"),
        ),
    )
    .hint(Said::new(
        "name the file with that key: --identity FILE",
        "angiv filen med den nøgle: --identity FIL",
    )))
}

fn text(value: &Value, name: &str) -> String {
    let text = value.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn own_key() -> Failure {
    Failure::user(
        "own-key",
        Said::new(
            "this is the key of this very node: without it the node exchanges nothing any more",
            "det er nøglen til denne node selv: uden den udveksler noden ikke mere noget",
        ),
    )
    .hint(Said::new(
        "faelled key rotate gives the node a new key and revokes this one; to end the node for good add --own",
        "faelled key rotate giver noden en ny nøgle og tilbagekalder denne; tilføj --own for at lukke noden for altid",
    ))
}
