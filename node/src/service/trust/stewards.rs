//! The roster: what stewards propose, and how they vote.

use faelled_engine::event::RequestFailure;
use faelled_engine::{Answer, Despite, Event, JoinState, PlanRefusal, Proposal};
use faelled_model::attachment::FileBytes;
use faelled_proto::canonical::{decode, encode};
use faelled_proto::limits::MAX_MESSAGE_BYTES;
use faelled_proto::roster::MemberRecord;
use faelled_proto::{IdentityKey, MemberId, Roster, RosterHash, Statement};

use super::Service;
use crate::asked::signer;
use crate::clock::{moment, now_ms};
use crate::data::trust::{
    Data, Decided, Done, Forked, Head, Planned, Proposals, Proposed, Stated, Voted,
};
use crate::failure::{Failure, Said};
use crate::request::trust::Change;
use crate::trust::{Trust, describe, lacking, needed, outcome};

const DAY_MS: u64 = 86_400_000;

impl Service {
    pub(super) async fn roster_proposals(&self) -> Result<Data, Failure> {
        let trust = self.core.trust();
        let Some(roster) = trust.rosters.newest() else {
            return Err(RequestFailure::NotAMember.into());
        };
        let fork = trust.rosters.fork().map(|fork| Forked {
            base_version: fork.base_version,
            heads: fork
                .heads
                .iter()
                .map(|(version, hash)| head(&trust, *version, *hash))
                .collect(),
            signed_both: fork.signed_both.iter().map(ToString::to_string).collect(),
        });
        Ok(Data::Proposals(Proposals {
            roster_version: roster.version,
            stewards: roster.stewards.iter().map(ToString::to_string).collect(),
            threshold: roster.threshold,
            is_steward: roster.is_steward(&self.own),
            proposals: proposed(&trust),
            fork,
        }))
    }

    /// What the next roster would be.
    pub(super) async fn plan(&self, change: Change, note: Option<String>) -> Result<Data, Failure> {
        // Else whoever is none would first be told what else is wrong.
        if !is_steward(&self.core.trust(), &self.own) {
            return Err(RequestFailure::NotASteward.into());
        }
        let change = self.change(change).await?;
        let answer = self
            .core
            .ask(move |request| Event::Plan {
                request,
                change,
                note,
            })
            .await?;
        let Answer::Planned(roster) = answer else {
            return Err(Failure::stopping());
        };
        let trust = self.core.trust();
        let bytes = encode(roster.as_ref());
        let proposal = Proposal {
            hash: RosterHash::of(&[&bytes]),
            roster: *roster,
            bytes,
            approved: Vec::new(),
            rejected: Vec::new(),
        };
        self.planned(&trust, &proposal)
    }

    /// A proposal that others made.
    pub(super) async fn proposal(&self, key: &str, rejects: bool) -> Result<Data, Failure> {
        let trust = self.core.trust();
        let proposals = trust.statements.proposals();
        let key = key.trim().to_ascii_lowercase();
        let found: Vec<&Proposal> = proposals
            .iter()
            .filter(|proposal| named(proposal, &key) || concerns(&trust, proposal, &key))
            .collect();
        if rejects && let [only] = found.as_slice() {
            // Before anybody is asked for a passphrase.
            check_rejection(only, &self.own)?;
        }
        match found.as_slice() {
            [only] if named(only, &key) => self.planned(&trust, only),
            [only] => {
                self.check_key(only, &key).await?;
                self.planned(&trust, only)
            }
            [] => Err(Failure::user(
                "no-such-proposal",
                Said::new(
                    format!("no proposal {key} waits for a decision"),
                    format!("intet forslag {key} venter på afgørelse"),
                ),
            )
            .hint(Said::new(
                "faelled members proposals shows them",
                "faelled members proposals viser dem",
            ))),
            several => Err(Failure::user(
                "ambiguous",
                Said::new(
                    format!("{} proposals fit {key}", several.len()),
                    format!("{} forslag passer på {key}", several.len()),
                ),
            )
            .hint(Said::new(
                "name one by the beginning of its hash: faelled members proposals",
                "angiv et ved begyndelsen af dets hash: faelled members proposals",
            ))),
        }
    }

