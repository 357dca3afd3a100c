//! Key files sealed with a passphrase.

use faelled::sealed::{Passphrase, SealedKey};

/// Memory in KiB and passes over which no file is opened here: it would be slow and nothing else.
const CHEAP: (u32, u32) = (64, 2);

/// Reads the text as a sealed key; opens it where that costs little.
pub fn sealed(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for text in [text.to_owned(), checked(text)] {
        let Ok(sealed) = SealedKey::parse(&text) else {
            continue;
        };
        assert_eq!(sealed.text(), text, "a sealed key has two forms");
        if is_cheap(&text)
            && let Ok(key) = sealed.unseal(&Passphrase::new("grøn skov 7".into()))
        {
            assert_eq!(
                key.identity_key(),
                sealed.public(),
                "another key was opened"
            );
        }
    }
}

/// The same lines with a check that fits, as somebody would write who wants them read.
fn checked(text: &str) -> String {
    let body = text.rfind("check ").map_or(text, |at| &text[..at]);
    let hash = blake3::derive_key("faelled 2026 sealed key check", body.as_bytes());
    let hash: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{body}check {hash}\n")
}

fn is_cheap(text: &str) -> bool {
    let costs = text.lines().find_map(|line| line.strip_prefix("argon2id "));
    let mut costs = costs.into_iter().flat_map(|line| line.split(' '));
    let mut within = |bound| {
        let cost = costs.next().and_then(|cost| cost.parse::<u32>().ok());
        cost.is_some_and(|cost| cost <= bound)
    };
    within(CHEAP.0) && within(CHEAP.1)
}
