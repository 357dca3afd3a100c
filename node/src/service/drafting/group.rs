//! `group new|list|show|add|remove`.

use faelled_engine::{Answer, Event};
use faelled_mirror::read::{Group, MIN_ID_DIGITS, begins_an_id};
use faelled_proto::{GroupId, MemberId, Space};

use crate::data::drafting::Data;
use crate::failure::{Failure, Said};
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
        add: Vec<MemberId>,
        remove: Vec<MemberId>,
        appoint: Vec<MemberId>,
    ) -> Result<Data, Failure> {
        let group = group_id(&self.group(key).await?)?;
        let answer = self
            .core
            .ask(move |request| Event::ChangeGroup {
                request,
                group,
                add,
                remove,
                appoint,
            })
            .await?;
        self.changed(answer).await
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
            Answer::Group(id) => Ok(Data::Group(self.group(&id.to_string()).await?)),
            _ => Err(Failure::stopping()),
        }
    }
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
