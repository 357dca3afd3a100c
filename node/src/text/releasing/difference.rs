//! What differs, word by word: `[-what is gone-]`, `{+what is new+}`. It reads without colours.

use faelled_model::compare::{Change, FieldDiff, Piece, PieceKind, RequirementFate};
use faelled_model::field::field_name;
use faelled_model::text::InLanguages;
use faelled_model::{Language, Localized};

use super::super::page::Page;
use super::super::words;
use crate::data::releasing::Difference;

/// Words that are kept on each side of a change, so that one sees where it stands.
const CONTEXT_WORDS: usize = 12;

pub(super) fn difference(page: &mut Page, difference: &Difference) {
    let language = page.language;
    let (from, to) = (
        name(&difference.from, language),
        name(&difference.to, language),
    );
    page.line(&page.say(
        format!("{}: what {to} says otherwise than {from}", difference.code),
        format!("{}: hvad {to} siger anderledes end {from}", difference.code),
    ));
    let found = &difference.difference;
    page.line(&counts(difference, language));
    let nothing = found.pack.is_empty()
        && found
            .requirements
            .iter()
            .all(|one| one.fate == RequirementFate::Unchanged);
    if nothing {
        page.own(page.say(
            "Nothing that is asked for has changed.",
            "Intet af det, der kræves, er ændret.",
        ));
        return;
    }
    page.own(page.say(
        "[-so is marked what is gone-] {+so what is new+}",
        "[-sådan vises det, der er væk-] {+sådan det nye+}",
    ));
    if !found.pack.is_empty() {
        page.heading(page.say("The pack itself", "Pakken selv"));
        fields(page, &found.pack);
    }
    for changed in &found.requirements {
        if let RequirementFate::Changed(differing) = &changed.fate {
            page.heading(&titled(&changed.number, &changed.title, language));
            fields(page, differing);
        }
    }
    for (heading, fate) in [
        (
            page.say("New requirements", "Nye krav"),
            RequirementFate::Added,
        ),
        (
            page.say("Requirements that are gone", "Krav, der er væk"),
            RequirementFate::Removed,
        ),
    ] {
        let points: Vec<String> = found
            .requirements
            .iter()
            .filter(|one| one.fate == fate)
            .map(|one| titled(&one.number, &one.title, language))
            .collect();
        page.bullets(heading, &points);
    }
}

/// One point for each field that differs.
pub(super) fn fields(page: &mut Page, fields: &[FieldDiff]) {
    for field in fields {
        page.bullet(&point(field, page.language));
    }
}

fn point(field: &FieldDiff, language: Language) -> String {
    let mut label = field_name(&field.field, language);
    if let Some(code) = &field.language {
        label.push_str(&format!(" ({})", language_name(code, language)));
    }
    let change = match &field.change {
        Change::Words(pieces) => marked(pieces),
        Change::Value { before, after } => {
            let value = |code: &Option<String>| {
                code.as_deref()
                    .filter(|code| !code.is_empty())
                    .map(|code| words::value_name(&field.field, code, language))
            };
            let before = value(before).map(|text| format!("[-{}-]", harmless(&text)));
            let after = value(after).map(|text| format!("{{+{}+}}", harmless(&text)));
            [before, after]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ")
        }
        Change::Order { after, .. } => {
            let order = language.pick("the order has changed", "rækkefølgen er ændret");
            if after.iter().any(|key| is_id(key)) {
                order.to_owned()
            } else {
                format!("{order}: {}", harmless(&after.join(", ")))
            }
        }
    };
    format!("{label}: {change}")
}

/// A text with its marks; long stretches that are the same are shortened.
fn marked(pieces: &[Piece]) -> String {
    let mut text = String::new();
    let mut before = PieceKind::Same;
    for (place, piece) in pieces.iter().enumerate() {
        let said = harmless(&piece.text);
        match piece.kind {
            PieceKind::Same => {
                let (is_first, is_last) = (place == 0, place + 1 == pieces.len());
                text.push_str(&shortened(&said, is_first, is_last));
            }
            kind => {
                if before == PieceKind::Removed && !text.ends_with(' ') {
                    text.push(' ');
                }
                let (open, close) = match kind {
                    PieceKind::Added => ("{+", "+}"),
                    _ => ("[-", "-]"),
                };
                let inner = said.trim();
                let (lead, tail) = (
                    said.starts_with(char::is_whitespace),
                    said.ends_with(char::is_whitespace),
                );
                if lead && !text.is_empty() && !text.ends_with(' ') {
                    text.push(' ');
                }
                if inner.is_empty() {
                    // Only the space between two words changed.
                    text.push_str(&format!("{open} {close}"));
                } else {
                    text.push_str(&format!("{open}{inner}{close}"));
                }
                if tail {
                    text.push(' ');
                }
            }
        }
        before = piece.kind;
    }
    text
}

fn shortened(text: &str, is_first: bool, is_last: bool) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let kept_before = if is_first { 0 } else { CONTEXT_WORDS };
    let kept_after = if is_last { 0 } else { CONTEXT_WORDS };
    if words.len() <= kept_before + kept_after + CONTEXT_WORDS {
        return text.to_owned();
    }
    let head = words.iter().take(kept_before);
    let tail = words.iter().skip(words.len() - kept_after);
    let (head, tail): (Vec<&str>, Vec<&str>) = (head.copied().collect(), tail.copied().collect());
    let space = |has: bool| if has { " " } else { "" };
    format!(
        "{}{}{}…{}{}{}",
        space(text.starts_with(char::is_whitespace) && kept_before > 0),
        head.join(" "),
        space(kept_before > 0),
        space(kept_after > 0),
        tail.join(" "),
        space(text.ends_with(char::is_whitespace) && kept_after > 0),
    )
}

