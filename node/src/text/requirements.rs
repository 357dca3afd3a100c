//! Requirements, and how they did in practice.

use std::collections::HashMap;

use faelled_mirror::read::{
    Award, CpvCode, Evidence, FollowUp, Measure, Placeholder, ReleasedIn, RequirementDetail,
    RequirementSummary, Source,
};
use faelled_model::Language;

use super::packs::answering;
use super::page::Page;
use super::practice::in_practice;
use super::words::{
    category, comparison, counted, eforms_name, either, evidence_kind, gpp_basis, in_either,
    joined, label, level, level_relation, member, number, official, practice_line, quantity,
    readiness, requirement_type, strategy, typed, wording_state,
};

pub(super) fn requirements(page: &mut Page, requirements: &[RequirementSummary]) {
    if requirements.is_empty() {
        page.own(page.say("No requirement fits.", "Intet krav passer."));
        page.own(page.say(
            "Ask for less, or search by words: faelled search WORD. faelled pack list shows which packs are here.",
            "Spørg bredere, eller søg på ord: faelled search ORD. faelled pack list viser, hvilke kravpakker der er her.",
        ));
        return;
    }
    let mut widest: HashMap<_, u8> = HashMap::new();
    for found in requirements {
        let place = widest
            .entry((&found.owner, &found.number))
            .or_insert(u8::MAX);
        *place = reach(found).min(*place);
    }
    // A draft says again what more members see under the same number.
    let (drafts, shown): (Vec<_>, Vec<_>) = requirements.iter().partition(|found| {
        widest
            .get(&(&found.owner, &found.number))
            .is_some_and(|place| *place < reach(found))
    });
    let keys: Vec<String> = shown.iter().map(|found| key_of(found, &shown)).collect();
    let width = keys
        .iter()
        .map(|key| key.chars().count())
        .max()
        .unwrap_or(0);
    for (found, key) in shown.iter().zip(&keys) {
        let title = either(
            found.title_en.as_deref(),
            found.title_da.as_deref(),
            page.language,
        );
        let practice = drafted(page, found).unwrap_or_else(|| {
            practice_line(
                found.pilots,
                [found.keep, found.adjust, found.drop_it],
                page.language,
            )
        });
        page.item(key, width, &[title, kind_line(page, found), practice]);
    }
    page.gap();
    let size = |list: &[&RequirementSummary]| i64::try_from(list.len()).unwrap_or(i64::MAX);
    let mut ending = counted(
        size(&shown),
        ("requirement", "requirements"),
        ("krav", "krav"),
        page.language,
    );
    if !drafts.is_empty() {
        let drafts = counted(
            size(&drafts),
            ("draft", "drafts"),
            ("kladde", "kladder"),
            page.language,
        );
        ending.push_str(&page.say(
            format!(", and {drafts} of the same"),
            format!(" og {drafts} til de samme"),
        ));
    }
    page.line(&page.say(
        format!("{ending}. Read one: faelled requirement show NUMBER"),
        format!("{ending}. Læs et: faelled requirement show NUMMER"),
    ));
}

pub(super) fn requirement(page: &mut Page, requirement: &RequirementDetail) {
    let language = page.language;
    let summary = &requirement.summary;
    let title = either(
        summary.title_en.as_deref(),
        summary.title_da.as_deref(),
        language,
    );
    page.line(&format!("{}  {title}", number_of(summary)));
    page.line(&kind_line(page, summary));
    whereabouts(page, requirement);
    adapted_from(page, requirement);
    page.gap();
    let facts = facts(page, requirement);
    page.facts(&facts);

    let texts = &requirement.texts;
    long_text(
        page,
        ("Wording", "Ordlyd"),
        texts.wording_en.as_deref(),
        texts.wording_da.as_deref(),
    );
    asked(page, requirement);
    let points: Vec<String> = requirement
        .evidence
        .iter()
        .map(|evidence| evidence_line(evidence, language))
        .collect();
    page.bullets(page.say("Evidence asked for", "Dokumentation"), &points);
    let points: Vec<String> = requirement
        .follow_up
        .iter()
        .map(|step| follow_up_line(step, language))
        .collect();
    page.bullets(
        page.say("Follow-up in the contract", "Kontraktopfølgning"),
        &points,
    );
    long_text(
        page,
        ("Motive", "Begrundelse"),
        texts.motive_en.as_deref(),
        texts.motive_da.as_deref(),
    );
    long_text(
        page,
        ("Market dialogue", "Markedsdialog"),
        texts.market_dialogue_en.as_deref(),
        texts.market_dialogue_da.as_deref(),
    );
    grounds(page, requirement);
    history(page, requirement);
    in_practice(page, requirement);
    if is_copy(summary) {
        answering(page, &summary.document);
    }
}

