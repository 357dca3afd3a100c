//! Who takes part in what, and what members say of themselves.

use faelled_model::Language;
use faelled_model::terms::{Part, Speed};
use unicode_width::UnicodeWidthStr;

use super::super::page::{Page, Table};
use super::super::words::{backing, either, joined, member, priority, progress, speed};
use crate::data::joint::{
    Cell, Matrix, MatrixProject, MatrixRow, ParticipationShown, ProfileShown,
};

/// A cell and the gap before it: as narrow as a day.
const COLUMNS_PER_PROJECT: usize = 12;

pub(super) fn participations(page: &mut Page, participations: &[ParticipationShown]) {
    if participations.is_empty() {
        page.own(page.say("Nobody takes part yet.", "Ingen deltager endnu."));
        page.own(page.say(
            "Say how you do: faelled participation set PROJECT --speed following; faelled project list shows the projects",
            "Sig, hvordan I gør: faelled participation set INDSATS --speed following; faelled project list viser indsatserne",
        ));
        return;
    }
    for shown in participations {
        page.gap();
        participation(page, shown);
    }
}

fn participation(page: &mut Page, shown: &ParticipationShown) {
    let language = page.language;
    let head = &shown.participation.head;
    page.line(&member(&head.owner, head.owner_name.as_deref()));
    let title = either(
        shown.project_en.as_deref(),
        shown.project_da.as_deref(),
        language,
    );
    let text =
        |en: &Option<String>, da: &Option<String>| either(en.as_deref(), da.as_deref(), language);
    let of = |text: &Option<String>| text.clone().unwrap_or_default();
    // The day stands with what it is the day of.
    let state = progress(head.state.as_deref(), language);
    let day = of(&head.status_date);
    let (state, day) = if state.is_empty() {
        (state, day)
    } else {
        (joined([state, day]), String::new())
    };
    page.facts(&[
        (
            page.say("  Project", "  Indsats"),
            joined([of(&head.project), title]),
        ),
        (
            page.say("  Speed", "  Fart"),
            joined([
                speed(head.speed.as_deref(), language),
                part_of(head.part.as_deref(), language),
            ]),
        ),
        (
            page.say("  Priority", "  Prioritet"),
            priority(head.priority.as_deref(), language),
        ),
        (page.say("  State", "  Tilstand"), state),
        (
            page.say("  Status", "  Status"),
            joined([day, text(&head.status_en, &head.status_da)]),
        ),
        (
            page.say("  Backing", "  Opbakning"),
            joined([
                backing(head.backing.as_deref(), language),
                of(&head.backing_date),
                of(&head.backing_reference),
            ]),
        ),
        (
            page.say("  Next", "  Næste skridt"),
            joined([
                of(&head.next_step_date),
                text(&head.next_step_en, &head.next_step_da),
            ]),
        ),
        (
            page.say("  Contact", "  Kontakt"),
            joined([
                text(&head.contact_role_en, &head.contact_role_da),
                of(&head.mailbox),
            ]),
        ),
    ]);
    for goal in &shown.participation.goals {
        let goal = text(&goal.goal_en, &goal.goal_da);
        page.bullet(&page.say(format!("Goal: {goal}"), format!("Mål: {goal}")));
    }
}

pub(super) fn matrix(page: &mut Page, matrix: &Matrix) {
    if matrix.members.is_empty() {
        participations(page, &[]);
        return;
    }
    let names = matrix.members.iter().map(|row| name(row).width()).max();
    let needed = names.unwrap_or(0) + matrix.projects.len() * COLUMNS_PER_PROJECT + 2;
    if page.room() < needed {
        matrix_as_list(page, matrix);
    } else {
        matrix_as_table(page, matrix);
    }
    if !matrix.absent.is_empty() {
        page.gap();
        let absent = matrix.absent.join(", ");
        page.line(&page.say(format!("In none: {absent}"), format!("I ingen: {absent}")));
    }
}

