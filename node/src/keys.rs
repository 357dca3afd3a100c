//! The key files of a data directory, and identity keys that are kept elsewhere.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use faelled_proto::{IdentityKey, SecretKey};
use zeroize::Zeroizing;

use crate::failure::{Failure, Said};
use crate::sealed::{FIRST_LINE, MAX_SEALED_BYTES, Passphrase, SealError, SealedKey};

const PLAIN_PREFIX: &str = "faelled-secret-key-1 ";
const IDENTITY_FILE: &str = "identity.key";
const NODE_FILE: &str = "node.key";
/// The key that is about to take the place of the node's.
const NEXT_NODE_FILE: &str = "node.key.next";

/// The secret keys in a data directory.
#[derive(Debug, Clone)]
pub struct Keys {
    /// The member's.
    pub identity: Identity,
    /// The node's.
    pub node: SecretKey,
}

/// A member's identity key, as far as it is there.
#[derive(Debug, Clone)]
pub enum Identity {
    /// It is kept elsewhere.
    Absent,
    /// It lies there in plain.
    Plain(SecretKey),
    /// It is sealed with a passphrase.
    Sealed(SealedKey),
}

/// Where the identity key of a node in the making comes from, and how it is kept. One that lies in the
/// directory already is used, and never written over.
#[derive(Debug, Clone)]
pub enum NewIdentity {
    /// Made here, and kept in plain.
    Unsealed,
    /// Made here, and sealed.
    Sealed(Passphrase),
    /// It is kept elsewhere and does not come into the directory.
    Elsewhere(SecretKey),
}

/// The keys of a node in the making, both open.
#[derive(Debug, Clone)]
pub struct OpenKeys {
    /// The member's.
    pub identity: SecretKey,
    /// The node's.
    pub node: SecretKey,
}

impl Identity {
    /// The public half, where the key is there: no passphrase is needed for it.
    #[must_use]
    pub fn public(&self) -> Option<IdentityKey> {
        match self {
            Self::Absent => None,
            Self::Plain(key) => Some(key.identity_key()),
            Self::Sealed(sealed) => Some(sealed.public()),
        }
    }

    /// The key itself, where it is there and not sealed.
    #[must_use]
    pub const fn plain(&self) -> Option<&SecretKey> {
        match self {
            Self::Plain(key) => Some(key),
            Self::Absent | Self::Sealed(_) => None,
        }
    }
}

/// Where a directory keeps the identity key.
#[must_use]
pub fn identity_path(directory: &Path) -> PathBuf {
    directory.join(IDENTITY_FILE)
}

/// Reads an identity key, in plain or sealed.
///
/// # Errors
/// When the file cannot be read or holds none.
pub fn read_identity(path: &Path) -> Result<Identity, Failure> {
    let Some(text) = read(path)? else {
        return Ok(Identity::Absent);
    };
    if text.starts_with(FIRST_LINE) {
        return SealedKey::parse(&text)
            .map(Identity::Sealed)
            .map_err(|error| seal_failure(&error, path));
    }
    plain(&text)
        .map(Identity::Plain)
        .ok_or_else(|| damaged(path))
}

/// The mode of a key file that others on the machine than its user may use; `None` where they may not, or it cannot be
/// told.
#[must_use]
pub fn open_to_others(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    Some(mode).filter(|mode| mode & 0o077 != 0)
}

/// Opens a sealed key; `path` is where it lies.
///
/// # Errors
/// When the passphrase is another.
pub fn unseal(
    sealed: &SealedKey,
    passphrase: &Passphrase,
    path: &Path,
) -> Result<SecretKey, Failure> {
    sealed
        .unseal(passphrase)
        .map_err(|error| seal_failure(&error, path))
}

/// Writes a sealed key in the place of what is there, in one step: either the old or the new one is there.
///
/// # Errors
/// When it cannot be written.
pub fn replace(path: &Path, sealed: &SealedKey) -> Result<(), Failure> {
    write(path, &sealed.text(), true).map_err(|error| not_written(path, &error))
}

/// Writes a sealed key where nothing is yet, for its user alone, and reads it back.
///
/// # Errors
/// When something is there, it cannot be written, or does not come back as it was written.
pub fn export(path: &Path, sealed: &SealedKey) -> Result<(), Failure> {
    write(path, &sealed.text(), false).map_err(|error| not_written(path, &error))?;
    match read_identity(path)? {
        Identity::Sealed(copy) if copy == *sealed => Ok(()),
        _ => Err(damaged(path)),
    }
}

