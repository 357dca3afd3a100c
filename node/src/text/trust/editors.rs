//! Who may write a document.

use super::super::page::{Page, Table};
use super::super::words::{member, moment, official, short};
use crate::data::trust::Editors;

pub(super) fn editors(page: &mut Page, editors: &Editors) {
    let language = page.language;
    let title = editors.title.in_language(language);
    page.heading(&format!("{title}  {}", short(&editors.document)));
    let owner = member(&editors.owner, Some(official(&editors.owner)));
    page.line(&page.say(format!("{owner} owns it."), format!("{owner} ejer det.")));
    match editors.by {
        "members" => page.own(page.say(
            "All members of its group write it.",
            "Alle i dets gruppe skriver i det.",
        )),
        "owner-only" => page.own(page.say(
            "Only its owner writes it; that was settled when it was made.",
            "Kun ejeren skriver i det; det blev fastlagt, da det blev lavet.",
        )),
        _ => granted(page, editors),
    }
}

fn granted(page: &mut Page, editors: &Editors) {
    if editors.editors.is_empty() {
        page.own(page.say("Nobody else may write it.", "Ingen andre må skrive i det."));
    }
    let rows: Vec<Vec<String>> = editors
        .editors
        .iter()
        .map(|editor| {
            let may = if editor.is_withdrawn {
                page.say("no longer", "ikke længere")
            } else {
                page.say("yes", "ja")
            };
            vec![
                member(&editor.member, editor.member_name.as_deref()),
                may.to_owned(),
                moment(editor.granted.as_deref()),
            ]
        })
        .collect();
    let heads = [
        page.say("Member", "Deltager"),
        page.say("May write", "Må skrive"),
        page.say("Granted", "Fik lov"),
    ];
    page.table(&heads, Table::of(rows));
    if editors.is_own {
        let id = short(&editors.document);
        page.gap();
        page.line(&page.say(
            format!("faelled editors {id} --grant MEMBER, --withdraw MEMBER"),
            format!("faelled editors {id} --grant DELTAGER, --withdraw DELTAGER"),
        ));
    }
}
