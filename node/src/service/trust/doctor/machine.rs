//! The machine: files, clock, disk, and the network.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use faelled_engine::Notice;
use faelled_proto::message::Bye;
use faelled_proto::{MemberId, NodeKey};

use super::{Findings, Look};
use crate::clock::moment;
use crate::core::SentAway;
use crate::danish;
use crate::data::trust::Finding;
use crate::directory::Directory;
use crate::failure::Said;
use crate::node::SOFTWARE;

/// Clocks that differ by less disturb nobody.
const CLOCK_TOLERANCE_MS: u64 = 3_600_000;
/// This machine's clock never goes back further than this by itself.
const OWN_TOLERANCE_MS: u64 = 60_000;
/// With less room than this, soon nothing can be written.
const LITTLE_BYTES: u64 = 1 << 30;
/// With less than this, anything may fail at once.
const TOO_LITTLE_BYTES: u64 = 100 << 20;
/// Files that others on the machine must not read.
const SECRET_FILES: [&str; 6] = [
    "identity.key",
    "node.key",
    "node.key.next",
    "node.db",
    "node.db-wal",
    "mirror.db",
];
/// Of many things of one kind so many are named.
const MAX_NAMED: usize = 10;

/// When a feed's newest entry was written, by its author's clock.
pub(super) struct Written {
    pub(super) member: MemberId,
    pub(super) node_key: NodeKey,
    pub(super) claimed_ms: u64,
}

pub(super) fn findings(
    look: &Look<'_>,
    directory: &Directory,
    written: &[Written],
) -> Vec<Finding> {
    let checks = [
        files(directory),
        clock(look, written),
        disk(look, directory),
        peers(look),
        software(look),
    ];
    checks.into_iter().flat_map(Findings::all).collect()
}

fn files(directory: &Directory) -> Findings {
    let mut findings = Findings::of(
        "files",
        "keys and stores are for this user alone",
        "nøgler og lagre er kun for denne bruger",
    );
    for name in SECRET_FILES {
        let path = directory.path().join(name);
        let Ok(found) = fs::metadata(&path) else {
            continue;
        };
        let mode = found.permissions().mode() & 0o777;
        if mode & 0o077 == 0 {
            continue;
        }
        let path = path.display();
        findings.problem(
            Said::new(
                format!("others on this machine may use {path} (mode {mode:o})"),
                format!("andre på maskinen må bruge {path} (rettigheder {mode:o})"),
            ),
            Said::new(
                format!(
                    "take that away: chmod 600 {path}; if somebody may have read a key, replace it"
                ),
                format!(
                    "fjern det: chmod 600 {path}; hvis nogen kan have læst en nøgle, så udskift den"
                ),
            ),
        );
    }
    findings
}

fn clock(look: &Look<'_>, written: &[Written]) -> Findings {
    let mut findings = Findings::of(
        "clock",
        "this machine's clock agrees with what others write",
        "maskinens ur passer med, hvad andre skriver",
    );
    let set = Said::new(
        "look at this machine's clock, and let it be set by itself: timedatectl set-ntp true",
        "se på maskinens ur, og lad det stille sig selv: timedatectl set-ntp true",
    );
    let now = moment(look.now_ms);
    let own = written
        .iter()
        .filter(|written| written.node_key == look.certificate.claim.node_key)
        .map(|written| written.claimed_ms)
        .max();
    if let Some(own_ms) = own.filter(|own| *own > look.now_ms.saturating_add(OWN_TOLERANCE_MS)) {
        let own = moment(own_ms);
        findings.problem(
            Said::new(
                format!(
                    "this machine's clock says {now} UTC, and this node wrote at {own} UTC already"
                ),
                format!("maskinens ur viser {now} UTC, og noden har allerede skrevet {own} UTC"),
            ),
            set.clone(),
        );
    }
    let mut ahead: BTreeMap<&MemberId, u64> = BTreeMap::new();
    for written in written {
        let is_ahead = written.claimed_ms > look.now_ms.saturating_add(CLOCK_TOLERANCE_MS);
        if written.member != *look.own && is_ahead {
            let latest = ahead.entry(&written.member).or_default();
            *latest = written.claimed_ms.max(*latest);
        }
    }
    let several = ahead.len() > 1;
    for (member, latest) in ahead.into_iter().take(MAX_NAMED) {
        let latest = moment(latest);
        let what = Said::new(
            format!(
                "{member} wrote at {latest} UTC by its clock, and this machine's says {now} UTC"
            ),
            format!("{member} har skrevet {latest} UTC efter sit ur, og maskinens viser {now} UTC"),
        );
        let todo = if several {
            set.clone()
        } else {
            Said::new(
                format!("one of the two clocks is wrong: look at this one, then call {member}"),
                format!("et af de to ure går forkert: se på dette, og ring så til {member}"),
            )
        };
        findings.warning(what, todo);
    }
    findings
}

