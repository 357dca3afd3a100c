//! What is wrong with this node and the federation, and what to do.

mod federation;
mod groups;
mod machine;
mod own;
mod set_aside;

use std::collections::BTreeMap;
use std::sync::Arc;

use faelled_proto::{MemberId, NodeCertificate, NodeKey, Roster};
use faelled_store::FeedRow;

use super::Service;
use crate::clock::now_ms;
use crate::core::CoreStatus;
use crate::data::trust::{Checkup, Data, Finding, FindingSeverity};
use crate::failure::{Failure, Said};
use crate::trust::Trust;

/// What is looked at: one moment of it.
struct Look<'a> {
    own: &'a MemberId,
    now_ms: u64,
    trust: Arc<Trust>,
    core: CoreStatus,
    feeds: Vec<FeedRow>,
    /// When this node's key wrote, one for each incarnation.
    lives: Vec<own::Life>,
    certificate: NodeCertificate,
}

/// What was found of one kind of thing; where nothing was, that all is well with it.
struct Findings {
    code: &'static str,
    good: Said,
    found: Vec<Finding>,
}

impl Service {
    pub(super) async fn doctor(&self) -> Result<Data, Failure> {
        let feeds = self.store.feeds().await?;
        let certificate = self.certificate().await?;
        let look = Look {
            own: &self.own,
            now_ms: now_ms(),
            trust: self.core.trust(),
            core: self.core.status().await?,
            lives: self.lives(&feeds, certificate.claim.node_key).await?,
            feeds,
            certificate,
        };
        let written = self.written(&look.feeds).await?;
        let mut findings = federation::findings(&look);
        findings.extend(groups::findings(&look));
        findings.extend(own::findings(&look));
        findings.extend(own::identity(&look, &self.directory)?);
        findings.extend(machine::findings(&look, &self.directory, &written));
        findings.extend(self.mirror_findings().await);
        // A mirror that cannot be read is a finding by itself.
        if let Ok(mirror) = self.mirror().await
            && let Ok(documents) = mirror.set_aside(self.own.as_str()).await
        {
            findings.extend(set_aside::findings(&self.own, documents));
        }
        findings.sort_by_key(|finding| finding.severity);
        Ok(Data::Doctor(Checkup { findings }))
    }

    /// When the newest entry of each feed was written, by its author's clock.
    async fn written(&self, feeds: &[FeedRow]) -> Result<Vec<machine::Written>, Failure> {
        let mut written = Vec::with_capacity(feeds.len());
        for feed in feeds {
            let claim = &feed.opening.certificate.claim;
            if let Some(claimed_ms) = self.written_ms(feed).await? {
                written.push(machine::Written {
                    member: claim.member.clone(),
                    node_key: claim.node_key,
                    claimed_ms,
                });
            }
        }
        Ok(written)
    }

    /// When a node's key wrote, in each incarnation.
    async fn lives(&self, feeds: &[FeedRow], key: NodeKey) -> Result<Vec<own::Life>, Failure> {
        let mut lives: BTreeMap<[u8; 16], own::Life> = BTreeMap::new();
        for feed in feeds {
            if feed.opening.certificate.claim.node_key != key {
                continue;
            }
            let first_ms = self.claimed_ms(feed, 0).await?;
            let last_ms = self.claimed_ms(feed, feed.tip.seq).await?;
            let (Some(first_ms), Some(last_ms)) = (first_ms, last_ms) else {
                continue;
            };
            let life = lives
                .entry(feed.opening.incarnation)
                .or_insert(own::Life { first_ms, last_ms });
            life.first_ms = life.first_ms.min(first_ms);
            life.last_ms = life.last_ms.max(last_ms);
        }
        Ok(lives.into_values().collect())
    }

    async fn mirror_findings(&self) -> Vec<Finding> {
        let mut findings =
            Findings::of("mirror", "the mirror shows everything", "spejlet viser alt");
        // It catches up first, where it can.
        let caught_up = self.mirror().await;
        let (committed, followed) = (*self.committed.borrow(), self.follower.now());
        let behind = committed.row - followed.at.row;
        let problem = followed
            .problem
            .or(caught_up.err().map(|failure| failure.message.en));
        if let Some(problem) = problem {
            findings.problem(
                Said::new(
                    format!("the mirror does not follow: {problem}"),
                    format!("spejlet følger ikke med: {problem}"),
                ),
                Said::new(
                    "build it anew: faelled mirror rebuild",
                    "byg det på ny: faelled mirror rebuild",
                ),
            );
        } else if behind > 0 {
            findings.warning(
                Said::new(
                    format!("the mirror is {behind} entries behind"),
                    format!("spejlet er {behind} poster bagud"),
                ),
                Said::new(
                    "wait, and look again; if it stays so: faelled mirror rebuild",
                    "vent, og se igen; bliver det ved: faelled mirror rebuild",
                ),
            );
        }
        findings.all()
    }
}

impl Look<'_> {
    /// The roster that holds, where this node has one.
    fn roster(&self) -> Option<&Roster> {
        self.trust.rosters.newest()
    }

    fn is_member(&self, member: &MemberId) -> bool {
        self.trust.rosters.member(member).is_some()
    }

    fn is_steward(&self) -> bool {
        self.roster()
            .is_some_and(|roster| roster.is_steward(self.own))
    }
}

impl Findings {
    fn of(code: &'static str, good_en: &str, good_da: &str) -> Self {
        Self {
            code,
            good: Said::new(good_en, good_da),
            found: Vec::new(),
        }
    }

    fn problem(&mut self, what: Said, todo: Said) {
        self.add(FindingSeverity::Problem, what, todo);
    }

    fn warning(&mut self, what: Said, todo: Said) {
        self.add(FindingSeverity::Warning, what, todo);
    }

    fn add(&mut self, severity: FindingSeverity, what: Said, todo: Said) {
        self.found.push(Finding {
            code: self.code,
            severity,
            what,
            todo: Some(todo),
        });
    }

    fn all(self) -> Vec<Finding> {
        if !self.found.is_empty() {
            return self.found;
        }
        vec![Finding {
            code: self.code,
            severity: FindingSeverity::Good,
            what: self.good,
            todo: None,
        }]
    }
}

#[cfg(test)]
mod tests;
