//! What somebody typed, and what it asks the search table for.

use std::collections::BTreeSet;

use super::compound;
use super::kin::with_kin;
use super::token::{Tongue, is_empty_word, stem_in, words_of};
use crate::spelling::plain_form;

/// Words of a search that are looked at. More than that narrows nothing down.
const MAX_WORDS: usize = 16;
/// Letters of a word that are looked at.
const MAX_WORD_LETTERS: usize = 80;
/// Characters of a search that are looked at.
const MAX_TYPED: usize = 2_000;
/// From this length a word also finds longer ones that begin with it.
const BEGINNING_LETTERS: usize = 4;
/// A word that more members have in their names (*kommune*) names nobody.
const MAX_NAMESAKES: usize = 8;

/// The columns that hold what was written.
const WRITTEN: &str = "{members number title_da title_en body_da body_en body_other spellings}";
/// The columns that hold what was derived from it.
const DERIVED: &str = "{title_stems body_stems title_parts body_parts}";

/// A search as it was understood.
#[derive(Debug, Default)]
pub(crate) struct Query {
    terms: Vec<Term>,
}

/// A member whose name a word may be of.
#[derive(Debug, Clone)]
pub(crate) struct Namesake {
    pub(crate) member: String,
    pub(crate) name: String,
}

/// Something that a document must hold.
#[derive(Debug)]
enum Term {
    Word(Word),
    /// Words side by side: in quotes, or joined by a sign (`GLX-EMB-001`, `bio-based`).
    Phrase {
        words: Vec<String>,
        begins: bool,
        /// Instead of the phrase all of these, anywhere; none for a number, which is one thing.
        apart: Vec<Word>,
        /// Instead of the phrase this one word: `eco-label`, `ecolabel`.
        joined: Option<Word>,
    },
}

/// A word and all that it is looked for by.
#[derive(Debug)]
struct Word {
    typed: String,
    plain: String,
    /// Whether it finds longer words that begin with it.
    begins: bool,
    /// Its stems in both languages, and those of words that mean the same.
    stems: BTreeSet<String>,
    /// The stems of a compound's parts.
    parts: Vec<String>,
    /// Members that are called so.
    members: Vec<String>,
}

impl Query {
    /// Reads what was typed. Nothing in it is syntax but a pair of quotes around a phrase.
    pub(crate) fn read(typed: &str) -> Self {
        let mut terms = Vec::new();
        let typed: String = typed.chars().take(MAX_TYPED).collect();
        let pieces: Vec<&str> = typed.split('"').collect();
        for (index, piece) in pieces.iter().enumerate() {
            // The last piece has no quote after it.
            if index % 2 == 1 && index + 1 < pieces.len() {
                terms.extend(phrase(piece, false));
            } else {
                let words =
                    piece.split(|letter: char| letter.is_whitespace() || letter.is_control());
                terms.extend(words.filter_map(term));
            }
        }
        terms.truncate(MAX_WORDS);
        if terms.iter().any(|term| !term.is_empty_word()) {
            terms.retain(|term| !term.is_empty_word());
        }
        if let Some(Term::Word(Word { begins, .. }) | Term::Phrase { begins, .. }) =
            terms.last_mut()
            && !typed.trim_end().ends_with('"')
        {
            *begins = true;
        }
        Self { terms }
    }

    /// Whether there is nothing to look for.
    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Lets words stand for the members that are called so.
    pub(crate) fn name_members(&mut self, members: &[Namesake]) {
        for term in &mut self.terms {
            let Term::Word(word) = term else { continue };
            let named: Vec<String> = members
                .iter()
                .filter(|member| {
                    words_of(&member.name).any(|(_, name)| word.is_beginning_of(&plain_form(name)))
                })
                .map(|member| member.member.clone())
                .collect();
            if named.len() <= MAX_NAMESAKES {
                word.members = named;
            }
        }
    }

    /// An FTS5 expression that asks for all terms; `None` where there is none. Every word stands
    /// in quotes and consists of letters and digits.
    pub(crate) fn expression(&self) -> Option<String> {
        let terms: Vec<String> = self.terms.iter().map(Term::expression).collect();
        (!terms.is_empty()).then(|| terms.join(" AND "))
    }

