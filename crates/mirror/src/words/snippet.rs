//! Where a text answers a search.

use std::collections::BTreeMap;
use std::ops::Range;

use super::query::Query;
use super::token::{Tongue, words_of};
use crate::spelling::plain_form;

/// Bytes of a text that are looked at for a snippet.
const MAX_BYTES: usize = 200_000;
/// Words of a snippet.
const WORDS: usize = 24;
/// Words of it before the first that matches.
const WORDS_BEFORE: usize = 5;

/// A text that may be shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) tongue: Tongue,
    pub(crate) text: &'a str,
}

/// Marks words that answer a query. It remembers them: documents have most words in common.
#[derive(Debug)]
pub(crate) struct Marker<'q> {
    query: &'q Query,
    known: BTreeMap<(Tongue, String), u32>,
}

/// A word, and the terms that it answers.
struct Marked {
    place: Range<usize>,
    plain: String,
    terms: u32,
}

/// The words of a text that answer most.
struct Window<'a> {
    text: &'a str,
    marked: Vec<Marked>,
    /// How many terms it answers, and how often.
    worth: (u32, usize),
    /// The place of its first word.
    first: usize,
}

impl<'q> Marker<'q> {
    pub(crate) const fn new(query: &'q Query) -> Self {
        Self {
            query,
            known: BTreeMap::new(),
        }
    }

    /// The part of these texts that answers most terms, in pieces: text, and whether it matched.
    /// Where nothing does, how the first text begins.
    pub(crate) fn snippet(&mut self, texts: &[Text<'_>]) -> Vec<(String, bool)> {
        let mut best: Option<Window<'_>> = None;
        for Text { tongue, text } in texts {
            let text = beginning(text);
            let marked = self.mark(text, *tongue);
            if marked.is_empty() {
                continue;
            }
            let window = Window::of(text, marked);
            if best.as_ref().is_none_or(|best| window.worth > best.worth) {
                best = Some(window);
            }
        }
        best.map(|window| window.cut()).unwrap_or_default()
    }

    fn mark(&mut self, text: &str, tongue: Tongue) -> Vec<Marked> {
        let mut marked: Vec<Marked> = Vec::new();
        for (place, word) in words_of(text) {
            let plain = plain_form(word);
            let key = (tongue, plain.clone());
            let terms = match self.known.get(&key) {
                Some(terms) => *terms,
                None => {
                    let terms = self.query.answered_by(&plain, tongue);
                    self.known.insert(key, terms);
                    terms
                }
            };
            marked.push(Marked {
                place,
                plain,
                terms,
            });
        }
        for (term, words, begins) in self.query.phrases() {
            let plain: Vec<String> = words.iter().map(|word| plain_form(word)).collect();
            for first in 0..marked.len() {
                let Some(here) = marked.get_mut(first..first + plain.len()) else {
                    break;
                };
                if is_phrase(here, &plain, begins) {
                    here.iter_mut().for_each(|word| word.terms |= term);
                }
            }
        }
        marked
    }
}

fn is_phrase(here: &[Marked], plain: &[String], begins: bool) -> bool {
    let last = plain.len().saturating_sub(1);
    here.iter()
        .zip(plain)
        .enumerate()
        .all(|(index, (word, plain))| {
            word.plain == *plain || (begins && index == last && word.plain.starts_with(plain))
        })
}

/// The text's beginning, as far as it is looked at.
fn beginning(text: &str) -> &str {
    let end = (0..=MAX_BYTES.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

impl<'a> Window<'a> {
    fn of(text: &'a str, marked: Vec<Marked>) -> Self {
        let mut best = ((0, 0), 0);
        let matches = marked
            .iter()
            .enumerate()
            .filter(|(_, word)| word.terms != 0);
        for first in matches.map(|(index, _)| index.saturating_sub(WORDS_BEFORE)) {
            let words = marked.iter().skip(first).take(WORDS);
            let mut terms = 0;
            let mut count = 0;
            for word in words.filter(|word| word.terms != 0) {
                terms |= word.terms;
                count += 1;
            }
            let worth = (u32::count_ones(terms), count);
            if worth > best.0 {
                best = (worth, first);
            }
        }
        let (worth, first) = best;
        Self {
            text,
            marked,
            worth,
            first,
        }
    }

    /// The words as they stand in the text.
    fn cut(&self) -> Vec<(String, bool)> {
        let Self {
            text,
            marked,
            first,
            ..
        } = self;
        let mut parts: Vec<(String, bool)> = Vec::new();
        let mut add = |piece: &str, is_match: bool| match parts.last_mut() {
            Some((text, false)) if !is_match => text.push_str(piece),
            _ if piece.is_empty() => {}
            _ => parts.push((piece.to_owned(), is_match)),
        };
        let mut from = match marked.get(*first) {
            Some(word) if *first > 0 => {
                add("…", false);
                word.place.start
            }
            _ => 0,
        };
        for word in marked.iter().skip(*first).take(WORDS) {
            add(text.get(from..word.place.start).unwrap_or_default(), false);
            let is_match = word.terms != 0;
            add(text.get(word.place.clone()).unwrap_or_default(), is_match);
            from = word.place.end;
        }
        if marked.len() > first + WORDS {
            add("…", false);
        } else {
            add(text.get(from..).unwrap_or_default().trim_end(), false);
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(typed: &str, tongue: Tongue, text: &str) -> String {
        let query = Query::read(typed);
        Marker::new(&query)
            .snippet(&[Text { tongue, text }])
            .into_iter()
            .map(|(text, is_match)| if is_match { format!("[{text}]") } else { text })
            .collect()
    }

    #[test]
    fn the_whole_word_is_marked_by_stem_part_and_meaning() {
        let danish = |typed, text| shown(typed, Tongue::Danish, text);
        assert_eq!(
            danish("emballager", "Ny genbrugsemballage."),
            "Ny [genbrugsemballage]."
        );
        assert_eq!(
            danish("moebler", "Møblet, (møbler)"),
            "[Møblet], ([møbler])"
        );
        assert_eq!(danish("packaging", "al emballage"), "al [emballage]");
        assert_eq!(
            danish("\"al emballage\"", "al, al emballage"),
            "al, [al] [emballage]"
        );
        assert_eq!(
            danish("glx-emb-00", "jf. GLX-EMB-001"),
            "jf. [GLX]-[EMB]-[001]"
        );
        assert_eq!(
            shown("reuse", Tongue::English, "Reusable crates"),
            "[Reusable] crates"
        );
    }

    #[test]
    fn a_long_text_is_cut_where_it_answers_most() {
        let text = format!(
            "{}møbler {}møbler af træ {}",
            "ord ".repeat(40),
            "ord ".repeat(40),
            "ord ".repeat(40)
        );
        let found = shown("træ møbler", Tongue::Danish, &text);
        assert!(
            found.starts_with("…ord ") && found.ends_with('…'),
            "{found}"
        );
        assert!(found.contains("[møbler] af [træ]"), "{found}");
        assert!(found.split(' ').count() <= WORDS + 1, "{found}");
        assert_eq!(shown("beton", Tongue::Danish, "kun ord"), "kun ord");
    }
}
