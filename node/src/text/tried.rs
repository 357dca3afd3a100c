//! The rest of what a pilot says: of a requirement, of checks in the contract, of its files.

use faelled_mirror::read::{AttachmentSummary, PilotCheck, TriedMore};

use super::page::Page;
use super::words::{bytes, certainty, counted, either, joined, quantity};

/// What a pilot says of a requirement beside its results in short.
pub(super) fn more<'a>(page: &Page, more: &TriedMore) -> Vec<(&'a str, String)> {
    let language = page.language;
    let text = |english: &Option<String>, danish: &Option<String>| {
        either(english.as_deref(), danish.as_deref(), language)
    };
    let hours = more
        .buyer_hours
        .map(|hours| quantity(hours, Some("h"), language))
        .unwrap_or_default();
    let price = joined([
        certainty(more.price_certainty.as_deref(), language),
        text(&more.price_basis_en, &more.price_basis_da),
    ]);
    let complaint = joined([
        more.complaint_case.clone().unwrap_or_default(),
        text(&more.complaint_outcome_en, &more.complaint_outcome_da),
    ]);
    let small = more.small_firms.map(|count| {
        counted(
            count,
            ("of the tenderers", "of the tenderers"),
            ("af tilbudsgiverne", "af tilbudsgiverne"),
            language,
        )
    });
    vec![
        (
            page.say("    Wording used", "    Brugt ordlyd"),
            text(&more.local_wording_en, &more.local_wording_da),
        ),
        (
            page.say("    Small firms", "    Små virksomheder"),
            small.unwrap_or_default(),
        ),
        (
            page.say("    Questions", "    Spørgsmål"),
            questions(page, more),
        ),
        (page.say("    Price basis", "    Prisens grundlag"), price),
        (page.say("    Buyer's time", "    Indkøbers tid"), hours),
        (
            page.say("    Of the evidence", "    Om dokumentationen"),
            text(&more.evidence_result_en, &more.evidence_result_da),
        ),
        (page.say("    Of the complaint", "    Om klagen"), complaint),
        (
            page.say("    Dropped because", "    Droppet fordi"),
            text(&more.dropped_en, &more.dropped_da),
        ),
        (
            page.say("    Proposed wording", "    Foreslået ordlyd"),
            text(&more.proposed_wording_en, &more.proposed_wording_da),
        ),
    ]
}

fn questions(page: &Page, more: &TriedMore) -> String {
    let changes = either(
        more.changes_en.as_deref(),
        more.changes_da.as_deref(),
        page.language,
    );
    let asked = more.questions.map(|count| count.to_string());
    match (asked, changes.is_empty()) {
        (Some(asked), true) => asked,
        (Some(asked), false) => format!("{asked}; {changes}"),
        (None, _) => changes,
    }
}

/// A check, whether it held, and what was done where not.
pub(super) fn check_line(page: &Page, check: &PilotCheck) -> String {
    let language = page.language;
    let how = either(check.how_en.as_deref(), check.how_da.as_deref(), language);
    let remedy = either(
        check.remedy_en.as_deref(),
        check.remedy_da.as_deref(),
        language,
    );
    let outcome = match check.complied {
        Some(true) => page.say("complied", "overholdt"),
        Some(false) => page.say("NOT COMPLIED", "IKKE OVERHOLDT"),
        None => "",
    };
    let what = [check.number.clone().unwrap_or_default(), how]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(": ");
    let said = [what, outcome.to_owned(), remedy];
    said.into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

/// A file: what it is called, where it is, how large it is.
pub(super) fn attachment_line(page: &Page, attachment: &AttachmentSummary) -> String {
    let title = either(
        attachment.title_en.as_deref(),
        attachment.title_da.as_deref(),
        page.language,
    );
    let size = attachment
        .size
        .and_then(|size| u64::try_from(size).ok())
        .map(|size| bytes(size, page.language));
    let about = joined([
        attachment.file_name.clone().unwrap_or_default(),
        size.unwrap_or_default(),
        attachment.address.clone().unwrap_or_default(),
    ]);
    if about.is_empty() {
        title
    } else {
        format!("{title} ({about})")
    }
}
