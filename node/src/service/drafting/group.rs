//! `group new|list|show|add|remove|appoint|settle`.

use std::collections::{BTreeMap, BTreeSet};

use faelled_engine::{Answer, Event, Following, Membership};
use faelled_mirror::read::{Group, MIN_ID_DIGITS, begins_an_id};
use faelled_proto::{FeedId, GroupId, MemberId, NodeKey, Space, Tip};

use crate::data::drafting::{Data, ShownGroup, Unconfirmed, UnconfirmedCharter};
use crate::failure::{Failure, Said};
use crate::request::drafting::{Counts, GroupChange, Settling};
use crate::service::Service;

impl Service {
    pub(super) async fn found_group(
        &self,
        name: String,
        members: Vec<MemberId>,
    ) -> Result<Data, Failure> {
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(Failure::user(
                "group-name",
                Said::new("a group needs a name", "en gruppe skal have et navn"),
            ));
        }
        let groups = self.mirror().await?.groups().await?;
        if groups.iter().any(|group| is_named(group, &name)) {
            return Err(Failure::user(
                "group-exists",
                Said::new(
                    format!("there is a group {name} already"),
                    format!("gruppen {name} findes allerede"),
                ),
            )
            .hint(Said::new(
                "give it another name; faelled group list shows all",
                "giv den et andet navn; faelled group list viser alle",
            )));
        }
        let answer = self
            .core
            .ask(move |request| Event::FoundGroup {
                request,
                name,
                members,
            })
            .await?;
        self.changed(answer).await
    }

    pub(super) async fn change_group(
        &self,
        key: &str,
        change: GroupChange,
    ) -> Result<Data, Failure> {
        let group = group_id(&self.group(key).await?)?;
        let last_good = self.last_good(group, &change).await?;
        let change = Membership {
            add: change.add,
            remove: change.remove,
            appoint: change.appoint,
            unconfirmed: change.unconfirmed.map(|settling| match settling {
                Settling::Keep => faelled_engine::Unconfirmed::Keep,
                Settling::Drop => faelled_engine::Unconfirmed::Drop,
            }),
            last_good,
            unmet: change.unmet,
        };
        let answer = self
            .core
            .ask(move |request| Event::ChangeGroup {
                request,
                group,
                change,
            })
            .await?;
        self.changed(answer).await
    }

    /// How far the feeds count of those who leave. Nothing of whom all that is held does.
    async fn last_good(
        &self,
        group: GroupId,
        change: &GroupChange,
    ) -> Result<BTreeMap<MemberId, Vec<Tip>>, Failure> {
        let before_ms = match change.counts {
            Some(Counts::All) => return Ok(BTreeMap::new()),
            Some(Counts::ReceivedBefore(ms)) => ms,
            None => {
                let trust = self.core.trust();
                let space = Space::Group(group);
                let mut leaving = change.remove.iter();
                let gone = leaving.find(|member| {
                    trust.rosters.member(member).is_none() && trust.groups.ever_saw(member, &space)
                });
                return match gone {
                    Some(gone) => Err(left_before(gone)),
                    None => Ok(BTreeMap::new()),
                };
            }
        };
        let mut last_good: BTreeMap<MemberId, Vec<Tip>> = BTreeMap::new();
        for member in &change.remove {
            last_good.insert(member.clone(), Vec::new());
        }
        let mut feeds: BTreeMap<FeedId, MemberId> = BTreeMap::new();
        let mut keys: BTreeSet<NodeKey> = BTreeSet::new();
        for feed in self.store.feeds().await? {
            let claim = feed.opening.certificate.claim;
            if feed.opening.space == Space::Group(group) && last_good.contains_key(&claim.member) {
                keys.insert(claim.node_key);
                feeds.insert(feed.feed, claim.member);
            }
        }
        for key in keys {
            for (feed, tip) in self.store.tips_received_before(&key, before_ms).await? {
                let good = feeds
                    .get(&feed)
                    .and_then(|member| last_good.get_mut(member));
                good.into_iter().for_each(|good| good.push(tip));
            }
        }
        last_good.values_mut().for_each(|good| good.sort_unstable());
        Ok(last_good)
    }

    pub(super) async fn show_group(&self, key: &str) -> Result<Data, Failure> {
        let group = self.group(key).await?;
        let id = group_id(&group)?;
        let trust = self.core.trust();
        let unconfirmed = trust.groups.get(&id).and_then(unconfirmed);
        Ok(Data::Group(ShownGroup { group, unconfirmed }))
    }

    pub(super) async fn groups(&self) -> Result<Data, Failure> {
        Ok(Data::Groups(self.mirror().await?.groups().await?))
    }

    /// A group by its name or the beginning of its id.
    pub(in crate::service) async fn group(&self, key: &str) -> Result<Group, Failure> {
        let key = key.trim();
        let groups = self.mirror().await?.groups().await?;
        let is_id = begins_an_id(key) && key.len() >= MIN_ID_DIGITS;
        let mut found: Vec<Group> = groups
            .into_iter()
            .filter(|group| is_named(group, key) || (is_id && group.head.group_id.starts_with(key)))
            .collect();
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(Failure::user(
                "no-group",
                Said::new(
                    format!("there is no group {key} here"),
                    format!("gruppen {key} findes ikke her"),
                ),
            )
            .hint(Said::new(
                "faelled group list shows your groups; faelled group new founds one",
                "faelled group list viser jeres grupper; faelled group new danner en",
            ))),
            _ => {
                let details = found
                    .iter()
                    .map(|group| {
                        let line = format!("{} {}", group.head.group_id, name_of(group));
                        Said::new(line.clone(), line)
                    })
                    .collect();
                Err(Failure::user(
                    "ambiguous",
                    Said::new(
                        format!("several groups are called {key}"),
                        format!("flere grupper hedder {key}"),
                    ),
                )
                .details(details)
                .hint(Said::new(
                    "say which one by the beginning of its id",
                    "sig hvilken med begyndelsen af dens id",
                )))
            }
        }
    }

    async fn changed(&self, answer: Answer) -> Result<Data, Failure> {
        match answer {
            Answer::Group(id) => self.show_group(&id.to_string()).await,
            _ => Err(Failure::stopping()),
        }
    }
}

