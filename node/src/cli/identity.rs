//! The member's identity key, in a command's own process: the running node never needs it.

use std::path::{Path, PathBuf};

use clap::Args;
use faelled_proto::SecretKey;

use super::session::Session;
use super::{output, passphrase};
use crate::failure::{Failure, Said};
use crate::keys::{self, Identity, NewIdentity};
use crate::node;

/// Which identity key signs.
#[derive(Debug, Default, Args)]
pub(super) struct IdentityFile {
    /// The member's identity key, where it is kept elsewhere than in the data directory
    #[arg(long, value_name = "FILE")]
    pub(super) identity: Option<PathBuf>,
}

/// How something is signed for the member.
#[derive(Debug, Default, Args)]
pub(super) struct Signing {
    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) identity: IdentityFile,
}

/// Where a new node's identity key comes from.
#[derive(Debug, Args)]
pub(super) struct Keeping {
    #[command(flatten)]
    pub(super) file: IdentityFile,
    /// Keep the new identity key in plain, without a passphrase: whoever reads the directory can sign as the member
    #[arg(long, conflicts_with = "identity")]
    pub(super) unsealed: bool,
}

/// The identity key of this node's member, opened. It is the one in the data directory unless a file is
/// named; where a node is here, it has to be its member's.
pub(super) async fn unsealed_identity(
    session: &Session,
    identity_file: Option<&Path>,
) -> Result<SecretKey, Failure> {
    let own = session.directory.identity_path();
    let path = identity_file.unwrap_or(&own);
    let identity = found(session, path)?;
    if session.directory.is_node() {
        let certificate = node::certificate(&session.directory).await?;
        if identity.public() != Some(certificate.claim.identity_key) {
            return Err(another_members(path));
        }
    }
    open(session, &identity, path)
}

/// Where the identity key of a node in the making comes from; a person is asked for a passphrase.
pub(super) fn new_identity(session: &Session, keeping: &Keeping) -> Result<NewIdentity, Failure> {
    if let Some(path) = &keeping.file.identity {
        let key = open(session, &found(session, path)?, path)?;
        return Ok(NewIdentity::Elsewhere(key));
    }
    match session.directory.identity()? {
        Identity::Sealed(_) if !keeping.unsealed => {
            let path = session.directory.identity_path();
            Ok(NewIdentity::Sealed(passphrase::present(session, &path)?))
        }
        Identity::Absent if !keeping.unsealed => Ok(NewIdentity::Sealed(passphrase::new(session)?)),
        // In plain already, or sealed already and told to be plain, which is refused where keys are made.
        Identity::Plain(_) | Identity::Sealed(_) | Identity::Absent => Ok(NewIdentity::Unsealed),
    }
}

/// Opens an identity key that was read, asking for its passphrase where it has one.
pub(super) fn open(
    session: &Session,
    identity: &Identity,
    path: &Path,
) -> Result<SecretKey, Failure> {
    match identity {
        Identity::Plain(key) => Ok(key.clone()),
        Identity::Sealed(sealed) => {
            let passphrase = passphrase::present(session, path)?;
            keys::unseal(sealed, &passphrase, path)
        }
        Identity::Absent => Err(not_here(path)),
    }
}

/// Reads an identity key that has to be there. One in plain that others can read is not used; of a sealed one a person is
/// told.
pub(super) fn found(session: &Session, path: &Path) -> Result<Identity, Failure> {
    let identity = keys::read_identity(path)?;
    let open = keys::open_to_others(path);
    match (&identity, open) {
        (Identity::Absent, _) => return Err(not_here(path)),
        (Identity::Plain(_), Some(mode)) => return Err(open_to_others(path, mode)),
        (Identity::Sealed(_), Some(mode)) => {
            let path = path.display();
            output::note(&session.say(
                format!("Look out: others on this machine may use {path} (mode {mode:o}); only its passphrase protects the key. Take that away: chmod 600 {path}"),
                format!("Pas på: andre på maskinen må bruge {path} (rettigheder {mode:o}); kun adgangssætningen beskytter nøglen. Fjern det: chmod 600 {path}"),
            ));
        }
        (_, None) => {}
    }
    Ok(identity)
}

fn open_to_others(path: &Path, mode: u32) -> Failure {
    let path = path.display();
    Failure::configuration(
        "key-open-to-others",
        Said::new(
            format!("others on this machine may use {path} (mode {mode:o}), and the key in it is not sealed: it is not used"),
            format!("andre på maskinen må bruge {path} (rettigheder {mode:o}), og nøglen i den er ikke forseglet: den bruges ikke"),
        ),
    )
    .hint(Said::new(
        format!("take that away: chmod 600 {path}; then seal it: faelled key seal. If somebody may have read it, let the stewards give the member a new one"),
        format!("fjern det: chmod 600 {path}; forsegl den så: faelled key seal. Hvis nogen kan have læst den, så lad tovholderne give deltageren en ny"),
    ))
}

fn not_here(path: &Path) -> Failure {
    let path = path.display();
    Failure::configuration(
        "no-identity-key",
        Said::new(
            format!("the member's identity key is needed, and it is not in {path}"),
            format!("deltagerens identitetsnøgle skal bruges, og den er ikke i {path}"),
        ),
    )
    .hint(Said::new(
        "name the file in which it is kept with --identity FILE",
        "angiv den fil, den er gemt i, med --identity FIL",
    ))
}

fn another_members(path: &Path) -> Failure {
    let path = path.display();
    Failure::user(
        "another-identity-key",
        Said::new(
            format!("{path} is not the identity key of this node's member"),
            format!("{path} er ikke identitetsnøglen for denne nodes deltager"),
        ),
    )
    .hint(Said::new(
        "faelled key show tells which one it is",
        "faelled key show fortæller, hvilken det er",
    ))
}
