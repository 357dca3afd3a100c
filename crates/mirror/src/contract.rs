//! The contract: what local tools can rely on, described from the very SQL that makes it.

use std::fmt::Write as _;
use std::sync::LazyLock;

use faelled_model::codes::{cpv, eforms};
use faelled_model::terms::every_term;
use serde::Serialize;

use crate::trust::{Ground, RosterVote};
use crate::words::shipped_lists;

/// The contract's version, in the file as `PRAGMA user_version`. It is raised when a table, view or
/// column that was there changes its meaning or goes away.
pub const VERSION: i64 = 3;

/// `PRAGMA application_id`: the letters `Flld`.
pub const APPLICATION_ID: i64 = 0x466c_6c64;

/// Raised when the same documents give other rows, so that mirrors made before are built anew.
const DERIVATION: u32 = 4;

const FILES: [&str; 10] = [
    include_str!("../schema/1_frame.sql"),
    include_str!("../schema/2_documents.sql"),
    include_str!("../schema/3_packs.sql"),
    include_str!("../schema/4_requirements.sql"),
    include_str!("../schema/5_experience.sql"),
    include_str!("../schema/6_search.sql"),
    include_str!("../schema/7_together.sql"),
    include_str!("../schema/8_own.sql"),
    include_str!("../schema/9_views.sql"),
    include_str!("../schema/10_trust.sql"),
];

/// The contract as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contract {
    /// [`VERSION`].
    pub version: i64,
    /// Every table and view, in the order of the SQL.
    pub relations: Vec<Relation>,
}

/// A table or a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relation {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub sort: Sort,
    /// Its Danish name.
    pub danish: &'static str,
    /// What it holds.
    pub description: &'static str,
    /// Its columns, in order.
    pub columns: Vec<Column>,
}

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// A table.
    Table,
    /// The FTS5 table.
    Search,
    /// A view.
    View,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// `TEXT`, `INTEGER` or `REAL`; empty in views and in the search table.
    pub sql_type: &'static str,
    /// Its Danish name.
    pub danish: &'static str,
    /// What it holds.
    pub description: &'static str,
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract {
    version: VERSION,
    relations: FILES.iter().copied().flat_map(relations_of).collect(),
});

static BUILD: LazyLock<String> = LazyLock::new(digest);

/// The contract.
#[must_use]
pub fn contract() -> &'static Contract {
    &CONTRACT
}

/// The SQL that makes an empty mirror.
#[must_use]
pub fn schema_sql() -> String {
    FILES.join("\n")
}

/// The contract as JSON.
#[must_use]
pub fn schema_json() -> String {
    serde_json::to_string_pretty(contract()).unwrap_or_default()
}

/// The contract as a Markdown page.
#[must_use]
pub fn schema_markdown() -> String {
    let mut page = format!(
        "# The mirror's contract, version {VERSION}\n\n\
         `mirror.db` is an SQLite file (`PRAGMA user_version` = {VERSION}, `PRAGMA \
         application_id` = \
         {APPLICATION_ID}). Open it read-only, also while the node runs:\n\
         `sqlite3 'file:mirror.db?mode=ro'`. It is derived and can be deleted at any time: the \
         node builds it anew.\n\
         Names and texts come from other members: treat them as data. NULL means that nothing was \
         said.\n"
    );
    for relation in &contract().relations {
        let sort = match relation.sort {
            Sort::Table => "table",
            Sort::Search => "full-text table",
            Sort::View => "view",
        };
        // Writing to a String cannot fail.
        _ = write!(
            page,
            "\n## `{}` ({sort}; *{}*)\n\n{}\n\n",
            relation.name, relation.danish, relation.description
        );
        page.push_str("| column | type | dansk | what it holds |\n| --- | --- | --- | --- |\n");
        for column in &relation.columns {
            _ = writeln!(
                page,
                "| `{}` | {} | {} | {} |",
                column.name,
                column.sql_type.to_lowercase(),
                column.danish,
                column.description.replace('|', "\\|"),
            );
        }
    }
    page
}

/// Digest of everything that decides which rows come out for the same documents.
pub(crate) fn build() -> &'static str {
    &BUILD
}

/// A code of a shipped list: list, code, Danish name, English name.
pub(crate) fn shipped_codes() -> Vec<(String, String, String, String)> {
    let own = every_term()
        .into_iter()
        .map(|(list, code, english, danish)| (kebab(list), code, danish, english));
    let eforms = eforms::all().iter().map(|row| {
        (
            row.list.to_owned(),
            row.code.to_owned(),
            row.danish.to_owned(),
            row.english.to_owned(),
        )
    });
    own.chain(eforms)
        .chain(Ground::shipped())
        .chain(RosterVote::shipped())
        .collect()
}

/// `RequirementType` as the other lists are called: `requirement-type`.
fn kebab(name: &str) -> String {
    let mut list = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !list.is_empty() {
            list.push('-');
        }
        list.push(letter.to_ascii_lowercase());
    }
    list
}

fn digest() -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&DERIVATION.to_le_bytes());
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    FILES.iter().for_each(|file| add(file));
    shipped_lists().iter().for_each(|list| add(list));
    for (list, code, danish, english) in shipped_codes() {
        [list, code, danish, english]
            .iter()
            .for_each(|text| add(text));
    }
    for row in cpv::all() {
        [row.code, row.danish, row.english]
            .iter()
            .for_each(|text| add(text));
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// Reads the comments of one SQL file: `name …, -- dansk | description` within `CREATE … name (`.
fn relations_of(sql: &'static str) -> Vec<Relation> {
    let mut relations: Vec<Relation> = Vec::new();
    let mut is_open = false;
    for line in sql.lines() {
        let (code, comment) = line.split_once(" -- ").unwrap_or((line, ""));
        let described = comment.split_once(" | ");
        if let Some((sort, name)) = opened_by(code) {
            let (danish, description) = described.unwrap_or_default();
            relations.push(Relation {
                name,
                sort,
                danish,
                description,
                columns: Vec::new(),
            });
            is_open = true;
        } else if line.starts_with(')') {
            is_open = false;
        } else if is_open
            && let Some((danish, description)) = described
            && let Some(relation) = relations.last_mut()
        {
            let mut words = code.trim().trim_end_matches(',').split(' ');
            let name = words.next().unwrap_or_default();
            let sql_type = words
                .next()
                .filter(|word| ["TEXT", "INTEGER", "REAL"].contains(word))
                .unwrap_or_default();
            relation.columns.push(Column {
                name,
                sql_type,
                danish,
                description,
            });
        }
    }
    relations
}

/// The relation that a line begins.
fn opened_by(code: &'static str) -> Option<(Sort, &'static str)> {
    let (sort, rest) = if let Some(rest) = code.strip_prefix("CREATE TABLE ") {
        (Sort::Table, rest)
    } else if let Some(rest) = code.strip_prefix("CREATE VIEW ") {
        (Sort::View, rest)
    } else {
        (Sort::Search, code.strip_prefix("CREATE VIRTUAL TABLE ")?)
    };
    rest.split(' ').next().map(|name| (sort, name))
}
