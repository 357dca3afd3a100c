//! Pilots: what members learned from trying a requirement.

use faelled_mirror::read::{PilotDetail, PilotEffect, PilotHead, PilotResult, TriedMore};
use faelled_model::codes::cpv;

use super::page::Page;
use super::tried;
use super::words::{
    complaint, counted, eforms_name, either, evidence_outcome, framework, joined, level, member,
    moment, pilot_state, price_effect, quantity, requirement_type, short, value_band, verdict,
};
use crate::data::{PilotShown, Recorded, Verified};

pub(super) fn results(page: &mut Page, results: &[PilotResult]) {
    if results.is_empty() {
        page.own(page.say("No pilot fits.", "Ingen afprøvning passer."));
        page.own(page.say(
            "Ask for less, or record one of your own: faelled pilot record FILE",
            "Spørg bredere, eller skriv jeres egen: faelled pilot record FIL",
        ));
        return;
    }
    let mut number = None;
    for result in results {
        if number != Some(&result.number) {
            number = Some(&result.number);
            page.gap();
            let title = either(
                result.requirement_en.as_deref(),
                result.requirement_da.as_deref(),
                page.language,
            );
            page.line(&format!(
                "{}  {title}",
                result.number.as_deref().unwrap_or("?")
            ));
        }
        let tender = either(
            result.tender_en.as_deref(),
            result.tender_da.as_deref(),
            page.language,
        );
        let draft = match result.space.as_str() {
            "private" => page.say("own draft", "egen kladde"),
            _ => "",
        };
        let about = joined([
            member(&result.member, result.member_name.as_deref()),
            tender,
            pilot_state(result.state.as_deref(), page.language),
            draft.to_owned(),
        ]);
        page.bullet(&format!("{}  {about}", short(&result.document)));
        // The lessons are many lines; they stand where one pilot is shown.
        let brief = PilotResult {
            lessons_da: None,
            lessons_en: None,
            ..result.clone()
        };
        result_lines(page, &brief, None);
    }
    page.gap();
    page.own(page.say(
        "Read one: faelled pilot show ID",
        "Læs en: faelled pilot show ID",
    ));
}

/// What a pilot says of one requirement, indented; with the rest of it where that is given.
pub(super) fn result_lines(page: &mut Page, result: &PilotResult, more: Option<&TriedMore>) {
    let mut facts = result_facts(page, result);
    if let Some(more) = more {
        facts.extend(tried::more(page, more));
    }
    page.facts(&facts);
}

