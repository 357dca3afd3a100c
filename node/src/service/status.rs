//! `status`: how the node stands.

use std::collections::BTreeMap;

use faelled_engine::{JoinState, Notice, PeerStatus, Standing};

use super::Service;
use crate::clock::{moment, now_ms};
use crate::danish;
use crate::data::{Data, NoticeLine, Peer, Status};
use crate::failure::{Failure, Said};
use crate::lasting::Lasting;

impl Service {
    pub(super) async fn status(&self) -> Result<Data, Failure> {
        let core = self.core.status().await?;
        let stored = self.store.figures().await?;
        let followed = self.follower.now();
        let committed = *self.committed.borrow();
        let mirror_behind = committed.row - followed.at.row;
        let unread = if mirror_behind <= 0 && followed.problem.is_none() {
            self.unread().await.ok()
        } else {
            None
        };
        let roster = core.roster.as_ref().map(|(roster, _)| roster);
        let names: BTreeMap<&str, &str> = roster
            .into_iter()
            .flat_map(|roster| &roster.members)
            .map(|member| (member.id.as_str(), member.name.as_str()))
            .collect();
        let name = |id: &str| names.get(id).map(|name| (*name).to_owned());
        let expires_ms = self.certificate().await?.claim.expires_ms;
        let waiting = core
            .joins
            .iter()
            .filter(|row| row.state == JoinState::Waiting)
            .count();
        Ok(Data::Status(Box::new(Status {
            standing: match core.standing {
                Standing::Member => "member",
                Standing::Joining => "joining",
                Standing::Outside => "outside",
                Standing::Revoked => "revoked",
            },
            member: core.member.to_string(),
            name: name(core.member.as_str()),
            federation: self.settings.federation.to_string(),
            federation_name: roster.map(|roster| roster.name.clone()),
            roster_version: roster.map_or(0, |roster| roster.version),
            members: roster.map_or(0, |roster| roster.members.len()),
            stewards: roster.map_or(0, |roster| roster.stewards.len()),
            joins_waiting: waiting,
            certificate_expires: moment(expires_ms),
            certificate_expires_soon: Lasting::of(expires_ms, now_ms()) != Lasting::Long,
            directory: self.directory.path().display().to_string(),
            listening: core.listening,
            peers: core
                .peers
                .iter()
                .map(|peer| peer_line(peer, &name))
                .collect(),
            entries: stored.entries,
            feeds: stored.feeds,
            documents: stored.documents,
            bytes: stored.bytes,
            mirror_behind,
            mirror_problem: followed.problem,
            figures: followed.mirror.figures().await?,
            unread,
            bytes_sent: core.traffic.stream_sent,
            bytes_received: core.traffic.stream_received,
            refused_runs: core.refused_runs,
            notices: core
                .notices
                .iter()
                .filter_map(|(at, notice)| notice_line(*at, notice))
                .collect(),
        })))
    }
}

fn peer_line(peer: &PeerStatus, name: &impl Fn(&str) -> Option<String>) -> Peer {
    Peer {
        member: peer.member.as_ref().map(ToString::to_string),
        name: peer
            .member
            .as_ref()
            .and_then(|member| name(member.as_str())),
        node_key: peer.node_key.to_string(),
        address: peer.address,
        dialled: peer.dialled,
        since: moment(peer.since_ms),
        software: peer.software.clone(),
        wanted_feeds: peer.wanted_feeds,
    }
}

/// What people should know; what is only the network's daily life is not told.
fn notice_line(at: u64, notice: &Notice) -> Option<NoticeLine> {
    let what = match notice {
        Notice::RunRefused { feed, refusal, .. } => Said::new(
            format!("entries of feed {} were refused: {refusal}", feed.short()),
            format!(
                "poster i log {} blev afvist: {}",
                feed.short(),
                danish::run_refusal(refusal)
            ),
        ),
        Notice::RosterRefused { refusal, .. } => Said::new(
            format!("a roster was refused: {refusal}"),
            format!(
                "en deltagerliste blev afvist: {}",
                danish::roster_refusal(refusal)
            ),
        ),
        Notice::CharterRefused { refusal, .. } => Said::new(
            format!("a group's charter was refused: {refusal}"),
            format!(
                "en gruppes vedtægt blev afvist: {}",
                danish::charter_refusal(refusal)
            ),
        ),
        Notice::StatementRefused { refusal, .. } => Said::new(
            format!("a statement was refused: {refusal}"),
            format!(
                "en erklæring blev afvist: {}",
                danish::statement_refusal(refusal)
            ),
        ),
        Notice::Equivocated { member, feed, seq } => Said::new(
            format!(
                "{member} signed two entries for place {seq} of its feed {}: what follows counts no longer",
                feed.short()
            ),
            format!(
                "{member} har skrevet under på to poster på plads {seq} i sin log {}: det følgende tæller ikke",
                feed.short()
            ),
        ),
        Notice::Retracted { feed, from } => Said::new(
            format!(
                "this node's disk was rolled back; entries from place {from} of feed {} that nobody had got were taken back",
                feed.short()
            ),
            format!(
                "nodens disk er sat tilbage; poster fra plads {from} i log {}, som ingen havde fået, er taget tilbage",
                feed.short()
            ),
        ),
        Notice::RosterForked { version } => Said::new(
            format!(
                "two rosters follow version {version}: membership is frozen until the stewards resolve it"
            ),
            format!(
                "to deltagerlister følger efter version {version}: deltagelsen ligger fast, til tovholderne løser det"
            ),
        ),
        Notice::KeyRevoked => Said::new(
            "this node's key was revoked by its member: nothing that it writes counts",
            "nodens nøgle er tilbagekaldt af dens deltager: intet, den skriver, tæller",
        ),
        Notice::RolledBack { feed } => Said::new(
            format!(
                "this node's disk was rolled back (feed {}); it goes on in a new incarnation",
                feed.short()
            ),
            format!(
                "nodens disk er sat tilbage (log {}); den fortsætter i en ny genstart",
                feed.short()
            ),
        ),
        Notice::JoinRefused(refusal) => Said::new(
            format!("the request to join was refused: {refusal}"),
            format!(
                "anmodningen om at deltage blev afvist: {}",
                danish::join_refusal(*refusal)
            ),
        ),
        Notice::StoreFailed(reason) => Said::new(
            format!("the disk did not take something: {reason}"),
            format!("disken tog ikke imod: {reason}"),
        ),
        Notice::StrangerRefused { address, bye } => Said::new(
            format!("a stranger at {address} was sent away: {bye}"),
            format!("en fremmed på {address} blev afvist: {}", danish::bye(*bye)),
        ),
        Notice::PeerJoined { .. }
        | Notice::JoinAsked { .. }
        | Notice::JoinWaits
        | Notice::Admitted => return None,
    };
    Some(NoticeLine {
        at: moment(at),
        what,
    })
}