/// Reads the keys of a directory.
///
/// # Errors
/// When one is damaged or the node's is missing.
pub(crate) fn read_keys(directory: &Path) -> Result<Keys, Failure> {
    let path = directory.join(NODE_FILE);
    let text = read(&path)?.ok_or_else(|| missing(&path))?;
    Ok(Keys {
        identity: read_identity(&identity_path(directory))?,
        node: plain(&text).ok_or_else(|| damaged(&path))?,
    })
}

/// Puts the key that will take the place of the node's beside it.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write_next_node_key(directory: &Path, key: &SecretKey) -> Result<(), Failure> {
    let path = directory.join(NEXT_NODE_FILE);
    write(&path, &plain_text(key), true).map_err(|error| not_written(&path, &error))
}

/// The key that is about to take the place of the node's, where there is one.
///
/// # Errors
/// When it cannot be read or is none.
pub(crate) fn next_node_key(directory: &Path) -> Result<Option<SecretKey>, Failure> {
    let path = directory.join(NEXT_NODE_FILE);
    read(&path)?
        .map(|text| plain(&text).ok_or_else(|| damaged(&path)))
        .transpose()
}

/// Puts the next key in the place of the node's, in one step.
///
/// # Errors
/// When it cannot be moved.
pub(crate) fn take_next_node_key(directory: &Path) -> Result<(), Failure> {
    let path = directory.join(NODE_FILE);
    fs::rename(directory.join(NEXT_NODE_FILE), &path)
        .and_then(|()| File::open(directory)?.sync_all())
        .map_err(|error| not_written(&path, &error))
}

/// Throws the next key away.
///
/// # Errors
/// When it cannot be removed.
pub(crate) fn drop_next_node_key(directory: &Path) -> Result<(), Failure> {
    let path = directory.join(NEXT_NODE_FILE);
    fs::remove_file(&path)
        .and_then(|()| File::open(directory)?.sync_all())
        .map_err(|error| not_written(&path, &error))
}

/// Makes the keys of a new node. The directory is this process's own.
///
/// # Errors
/// When they cannot be written, an identity key that is there cannot be opened, or the system gives no
/// random numbers.
pub(crate) fn make_keys(directory: &Path, new: &NewIdentity) -> Result<OpenKeys, Failure> {
    let path = identity_path(directory);
    let identity = match (new, read_identity(&path)?) {
        (NewIdentity::Elsewhere(key), _) => key.clone(),
        (_, Identity::Plain(key)) => key,
        (NewIdentity::Sealed(passphrase), Identity::Sealed(sealed)) => {
            unseal(&sealed, passphrase, &path)?
        }
        (NewIdentity::Unsealed, Identity::Sealed(_)) => return Err(sealed_already(&path)),
        (_, Identity::Absent) => {
            let key = SecretKey::from_seed(&Zeroizing::new(crate::random::<32>()?));
            let text = match new {
                NewIdentity::Sealed(passphrase) => SealedKey::seal(&key, passphrase)?.text().into(),
                _ => plain_text(&key),
            };
            write(&path, &text, false).map_err(|error| not_written(&path, &error))?;
            key
        }
    };
    let node = SecretKey::from_seed(&Zeroizing::new(crate::random::<32>()?));
    let path = directory.join(NODE_FILE);
    write(&path, &plain_text(&node), true).map_err(|error| not_written(&path, &error))?;
    Ok(OpenKeys { identity, node })
}

/// The whole file or nothing: written beside its place for its user alone, then put there.
fn write(path: &Path, text: &str, over: bool) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".faelled-key-")
        .tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    if over {
        file.persist(path)?;
    } else {
        file.persist_noclobber(path)?;
    }
    File::open(folder)?.sync_all()
}

fn read(path: &Path) -> Result<Option<Zeroizing<String>>, Failure> {
    let unreadable = |error: &io::Error| {
        let path = path.display();
        Failure::configuration(
            "key-file",
            Said::new(
                format!("{path} cannot be read: {error}"),
                format!("{path} kan ikke læses: {error}"),
            ),
        )
        .hint(Said::new(
            "check that it is a file and belongs to this user",
            "kontrollér, at det er en fil, og at den tilhører denne bruger",
        ))
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SEALED_BYTES + 1));
    file.take(MAX_SEALED_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    std::str::from_utf8(&bytes)
        .ok()
        .filter(|text| text.len() <= MAX_SEALED_BYTES)
        .map(|text| Some(Zeroizing::new(text.to_owned())))
        .ok_or_else(|| damaged(path))
}

