//! How a requirement did in practice, from what all pilots say of it.

use faelled_mirror::read::{Practice, RequirementDetail};

use super::page::Page;
use super::pilots::result_lines;
use super::words::{
    counted, either, evidence_outcome, joined, member, moment, number, price_effect, verdicts,
};

pub(super) fn in_practice(page: &mut Page, requirement: &RequirementDetail) {
    if requirement.summary.space != "commons" {
        return;
    }
    page.heading(page.say("In practice", "I praksis"));
    let tried = requirement
        .practice
        .as_ref()
        .filter(|practice| practice.pilots > 0);
    let Some(practice) = tried else {
        page.paragraph(page.say(
            "Not tried yet. Whoever tries it tells the others with: faelled pilot record FILE",
            "Ikke afprøvet endnu. Den, der prøver det, fortæller de andre det med: faelled pilot record FIL",
        ));
        return;
    };
    let facts = practice_facts(page, practice);
    page.facts(&facts);
    reasons(page, requirement);
    page.heading(page.say("What each pilot says", "Hvad hver afprøvning siger"));
    for result in &requirement.pilots {
        page.gap();
        page.line(&format!(
            "{}, {}",
            member(&result.member, result.member_name.as_deref()),
            moment(result.last_claimed.as_deref()),
        ));
        result_lines(page, result, None);
    }
}

fn practice_facts<'a>(page: &Page, practice: &Practice) -> Vec<(&'a str, String)> {
    let language = page.language;
    let questions = match practice.questions {
        0 => String::new(),
        asked => asked.to_string(),
    };
    vec![
        (page.say("  Tried", "  Afprøvet"), tried_by(page, practice)),
        (
            page.say("  Verdicts", "  Vurdering"),
            verdicts([practice.keep, practice.adjust, practice.drop_it], language),
        ),
        (
            page.say("  Used as", "  Brugt som"),
            used_as(page, practice),
        ),
        (page.say("  Tenders", "  Tilbud"), tenders(page, practice)),
        (
            page.say("  Effect on price", "  Virkning på pris"),
            prices(page, practice),
        ),
        (
            page.say("  Bidders' burden", "  Byrde for tilbudsgivere"),
            burden(page, practice),
        ),
        (
            page.say("  Buyer's hours", "  Indkøbers timer"),
            hours(page, practice),
        ),
        (
            page.say("  Questions asked", "  Stillede spørgsmål"),
            questions,
        ),
        (
            page.say("  Evidence", "  Dokumentation"),
            evidence(page, practice),
        ),
        (
            page.say("  Complaints", "  Klager"),
            complaints(page, practice),
        ),
        (
            page.say("  Latest advice", "  Seneste råd"),
            either(
                practice.latest_advice_en.as_deref(),
                practice.latest_advice_da.as_deref(),
                language,
            ),
        ),
    ]
}

fn tried_by(page: &Page, practice: &Practice) -> String {
    let language = page.language;
    let pilots = counted(
        practice.pilots,
        ("pilot", "pilots"),
        ("afprøvning", "afprøvninger"),
        language,
    );
    let members = counted(
        practice.members,
        ("member", "members"),
        ("deltager", "deltagere"),
        language,
    );
    page.say(
        format!("{pilots} by {members}"),
        format!("{pilots} hos {members}"),
    )
}

fn burden(page: &Page, practice: &Practice) -> String {
    let Some(burden) = practice.burden_avg else {
        return String::new();
    };
    let burden = number(burden, page.language);
    page.say(
        format!("{burden} of 5 on average"),
        format!("{burden} af 5 i snit"),
    )
}

fn hours(page: &Page, practice: &Practice) -> String {
    let Some(hours) = practice.buyer_hours_avg else {
        return String::new();
    };
    let hours = number(hours, page.language);
    page.say(
        format!("{hours} extra on average"),
        format!("{hours} ekstra i snit"),
    )
}

/// What suppliers said, each with the pilot's member.
fn reasons(page: &mut Page, requirement: &RequirementDetail) {
    let points: Vec<String> = requirement
        .supplier_reasons
        .iter()
        .map(|reason| {
            let said = either(
                reason.reason_en.as_deref(),
                reason.reason_da.as_deref(),
                page.language,
            );
            let who = reason.member_name.as_deref().unwrap_or(&reason.member);
            format!("{said} ({who})")
        })
        .collect();
    let heading = page.say("Why suppliers did not bid", "Hvorfor leverandører ikke bød");
    page.bullets(heading, &points);
}

/// Whether the evidence was accepted, each with how often.
fn evidence(page: &Page, practice: &Practice) -> String {
    let outcomes = [
        (practice.evidence_accepted, "accepted"),
        (practice.evidence_partly, "partly"),
        (practice.evidence_rejected, "rejected"),
    ];
    joined(
        outcomes
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, code)| {
                format!("{} ({count})", evidence_outcome(Some(code), page.language))
            }),
    )
}

/// Complaints, where there were any.
fn complaints(page: &Page, practice: &Practice) -> String {
    let some = |count: i64, english: (&str, &str), danish: (&str, &str)| {
        if count > 0 {
            counted(count, english, danish, page.language)
        } else {
            String::new()
        }
    };
    joined([
        some(
            practice.clarifications,
            ("clarification", "clarifications"),
            ("afklaring", "afklaringer"),
        ),
        some(
            practice.complaints,
            (
                "complaint to the Complaints Board",
                "complaints to the Complaints Board",
            ),
            ("klage til Klagenævnet", "klager til Klagenævnet"),
        ),
    ])
}

/// The parts that it played in tenders, counted.
fn used_as(page: &Page, practice: &Practice) -> String {
    let language = page.language;
    let some = |count: i64, english: (&str, &str), danish: (&str, &str)| {
        if count > 0 {
            counted(count, english, danish, language)
        } else {
            String::new()
        }
    };
    joined([
        some(
            practice.as_minimum_requirement,
            ("technical specification", "technical specifications"),
            ("mindstekrav", "mindstekrav"),
        ),
        some(
            practice.as_award_criterion,
            ("award criterion", "award criteria"),
            ("tildelingskriterium", "tildelingskriterier"),
        ),
        some(
            practice.as_contract_clause,
            ("contract clause", "contract clauses"),
            ("kontraktvilkår", "kontraktvilkår"),
        ),
        some(
            practice.as_other,
            ("other use", "other uses"),
            ("anden brug", "anden brug"),
        ),
    ])
}

pub(super) fn tenders(page: &Page, practice: &Practice) -> String {
    let language = page.language;
    let average = |value: Option<f64>| value.map(|value| number(value, language));
    match (
        average(practice.bidders_avg),
        average(practice.bidders_last_time_avg),
    ) {
        (Some(now), Some(last)) => page.say(
            format!("{now} on average, {last} last time"),
            format!("{now} i snit, sidst {last}"),
        ),
        (Some(now), None) => page.say(format!("{now} on average"), format!("{now} i snit")),
        _ => String::new(),
    }
}

/// Effects on price, each with how often.
pub(super) fn prices(page: &Page, practice: &Practice) -> String {
    let language = page.language;
    let prices = [
        (practice.price_lower, "lower"),
        (practice.price_none, "none"),
        (practice.price_under_5, "under-5"),
        (practice.price_5_15, "5-15"),
        (practice.price_over_15, "over-15"),
        (practice.price_unknown, "unknown"),
    ];
    joined(
        prices
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, code)| format!("{} ({count})", price_effect(Some(code), language))),
    )
}
