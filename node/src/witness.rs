//! The witness of this node's own newest entries, in memory of the machine: it tells an unbroken life of the
//! store from a restored, copied or rolled back one.
//!
//! It lies in a file under the run-time directory, which is gone after a reboot. Where it is missing or does
//! not agree with `node.db` to the letter, the next write opens a new incarnation; see PROTOCOL, *Trust*. So it is where
//! its directory is not this user's alone: whoever can write there could bear false witness.

use std::ffi::OsStr;
use std::fs;
use std::io;
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
        Self::within(&run_time_directory(), node_db, node_key)
    }

    fn within(directory: &Path, node_db: &Path, node_key: NodeKey) -> Self {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        // A copied directory has other inodes; one whose files were written over is told by its tips.
        let place = fs::metadata(node_db)
            .map(|meta| format!("{}:{}", meta.dev(), meta.ino()))
            .unwrap_or_default();
        Self {
            file: directory.join(format!("witness-{node_key}")),
            life: format!("{} {place}", boot.trim()),
        }
    }

    /// The incarnation to go on with: only where the witness agrees with the own tips in `node.db`, given
    /// with the incarnation of each.
    #[must_use]
    pub(crate) fn incarnation(&self, stored: &[([u8; 16], Tip)]) -> Option<[u8; 16]> {
        if let Err(error) = self.directory_of_its_own() {
            tracing::warn!(%error, "no witness of this node's writing is trusted; a new incarnation begins");
            return None;
        }
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
        let write = || -> io::Result<()> {
            self.directory_of_its_own()?;
            let next = self.file.with_extension("next");
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&next)?;
            io::Write::write_all(&mut file, self.text(incarnation, tips).as_bytes())?;
            fs::rename(&next, &self.file)
        };
        if let Err(error) = write() {
            tracing::warn!(%error, "the witness cannot be written; the next start opens a new incarnation");
            self.forget();
        }
    }

    /// Forgets: nothing is trusted to go on.
    pub(crate) fn forget(&self) {
        let removed = self
            .directory_of_its_own()
            .and_then(|()| fs::remove_file(&self.file));
        if let Err(error) = removed
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the witness cannot be removed");
        }
    }

    /// Makes the directory where it is missing. Fails where it is not this user's alone: in `/dev/shm` anybody may have
    /// made it, or a link in its place.
    fn directory_of_its_own(&self) -> io::Result<()> {
        let Some(directory) = self.file.parent() else {
            return Ok(());
        };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)?;
        let found = fs::symlink_metadata(directory)?;
        if is_of_alone(&found, rustix::process::geteuid().as_raw()) {
            return Ok(());
        }
        let directory = directory.display();
        Err(io::Error::other(format!(
            "{directory} is not a directory of this user's alone (mode 0700)"
        )))
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

/// Whether this is a directory, no link, that belongs to a user and that no other can look or write into.
fn is_of_alone(found: &fs::Metadata, user: u32) -> bool {
    found.is_dir() && found.uid() == user && found.mode() & 0o077 == 0
}

fn run_time_directory() -> PathBuf {
    let user = rustix::process::geteuid().as_raw();
    let of_service = std::env::var_os("RUNTIME_DIRECTORY");
    let of_user = std::env::var_os("XDG_RUNTIME_DIR");
    first_directory(of_service.as_deref())
        .or_else(|| first_directory(of_user.as_deref()))
        .map_or_else(
            || PathBuf::from(format!("/dev/shm/faelled-{user}")),
            |path| path.join("faelled"),
        )
}

/// The first of the directories that a variable names, with colons between them, as systemd.exec(5) has it.
fn first_directory(named: Option<&OsStr>) -> Option<PathBuf> {
    let mut paths = std::env::split_paths(named?);
    paths.next().filter(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use faelled_proto::{EntryId, FeedId, SecretKey};

    use super::*;

    const LIFE: [u8; 16] = [1; 16];

    fn tip(seq: u64) -> Tip {
        Tip {
            feed: FeedId::of(&[b"f"]),
            seq,
            entry: EntryId::of(&[b"e"]),
        }
    }

    #[test]
    fn of_several_run_time_directories_the_first_is_taken() {
        let first = |named: &str| first_directory(Some(OsStr::new(named)));
        let path = PathBuf::from("/run/faelled");
        assert_eq!(first("/run/faelled"), Some(path.clone()));
        assert_eq!(first("/run/faelled:/run/other"), Some(path));
        assert_eq!(first("run/faelled"), None);
        assert_eq!(first(""), None);
        assert_eq!(first_directory(None), None);
    }

    #[test]
    fn a_directory_that_is_not_its_user_s_alone_holds_no_witness() {
        let place = tempfile::tempdir().unwrap();
        let db = place.path().join("node.db");
        fs::write(&db, "x").unwrap();
        let key = SecretKey::from_seed(&crate::random().unwrap()).node_key();
        let tips = [(LIFE, tip(4))];
        let mode = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };

        let own = place.path().join("own");
        let witness = Witness::within(&own, &db, key);
        witness.note(LIFE, &[tip(4)]);
        assert_eq!(witness.incarnation(&tips), Some(LIFE));
        for open in [0o777, 0o755, 0o720, 0o704] {
            mode(&own, open);
            assert_eq!(witness.incarnation(&tips), None, "mode {open:o}");
        }
        mode(&own, 0o700);
        assert_eq!(witness.incarnation(&tips), Some(LIFE));

        // The same directory by way of a link is whose the link is.
        let link = place.path().join("link");
        symlink(&own, &link).unwrap();
        let linked = Witness::within(&link, &db, key);
        assert_eq!(linked.incarnation(&tips), None);
        linked.note([2; 16], &[tip(5)]);
        linked.forget();
        assert_eq!(
            witness.incarnation(&tips),
            Some(LIFE),
            "nothing was touched"
        );

        let found = fs::symlink_metadata(&own).unwrap();
        assert!(is_of_alone(&found, found.uid()));
        assert!(!is_of_alone(&found, found.uid() + 1), "another user's");
    }

    #[test]
    fn a_witness_speaks_only_for_the_very_tips_and_file_that_it_saw() {
        let directory = tempfile::tempdir().unwrap();
        let db = directory.path().join("node.db");
        fs::write(&db, "x").unwrap();
        let key = SecretKey::from_seed(&crate::random().unwrap()).node_key();
        let witness = Witness::of(&db, key);
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
