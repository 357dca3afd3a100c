//! Proposals for change that came from pilots, and their answers.

use faelled_model::text::InLanguages;

use super::super::page::Page;
use super::super::words::{counted, member, short, verdict};
use super::difference::fields;
use crate::data::releasing::{Answered, Proposal, ProposalAnswer, Proposals};

pub(super) fn proposals(page: &mut Page, proposals: &Proposals) {
    let code = &proposals.code;
    if proposals.proposals.is_empty() {
        page.line(&page.say(
            format!("No pilot proposes a change of {code}."),
            format!("Ingen afprøvning foreslår ændringer i {code}."),
        ));
        page.line(&page.say(
            format!("faelled pilot list --pack {code} shows what pilots say of it."),
            format!("faelled pilot list --pack {code} viser, hvad afprøvninger siger om den."),
        ));
        return;
    }
    let language = page.language;
    let waiting = proposals
        .proposals
        .iter()
        .filter(|proposal| proposal.answer.is_none())
        .count();
    let count = i64::try_from(proposals.proposals.len()).unwrap_or(i64::MAX);
    let all = counted(
        count,
        ("proposal", "proposals"),
        ("forslag", "forslag"),
        language,
    );
    page.line(&page.say(
        format!("{code}: {all} from pilots, {waiting} without an answer"),
        format!("{code}: {all} fra afprøvninger, {waiting} uden svar"),
    ));
    for proposal in &proposals.proposals {
        self::proposal(page, proposal);
    }
    if proposals.is_lead && waiting > 0 {
        page.gap();
        page.own(page.say(
            "Answer one: faelled pack answer-proposal PILOT NUMBER --version VERSION, or --declined --answer TEXT",
            "Besvar et: faelled pack answer-proposal AFPRØVNING NUMMER --version VERSION, eller --declined --answer TEKST",
        ));
    }
}

fn proposal(page: &mut Page, proposal: &Proposal) {
    let language = page.language;
    let verdict = verdict(Some(&proposal.verdict), language);
    page.heading(&format!(
        "{} {}: {verdict}",
        proposal.number, proposal.version
    ));
    let tender = proposal.tender.best(language.code());
    page.bullet(&format!(
        "{} {}, {tender}",
        short(&proposal.pilot),
        member(&proposal.member, proposal.name.as_deref()),
    ));
    let dropped = proposal.dropped.best(language.code());
    if !dropped.is_empty() {
        page.bullet(&page.say(
            format!("dropped on the way: {dropped}"),
            format!("droppet undervejs: {dropped}"),
        ));
    }
    if proposal.difference.is_empty() {
        // The release is not here: the proposal is shown as it stands.
        let wording = proposal.proposed_wording.best(language.code());
        if !wording.is_empty() {
            page.bullet(&page.say(
                format!("proposed wording: {wording}"),
                format!("foreslået ordlyd: {wording}"),
            ));
        }
    } else {
        fields(page, &proposal.difference);
    }
    let answer = match &proposal.answer {
        Some(answer) => answer_line(page, answer),
        None => page.say("no answer yet", "intet svar endnu").to_owned(),
    };
    page.bullet(&answer);
}

fn answer_line(page: &Page, answer: &ProposalAnswer) -> String {
    let said = answer.answer.best(page.language.code());
    let said = if said.is_empty() {
        String::new()
    } else {
        format!(": {said}")
    };
    if answer.version.is_empty() {
        page.say(format!("declined{said}"), format!("afvist{said}"))
    } else {
        let version = &answer.version;
        page.say(
            format!("taken up in {version}{said}"),
            format!("imødekommet i {version}{said}"),
        )
    }
}

pub(super) fn answered(page: &mut Page, answered: &Answered) {
    let (number, code) = (&answered.number, &answered.code);
    let pilot = short(&answered.pilot);
    let line = answer_line(page, &answered.answer);
    page.line(&page.say(
        format!("The proposal of pilot {pilot} on {number} is answered: {line}"),
        format!("Forslaget fra afprøvning {pilot} om {number} er besvaret: {line}"),
    ));
    if answered.replaced {
        page.own(page.say(
            "It takes the place of the earlier answer.",
            "Det afløser det tidligere svar.",
        ));
    }
    page.line(&page.say(
        format!("Every member sees it: faelled pack proposals {code}"),
        format!("Alle deltagere ser det: faelled pack proposals {code}"),
    ));
}
