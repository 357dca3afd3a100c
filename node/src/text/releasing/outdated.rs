//! Adoptions and adaptations from which something has moved on.

use faelled_model::text::InLanguages;

use super::super::page::Page;
use super::super::words::{counted, member, stance};
use super::super::words::{either, typed};
use super::standing::counting;
use crate::data::releasing::{Outdated, OutdatedAdoption};
use faelled_mirror::read::OutdatedAdaptation;

pub(super) fn outdated(page: &mut Page, outdated: &Outdated) {
    adoptions(page, outdated);
    adaptations(page, &outdated.adaptations);
}

/// Own requirements whose source has moved on.
fn adaptations(page: &mut Page, adaptations: &[OutdatedAdaptation]) {
    if adaptations.is_empty() {
        return;
    }
    page.heading(page.say(
        "Your adapted requirements whose source has moved on",
        "Jeres tilpassede krav, hvis kilde er ændret siden",
    ));
    for one in adaptations {
        let number = one.number.as_deref().unwrap_or("?");
        let title = either(
            one.title_en.as_deref(),
            one.title_da.as_deref(),
            page.language,
        );
        page.bullet(&format!("{number}  {title}: {}", moved_on(page, one)));
        let command = format!(
            "faelled requirement source {}",
            typed(one.number.as_deref().unwrap_or_default(), &one.document)
        );
        page.line(&page.say(
            format!("  What has changed: {command}"),
            format!("  Hvad der er ændret: {command}"),
        ));
    }
}

fn moved_on(page: &Page, one: &OutdatedAdaptation) -> String {
    let owner = one.source_owner.as_deref().unwrap_or("?");
    let number = one.source_number.as_deref().unwrap_or("?");
    let pack = one.pack_code.as_deref().unwrap_or("?");
    let from = page.say(
        format!("from {owner}/{number}, {pack} {}", one.version),
        format!("fra {owner}/{number}, {pack} {}", one.version),
    );
    let mut told = Vec::new();
    if one.is_withdrawn {
        told.push(
            page.say(
                "that release is withdrawn",
                "den udgivelse er trukket tilbage",
            )
            .to_owned(),
        );
    }
    match &one.newest_version {
        Some(newest) if one.is_gone => told.push(page.say(
            format!("{newest} does not hold it any more"),
            format!("{newest} har det ikke med mere"),
        )),
        Some(newest) if one.is_changed == Some(true) => told.push(page.say(
            format!("{newest} changes it"),
            format!("{newest} ændrer det"),
        )),
        Some(_) => {}
        None => told.push(
            page.say(
                "no release of it counts now",
                "ingen udgivelse af den gælder nu",
            )
            .to_owned(),
        ),
    }
    format!("{from}; {}", told.join("; "))
}

fn adoptions(page: &mut Page, outdated: &Outdated) {
    let count = i64::try_from(outdated.adoptions).unwrap_or(i64::MAX);
    if outdated.adoptions == 0 {
        page.own(page.say("Nothing is in use here.", "Intet er taget i brug her."));
        page.own(page.say(
            "faelled pack adopt PACK says what you use; --all looks at every member.",
            "faelled pack adopt PAKKE siger, hvad I bruger; --all ser på alle deltagere.",
        ));
        return;
    }
    let looked_at = counted(
        count,
        ("adoption", "adoptions"),
        ("ibrugtagning", "ibrugtagninger"),
        page.language,
    );
    if outdated.outdated.is_empty() {
        page.line(&page.say(
            format!("All is up to date: {looked_at}."),
            format!("Alt er ajour: {looked_at}."),
        ));
        return;
    }
    let behind = outdated.outdated.len();
    page.line(&page.say(
        format!("Something has moved on from {behind} of {looked_at}."),
        format!("Der er sket noget nyt for {behind} af {looked_at}."),
    ));
    for adoption in &outdated.outdated {
        let who = if outdated.all {
            format!(", {}", member(&adoption.member, adoption.name.as_deref()))
        } else {
            String::new()
        };
        page.heading(&format!(
            "{} {}, {}{who}",
            adoption.code,
            adoption.version,
            stance(Some(&adoption.stance), page.language)
        ));
        for line in reasons(page, adoption) {
            page.bullet(&line);
        }
        next(page, adoption);
    }
}

/// What has moved on, in lines.
fn reasons(page: &Page, adoption: &OutdatedAdoption) -> Vec<String> {
    let mut lines = Vec::new();
    match &adoption.standing {
        None => lines.push(
            page.say(
                "the release is not here: it has not come yet, or it was never released",
                "udgivelsen er ikke her: den er ikke kommet endnu eller aldrig udgivet",
            )
            .to_owned(),
        ),
        Some(standing) => {
            if !standing.counts {
                lines.push(counting(page, standing));
            }
            if standing.cosigners_missing() > 0 {
                let (needed, there) = (standing.cosigners_needed, standing.cosigners.len());
                lines.push(page.say(
                    format!("{there} of {needed} co-signatures are there"),
                    format!("{there} af {needed} medunderskrifter er der"),
                ));
            }
            if standing.review_passed {
                let day = &standing.review_by;
                lines.push(page.say(
                    format!("was to be reviewed by {day}"),
                    format!("skulle gennemgås senest {day}"),
                ));
            }
        }
    }
    if !adoption.newer.is_empty() {
        lines.push(counted(
            i64::try_from(adoption.newer.len()).unwrap_or(i64::MAX),
            ("newer version", "newer versions"),
            ("nyere version", "nyere versioner"),
            page.language,
        ));
    }
    for newer in &adoption.newer {
        let notes = newer.notes.best(page.language.code());
        lines.push(if notes.is_empty() {
            newer.version.clone()
        } else {
            format!("{}: {notes}", newer.version)
        });
    }
    lines
}

fn next(page: &mut Page, adoption: &OutdatedAdoption) {
    let (Some(newest), true) = (adoption.newer.last(), adoption.standing.is_some()) else {
        return;
    };
    let command = format!(
        "faelled pack diff {} {} {}",
        adoption.code, adoption.version, newest.version
    );
    page.line(&page.say(
        format!("  What differs: {command}"),
        format!("  Hvad der er ændret: {command}"),
    ));
}
