//! Whether what a node hands over to be signed is what was asked for.
//!
//! Whoever has the identity key does not take the node's word for it: the command reads the bytes itself, makes the
//! next roster again from the versions in the directory, each verified by its stewards' signatures from the
//! federation's id on, and signs only what is the same.
//!
//! The federation's id, too, stands in the directory, and so in the hands of whoever has the daemon. That gains
//! nothing: every roster and revocation names its federation and counts in no other. What the daemon can still do is
//! keep newer versions back, and say which entries of a member that goes count; both are shown.

use faelled_engine::RosterChain;
use faelled_engine::event::RequestFailure;
use faelled_proto::roster::MemberRecord;
use faelled_proto::statement::Revocation;
use faelled_proto::{
    FederationId, IdentityKey, MemberId, NodeCertificate, NodeKey, Roster, RosterHash, Tip,
};

use crate::clock::moment;
use crate::data::trust::{Reading, Revocations};
use crate::failure::{Failure, Said};
use crate::request::trust::Change;
use crate::trust::{describe, points};

/// Digits of a proposal's hash that name it to whoever signs without looking: 128 bits.
const MIN_UNSEEN_DIGITS: usize = 32;

/// What is known without the node's word.
#[derive(Debug, Clone)]
pub(crate) struct Pinned {
    /// The member and the node of the directory, by its identity key's signature.
    pub(crate) certificate: NodeCertificate,
    /// The roster, verified from the federation's id on.
    pub(crate) rosters: RosterChain,
}

/// What somebody asked to sign.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    /// A roster that changes this and nothing else, with this note.
    Change(Change, Option<String>),
    /// A proposal that changes this and nothing else, whatever its proposer notes.
    Proposed(Change),
    /// A proposal that lets in or removes this member and changes nothing else; or gives it another key, where
    /// that is meant too.
    About {
        /// Who.
        member: MemberId,
        /// Whether it may give the member another key.
        rekey: bool,
    },
    /// The proposal whose hash begins so.
    Named(String),
}

impl Asked {
    /// Whoever signs without looking names a proposal by so much of its hash that nobody makes another one with it.
    ///
    /// # Errors
    /// When it names less.
    pub(crate) fn check_unseen(&self) -> Result<(), Failure> {
        match self {
            Self::Named(beginning) if beginning.trim().len() < MIN_UNSEEN_DIGITS => {
                Err(Failure::user(
                    "too-short",
                    Said::new(
                        format!("with --yes a proposal is named by at least {MIN_UNSEEN_DIGITS} digits of its hash"),
                        format!("med --yes nævnes et forslag med mindst {MIN_UNSEEN_DIGITS} cifre af dets hash"),
                    ),
                )
                .hint(Said::new(
                    "faelled members proposals --json has all of it; without --yes you see what it says before you sign",
                    "faelled members proposals --json har dem alle; uden --yes ser du, hvad der står, før du skriver under",
                )))
            }
            _ => Ok(()),
        }
    }
}

impl Pinned {
    /// The federation.
    pub(crate) const fn federation(&self) -> FederationId {
        self.rosters.federation()
    }

    /// The member in whose name is signed.
    pub(crate) const fn member(&self) -> &MemberId {
        &self.certificate.claim.member
    }

    /// The member as a roster names it in which it is a steward: the one that holds, else the one to be signed.
    pub(crate) fn steward<'a>(&'a self, roster: &'a Roster) -> Result<&'a MemberRecord, Failure> {
        signer(&self.rosters, roster, self.member())
            .ok_or_else(|| RequestFailure::NotASteward.into())
    }

