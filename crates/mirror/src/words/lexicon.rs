//! The words that Danish compounds are made of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use faelled_model::codes::cpv;

use super::stem;
use crate::spelling::plain_form;

const OWN: &str = include_str!("../../data/words-da.txt");
pub(super) const KIN: &str = include_str!("../../data/kin.tsv");

/// Shorter words of the CPV make compounds of words that are none.
const SHORTEST_CPV_WORD: usize = 5;
/// Words in the names of codes that are no part of a compound.
const NEVER_PARTS: &str = "andre anden andet under efter eller inden mellem samme anvendt levende \
     andre lignende diverse andel ikke foran store mindre lette tunge nogle alle ingen hvori";

/// The lists that decide how a row is derived, for the mirror's build.
pub(crate) fn shipped_lists() -> [&'static str; 2] {
    [OWN, KIN]
}

/// Known words, all in their plain spelling.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    /// Words as they stand.
    words: BTreeSet<String>,
    /// Their stems.
    stems: BTreeSet<String>,
    /// The parts of own words by stem; none where the word is not divided.
    own: BTreeMap<String, Vec<String>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::shipped);

impl Lexicon {
    /// The lexicon that is part of the program.
    pub(super) fn get() -> &'static Self {
        &LEXICON
    }

    fn shipped() -> Self {
        let mut lexicon = Self::default();
        let never: BTreeSet<&str> = NEVER_PARTS.split_whitespace().collect();
        for cpv in cpv::all() {
            for word in cpv.danish.split(|letter: char| !letter.is_alphabetic()) {
                let plain = plain_form(word);
                if plain.len() >= SHORTEST_CPV_WORD && !never.contains(plain.as_str()) {
                    lexicon.add(plain);
                }
            }
        }
        for line in OWN.lines().filter(|line| !line.starts_with('#')) {
            let parts: Vec<String> = line.split('|').map(plain_form).collect();
            let word = parts.concat();
            let Some(stem) = stem::danish(&word) else {
                continue;
            };
            let parts = match parts.as_slice() {
                [_, _, ..] => parts.iter().filter_map(|part| stem::danish(part)).collect(),
                _ => Vec::new(),
            };
            lexicon.own.insert(stem, parts);
            lexicon.add(word);
        }
        lexicon
    }

    fn add(&mut self, word: String) {
        self.stems.extend(stem::danish(&word));
        self.words.insert(word);
    }

    /// Whether a compound may begin with this.
    pub(super) fn is_beginning(&self, text: &str) -> bool {
        self.words.contains(text) || (text.len() >= 5 && self.stems.contains(text))
    }

    /// Whether a compound may end with this, in whatever form.
    pub(super) fn is_end(&self, text: &str) -> bool {
        self.words.contains(text)
            || (text.len() >= 4
                && stem::danish(text)
                    .is_some_and(|stem| stem.len() >= 3 && self.stems.contains(&stem)))
    }

    /// The parts of a word of the project's own list, by its stem.
    pub(super) fn own(&self, stem: &str) -> Option<&[String]> {
        self.own.get(stem).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_load() {
        let lexicon = Lexicon::get();
        assert!(lexicon.words.len() > 5000, "{}", lexicon.words.len());
        let lines = OWN
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .count();
        assert!(lines > 200);
        for line in OWN.lines().filter(|line| !line.starts_with('#')) {
            assert!(
                line.chars()
                    .all(|letter| letter == '|' || letter.is_lowercase()),
                "{line:?}"
            );
        }
        let parts: Vec<String> = vec!["mad".to_owned(), "spild".to_owned()];
        assert_eq!(lexicon.own("madspild"), Some(parts.as_slice()));
        assert_eq!(lexicon.own("transport"), Some([].as_slice()));
    }
}
