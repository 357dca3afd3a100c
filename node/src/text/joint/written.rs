//! What was written where others see it, or would be.

use super::super::page::Page;
use super::super::words::{counted, short};
use crate::data::joint::{What, Written};

pub(super) fn written(page: &mut Page, written: &Written) {
    let names = written.names.join(", ");
    let text = headline(page, written, &names);
    page.line(&text);
    page.gap();
    let count = i64::try_from(written.visible_to.len()).unwrap_or(i64::MAX);
    let seen = counted(
        count,
        ("member", "members"),
        ("deltager", "deltagere"),
        page.language,
    );
    let group = match (written.space.as_str(), &written.space_name) {
        ("group", name) => name.clone().unwrap_or_else(|| "?".to_owned()),
        _ => String::new(),
    };
    page.facts(&[
        (page.say("Group", "Gruppe"), group),
        (
            page.say("Visible to", "Synligt for"),
            format!("{seen}: {}", written.visible_to.join(", ")),
        ),
    ]);
    if written.preview {
        page.warnings(&written.warnings);
        page.gap();
        page.own(page.say(
            "What is shared cannot be taken back: whoever has it keeps it.",
            "Det, der er delt, kan ikke tages tilbage: den, der har det, beholder det.",
        ));
        return;
    }
    let id = written
        .documents
        .first()
        .map(|id| short(id))
        .unwrap_or_default();
    let next = match written.what {
        What::Projects => page.say(
            "Next: faelled participation set CODE --speed leading".to_owned(),
            "Dernæst: faelled participation set KODE --speed leading".to_owned(),
        ),
        What::Participation => page.say(
            "See all: faelled participation matrix".to_owned(),
            "Se alle: faelled participation matrix".to_owned(),
        ),
        What::Question => page.say(
            format!("Read the answers: faelled question show {id}"),
            format!("Læs svarene: faelled question show {id}"),
        ),
        What::Resource => page.say(
            format!("Look at it: faelled resource show {id}"),
            format!("Se det: faelled resource show {id}"),
        ),
        _ => return,
    };
    page.gap();
    page.line(&next);
}

fn headline(page: &Page, written: &Written, names: &str) -> String {
    let is_one = written.names.len() == 1;
    let (english, danish) = match (written.what, written.updated) {
        (What::Projects, false) if is_one => ("The project is open", "Indsatsen er åbnet"),
        (What::Projects, false) => ("The projects are open", "Indsatserne er åbnet"),
        (What::Projects, true) if is_one => {
            ("The project is up to date", "Indsatsen er ført ajour")
        }
        (What::Projects, true) => ("The projects are up to date", "Indsatserne er ført ajour"),
        (What::Participation, false) => {
            ("Your participation is noted", "Jeres deltagelse er noteret")
        }
        (What::Participation, true) => (
            "Your participation is up to date",
            "Jeres deltagelse er ført ajour",
        ),
        (What::Profile, _) => ("Your profile is up to date", "Jeres profil er ført ajour"),
        (What::Question, _) => ("The question is asked", "Spørgsmålet er stillet"),
        (What::Settled, _) => ("It is settled", "Det er afgjort"),
        (What::Escalated, _) => (
            "The question is taken to the committee",
            "Spørgsmålet er forelagt for udvalget",
        ),
        (What::Answer, _) => ("The answer is given", "Svaret er givet"),
        (What::Comment, _) => ("The comment is made", "Kommentaren er skrevet"),
        (What::Resource, _) => (
            "The resource is offered",
            "Redskabet er stillet til rådighed",
        ),
    };
    let said = page.say(english, danish);
    let named = if names.is_empty() {
        said.to_owned()
    } else {
        format!("{said}: {names}")
    };
    if written.preview {
        page.say(
            format!("Preview, nothing is shared yet. {named}."),
            format!("Forhåndsvisning, intet er delt endnu. {named}."),
        )
    } else {
        format!("{named}.")
    }
}
