//! What comes of importing, releasing and adopting a pack.

use faelled_model::text::InLanguages;

use super::page::Page;
use super::words::{counted, joined, level, stance};
use crate::data::{Adopted, Imported, Published};

pub(super) fn imported(page: &mut Page, imported: &Imported) {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let language = page.language;
    let code = &imported.code;
    page.line(&match &imported.group {
        None => page.say(
            format!("{code} is imported as a draft. Only your own nodes have it."),
            format!("{code} er importeret som kladde. Kun jeres egne noder har den."),
        ),
        Some(group) => page.say(
            format!("{code} is imported into the draft of the group {group}."),
            format!("{code} er importeret i kladden hos gruppen {group}."),
        ),
    });
    let counts = [
        (
            imported.created,
            ("new requirement", "new requirements"),
            ("nyt krav", "nye krav"),
        ),
        (
            imported.changed,
            ("changed requirement", "changed requirements"),
            ("ændret krav", "ændrede krav"),
        ),
        (
            imported.unchanged,
            ("unchanged requirement", "unchanged requirements"),
            ("uændret krav", "uændrede krav"),
        ),
    ];
    page.line(&joined(
        counts
            .into_iter()
            .filter(|(number, _, _)| *number > 0)
            .map(|(number, english, danish)| counted(count(number), english, danish, language)),
    ));
    page.warnings(&imported.warnings);
    page.gap();
    page.line(&page.say(
        format!("Read it: faelled pack show {code}. Share it with every member: faelled pack publish {code}"),
        format!("Læs den: faelled pack show {code}. Del den med alle deltagere: faelled pack publish {code}"),
    ));
}

pub(super) fn published(page: &mut Page, published: &Published) {
    let name = format!("{} {}", published.code, published.version);
    let title = if published.preview {
        page.say(
            format!("Preview of {name}: nothing is shared yet."),
            format!("Forhåndsvisning af {name}: intet er delt endnu."),
        )
    } else {
        page.say(
            format!("{name} is released."),
            format!("{name} er udgivet."),
        )
    };
    page.line(&title);
    page.gap();
    let facts = published_facts(page, published);
    page.facts(&facts);
    if published.cosigners_needed > 0 {
        let needed = counted(
            i64::from(published.cosigners_needed),
            ("other member has", "other members have"),
            ("anden deltager", "andre deltagere"),
            page.language,
        );
        page.line(&page.say(
            format!("It counts once {needed} co-signed it: faelled pack cosign."),
            format!("Den gælder, når {needed} har medunderskrevet den: faelled pack cosign."),
        ));
    }
    page.copyable(
        page.say("Cited as", "Citeres som"),
        published.citation.as_deref(),
    );
    page.warnings(&published.warnings);
    if published.preview {
        page.gap();
        page.own(page.say(
            "A release cannot be taken back: later ones can replace it, but whoever has it keeps it.",
            "En udgivelse kan ikke tages tilbage: senere kan afløse den, men den, der har den, beholder den.",
        ));
    }
}

/// What is in it, who sees it, when it is reviewed, who approved it.
fn published_facts<'a>(page: &Page, published: &Published) -> Vec<(&'a str, String)> {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let language = page.language;
    let requirements = counted(
        count(published.requirements.len()),
        ("requirement", "requirements"),
        ("krav", "krav"),
        language,
    );
    let members = counted(
        count(published.visible_to.len()),
        ("member", "members"),
        ("deltager", "deltagere"),
        language,
    );
    let approval = published.approval.as_ref().map(|(body, day)| {
        page.say(
            format!("by {body} on {day}"),
            format!("af {body} den {day}"),
        )
    });
    vec![
        (
            page.say("Holds", "Rummer"),
            format!("{requirements}: {}", published.requirements.join(", ")),
        ),
        (
            if published.preview {
                page.say("Visible to", "Bliver synlig for")
            } else {
                page.say("Visible to", "Synlig for")
            },
            format!("{members}: {}", published.visible_to.join(", ")),
        ),
        (
            page.say("Review by", "Gennemgås senest"),
            published.review_by.clone(),
        ),
        (
            page.say("Approved", "Godkendt"),
            approval.unwrap_or_default(),
        ),
    ]
}

pub(super) fn adopted(page: &mut Page, adopted: &Adopted) {
    let stance = stance(Some(&adopted.stance), page.language);
    page.line(&page.say(
        format!("{} {} is adopted: {stance}.", adopted.code, adopted.version),
        format!(
            "{} {} er taget i brug: {stance}.",
            adopted.code, adopted.version
        ),
    ));
    page.line(&format!(
        "{}: {}",
        page.say("Pinned to", "Fastholdt på"),
        adopted.release
    ));
    let (levels, deviations) = (&adopted.levels, &adopted.deviations);
    let points: Vec<String> = levels
        .iter()
        .map(|chosen| {
            let code = Some(chosen.level.code());
            format!("{}: {}", chosen.number, level(code, page.language))
        })
        .collect();
    page.bullets(page.say("Chosen levels", "Valgte niveauer"), &points);
    let points: Vec<String> = deviations
        .iter()
        .map(|one| format!("{}: {}", one.number, one.text.best(page.language.code())))
        .collect();
    page.bullets(page.say("Local deviations", "Lokale afvigelser"), &points);
    page.warnings(&adopted.warnings);
    if !(points.is_empty() && levels.is_empty() && adopted.warnings.is_empty()) {
        page.gap();
    }
    if adopted.stance == "trying" || adopted.stance == "using" {
        page.own(page.say(
            "When the tender is over, tell the others how it went: faelled pilot record FILE",
            "Når udbuddet er slut, så fortæl de andre, hvordan det gik: faelled pilot record FIL",
        ));
    }
}
