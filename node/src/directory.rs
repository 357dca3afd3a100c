//! The data directory: stores, lock and socket; its keys are read by [`crate::keys`].

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Said};
use crate::keys::{self, Identity, Keys, NewIdentity, OpenKeys};

/// A Unix socket's path, in bytes: what Linux takes.
const MAX_SOCKET_PATH_BYTES: usize = 107;

/// A node's data directory.
#[derive(Debug, Clone)]
pub struct Directory {
    path: PathBuf,
}

/// The directory is this process's own for as long as this lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Directory {
    /// The directory at a path, whether it is there or not.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where data lies when nobody says where.
    #[must_use]
    pub fn default_path() -> PathBuf {
        let home = || {
            std::env::var_os("HOME")
                .map(PathBuf::from)
                .filter(|home| home.is_absolute())
                .map(|home| home.join(".local/share"))
        };
        std::env::var_os("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(home)
            .unwrap_or_else(|| PathBuf::from("."))
            .join("faelled")
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The authority.
    #[must_use]
    pub fn node_db(&self) -> PathBuf {
        self.path.join("node.db")
    }

    /// The mirror.
    #[must_use]
    pub fn mirror_db(&self) -> PathBuf {
        self.path.join("mirror.db")
    }

    /// Where the daemon listens for commands.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.path.join("faelled.sock")
    }

    /// Whether a node lives here.
    #[must_use]
    pub fn is_node(&self) -> bool {
        self.node_db().exists()
    }

    /// Fails unless a node lives here.
    ///
    /// # Errors
    /// When none does.
    pub fn require_node(&self) -> Result<(), Failure> {
        let path = self.path.display();
        match fs::metadata(self.node_db()) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.unreachable(&error)),
            Err(_) if self.has_lost_its_store() => Err(self.lost_store()),
            Err(_) => Err(Failure::configuration(
                "no-node",
                Said::new(
                    format!("there is no node in {path}"),
                    format!("der er ingen node i {path}"),
                ),
            )
            .hint(Said::new(
                "found a federation with faelled init, join one with faelled join, or name another directory with --data",
                "grundlæg et fællesskab med faelled init, deltag i et med faelled join, eller angiv en anden mappe med --data",
            ))),
        }
    }

    /// A node that ever ran leaves a mirror: without `node.db` beside it, that was lost.
    fn has_lost_its_store(&self) -> bool {
        self.mirror_db().exists() && self.path.join("node.key").exists() && !self.is_node()
    }

    fn lost_store(&self) -> Failure {
        let path = self.node_db();
        let path = path.display();
        Failure::configuration(
            "store-lost",
            Said::new(
                format!("{path} is missing: a node lived here and its store is gone"),
                format!("{path} mangler: her har været en node, og dens lager er væk"),
            ),
        )
        .hint(Said::new(
            "restore it from a backup; for a new node name another directory with --data",
            "gendan den fra en sikkerhedskopi; angiv en anden mappe med --data til en ny node",
        ))
    }

    /// Makes the directory for a new node, readable by its user alone.
    ///
    /// # Errors
    /// When a node lives here already, or the directory cannot be made.
    pub fn make(&self) -> Result<(), Failure> {
        if self.is_node() {
            let path = self.path.display();
            return Err(Failure::configuration(
                "node-exists",
                Said::new(format!("there is a node in {path} already"), format!("der er allerede en node i {path}")),
            )
            .hint(Said::new(
                "faelled status tells what it is; name another directory with --data for a second node",
                "faelled status fortæller, hvad det er; angiv en anden mappe med --data til en node mere",
            )));
        }
        if self.has_lost_its_store() {
            return Err(self.lost_store());
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.path)
            .map_err(|error| self.unreachable(&error))?;
        if self.socket().as_os_str().len() > MAX_SOCKET_PATH_BYTES {
            let path = self.path.display();
            return Err(Failure::configuration(
                "path-too-long",
                Said::new(
                    format!("the path {path} is too long for a Unix socket in it"),
                    format!("stien {path} er for lang til en Unix-socket"),
                ),
            )
            .hint(Said::new(
                "choose a shorter one with --data",
                "vælg en kortere med --data",
            )));
        }
        Ok(())
    }

    /// Takes the directory for this process.
    ///
    /// # Errors
    /// When another process has it.
    pub fn lock(&self) -> Result<Lock, Failure> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .read(true)
            .mode(0o600)
            .open(self.path.join("lock"))
            .map_err(|error| self.unreachable(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => {
                let path = self.path.display();
                Err(Failure::configuration(
                    "locked",
                    Said::new(
                        format!("another faelled process uses {path}"),
                        format!("en anden faelled-proces bruger {path}"),
                    ),
                )
                .hint(Said::new(
                    "wait until it has finished, or stop it",
                    "vent, til den er færdig, eller stop den",
                )))
            }
            Err(TryLockError::Error(error)) => Err(self.unreachable(&error)),
        }
    }

    /// Where the identity key lies, if it lies here.
    #[must_use]
    pub fn identity_path(&self) -> PathBuf {
        keys::identity_path(&self.path)
    }

    /// The identity key, as far as it lies here.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    pub fn identity(&self) -> Result<Identity, Failure> {
        keys::read_identity(&self.identity_path())
    }

    /// Makes both keys.
    ///
    /// # Errors
    /// When they cannot be written, an identity key that is there cannot be opened, or the system gives no
    /// random numbers.
    pub(crate) fn make_keys(&self, new: &NewIdentity) -> Result<OpenKeys, Failure> {
        keys::make_keys(&self.path, new)
    }

    /// Reads the keys.
    ///
    /// # Errors
    /// When one is damaged or the node's is missing.
    pub fn keys(&self) -> Result<Keys, Failure> {
        keys::read_keys(&self.path)
    }

    fn unreachable(&self, error: &io::Error) -> Failure {
        let path = self.path.display();
        Failure::configuration(
            "directory",
            Said::new(
                format!("the data directory {path} cannot be used: {error}"),
                format!("datamappen {path} kan ikke bruges: {error}"),
            ),
        )
        .hint(Said::new(
            "check that it belongs to this user, or name another with --data",
            "kontrollér, at den tilhører denne bruger, eller angiv en anden med --data",
        ))
    }
}
