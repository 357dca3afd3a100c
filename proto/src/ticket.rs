//! Tickets: with one of these a newcomer may ask to join.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::canonical::{DecodeError, decode, encode};
use crate::limits::{MAX_TICKET_ADDRESSES, MAX_TICKET_BYTES};
use crate::{FederationId, NodeKey, RosterHash};

const PREFIX: &str = "faelled1-";
const CHECKSUM_BYTES: usize = 4;

/// Where a node can be reached, and the key that it must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NodeAddress {
    /// Address and UDP port.
    pub address: SocketAddr,
    /// The node's key.
    pub node_key: NodeKey,
}

/// A ticket. It is a secret until it is used: whoever holds it may ask, though stewards still decide.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The federation, and so the hash of its first roster: nothing is trusted on first use.
    pub federation: FederationId,
    /// The roster that held when it was issued: a newcomer follows no other branch than this one's.
    pub roster: RosterHash,
    /// Whom to ask.
    pub addresses: Vec<NodeAddress>,
    /// Shown to the node that is asked.
    pub secret: [u8; 16],
    /// Milliseconds since 1970 after which it is refused.
    pub expires_ms: u64,
}

/// Text that is not a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// It does not begin as tickets do.
    #[error("a ticket begins with {PREFIX}")]
    NotATicket,
    /// A letter is wrong, or a part is missing.
    #[error("the ticket is incomplete or mistyped: its checksum does not fit")]
    Mistyped,
    /// The checksum fits, but what it protects cannot be read.
    #[error("the ticket cannot be read: {0}")]
    Unreadable(#[from] DecodeError),
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket")
            .field("federation", &self.federation)
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = encode(self);
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(&checksum.as_bytes()[..CHECKSUM_BYTES]);
        write!(
            f,
            "{PREFIX}{}",
            data_encoding::BASE32_NOPAD.encode(&bytes).to_lowercase()
        )
    }
}

impl FromStr for Ticket {
    type Err = TicketError;

    fn from_str(text: &str) -> Result<Self, TicketError> {
        let encoded = text
            .trim()
            .strip_prefix(PREFIX)
            .ok_or(TicketError::NotATicket)?;
        if encoded.len() > 2 * MAX_TICKET_BYTES {
            return Err(TicketError::Mistyped);
        }
        let bytes = data_encoding::BASE32_NOPAD
            .decode(encoded.to_ascii_uppercase().as_bytes())
            .map_err(|_| TicketError::Mistyped)?;
        let (body, checksum) = bytes
            .split_last_chunk::<CHECKSUM_BYTES>()
            .ok_or(TicketError::Mistyped)?;
        if checksum != &blake3::hash(body).as_bytes()[..CHECKSUM_BYTES] {
            return Err(TicketError::Mistyped);
        }
        let ticket: Self = decode(body, MAX_TICKET_BYTES)?;
        if ticket.addresses.is_empty() || ticket.addresses.len() > MAX_TICKET_ADDRESSES {
            return Err(DecodeError::Invalid("a ticket names one to eight addresses").into());
        }
        Ok(ticket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretKey;

    fn ticket() -> Ticket {
        Ticket {
            federation: FederationId::of(&[b"x"]),
            roster: RosterHash::of(&[b"y"]),
            addresses: vec![NodeAddress {
                address: "127.0.0.1:4040".parse().unwrap(),
                node_key: SecretKey::from_seed(&[1; 32]).node_key(),
            }],
            secret: [7; 16],
            expires_ms: 1_800_000_000_000,
        }
    }

    #[test]
    fn a_ticket_reads_back_as_it_was_written() {
        assert_eq!(ticket().to_string().parse::<Ticket>(), Ok(ticket()));
        assert_eq!(
            ticket()
                .to_string()
                .to_uppercase()
                .replace("FAELLED1-", PREFIX)
                .parse::<Ticket>(),
            Ok(ticket())
        );
    }

    #[test]
    fn every_mistyped_letter_is_noticed() {
        let text = ticket().to_string();
        for index in PREFIX.len()..text.len() {
            let mut letters: Vec<char> = text.chars().collect();
            letters[index] = if letters[index] == 'a' { 'b' } else { 'a' };
            let changed: String = letters.into_iter().collect();
            assert_eq!(
                changed.parse::<Ticket>(),
                Err(TicketError::Mistyped),
                "letter {index}"
            );
        }
        assert_eq!(
            text[..text.len() - 1].parse::<Ticket>(),
            Err(TicketError::Mistyped)
        );
        assert_eq!("hello".parse::<Ticket>(), Err(TicketError::NotATicket));
    }

    #[test]
    fn a_printed_ticket_does_not_show_its_secret() {
        assert!(!format!("{:?}", ticket()).contains("7, 7"));
    }
}
