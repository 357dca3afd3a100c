//! What was ever seen on any disk: which entry stood at which place of which feed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Row};

use crate::program::Broken;

/// A feed and a place in it.
pub(super) type Place = (Vec<u8>, i64);

/// Two entries that were seen at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Doubled {
    pub(super) place: Place,
    pub(super) entries: [Vec<u8>; 2],
    pub(super) seen_at: String,
}

/// An entry as it stands on a disk.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) place: Place,
    pub(super) entry: Vec<u8>,
    /// Nobody but its author's node has it, ever.
    pub(super) is_private: bool,
    pub(super) author: Vec<u8>,
}

/// Every place that was ever seen taken, and what others than the author held.
#[derive(Debug, Default, Clone)]
pub(super) struct Ledger {
    places: BTreeMap<Place, Vec<u8>>,
    held_by_others: BTreeSet<Place>,
    doubled: BTreeSet<Doubled>,
}

impl Ledger {
    /// Notes all that is on a node's disk, whether the node runs or not.
    pub(super) async fn note(
        &mut self,
        node_db: &Path,
        node_key: &[u8],
        name: &str,
    ) -> Result<(), Broken> {
        for seen in entries(node_db).await? {
            if !seen.is_private && seen.author != node_key {
                self.held_by_others.insert(seen.place.clone());
            }
            match self.places.get(&seen.place) {
                Some(entry) if *entry != seen.entry => {
                    self.doubled.insert(Doubled {
                        place: seen.place,
                        entries: [entry.clone(), seen.entry],
                        seen_at: name.to_owned(),
                    });
                }
                Some(_) => {}
                None => {
                    self.places.insert(seen.place, seen.entry);
                }
            }
        }
        Ok(())
    }

    /// How many places were seen taken.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// How many of them somebody else than the author held.
    pub(super) fn shared(&self) -> usize {
        self.held_by_others.len()
    }

    /// Places that were seen with two entries.
    pub(super) const fn doubled(&self) -> &BTreeSet<Doubled> {
        &self.doubled
    }

    /// What others than the author once held and this disk does not.
    pub(super) async fn lost(&self, node_db: &Path) -> Result<Vec<Place>, Broken> {
        let here: BTreeSet<(Place, Vec<u8>)> = entries(node_db)
            .await?
            .into_iter()
            .map(|seen| (seen.place, seen.entry))
            .collect();
        let is_here = |place: &Place| {
            let entry = self.places.get(place);
            entry.is_some_and(|entry| here.contains(&(place.clone(), entry.clone())))
        };
        let lost = self.held_by_others.iter().filter(|place| !is_here(place));
        Ok(lost.cloned().collect())
    }
}

/// Everything in a store, read beside whoever writes it.
pub(super) async fn entries(node_db: &Path) -> Result<Vec<Seen>, Broken> {
    let mut connection = read_only(node_db).await?;
    let rows = sqlx::query(
        "SELECT feed.id, entry.seq, entry.id, feed.space_sort = 'private', feed.node_key \
         FROM entry JOIN feed ON feed.row = entry.feed",
    )
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    let seen = |row: &sqlx::sqlite::SqliteRow| -> Result<Seen, sqlx::Error> {
        Ok(Seen {
            place: (row.try_get(0)?, row.try_get(1)?),
            entry: row.try_get(2)?,
            is_private: row.try_get(3)?,
            author: row.try_get(4)?,
        })
    };
    Ok(rows.iter().map(seen).collect::<Result<_, _>>()?)
}

/// Opens a database to read it only.
pub(in crate::proof) async fn read_only(database: &Path) -> Result<SqliteConnection, Broken> {
    let options = SqliteConnectOptions::new()
        .filename(database)
        .read_only(true)
        .busy_timeout(std::time::Duration::from_secs(60));
    Ok(SqliteConnection::connect_with(&options).await?)
}

/// The beginning of a feed's or an entry's id, for people.
pub(super) fn short(id: &[u8]) -> String {
    id.iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
