//! Baskets, and what goes out and in as files: what is asked.

use serde::{Deserialize, Serialize};

/// A request. Where `basket` names none, the only one there is is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Request {
    /// Makes an empty basket.
    New {
        /// Its name.
        name: String,
    },
    /// All baskets.
    List,
    /// One basket, with what is filled in and what is missing.
    Show {
        /// Its name or document.
        basket: Option<String>,
    },
    /// Puts requirements into a basket. Where there is none yet, one is made.
    Add {
        /// Their numbers or documents, with `@VERSION` for another release than the newest.
        requirements: Vec<String>,
        /// Its name or document.
        basket: Option<String>,
        /// The name of the one that is made where there is none.
        first_name: String,
    },
    /// Takes a requirement out of a basket.
    Remove {
        /// Its number or document.
        requirement: String,
        /// The basket's name or document.
        basket: Option<String>,
    },
    /// Fills in placeholders of a requirement in a basket.
    Fill {
        /// Its number or document.
        requirement: String,
        /// Placeholders with their values; an empty one goes back to the default.
        values: Vec<(String, String)>,
        /// The basket's name or document.
        basket: Option<String>,
    },
    /// Empties a basket, and shows it no more.
    Delete {
        /// Its name or document.
        basket: String,
    },
    /// A basket as a file for a tender's documents.
    Export {
        /// Its name or document.
        basket: Option<String>,
        /// What the file is to be.
        form: FileForm,
        /// Writes the motives, too.
        motives: bool,
    },
    /// An empty file to fill in.
    Template {
        /// For a pilot, else for a pack.
        is_pilot: bool,
        /// What the file is to be.
        form: FileForm,
    },
    /// A pack with its requirements as a file.
    PackExport {
        /// Its code or document.
        pack: String,
        /// The version, or `draft`; where none is given the newest release, else the draft.
        version: Option<String>,
        /// What the file is to be.
        form: FileForm,
    },
    /// A pilot as a file.
    PilotExport {
        /// Its document, or the beginning of its id.
        pilot: String,
        /// What the file is to be.
        form: FileForm,
    },
    /// The released packs and requirements of all members as linked data.
    LinkedData,
    /// The tenders of all members' pilots as OCDS releases.
    Ocds {
        /// The registered prefix of the publisher's OCIDs.
        prefix: Option<String>,
        /// Where the file will be published.
        uri: Option<String>,
        /// Its language.
        form: FileForm,
    },
}

/// What a file is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileForm {
    /// docx, xlsx, csv, md, json or toml.
    pub format: String,
    /// In Danish, else in English.
    pub danish: bool,
}