fn result_facts<'a>(page: &Page, result: &PilotResult) -> Vec<(&'a str, String)> {
    let language = page.language;
    let used = joined([
        requirement_type(result.r#type.as_deref(), language),
        level(result.level.as_deref(), language),
        result.weight_percent.map_or_else(String::new, |weight| {
            let weight = quantity(weight, Some("%"), language);
            page.say(format!("weight {weight}"), format!("vægt {weight}"))
        }),
    ]);
    let burden = result.burden.map_or_else(String::new, |burden| {
        page.say(format!("{burden} of 5"), format!("{burden} af 5"))
    });
    let complaint = match result.complaint.as_deref() {
        None | Some("none") => String::new(),
        code => complaint(code, language),
    };
    vec![
        (
            page.say("    Verdict", "    Vurdering"),
            verdict(result.verdict.as_deref(), language),
        ),
        (page.say("    Used as", "    Brugt som"), used),
        (
            page.say("    Release", "    Udgivelse"),
            release(page, result),
        ),
        (page.say("    Tenders", "    Tilbud"), tenders(page, result)),
        (page.say("    Price", "    Pris"), price(page, result)),
        (page.say("    Burden", "    Byrde"), burden),
        (
            page.say("    Evidence", "    Dokumentation"),
            evidence_outcome(result.evidence_outcome.as_deref(), language),
        ),
        (page.say("    Complaint", "    Klage"), complaint),
        (
            page.say("    Lessons", "    Erfaring"),
            either(
                result.lessons_en.as_deref(),
                result.lessons_da.as_deref(),
                language,
            ),
        ),
        (
            page.say("    Know first", "    Vid først"),
            either(
                result.first_advice_en.as_deref(),
                result.first_advice_da.as_deref(),
                language,
            ),
        ),
    ]
}

pub(super) fn pilot(page: &mut Page, shown: &PilotShown) {
    let language = page.language;
    let (pilot, head) = (&shown.pilot, &shown.pilot.head);
    let title = either(head.title_en.as_deref(), head.title_da.as_deref(), language);
    page.line(&format!("{}: {title}", page.say("Pilot", "Afprøvning")));
    page.line(&member(&head.owner, shown.provenance.name.as_deref()));
    provenance(page, &shown.provenance);
    page.gap();
    let facts = tender(page, head, &pilot.cpv, &pilot.joint_buyers);
    page.facts(&facts);
    page.heading(page.say("What was tried", "Hvad der blev prøvet"));
    for result in &pilot.tried {
        tried_of(page, pilot, result);
    }
    let points: Vec<String> = pilot
        .checks
        .iter()
        .map(|check| tried::check_line(page, check))
        .collect();
    page.bullets(
        page.say("Checked in the contract", "Kontrolleret i kontrakten"),
        &points,
    );
    let points: Vec<String> = pilot
        .effects
        .iter()
        .map(|effect| effect_line(page, effect))
        .collect();
    page.bullets(page.say("Effects", "Virkning"), &points);
    for (heading, english, danish) in [
        (
            page.say("Follow-up in the contract", "Kontraktopfølgning"),
            &head.follow_up_en,
            &head.follow_up_da,
        ),
        (
            page.say("Lessons", "Erfaringer"),
            &head.lessons_en,
            &head.lessons_da,
        ),
        (
            page.say("What others should know first", "Hvad andre bør vide først"),
            &head.first_advice_en,
            &head.first_advice_da,
        ),
    ] {
        page.section(
            heading,
            Some(&either(english.as_deref(), danish.as_deref(), language)),
        );
    }
    let points: Vec<String> = pilot
        .attachments
        .iter()
        .map(|attachment| tried::attachment_line(page, attachment))
        .collect();
    page.bullets(page.say("Attachments", "Bilag"), &points);
}

/// One requirement that a pilot tried, under its number.
fn tried_of(page: &mut Page, pilot: &PilotDetail, result: &PilotResult) {
    let (language, head) = (page.language, &pilot.head);
    page.gap();
    let title = either(
        result.requirement_en.as_deref(),
        result.requirement_da.as_deref(),
        language,
    );
    page.line(&format!(
        "  {}  {title}",
        result.number.as_deref().unwrap_or("?")
    ));
    // Lessons and advice of the whole pilot stand below, once.
    let own = PilotResult {
        lessons_da: differing(&result.lessons_da, &head.lessons_da),
        lessons_en: differing(&result.lessons_en, &head.lessons_en),
        first_advice_da: differing(&result.first_advice_da, &head.first_advice_da),
        first_advice_en: differing(&result.first_advice_en, &head.first_advice_en),
        ..result.clone()
    };
    let more = pilot
        .tried_more
        .iter()
        .find(|more| more.position == result.position);
    result_lines(page, &own, more);
}

pub(super) fn recorded(page: &mut Page, recorded: &Recorded) {
    let language = page.language;
    let members = i64::try_from(recorded.visible_to.len()).unwrap_or(i64::MAX);
    let members = counted(
        members,
        ("member", "members"),
        ("deltager", "deltagere"),
        language,
    );
    let done = if recorded.updated {
        page.say(
            format!(
                "The pilot that was there is brought up to the file and shared with {members}."
            ),
            format!("Den afprøvning, der var der, er ført ajour med filen og delt med {members}."),
        )
    } else {
        page.say(
            format!("The pilot is recorded and shared with {members}."),
            format!("Afprøvningen er skrevet ned og delt med {members}."),
        )
    };
    page.line(&done);
    page.facts(&[
        (
            page.say("Tried", "Afprøvet"),
            recorded.requirements.join(", "),
        ),
        (
            page.say("Visible to", "Synlig for"),
            recorded.visible_to.join(", "),
        ),
        (page.say("Document", "Dokument"), recorded.document.clone()),
    ]);
    page.warnings(&recorded.warnings);
    page.gap();
    let id = short(&recorded.document);
    page.line(&page.say(
        format!("Read it: faelled pilot show {id}"),
        format!("Læs den: faelled pilot show {id}"),
    ));
}

fn provenance(page: &mut Page, verified: &Verified) {
    let keys = joined(verified.node_keys.iter().map(|key| short(key)));
    let who = member(&verified.member, verified.name.as_deref());
    let count = i64::try_from(verified.entries).unwrap_or(i64::MAX);
    let entries = counted(
        count,
        ("entry", "entries"),
        ("post", "poster"),
        page.language,
    );
    let (chain, claimed) = (verified.chain_entries, &verified.claimed);
    page.line(&page.say(
        format!(
            "verified: signed by {who} with node key {keys}, {entries}, in chains of {chain} in all; written {claimed} UTC by the author's clock"
        ),
        format!(
            "efterprøvet: underskrevet af {who} med nodenøgle {keys}, {entries}, i kæder på {chain} i alt; skrevet {claimed} UTC efter forfatterens ur"
        ),
    ));
}

fn tender<'a>(
    page: &Page,
    head: &PilotHead,
    codes: &[String],
    buyers: &[String],
) -> Vec<(&'a str, String)> {
    let language = page.language;
    let months = |count: i64| counted(count, ("month", "months"), ("måned", "måneder"), language);
    let codes = codes.iter().map(|code| match cpv::find(code) {
        Some(found) => format!("{code} {}", found.name(language)),
        None => code.clone(),
    });
    let procedure = head.procedure.as_deref().unwrap_or_default();
    vec![
        (
            page.say("State", "Tilstand"),
            pilot_state(head.state.as_deref(), language),
        ),
        (
            page.say("Publication", "Bekendtgørelse"),
            head.publication_number.clone().unwrap_or_default(),
        ),
        (
            page.say("Procedure", "Udbudsform"),
            eforms_name("procurement-procedure-type", procedure, language),
        ),
        (
            page.say("Tender", "Udbud"),
            framework(head.framework.as_deref(), language),
        ),
        (
            page.say("Value", "Værdi"),
            value_band(head.value_band.as_deref(), language),
        ),
        (
            page.say("Lots", "Delaftaler"),
            head.lots.map(|lots| lots.to_string()).unwrap_or_default(),
        ),
        (
            page.say("Duration", "Varighed"),
            head.duration_months.map(months).unwrap_or_default(),
        ),
        (page.say("CPV", "CPV"), codes.collect::<Vec<_>>().join("; ")),
        (
            page.say("Bought with", "Købt sammen med"),
            buyers.join(", "),
        ),
        (page.say("Document", "Dokument"), head.document.clone()),
        (
            page.say("Written", "Skrevet"),
            moment(head.last_claimed.as_deref()),
        ),
    ]
}

