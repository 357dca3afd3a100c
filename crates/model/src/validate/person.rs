//! What looks like personal data. Only a suspicion: a person decides.

use super::rules::{self, Rule};

/// Words in the part before the @ that mark a functional mailbox.
const FUNCTIONS: &[&str] = &[
    "indkoeb",
    "indkob",
    "indkøb",
    "udbud",
    "kommune",
    "region",
    "info",
    "post",
    "kontakt",
    "contact",
    "mail",
    "miljo",
    "miljoe",
    "miljø",
    "klima",
    "borger",
    "forvaltning",
    "team",
    "sekretariat",
    "faelled",
    "procurement",
    "tender",
    "office",
    "noreply",
    "support",
    "service",
    "kontrakt",
    "center",
    "dpo",
    "databeskyttelse",
];

/// Words after which people write whom to ask.
const CONTACT_WORDS: &[&str] = &[
    "kontaktperson",
    "contact person",
    "att.",
    "sagsbehandler",
    "case officer",
    "tovholder",
    "projektleder",
    "project manager",
];

/// Words after which a number is a phone's.
const PHONE_WORDS: &[&str] = &[
    "tlf", "telefon", "mobil", "phone", "tel.", "tel:", "+45", "0045",
];

/// The rules that the text may break.
pub(super) fn suspicions(text: &str) -> Vec<&'static Rule> {
    let lower = text.to_lowercase();
    let chars: Vec<char> = text.chars().collect();
    let mut found: Vec<&'static Rule> = Vec::new();
    if has_cpr(&chars) {
        found.push(&rules::PERSON_CPR);
    }
    if has_phone(&lower) {
        found.push(&rules::PERSON_PHONE);
    }
    if has_personal_mail(&lower) {
        found.push(&rules::PERSON_MAIL);
    }
    if has_contact_name(text) {
        found.push(&rules::PERSON_NAME);
    }
    found
}

/// Ten digits as DDMMYY-NNNN, with or without the dash, whose first six can be a date. Real ones need not
/// satisfy the old check sum.
fn has_cpr(chars: &[char]) -> bool {
    (0..chars.len()).any(|start| cpr_at(chars, start))
}

fn cpr_at(chars: &[char], start: usize) -> bool {
    let digit = |at: usize| chars.get(at).and_then(|char| char.to_digit(10));
    if start > 0 && digit(start - 1).is_some() {
        return false;
    }
    let pair = |at: usize| Some(digit(at)? * 10 + digit(at + 1)?);
    let (Some(day), Some(month), Some(_)) = (pair(start), pair(start + 2), pair(start + 4)) else {
        return false;
    };
    let rest = match chars.get(start + 6) {
        Some('-') => start + 7,
        Some(char) if char.is_ascii_digit() => start + 6,
        _ => return false,
    };
    let four = (rest..rest + 4).all(|at| digit(at).is_some());
    four && digit(rest + 4).is_none() && (1..=31).contains(&day) && (1..=12).contains(&month)
}

/// Eight digits in pairs (`12 34 56 78`), or eight digits near a word such as `tlf.`.
fn has_phone(lower: &str) -> bool {
    if in_pairs(lower) {
        return true;
    }
    const MAX_BETWEEN_CHARS: usize = 16;
    PHONE_WORDS.iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            let after = lower.get(at + word.len()..).unwrap_or_default();
            let digits = after
                .chars()
                .take(MAX_BETWEEN_CHARS)
                .filter(char::is_ascii_digit)
                .count();
            let other = after
                .chars()
                .take(MAX_BETWEEN_CHARS)
                .take_while(|char| !char.is_ascii_digit())
                .any(char::is_alphabetic);
            digits >= 8 && !other
        })
    })
}

fn in_pairs(text: &str) -> bool {
    let is_pair = |token: &str| token.len() == 2 && token.bytes().all(|byte| byte.is_ascii_digit());
    let tokens: Vec<&str> = text
        .split([' ', '\u{a0}'])
        .map(|token| token.trim_matches(|c: char| c.is_ascii_punctuation()))
        .collect();
    tokens
        .windows(4)
        .any(|four| four.iter().all(|token| is_pair(token)))
}

fn has_personal_mail(lower: &str) -> bool {
    lower
        .split(|char: char| char.is_whitespace() || "<>()[],;\"".contains(char))
        .any(|token| {
            let token = token
                .trim_start_matches("mailto:")
                .trim_end_matches(['.', ':', '!', '?']);
            let Some((local, domain)) = token.split_once('@') else {
                return false;
            };
            let is_address = !local.is_empty() && domain.contains('.') && !domain.starts_with('.');
            is_address && !FUNCTIONS.iter().any(|function| local.contains(function))
        })
}

/// Two capitalised words in a row right after a word such as `Kontaktperson:`.
fn has_contact_name(text: &str) -> bool {
    let lower = text.to_lowercase();
    CONTACT_WORDS.iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            // Lower case may be longer or shorter than the original; then this is not a place in it.
            let after = text.get(at + word.len()..).unwrap_or_default();
            let mut words = after
                .trim_start_matches([':', ' ', ',', '.'])
                .split_whitespace();
            let name = |word: Option<&str>| word.is_some_and(is_name);
            name(words.next()) && name(words.next())
        })
    })
}

fn is_name(word: &str) -> bool {
    let word = word.trim_end_matches([',', '.', ';', ')']);
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase)
        && word.chars().count() > 1
        && chars.all(|char| char.is_lowercase() || char == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        suspicions(text).into_iter().map(|rule| rule.code).collect()
    }

    #[test]
    fn what_looks_like_personal_data_is_suspected() {
        for (text, code) in [
            ("ansat 010203-1234 i gruppen", "person-cpr"),
            ("0102031234", "person-cpr"),
            ("ring på 12 34 56 78", "person-phone"),
            ("tlf. 12345678", "person-phone"),
            ("+45 1234 5678", "person-phone"),
            ("skriv til mette.h@eksempel.dk.", "person-mail"),
            ("<abc@kommunen.dk>", "person-mail"),
            ("Kontaktperson: Mette Eksempelsen", "person-name"),
        ] {
            assert_eq!(codes(text), [code], "{text}");
        }
    }

    #[test]
    fn ordinary_words_of_procurement_are_not_suspected() {
        for text in [
            "CPV 44617100, 44619000 og 39222100",
            "2026 2027 2028 2029",
            "EN ISO 12947, 50000 omdrejninger",
            "udbud@gladsaxe.dk og indkoeb@ballerup.dk",
            "sag 2026/S 123-456789",
            "kontaktperson: rollen som miljøkonsulent",
            "Kontaktperson: Indkøb og Udbud",
            "telefonen ringer, og 40 % af 12345678 stk. er leveret",
            "50 % @ 20 stk.",
            "990203-1234",
            "10.000 kolli",
            "İ kontaktperson",
        ] {
            assert_eq!(codes(text), [""; 0], "{text}");
        }
    }
}