fn disk(look: &Look<'_>, directory: &Directory) -> Findings {
    let mut findings = Findings::of(
        "disk",
        "there is room on the disk",
        "der er plads på disken",
    );
    let path = directory.path();
    if let Ok(disk) = rustix::fs::statvfs(path) {
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let (megabytes, path) = (free >> 20, path.display());
        let what = Said::new(
            format!("{megabytes} MiB are free where {path} lies"),
            format!("{megabytes} MiB er ledige dér, hvor {path} ligger"),
        );
        let todo = Said::new(
            "make room: without it nothing can be written or received",
            "skaf plads: uden den kan intet skrives eller modtages",
        );
        if free < TOO_LITTLE_BYTES {
            findings.problem(what, todo);
        } else if free < LITTLE_BYTES {
            findings.warning(what, todo);
        }
    }
    let refused = look.core.notices.iter().rev().find_map(|(at, notice)| {
        let Notice::StoreFailed(reason) = notice else {
            return None;
        };
        Some((moment(*at), reason))
    });
    if let Some((at, reason)) = refused {
        findings.problem(
            Said::new(
                format!("the disk did not take something at {at} UTC: {reason}"),
                format!("disken tog ikke imod noget {at} UTC: {reason}"),
            ),
            Said::new(
                "look at the disk and its room, then start faelled serve again",
                "se på disken og dens plads, og start så faelled serve igen",
            ),
        );
    }
    findings
}

fn peers(look: &Look<'_>) -> Findings {
    let mut findings = Findings::of(
        "peers",
        "this node is connected with others",
        "noden har forbindelse med andre",
    );
    let others = look
        .roster()
        .map_or(0, |roster| roster.members.len().saturating_sub(1));
    if others == 0 {
        return Findings::of(
            "peers",
            "nobody else is in the roster yet",
            "der er endnu ingen andre på deltagerlisten",
        );
    }
    if look.core.listening.is_none() {
        findings.warning(
            Said::new(
                "the daemon does not run: nothing is exchanged",
                "dæmonen kører ikke: intet udveksles",
            ),
            Said::new("start it: faelled serve", "start den: faelled serve"),
        );
    } else if look.core.peers.iter().all(|peer| peer.member.is_none()) {
        findings.problem(
            Said::new(
                format!("this node is connected with none of the {others} other members"),
                format!("noden har ikke forbindelse med nogen af de {others} andre deltagere"),
            ),
            Said::new(
                "look at the network and the firewall (UDP), and whether another node runs; faelled status tells more",
                "se på netværket og firewallen (UDP), og om en anden node kører; faelled status fortæller mere",
            ),
        );
        sent_away(look, &mut findings);
    }
    findings
}

/// What the last node said that sent this one away.
fn sent_away(look: &Look<'_>, findings: &mut Findings) {
    let Some(SentAway {
        at_ms,
        address,
        bye,
    }) = look.core.sent_away
    else {
        return;
    };
    let (at, da) = (moment(at_ms), danish::bye(bye));
    let todo = match bye {
        Bye::ExpiredCertificate => Said::new(
            "renew the certificate: faelled key renew; and look at this machine's clock",
            "forny certifikatet: faelled key renew; og se på maskinens ur",
        ),
        Bye::Revoked => Said::new(
            "if your member did not revoke this node's key, call a steward at once",
            "har I ikke selv tilbagekaldt nodens nøgle, så ring straks til en tovholder",
        ),
        _ => Said::new(
            "ask a steward whether your member is still in the roster",
            "spørg en tovholder, om I stadig står på deltagerlisten",
        ),
    };
    findings.problem(
        Said::new(
            format!("the node at {address} sent this one away at {at} UTC: {bye}"),
            format!("noden på {address} afviste denne {at} UTC: {da}"),
        ),
        todo,
    );
}

fn software(look: &Look<'_>) -> Findings {
    let mut findings = Findings::of(
        "software",
        "no connected node has newer software",
        "ingen forbundet node har et nyere program",
    );
    let own = version(SOFTWARE);
    let newest = look
        .core
        .peers
        .iter()
        .filter(|peer| peer.member.is_some())
        .filter_map(|peer| version(&peer.software))
        .max();
    if let (Some(own), Some((major, minor, patch))) = (own, newest)
        && (major, minor, patch) > own
    {
        findings.warning(
            Said::new(
                format!(
                    "another node runs faelled {major}.{minor}.{patch}; this one runs {SOFTWARE}"
                ),
                format!(
                    "en anden node kører faelled {major}.{minor}.{patch}; denne kører {SOFTWARE}"
                ),
            ),
            Said::new("install the newer version", "installér den nyere version"),
        );
    }
    findings
}

/// The version in what a node says of its software; nothing where it is another program.
fn version(software: &str) -> Option<(u32, u32, u32)> {
    let mut parts = software.strip_prefix("faelled ")?.split('.');
    let mut part = || parts.next()?.parse().ok();
    let version = (part()?, part()?, part()?);
    parts.next().is_none().then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_version_of_this_software_is_compared() {
        assert!(version(SOFTWARE).is_some());
        assert!(version("faelled 0.10.0") > version("faelled 0.9.12"));
        for other in [
            "",
            "faelled",
            "faelled 1.2",
            "faelled 1.2.3.4",
            "other 9.9.9",
            "faelled 1.2.x",
        ] {
            assert_eq!(version(other), None, "{other}");
        }
    }

    #[test]
    fn files_that_others_may_read_are_a_problem_and_named_with_what_to_do() {
        let place = tempfile::tempdir().unwrap();
        let directory = Directory::at(place.path());
        let key = place.path().join("node.key");
        fs::write(&key, "x").unwrap();
        for (mode, problems) in [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1)] {
            fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
            let found = files(&directory).found;
            assert_eq!(found.len(), problems, "{mode:o}");
            let todo = found.iter().filter_map(|finding| finding.todo.as_ref());
            assert!(todo.into_iter().all(|todo| todo.en.contains("chmod 600")));
        }
    }
}
