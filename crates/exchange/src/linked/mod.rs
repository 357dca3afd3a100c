//! The open content as linked data, in the EU's vocabulary for criteria and evidence (CCCEV), as JSON-LD.
//!
//! Every key is a name of a published vocabulary with its prefix; `data/vocabulary.tsv` lists them all. The
//! context stands in the document, so that nobody needs the network to read it.

mod node;
mod pilot;
mod release;

use faelled_model::{Localized, Pilot, ReleaseContent};
use serde_json::{Value, json};

use node::{Node, iri_of_member};

/// What is open to everybody.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpenContent {
    /// The members that own it.
    pub members: Vec<OpenMember>,
    /// Releases that stand.
    pub releases: Vec<OpenRelease>,
    /// Pilots that were shared.
    pub pilots: Vec<OpenPilot>,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpenMember {
    /// Its id: `dk-0159`.
    pub id: String,
    /// Its name.
    pub name: Localized,
    /// Its web page, or nothing.
    pub web_page: String,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpenRelease {
    /// The pack's document, hexadecimal.
    pub pack: String,
    /// The id of the member that leads it.
    pub owner: String,
    /// The version.
    pub version: String,
    /// The release's hash, hexadecimal.
    pub hash: String,
    /// The day from which it is valid, `YYYY-MM-DD`, or nothing.
    pub issued: String,
    /// The version before it, or nothing.
    pub previous: String,
    /// What changed.
    pub notes: Localized,
    /// What it holds.
    pub content: ReleaseContent,
}

/// A pilot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpenPilot {
    /// Its document, hexadecimal.
    pub document: String,
    /// The id of the member that ran it.
    pub owner: String,
    /// What it holds.
    pub pilot: Pilot,
}

/// Prefixes, and what they stand for.
const PREFIXES: &[(&str, &str)] = &[
    ("adms", "http://www.w3.org/ns/adms#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("m8g", "http://data.europa.eu/m8g/"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("schema", "https://schema.org/"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// The open content as one JSON-LD document.
#[must_use]
pub fn linked_data(content: &OpenContent) -> Value {
    let mut graph = Vec::new();
    for member in &content.members {
        let mut node = Node::new(&iri_of_member(&member.id), "foaf:Agent");
        node.text("dct:identifier", &member.id);
        node.texts("foaf:name", &member.name);
        node.page("foaf:homepage", &member.web_page);
        graph.push(node);
    }
    let mut concepts = node::Concepts::default();
    for release in &content.releases {
        release::nodes(release, &mut graph, &mut concepts);
    }
    for pilot in &content.pilots {
        pilot::nodes(pilot, &mut graph, &mut concepts);
    }
    graph.extend(concepts.into_nodes());
    let context: serde_json::Map<String, Value> = PREFIXES
        .iter()
        .map(|(prefix, iri)| ((*prefix).to_owned(), Value::from(*iri)))
        .collect();
    let graph: Vec<Value> = graph.into_iter().map(Node::into_value).collect();
    json!({ "@context": context, "@graph": graph })
}
