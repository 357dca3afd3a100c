//! Texts that are hard to carry through a file, and their way into packs and pilots.

use proptest::prelude::*;
use serde_json::{Map, Value};

/// Letters of a text that may be a title.
const SHORT: usize = 250;
/// Fields whose texts may be long.
const LONG_FIELDS: [&str; 6] = [
    "motive",
    "purpose",
    "introduction",
    "how_to_use",
    "lessons",
    "market_dialogue",
];
/// Fields that must go on saying what they say.
const KEPT_FIELDS: [&str; 2] = ["wording", "text"];
/// Written by hand: what a spreadsheet evaluates, what files use as marks, what steers a screen or a reader.
const ODD: [&str; 33] = [
    "=1+1",
    "=HYPERLINK(\"https://example.org\";\"her\")",
    "=cmd|' /C calc'!A0",
    "+4512345678",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "'",
    "''=1",
    "# ikke en note",
    "[Krav]",
    "sep=;",
    "_x000D_",
    "_x005F_x0041_",
    "#REF!",
    "TRUE",
    "007",
    "1,5",
    "2026-01-01",
    " foran og bagved ",
    "første linje\nanden linje\n\nfjerde",
    "\"anførsel\"; og, komma",
    "<b>fed</b> &amp; <w:p/> ]]> <!--",
    "{{krøllet}} {andel} ${x} {% y %}",
    "| a | b |\n| --- | --- |",
    "[her](https://example.org) ![x](y) `kode`",
    "\u{200f}ret \u{5e2}\u{5d1}\u{5e8}",
    "æøåÆØÅ éüö ß ﬃ 中文 😀\u{301}",
    "hård\u{a0}blank og \u{2028} linjeskift",
    "\u{fffd}",
    "http://example.org/?a=1&b=2",
    "\\N \\ufeff \\",
    "%s %n $(id) `id` ; rm",
];

/// What rules refuse, and a hostile member may share all the same.
const REFUSED: [&str; 5] = [
    "\u{202e}txet dnevmo\u{202c}",
    "\u{2066}vendt\u{2069} om",
    "styrer \u{1b}[2J\u{7}\u{8}\u{1}\0 skærmen",
    "\u{feff}usynlig \u{ffff}\u{fffe}",
    "linje\rlinje\r\nlinje\u{b}\u{c}",
];

/// Texts, one after the other, beginning anew at the end.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    texts: Vec<String>,
    next: usize,
}

impl Texts {
    pub(super) fn new(texts: Vec<String>) -> Self {
        Self { texts, next: 0 }
    }

    /// Every text written by hand that no rule refuses, and one as long as a text may be.
    pub(super) fn hostile() -> Self {
        let mut texts: Vec<String> = ODD.iter().map(|text| (*text).to_owned()).collect();
        texts.push("Meget lang æøå 😀 ".repeat(1_100));
        Self::new(texts)
    }

    /// The same, and what rules refuse.
    pub(super) fn lawless() -> Self {
        let mut texts = Self::hostile().texts;
        texts.extend(REFUSED.iter().map(|text| (*text).to_owned()));
        Self::new(texts)
    }

    fn next(&mut self) -> String {
        let text = self.texts.get(self.next % self.texts.len().max(1)).cloned();
        self.next += 1;
        text.unwrap_or_else(|| "x".to_owned())
    }
}

/// Texts as people and attackers write them.
pub(super) fn hard() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(ODD.to_vec()).prop_map(str::to_owned);
    let danish = "[ -~æøåÆØÅé€\\n\\t]{1,120}";
    let any = "[ -~æøå😀中ﬃß€\\n]{1,40}";
    let long = ("[a-zæøåÆØÅ, ]{3,11}", 800_usize..1_700)
        .prop_map(|(text, times)| text.repeat(times).chars().take(18_000).collect::<String>());
    prop_oneof![4 => odd, 4 => danish, 2 => any, 1 => long]
        .prop_filter("something is said", |text| !text.trim().is_empty())
}

/// Puts the texts in place of all texts in languages that a value holds. A wording keeps its placeholders, and
/// evidence what it says of labels: the text is put after it, without braces.
pub(super) fn rewrite(value: &mut Value, texts: &mut Texts) {
    rewrite_field("", value, texts);
}

fn rewrite_field(field: &str, value: &mut Value, texts: &mut Texts) {
    match value {
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| rewrite_field(field, item, texts)),
        Value::Object(map) if is_in_languages(map) => rewrite_text(field, map, texts),
        Value::Object(map) => map
            .iter_mut()
            .for_each(|(key, below)| rewrite_field(key, below, texts)),
        _ => {}
    }
}

fn is_in_languages(map: &Map<String, Value>) -> bool {
    !map.is_empty() && map.keys().all(|key| matches!(key.as_str(), "da" | "en"))
}

fn rewrite_text(field: &str, map: &mut Map<String, Value>, texts: &mut Texts) {
    for text in map.values_mut() {
        let mut new = texts.next();
        if KEPT_FIELDS.contains(&field) {
            let before = text.as_str().unwrap_or_default();
            new = format!("{before} {}", new.replace(['{', '}'], ""));
        } else if !LONG_FIELDS.contains(&field) {
            new = new.chars().take(SHORT).collect();
            if new.trim().is_empty() {
                new = "x".to_owned();
            }
        }
        *text = Value::from(new);
    }
    // A language that no column is there for from the beginning.
    if !KEPT_FIELDS.contains(&field) && texts.next.is_multiple_of(5) {
        map.insert("sv".to_owned(), Value::from("Återbruk"));
    }
}