/// How far it has come: what every member sees first, then drafts of groups, copies of them, own drafts.
fn reach(found: &RequirementSummary) -> u8 {
    match found.space.as_str() {
        "private" => 3,
        "group" if is_copy(found) => 2,
        "group" => 1,
        _ => 0,
    }
}

fn is_copy(found: &RequirementSummary) -> bool {
    found
        .hearing_of
        .as_deref()
        .is_some_and(|draft| !draft.is_empty())
}

/// In a list: that it is not released, and who drafts it.
fn drafted(page: &Page, found: &RequirementSummary) -> Option<String> {
    let group = found.group_name.as_deref().unwrap_or("?");
    match found.space.as_str() {
        "private" => Some(
            page.say("own draft, only with you", "egen kladde, kun hos jer selv")
                .to_owned(),
        ),
        "group" if is_copy(found) => Some(page.say(
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

/// Who has it, where not every member does.
fn whereabouts(page: &mut Page, requirement: &RequirementDetail) {
    let summary = &requirement.summary;
    if summary.space == "private" {
        page.own(page.say(
            "Own draft: only your own nodes have it.",
            "Egen kladde: kun jeres egne noder har den.",
        ));
        return;
    }
    let Some(drafted) = drafted(page, summary) else {
        return;
    };
    let hearing = requirement
        .history
        .iter()
        .rev()
        .find(|step| step.state == summary.state)
        .map(|step| {
            either(
                step.note_en.as_deref(),
                step.note_da.as_deref(),
                page.language,
            )
        })
        .filter(|note| !note.is_empty());
    let first: String = drafted
        .chars()
        .take(1)
        .flat_map(char::to_uppercase)
        .collect();
    let rest: String = drafted.chars().skip(1).collect();
    match hearing {
        Some(until) => page.line(&format!("{first}{rest}: {until}")),
        None => page.line(&format!("{first}{rest}.")),
    }
}

/// How the wording came to its state.
fn history(page: &mut Page, requirement: &RequirementDetail) {
    let language = page.language;
    let points: Vec<String> = requirement
        .history
        .iter()
        .map(|step| {
            let note = either(step.note_en.as_deref(), step.note_da.as_deref(), language);
            let by = official(step.member.as_deref().unwrap_or_default()).to_owned();
            let day = step.date.clone().unwrap_or_default();
            let state = wording_state(step.state.as_deref(), language);
            let step = joined([state, by, note]);
            format!("{day}  {step}").trim().to_owned()
        })
        .collect();
    page.bullets(
        page.say("History of the wording", "Ordlydens forløb"),
        &points,
    );
}

/// Where an adapted requirement comes from.
fn adapted_from(page: &mut Page, requirement: &RequirementDetail) {
    let texts = &requirement.texts;
    let (Some(source), Some(owner)) = (&texts.adapted_from_number, &texts.adapted_from_owner)
    else {
        return;
    };
    let version = texts.adapted_from_version.as_deref().unwrap_or("?");
    let number = typed(
        number_of(&requirement.summary),
        &requirement.summary.document,
    );
    page.line(&page.say(
        format!("Adapted from {owner}/{source}, version {version}. What has changed: faelled requirement source {number}"),
        format!("Tilpasset efter {owner}/{source}, version {version}. Hvad der er ændret: faelled requirement source {number}"),
    ));
    let changes = either(
        texts.adapted_changes_en.as_deref(),
        texts.adapted_changes_da.as_deref(),
        page.language,
    );
    if !changes.is_empty() {
        page.line(&page.say(
            format!("Changed, and why: {changes}"),
            format!("Ændret, og hvorfor: {changes}"),
        ));
    }
}

/// Risks, law, sources and releases.
fn grounds(page: &mut Page, requirement: &RequirementDetail) {
    let language = page.language;
    let points: Vec<String> = requirement
        .risks
        .iter()
        .map(|risk| either(risk.risk_en.as_deref(), risk.risk_da.as_deref(), language))
        .collect();
    page.bullets(page.say("Risks", "Risici"), &points);
    page.bullets(
        page.say("Legal basis", "Retsgrundlag"),
        &requirement.legal_basis,
    );
    let points: Vec<String> = requirement.sources.iter().map(source_line).collect();
    page.bullets(page.say("Sources", "Kilder"), &points);
    let points: Vec<String> = requirement
        .releases
        .iter()
        .map(|release| release_line(page, release))
        .collect();
    page.bullets(page.say("Released in", "Udgivet i"), &points);
}

fn number_of(requirement: &RequirementSummary) -> &str {
    requirement.number.as_deref().unwrap_or("?")
}

/// Its number, after its owner where another member's in the list has the same.
fn key_of(found: &RequirementSummary, list: &[&RequirementSummary]) -> String {
    let number = number_of(found);
    let is_shared = found.number.is_some()
        && list
            .iter()
            .any(|other| other.number == found.number && other.owner != found.owner);
    if is_shared {
        format!("{}/{number}", found.owner)
    } else {
        number.to_owned()
    }
}

/// Type, level and release in one line.
fn kind_line(page: &Page, found: &RequirementSummary) -> String {
    let release = match (&found.pack_code, &found.version) {
        (Some(code), Some(version)) => format!("{code} {version}"),
        _ => String::new(),
    };
    joined([
        requirement_type(found.r#type.as_deref(), page.language),
        level(found.level.as_deref(), page.language),
        release,
    ])
}

fn facts<'a>(page: &Page, requirement: &RequirementDetail) -> Vec<(&'a str, String)> {
    let language = page.language;
    let (summary, texts) = (&requirement.summary, &requirement.texts);
    let cpv = requirement.cpv.iter().map(|cpv| cpv_line(cpv, language));
    let impacts = requirement
        .environmental_impact
        .iter()
        .map(|code| eforms_name("environmental-impact", code, language));
    let social = requirement
        .social_objectives
        .iter()
        .map(|code| eforms_name("social-objective", code, language));
    let strategies = requirement
        .strategies
        .iter()
        .map(|code| strategy(Some(code), language));
    vec![
        (
            page.say("Owner", "Ejer"),
            member(&summary.owner, summary.owner_name.as_deref()),
        ),
        (
            page.say("Category", "Kategori"),
            category(summary.category.as_deref(), language),
        ),
        (
            page.say("Product group", "Produktgruppe"),
            either(
                texts.product_group_en.as_deref(),
                texts.product_group_da.as_deref(),
                language,
            ),
        ),
        (page.say("Strategy", "Strategi"), joined(strategies)),
        (page.say("CPV", "CPV"), cpv.collect::<Vec<_>>().join("; ")),
        (page.say("Impact", "Miljøvirkning"), joined(impacts)),
        (page.say("Social", "Sociale hensyn"), joined(social)),
        (
            page.say("SDG targets", "Verdensmål"),
            requirement.sdg.join(", "),
        ),
        (page.say("Goals", "Mål"), requirement.goals.join(", ")),
        (page.say("KLE", "KLE"), requirement.kle.join(", ")),
        (
            page.say("Builds on", "Bygger på"),
            gpp_basis(texts.gpp_basis.as_deref(), language),
        ),
        (
            page.say("Level", "Niveau"),
            level_relation(texts.level_relation.as_deref(), language),
        ),
        (
            page.say("Market", "Marked"),
            readiness(texts.readiness.as_deref(), language),
        ),
        (
            page.say("State", "Tilstand"),
            drafted_state(summary, language),
        ),
        (
            page.say("Replaces", "Erstatter"),
            requirement.supersedes.join(", "),
        ),
        (
            page.say("Project", "Indsats"),
            texts.project.clone().unwrap_or_default(),
        ),
        (page.say("Document", "Dokument"), summary.document.clone()),
    ]
}

/// The state of a wording that is not released.
fn drafted_state(summary: &RequirementSummary, language: Language) -> String {
    match summary.state.as_deref() {
        None | Some("" | "released") => String::new(),
        state => wording_state(state, language),
    }
}

fn cpv_line(cpv: &CpvCode, language: Language) -> String {
    let name = either(cpv.name_en.as_deref(), cpv.name_da.as_deref(), language);
    let code = cpv.cpv.as_deref().unwrap_or_default();
    format!("{code} {name}").trim().to_owned()
}

/// A text under its heading; the heading says so where the text is there in the other language only.
fn long_text(page: &mut Page, heading: (&str, &str), english: Option<&str>, danish: Option<&str>) {
    let Some((text, is_other)) = in_either(english, danish, page.language) else {
        return;
    };
    let heading = page.say(heading.0, heading.1);
    if is_other {
        page.heading(&format!(
            "{heading} ({})",
            page.say("only in Danish", "kun på engelsk")
        ));
    } else {
        page.heading(heading);
    }
    page.paragraph(text);
}

/// What a buyer fills in, measures and scores.
fn asked(page: &mut Page, requirement: &RequirementDetail) {
    let language = page.language;
    let points: Vec<String> = requirement
        .placeholders
        .iter()
        .map(|one| placeholder_line(page, one))
        .collect();
    page.bullets(page.say("To be filled in", "Udfyldes"), &points);
    let points: Vec<String> = requirement
        .measures
        .iter()
        .map(|one| measure_line(one, language))
        .collect();
    page.bullets(page.say("Measured", "Måles"), &points);
    let points: Vec<String> = requirement
        .awards
        .iter()
        .map(|one| award_line(page, one))
        .collect();
    page.bullets(page.say("Scored", "Evalueres"), &points);
}

fn placeholder_line(page: &Page, placeholder: &Placeholder) -> String {
    let language = page.language;
    let meaning = either(
        placeholder.meaning_en.as_deref(),
        placeholder.meaning_da.as_deref(),
        language,
    );
    let unit = placeholder.unit.as_deref();
    let range = match (placeholder.min, placeholder.max) {
        (Some(min), Some(max)) => {
            let (min, max) = (number(min, language), quantity(max, unit, language));
            page.say(format!("{min} to {max}"), format!("{min} til {max}"))
        }
        (Some(min), None) => page.say(
            format!("at least {}", quantity(min, unit, language)),
            format!("mindst {}", quantity(min, unit, language)),
        ),
        (None, Some(max)) => page.say(
            format!("at most {}", quantity(max, unit, language)),
            format!("højst {}", quantity(max, unit, language)),
        ),
        (None, None) => String::new(),
    };
    let otherwise = match placeholder.default_value.as_deref() {
        Some(value) if !value.is_empty() => {
            page.say(format!("else {value}"), format!("ellers {value}"))
        }
        _ => String::new(),
    };
    let name = placeholder.name.as_deref().unwrap_or("?");
    let limits = joined([range, otherwise]);
    let limits = if limits.is_empty() {
        limits
    } else {
        format!(" ({limits})")
    };
    format!("{{{name}}}: {meaning}{limits}")
}

pub(super) fn measure_line(measure: &Measure, language: Language) -> String {
    let property = either(
        measure.property_en.as_deref(),
        measure.property_da.as_deref(),
        language,
    );
    let value = measure
        .number
        .map(|value| quantity(value, measure.unit.as_deref(), language));
    let compared = comparison(measure.comparison.as_deref(), language);
    format!("{property}: {compared} {}", value.unwrap_or_default())
}

pub(super) fn award_line(page: &Page, award: &Award) -> String {
    let method = either(
        award.method_en.as_deref(),
        award.method_da.as_deref(),
        page.language,
    );
    let scale = award.scale.as_deref().filter(|scale| !scale.is_empty());
    let weight = award
        .weight_percent
        .map(|weight| quantity(weight, Some("%"), page.language));
    let said = joined([
        scale
            .map(|scale| page.say(format!("scale {scale}"), format!("skala {scale}")))
            .unwrap_or_default(),
        weight
            .map(|weight| page.say(format!("weight {weight}"), format!("vægt {weight}")))
            .unwrap_or_default(),
    ]);
    if said.is_empty() {
        method
    } else {
        format!("{method} ({said})")
    }
}

pub(super) fn evidence_line(evidence: &Evidence, language: Language) -> String {
    let kind = evidence_kind(evidence.kind.as_deref(), language);
    let text = either(
        evidence.text_en.as_deref(),
        evidence.text_da.as_deref(),
        language,
    );
    let labels: Vec<String> = serde_json::from_str(&evidence.labels).unwrap_or_default();
    let labels = joined(labels.iter().map(|code| label(code, language)));
    let labels = if labels.is_empty() {
        labels
    } else {
        format!(" [{labels}]")
    };
    format!("{kind}{labels}: {text}")
}

pub(super) fn follow_up_line(step: &FollowUp, language: Language) -> String {
    let what = either(step.what_en.as_deref(), step.what_da.as_deref(), language);
    let when = either(step.when_en.as_deref(), step.when_da.as_deref(), language);
    let who = either(step.who_en.as_deref(), step.who_da.as_deref(), language);
    [what, when, who]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

fn source_line(source: &Source) -> String {
    joined(
        [
            &source.title,
            &source.version,
            &source.date,
            &source.address,
        ]
        .map(|part| part.clone().unwrap_or_default()),
    )
}

fn release_line(page: &Page, release: &ReleasedIn) -> String {
    let mut line = format!(
        "{} {}",
        release.code.as_deref().unwrap_or("?"),
        release.version
    );
    if release.is_newest {
        line.push_str(page.say(" (the one to use now)", " (den, der gælder nu)"));
    }
    if release.is_withdrawn {
        line.push_str(page.say(" (withdrawn)", " (trukket tilbage)"));
    }
    if release.is_equivocated {
        line.push_str(page.say(
            " (released with two contents: counts for nobody)",
            " (udgivet med to indhold: gælder ikke)",
        ));
    }
    line
}
