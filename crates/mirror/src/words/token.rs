//! Words of a text, and what is indexed beside them.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{compound, stem};
use crate::spelling::plain_form;

/// Words that say nothing about what somebody looks for.
const EMPTY_WORDS: &str = "og i at til af på med for en et den det de der som er om ved fra kan skal \
     hvor ikke the of and to in on with a an or is are be by that";

/// The language in which a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tongue {
    Danish,
    English,
    /// Some other: its words are looked for by their letters alone.
    Other,
}

/// Stems of a text's words and of the parts of its compounds, in the order of the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Derived {
    pub(crate) stems: Vec<String>,
    pub(crate) parts: Vec<String>,
}

impl Derived {
    /// Reads a text.
    pub(crate) fn read(&mut self, text: &str, tongue: Tongue) {
        for (_, word) in words_of(text) {
            let plain = plain_form(word);
            if is_empty_word(&plain) {
                continue;
            }
            self.stems.extend(stem_in(&plain, tongue));
            if tongue == Tongue::Danish {
                self.parts.extend(compound::parts(&plain));
            }
        }
    }
}

/// The words of a text, as the search table divides it, with their places in bytes.
pub(crate) fn words_of(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..)?;
        let begin = from + rest.find(is_of_word)?;
        let rest = text.get(begin..)?;
        let end = rest
            .find(|letter| !is_of_word(letter))
            .unwrap_or(rest.len())
            + begin;
        from = end;
        Some((begin..end, text.get(begin..end)?))
    })
}

/// The stem of a word in its plain spelling; none for numbers and in other languages.
pub(crate) fn stem_in(plain: &str, tongue: Tongue) -> Option<String> {
    match tongue {
        Tongue::Danish => stem::danish(plain),
        Tongue::English => stem::english(plain),
        Tongue::Other => None,
    }
}

/// Whether a letter belongs to a word.
pub(crate) fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&letter)
}

/// Whether a word, in its plain spelling, says nothing by itself.
pub(crate) fn is_empty_word(plain: &str) -> bool {
    static EMPTY: std::sync::LazyLock<BTreeSet<String>> =
        std::sync::LazyLock::new(|| EMPTY_WORDS.split_whitespace().map(plain_form).collect());
    EMPTY.contains(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_where_the_text_has_them() {
        let text = "Én bio-kasse, å\u{30a}!";
        let found: Vec<&str> = words_of(text).map(|(place, _)| &text[place]).collect();
        assert_eq!(found, ["Én", "bio", "kasse", "å\u{30a}"]);
        assert_eq!(words_of(" ,. ").count(), 0);
    }

    #[test]
    fn a_text_gives_stems_and_the_parts_of_compounds() {
        let mut derived = Derived::default();
        derived.read("Kasserne til genbrugsemballage i 2030", Tongue::Danish);
        assert_eq!(derived.stems, ["kas", "genbrugsemballag"]);
        assert_eq!(derived.parts, ["genbrug", "emballag"]);
        let mut derived = Derived::default();
        derived.read("Mehrwegkisten", Tongue::Other);
        assert_eq!(derived, Derived::default());
    }
}
