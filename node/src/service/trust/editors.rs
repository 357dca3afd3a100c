//! `editors`: who may write a document besides its owner.

use faelled_engine::{Ceiling, authority};
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::limits::MAX_CUT_FEEDS;
use faelled_proto::opening::{DocumentOpening, Editors as Entitled};
use faelled_proto::{DocId, MemberId, Space, Tip};

use super::Service;
use crate::data::trust::{Data, Editors};
use crate::editor::{Editor, Entitlement};
use crate::failure::{Failure, Said};
use crate::service::{document_id, only};

impl Service {
    pub(super) async fn editors(
        &self,
        key: &str,
        grant: Vec<MemberId>,
        withdraw: Vec<MemberId>,
    ) -> Result<Data, Failure> {
        let what = Said::new("document", "dokumentet");
        let target = only(self.mirror().await?.target(key).await?, key, &what)?;
        let document = document_id(&target.document).ok_or_else(Failure::stopping)?;
        let editor = self.editor.lock().await;
        if !(grant.is_empty() && withdraw.is_empty()) {
            self.entitle(&editor, document, grant, withdraw).await?;
        }
        let opening = editor.load(document).await?.opening;
        drop(editor);
        let number = target.number.as_deref().unwrap_or_default();
        let title = |first: &Option<String>, second: &Option<String>| {
            let title = first.as_ref().or(second.as_ref());
            let line = format!("{number} {}", title.map_or("", String::as_str));
            line.trim().to_owned()
        };
        Ok(Data::Editors(Editors {
            title: Said::new(
                title(&target.title_en, &target.title_da),
                title(&target.title_da, &target.title_en),
            ),
            by: match opening.map(|opening| opening.editors) {
                Some(Entitled::Granted) => "granted",
                Some(Entitled::Members) => "members",
                Some(Entitled::OwnerOnly) | None => "owner-only",
            },
            is_own: target.owner == self.own.as_str(),
            owner: target.owner,
            editors: self.mirror().await?.editors(&target.document).await?,
            document: target.document,
        }))
    }

    async fn entitle(
        &self,
        editor: &Editor,
        id: DocId,
        grant: Vec<MemberId>,
        withdraw: Vec<MemberId>,
    ) -> Result<(), Failure> {
        let loaded = editor.load(id).await?;
        let opening = loaded.opening.as_ref().ok_or_else(Failure::stopping)?;
        self.check_grants(opening)?;
        let round = |member: &MemberId| {
            let known = loaded.editors.iter().find(|known| known.member == *member);
            known.map_or((0, false), |known: &authority::Editor| {
                (known.round, known.may_write)
            })
        };
        let mut edits = editor.edit(opening.space.clone()).await?;
        for member in grant {
            self.check_grantee(&member)?;
            let (round, may_write) = round(&member);
            if withdraw.contains(&member) {
                return Err(both(&member));
            }
            if !may_write {
                let round = round.saturating_add(1);
                edits.entitle(id, &Entitlement::Grant(Grant { member, round }));
            }
        }
        for member in withdraw {
            let (round, may_write) = round(&member);
            if !may_write {
                return Err(not_an_editor(&member));
            }
            let withdrawal = Withdrawal {
                last_good: self.tips_of(&member, &opening.space).await?,
                member,
                round,
            };
            edits.entitle(id, &Entitlement::Withdrawal(withdrawal));
        }
        edits.commit().await?;
        Ok(())
    }

    /// What this node holds of a member in a space, as far as it counts: what of it is about the document stays.
    async fn tips_of(&self, member: &MemberId, space: &Space) -> Result<Vec<Tip>, Failure> {
        let trust = self.core.trust();
        let mut tips: Vec<Tip> = self
            .store
            .feeds()
            .await?
            .into_iter()
            .filter(|feed| {
                feed.opening.certificate.claim.member == *member && feed.opening.space == *space
            })
            .filter_map(|feed| match trust.ceilings.get(&feed.feed) {
                Ceiling::Open => Some(feed.tip),
                Ceiling::At(cut) if cut.seq < feed.tip.seq => Some(cut),
                Ceiling::At(_) => Some(feed.tip),
                Ceiling::Nothing => None,
            })
            .collect();
        tips.sort_unstable_by_key(|tip| tip.feed);
        if tips.len() <= MAX_CUT_FEEDS {
            return Ok(tips);
        }
        Err(Failure::user(
            "too-many-feeds",
            Said::new(
                format!("{member} has more feeds than a withdrawal can name"),
                format!("{member} har flere logge, end en tilbagetrækning kan nævne"),
            ),
        ))
    }