fn matrix_as_table(page: &mut Page, matrix: &Matrix) {
    let language = page.language;
    // Projects are numbered at the head, so that a column is no wider than what stands in it.
    for (index, project) in matrix.projects.iter().enumerate() {
        page.line(&format!("{}  {}", index + 1, project_name(page, project)));
    }
    page.gap();
    let rows = matrix.members.iter().map(|row| {
        let mut cells = vec![name(row).to_owned()];
        cells.extend(row.cells.iter().map(|cell| said(cell.as_ref(), language)));
        cells
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let mut heads = vec![page.say("Member", "Deltager").to_owned()];
    heads.extend((1..=matrix.projects.len()).map(|number| number.to_string()));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    page.table(&heads, Table::of(rows));
}

fn matrix_as_list(page: &mut Page, matrix: &Matrix) {
    let language = page.language;
    for row in &matrix.members {
        page.gap();
        page.line(&member(&row.member, row.name.as_deref()));
        for (cell, project) in row.cells.iter().zip(&matrix.projects) {
            if cell.is_some() {
                let name = project_name(page, project);
                page.bullet(&format!("{name}: {}", said(cell.as_ref(), language)));
            }
        }
    }
}

fn name(row: &MatrixRow) -> &str {
    row.name.as_deref().unwrap_or(&row.member)
}

fn project_name(page: &Page, project: &MatrixProject) -> String {
    let title = either(
        project.title_en.as_deref(),
        project.title_da.as_deref(),
        page.language,
    );
    match &project.code {
        Some(code) if title.is_empty() => code.clone(),
        Some(code) => format!("{title} ({code})"),
        None => title,
    }
}

/// How fast, where it is and since when, in few words.
fn said(cell: Option<&Cell>, language: Language) -> String {
    cell.map_or_else(
        || "-".to_owned(),
        |cell| {
            joined([
                short_speed(cell.speed.as_deref(), language),
                part_of(cell.part.as_deref(), language),
                progress(cell.state.as_deref(), language),
                cell.status_date.clone().unwrap_or_default(),
            ])
        },
    )
}

/// A speed in a word that fits into a narrow cell.
fn short_speed(code: Option<&str>, language: Language) -> String {
    let word = match Speed::from(code.unwrap_or_default().to_owned()) {
        Speed::Following => language.pick("follows", "følger"),
        Speed::Trying => language.pick("tries", "afprøver"),
        Speed::Implementing => language.pick("does it", "udfører"),
        Speed::Leading => language.pick("leads", "leder"),
        Speed::Other(code) => return code,
    };
    word.to_owned()
}

/// A part is said where it is not the usual one.
pub(super) fn part_of(code: Option<&str>, language: Language) -> String {
    match code {
        None => String::new(),
        Some(code) if code == Part::Participant.code() => String::new(),
        code => super::super::words::part(code, language),
    }
}

pub(super) fn profiles(page: &mut Page, profiles: &[ProfileShown]) {
    if profiles.is_empty() {
        page.own(page.say(
            "Nobody has said anything of itself yet.",
            "Ingen har sagt noget om sig selv endnu.",
        ));
        page.own(page.say(
            "Say something of yourself: faelled profile set --name-da NAME --mailbox MAIL",
            "Sig noget om jer selv: faelled profile set --name-da NAVN --mailbox MAIL",
        ));
        return;
    }
    for shown in profiles {
        let head = &shown.profile.head;
        page.gap();
        page.line(&member(&head.owner, shown.member_name.as_deref()));
        let of = |text: &Option<String>| text.clone().unwrap_or_default();
        let regions = shown.profile.regions.iter().map(|region| {
            let days = match (&region.valid_from, &region.valid_until) {
                (None, None) => String::new(),
                (from, until) => format!(" ({} - {})", of(from), of(until)),
            };
            format!("{}{days}", of(&region.region))
        });
        page.facts(&[
            (
                page.say("  Name", "  Navn"),
                either(
                    head.name_en.as_deref(),
                    head.name_da.as_deref(),
                    page.language,
                ),
            ),
            (page.say("  Mailbox", "  Postkasse"), of(&head.mailbox)),
            (page.say("  Web page", "  Hjemmeside"), of(&head.web_page)),
            ("  CVR", of(&head.cvr)),
            ("  GLN", of(&head.gln)),
            (page.say("  Region", "  Region"), joined(regions)),
        ]);
    }
}
