//! The witness of this node's own newest entries, in memory of the machine: it tells an unbroken life of the
//! store from a restored, copied or rolled back one.
//!
//! It lies in a file under the run-time directory, which is gone after a reboot. Where it is missing or does
//! not agree with `node.db` to the letter, the next write opens a new incarnation; see PROTOCOL, *Trust*.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use faelled_proto::{NodeKey, Tip};

/// Where the witness of one data directory lies, and what names that directory.
#[derive(Debug, Clone)]
pub(crate) struct Witness {
    file: PathBuf,
    life: String,
}

impl Witness {
    /// The witness for a node whose authority is this file.
    #[must_use]
    pub(crate) fn of(node_db: &Path, node_key: NodeKey) -> Self {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        // A copied directory has other inodes; one whose files were written over is told by its tips.
        let place = fs::metadata(node_db)
            .map(|meta| format!("{}:{}", meta.dev(), meta.ino()))
            .unwrap_or_default();
        Self {
            file: run_time_directory().join(format!("witness-{node_key}")),
            life: format!("{} {place}", boot.trim()),
        }
    }

    /// The incarnation to go on with: only where the witness agrees with the own tips in `node.db`, given
    /// with the incarnation of each.
    #[must_use]
    pub(crate) fn incarnation(&self, stored: &[([u8; 16], Tip)]) -> Option<[u8; 16]> {
        let text = fs::read_to_string(&self.file).ok()?;
        let hex = text.lines().nth(1)?;
        let incarnation: [u8; 16] = data_encoding::HEXLOWER
            .decode(hex.as_bytes())
            .ok()?
            .try_into()
            .ok()?;
        let tips: Vec<Tip> = stored
            .iter()
            .filter(|(other, _)| *other == incarnation)
            .map(|(_, tip)| *tip)
            .collect();
        (text == self.text(incarnation, &tips)).then_some(incarnation)
    }

    /// Notes the own tips after a write. A note that cannot be written costs a new incarnation, no more.
    pub(crate) fn note(&self, incarnation: [u8; 16], tips: &[Tip]) {
        let write = || -> std::io::Result<()> {
            if let Some(directory) = self.file.parent() {
                fs::DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(directory)?;
            }
            let next = self.file.with_extension("next");
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&next)?;
            std::io::Write::write_all(&mut file, self.text(incarnation, tips).as_bytes())?;
            fs::rename(&next, &self.file)
        };
        if let Err(error) = write() {
            tracing::warn!(%error, "the witness cannot be written; the next start opens a new incarnation");
            self.forget();
        }
    }

    /// Forgets: nothing is trusted to go on.
    pub(crate) fn forget(&self) {
        if let Err(error) = fs::remove_file(&self.file)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the witness cannot be removed");
        }
    }

    fn text(&self, incarnation: [u8; 16], tips: &[Tip]) -> String {
        let mut tips = tips.to_vec();
        tips.sort_unstable();
        let mut text = format!(
            "{}\n{}\n",
            self.life,
            data_encoding::HEXLOWER.encode(&incarnation)
        );
        for tip in tips {
            text.push_str(&format!("{} {} {}\n", tip.feed, tip.seq, tip.entry));
        }
        text
    }
}

fn run_time_directory() -> PathBuf {
    let user = rustix::process::getuid().as_raw();
    std::env::var_os("RUNTIME_DIRECTORY")
        .or_else(|| std::env::var_os("XDG_RUNTIME_DIR"))
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .map_or_else(
            || PathBuf::from(format!("/dev/shm/faelled-{user}")),
            |path| path.join("faelled"),
        )
}

#[cfg(test)]
mod tests {
    use faelled_proto::{EntryId, FeedId, SecretKey};

    use super::*;

    #[test]
    fn a_witness_speaks_only_for_the_very_tips_and_file_that_it_saw() {
        let directory = tempfile::tempdir().unwrap();
        let db = directory.path().join("node.db");
        fs::write(&db, "x").unwrap();
        let key = SecretKey::from_seed(&crate::random().unwrap()).node_key();
        let witness = Witness::of(&db, key);
        let tip = |seq| Tip {
            feed: FeedId::of(&[b"f"]),
            seq,
            entry: EntryId::of(&[b"e"]),
        };
        assert_eq!(witness.incarnation(&[([1; 16], tip(4))]), None);
        witness.note([1; 16], &[tip(4)]);
        assert_eq!(
            witness.incarnation(&[([1; 16], tip(4)), ([2; 16], tip(9))]),
            Some([1; 16])
        );
        assert_eq!(
            witness.incarnation(&[([1; 16], tip(3))]),
            None,
            "rolled back"
        );
        assert_eq!(witness.incarnation(&[]), None, "emptied");
        let copy = directory.path().join("copy.db");
        fs::copy(&db, &copy).unwrap();
        assert_eq!(
            Witness::of(&copy, key).incarnation(&[([1; 16], tip(4))]),
            None,
            "copied"
        );
        witness.forget();
        assert_eq!(witness.incarnation(&[([1; 16], tip(4))]), None);
    }
}
