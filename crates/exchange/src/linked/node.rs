//! Nodes of a JSON-LD document.

use std::collections::BTreeMap;

use faelled_model::codes::cpv;
use faelled_model::text::InLanguages;
use faelled_model::{Language, terms};
use serde_json::{Map, Value, json};

use crate::clean::clean;

/// Something that is described.
#[derive(Debug)]
pub(super) struct Node(Map<String, Value>);

impl Node {
    pub(super) fn new(iri: &str, class: &str) -> Self {
        let mut node = Map::new();
        node.insert("@id".to_owned(), Value::from(iri));
        node.insert("@type".to_owned(), Value::from(class));
        Self(node)
    }

    /// Something without a name of its own.
    pub(super) fn unnamed(class: &str) -> Self {
        let mut node = Map::new();
        node.insert("@type".to_owned(), Value::from(class));
        Self(node)
    }

    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    fn add(&mut self, property: &str, value: Value) {
        let values = self
            .0
            .entry(property)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(values) = values {
            values.push(value);
        }
    }

    /// A text without a language; nothing where it is empty.
    pub(super) fn text(&mut self, property: &str, text: &str) {
        if !text.trim().is_empty() {
            self.add(property, Value::from(clean(text)));
        }
    }

    /// A text in its languages.
    pub(super) fn texts(&mut self, property: &str, text: &impl InLanguages) {
        for language in text.languages() {
            let said = clean(text.exact(language).unwrap_or_default());
            // What is no language tag makes the whole document unreadable.
            if is_language(language) {
                self.add(property, json!({ "@language": language, "@value": said }));
            } else {
                self.add(property, Value::from(said));
            }
        }
    }

    pub(super) fn link(&mut self, property: &str, iri: &str) {
        self.add(property, json!({ "@id": iri }));
    }

    /// A link to a web page; nothing where the address is none.
    pub(super) fn page(&mut self, property: &str, address: &str) {
        if is_web_address(address) {
            self.link(property, address);
        }
    }

    pub(super) fn node(&mut self, property: &str, node: Self) {
        self.add(property, node.into_value());
    }

    pub(super) fn decimal(&mut self, property: &str, number: f64) {
        if number.is_finite() {
            let number = number.to_string();
            self.add(
                property,
                json!({ "@type": "xsd:decimal", "@value": number }),
            );
        }
    }

    /// A day, a month or a year; other texts stay texts.
    pub(super) fn date(&mut self, property: &str, date: &str) {
        let parts: Vec<usize> = date.split('-').map(str::len).collect();
        let is_date = date
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
        let kind = match parts.as_slice() {
            [4, 2, 2] if is_date => "xsd:date",
            [4, 2] if is_date => "xsd:gYearMonth",
            [4] if is_date => "xsd:gYear",
            _ => return self.text(property, date),
        };
        self.add(property, json!({ "@type": kind, "@value": date }));
    }
}

fn is_language(language: &str) -> bool {
    (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// An address that can stand in a document as it is.
fn is_web_address(address: &str) -> bool {
    let host = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty())
        && address.len() <= 2_000
        && !address.contains(|char: char| {
            char.is_whitespace() || char.is_control() || "<>\"{}|\\^`".contains(char)
        })
}

/// A document of the network.
pub(super) fn iri(document: &str) -> String {
    format!("faelled:{}", plain(document))
}

/// A requirement as it stands in a release. It is named by the pack too: whoever leads another may write any
/// requirement into it, and what has one identifier is one thing to every reader.
pub(super) fn iri_in_release(pack: &str, version: &str, requirement: &str) -> String {
    format!("{}:{}", iri_in_version(pack, version), plain(requirement))
}

/// A pack as it stands in a release.
pub(super) fn iri_in_version(document: &str, version: &str) -> String {
    format!("faelled:{}@{}", plain(document), plain(version))
}

pub(super) fn iri_of_member(member: &str) -> String {
    format!("faelled:member:{}", plain(member))
}

/// The identifier that the Publications Office gives a CPV code; `None` for what is no code.
pub(super) fn iri_of_cpv(code: &str) -> Option<String> {
    let known = cpv::find(code)?;
    Some(format!("http://data.europa.eu/cpv/cpv/{}", known.code))
}

/// What others wrote, without what an identifier cannot hold.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|char| char.is_ascii_alphanumeric() || ".-+:".contains(*char))
        .take(200)
        .collect()
}

/// The concepts that are used: terms of the project's own lists.
#[derive(Debug, Default)]
pub(super) struct Concepts(BTreeMap<String, (&'static str, String)>);

impl Concepts {
    /// The identifier of a term, which is described once; `None` where it is not on the list.
    pub(super) fn iri(&mut self, list: &'static str, code: &str) -> Option<String> {
        let known = terms::every_term()
            .into_iter()
            .any(|(name, known, ..)| name == list && known == code);
        known.then(|| {
            let iri = format!("faelled:term:{list}:{code}");
            self.0.insert(iri.clone(), (list, code.to_owned()));
            iri
        })
    }

    pub(super) fn into_nodes(self) -> Vec<Node> {
        let every = terms::every_term();
        let mut nodes = Vec::new();
        let mut schemes: Vec<&str> = self.0.values().map(|(list, _)| *list).collect();
        schemes.dedup();
        for list in schemes {
            let mut node = Node::new(&format!("faelled:term:{list}"), "skos:ConceptScheme");
            node.text("skos:notation", list);
            nodes.push(node);
        }
        for (iri, (list, code)) in self.0 {
            let mut node = Node::new(&iri, "skos:Concept");
            node.text("skos:notation", &code);
            node.link("skos:inScheme", &format!("faelled:term:{list}"));
            let found = every
                .iter()
                .find(|(name, known, ..)| *name == list && *known == code);
            if let Some((_, _, english, danish)) = found {
                for (language, name) in [(Language::Danish, danish), (Language::English, english)] {
                    let name = json!({ "@language": language.code(), "@value": name });
                    node.add("skos:prefLabel", name);
                }
            }
            nodes.push(node);
        }
        nodes
    }
}
