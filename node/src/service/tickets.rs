//! `invite`: tickets for newcomers, and taking them back.

use std::net::SocketAddr;

use faelled_engine::{Answer, Event, JoinRow};
use faelled_proto::Ticket;
use faelled_proto::id::SecretHash;
use faelled_proto::ticket::NodeAddress;
use faelled_store::TicketRow;

use super::Service;
use crate::clock::{moment, now_ms};
use crate::data::{Data, Invited, TicketLine};
use crate::failure::{Failure, Said};
use crate::fingerprint::fingerprint;
use crate::text::steers;

const HOUR_MS: u64 = 3_600_000;
/// The longest life of a ticket: a year.
const MAX_HOURS: u32 = 24 * 366;
const MAX_NOTE_BYTES: usize = 200;
/// What a ticket is called: 40 bits of its secret's hash.
const CODE_BYTES: usize = 5;

impl Service {
    pub(super) async fn invite(
        &self,
        hours: u32,
        addresses: Vec<SocketAddr>,
        note: Option<String>,
    ) -> Result<Data, Failure> {
        if hours == 0 || hours > MAX_HOURS {
            return Err(Failure::user(
                "hours",
                Said::new(
                    "a ticket lives from one hour to a year",
                    "en billet gælder fra en time til et år",
                ),
            ));
        }
        let note = note.map(checked_note).transpose()?;
        let addresses = self.addresses(addresses).await?;
        let expires_ms = now_ms() + u64::from(hours) * HOUR_MS;
        let answer = self
            .core
            .ask(move |request| Event::Invite {
                request,
                expires_ms,
            })
            .await?;
        let Answer::Ticket { secret } = answer else {
            return Err(Failure::stopping());
        };
        let code = ticket_code(&SecretHash::of(&[&secret]));
        if let Some(note) = &note {
            self.store
                .set_setting(&note_setting(&code), note.as_bytes())
                .await?;
        }
        let node_key = self.settings.certificate.claim.node_key;
        let ticket = Ticket {
            federation: self.settings.federation,
            roster: self.core.trust().rosters.head().1,
            addresses: addresses
                .iter()
                .map(|address| NodeAddress {
                    address: *address,
                    node_key,
                })
                .collect(),
            secret,
            expires_ms,
        };
        Ok(Data::Invited(Invited {
            ticket: ticket.to_string(),
            expires: moment(expires_ms),
            addresses,
            code,
            note,
        }))
    }

