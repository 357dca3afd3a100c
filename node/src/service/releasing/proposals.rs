//! `pack proposals` and `pack answer-proposal`: what pilots say should change, and what came of it.

use std::collections::{BTreeMap, BTreeSet};

use faelled_mirror::Mirror;
use faelled_mirror::read::{ChangeProposal, MIN_ID_DIGITS, ProposalFilter};
use faelled_model::compare::{FieldDiff, requirement_diff};
use faelled_model::pack::AnsweredProposal;
use faelled_model::pilot::Tried;
use faelled_model::text::{InLanguages, Merging};
use faelled_model::{Localized, Pack, Pilot, ReleaseContent};

use super::super::{Service, document_id, is_too_short, too_short};
use super::standing::{PackStanding, release_at};
use crate::data::releasing::{Answered, Data, Proposal, ProposalAnswer, Proposals};
use crate::failure::{Failure, Said};

impl Service {
    pub(super) async fn proposals(&self, key: &str) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let pack = self.pack_standing(&mirror, key).await?;
        let filter = ProposalFilter {
            pack: Some(pack.document.to_string()),
            ..ProposalFilter::default()
        };
        let contents: BTreeMap<String, ReleaseContent> = pack
            .held
            .iter()
            .filter_map(|held| Some((held.hash.to_string(), held.content()?)))
            .collect();
        let mut proposals = Vec::new();
        for found in mirror.proposals(&filter).await? {
            let pilot = self.pilot_value(&found.pilot).await?;
            if let Some(tried) = tried_of(&pilot, found.number.as_deref()) {
                proposals.push(proposal(&contents, &found, &pilot, tried, &pack.pack));
            }
        }
        Ok(Data::Proposals(Proposals {
            code: pack.code.clone(),
            is_lead: pack.lead == self.own.as_str(),
            proposals,
        }))
    }

    async fn pilot_value(&self, document: &str) -> Result<Pilot, Failure> {
        let id = document_id(document).ok_or_else(Failure::stopping)?;
        self.value(id).await
    }

    pub(super) async fn answer_proposal(
        &self,
        pilot: &str,
        number: &str,
        version: Option<String>,
        answer: Localized,
    ) -> Result<Data, Failure> {
        check_said(&answer)?;
        let mirror = self.mirror().await?;
        let head = pilot_at(&mirror, pilot, number).await?;
        let value = self.pilot_value(&head).await?;
        let tried = tried_of(&value, Some(number)).ok_or_else(|| no_proposal(&head, number))?;
        let pack = self.pack_standing(&mirror, &tried.release.pack).await?;
        self.check_leads(&pack, "answers proposals", "besvarer forslag")?;
        let version = match version {
            Some(version) => taking_up(&pack, &version)?,
            None => String::new(),
        };
        let answered = AnsweredProposal {
            id: String::new(),
            pilot: head.clone(),
            number: tried.number.clone(),
            version: version.clone(),
            answer: answer.clone(),
        };
        let replaced = answer_in(&pack.pack, &head, &tried.number).is_some();
        let editor = self.editor.lock().await;
        self.edit_shared(&editor, &pack, |value| put_answer(value, &answered))
            .await?;
        drop(editor);
        self.mirror().await?;
        Ok(Data::Answered(Answered {
            code: pack.code.clone(),
            pilot: head,
            number: tried.number.clone(),
            answer: ProposalAnswer { version, answer },
            replaced,
        }))
    }
}

/// An answer says something, whatever becomes of the proposal: a release whose pack holds an empty one is refused.
fn check_said(answer: &Localized) -> Result<(), Failure> {
    if !answer.is_blank() {
        return Ok(());
    }
    Err(Failure::user(
        "answer",
        Said::new(
            "a proposal is not answered without saying what came of it",
            "et forslag besvares ikke uden at sige, hvad der blev af det",
        ),
    )
    .hint(Said::new("add --answer \"...\"", "tilføj --answer \"...\"")))
}

/// Writes an answer in the place of an earlier one to the same proposal.
fn put_answer(pack: &mut Pack, answered: &AnsweredProposal) {
    let earlier = pack
        .answered
        .iter_mut()
        .find(|held| held.pilot == answered.pilot && held.number == answered.number);
    match earlier {
        Some(held) => {
            let id = std::mem::take(&mut held.id);
            *held = AnsweredProposal {
                id,
                ..answered.clone()
            };
        }
        None => pack.answered.push(answered.clone()),
    }
}

/// What a pilot says of the requirement with this number.
fn tried_of<'a>(pilot: &'a Pilot, number: Option<&str>) -> Option<&'a Tried> {
    let number = number?;
    pilot
        .tried
        .iter()
        .find(|tried| tried.number.eq_ignore_ascii_case(number))
}

