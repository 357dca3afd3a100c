//! What would give a draft away, and where it is looked for.

use std::path::Path;

use faelled::directory::Directory;
use faelled_proto::Space;
use faelled_store::Store;

use crate::program::Broken;
use crate::proof::ensure;

/// The ids of a node's feeds and documents in some spaces, and of the newest entries there.
pub(in crate::proof) async fn traces_of(
    node: &Path,
    is_meant: impl Fn(&Space) -> bool,
) -> Result<Vec<Vec<u8>>, Broken> {
    let store = Store::open_read_only(Directory::at(node).node_db()).await?;
    let mut traces = Vec::new();
    for feed in store.feeds().await? {
        if is_meant(&feed.opening.space) {
            traces.push(feed.feed.as_bytes().to_vec());
            traces.push(feed.tip.entry.as_bytes().to_vec());
        }
    }
    for (document, opening, _) in store.document_openings().await? {
        if is_meant(&opening.space) {
            traces.push(document.as_bytes().to_vec());
        }
    }
    store.close().await?;
    Ok(traces)
}

/// Reads every file of a node. Fails where a trace is and should not be, or is not and should be.
pub(super) fn search(directory: &Path, trace: &[u8], expected: bool) -> Result<u64, Broken> {
    let mut files = 0;
    let mut found = false;
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if !path.is_file() {
            continue;
        }
        files += 1;
        let here = contains(&std::fs::read(&path)?, trace);
        ensure(!here || expected, || {
            format!(
                "{} holds a trace of the draft: {}",
                path.display(),
                shown(trace)
            )
        })?;
        found |= here;
    }
    ensure(found == expected, || {
        format!("{} does not hold {}", directory.display(), shown(trace))
    })?;
    Ok(files)
}

pub(super) fn contains(bytes: &[u8], trace: &[u8]) -> bool {
    bytes.windows(trace.len()).any(|window| window == trace)
}

/// A trace for people: as text where it is one.
pub(super) fn shown(trace: &[u8]) -> String {
    match std::str::from_utf8(trace) {
        Ok(text) if !text.contains(char::is_control) => text.to_owned(),
        _ => trace.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
