//! Where a passphrase comes from: a file descriptor, a credential of systemd's, or a person at the terminal.
//! Never an argument and never an environment variable: others on the machine may see those.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Read, Write, stderr};
use std::path::{Path, PathBuf};

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::output;
use super::session::Session;
use crate::failure::{Failure, Said};
use crate::sealed::{MAX_PASSPHRASE_BYTES, MIN_PASSPHRASE_CHARACTERS, Passphrase};

/// The credential that holds the passphrase, in the directory that systemd names.
const CREDENTIAL: &str = "faelled-passphrase";
/// The credential that holds the passphrase that takes its place.
const NEW_CREDENTIAL: &str = "faelled-new-passphrase";
/// The terminal of whoever typed the command, whatever its input and output are.
const TERMINAL: &str = "/dev/tty";
/// How often a person is asked for a passphrase that fits.
const TRIES: usize = 3;
/// A passphrase, one that takes its place, and their line breaks.
const MAX_GIVEN_BYTES: usize = 2 * MAX_PASSPHRASE_BYTES + 2;

/// The passphrase of the sealed key that lies at a path.
pub(super) fn present(session: &Session, path: &Path) -> Result<Passphrase, Failure> {
    match given(session)? {
        Some([present]) => Ok(present),
        None => typed_present(session, path),
    }
}

/// A passphrase with which a key is to be sealed.
pub(super) fn new(session: &Session) -> Result<Passphrase, Failure> {
    match given(session)? {
        Some([new]) => check(&new).map(|()| new),
        None => typed_new(session),
    }
}

/// What the present passphrase of the sealed key at a path opens, and the passphrase that takes its place.
pub(super) fn change<T>(
    session: &Session,
    path: &Path,
    open: impl FnOnce(&Passphrase) -> Result<T, Failure>,
) -> Result<(T, Passphrase), Failure> {
    match given(session)? {
        Some([present, new]) => {
            check(&new)?;
            Ok((open(&present)?, new))
        }
        // Nobody is asked for a new one who does not know the present one.
        None => Ok((open(&typed_present(session, path)?)?, typed_new(session)?)),
    }
}

/// Passphrases that nobody has to type; `None` where a person is to be asked.
fn given<const N: usize>(session: &Session) -> Result<Option<[Passphrase; N]>, Failure> {
    let found = match session.passphrase_fd {
        Some(number) => Some(from_descriptor(number, N)?),
        None => from_credentials(N)?,
    };
    match found.map(TryInto::try_into) {
        Some(Ok(found)) => Ok(Some(found)),
        None if stderr().is_terminal() => Ok(None),
        None | Some(Err(_)) => Err(nowhere()),
    }
}

/// One line for each that is wanted.
fn from_descriptor(number: u32, count: usize) -> Result<Vec<Passphrase>, Failure> {
    let place = format!("--passphrase-fd {number}");
    let text = read(&PathBuf::from(format!("/proc/self/fd/{number}")))
        .map_err(|error| unreadable(&place, &error))?;
    let lines: Vec<&str> = text
        .strip_suffix('\n')
        .unwrap_or(&text)
        .split('\n')
        .collect();
    if lines.len() != count {
        return Err(lines_wanted(&place, count, lines.len()));
    }
    lines.into_iter().map(|line| of(line, &place)).collect()
}

/// `None` where there is no such credential.
fn from_credentials(count: usize) -> Result<Option<Vec<Passphrase>>, Failure> {
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute());
    let Some(folder) = folder else {
        return Ok(None);
    };
    let mut found = Vec::new();
    for name in [CREDENTIAL, NEW_CREDENTIAL].iter().take(count) {
        let path = folder.join(name);
        let place = path.display().to_string();
        let text = match read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(&place, &error)),
        };
        let line = text.strip_suffix('\n').unwrap_or(&text);
        if line.contains('\n') {
            return Err(lines_wanted(&place, 1, line.split('\n').count()));
        }
        found.push(of(line, &place)?);
    }
    Ok(Some(found))
}

fn typed_present(session: &Session, path: &Path) -> Result<Passphrase, Failure> {
    let path = path.display();
    ask(&session.say(
        format!("Passphrase for {path}: "),
        format!("Adgangssætning til {path}: "),
    ))
}