    pub(super) async fn decline(&self, member: MemberId) -> Result<Data, Failure> {
        let declined = member.clone();
        self.core
            .ask(move |request| Event::Decline { request, member })
            .await?;
        Ok(Data::Done(Done {
            done: Said::new(
                format!("{declined} was declined and is told so."),
                format!("{declined} er afvist og får det at vide."),
            ),
        }))
    }

    /// Takes statements that were signed by whoever asked.
    pub(super) async fn state(
        &self,
        statements: &[FileBytes],
        despite: Despite,
    ) -> Result<Data, Failure> {
        let read = |bytes: &FileBytes| decode::<Statement>(&bytes.0, MAX_MESSAGE_BYTES);
        let statements: Vec<Statement> = statements
            .iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map_err(|error| {
                Failure::user(
                    "statement",
                    Said::new(
                        format!("the statement is not one: {error}"),
                        "det er ikke en gyldig erklæring",
                    ),
                )
            })?;
        let trust = self.core.trust();
        check_rejections(&trust, &statements)?;
        let before = trust.rosters.newest().cloned();
        let voted: Vec<(RosterHash, bool)> = statements
            .iter()
            .filter_map(|statement| match statement {
                Statement::Vote(vote) => Some((vote.proposal(), vote.is_approval())),
                Statement::Revocation(_) | Statement::Equivocation(_) => None,
            })
            .collect();
        self.core
            .ask(move |request| Event::State {
                request,
                statements,
                despite,
            })
            .await?;
        self.core.status().await?;
        self.mirror().await?;
        let trust = self.core.trust();
        Ok(Data::Stated(Stated {
            roster_version: trust.rosters.head().0,
            voted: voted
                .iter()
                .map(|(hash, approved)| Voted {
                    hash: hash.to_string(),
                    approved: *approved,
                })
                .collect(),
            proposals: proposed(&trust),
            decided: voted
                .iter()
                .filter_map(|(hash, _)| {
                    let roster = trust.rosters.get(hash)?.decode().ok()?;
                    Some(Decided {
                        hash: hash.to_string(),
                        version: roster.version,
                        outcome: outcome(before.as_ref(), &roster),
                    })
                })
                .collect(),
        }))
    }

    /// A change as the engine takes it. What of a removed member counts it fills in by itself.
    async fn change(&self, change: Change) -> Result<faelled_engine::Change, Failure> {
        Ok(match change {
            Change::Admit { member, rekey } => self.admission(member, rekey).await?,
            Change::Remove { member } => faelled_engine::Change::Remove {
                member,
                last_good: Vec::new(),
            },
            Change::Stewards {
                stewards,
                threshold,
            } => faelled_engine::Change::Stewards {
                stewards,
                threshold,
            },
            Change::Resolve { keep } => faelled_engine::Change::Resolve {
                keep: self.branch(&keep)?,
            },
        })
    }