    /// Fails where a roster is not what was asked for.
    pub(crate) fn check(&self, asked: &Asked, roster: &Roster) -> Result<(), Failure> {
        if !self.rosters.is_live(roster) {
            return Err(self.follows_another(roster));
        }
        let (change, note) = match asked {
            Asked::Named(beginning) => return self.check_name(beginning, roster),
            Asked::Change(change, note) => (change.clone(), note.as_deref()),
            Asked::Proposed(change) => (change.clone(), roster.note()),
            Asked::About { member, rekey } => {
                (self.change_of(member, *rekey, roster)?, roster.note())
            }
        };
        let change = self.told(&change, roster)?;
        let expected = self.rosters.plan(&change, note, roster.claimed_ms);
        let expected = expected.map_err(RequestFailure::Plan)?;
        if expected == *roster {
            return Ok(());
        }
        Err(self.differs(&expected, roster))
    }

    /// What the bytes of a roster say, for whoever is about to sign.
    pub(crate) fn reading(&self, roster: &Roster, approves: bool) -> Reading {
        let held = self.rosters.newest();
        let stewards = |roster: &Roster| roster.stewards.iter().map(ToString::to_string).collect();
        let others =
            |held: &&Roster| held.stewards != roster.stewards || held.threshold != roster.threshold;
        let held_before = held.filter(others);
        Reading {
            steward: self.member().to_string(),
            approves,
            federation: held.map(|held| held.name.clone()).unwrap_or_default(),
            hash: roster.hash().to_string(),
            version: roster.version,
            held: self.rosters.head().0,
            changes: points(held, roster),
            stewards_before: held_before.map(stewards).unwrap_or_default(),
            threshold_before: held_before.map_or(roster.threshold, |held| held.threshold),
            stewards: stewards(roster),
            threshold: roster.threshold,
            note: roster.note().map(ToOwned::to_owned),
            claimed: moment(roster.claimed_ms),
        }
    }

    /// A change as the engine plans it. What no command says comes from the roster itself, and is shown: the
    /// newcomer's name and keys, and how far the feeds of a member count that goes.
    fn told(&self, change: &Change, roster: &Roster) -> Result<faelled_engine::Change, Failure> {
        Ok(match change {
            Change::Admit { member, rekey } => {
                let Some(record) = roster.member(member) else {
                    return Err(self.lacks(change, roster));
                };
                if *rekey {
                    faelled_engine::Change::Rekey {
                        member: member.clone(),
                        identity_key: record.identity_key,
                        last_good: self.last_good(member, roster),
                    }
                } else {
                    faelled_engine::Change::Admit(record.clone())
                }
            }
            Change::Remove { member } => faelled_engine::Change::Remove {
                member: member.clone(),
                last_good: self.last_good(member, roster),
            },
            Change::Stewards {
                stewards,
                threshold,
            } => faelled_engine::Change::Stewards {
                stewards: stewards.clone(),
                threshold: *threshold,
            },
            Change::Resolve { keep } => {
                let heads = self.rosters.fork().map_or(&[][..], |fork| &fork.heads);
                let keep = keep.trim().to_ascii_lowercase();
                let fits =
                    |hash: &RosterHash| !keep.is_empty() && hash.to_string().starts_with(&keep);
                let mut kept = heads.iter().map(|(_, hash)| *hash).filter(fits);
                match (kept.next(), kept.next()) {
                    (Some(keep), None) => faelled_engine::Change::Resolve { keep },
                    _ => return Err(self.lacks(change, roster)),
                }
            }
        })
    }

    /// How far a roster lets the feeds of a member's present key count.
    fn last_good(&self, member: &MemberId, roster: &Roster) -> Vec<Tip> {
        let key = self
            .rosters
            .member(member)
            .map(|record| record.identity_key);
        let cuts = roster.cuts().unwrap_or_default();
        cuts.into_iter()
            .find(|cut| cut.member == *member && cut.identity_key == key)
            .map(|cut| cut.last_good)
            .unwrap_or_default()
    }