fn plain(text: &str) -> Option<SecretKey> {
    let hex = text.strip_prefix(PLAIN_PREFIX)?.trim();
    let bytes = Zeroizing::new(data_encoding::HEXLOWER.decode(hex.as_bytes()).ok()?);
    let seed: Zeroizing<[u8; 32]> = Zeroizing::new(bytes.as_slice().try_into().ok()?);
    Some(SecretKey::from_seed(&seed))
}

fn plain_text(key: &SecretKey) -> Zeroizing<String> {
    let seed = Zeroizing::new(key.seed());
    let hex = Zeroizing::new(data_encoding::HEXLOWER.encode(seed.as_slice()));
    Zeroizing::new(format!("{PLAIN_PREFIX}{}\n", hex.as_str()))
}

fn seal_failure(error: &SealError, path: &Path) -> Failure {
    let path_said = path.display();
    match error {
        SealError::Damaged => damaged(path),
        SealError::TooCostly { .. } => Failure::configuration(
            "key-too-costly",
            Said::new(
                format!("{path_said} is not opened: {error}"),
                format!(
                    "{path_said} åbnes ikke: den kræver mere hukommelse eller tid, end en nøgle må"
                ),
            ),
        )
        .hint(Said::new(
            "this program never wrote it so: restore it from a backup",
            "sådan har dette program aldrig skrevet den: gendan den fra en sikkerhedskopi",
        )),
        SealError::WrongPassphrase => Failure::user(
            "wrong-passphrase",
            Said::new(
                format!("the passphrase does not open {path_said}"),
                format!("adgangssætningen åbner ikke {path_said}"),
            ),
        )
        .hint(Said::new(
            "try again; nobody can open the key without its passphrase",
            "prøv igen; ingen kan åbne nøglen uden dens adgangssætning",
        )),
    }
}

fn sealed_already(path: &Path) -> Failure {
    let path = path.display();
    Failure::configuration(
        "sealed",
        Said::new(
            format!("{path} is there already, and sealed: it is not written over"),
            format!("{path} er der allerede og er forseglet: den overskrives ikke"),
        ),
    )
    .hint(Said::new(
        "leave out --unsealed and give its passphrase, or name another directory with --data",
        "udelad --unsealed, og giv dens adgangssætning, eller angiv en anden mappe med --data",
    ))
}

fn missing(path: &Path) -> Failure {
    let path = path.display();
    Failure::configuration(
        "no-key",
        Said::new(format!("{path} is missing"), format!("{path} mangler")),
    )
    .hint(restore())
}

fn damaged(path: &Path) -> Failure {
    let path = path.display();
    Failure::configuration(
        "damaged",
        Said::new(
            format!("{path} is damaged: it does not hold a key"),
            format!("{path} er beskadiget: der er ingen nøgle i den"),
        ),
    )
    .hint(restore())
}

fn restore() -> Said {
    Said::new(
        "restore it from a backup",
        "gendan den fra en sikkerhedskopi",
    )
}

fn not_written(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Failure::user(
            "file-exists",
            Said::new(
                format!("{path} is there already: it is not written over"),
                format!("{path} er der allerede: den overskrives ikke"),
            ),
        )
        .hint(Said::new("name another file", "angiv en anden fil"));
    }
    // Its kind alone: the rest names the file that is written first, beside it.
    let error = error.kind();
    Failure::configuration(
        "key-file",
        Said::new(
            format!("{path} cannot be written: {error}"),
            format!("{path} kan ikke skrives: {error}"),
        ),
    )
    .hint(Said::new(
        "check that there is room, and that the folder is there and belongs to this user",
        "kontrollér, at der er plads, og at mappen findes og tilhører denne bruger",
    ))
}

