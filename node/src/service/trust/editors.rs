//! `editors`: who may write a document besides its owner.

use std::collections::{BTreeMap, BTreeSet};

use faelled_engine::{Ceiling, authority};
use faelled_mirror::read::{Found, Target};
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::limits::MAX_CUT_FEEDS;
use faelled_proto::opening::{DocumentOpening, Editors as Entitled};
use faelled_proto::{DocId, FeedId, MemberId, NodeKey, Space, Tip};
use faelled_store::FeedRow;

use super::Service;
use crate::data::trust::{Data, Editors};
use crate::editor::{Editor, Entitlement, Rights};
use crate::failure::{Failure, Said};
use crate::request::drafting::Counts;
use crate::service::{document_id, only};

impl Service {
    pub(super) async fn editors(
        &self,
        key: &str,
        grant: Vec<MemberId>,
        withdraw: Vec<MemberId>,
        counts: Option<Counts>,
    ) -> Result<Data, Failure> {
        let what = Said::new("document", "dokumentet");
        // One that is set aside has neither title nor number: whoever names it writes its id out.
        let found = self.mirror().await?.target(key).await?;
        let (document, target) = match (document_id(key.trim()), found) {
            (Some(document), Found::Nothing) => (document, None),
            (_, found) => {
                let target = only(found, key, &what)?;
                let document = document_id(&target.document).ok_or_else(Failure::stopping)?;
                (document, Some(target))
            }
        };
        let editor = self.editor.lock().await;
        let rights = editor.rights(document).await?;
        let Some(opening) = rights.opening.clone() else {
            return only(Found::Nothing, key, &what);
        };
        if !(grant.is_empty() && withdraw.is_empty()) {
            self.entitle(&editor, document, &rights, grant, (withdraw, counts))
                .await?;
        }
        drop(editor);
        let id = document.to_string();
        Ok(Data::Editors(Editors {
            title: target.map_or_else(
                || Said::new(id.clone(), id.clone()),
                |target| title(&target),
            ),
            by: match opening.editors {
                Entitled::Granted => "granted",
                Entitled::Members => "members",
                Entitled::OwnerOnly => "owner-only",
            },
            is_own: opening.owner == self.own,
            owner: opening.owner.to_string(),
            editors: self.mirror().await?.editors(&id).await?,
            document: id,
        }))
    }

    async fn entitle(
        &self,
        editor: &Editor,
        id: DocId,
        rights: &Rights,
        grant: Vec<MemberId>,
        (withdraw, counts): (Vec<MemberId>, Option<Counts>),
    ) -> Result<(), Failure> {
        let opening = rights.opening.as_ref().ok_or_else(Failure::stopping)?;
        self.check_grants(opening)?;
        let round = |member: &MemberId| {
            let known = rights.editors.iter().find(|known| known.member == *member);
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
            // Once more, to count less of it: what was taken back first may have named a flood.
            let may_count_less = round > 0 && matches!(counts, Some(Counts::ReceivedBefore(_)));
            if !may_write && !may_count_less {
                return Err(not_an_editor(&member));
            }
            if rights.is_set_aside && counts.is_none() {
                return Err(set_aside(id, &member));
            }
            let withdrawal = Withdrawal {
                last_good: self.tips_of(&member, &opening.space, counts).await?,
                member,
                round,
            };
            edits.entitle(id, &Entitlement::Withdrawal(withdrawal));
        }
        edits.commit().await?;
        Ok(())
    }

    /// What this node holds of a member in a space, or had received before a moment, as far as it counts: what of
    /// it is about the document stays.
    async fn tips_of(
        &self,
        member: &MemberId,
        space: &Space,
        counts: Option<Counts>,
    ) -> Result<Vec<Tip>, Failure> {
        let mut feeds = self.store.feeds().await?;
        feeds.retain(|feed| {
            feed.opening.certificate.claim.member == *member && feed.opening.space == *space
        });
        let mut received: BTreeMap<FeedId, Tip> =
            feeds.iter().map(|feed| (feed.feed, feed.tip)).collect();
        if let Some(Counts::ReceivedBefore(before_ms)) = counts {
            let keys = feeds
                .iter()
                .map(|feed| feed.opening.certificate.claim.node_key);
            let keys: BTreeSet<NodeKey> = keys.collect();
            received.clear();
            for key in keys {
                received.extend(self.store.tips_received_before(&key, before_ms).await?);
            }
        }
        let trust = self.core.trust();
        let good = |feed: &FeedRow| {
            let received = Ceiling::At(*received.get(&feed.feed)?);
            match trust.ceilings.get(&feed.feed).lowest(received) {
                Ceiling::At(tip) => Some(tip),
                Ceiling::Open | Ceiling::Nothing => None,
            }
        };
        let mut tips: Vec<Tip> = feeds.iter().filter_map(good).collect();
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

fn title(target: &Target) -> Said {
    let number = target.number.as_deref().unwrap_or_default();
    let line = |first: &Option<String>, second: &Option<String>| {
        let title = first.as_ref().or(second.as_ref());
        let line = format!("{number} {}", title.map_or("", String::as_str));
        line.trim().to_owned()
    };
    Said::new(
        line(&target.title_en, &target.title_da),
        line(&target.title_da, &target.title_en),
    )
}

fn set_aside(id: DocId, member: &MemberId) -> Failure {
    Failure::user(
        "set-aside",
        Said::new(
            "the document is set aside because more is written about it than may count: say how much of it counts",
            "dokumentet er sat til side, fordi der er skrevet mere om det, end der må tælle: sig, hvor meget af det der tæller",
        ),
    )
    .hint(Said::new(
        format!("faelled editors {id} --withdraw {member} --received-before TIME lets only that count which came here before, and brings the document back; --all lets all of it count"),
        format!("faelled editors {id} --withdraw {member} --received-before TID lader kun det tælle, der kom hertil før, og henter dokumentet tilbage; --all lader alt tælle"),
    ))
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
