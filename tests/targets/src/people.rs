//! What people type, and what their commands send to a node.

use std::sync::LazyLock;

use faelled::request::Envelope;
use faelled_documents::ConflictPath;
use faelled_mirror::Mirror;
use faelled_mirror::read::SearchFilter;
use faelled_model::field::{field_name, is_path, set_field};
use faelled_model::{Language, Requirement, compare};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::input::ignore;

/// Reads a request as the node's socket does.
pub fn requests(bytes: &[u8]) {
    let Ok(envelope) = serde_json::from_slice::<Envelope>(bytes) else {
        return;
    };
    let written = serde_json::to_vec(&envelope).expect("a request is written");
    let again: Envelope = serde_json::from_slice(&written).expect("a written request is read");
    assert_eq!(again, envelope, "a request does not come back");
}

/// The first line is looked for, and taken as the place of a field that gets the rest as its value.
pub fn words(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    search(first);
    if let Ok(path) = first.parse::<ConflictPath>() {
        let again = path.to_string().parse::<ConflictPath>();
        assert_eq!(again.as_ref(), Ok(&path), "a place does not come back");
    }
    ignore(is_path(first));
    ignore(field_name(first, Language::Danish));
    let mut requirement = Requirement::default();
    if let Err(fault) = set_field(&mut requirement, first, rest) {
        drop((
            fault.message(Language::Danish),
            fault.message(Language::English),
        ));
    }
    drop(compare::words(first, rest));
}

/// A mirror without anything in it: what is typed must be a question that it can be asked.
struct Empty {
    runtime: Runtime,
    mirror: Mirror,
    _directory: TempDir,
}

fn search(typed: &str) {
    static EMPTY: LazyLock<Empty> = LazyLock::new(|| {
        let directory = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let path = directory.path().join("mirror.db");
        let mirror = runtime.block_on(Mirror::open(path)).unwrap();
        Empty {
            runtime,
            mirror,
            _directory: directory,
        }
    });
    let filter = SearchFilter::default();
    let found = EMPTY
        .runtime
        .block_on(EMPTY.mirror.search(typed, &filter, 10));
    assert_eq!(found.expect("what is typed can be looked for"), []);
}