/// A text that cannot pass for a mark: a member could else write a change into a wording that is none.
fn harmless(text: &str) -> String {
    text.replace("[-", "[ -")
        .replace("-]", "- ]")
        .replace("{+", "{ +")
        .replace("+}", "+ }")
}

fn counts(difference: &Difference, language: Language) -> String {
    let of = |wanted: fn(&RequirementFate) -> bool| {
        difference
            .difference
            .requirements
            .iter()
            .filter(|one| wanted(&one.fate))
            .count()
    };
    let counted = [
        (
            of(|fate| matches!(fate, RequirementFate::Changed(_))),
            language.pick("changed", "ændret"),
        ),
        (
            of(|fate| *fate == RequirementFate::Added),
            language.pick("new", "nye"),
        ),
        (
            of(|fate| *fate == RequirementFate::Removed),
            language.pick("gone", "væk"),
        ),
        (
            of(|fate| *fate == RequirementFate::Unchanged),
            language.pick("unchanged", "uændret"),
        ),
    ];
    let counted = counted.map(|(count, what)| format!("{count} {what}"));
    format!(
        "{}: {}",
        language.pick("Requirements", "Krav"),
        counted.join(", ")
    )
}

/// A version, or the draft.
fn name(side: &str, language: Language) -> String {
    match side {
        "draft" => language.pick("your draft", "jeres kladde").to_owned(),
        version => version.to_owned(),
    }
}

fn titled(number: &str, title: &Localized, language: Language) -> String {
    format!("{number}  {}", title.best(language.code()))
}

/// A language by its name.
pub(super) fn language_name(code: &str, language: Language) -> &str {
    match code {
        "da" => language.pick("Danish", "dansk"),
        "en" => language.pick("English", "engelsk"),
        other => other,
    }
}

/// An id that the program gave: it says nothing to people.
fn is_id(key: &str) -> bool {
    key.len() == 12 && key.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use faelled_model::compare::words as pieces;

    use super::*;

    fn shown(old: &str, new: &str) -> String {
        marked(&pieces(old, new))
    }

    #[test]
    fn changes_read_well_without_colours() {
        for (old, new, expected) in [
            (
                "Mindst 30 % genbrug.",
                "Mindst 40 % genbrug.",
                "Mindst [-30-] {+40+} % genbrug.",
            ),
            (
                "Mindst 30 % genbrug.",
                "Mindst 30 % genbrug hvert år.",
                "Mindst 30 % genbrug {+hvert år+}.",
            ),
            ("", "helt nyt", "{+helt nyt+}"),
            ("helt væk", "", "[-helt væk-]"),
        ] {
            assert_eq!(shown(old, new), expected);
        }
    }

    #[test]
    fn long_stretches_that_are_the_same_are_shortened_around_the_change() {
        let words = |from: u32, to: u32| {
            (from..to)
                .map(|word| format!("ord{word}"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let old = format!("{} gammel {}", words(0, 60), words(60, 120));
        let new = format!("{} ny {}", words(0, 60), words(60, 120));
        let text = shown(&old, &new);
        assert!(text.contains("ord59 [-gammel-] {+ny+} ord60"), "{text}");
        assert!(
            text.starts_with("… ord48 ") && text.ends_with("ord71 …"),
            "{text}"
        );
    }

    #[test]
    fn a_text_cannot_pass_for_a_change() {
        let text = shown("a {+forged+} [-gone-] b", "a {+forged+} [-gone-] c");
        assert_eq!(text, "a { +forged+ } [ -gone- ] [-b-] {+c+}");
    }

    #[test]
    fn codes_are_shown_by_their_names_and_languages_by_theirs() {
        let level = FieldDiff {
            field: "level".to_owned(),
            language: None,
            change: Change::Value {
                before: Some("basic".to_owned()),
                after: Some("advanced".to_owned()),
            },
        };
        assert_eq!(
            point(&level, Language::Danish),
            "niveau: [-basis-] {+avanceret+}"
        );
        let measure = FieldDiff {
            field: "measures[0123456789ab].number".to_owned(),
            change: Change::Value {
                before: Some("30.0".to_owned()),
                after: Some("32.5".to_owned()),
            },
            ..level
        };
        let text = point(&measure, Language::Danish);
        assert!(text.ends_with(": [-30-] {+32,5+}"), "{text}");
        let wording = FieldDiff {
            field: "wording".to_owned(),
            language: Some("da".to_owned()),
            change: Change::Words(pieces("x", "y")),
        };
        assert_eq!(
            point(&wording, Language::English),
            "wording (Danish): [-x-] {+y+}"
        );
    }

    #[test]
    fn the_order_of_what_people_know_by_number_is_told() {
        let order = |keys: &[&str]| FieldDiff {
            field: "sections".to_owned(),
            language: None,
            change: Change::Order {
                before: Vec::new(),
                after: keys.iter().map(|key| (*key).to_owned()).collect(),
            },
        };
        let known = point(&order(&["GLX-2", "GLX-1"]), Language::English);
        assert!(
            known.ends_with("the order has changed: GLX-2, GLX-1"),
            "{known}"
        );
        let ids = point(&order(&["0123456789ab"]), Language::English);
        assert!(ids.ends_with("the order has changed"), "{ids}");
    }
}
