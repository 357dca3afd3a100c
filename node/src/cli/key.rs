//! `faelled key`: the member's identity key and the node's keys.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::identity::{self, IdentityFile, unsealed_identity};
use super::key_life::KeyLife;
use super::session::Session;
use super::{key_life, output, passphrase};
use crate::failure::{Failure, Said};
use crate::fingerprint::fingerprint;
use crate::keys::{self, Identity};
use crate::request::{Request, key};
use crate::sealed::SealedKey;
use crate::text::plain;

#[derive(Debug, Subcommand)]
pub(super) enum Key {
    /// Which keys there are, and until when they hold
    Show,
    /// Set or change the passphrase with which the identity key is sealed
    Seal(IdentityFile),
    /// Write a sealed copy of the identity key to a file, to be kept elsewhere
    Export(Export),
    #[command(flatten)]
    Life(KeyLife),
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The new file; never over one that is there
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Take the key out of the data directory once the copy was read back
    #[arg(long = "move", conflicts_with = "identity")]
    pub(super) take_out: bool,
    #[command(flatten)]
    pub(super) identity: IdentityFile,
}

pub(super) async fn key(session: &Session, command: Key) -> Result<(), Failure> {
    match command {
        Key::Show => session.answer(Request::Key(key::Request::Show)).await,
        Key::Seal(file) => seal(session, &file),
        Key::Export(export) => self::export(session, &export).await,
        Key::Life(command) => key_life::run(session, command).await,
    }
}

fn seal(session: &Session, file: &IdentityFile) -> Result<(), Failure> {
    let own = session.directory.identity_path();
    let path = file.identity.as_ref().unwrap_or(&own);
    let (key, new) = match identity::found(session, path)? {
        Identity::Sealed(sealed) => passphrase::change(session, path, |present| {
            keys::unseal(&sealed, present, path)
        })?,
        plain => (
            identity::open(session, &plain, path)?,
            passphrase::new(session)?,
        ),
    };
    let sealed = SealedKey::seal(&key, &new)?;
    keys::replace(path, &sealed)?;
    tell(
        session,
        path,
        &sealed,
        &Said::new(
            "The identity key is sealed with the new passphrase. Copies that were made before keep theirs.\n",
            "Identitetsnøglen er forseglet med den nye adgangssætning. Tidligere kopier beholder deres egen.\n",
        ),
        false,
    )
}

async fn export(session: &Session, export: &Export) -> Result<(), Failure> {
    let own = session.directory.identity_path();
    let path = export.identity.identity.as_ref().unwrap_or(&own);
    let sealed = match identity::found(session, path)? {
        Identity::Sealed(sealed) => {
            // What cannot be opened any more must not become the only copy.
            if export.take_out {
                unsealed_identity(session, None).await?;
            }
            sealed
        }
        _ => {
            let key = unsealed_identity(session, export.identity.identity.as_deref()).await?;
            SealedKey::seal(&key, &passphrase::new(session)?)?
        }
    };
    keys::export(&export.file, &sealed)?;
    if export.take_out {
        keys::remove_identity(session.directory.path())?;
    }
    let said = if export.take_out {
        Said::new(
            "The identity key is there, sealed, and no longer in the data directory. The node runs without it; commands that \
             sign for the member take it with --identity FILE. Keep a second copy: without it the member cannot sign.\n",
            "Identitetsnøglen er dér, forseglet, og ikke længere i datamappen. Noden kører uden den; kommandoer, der \
             underskriver for deltageren, får den med --identity FIL. Gem en kopi mere: uden den kan deltageren ikke underskrive.\n",
        )
    } else {
        Said::new(
            "A sealed copy of the identity key is there. Keep it away from this machine, and the passphrase away from it.\n",
            "En forseglet kopi af identitetsnøglen er dér. Gem den et andet sted end på maskinen, og adgangssætningen et tredje.\n",
        )
    };
    tell(session, &export.file, &sealed, &said, export.take_out)
}

fn tell(
    session: &Session,
    path: &Path,
    sealed: &SealedKey,
    said: &Said,
    taken_out: bool,
) -> Result<(), Failure> {
    let words = fingerprint(&sealed.public());
    let path = path.display().to_string();
    if session.json {
        return output::print_json(&json!({
            "path": path,
            "identity_key": sealed.public().to_string(),
            "fingerprint": words,
            "sealed": true,
            "taken_out": taken_out,
        }));
    }
    let said = said.in_language(session.language());
    let path = plain(&path);
    output::print(&session.say(
        format!("File  {path}\nKey   {words}\n\n{said}"),
        format!("Fil    {path}\nNøgle  {words}\n\n{said}"),
    ))
}
