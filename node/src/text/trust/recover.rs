//! What of one's own does not count, and what was written again.

use faelled_model::field::field_name;

use super::super::page::Page;
use super::super::words::{counted, document_kind, joined, short, value_name};
use crate::data::trust::{Difference, Recovered, Voided, VoidedIn};
use crate::failure::Said;

pub(super) fn voided(page: &mut Page, documents: &[Voided]) {
    if documents.is_empty() {
        page.own(page.say(
            "Everything that you wrote counts, or was dealt with.",
            "Alt, hvad I har skrevet, tæller eller er der taget hånd om.",
        ));
        return;
    }
    for document in documents {
        head(page, document);
    }
    page.gap();
    page.own(page.say(
        "faelled recover show DOCUMENT says what is missing; faelled recover apply writes it again.",
        "faelled recover show DOKUMENT siger, hvad der mangler; faelled recover apply skriver det igen.",
    ));
}

fn head(page: &mut Page, document: &Voided) {
    let language = page.language;
    page.heading(document.title.in_language(language));
    let kind = document.kind.as_deref().unwrap_or_default();
    page.line(&joined([
        document_kind(kind, language),
        counted(
            i64::try_from(document.entries).unwrap_or(i64::MAX),
            ("entry does not count", "entries do not count"),
            ("post tæller ikke", "poster tæller ikke"),
            language,
        ),
        short(&document.document),
    ]));
    let grounds = document.grounds.iter();
    let grounds: Vec<&str> = grounds.map(|ground| ground.in_language(language)).collect();
    let why = grounds.join("; ");
    page.line(&page.say(format!("Why: {why}"), format!("Hvorfor: {why}")));
    if let Some(refused) = &document.refused {
        not_here(page, refused, document.may_draft);
    }
}

fn not_here(page: &mut Page, refused: &Said, may_draft: bool) {
    let refused = refused.in_language(page.language);
    page.line(&page.say(
        format!("It cannot be written again in its place: {refused}."),
        format!("Det kan ikke skrives igen på sin plads: {refused}."),
    ));
    if may_draft {
        page.own(page.say(
            "faelled recover apply --private makes it a private draft of yours.",
            "faelled recover apply --private gør det til en privat kladde hos jer.",
        ));
    }
}

pub(super) fn voided_in(page: &mut Page, voided: &VoidedIn) {
    head(page, &voided.head);
    if voided.reopens {
        page.own(page.say(
            "The document's opening is among it: writing it again opens the document again, under the same id.",
            "Dokumentets åbning er iblandt: når det skrives igen, åbnes dokumentet igen med samme id.",
        ));
    }
    if voided.unreadable > 0 {
        page.line(&counted(
            i64::try_from(voided.unreadable).unwrap_or(i64::MAX),
            (
                "change cannot be read any more.",
                "changes cannot be read any more.",
            ),
            (
                "ændring kan ikke læses længere.",
                "ændringer kan ikke læses længere.",
            ),
            page.language,
        ));
    }
    by_hand(page, &voided.by_hand);
    if voided.differences.is_empty() {
        page.gap();
        page.own(page.say(
            "The document says all that was written in it.",
            "Dokumentet siger alt, hvad der var skrevet i det.",
        ));
        return;
    }
    page.heading(page.say(
        "What it would say otherwise",
        "Hvad det ville sige anderledes",
    ));
    for difference in &voided.differences {
        field(page, difference);
    }
    if voided.head.may_write {
        let id = short(&voided.head.document);
        page.gap();
        page.line(&page.say(
            format!("Write it again: faelled recover apply {id}"),
            format!("Skriv det igen: faelled recover apply {id}"),
        ));
    }
}

fn field(page: &mut Page, difference: &Difference) {
    let language = page.language;
    let path = &difference.field;
    let name = field_name(path, language);
    page.gap();
    page.line(&if name == *path {
        path.clone()
    } else {
        format!("{path} ({name})")
    });
    let value = |text: &str| {
        if text.is_empty() {
            language.pick("nothing", "intet").to_owned()
        } else {
            value_name(path, text, language)
        }
    };
    let (now, written) = (value(&difference.now), value(&difference.written));
    page.bullet(&page.say(format!("now: {now}"), format!("nu: {now}")));
    page.bullet(&page.say(format!("written: {written}"), format!("skrevet: {written}")));
    if difference.stays {
        page.bullet(page.say(
            "somebody else set it too, and that stays; edit the field if yours is to stand",
            "en anden har også sat det, og det bliver stående; ret feltet, hvis jeres skal gælde",
        ));
    } else if difference.contested {
        page.bullet(page.say(
            "somebody else set it too; writing yours again takes its place",
            "en anden har også sat det; skrives jeres igen, træder det i stedet",
        ));
    }
}

fn by_hand(page: &mut Page, lines: &[Said]) {
    let heading = page.say(
        "Not written again by itself; do it anew",
        "Skrives ikke igen af sig selv; gør det på ny",
    );
    let lines = lines.iter();
    let points: Vec<String> = lines
        .map(|line| line.in_language(page.language).to_owned())
        .collect();
    page.bullets(heading, &points);
}

pub(super) fn recovered(page: &mut Page, documents: &[Recovered]) {
    if documents.is_empty() {
        page.own(page.say(
            "There was nothing to write again.",
            "Der var intet at skrive igen.",
        ));
        return;
    }
    for document in documents {
        let title = document.title.in_language(page.language);
        let id = short(&document.document);
        page.heading(&format!("{title}  {id}"));
        match (&document.refused, &document.into) {
            (Some(refused), _) => not_here(page, refused, document.may_draft),
            (None, Some(into)) if document.is_private => {
                let into = short(into);
                page.line(&page.say(
                    format!("It is a private draft of yours now: {into}"),
                    format!("Det er nu en privat kladde hos jer: {into}"),
                ));
                page.own(page.say(
                    "What names the former document goes on naming that one.",
                    "Det, der henviser til det tidligere dokument, henviser fortsat til det.",
                ));
            }
            (None, Some(_)) => page.own(page.say("It is written again.", "Det er skrevet igen.")),
            (None, None) => page.own(page.say(
                "The document says it already; nothing was written.",
                "Dokumentet siger det allerede; intet er skrevet.",
            )),
        }
        let heading = page.say(
            "Somebody else set these fields too, and that stays",
            "Disse felter har en anden også sat, og det bliver stående",
        );
        page.bullets(heading, &document.kept);
        by_hand(page, &document.by_hand);
    }
}