/// Takes the identity key out of a directory: a copy of it is elsewhere.
///
/// # Errors
/// When it cannot be removed.
pub fn remove_identity(directory: &Path) -> Result<(), Failure> {
    let path = identity_path(directory);
    fs::remove_file(&path)
        .and_then(|()| File::open(directory)?.sync_all())
        .map_err(|error| not_written(&path, &error))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn passphrase() -> Passphrase {
        Passphrase::new("grøn skov 7".to_owned())
    }

    fn modes(directory: &Path) -> Vec<u32> {
        let entries = fs::read_dir(directory).unwrap();
        entries
            .map(|entry| entry.unwrap().metadata().unwrap().permissions().mode() & 0o777)
            .collect()
    }

    #[test]
    fn keys_are_for_their_user_alone_and_a_sealed_one_shows_only_its_public_half() {
        for new in [NewIdentity::Unsealed, NewIdentity::Sealed(passphrase())] {
            let place = tempfile::tempdir().unwrap();
            let made = make_keys(place.path(), &new).unwrap();
            assert_eq!(modes(place.path()), [0o600, 0o600]);
            let keys = read_keys(place.path()).unwrap();
            assert_eq!(keys.node.seed(), made.node.seed());
            assert_eq!(keys.identity.public(), Some(made.identity.identity_key()));
            let is_plain = matches!(new, NewIdentity::Unsealed);
            assert_eq!(keys.identity.plain().is_some(), is_plain);
            let text = fs::read_to_string(identity_path(place.path())).unwrap();
            let seed = data_encoding::HEXLOWER.encode(&made.identity.seed());
            assert_eq!(text.contains(&seed), is_plain);
            let said = format!("{keys:?} {made:?} {new:?}");
            assert!(!said.contains(&seed) && !said.contains("skov"), "{said}");
        }
    }

    #[test]
    fn an_identity_key_that_is_there_is_used_and_never_written_over() {
        let place = tempfile::tempdir().unwrap();
        let first = make_keys(place.path(), &NewIdentity::Sealed(passphrase())).unwrap();
        let text = fs::read(identity_path(place.path())).unwrap();
        let again = make_keys(place.path(), &NewIdentity::Sealed(passphrase())).unwrap();
        assert_eq!(again.identity.seed(), first.identity.seed());
        assert_ne!(again.node.seed(), first.node.seed());
        let wrong = NewIdentity::Sealed(Passphrase::new("en helt anden".to_owned()));
        let refused = |new: &NewIdentity| make_keys(place.path(), new).unwrap_err().code;
        assert_eq!(refused(&wrong), "wrong-passphrase");
        assert_eq!(refused(&NewIdentity::Unsealed), "sealed");
        assert_eq!(fs::read(identity_path(place.path())).unwrap(), text);
    }

    #[test]
    fn a_key_that_is_kept_elsewhere_does_not_come_into_the_directory() {
        let place = tempfile::tempdir().unwrap();
        let key = SecretKey::from_seed(&[9; 32]);
        let made = make_keys(place.path(), &NewIdentity::Elsewhere(key.clone())).unwrap();
        assert_eq!(made.identity.seed(), key.seed());
        let keys = read_keys(place.path()).unwrap();
        assert!(matches!(keys.identity, Identity::Absent));
    }

    #[test]
    fn a_copy_is_never_written_over_anything_and_leaves_nothing_beside_it() {
        let place = tempfile::tempdir().unwrap();
        let sealed = SealedKey::seal(&SecretKey::from_seed(&[9; 32]), &passphrase()).unwrap();
        let path = place.path().join("copy.key");
        export(&path, &sealed).unwrap();
        assert_eq!(modes(place.path()), [0o600]);
        let other = SealedKey::seal(&SecretKey::from_seed(&[8; 32]), &passphrase()).unwrap();
        assert_eq!(export(&path, &other).unwrap_err().code, "file-exists");
        assert_eq!(fs::read_to_string(&path).unwrap(), sealed.text());
        replace(&path, &other).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), other.text());
        assert_eq!(modes(place.path()), [0o600]);
        let nowhere = place.path().join("none").join("copy.key");
        assert_eq!(export(&nowhere, &sealed).unwrap_err().code, "key-file");
    }

    #[test]
    fn what_is_no_key_is_told_with_its_place_and_nothing_of_what_is_in_it() {
        let place = tempfile::tempdir().unwrap();
        let path = identity_path(place.path());
        let costly = "faelled-sealed-key-1\nsecret\n".to_owned();
        for text in [
            costly,
            "secret".to_owned(),
            "x".repeat(5000),
            format!("{PLAIN_PREFIX}0707"),
        ] {
            fs::write(&path, &text).unwrap();
            let failure = read_identity(&path).unwrap_err();
            assert_eq!(failure.code, "damaged");
            let said = serde_json::to_string(&failure).unwrap();
            assert!(
                said.contains("identity.key") && !said.contains("secret"),
                "{said}"
            );
            assert!(!said.contains("0707"), "{said}");
        }
    }
}