/// Asked for twice.
fn typed_new(session: &Session) -> Result<Passphrase, Failure> {
    for _ in 0..TRIES {
        let first = ask(&session.say(
            format!("New passphrase, {MIN_PASSPHRASE_CHARACTERS} characters or more (several words are good): "),
            format!("Ny adgangssætning, mindst {MIN_PASSPHRASE_CHARACTERS} tegn (gerne flere ord): "),
        ))?;
        if let Err(failure) = check(&first) {
            output::note(failure.message.in_language(session.language()));
            continue;
        }
        if ask(&session.say("The same once more: ", "Den samme en gang til: "))? == first {
            return Ok(first);
        }
        output::note(&session.say(
            "The two are not the same. Nothing is set yet.",
            "De to er ikke ens. Intet er sat endnu.",
        ));
    }
    Err(Failure::user(
        "passphrase",
        Said::new(
            "no passphrase was set",
            "der blev ikke sat nogen adgangssætning",
        ),
    )
    .hint(Said::new(
        "think of four or five words that belong together for you alone, and try again",
        "find på fire-fem ord, der kun hører sammen for jer, og prøv igen",
    )))
}

fn ask(question: &str) -> Result<Passphrase, Failure> {
    let line = prompt(question).map_err(|error| unreadable(TERMINAL, &error))?;
    let line = line.ok_or_else(broken_off)?;
    let text = std::str::from_utf8(&line).map_err(|_| too_long(TERMINAL))?;
    of(text, TERMINAL)
}

/// Whether a passphrase is long enough to be set.
fn check(passphrase: &Passphrase) -> Result<(), Failure> {
    if passphrase.characters() >= MIN_PASSPHRASE_CHARACTERS {
        return Ok(());
    }
    Err(Failure::user(
        "short-passphrase",
        Said::new(
            format!("a passphrase has at least {MIN_PASSPHRASE_CHARACTERS} characters; this one is shorter"),
            format!("en adgangssætning har mindst {MIN_PASSPHRASE_CHARACTERS} tegn; denne er kortere"),
        ),
    )
    .hint(Said::new(
        "four or five words are easy to remember and hard to guess",
        "fire-fem ord er nemme at huske og svære at gætte",
    )))
}

fn of(line: &str, place: &str) -> Result<Passphrase, Failure> {
    if line.is_empty() {
        return Err(Failure::user(
            "passphrase",
            Said::new(
                format!("the passphrase from {place} is empty"),
                format!("adgangssætningen fra {place} er tom"),
            ),
        )
        .hint(where_from()));
    }
    if line.len() > MAX_PASSPHRASE_BYTES {
        return Err(too_long(place));
    }
    Ok(Passphrase::new(line.to_owned()))
}

fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    // Room for all of it at once: what grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_GIVEN_BYTES + 1));
    File::open(path)?
        .take(MAX_GIVEN_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    let text = std::str::from_utf8(&bytes)
        .ok()
        .filter(|text| text.len() <= MAX_GIVEN_BYTES);
    text.map(|text| Zeroizing::new(text.to_owned()))
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not a passphrase"))
}

/// Asks at the terminal without showing what is typed; `None` where the person breaks off.
fn prompt(question: &str) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut terminal = OpenOptions::new().read(true).write(true).open(TERMINAL)?;
    let before = tcgetattr(&terminal)?;
    let mut quiet = before.clone();
    // Letter by letter, and Ctrl-C as a letter: however it ends, the terminal is put back as it was.
    quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
    quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
    quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
    terminal.write_all(question.as_bytes())?;
    tcsetattr(&terminal, OptionalActions::Flush, &quiet)?;
    let line = typed(&terminal);
    tcsetattr(&terminal, OptionalActions::Now, &before)?;
    terminal.write_all(b"\n")?;
    line
}

/// A line as it is typed, mended with backspace and begun anew with Ctrl-U.
fn typed(mut letters: impl Read) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut line = Zeroizing::new(Vec::with_capacity(MAX_PASSPHRASE_BYTES + 1));
    let mut letter = [0];
    while letters.read(&mut letter)? == 1 {
        match letter[0] {
            b'\n' | b'\r' => return Ok(Some(line)),
            // Ctrl-C, Ctrl-D on an empty line, Ctrl-\.
            0x03 | 0x1c => return Ok(None),
            0x04 if line.is_empty() => return Ok(None),
            0x15 => line.clear(),
            0x08 | 0x7f => {
                // All bytes of a letter such as æ.
                while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
            }
            letter if letter >= b' ' && line.len() <= MAX_PASSPHRASE_BYTES => line.push(letter),
            _ => {}
        }
    }
    Ok(None)
}

