//! `follow`, `unfollow`, `following`: one private document that only this member's own nodes see.

use faelled_mirror::Mirror;
use faelled_model::following::Follow;
use faelled_model::validate::Finding;
use faelled_model::{Following, validate};

use crate::clock::{date, today};
use crate::data::joint::{Data, FollowLine, Follows};
use crate::failure::{Failure, Said};
use crate::service::{Service, sort_findings};

impl Service {
    pub(super) async fn follow(&self, given: &str, wanted: bool) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let target = self.followed_target(&mirror, given).await?;
        let editor = self.editor.lock().await;
        let held = self
            .own_documents::<Following>(&mirror, &editor, "private")
            .await?
            .into_iter()
            .next();
        let (earlier, mut following) = match held {
            Some((document, following)) => (Some(document), following),
            None => (None, Following::default()),
        };
        let is_followed = following
            .follows
            .iter()
            .any(|follow| follow.target == target);
        let mut since = date(today());
        if wanted && !is_followed {
            following.follows.push(Follow {
                target: target.clone(),
                since: since.clone(),
            });
        } else if let Some(known) = following.follows.iter().find(|one| one.target == target) {
            since.clone_from(&known.since);
        }
        if !wanted {
            following.follows.retain(|follow| follow.target != target);
        }
        if wanted != is_followed {
            can_follow(validate::following(&following))?;
            let mut edits = editor.edit(editor.private()).await?;
            match earlier {
                Some(document) => {
                    edits.update(document, &following).await?;
                }
                None => {
                    edits.create(&following)?;
                }
            }
            edits.commit().await?;
        }
        drop(editor);
        let follow = named(&self.mirror().await?, target, since).await?;
        Ok(Data::Follows(Follows {
            follow,
            is_followed: wanted,
            is_changed: wanted != is_followed,
        }))
    }

    pub(super) async fn followed(&self) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let things = mirror.following().await?;
        let lines = things.into_iter().map(|thing| FollowLine {
            name: thing
                .number
                .unwrap_or_else(|| without_sort(&thing.target).to_owned()),
            target: thing.target,
            title_da: thing.name_da,
            title_en: thing.name_en,
            since: thing.since.unwrap_or_default(),
        });
        Ok(Data::Followed(lines.collect()))
    }

    /// As a following document keeps it: `pack:` and a document, `project:` and its code.
    async fn followed_target(&self, mirror: &Mirror, given: &str) -> Result<String, Failure> {
        let given = given.trim();
        let target = match given.split_once(':') {
            Some(("category" | "cpv", _)) => given.to_owned(),
            Some(("project", key)) => {
                let code = self.project_at(key).await?.summary.code;
                format!("project:{}", code.unwrap_or_default())
            }
            Some((kind @ ("pack" | "requirement"), key)) => {
                self.followed_document(mirror, key, &[kind]).await?
            }
            _ => {
                let kinds = ["pack", "requirement", "project"];
                self.followed_document(mirror, given, &kinds).await?
            }
        };
        can_follow(validate::followed(&target))?;
        Ok(target)
    }

    async fn followed_document(
        &self,
        mirror: &Mirror,
        key: &str,
        kinds: &[&str],
    ) -> Result<String, Failure> {
        let what = Said::new(
            "pack, requirement or project",
            "en kravpakke, et krav eller en indsats",
        );
        let target = self.target_of(mirror, key, kinds, &what).await?;
        if target.space == "private" {
            return Err(Failure::user(
                "private-target",
                Said::new(
                    format!("{key} is a draft of your own: nothing comes of it from others"),
                    format!("{key} er jeres egen kladde: der kommer intet om den fra andre"),
                ),
            ));
        }
        Ok(match target.kind.as_str() {
            "project" => format!("project:{}", target.number.unwrap_or_default()),
            kind => format!("{kind}:{}", target.document),
        })
    }
}

fn can_follow(findings: Vec<Finding>) -> Result<(), Failure> {
    let findings = findings.into_iter().map(|finding| (String::new(), finding));
    let (errors, _) = sort_findings(findings.collect());
    if errors.is_empty() {
        return Ok(());
    }
    Err(Failure::user(
        "cannot-be-followed",
        Said::new("this cannot be followed", "det kan ikke følges"),
    )
    .details(errors))
}

async fn named(mirror: &Mirror, target: String, since: String) -> Result<FollowLine, Failure> {
    let known = mirror
        .following()
        .await?
        .into_iter()
        .find(|thing| thing.target == target);
    let (number, title_da, title_en) = match known {
        Some(thing) => (thing.number, thing.name_da, thing.name_en),
        None => (None, None, None),
    };
    Ok(FollowLine {
        name: number.unwrap_or_else(|| without_sort(&target).to_owned()),
        target,
        title_da,
        title_en,
        since,
    })
}

fn without_sort(target: &str) -> &str {
    target.split_once(':').map_or(target, |(_, what)| what)
}
