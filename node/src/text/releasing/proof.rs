//! A release, verified step by step.

use super::super::page::Page;
use super::standing::standing_lines;
use crate::data::releasing::Checked;

pub(super) fn checked(page: &mut Page, checked: &Checked) {
    let standing = &checked.standing;
    let name = format!("{} {}", standing.code, standing.version);
    page.line(&if checked.holds {
        page.say(
            format!("{name} is authentic: every step holds."),
            format!("{name} er ægte: hvert trin holder."),
        )
    } else {
        page.say(
            format!("{name} DOES NOT VERIFY."),
            format!("{name} KAN IKKE BEKRÆFTES."),
        )
    });
    page.gap();
    let names: Vec<&str> = checked
        .steps
        .iter()
        .map(|step| part_name(page, step.part))
        .collect();
    let width = names
        .iter()
        .map(|name| name.chars().count() + 2)
        .max()
        .unwrap_or(0);
    for (step, name) in checked.steps.iter().zip(names) {
        let mark = if step.holds {
            page.say("ok: ", "ok: ")
        } else {
            page.say("DOES NOT HOLD: ", "HOLDER IKKE: ")
        };
        let found = step.found.in_language(page.language);
        page.item(&format!("  {name}"), width, &[format!("{mark}{found}")]);
    }
    let heading = page.say("How it stands", "Hvordan den står");
    let lines = standing_lines(page, standing);
    page.bullets(heading, &lines);
    page.copyable(
        page.say("Cited as", "Citeres som"),
        Some(&standing.citation),
    );
}

fn part_name(page: &Page, part: &str) -> &'static str {
    match part {
        "entries" => page.say("entries", "poster"),
        "chain" => page.say("chain", "kæde"),
        "certificate" => page.say("certificate", "certifikat"),
        "roster" => page.say("roster", "deltagerliste"),
        "signature" => page.say("signature", "underskrift"),
        "content" => page.say("content", "indhold"),
        "hash" => "hash",
        "previous" => page.say("previous", "forgænger"),
        "version" => "version",
        "cosignatures" => page.say("co-signature", "medunderskrift"),
        "citation" => page.say("citation", "henvisning"),
        _ => page.say("step", "trin"),
    }
}