fn where_from() -> Said {
    Said::new(
        "type it at a terminal, or give it with --passphrase-fd N (such as: faelled --passphrase-fd 3 ... 3< FILE) or \
         as systemd's credential faelled-passphrase",
        "skriv den ved en terminal, eller giv den med --passphrase-fd N (for eksempel: faelled --passphrase-fd 3 ... 3< FIL) \
         eller som systemds credential faelled-passphrase",
    )
}

fn nowhere() -> Failure {
    Failure::user(
        "no-passphrase",
        Said::new(
            "a passphrase is needed, and there is no terminal to ask at",
            "der skal bruges en adgangssætning, og der er ingen terminal at spørge ved",
        ),
    )
    .hint(where_from())
}

fn broken_off() -> Failure {
    Failure::user(
        "interrupted",
        Said::new(
            "you broke off; nothing was done",
            "du afbrød; der er ikke sket noget",
        ),
    )
}

fn unreadable(place: &str, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::InvalidData {
        return too_long(place);
    }
    Failure::user(
        "passphrase",
        Said::new(
            format!("the passphrase cannot be read from {place}: {error}"),
            format!("adgangssætningen kan ikke læses fra {place}: {error}"),
        ),
    )
    .hint(where_from())
}

fn too_long(place: &str) -> Failure {
    Failure::user(
        "passphrase",
        Said::new(
            format!("what comes from {place} is no passphrase: one line of text, {MAX_PASSPHRASE_BYTES} bytes at most"),
            format!("det fra {place} er ikke en adgangssætning: én linje tekst på højst {MAX_PASSPHRASE_BYTES} byte"),
        ),
    )
    .hint(where_from())
}

fn lines_wanted(place: &str, wanted: usize, found: usize) -> Failure {
    let (en, da) = match wanted {
        1 => ("the passphrase", "adgangssætningen"),
        _ => (
            "the present passphrase, and on a second line the new one",
            "den nuværende adgangssætning og på en anden linje den nye",
        ),
    };
    Failure::user(
        "passphrase",
        Said::new(
            format!("{place} gives {found} lines; it should give {en}"),
            format!("{place} giver {found} linjer; den skulle give {da}"),
        ),
    )
    .hint(where_from())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(letters: &[u8]) -> Option<String> {
        let line = typed(letters).unwrap()?;
        Some(String::from_utf8(line.to_vec()).unwrap())
    }

    #[test]
    fn a_typed_line_can_be_mended_and_broken_off() {
        for (letters, wanted) in [
            ("grøn skov 7\n", Some("grøn skov 7")),
            ("grøn\r", Some("grøn")),
            ("græ\u{7f}øn\n", Some("grøn")),
            ("\u{7f}\u{8}a\n", Some("a")),
            ("wrong\u{15}right\n", Some("right")),
            ("\u{1b}\ta\n", Some("a")),
            ("abc\u{3}", None),
            ("\u{4}", None),
            ("a\u{4}b\n", Some("ab")),
            ("no end", None),
        ] {
            assert_eq!(line(letters.as_bytes()).as_deref(), wanted, "{letters:?}");
        }
        let long = vec![b'x'; 10 * MAX_PASSPHRASE_BYTES];
        let typed = typed(&[&long[..], b"\n"].concat()[..]).unwrap().unwrap();
        assert!(of(std::str::from_utf8(&typed).unwrap(), "here").is_err());
    }

    #[test]
    fn a_passphrase_that_is_set_is_long_enough_counted_in_letters() {
        let short = check(&Passphrase::new("æøåæøåæøå".to_owned())).unwrap_err();
        assert_eq!(short.code, "short-passphrase");
        assert!(short.hint.is_some());
        check(&Passphrase::new("æøåæøåæøåæ".to_owned())).unwrap();
    }

    #[test]
    fn a_file_gives_one_line_of_text_within_the_bound() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("given");
        let given = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            read(&path).map(|text| text.to_string())
        };
        assert_eq!(given("grøn skov\n".as_bytes()).unwrap(), "grøn skov\n");
        assert!(given(&[0xff, 0xfe]).is_err());
        assert!(given(&vec![b'x'; MAX_GIVEN_BYTES + 1]).is_err());
        assert_eq!(of("", "here").unwrap_err().code, "passphrase");
        let said = serde_json::to_string(&of(&"q".repeat(2000), "here").unwrap_err()).unwrap();
        assert!(!said.contains("qq"), "{said}");
    }
}