    /// What a proposal does with the member that it was named by.
    fn change_of(
        &self,
        member: &MemberId,
        rekey: bool,
        roster: &Roster,
    ) -> Result<Change, Failure> {
        let key = |record: &MemberRecord| record.identity_key;
        let member = member.clone();
        match (
            self.rosters.member(&member).map(key),
            roster.member(&member).map(key),
        ) {
            (Some(_), None) => Ok(Change::Remove { member }),
            (None, Some(_)) => Ok(Change::Admit {
                member,
                rekey: false,
            }),
            (Some(before), Some(after)) if before != after && rekey => {
                Ok(Change::Admit { member, rekey })
            }
            (Some(before), Some(after)) if before != after => Err(gives_another_key(&member)),
            _ => {
                let asked = Said::new(format!("is about {member}"), format!("handler om {member}"));
                Err(self.other(asked, roster))
            }
        }
    }

    fn check_name(&self, beginning: &str, roster: &Roster) -> Result<(), Failure> {
        let beginning = beginning.trim().to_ascii_lowercase();
        if !beginning.is_empty() && roster.hash().to_string().starts_with(&beginning) {
            return Ok(());
        }
        let asked = Said::new(
            format!("has a hash that begins with {beginning}"),
            format!("har en hash, der begynder med {beginning}"),
        );
        Err(self.other(asked, roster))
    }

    fn lacks(&self, change: &Change, roster: &Roster) -> Failure {
        let asked = match change {
            Change::Resolve { keep } => Said::new(
                format!("keeps branch {keep}"),
                format!("beholder gren {keep}"),
            ),
            Change::Admit { member, .. } | Change::Remove { member } => {
                Said::new(format!("names {member}"), format!("nævner {member}"))
            }
            Change::Stewards { .. } => Said::new("names stewards", "udpeger tovholdere"),
        };
        self.other(asked, roster)
    }

    fn differs(&self, expected: &Roster, roster: &Roster) -> Failure {
        let mut failure = self.other(describe(self.rosters.newest(), expected), roster);
        failure.details.push(Said::new(
            format!("they differ in: {}", parts(expected, roster, |part| part.1)),
            format!("forskellen: {}", parts(expected, roster, |part| part.2)),
        ));
        failure
    }

    fn other(&self, asked: Said, roster: &Roster) -> Failure {
        let found = describe(self.rosters.newest(), roster);
        not_as_asked().details(vec![
            Said::new(
                format!("asked for: {}", asked.en),
                format!("det, der blev bedt om: {}", asked.da),
            ),
            Said::new(
                format!("handed over: {}", found.en),
                format!("det, noden gav: {}", found.da),
            ),
        ])
    }

    fn follows_another(&self, roster: &Roster) -> Failure {
        let (held, version) = (self.rosters.head().0, roster.version);
        not_as_asked().details(vec![Said::new(
            format!("it is version {version}, and does not follow version {held}, which holds"),
            format!("det er version {version} og følger ikke efter version {held}, som gælder"),
        )])
    }
}

/// Whose signature a vote needs: the member as a roster names it in which it is a steward.
pub(crate) fn signer<'a>(
    rosters: &'a RosterChain,
    roster: &'a Roster,
    member: &MemberId,
) -> Option<&'a MemberRecord> {
    rosters
        .newest()
        .filter(|held| held.is_steward(member))
        .or_else(|| Some(roster).filter(|roster| roster.is_steward(member)))
        .and_then(|roster| roster.member(member))
}

/// What revocations must name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RevokedKey<'a> {
    pub(crate) federation: FederationId,
    pub(crate) member: &'a MemberId,
    /// The beginning of the node key.
    pub(crate) node_key: &'a str,
}

