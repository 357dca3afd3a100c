//! What would give away that something is there: the ids, hashes and lengths of all that lies in a space.

use std::path::Path;

use faelled::directory::Directory;
use faelled_proto::Space;
use faelled_proto::canonical::encode;
use faelled_store::Store;
use sqlx::{Connection, Row};

use super::needle::Needles;
use crate::program::Broken;
use crate::proof::draft_leak::trace::traces_of;
use crate::proof::restores::ledger::read_only;

/// A shorter body is not told by its length.
const MIN_TELLING_LENGTH: usize = 10_000;

/// Everything of a node's groups.
pub(super) async fn of_groups(node: &Path) -> Result<Needles, Broken> {
    let mut needles = of(node, "group", |space| matches!(space, Space::Group(_))).await?;
    let store = Store::open_read_only(Directory::at(node).node_db()).await?;
    for signed in store.charters().await? {
        let charter = signed.decode().map_err(|error| Broken(error.to_string()))?;
        needles.id("the group's id", charter.group().as_bytes());
        needles.id("a charter's hash", signed.hash().as_bytes());
        needles.bytes("the list of the group's members", &encode(&charter.members));
    }
    store.close().await?;
    Ok(needles)
}

/// Everything of a node's drafts and records of its own.
pub(super) async fn of_drafts(node: &Path) -> Result<Needles, Broken> {
    of(node, "private", |space| matches!(space, Space::Private(_))).await
}

async fn of(node: &Path, sort: &str, is_meant: impl Fn(&Space) -> bool) -> Result<Needles, Broken> {
    let mut needles = Needles::default();
    for id in traces_of(node, is_meant).await? {
        needles.id(&format!("the id of a {sort} feed, document or entry"), &id);
    }
    let mut connection = read_only(&node.join("node.db")).await?;
    let rows = sqlx::query(
        "SELECT entry.id, entry.body FROM entry JOIN feed ON feed.row = entry.feed WHERE feed.space_sort = ?",
    )
    .bind(sort)
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    for row in rows {
        needles.id(
            &format!("the id of a {sort} entry"),
            &row.try_get::<Vec<u8>, _>(0)?,
        );
        if let Some(body) = row.try_get::<Option<Vec<u8>>, _>(1)? {
            needles.id(
                &format!("the hash of a {sort} body"),
                blake3::hash(&body).as_bytes(),
            );
            if body.len() >= MIN_TELLING_LENGTH {
                needles.length(&format!("the length of a {sort} body"), body.len());
            }
        }
    }
    Ok(needles)
}