    /// Only the owner decides, and only of what was made for it.
    fn check_grants(&self, opening: &DocumentOpening) -> Result<(), Failure> {
        if opening.owner != self.own {
            let owner = &opening.owner;
            return Err(Failure::user(
                "not-yours",
                Said::new(
                    format!("{owner} owns it; only {owner} says who else may write it"),
                    format!("{owner} ejer det; kun {owner} siger, hvem der ellers må skrive i det"),
                ),
            )
            .hint(Said::new(format!("ask {owner}"), format!("spørg {owner}"))));
        }
        let (code, said, hint) = match (opening.editors, &opening.space) {
            (Entitled::Granted, _) => return Ok(()),
            (Entitled::Members, _) => (
                "group-writes",
                Said::new(
                    "all members of its group write it",
                    "alle i dets gruppe skriver i det",
                ),
                Said::new(
                    "faelled group add and faelled group remove say who is in the group",
                    "faelled group add og faelled group remove siger, hvem der er i gruppen",
                ),
            ),
            (Entitled::OwnerOnly, Space::Private(_)) => (
                "owner-only",
                Said::new(
                    "it is a private draft; nobody else can see it",
                    "det er en privat kladde; ingen andre kan se den",
                ),
                Said::new(
                    "faelled pack share gives it to a group, where all write it; a published document can have editors",
                    "faelled pack share giver den til en gruppe, hvor alle skriver; et udgivet dokument kan have redaktører",
                ),
            ),
            (Entitled::OwnerOnly, _) => (
                "owner-only",
                Said::new(
                    "when it was made it was settled that only its owner writes it, and that stays so",
                    "da det blev lavet, blev det fastlagt, at kun ejeren skriver i det, og det står fast",
                ),
                Said::new(
                    "packs, requirements and resources that are published from now on can have editors; others propose changes by requirement adapt and pilot record",
                    "kravpakker, krav og redskaber, der udgives fra nu af, kan have redaktører; andre foreslår ændringer med requirement adapt og pilot record",
                ),
            ),
        };
        Err(Failure::user(code, said).hint(hint))
    }

    fn check_grantee(&self, member: &MemberId) -> Result<(), Failure> {
        if *member == self.own {
            return Err(Failure::user(
                "owner",
                Said::new(
                    "its owner writes it already",
                    "ejeren skriver i det i forvejen",
                ),
            ));
        }
        if self.core.trust().rosters.member(member).is_some() {
            return Ok(());
        }
        Err(Failure::user(
            "not-a-member",
            Said::new(
                format!("{member} is no member of the federation"),
                format!("{member} er ikke deltager i fællesskabet"),
            ),
        )
        .hint(Said::new(
            "faelled members shows who is",
            "faelled members viser, hvem der er",
        )))
    }
}

fn both(member: &MemberId) -> Failure {
    Failure::user(
        "both",
        Said::new(
            format!("{member} cannot be granted and withdrawn at once"),
            format!("{member} kan ikke både få lov og miste den på én gang"),
        ),
    )
}

fn not_an_editor(member: &MemberId) -> Failure {
    Failure::user(
        "not-an-editor",
        Said::new(
            format!("{member} may not write it, so there is nothing to take back"),
            format!("{member} må ikke skrive i det, så der er intet at tage tilbage"),
        ),
    )
    .hint(Said::new(
        "faelled editors DOCUMENT shows who may",
        "faelled editors DOKUMENT viser, hvem der må",
    ))
}
