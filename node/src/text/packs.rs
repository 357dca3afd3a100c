//! Requirement packs: drafts, releases, adoptions.

use std::collections::{BTreeSet, HashSet};

use faelled_mirror::read::{
    AdoptionSummary, CosignatureSummary, Disclosure, Hearing, PackDetail, PackSummary,
    ReleaseSummary,
};

use super::page::{Page, Table};
use super::words::{
    counted, disclosure_kind, either, hearing_kind, joined, level, member, moment, official,
    requirement_type, stance, typed,
};
use crate::clock::has_passed;

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
    let (grouped, shared): (Vec<_>, Vec<_>) =
        shared.into_iter().partition(|pack| pack.space == "group");
    let mut codes = HashSet::new();
    let heading = page.say("Shared packs", "Delte kravpakker");
    listed(page, heading, &shared, &mut codes);
    let groups: BTreeSet<_> = grouped.iter().map(|pack| &pack.group_name).collect();
    for group in groups {
        let name = group.as_deref().unwrap_or("?");
        let heading = page.say(
            format!("In the group {name}, seen by its members"),
            format!("I gruppen {name}, set af dens deltagere"),
        );
        let of_group: Vec<_> = grouped
            .iter()
            .copied()
            .filter(|pack| pack.group_name == *group)
            .collect();
        listed(page, &heading, &of_group, &mut codes);
    }
    let heading = page.say(
        "Own drafts, only with you",
        "Egne kladder, kun hos jer selv",
    );
    listed(page, heading, &drafts, &mut codes);
}

/// Packs under a heading; how to read one stands with those that their code does not find.
fn listed(page: &mut Page, heading: &str, packs: &[&PackSummary], codes: &mut HashSet<String>) {
    let width = packs
        .iter()
        .map(|pack| code_of(pack).chars().count())
        .max()
        .unwrap_or(0);
    if !packs.is_empty() {
        page.heading(heading);
    }
    for pack in packs {
        page.gap();
        let title = either(
            pack.title_en.as_deref(),
            pack.title_da.as_deref(),
            page.language,
        );
        page.item(code_of(pack), width, &[title, standing(page, pack)]);
        if !codes.insert(code_of(pack).to_lowercase()) {
            let command = format!("faelled pack show {}", pack.document);
            page.whole(&format!("{}{command}", " ".repeat(width.min(20) + 2)));
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
    hearings(page, &pack.hearings);
    releases(page, &pack.releases);
    cosignatures(page, &pack.cosignatures);
    adoptions(page, &pack.adoptions);
    disclosures(page, &pack.disclosures);
    next(page, summary);
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
    if let Some(drafted) = drafted(page, pack) {
        let last = moment(pack.last_claimed.as_deref());
        let changed = page.say(format!("changed {last}"), format!("ændret {last}"));
        return joined([drafted, requirements, changed]);
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

/// How to answer a hearing: by the copy's id, as its number may find what every member sees.
pub(super) fn answering(page: &mut Page, document: &str) {
    page.gap();
    let heading = page.say("Answer the hearing", "Svar på høringen");
    let command = format!("faelled comment {document} \"...\"");
    page.copyable(heading, Some(&command));
}

/// Where it is drafted; nothing for what every member sees.
fn drafted(page: &Page, pack: &PackSummary) -> Option<String> {
    let is_said = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    let group = pack.group_name.as_deref().unwrap_or("?");
    match pack.space.as_str() {
        "private" if is_said(&pack.published_as) => Some(
            page.say("draft of what you shared", "kladde til det, I har delt")
                .to_owned(),
        ),
        "private" => Some(
            page.say("draft, not shared yet", "kladde, ikke delt endnu")
                .to_owned(),
        ),
        "group" if is_said(&pack.hearing_of) => Some(page.say(
            format!("copy for a hearing, with the group {group}"),
            format!("kopi til høring hos gruppen {group}"),
        )),
        "group" => Some(page.say(
            format!("draft of the group {group}"),
            format!("kladde hos gruppen {group}"),
        )),
        _ => None,
    }
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
    if let Some(version) = release
        .replaced_by
        .as_deref()
        .filter(|version| !version.is_empty())
    {
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

/// Who was asked, and until when.
fn hearings(page: &mut Page, hearings: &[Hearing]) {
    let language = page.language;
    let points: Vec<String> = hearings
        .iter()
        .map(|hearing| {
            let head = &hearing.head;
            let kind = hearing_kind(head.kind.as_deref(), language);
            let day = |day: &Option<String>| day.clone().unwrap_or_default();
            let (from, until) = (day(&head.begins), day(&head.ends));
            let ground = either(
                head.ground_en.as_deref(),
                head.ground_da.as_deref(),
                language,
            );
            let asked = some_of(page, &hearing.recipients);
            let when = page.say(
                format!("{kind}, {from}, answers until {until}"),
                format!("{kind}, {from}, svarfrist {until}"),
            );
            let said = [when, ground, asked];
            said.into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("; ")
        })
        .collect();
    page.bullets(page.say("Hearings", "Høringer"), &points);
}

fn cosignatures(page: &mut Page, cosignatures: &[CosignatureSummary]) {
    let points: Vec<String> = cosignatures
        .iter()
        .map(|one| {
            let capacity = either(
                one.capacity_en.as_deref(),
                one.capacity_da.as_deref(),
                page.language,
            );
            joined([
                one.version.clone().unwrap_or_default(),
                member(&one.member, one.member_name.as_deref()),
                one.date.clone().unwrap_or_default(),
                capacity,
            ])
        })
        .collect();
    page.bullets(page.say("Co-signed by", "Medunderskrevet af"), &points);
}

/// To whom this member gave it, in a line each.
fn disclosures(page: &mut Page, disclosures: &[Disclosure]) {
    let points: Vec<String> = disclosures
        .iter()
        .map(|one| {
            let head = &one.head;
            let kind = disclosure_kind(head.kind.as_deref(), page.language);
            let version = head.version.clone().unwrap_or_default();
            let to = some_of(page, &one.recipients);
            let day = head.date.clone().unwrap_or_default();
            let said = joined([kind, version, to]);
            format!("{day}  {said}").trim().to_owned()
        })
        .collect();
    let heading = page.say("Given on by you", "Givet videre af jer");
    page.bullets(heading, &points);
}

/// The first of many names, and how many more there are.
fn some_of(page: &Page, names: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown = names
        .iter()
        .take(SHOWN)
        .map(|name| official(name))
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => page.say(
            format!("{shown} and {more} more"),
            format!("{shown} og {more} flere"),
        ),
    }
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
    let code = typed(code_of(pack), &pack.document);
    let is_copy = pack
        .hearing_of
        .as_deref()
        .is_some_and(|draft| !draft.is_empty());
    page.gap();
    if is_copy {
        answering(page, &pack.document);
    } else if pack.space == "private" || pack.space == "group" {
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