fn proposal(
    contents: &BTreeMap<String, ReleaseContent>,
    found: &ChangeProposal,
    pilot: &Pilot,
    tried: &Tried,
    pack: &Pack,
) -> Proposal {
    Proposal {
        pilot: found.pilot.clone(),
        member: found.member.clone(),
        name: found.member_name.clone(),
        tender: pilot.tender.title.clone(),
        number: tried.number.clone(),
        version: tried.release.version.clone(),
        verdict: tried.verdict.code().to_owned(),
        dropped: tried.dropped.clone(),
        proposed_wording: tried.proposed_wording.clone(),
        difference: contents
            .get(&tried.release.hash)
            .map(|content| wording_change(content, tried))
            .unwrap_or_default(),
        answer: answer_in(pack, &found.pilot, &tried.number),
    }
}

/// The proposed wording beside the one that was released, in the languages in which one is proposed.
fn wording_change(content: &ReleaseContent, tried: &Tried) -> Vec<FieldDiff> {
    let released = content
        .requirements
        .iter()
        .find(|released| released.requirement.number == tried.number);
    let Some(released) = released else {
        return Vec::new();
    };
    let mut proposed = released.requirement.clone();
    for language in tried.proposed_wording.languages() {
        let text = tried.proposed_wording.exact(language).unwrap_or_default();
        proposed
            .wording
            .0
            .insert(language.to_owned(), Merging(text.to_owned()));
    }
    requirement_diff(&released.requirement, &proposed)
}

fn answer_in(pack: &Pack, pilot: &str, number: &str) -> Option<ProposalAnswer> {
    pack.answered
        .iter()
        .find(|answered| answered.pilot == pilot && answered.number == number)
        .map(|answered| ProposalAnswer {
            version: answered.version.clone(),
            answer: answered.answer.clone(),
        })
}

/// The pilot with this id, or the one whose id begins so, that proposes a change of a requirement.
async fn pilot_at(mirror: &Mirror, key: &str, number: &str) -> Result<String, Failure> {
    let proposals = mirror.proposals(&ProposalFilter::default()).await?;
    let fitting: BTreeSet<String> = proposals
        .into_iter()
        .filter(|one| key.len() >= MIN_ID_DIGITS && one.pilot.starts_with(key))
        .filter(|one| {
            one.number
                .as_deref()
                .is_some_and(|held| held.eq_ignore_ascii_case(number))
        })
        .map(|one| one.pilot)
        .collect();
    let count = fitting.len();
    match fitting.into_iter().next() {
        Some(one) if count == 1 => Ok(one),
        Some(_) => Err(Failure::user(
            "ambiguous",
            Said::new(
                format!("several pilots begin with {key}"),
                format!("flere afprøvninger begynder med {key}"),
            ),
        )
        .hint(Said::new("give more of the id", "angiv mere af id'et"))),
        None if is_too_short(key) => Err(too_short(key)),
        None => Err(no_proposal(key, number)),
    }
}

fn no_proposal(pilot: &str, number: &str) -> Failure {
    let pilot: String = pilot.chars().take(10).collect();
    Failure::user(
        "no-proposal",
        Said::new(
            format!("no pilot {pilot} here proposes a change of {number}"),
            format!("ingen afprøvning {pilot} her foreslår en ændring af {number}"),
        ),
    )
    .hint(Said::new(
        "faelled pack proposals PACK lists what is proposed",
        "faelled pack proposals PAKKE viser, hvad der er foreslået",
    ))
}

/// The release that takes a proposal up is there, and stands.
fn taking_up(pack: &PackStanding, version: &str) -> Result<String, Failure> {
    let release = release_at(pack, Some(version))?;
    match &release.withdrawn {
        None => Ok(release.version.clone()),
        Some(withdrawal) => {
            let name = format!("{} {}", pack.code, release.version);
            Err(super::withdrawn(&name, withdrawal))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(version: &str) -> AnsweredProposal {
        AnsweredProposal {
            id: String::new(),
            pilot: "aa".to_owned(),
            number: "GLX-EMB-001".to_owned(),
            version: version.to_owned(),
            answer: Localized::default(),
        }
    }

    #[test]
    fn an_answer_without_a_text_is_refused_before_anything_is_written() {
        for empty in [Localized::default(), Localized::from([("da", "  ")])] {
            let failure = check_said(&empty).unwrap_err();
            assert_eq!(failure.code, "answer");
            assert!(failure.hint.is_some(), "{failure:?}");
        }
        assert!(check_said(&Localized::from([("da", "Taget med")])).is_ok());
    }

    #[test]
    fn a_second_answer_takes_the_place_of_the_first_and_keeps_its_id() {
        let mut pack = Pack::default();
        put_answer(&mut pack, &answered("1.1.0"));
        pack.answered[0].id = "item".to_owned();
        put_answer(&mut pack, &answered(""));
        assert_eq!(pack.answered.len(), 1);
        assert_eq!(pack.answered[0].id, "item");
        let answer = answer_in(&pack, "aa", "GLX-EMB-001").unwrap();
        assert_eq!(answer.version, "");
        assert_eq!(answer_in(&pack, "bb", "GLX-EMB-001"), None);
    }
}
