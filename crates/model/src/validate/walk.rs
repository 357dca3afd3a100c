//! Checks of every text and every list of a document, wherever they stand: lengths, control characters,
//! personal data.

use serde::Serialize;
use serde_json::Value;

use super::limits::{MAX_CODE_CHARS, MAX_LIST_ITEMS, MAX_TEXT_CHARS, MAX_TITLE_CHARS};
use super::values::Findings;
use super::{person, rules};

/// Fields whose texts are codes, numbers or names of a few characters.
const CODES: &[&str] = &[
    "number",
    "code",
    "name",
    "unit",
    "scale",
    "date",
    "version",
    "licence",
    "project",
    "planned_quarter",
    "procedure",
    "publication_number",
    "default",
    "kle",
    "alternative_to",
    "mailbox",
    "cvr",
    "gln",
    "complaint_case",
];
/// Fields whose texts are a line, not more.
const TITLES: &[&str] = &[
    "title",
    "product_group",
    "property",
    "meaning",
    "file_name",
    "media_type",
    "space_name",
    "backing_reference",
    "recipients",
    "field",
];
/// Fields of digits and letters in which anything can be seen by chance: ids of items, and notices of TED, which
/// are written as CPR numbers are.
const OPAQUE: &[&str] = &["id", "publication_number"];
/// Files are bounded where they are checked, and read by nobody here.
const FILE: &str = "content";

impl Findings {
    /// Looks at every text and list of a record.
    pub(super) fn every_text(&mut self, record: &impl Serialize) {
        // A record's only values are texts, numbers, lists and records; they always have a JSON form.
        if let Ok(value) = serde_json::to_value(record) {
            self.walk("", MAX_TEXT_CHARS, &value);
        }
    }

    fn walk(&mut self, path: &str, limit: usize, value: &Value) {
        match value {
            Value::String(text) => self.one_text(path, limit, text),
            Value::Array(items) => {
                if items.len() > MAX_LIST_ITEMS {
                    self.too_many(path, items.len(), MAX_LIST_ITEMS);
                }
                for (index, item) in items.iter().take(MAX_LIST_ITEMS).enumerate() {
                    self.walk(&format!("{path}[{}]", index + 1), limit, item);
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields.iter().filter(|(name, _)| *name != FILE) {
                    let inner = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    self.walk(&inner, limit_of(name, limit), value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    pub(super) fn too_many(&mut self, path: &str, items: usize, limit: usize) {
        self.add(
            &rules::TOO_MANY,
            path,
            [("items", items.to_string()), ("limit", limit.to_string())],
        );
    }

    fn one_text(&mut self, path: &str, limit: usize, text: &str) {
        let chars = text.chars().count();
        if chars > limit {
            self.add(
                &rules::TOO_LONG,
                path,
                [("chars", chars.to_string()), ("limit", limit.to_string())],
            );
            return;
        }
        if let Some(at) = text.chars().position(is_hidden_control) {
            self.add(
                &rules::CONTROL_CHARACTER,
                path,
                [("at", (at + 1).to_string())],
            );
        }
        let name = path.rsplit('.').next().unwrap_or(path);
        if is_id(text) || OPAQUE.contains(&name) {
            return;
        }
        for rule in person::suspicions(text) {
            self.add(rule, path, []);
        }
    }
}

/// A document's id or a hash: among its digits anything can be seen by chance.
fn is_id(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn limit_of(name: &str, outer: usize) -> usize {
    if CODES.contains(&name) {
        MAX_CODE_CHARS
    } else if TITLES.contains(&name) {
        MAX_TITLE_CHARS
    } else {
        outer
    }
}

/// Control characters that no text needs, and those that turn the direction of what follows.
fn is_hidden_control(char: char) -> bool {
    (char.is_control() && !matches!(char, '\n' | '\t'))
        || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
