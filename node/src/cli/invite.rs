//! `faelled invite`: tickets for newcomers.

use std::io::{IsTerminal, stdout};

use clap::{Args, Subcommand};
use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};

use super::session::Session;
use super::{output, values};
use crate::failure::{Failure, Said};
use crate::request::Request;

const DEFAULT_TICKET_DAYS: u32 = 14;
/// Light modules around a QR code, as its standard asks.
const QUIET: usize = 4;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Invite {
    #[command(subcommand)]
    pub(super) command: Option<Tickets>,
    /// Days until it expires, 1 to 365; 14 unless said
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=365), conflicts_with = "hours")]
    pub(super) days: Option<u32>,
    /// Hours until it expires, 1 to 8760
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=8760))]
    pub(super) hours: Option<u32>,
    /// Address and port to put into it, instead of those in the settings; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    pub(super) address: Vec<String>,
    /// Whom it is for: a note that only you see, shown with the request that comes of it
    #[arg(long = "for", value_name = "TEXT")]
    pub(super) note: Option<String>,
    /// Draw it as a QR code too, although nobody sees a terminal
    #[arg(long)]
    pub(super) qr: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Tickets {
    /// List tickets: open, used and by whom, expired, revoked
    List,
    /// Take a ticket back, so that nobody can ask with it any more
    Revoke {
        /// Its code: eight letters and digits, as invite and invite list show it
        #[arg(value_name = "CODE")]
        code: String,
    },
}

pub(super) async fn invite(session: &Session, invite: Invite) -> Result<(), Failure> {
    match invite.command {
        Some(Tickets::List) => return session.answer(Request::Tickets).await,
        Some(Tickets::Revoke { code }) => {
            return session.answer(Request::RevokeTicket { code }).await;
        }
        None => {}
    }
    let hours = invite
        .hours
        .unwrap_or_else(|| invite.days.unwrap_or(DEFAULT_TICKET_DAYS) * 24);
    let request = Request::Invite {
        hours,
        addresses: values::public_addresses(&invite.address)?,
        note: invite.note,
    };
    let reply = session.ask(request).await?;
    session.print(&reply)?;
    let on_terminal = stdout().is_terminal();
    if session.json || !(invite.qr || on_terminal) {
        return Ok(());
    }
    let ticket = reply.json.get("ticket").and_then(|ticket| ticket.as_str());
    match ticket.and_then(drawn) {
        Some(lines) => output::print(&on_screen(&lines, on_terminal)),
        // It is printed as a line already.
        None if !invite.qr => Ok(()),
        None => Err(Failure::user(
            "qr",
            Said::new(
                "the ticket is too long for a QR code",
                "billetten er for lang til en QR-kode",
            ),
        )
        .hint(Said::new(
            "put fewer addresses into it with --address",
            "kom færre adresser i den med --address",
        ))),
    }
}

/// A text as a QR code, two rows of it in each line; what is light is drawn. In capitals, for which it needs
/// the least room. `None` where it does not fit into one.
fn drawn(text: &str) -> Option<Vec<String>> {
    let code = QrCode::with_error_correction_level(text.to_ascii_uppercase(), EcLevel::L).ok()?;
    let (width, modules) = (code.width(), code.to_colors());
    let side = width + 2 * QUIET;
    let is_light = |column: usize, row: usize| {
        let inside = |place: usize| place.checked_sub(QUIET).filter(|place| *place < width);
        let module = inside(column).zip(inside(row));
        module.is_none_or(|(x, y)| modules.get(y * width + x) == Some(&Color::Light))
    };
    let line = |row: usize| {
        let letter = |column: usize| {
            let lower = row + 1 < side && is_light(column, row + 1);
            match (is_light(column, row), lower) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            }
        };
        (0..side).map(letter).collect()
    };
    Some((0..side).step_by(2).map(line).collect())
}

/// On a terminal in white on black, whatever its own colours are.
fn on_screen(lines: &[String], on_terminal: bool) -> String {
    let mut text = String::from("\n");
    for line in lines {
        if on_terminal {
            text.push_str(&format!("\u{1b}[97;40m{line}\u{1b}[0m\n"));
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use faelled_proto::ticket::NodeAddress;
    use faelled_proto::{FederationId, SecretKey, Ticket};

    use super::*;

    fn ticket(addresses: u8) -> String {
        let address = |number: u8| NodeAddress {
            address: format!("[2001:db8::{number}]:4747").parse().unwrap(),
            node_key: SecretKey::from_seed(&[number; 32]).node_key(),
        };
        let ticket = Ticket {
            federation: FederationId::of(&[b"x"]),
            roster: faelled_proto::RosterHash::of(&[b"y"]),
            addresses: (1..=addresses).map(address).collect(),
            secret: [7; 16],
            expires_ms: 1_800_000_000_000,
        };
        ticket.to_string()
    }

    #[test]
    fn a_ticket_fits_as_a_qr_code_into_eighty_columns() {
        for addresses in [1, 2, 4] {
            let lines = drawn(&ticket(addresses)).unwrap();
            let side = lines[0].chars().count();
            assert!(side <= 80, "{addresses} addresses: {side} columns");
            assert!(lines.iter().all(|line| line.chars().count() == side));
            assert_eq!(lines.len(), side.div_ceil(2));
        }
    }

    #[test]
    fn what_is_drawn_is_the_code_with_its_quiet_border() {
        let text = ticket(1);
        let lines = drawn(&text).unwrap();
        let code =
            QrCode::with_error_correction_level(text.to_ascii_uppercase(), EcLevel::L).unwrap();
        let light = |column: usize, row: usize| {
            let letter = lines[row / 2].chars().nth(column).unwrap();
            letter == '█' || letter == if row.is_multiple_of(2) { '▀' } else { '▄' }
        };
        for row in 0..code.width() {
            for column in 0..code.width() {
                let is_light = code[(column, row)] == Color::Light;
                assert_eq!(light(column + QUIET, row + QUIET), is_light);
            }
        }
        for place in 0..code.width() + 2 * QUIET {
            for border in 0..QUIET {
                assert!(light(place, border) && light(border, place));
            }
        }
        assert!(
            on_screen(&lines, false)
                .chars()
                .all(|letter| "█▀▄ \n".contains(letter))
        );
        assert!(on_screen(&lines, true).contains("\u{1b}[97;40m"));
    }

    #[test]
    fn more_than_fits_into_a_code_is_not_drawn() {
        assert!(drawn(&"A".repeat(5000)).is_none());
    }
}
