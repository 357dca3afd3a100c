//! Requirement packs: drafts, releases, adoptions.

use faelled_mirror::read::{AdoptionSummary, PackDetail, PackSummary, ReleaseSummary};
use faelled_model::text::InLanguages;

use super::page::{Page, Table};
use super::words::{counted, either, joined, level, member, moment, requirement_type, stance};
use crate::clock::has_passed;
use crate::data::{Adopted, Imported, Published};

pub(super) fn packs(page: &mut Page, packs: &[PackSummary]) {
    if packs.is_empty() {
        page.own(page.say("There are no packs yet.", "Der er ingen kravpakker endnu."));
        page.own(page.say(
            "faelled pack import FILE makes a draft of one; packs of other members come by themselves while faelled serve runs.",
            "faelled pack import FIL laver en kladde til en; andres kravpakker kommer af sig selv, mens faelled serve kører.",
        ));
        return;
    }
    let (drafts, shared): (Vec<_>, Vec<_>) = packs.iter().partition(|pack| pack.space == "private");
    let width = packs
        .iter()
        .map(|pack| code_of(pack).chars().count())
        .max()
        .unwrap_or(0);
    for (heading, group) in [
        (page.say("Shared packs", "Delte kravpakker"), shared),
        (
            page.say(
                "Own drafts, only with you",
                "Egne kladder, kun hos jer selv",
            ),
            drafts,
        ),
    ] {
        if group.is_empty() {
            continue;
        }
        page.heading(heading);
        for pack in group {
            page.gap();
            let title = either(
                pack.title_en.as_deref(),
                pack.title_da.as_deref(),
                page.language,
            );
            page.item(code_of(pack), width, &[title, standing(page, pack)]);
        }
    }
}