/// What waits to be confirmed in a group, or dropped.
fn unconfirmed(group: &faelled_engine::Group) -> Option<Unconfirmed> {
    if !matches!(group.following(), Following::Unconfirmed { .. }) {
        return None;
    }
    let newest = group.newest();
    let lacks = |those: &[MemberId], these: &[MemberId]| -> Vec<String> {
        let lacking = those.iter().filter(|member| !these.contains(member));
        lacking.map(ToString::to_string).collect()
    };
    let says = group
        .unconfirmed()
        .map(|(charter, signed)| UnconfirmedCharter {
            version: charter.version,
            signer: signed.signer().to_string(),
            comes: lacks(&charter.members, &newest.members),
            goes: lacks(&newest.members, &charter.members),
            appointed: lacks(&charter.owners, &newest.owners),
        });
    Some(Unconfirmed { says })
}

fn left_before(member: &MemberId) -> Failure {
    Failure::user(
        "left-before",
        Said::new(
            format!("{member} is not in the federation any more: what it wrote in the group since then, it should not have"),
            format!("{member} er ikke længere med i fællesskabet: hvad den har skrevet i gruppen siden, skulle den ikke have skrevet"),
        ),
    )
    .hint(Said::new(
        "say how much of it counts: what this node had received before a time, --received-before '2026-03-01 12:00', or all that it holds, --all",
        "angiv, hvor meget der tæller: hvad noden havde modtaget før et tidspunkt, --received-before '2026-03-01 12:00', eller alt, hvad den har, --all",
    ))
}

/// A group's space.
pub(in crate::service) fn space_of(group: &Group) -> Result<Space, Failure> {
    group_id(group).map(Space::Group)
}

/// What people call a group.
pub(in crate::service) fn name_of(group: &Group) -> String {
    group.head.name.clone().unwrap_or_default()
}

fn is_named(group: &Group, name: &str) -> bool {
    name_of(group).to_lowercase() == name.to_lowercase()
}

fn group_id(group: &Group) -> Result<GroupId, Failure> {
    group.head.group_id.parse().map_err(|_| {
        Failure::internal(
            "group-id",
            Said::new(
                "the mirror names a group that is none",
                "spejlet nævner en gruppe, der ikke er en",
            ),
        )
    })
}