    /// Lets in who asked here: as a new member, or with a new key as the one that it was.
    async fn admission(
        &self,
        member: MemberId,
        rekey: bool,
    ) -> Result<faelled_engine::Change, Failure> {
        let joins = self.core.status().await?.joins;
        let row = joins
            .into_iter()
            .find(|row| *row.member() == member && row.state == JoinState::Waiting)
            .ok_or(RequestFailure::NoSuchRequest(member.clone()))?;
        let identity_key = row.certificate.claim.identity_key;
        let trust = self.core.trust();
        match (trust.rosters.member(&member), rekey) {
            (None, false) => Ok(faelled_engine::Change::Admit(MemberRecord {
                id: member,
                kind: row.kind,
                name: row.name,
                identity_key,
                valid_from_day: u32::try_from(now_ms() / DAY_MS).unwrap_or(u32::MAX),
                valid_until_day: None,
            })),
            (Some(_), true) => Ok(faelled_engine::Change::Rekey {
                member,
                identity_key,
                last_good: Vec::new(),
            }),
            (Some(_), false) => Err(Failure::user(
                "asks-with-another-key",
                Said::new(
                    format!("{member} is a member already, and asks with another key than the roster's"),
                    format!("{member} er allerede deltager og spørger med en anden nøgle end deltagerlistens"),
                ),
            )
            .hint(Said::new(
                "only if it lost its key, and you have spoken with it: add --rekey, which ends the old key for good",
                "kun hvis den har mistet sin nøgle, og I har talt med den: tilføj --rekey; den gamle nøgle tæller så aldrig mere",
            ))),
            (None, true) => Err(Failure::user(
                "not-a-member",
                Said::new(
                    format!("{member} is no member, so there is no key to replace"),
                    format!("{member} er ikke deltager, så der er ingen nøgle at udskifte"),
                ),
            )
            .hint(Said::new(
                "let it in without --rekey",
                "luk den ind uden --rekey",
            ))),
        }
    }

    /// The end of a branch of a forked roster.
    fn branch(&self, key: &str) -> Result<RosterHash, Failure> {
        let trust = self.core.trust();
        if trust.rosters.fork().is_none() {
            return Err(RequestFailure::Plan(PlanRefusal::NotFrozen).into());
        }
        let heads = trust
            .rosters
            .fork()
            .map(|fork| fork.heads.clone())
            .unwrap_or_default();
        let key = key.trim().to_ascii_lowercase();
        let mut found = heads
            .into_iter()
            .map(|(_, hash)| hash)
            .filter(|hash| !key.is_empty() && hash.to_string().starts_with(&key));
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(Failure::user(
                "no-such-branch",
                Said::new(
                    format!("no branch of the roster, or more than one, ends in {key}"),
                    format!("ingen gren af deltagerlisten, eller mere end én, ender i {key}"),
                ),
            )
            .hint(Said::new(
                "faelled members proposals shows the branches of a forked roster",
                "faelled members proposals viser grenene af en tvedelt deltagerliste",
            ))),
        }
    }

    /// A proposal that was named by the member that it is about must not let in another key than the one that
    /// asks at this node, and that the steward may have compared.
    async fn check_key(&self, proposal: &Proposal, id: &str) -> Result<(), Failure> {
        let joins = self.core.status().await?.joins;
        let asking = joins
            .iter()
            .find(|row| row.member().as_str() == id && row.state == JoinState::Waiting);
        let Some(row) = asking else {
            return Ok(());
        };
        match key_of(&proposal.roster, row.member()) {
            Some(key) if key != row.certificate.claim.identity_key => Err(other_key(proposal, id)),
            _ => Ok(()),
        }
    }

    fn planned(&self, trust: &Trust, proposal: &Proposal) -> Result<Data, Failure> {
        let record = signer(&trust.rosters, &proposal.roster, &self.own)
            .ok_or(RequestFailure::NotASteward)?;
        Ok(Data::Planned(Planned {
            roster: data_encoding::BASE64.encode(&proposal.bytes),
            steward: self.own.to_string(),
            identity_key: record.identity_key.to_string(),
            proposal: one(trust, proposal),
        }))
    }
}

fn proposed(trust: &Trust) -> Vec<Proposed> {
    let proposals = trust.statements.proposals();
    proposals
        .iter()
        .map(|proposal| one(trust, proposal))
        .collect()
}

fn one(trust: &Trust, proposal: &Proposal) -> Proposed {
    let roster = &proposal.roster;
    Proposed {
        hash: proposal.hash.to_string(),
        version: roster.version,
        changes: describe(trust.rosters.newest(), roster),
        note: roster.note().map(ToOwned::to_owned),
        claimed: moment(roster.claimed_ms),
        approved: proposal.approved.iter().map(ToString::to_string).collect(),
        rejected: proposal
            .rejected
            .iter()
            .map(|(steward, reason)| (steward.to_string(), reason.clone()))
            .collect(),
        needed: needed(&trust.rosters, proposal),
        missing: lacking(&trust.rosters, proposal)
            .stewards
            .iter()
            .map(ToString::to_string)
            .collect(),
    }
}

