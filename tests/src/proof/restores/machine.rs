//! A node with its disk and the memory of its machine, as far as the node relies on it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use faelled::directory::Directory;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::Signal;

use super::ledger::Ledger;
use crate::daemon::Daemon;
use crate::program::Broken;

/// A municipality's machine.
pub(super) struct Machine {
    pub(super) name: String,
    /// The data directory.
    pub(super) path: PathBuf,
    /// Where files lie that a reboot takes away.
    pub(super) memory: PathBuf,
    pub(super) node_key: Vec<u8>,
    listen: String,
    daemon: Option<Daemon>,
}

impl Machine {
    /// A machine on which a node was made already; it is off.
    pub(super) fn of(name: &str, path: &Path, memory: &Path, listen: &str) -> Result<Self, Broken> {
        std::fs::create_dir_all(memory)?;
        let node_key = Directory::at(path).keys()?.node.node_key();
        Ok(Self {
            name: name.to_owned(),
            path: path.to_owned(),
            memory: memory.to_owned(),
            node_key: node_key.as_bytes().to_vec(),
            listen: listen.to_owned(),
            daemon: None,
        })
    }

    pub(super) fn node_db(&self) -> PathBuf {
        self.path.join("node.db")
    }

    /// Starts the node, always at the same address once it has one.
    pub(super) async fn start(&mut self) -> Result<(), Broken> {
        let memory = [("RUNTIME_DIRECTORY", OsString::from(&self.memory))];
        let daemon = Daemon::start_with(&self.path, &self.listen, &memory).await?;
        let status = daemon.status().await?;
        if let Some(address) = status["listening"].as_str() {
            address.clone_into(&mut self.listen);
        }
        self.daemon = Some(daemon);
        Ok(())
    }

    pub(super) fn daemon(&self) -> Result<&Daemon, Broken> {
        let off = || Broken(format!("{} does not run", self.name));
        self.daemon.as_ref().ok_or_else(off)
    }

    /// Where it listens.
    pub(super) fn address(&self) -> &str {
        &self.listen
    }

    pub(super) fn kill(&mut self) -> Result<(), Broken> {
        match self.daemon.take() {
            Some(daemon) => daemon.kill(),
            None => Ok(()),
        }
    }

    pub(super) fn stop(&mut self) -> Result<(), Broken> {
        match self.daemon.take() {
            Some(daemon) => daemon.stop(),
            None => Ok(()),
        }
    }

    /// Ends the node, in order or not.
    pub(super) fn end(&mut self, in_order: bool) -> Result<(), Broken> {
        if in_order { self.stop() } else { self.kill() }
    }

    /// Lets its process stand still: it says nothing and hears nothing.
    pub(super) fn freeze(&self) -> Result<(), Broken> {
        self.daemon()?.signal(Signal::STOP)
    }

    pub(super) fn thaw(&self) -> Result<(), Broken> {
        self.daemon()?.signal(Signal::CONT)
    }

    /// Puts a pipe that nobody reads where the node writes its note in memory: it waits there. Returns the pipe.
    pub(super) fn hold_note(&self) -> Result<PathBuf, Broken> {
        let key = Directory::at(&self.path).keys()?.node.node_key();
        let pipe = self.memory.join(format!("faelled/witness-{key}.next"));
        let made = mknodat(CWD, &pipe, FileType::Fifo, Mode::from(0o600), 0);
        made.map_err(|error| Broken(format!("{}: {error}", pipe.display())))?;
        Ok(pipe)
    }

    /// Notes what is on its disk.
    pub(super) async fn note_in(&self, ledger: &mut Ledger) -> Result<(), Broken> {
        ledger
            .note(&self.node_db(), &self.node_key, &self.name)
            .await
    }
}
