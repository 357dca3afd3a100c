//! `members`, `invite` and decisions on newcomers.

use std::net::SocketAddr;

use faelled_engine::{Answer, Event, JoinRow, JoinState};
use faelled_proto::ticket::NodeAddress;
use faelled_proto::{MemberId, Ticket};

use super::Service;
use crate::clock::{moment, now_ms};
use crate::data::{Data, Decided, Invited, JoinLine, Members};
use crate::failure::{Failure, Said};
use crate::fingerprint::fingerprint;

const HOUR_MS: u64 = 3_600_000;
/// The longest life of a ticket: a year.
const MAX_HOURS: u32 = 24 * 366;

impl Service {
    pub(super) async fn members(&self) -> Result<Data, Failure> {
        let members = self.mirror().await?.members().await?;
        let status = self.core.status().await?;
        Ok(Data::Members(Members {
            federation_name: status.roster.map(|(roster, _)| roster.name),
            members,
            requests: status.joins.iter().map(join_line).collect(),
        }))
    }

    pub(super) async fn invite(
        &self,
        hours: u32,
        addresses: Vec<SocketAddr>,
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
        let node_key = self.settings.certificate.claim.node_key;
        let ticket = Ticket {
            federation: self.settings.federation,
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

    pub(super) async fn decide(&self, member: MemberId, admit: bool) -> Result<Data, Failure> {
        let asked = member.clone();
        let answer = self
            .core
            .ask(move |request| Event::Decide {
                request,
                member: asked,
                admit,
            })
            .await?;
        let Answer::Decided { version } = answer else {
            return Err(Failure::stopping());
        };
        self.mirror().await?;
        Ok(Data::Decided(Decided {
            member: member.to_string(),
            admitted: admit,
            roster_version: version,
        }))
    }
}

fn join_line(row: &JoinRow) -> JoinLine {
    JoinLine {
        member: row.member().to_string(),
        name: row.name.clone(),
        kind: row.kind.clone(),
        asked: moment(row.asked_ms),
        address: row.address.to_string(),
        fingerprint: fingerprint(&row.certificate.claim.identity_key),
        state: match row.state {
            JoinState::Waiting => "waiting",
            JoinState::Admitted => "admitted",
            JoinState::Declined => "declined",
        },
    }
}
