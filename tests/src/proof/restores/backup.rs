//! Copies of a node's disk, and how they are put back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sqlx::Connection;

use super::ledger::read_only;
use super::machine::Machine;
use crate::program::Broken;

/// How a copy is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Copying {
    /// The files of the store, while the node is off.
    Files,
    /// A backup by SQLite, while the node runs and writes.
    Vacuum,
    /// The whole directory, in one moment of a running node.
    Directory,
}

/// How a copy is put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PuttingBack {
    /// The store is removed and the copy written to its path.
    InPlace,
    /// Into the very same file: its inode stays.
    WrittenOver,
    /// Beside it, then renamed to its name.
    Renamed,
}

/// A copy of `node.db` with its write-ahead log, or of a whole data directory.
pub(super) struct Backup {
    pub(super) path: PathBuf,
}

impl Backup {
    /// Copies a machine's disk; the machine runs afterwards as before.
    pub(super) async fn of(
        machine: &mut Machine,
        copying: Copying,
        to: &Path,
    ) -> Result<Self, Broken> {
        fs::create_dir_all(to)?;
        match copying {
            Copying::Files => {
                machine.stop()?;
                copy_store(&machine.path, to)?;
                machine.start().await?;
            }
            Copying::Vacuum => {
                let mut connection = read_only(&machine.node_db()).await?;
                sqlx::query("VACUUM INTO ?")
                    .bind(to.join("node.db").to_string_lossy().into_owned())
                    .execute(&mut connection)
                    .await?;
                connection.close().await?;
            }
            Copying::Directory => {
                machine.freeze()?;
                let copied = copy_directory(&machine.path, to);
                machine.thaw()?;
                copied?;
            }
        }
        Ok(Self {
            path: to.to_owned(),
        })
    }

    /// Puts the store of this copy into the directory of a machine that is off.
    pub(super) fn put_back(&self, machine: &Machine, how: PuttingBack) -> Result<(), Broken> {
        for name in ["node.db-wal", "node.db-shm"] {
            remove_file(&machine.path.join(name))?;
        }
        let (from, to) = (self.path.join("node.db"), machine.node_db());
        match how {
            PuttingBack::InPlace => {
                remove_file(&to)?;
                fs::copy(&from, &to)?;
            }
            PuttingBack::WrittenOver => fs::write(&to, fs::read(&from)?)?,
            PuttingBack::Renamed => {
                let beside = machine.path.join("node.db.restored");
                fs::copy(&from, &beside)?;
                fs::rename(&beside, &to)?;
            }
        }
        let log = self.path.join("node.db-wal");
        if log.exists() {
            fs::copy(&log, machine.path.join("node.db-wal"))?;
        }
        Ok(())
    }
}

fn remove_file(path: &Path) -> Result<(), Broken> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Copies `node.db` and, where there is one, its write-ahead log.
pub(super) fn copy_store(from: &Path, to: &Path) -> Result<(), Broken> {
    fs::create_dir_all(to)?;
    for name in ["node.db", "node.db-wal"] {
        if from.join(name).exists() {
            fs::copy(from.join(name), to.join(name))?;
        }
    }
    Ok(())
}

/// Copies every file of a data directory but the socket.
pub(super) fn copy_directory(from: &Path, to: &Path) -> Result<(), Broken> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        // The shared memory of SQLite is not part of what a disk keeps.
        if entry.file_type()?.is_file() && entry.file_name() != "node.db-shm" {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// A file that holds a file system, mounted: what a virtual machine has for a disk.
pub(super) struct Image {
    file: PathBuf,
    mounted: PathBuf,
}

impl Image {
    /// Makes and mounts one; `None` where that is not permitted.
    pub(super) fn make(directory: &Path) -> Result<Option<Self>, Broken> {
        let image = Self {
            file: directory.join("disk.img"),
            mounted: directory.join("disk"),
        };
        fs::create_dir_all(&image.mounted)?;
        fs::File::create(&image.file)?.set_len(96 << 20)?;
        let made = run("mkfs.ext4", &["-q".as_ref(), image.file.as_ref()]) && image.mount();
        Ok(made.then_some(image))
    }

    /// Where it is mounted.
    pub(super) fn path(&self) -> &Path {
        &self.mounted
    }

    /// Copies it as it is on the disk in one moment; whoever writes to it stands still.
    pub(super) fn snapshot(&self, to: &Path) -> Result<(), Broken> {
        run("sync", &["-f".as_ref(), self.mounted.as_ref()]);
        fs::copy(&self.file, to)?;
        Ok(())
    }

    /// Sets it back; nobody uses it.
    pub(super) fn set_back(&self, snapshot: &Path) -> Result<(), Broken> {
        let failed = |what: &str| Broken(format!("the image cannot be {what}"));
        if !run("umount", &[self.mounted.as_ref()]) {
            return Err(failed("unmounted"));
        }
        fs::copy(snapshot, &self.file)?;
        if self.mount() {
            Ok(())
        } else {
            Err(failed("mounted again"))
        }
    }

    fn mount(&self) -> bool {
        let options = ["-o".as_ref(), "loop".as_ref()];
        run(
            "mount",
            &[
                options[0],
                options[1],
                self.file.as_ref(),
                self.mounted.as_ref(),
            ],
        )
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        if !run("umount", &["-l".as_ref(), self.mounted.as_ref()]) {
            eprintln!("{} may still be mounted", self.mounted.display());
        }
    }
}

/// Runs a tool of the system; says whether it is there and did what it should.
fn run(tool: &str, arguments: &[&std::ffi::OsStr]) -> bool {
    let status = Command::new(tool)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}