pub(super) fn pack(page: &mut Page, pack: &PackDetail) {
    let language = page.language;
    let summary = &pack.summary;
    let title = either(
        summary.title_en.as_deref(),
        summary.title_da.as_deref(),
        language,
    );
    page.line(&format!("{}  {title}", code_of(summary)));
    page.line(&standing(page, summary));
    page.gap();
    let texts = &pack.texts;
    let months = |count: i64| counted(count, ("month", "months"), ("måned", "måneder"), language);
    page.facts(&[
        (
            page.say("Lead", "Tovholder"),
            member(&summary.owner, summary.owner_name.as_deref()),
        ),
        (
            page.say("Project", "Indsats"),
            texts.project.clone().unwrap_or_default(),
        ),
        (
            page.say("Licence", "Licens"),
            texts.licence.clone().unwrap_or_default(),
        ),
        (
            page.say("Reviewed every", "Gennemgås hver"),
            texts.review_cycle_months.map(months).unwrap_or_default(),
        ),
        (page.say("Document", "Dokument"), summary.document.clone()),
    ]);
    page.copyable(
        page.say("Cited as", "Citeres som"),
        summary.citation.as_deref(),
    );
    for (heading, english, danish) in [
        (
            page.say("Purpose", "Formål"),
            &texts.purpose_en,
            &texts.purpose_da,
        ),
        (
            page.say("Introduction", "Indledning"),
            &texts.introduction_en,
            &texts.introduction_da,
        ),
        (
            page.say("How to use it", "Sådan bruges den"),
            &texts.how_to_use_en,
            &texts.how_to_use_da,
        ),
    ] {
        page.section(
            heading,
            Some(&either(english.as_deref(), danish.as_deref(), language)),
        );
    }
    sections(page, pack);
    releases(page, &pack.releases);
    adoptions(page, &pack.adoptions);
    next(page, summary);
}

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
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let language = page.language;
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
    page.facts(&[
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
    ]);
    if let Some((body, day)) = &published.approval {
        page.facts(&[(
            page.say("Approved", "Godkendt"),
            page.say(
                format!("by {body} on {day}"),
                format!("af {body} den {day}"),
            ),
        )]);
    }
    if published.cosigners_needed > 0 {
        let needed = published.cosigners_needed;
        page.line(&page.say(
            format!("It counts once {needed} other members have co-signed it: faelled pack cosign."),
            format!("Den gælder, når {needed} andre deltagere har medunderskrevet den: faelled pack cosign."),
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

fn code_of(pack: &PackSummary) -> &str {
    pack.code.as_deref().unwrap_or("?")
}

/// Where a pack stands, in one line.
fn standing(page: &Page, pack: &PackSummary) -> String {
    let language = page.language;
    let requirements = counted(
        pack.requirements,
        ("requirement", "requirements"),
        ("krav", "krav"),
        language,
    );
    let last = moment(pack.last_claimed.as_deref());
    if pack.space == "private" {
        let published = match &pack.published_as {
            Some(document) if !document.is_empty() => {
                page.say("draft of a shared pack", "kladde til en delt pakke")
            }
            _ => page.say("draft, not released yet", "kladde, ikke udgivet endnu"),
        };
        let changed = page.say(format!("changed {last}"), format!("ændret {last}"));
        return joined([published.to_owned(), requirements, changed]);
    }
    let version = match &pack.version {
        Some(version) => format!("version {version}"),
        None => page
            .say("no release that counts", "ingen gældende udgivelse")
            .to_owned(),
    };
    let owner = pack.owner_name.as_deref().unwrap_or(&pack.owner);
    let led = page.say(format!("led by {owner}"), format!("ledes af {owner}"));
    let used = match pack.adopters {
        0 => page
            .say("nobody uses it yet", "ingen bruger den endnu")
            .to_owned(),
        adopters => page.say(
            format!("in use with {adopters}"),
            format!("i brug hos {adopters}"),
        ),
    };
    let review = pack
        .review_by
        .as_deref()
        .map_or_else(String::new, |day| review(page, day));
    let disputed = pack.disputed_version.as_deref().map_or_else(String::new, |version| {
        page.say(
            format!("WARNING: {version} was released with two contents and counts for nobody"),
            format!("ADVARSEL: {version} er udgivet med to forskellige indhold og gælder ikke for nogen"),
        )
    });
    joined([version, requirements, led, used, review, disputed])
}

/// Why a release was withdrawn, and what replaces it.
fn withdrawn_mark(page: &Page, release: &ReleaseSummary) -> String {
    let day = release.withdrawn_on.as_deref().unwrap_or_default();
    let reason = either(
        release.withdrawn_reason_en.as_deref(),
        release.withdrawn_reason_da.as_deref(),
        page.language,
    );
    let mut mark = page.say(
        format!("WITHDRAWN {day}: {reason}"),
        format!("TRUKKET TILBAGE {day}: {reason}"),
    );
    if let Some(version) = release.replaced_by.as_deref().filter(|version| !version.is_empty()) {
        mark.push_str(&page.say(
            format!(" (replaced by {version})"),
            format!(" (erstattes af {version})"),
        ));
    }
    mark
}

/// When it is to be reviewed, or that it should have been.
pub(super) fn review(page: &Page, day: &str) -> String {
    if has_passed(day) {
        page.say(
            format!("REVIEW OVERDUE since {day}"),
            format!("GENNEMGANG OVERSKREDET siden {day}"),
        )
    } else {
        page.say(
            format!("to be reviewed by {day}"),
            format!("gennemgås senest {day}"),
        )
    }
}

fn sections(page: &mut Page, pack: &PackDetail) {
    let language = page.language;
    for section in &pack.sections {
        let title = either(
            section.title_en.as_deref(),
            section.title_da.as_deref(),
            language,
        );
        page.heading(&title);
        let rows = section.requirements.iter().map(|entry| {
            let mut title = either(
                entry.title_en.as_deref(),
                entry.title_da.as_deref(),
                language,
            );
            if title.is_empty() {
                title = page.say("(not here yet)", "(er her ikke endnu)").to_owned();
            }
            vec![
                entry.number.clone().unwrap_or_default(),
                title,
                requirement_type(entry.r#type.as_deref(), language),
                level(entry.level.as_deref(), language),
            ]
        });
        let table = Table::of(rows.collect::<Vec<_>>());
        page.table(
            &page.say(
                ["Number", "Title", "Type", "Level"],
                ["Nummer", "Titel", "Type", "Niveau"],
            ),
            table,
        );
    }
}

fn releases(page: &mut Page, releases: &[ReleaseSummary]) {
    if releases.is_empty() {
        return;
    }
    page.heading(page.say("Releases", "Udgivelser"));
    let width = releases
        .iter()
        .map(|release| release.version.chars().count() + 2)
        .max()
        .unwrap_or(0);
    for release in releases {
        let notes = either(
            release.notes_en.as_deref(),
            release.notes_da.as_deref(),
            page.language,
        );
        page.item(
            &format!("  {}", release.version),
            width,
            &[release_line(page, release), notes],
        );
    }
}

/// How a release stands, in one line.
fn release_line(page: &Page, release: &ReleaseSummary) -> String {
    let mut marks = Vec::new();
    if release.is_newest {
        marks.push(
            page.say("the one to use now", "den, der gælder nu")
                .to_owned(),
        );
    }
    if release.is_equivocated {
        marks.push(
            page.say(
                "released with two contents: counts for nobody",
                "udgivet med to indhold: gælder ikke",
            )
            .to_owned(),
        );
    }
    if !release.is_readable {
        marks.push(
            page.say("its content cannot be read", "indholdet kan ikke læses")
                .to_owned(),
        );
    }
    if let Some(day) = &release.valid_from {
        marks.push(page.say(format!("valid from {day}"), format!("gælder fra {day}")));
    }
    if let Some(day) = &release.review_by {
        marks.push(review(page, day));
    }
    if release.cosigners_needed > 0 {
        let (needed, there) = (release.cosigners_needed, release.cosigned);
        marks.push(page.say(
            format!("{there} of {needed} co-signatures"),
            format!("{there} af {needed} medunderskrifter"),
        ));
    }
    if release.is_withdrawn {
        marks.push(withdrawn_mark(page, release));
    }
    marks.push(page.say(
        format!(
            "signed by {} {}",
            release.member,
            moment(release.claimed.as_deref())
        ),
        format!(
            "underskrevet af {} {}",
            release.member,
            moment(release.claimed.as_deref())
        ),
    ));
    joined(marks)
}

fn adoptions(page: &mut Page, adoptions: &[AdoptionSummary]) {
    if adoptions.is_empty() {
        return;
    }
    page.heading(page.say("In use with", "I brug hos"));
    let rows = adoptions.iter().map(|adoption| {
        vec![
            member(&adoption.member, adoption.member_name.as_deref()),
            stance(adoption.stance.as_deref(), page.language),
            adoption.version.clone().unwrap_or_default(),
            adoption.planned_quarter.clone().unwrap_or_default(),
        ]
    });
    let table = Table::of(rows.collect::<Vec<_>>());
    let heads = page.say(
        ["Member", "Stance", "Version", "Tender"],
        ["Deltager", "Stilling", "Version", "Udbud"],
    );
    page.table(&heads, table);
}

fn next(page: &mut Page, pack: &PackSummary) {
    let code = code_of(pack);
    page.gap();
    if pack.space == "private" {
        page.line(&page.say(
            format!("Share it with every member: faelled pack publish {code}"),
            format!("Del den med alle deltagere: faelled pack publish {code}"),
        ));
    } else if pack.version.is_some() {
        page.line(&page.say(
            format!("Use it: faelled pack adopt {code} --stance trying"),
            format!("Tag den i brug: faelled pack adopt {code} --stance trying"),
        ));
    }
}
