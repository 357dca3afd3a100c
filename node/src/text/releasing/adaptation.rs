//! Adapted requirements: made, and held against their source.

use faelled_model::requirement::AdaptedFrom;
use faelled_model::text::InLanguages;

use super::super::page::Page;
use super::super::words::member;
use super::difference::fields;
use super::standing::counting;
use crate::data::releasing::{Adapted, Source};
use crate::failure::Said;

pub(super) fn adapted(page: &mut Page, adapted: &Adapted) {
    let number = &adapted.number;
    let from = origin(&adapted.adapted_from);
    page.line(&page.say(
        format!("{number} is a draft now, adapted from {from}."),
        format!("{number} er nu en kladde, tilpasset efter {from}."),
    ));
    let seen = if adapted.in_group {
        page.say(
            "The group that drafts the pack has it.",
            "Gruppen, der udarbejder pakken, har den.",
        )
    } else {
        page.say(
            "Only your own nodes have it.",
            "Kun jeres egne noder har den.",
        )
    };
    page.own(seen);
    if let Some(code) = &adapted.pack {
        page.line(&page.say(
            format!("It stands at the end of the draft of {code}."),
            format!("Det står sidst i kladden til {code}."),
        ));
    }
    let points: Vec<String> = adapted
        .to_do
        .iter()
        .map(|said: &Said| said.in_language(page.language).to_owned())
        .collect();
    page.bullets(
        page.say("Before it can be released", "Før det kan udgives"),
        &points,
    );
    page.warnings(&adapted.warnings);
    page.gap();
    page.line(&page.say(
        format!("Read it: faelled requirement show {number}. What differs: faelled requirement source {number}"),
        format!("Læs det: faelled requirement show {number}. Hvad der er ændret: faelled requirement source {number}"),
    ));
}

pub(super) fn source(page: &mut Page, source: &Source) {
    let language = page.language;
    let title = source.title.best(language.code());
    page.line(&format!("{}  {title}", source.number));
    page.gap();
    let from = &source.adapted_from;
    let stands = source
        .standing
        .as_ref()
        .map_or_else(String::new, |standing| counting(page, standing));
    page.facts(&[
        (page.say("Adapted from", "Tilpasset efter"), origin(from)),
        (
            page.say("Owner", "Ejer"),
            member(&from.owner, source.owner_name.as_deref()),
        ),
        (
            page.say("What and why", "Hvad og hvorfor"),
            from.changes.best(language.code()).to_owned(),
        ),
        (page.say("That release", "Den udgivelse"), stands),
        (
            page.say("Newest", "Nyeste"),
            source.newest.clone().unwrap_or_default(),
        ),
    ]);
    let Some(local) = &source.local else {
        page.gap();
        page.own(page.say(
            "The release that it was taken from is not here, so nothing can be compared.",
            "Udgivelsen, det er taget fra, er ikke her, så intet kan sammenlignes.",
        ));
        return;
    };
    page.heading(page.say("Changed here", "Ændret her"));
    if local.is_empty() {
        page.bullet(page.say("nothing", "intet"));
    }
    fields(page, local);
    page.heading(page.say(
        "Changed at the source afterwards",
        "Ændret hos kilden siden",
    ));
    if source.source_dropped {
        page.bullet(page.say(
            "the newest version does not hold it any more",
            "den nyeste version har det ikke længere med",
        ));
    } else if source.afterwards.is_empty() {
        page.bullet(page.say("nothing", "intet"));
    }
    fields(page, &source.afterwards);
}

fn origin(from: &AdaptedFrom) -> String {
    format!("{}/{} {}", from.owner, from.number, from.release.version)
}