impl RevokedKey<'_> {
    /// Which node key the revocations end, and the identity key that has to sign them. Fails where one says
    /// something else than that this member's node key counts no longer.
    pub(crate) fn of(self, revocations: &[Revocation]) -> Result<(NodeKey, IdentityKey), Failure> {
        let beginning = self.node_key.trim().to_ascii_lowercase();
        let Some(first) = revocations.first() else {
            return Err(not_as_asked());
        };
        let fits = |said: &Revocation| {
            said.federation == self.federation
                && said.member == *self.member
                && said.node_key == first.node_key
                && said.identity_key == first.identity_key
                && said.node_key.to_string().starts_with(&beginning)
                && said.successor.is_none()
        };
        match revocations.iter().find(|said| !fits(said)) {
            None if !beginning.is_empty() => Ok((first.node_key, first.identity_key)),
            other => Err(self.another(other.unwrap_or(first))),
        }
    }

    fn another(self, found: &Revocation) -> Failure {
        let (member, beginning) = (self.member, self.node_key);
        let (other, key) = (&found.member, &found.node_key);
        not_as_asked().details(vec![
            Said::new(
                format!("asked for: to revoke the node key of {member} that begins with {beginning}"),
                format!("det, der blev bedt om: at tilbagekalde {member}s nodenøgle, der begynder med {beginning}"),
            ),
            Said::new(
                format!("handed over: a revocation of {key} of {other}, or one that names another federation or a successor"),
                format!("det, noden gav: en tilbagekaldelse af {key} hos {other}, eller en, der nævner et andet fællesskab eller en efterfølger"),
            ),
        ])
    }
}

/// What the bytes of revocations say, for whoever is about to sign.
pub(crate) fn revoking(revocations: &[Revocation], own: NodeKey) -> Revocations {
    let tips = || revocations.iter().flat_map(|said| &said.last_good);
    let first = revocations.first();
    let key = |text: fn(&Revocation) -> String| first.map(text).unwrap_or_default();
    Revocations {
        node_key: key(|said| said.node_key.to_string()),
        identity_key: key(|said| said.identity_key.to_string()),
        revocations: Vec::new(),
        received_before: None,
        feeds: tips().count(),
        entries: tips().fold(0, |sum: u64, tip| {
            sum.saturating_add(tip.seq.saturating_add(1))
        }),
        voided: 0,
        charters: revocations.iter().map(|said| said.charters.len()).sum(),
        is_own: first.is_some_and(|said| said.node_key == own),
    }
}

fn gives_another_key(member: &MemberId) -> Failure {
    Failure::user(
        "gives-another-key",
        Said::new(
            format!("the proposal gives {member} another key than the roster's"),
            format!("forslaget giver {member} en anden nøgle end deltagerlistens"),
        ),
    )
    .hint(Said::new(
        "only if it lost its key, and you have spoken with it: add --rekey, which ends the old key for good",
        "kun hvis den har mistet sin nøgle, og I har talt med den: tilføj --rekey; den gamle nøgle tæller så aldrig mere",
    ))
}

fn not_as_asked() -> Failure {
    Failure::configuration(
        "not-as-asked",
        Said::new(
            "what the node hands over to be signed is not what was asked for: nothing is signed",
            "det, noden vil have underskrevet, er ikke det, der blev bedt om: intet er underskrevet",
        ),
    )
    .hint(Said::new(
        "try once more, for the roster may just have changed; if it stays so, the node may be in other hands: stop it, and sign nothing on this machine",
        "prøv en gang til, for deltagerlisten kan netop være ændret; bliver det ved, kan noden være i andre hænder: stop den, og skriv ikke under på noget på denne maskine",
    ))
}

/// The parts of which a roster consists that are other ones in another.
fn parts(
    one: &Roster,
    other: &Roster,
    name: fn(&(bool, &'static str, &'static str)) -> &'static str,
) -> String {
    let parts = [
        (one.version != other.version, "version", "version"),
        (
            one.federation != other.federation,
            "federation",
            "fællesskab",
        ),
        (
            one.previous != other.previous,
            "version before",
            "versionen før",
        ),
        (one.name != other.name, "name", "navn"),
        (
            one.threshold != other.threshold,
            "threshold",
            "antal underskrifter",
        ),
        (one.stewards != other.stewards, "stewards", "tovholdere"),
        (one.members != other.members, "members", "deltagere"),
        (one.note() != other.note(), "note", "bemærkning"),
        (
            one.cuts() != other.cuts(),
            "what of whom counts",
            "hvad der tæller af hvem",
        ),
        (
            one.extensions != other.extensions,
            "extensions",
            "udvidelser",
        ),
    ];
    let differing = parts.iter().filter(|part| part.0);
    differing.map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