    /// Which terms a single word of a text answers, one bit for each.
    pub(super) fn answered_by(&self, plain: &str, tongue: Tongue) -> u32 {
        let mut derived: BTreeSet<String> = stem_in(plain, tongue).into_iter().collect();
        if tongue == Tongue::Danish {
            derived.extend(compound::parts(plain));
        }
        self.mask(|term| {
            let mut words = match term {
                Term::Word(word) => std::slice::from_ref(word),
                Term::Phrase { apart, .. } => apart.as_slice(),
            }
            .iter()
            .chain(term.joined());
            words.any(|word| word.is_answered(plain, &derived))
        })
    }

    /// Phrases by the bit of their term, and whether their last word may go on.
    pub(super) fn phrases(&self) -> impl Iterator<Item = (u32, &[String], bool)> {
        self.terms
            .iter()
            .enumerate()
            .filter_map(|(index, term)| match term {
                Term::Phrase { words, begins, .. } => Some((1 << index, words.as_slice(), *begins)),
                Term::Word(_) => None,
            })
    }

    fn mask(&self, mut is_answered: impl FnMut(&Term) -> bool) -> u32 {
        let mut mask = 0;
        for (index, term) in self.terms.iter().enumerate() {
            if is_answered(term) {
                mask |= 1 << index;
            }
        }
        mask
    }
}

impl Term {
    fn expression(&self) -> String {
        match self {
            Self::Word(word) => word.expression(),
            Self::Phrase {
                words,
                begins,
                apart,
                joined,
            } => {
                let phrase = words.join(" ");
                let mut ways = vec![written(&phrase, &plain_form(&phrase), *begins)];
                if !apart.is_empty() {
                    let apart: Vec<String> = apart.iter().map(Word::expression).collect();
                    ways.push(format!("({})", apart.join(" AND ")));
                }
                ways.extend(joined.iter().map(Word::expression));
                format!("({})", ways.join(" OR "))
            }
        }
    }

    const fn joined(&self) -> Option<&Word> {
        match self {
            Self::Phrase { joined, .. } => joined.as_ref(),
            Self::Word(_) => None,
        }
    }

    fn is_empty_word(&self) -> bool {
        matches!(self, Self::Word(word) if is_empty_word(&word.plain))
    }
}

impl Word {
    fn new(word: &str) -> Self {
        let typed = word.to_lowercase();
        let plain = plain_form(word);
        let stems = [Tongue::Danish, Tongue::English]
            .into_iter()
            .filter_map(|tongue| stem_in(&plain, tongue))
            .collect();
        Self {
            begins: word.chars().count() >= BEGINNING_LETTERS,
            stems: with_kin(stems),
            parts: compound::split(&plain),
            members: Vec::new(),
            typed,
            plain,
        }
    }

    fn expression(&self) -> String {
        let mut ways = vec![written(&self.typed, &self.plain, self.begins)];
        if !self.stems.is_empty() {
            let stems: Vec<String> = self.stems.iter().map(|stem| quoted(stem)).collect();
            ways.push(format!("{DERIVED} : ({})", stems.join(" OR ")));
        }
        if !self.parts.is_empty() {
            let parts: Vec<String> = self
                .parts
                .iter()
                .map(|part| format!("{DERIVED} : {}", quoted(part)))
                .collect();
            ways.push(format!("({})", parts.join(" AND ")));
        }
        ways.extend(
            self.members
                .iter()
                .map(|member| format!("members : {}", quoted(member))),
        );
        format!("({})", ways.join(" OR "))
    }

    fn is_answered(&self, plain: &str, derived: &BTreeSet<String>) -> bool {
        self.is_beginning_of(plain)
            || derived
                .iter()
                .any(|stem| self.stems.contains(stem) || self.parts.contains(stem))
    }

    /// Whether another word, in its plain spelling, is this one or goes on after it.
    fn is_beginning_of(&self, plain: &str) -> bool {
        plain == self.plain || (self.begins && plain.starts_with(&self.plain))
    }
}