fn release(page: &Page, result: &PilotResult) -> String {
    let (Some(code), Some(version)) = (&result.pack_code, &result.version) else {
        return String::new();
    };
    match result.is_newest {
        Some(false) => page.say(
            format!("{code} {version} (there is a newer one)"),
            format!("{code} {version} (der er en nyere)"),
        ),
        Some(true) => format!("{code} {version}"),
        None => page.say(
            format!("{code} {version} (not here)"),
            format!("{code} {version} (er her ikke)"),
        ),
    }
}

fn tenders(page: &Page, result: &PilotResult) -> String {
    let Some(bidders) = result.bidders else {
        return String::new();
    };
    let last = result.bidders_last_time.map_or_else(String::new, |last| {
        page.say(format!("{last} last time"), format!("sidst {last}"))
    });
    let met = result.bidders_met.map_or_else(String::new, |met| {
        page.say(format!("{met} met it"), format!("{met} opfyldte det"))
    });
    joined([bidders.to_string(), last, met])
}

fn price(page: &Page, result: &PilotResult) -> String {
    let effect = price_effect(result.price_effect.as_deref(), page.language);
    // A percentage of nought repeats what the code says.
    match result.price_percent.filter(|percent| percent.abs() > 0.0) {
        Some(percent) => format!("{effect} ({})", quantity(percent, Some("%"), page.language)),
        None => effect,
    }
}

fn effect_line(page: &Page, effect: &PilotEffect) -> String {
    let language = page.language;
    let what = either(
        effect.what_en.as_deref(),
        effect.what_da.as_deref(),
        language,
    );
    let value = effect
        .number
        .map(|value| quantity(value, effect.unit.as_deref(), language))
        .unwrap_or_default();
    let how = if effect.measured {
        page.say("measured", "målt")
    } else {
        page.say("estimated", "skønnet")
    };
    let method = either(
        effect.method_en.as_deref(),
        effect.method_da.as_deref(),
        language,
    );
    let method = if method.is_empty() {
        method
    } else {
        format!("; {method}")
    };
    format!("{what}: {value} ({how}{method})")
}

fn differing(own: &Option<String>, whole: &Option<String>) -> Option<String> {
    own.clone().filter(|_| own != whole)
}
