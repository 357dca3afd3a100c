//! What was found.

use std::collections::HashSet;

use faelled_mirror::read::Hit;

use super::page::Page;
use super::words::{counted, document_kind, either, short};

pub(super) fn hits(page: &mut Page, hits: &[Hit]) {
    if hits.is_empty() {
        page.own(page.say("Nothing was found.", "Der blev ikke fundet noget."));
        page.own(page.say(
            "Try fewer words, or the beginning of one; faelled requirement list shows all requirements.",
            "Prøv færre ord eller begyndelsen af et; faelled requirement list viser alle krav.",
        ));
        return;
    }
    // A draft says again what is shared under the same number.
    let shared: HashSet<_> = hits
        .iter()
        .filter(|hit| hit.space != "private")
        .map(|hit| (&hit.kind, &hit.owner, &hit.number))
        .collect();
    let is_again = |hit: &Hit| {
        hit.space == "private"
            && hit.number.is_some()
            && shared.contains(&(&hit.kind, &hit.owner, &hit.number))
    };
    let shown: Vec<&Hit> = hits.iter().filter(|hit| !is_again(hit)).collect();
    let count = i64::try_from(shown.len()).unwrap_or(i64::MAX);
    page.line(&counted(
        count,
        ("hit", "hits"),
        ("fund", "fund"),
        page.language,
    ));
    let key = |hit: &Hit| match hit.number.as_deref().filter(|number| !number.is_empty()) {
        Some(number) => number.to_owned(),
        None => short(&hit.document),
    };
    let width = shown
        .iter()
        .map(|hit| key(hit).chars().count())
        .max()
        .unwrap_or(0);
    for hit in &shown {
        page.gap();
        let title = either(
            hit.title_en.as_deref(),
            hit.title_da.as_deref(),
            page.language,
        );
        let owner = hit.owner_name.as_deref().unwrap_or(&hit.owner);
        let kind = document_kind(&hit.kind, page.language);
        let about = match hit.space.as_str() {
            "private" => page.say(
                format!("{kind}, only with you"),
                format!("{kind}, kun hos jer selv"),
            ),
            "group" => page.say(
                format!("{kind} by {owner}, in a group"),
                format!("{kind} fra {owner}, i en gruppe"),
            ),
            _ => page.say(format!("{kind} by {owner}"), format!("{kind} fra {owner}")),
        };
        let summary = page.say(hit.summary_en.as_str(), hit.summary_da.as_str());
        let standing = if summary.is_empty() {
            about
        } else {
            format!("{about}: {summary}")
        };
        page.item(&key(hit), width, &[title, standing, snippet(hit)]);
    }
    reading(page, &shown);
}

/// How to read what was found.
fn reading(page: &mut Page, shown: &[&Hit]) {
    let commands = [
        (
            "requirement",
            ("requirement show NUMBER", "requirement show NUMMER"),
        ),
        ("pack", ("pack show CODE", "pack show KODE")),
        ("pilot", ("pilot show ID", "pilot show ID")),
        ("question", ("question show ID", "question show ID")),
        ("resource", ("resource show ID", "resource show ID")),
        ("project", ("project show CODE", "project show KODE")),
    ];
    let commands: Vec<String> = commands
        .into_iter()
        .filter(|(kind, _)| shown.iter().any(|hit| hit.kind == *kind))
        .map(|(_, (english, danish))| format!("faelled {}", page.say(english, danish)))
        .collect();
    if !commands.is_empty() {
        page.gap();
        let commands = commands.join(", ");
        page.line(&page.say(
            format!("Read one: {commands}"),
            format!("Læs et fund: {commands}"),
        ));
    }
}

/// Where it matched; brackets stand around what did, as there is no colour. Nothing where no word was asked
/// for.
fn snippet(hit: &Hit) -> String {
    if !hit.snippet.iter().any(|part| part.is_match) {
        return String::new();
    }
    let mut text = String::new();
    for part in &hit.snippet {
        if part.is_match {
            text.push_str(&format!("[{}]", part.text));
        } else {
            text.push_str(&part.text);
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