    /// Where others reach this node: as asked, as the settings say, or where it listens.
    async fn addresses(&self, asked: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Failure> {
        if !asked.is_empty() {
            return Ok(asked);
        }
        let settings = &self.settings.addresses;
        if !settings.public.is_empty() {
            return Ok(settings.public.clone());
        }
        let listening = self.core.status().await?.listening.or(settings.listen);
        match listening {
            Some(address) if !address.ip().is_unspecified() && address.port() != 0 => {
                Ok(vec![address])
            }
            _ => Err(Failure::configuration(
                "no-address",
                Said::new(
                    "it is not known under which address others reach this node",
                    "det vides ikke, på hvilken adresse andre kan nå denne node",
                ),
            )
            .hint(Said::new(
                "name it: faelled invite --address 198.51.100.7:4747",
                "angiv den: faelled invite --address 198.51.100.7:4747",
            ))),
        }
    }

    /// All tickets that were issued here, oldest first.
    pub(super) async fn tickets(&self) -> Result<Data, Failure> {
        let rows = self.store.tickets().await?;
        let joins = self.core.status().await?.joins;
        let mut lines = Vec::new();
        for row in &rows {
            lines.push(self.ticket_line(row, &joins).await?);
        }
        Ok(Data::Tickets(lines))
    }

    pub(super) async fn revoke_ticket(&self, code: &str) -> Result<Data, Failure> {
        let code = code.trim().to_ascii_lowercase();
        let rows = self.store.tickets().await?;
        let found = rows.into_iter().find(|row| code_of(row) == code);
        let row = found.ok_or_else(|| no_such_ticket(&code))?;
        if row.used_by.is_some() {
            return Err(used_already(&code));
        }
        let secret = SecretHash::from_bytes(row.secret_hash);
        self.core
            .ask(move |request| Event::RevokeTicket { request, secret })
            .await?;
        let joins = self.core.status().await?.joins;
        let row = TicketRow {
            revoked: true,
            ..row
        };
        Ok(Data::Revoked(self.ticket_line(&row, &joins).await?))
    }

    /// The note that was kept with a ticket.
    pub(super) async fn ticket_note(&self, code: &str) -> Result<Option<String>, Failure> {
        let note = self.store.setting(&note_setting(code)).await?;
        Ok(note.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    async fn ticket_line(&self, row: &TicketRow, joins: &[JoinRow]) -> Result<TicketLine, Failure> {
        let code = code_of(row);
        let asked = joins
            .iter()
            .find(|join| join.secret.as_bytes() == &row.secret_hash);
        let used_by = row
            .used_by
            .map(|key| asked.map_or_else(|| fingerprint(&key), |join| join.member().to_string()));
        Ok(TicketLine {
            note: self.ticket_note(&code).await?,
            code,
            state: match row {
                row if row.used_by.is_some() => "used",
                // One that ended unused is marked as taken back too, so that no clock revives it.
                row if row.expires_ms <= now_ms() => "expired",
                row if row.revoked => "revoked",
                _ => "open",
            },
            issued: moment(row.created_ms),
            expires: moment(row.expires_ms),
            used_by_name: asked
                .filter(|_| used_by.is_some())
                .map(|join| join.name.clone()),
            used_by,
        })
    }
}

/// What a ticket is called, to tell it from others without its secret.
pub(super) fn ticket_code(secret: &SecretHash) -> String {
    let bytes = &secret.as_bytes()[..CODE_BYTES];
    data_encoding::BASE32_NOPAD
        .encode(bytes)
        .to_ascii_lowercase()
}

fn code_of(row: &TicketRow) -> String {
    ticket_code(&SecretHash::from_bytes(row.secret_hash))
}

fn note_setting(code: &str) -> String {
    format!("ticket-note/{code}")
}

fn checked_note(note: String) -> Result<String, Failure> {
    let note = note.trim();
    if !note.is_empty() && note.len() <= MAX_NOTE_BYTES && !note.chars().any(steers) {
        return Ok(note.to_owned());
    }
    Err(Failure::user(
        "note",
        Said::new(
            format!("a note is one line of text of up to {MAX_NOTE_BYTES} bytes"),
            format!("en note er én linje tekst på højst {MAX_NOTE_BYTES} byte"),
        ),
    )
    .hint(Said::new(
        "say in a few words whom the ticket is for",
        "skriv med få ord, hvem billetten er til",
    )))
}

fn no_such_ticket(code: &str) -> Failure {
    Failure::user(
        "no-such-ticket",
        Said::new(
            format!("no ticket {code} was issued here"),
            format!("der er ikke udstedt nogen billet {code} her"),
        ),
    )
    .hint(Said::new(
        "faelled invite list shows their codes",
        "faelled invite list viser deres koder",
    ))
}

fn used_already(code: &str) -> Failure {
    Failure::user(
        "ticket-used",
        Said::new(
            format!("ticket {code} has been used: there is nothing to take back"),
            format!("billetten {code} er brugt: der er ikke noget at tage tilbage"),
        ),
    )
    .hint(Said::new(
        "whoever asked with it waits for you: faelled members, and then members approve or decline",
        "den, der har spurgt med den, venter på jer: faelled members, og derefter members approve eller decline",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_called_by_eight_letters_that_tell_nothing_of_its_secret() {
        let code = ticket_code(&SecretHash::of(&[&[7; 16]]));
        assert_eq!(code.len(), 8);
        assert_eq!(code, code.to_ascii_lowercase());
        assert_ne!(code, ticket_code(&SecretHash::of(&[&[8; 16]])));
    }

    #[test]
    fn a_note_is_one_short_line() {
        assert_eq!(checked_note(" Ballerup ".to_owned()).unwrap(), "Ballerup");
        checked_note("æ".repeat(100)).unwrap();
        for wrong in [
            String::new(),
            "a\nb".to_owned(),
            "æ".repeat(101),
            "\u{1b}[2J".to_owned(),
        ] {
            assert_eq!(checked_note(wrong).unwrap_err().code, "note");
        }
    }
}