fn check_rejections(trust: &Trust, statements: &[Statement]) -> Result<(), Failure> {
    let proposals = trust.statements.proposals();
    for statement in statements {
        if let Statement::Vote(vote) = statement
            && !vote.is_approval()
            && let Some(proposal) = proposals.iter().find(|one| one.hash == vote.proposal())
        {
            check_rejection(proposal, &vote.steward)?;
        }
    }
    Ok(())
}

/// A rejection is one word to the other stewards: it takes no approval back, and there is no second one.
fn check_rejection(proposal: &Proposal, steward: &MemberId) -> Result<(), Failure> {
    let hash = proposal.hash.short();
    if proposal.approved.contains(steward) {
        return Err(Failure::user(
            "approved-already",
            Said::new(
                format!("{steward} has approved proposal {hash}: the approval stays in force and cannot be taken back"),
                format!("{steward} har godkendt forslag {hash}: godkendelsen gælder fortsat og kan ikke tages tilbage"),
            ),
        )
        .hint(Said::new(
            "ask the other stewards not to approve it, or to approve another proposal in its place",
            "bed de andre tovholdere om ikke at godkende det, eller om at godkende et andet i stedet",
        )));
    }
    if proposal.rejected.iter().any(|(who, _)| who == steward) {
        return Err(Failure::user(
            "rejected-already",
            Said::new(
                format!("{steward} has rejected proposal {hash} already: the others have its reason, and no second one is taken"),
                format!("{steward} har allerede forkastet forslag {hash}: de andre har begrundelsen, og der tages ikke imod en til"),
            ),
        )
        .hint(Said::new(
            "faelled members proposals shows the reason; tell the other stewards what there is to add",
            "faelled members proposals viser begrundelsen; fortæl de andre tovholdere, hvad der er at tilføje",
        )));
    }
    Ok(())
}

fn is_steward(trust: &Trust, member: &MemberId) -> bool {
    let roster = trust.rosters.newest();
    roster.is_some_and(|roster| roster.is_steward(member))
}

fn key_of(roster: &Roster, member: &MemberId) -> Option<IdentityKey> {
    roster.member(member).map(|record| record.identity_key)
}

/// Whether this is the beginning of its hash.
fn named(proposal: &Proposal, key: &str) -> bool {
    !key.is_empty() && proposal.hash.to_string().starts_with(key)
}

fn other_key(proposal: &Proposal, id: &str) -> Failure {
    let hash = proposal.hash.short();
    Failure::user(
        "other-key",
        Said::new(
            format!("proposal {hash} gives {id} another key than the one that asks here as {id}"),
            format!("forslag {hash} giver {id} en anden nøgle end den, der spørger her som {id}"),
        ),
    )
    .hint(Said::new(
        "only one of them can be right: ask the member for the eight words of its key, and then approve or reject the proposal by its hash",
        "kun den ene kan være rigtig: få de otte ord i nøglen af deltageren, og godkend eller forkast derefter forslaget ved dets hash",
    ))
}

/// Whether a proposal admits, removes or gives a new key to the member with this id.
fn concerns(trust: &Trust, proposal: &Proposal, id: &str) -> bool {
    let Ok(member) = id.parse::<MemberId>() else {
        return false;
    };
    trust
        .rosters
        .newest()
        .is_some_and(|held| key_of(held, &member) != key_of(&proposal.roster, &member))
}

fn head(trust: &Trust, version: u64, hash: RosterHash) -> Head {
    let roster = trust
        .rosters
        .get(&hash)
        .and_then(|signed| signed.decode().ok());
    let changes = roster.map_or_else(
        || Said::new("cannot be read", "kan ikke læses"),
        |roster| describe(trust.rosters.newest(), &roster),
    );
    Head {
        version,
        hash: hash.to_string(),
        changes,
    }
}
