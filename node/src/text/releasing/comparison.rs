//! Requirements side by side: in columns where the screen is wide enough, else one below the other.

use std::borrow::Cow;

use faelled_mirror::read::{Practice, RequirementDetail};

use super::super::page::{Page, Table};
use super::super::plain::plain;
use super::super::practice::{prices, tenders};
use super::super::requirements::{award_line, evidence_line, follow_up_line, measure_line};
use super::super::words::{
    either, joined, level, number, practice_line, requirement_type, strategy,
};
use crate::data::releasing::Comparison;

/// A column is not made narrower than this: a wording in it could not be read.
const MIN_COLUMN: usize = 24;
/// Room for the rows' names and the gaps.
const BESIDE: usize = 24;

pub(super) fn comparison(page: &mut Page, comparison: &Comparison) {
    page.line(&comparison.columns.join(" | "));
    let (differing, same): (Vec<_>, Vec<_>) = comparison.rows.iter().partition(|row| row.differs);
    if !differing.is_empty() {
        page.heading(page.say("They differ in", "De er forskellige i"));
        let rows: Vec<(&str, Vec<String>)> = differing
            .iter()
            .map(|row| {
                (
                    name(page, row.row),
                    cells(page, row.row, &comparison.requirements),
                )
            })
            .collect();
        let columns = comparison.columns.len();
        if page.columns() >= BESIDE + columns * MIN_COLUMN {
            side_by_side(page, &comparison.columns, rows);
        } else {
            stacked(page, &comparison.columns, rows);
        }
    }
    let facts: Vec<(&str, String)> = same
        .iter()
        .filter_map(|row| {
            let cell = comparison
                .requirements
                .first()
                .map(|one| cell(page, row.row, one))?;
            Some((name(page, row.row), cell))
        })
        .collect();
    if facts.iter().any(|(_, fact)| !fact.is_empty()) {
        page.heading(page.say("The same in all", "Ens i dem alle"));
        page.facts(&facts);
    }
    page.gap();
    page.own(page.say(
        "Read one whole: faelled requirement show NUMBER",
        "Læs et helt: faelled requirement show NUMMER",
    ));
}

fn side_by_side(page: &mut Page, columns: &[String], rows: Vec<(&str, Vec<String>)>) {
    let columns: Vec<Cow<'_, str>> = columns.iter().map(|column| plain(column)).collect();
    let mut heads = vec![""];
    heads.extend(columns.iter().map(AsRef::as_ref));
    let rows = rows.into_iter().map(|(name, cells)| {
        let mut row = vec![name.to_owned()];
        row.extend(cells);
        row
    });
    page.table(&heads, Table::of(rows));
}

fn stacked(page: &mut Page, columns: &[String], rows: Vec<(&str, Vec<String>)>) {
    for (name, cells) in rows {
        page.line(name);
        for (column, cell) in columns.iter().zip(cells) {
            page.bullet(&format!("{column}: {cell}"));
        }
    }
}

/// What a row is called.
fn name(page: &Page, row: &str) -> &'static str {
    match row {
        "title" => page.say("Title", "Titel"),
        "type" => page.say("Type", "Type"),
        "level" => page.say("Level", "Niveau"),
        "strategy" => page.say("Strategy", "Strategi"),
        "wording" => page.say("Wording", "Ordlyd"),
        "evidence" => page.say("Evidence", "Dokumentation"),
        "follow_up" => page.say("Follow-up", "Opfølgning"),
        "measure" => page.say("Measured", "Måles"),
        "award" => page.say("Scored", "Evalueres"),
        _ => page.say("Practice", "Praksis"),
    }
}

fn cells(page: &Page, row: &str, requirements: &[RequirementDetail]) -> Vec<String> {
    requirements
        .iter()
        .map(|one| {
            let cell = cell(page, row, one);
            if cell.is_empty() {
                "-".to_owned()
            } else {
                cell
            }
        })
        .collect()
}

fn cell(page: &Page, row: &str, one: &RequirementDetail) -> String {
    let language = page.language;
    let texts = &one.texts;
    let listed = |lines: Vec<String>| lines.join(" / ");
    match row {
        "title" => either(
            one.summary.title_en.as_deref(),
            one.summary.title_da.as_deref(),
            language,
        ),
        "type" => requirement_type(one.summary.r#type.as_deref(), language),
        "level" => level(one.summary.level.as_deref(), language),
        "strategy" => joined(
            one.strategies
                .iter()
                .map(|code| strategy(Some(code), language)),
        ),
        "wording" => either(
            texts.wording_en.as_deref(),
            texts.wording_da.as_deref(),
            language,
        ),
        "evidence" => listed(
            one.evidence
                .iter()
                .map(|evidence| evidence_line(evidence, language))
                .collect(),
        ),
        "follow_up" => listed(
            one.follow_up
                .iter()
                .map(|step| follow_up_line(step, language))
                .collect(),
        ),
        "measure" => listed(
            one.measures
                .iter()
                .map(|measure| measure_line(measure, language))
                .collect(),
        ),
        "award" => listed(
            one.awards
                .iter()
                .map(|award| award_line(page, award))
                .collect(),
        ),
        _ => practice(page, one.practice.as_ref()),
    }
}

/// How it did, in one cell.
fn practice(page: &Page, practice: Option<&Practice>) -> String {
    let language = page.language;
    let Some(practice) = practice else {
        return practice_line(0, [0, 0, 0], language);
    };
    let labelled = |label: &str, text: String| {
        if text.is_empty() {
            text
        } else {
            format!("{label} {text}")
        }
    };
    let burden = practice.burden_avg.map(|burden| number(burden, language));
    [
        practice_line(
            practice.pilots,
            [practice.keep, practice.adjust, practice.drop_it],
            language,
        ),
        labelled(page.say("tenders", "tilbud"), tenders(page, practice)),
        labelled(page.say("price", "pris"), prices(page, practice)),
        labelled(page.say("burden", "byrde"), burden.unwrap_or_default()),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join("; ")
}