/// What stands between two spaces.
fn term(typed: &str) -> Option<Term> {
    let typed: String = typed.chars().take(MAX_WORD_LETTERS).collect();
    let mut words = words_of(&typed).map(|(_, word)| word);
    match (words.next(), words.next()) {
        (None, _) => None,
        (Some(word), None) => Some(Term::Word(Word::new(word))),
        (Some(_), Some(_)) => {
            let begins = typed.chars().count() >= BEGINNING_LETTERS;
            let mut phrase = phrase(&typed, begins)?;
            if let Term::Phrase {
                words,
                apart,
                joined,
                ..
            } = &mut phrase
                && !typed.contains(|letter: char| letter.is_ascii_digit())
            {
                apart.extend(words.iter().map(|word| Word::new(word)));
                *joined = Some(Word::new(&words.concat()));
            }
            Some(phrase)
        }
    }
}

fn phrase(typed: &str, begins: bool) -> Option<Term> {
    let words: Vec<String> = words_of(typed)
        .take(MAX_WORDS)
        .map(|(_, word)| {
            word.chars()
                .take(MAX_WORD_LETTERS)
                .collect::<String>()
                .to_lowercase()
        })
        .collect();
    (!words.is_empty()).then_some(Term::Phrase {
        words,
        begins,
        apart: Vec::new(),
        joined: None,
    })
}

/// Asks for a text as it was written, with Danish letters or without.
fn written(typed: &str, plain: &str, begins: bool) -> String {
    let star = if begins { "*" } else { "" };
    if typed == plain {
        format!("{WRITTEN} : {}{star}", quoted(typed))
    } else {
        format!(
            "{WRITTEN} : ({}{star} OR {}{star})",
            quoted(typed),
            quoted(plain)
        )
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(typed: &str) -> Option<String> {
        Query::read(typed).expression()
    }

    fn written_for(words: &str, star: &str) -> String {
        format!("{WRITTEN} : \"{words}\"{star}")
    }

    #[test]
    fn nothing_typed_becomes_syntax() {
        assert_eq!(expression(" * \" ( "), None);
        assert_eq!(expression("\"\""), None);
        assert_eq!(
            expression("x\0b* NOT"),
            Some(format!(
                "({}) AND ({}) AND ({} OR {DERIVED} : (\"not\"))",
                written_for("x", ""),
                written_for("b", ""),
                written_for("not", "*")
            ))
        );
        assert_eq!(
            expression("44617100"),
            Some(format!("({})", written_for("44617100", "*")))
        );
        assert_eq!(
            expression("glx-emb-001"),
            Some(format!("({})", written_for("glx emb 001", "*")))
        );
    }

    #[test]
    fn a_phrase_in_quotes_stays_together_and_a_stray_quote_is_none() {
        assert_eq!(
            expression("\"12 av\""),
            Some(format!("({})", written_for("12 av", "")))
        );
        assert_eq!(
            expression("12 \"13"),
            Some(format!(
                "({}) AND ({})",
                written_for("12", ""),
                written_for("13", "*")
            ))
        );
    }

    #[test]
    fn a_word_is_looked_for_by_stem_parts_and_kin() {
        let found = expression("genbrugsemballager").unwrap_or_default();
        assert!(found.contains("\"genbrugsemballag\""), "{found}");
        assert!(
            found.contains(&format!(
                "{DERIVED} : \"genbrug\" AND {DERIVED} : \"emballag\""
            )),
            "{found}"
        );
        assert!(
            expression("emballage")
                .unwrap_or_default()
                .contains("\"packag\"")
        );
        assert!(
            expression("eco-label")
                .unwrap_or_default()
                .contains("\"ecolabel\"")
        );
    }

    #[test]
    fn empty_words_are_left_out_unless_there_are_no_others() {
        assert_eq!(expression("møbler til"), expression("møbler"));
        assert!(expression("til").is_some());
    }

    #[test]
    fn a_search_has_bounds() {
        assert_eq!(Query::read(&"ord ".repeat(5_000)).terms.len(), MAX_WORDS);
        let long = expression(&"å".repeat(100_000)).unwrap_or_default();
        assert!(long.len() < 1_000, "{}", long.len());
    }

    #[test]
    fn a_name_that_many_members_have_names_nobody() {
        let member = |number: usize| Namesake {
            member: format!("dk-{number:04}"),
            name: format!("By{number} Kommune"),
        };
        let members: Vec<Namesake> = (0..20).map(member).collect();
        let mut query = Query::read("kommune by7");
        query.name_members(&members);
        let found = query.expression().unwrap_or_default();
        assert!(
            found.contains("members : \"dk-0007\"") && !found.contains("dk-0003"),
            "{found}"
        );
    }
}
