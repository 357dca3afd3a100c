//! How one text becomes another, by whole words.
//!
//! A word is what stands between the word boundaries of Unicode (UAX #29) and has a letter or a digit in it; a
//! number such as `1.250,5` is one. Words that both texts have, in the same order, stay. What stands between two
//! of them is replaced as one piece. A word goes and comes with the blank before it, else with what follows it, so
//! that two which people put at one place do not run together into one that nobody wrote. Of a text of which less
//! than half of the words stay, nothing does.

use automerge::transaction::Transactable;
use automerge::{AutoCommit, AutomergeError, ObjId, ReadDoc};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

/// Pairs of words that are compared between what two texts have in common at their beginnings and at their ends.
/// Where there are more, nothing in between stays.
pub(crate) const MAX_PAIRS: usize = 4_000_000;

/// A piece of a text that becomes another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Splice {
    /// Where it begins in the old text, in Unicode code points.
    pub(crate) at: usize,
    /// How long the old piece is, in Unicode code points.
    pub(crate) length: usize,
    /// The new piece.
    pub(crate) text: String,
}

impl Splice {
    const fn is_insertion(&self) -> bool {
        self.length == 0
    }

    /// Whether this changes of a text what the other changes too, or stands within it. What two insert at one
    /// place stands there one after the other, and what two delete is gone: neither is meant differently.
    pub(crate) fn is_at_odds_with(&self, other: &Self) -> bool {
        match (self.is_insertion(), other.is_insertion()) {
            (true, true) => false,
            (true, false) => self.is_within(other),
            (false, true) => other.is_within(self),
            (false, false) => {
                let do_meet = self.at < other.at + other.length && other.at < self.at + self.length;
                do_meet && !(self == other && self.text.is_empty())
            }
        }
    }

    /// An insertion at the end is beside what it is compared with; one at the beginning too, but for a single
    /// letter that is replaced: nothing of it is left before what replaces it.
    const fn is_within(&self, replaced: &Self) -> bool {
        let is_inside = replaced.at < self.at && self.at < replaced.at + replaced.length;
        let is_in_single =
            self.at == replaced.at && replaced.length == 1 && !replaced.text.is_empty();
        is_inside || is_in_single
    }
}

/// Makes a text of a document this one. Says whether it was another.
pub(crate) fn write(
    automerge: &mut AutoCommit,
    id: &ObjId,
    text: &str,
) -> Result<bool, AutomergeError> {
    let old = automerge.text(id)?;
    let splices = splices(&old, text, &mut MAX_PAIRS.clone());
    // Last one first: the places before it stay.
    for Splice { at, length, text } in splices.iter().rev() {
        if *length < 2 || text.is_empty() {
            automerge.splice_text(id, *at, length.cast_signed(), text)?;
            continue;
        }
        // Behind the first letter, so that what others put before or after the old piece stays there.
        automerge.splice_text(id, at + 1, (length - 1).cast_signed(), text)?;
        automerge.splice_text(id, *at, 1, "")?;
    }
    Ok(!splices.is_empty())
}

/// Writes into a text without changing it: who knows of this has seen the text as it is now.
pub(crate) fn affirm(automerge: &mut AutoCommit, id: &ObjId) -> Result<(), AutomergeError> {
    automerge.splice_text(id, 0, 0, " ")?;
    automerge.splice_text(id, 0, 1, "")
}

/// Whether there is a letter or a digit in it.
pub(crate) fn is_word(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// What differs, in the order of the old text. Comparing takes from the pairs.
pub(crate) fn splices(old: &str, new: &str, pairs: &mut usize) -> Vec<Splice> {
    if old == new {
        return Vec::new();
    }
    let (old, new) = (Tokens::of(old), Tokens::of(new));
    let kept = kept_words(&old.words(), &new.words(), pairs);
    if kept.len() * 2 < old.words.len() {
        return vec![old.splice(0, old.all.len(), new.all.concat())];
    }
    let ends = kept
        .iter()
        .map(|(before, after)| (old.words[*before], new.words[*after]))
        .chain([(old.all.len(), new.all.len())]);
    let mut splices = Vec::new();
    let (mut from_old, mut from_new) = (0, 0);
    for (to_old, to_new) in ends {
        splices.extend(old.gap((from_old, to_old), &new.all[from_new..to_new]));
        (from_old, from_new) = (to_old + 1, to_new + 1);
    }
    splices
}

/// The words that stay: the places of each among the old and among the new words, both rising.
fn kept_words(old: &[&str], new: &[&str], pairs: &mut usize) -> Vec<(usize, usize)> {
    let same = |(old, new): &(&&str, &&str)| old == new;
    let start = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let backwards = old_rest.iter().rev().zip(new_rest.iter().rev());
    let end = backwards.take_while(same).count();
    let old_middle = &old_rest[..old_rest.len() - end];
    let new_middle = &new_rest[..new_rest.len() - end];
    let mut kept: Vec<(usize, usize)> = (0..start).map(|place| (place, place)).collect();
    let cost = old_middle.len().saturating_mul(new_middle.len());
    if let Some(left) = pairs.checked_sub(cost) {
        *pairs = left;
        for op in capture_diff_slices(Algorithm::Myers, old_middle, new_middle) {
            if let DiffOp::Equal {
                old_index,
                new_index,
                len,
            } = op
            {
                kept.extend(
                    (0..len).map(|step| (start + old_index + step, start + new_index + step)),
                );
            }
        }
    }
    kept.extend((0..end).map(|step| (old.len() - end + step, new.len() - end + step)));
    kept
}

/// A text in pieces: words, and what stands between them.
struct Tokens<'a> {
    all: Vec<&'a str>,
    /// Which of them are words.
    words: Vec<usize>,
    /// Where each begins, and where the last one ends, in Unicode code points.
    at: Vec<usize>,
}

impl<'a> Tokens<'a> {
    fn of(text: &'a str) -> Self {
        let all: Vec<&str> = text.split_word_bounds().collect();
        let words = (0..all.len())
            .filter(|token| is_word(all[*token]))
            .collect();
        let mut at = vec![0];
        let mut end = 0;
        for token in &all {
            end += token.chars().count();
            at.push(end);
        }
        Self { all, words, at }
    }

    fn words(&self) -> Vec<&'a str> {
        self.words.iter().map(|token| self.all[*token]).collect()
    }

    fn splice(&self, from: usize, to: usize, text: String) -> Splice {
        Splice {
            at: self.at[from],
            length: self.at[to] - self.at[from],
            text,
        }
    }

    /// What differs between two words that stay, if anything does.
    fn gap(&self, (from, to): (usize, usize), new: &[&str]) -> Option<Splice> {
        let old = &self.all[from..to];
        if old == new {
            return None;
        }
        let same = |(old, new): &(&&str, &&str)| old == new;
        let mut start = old.iter().zip(new).take_while(same).count();
        let (old_rest, new_rest) = (&old[start..], &new[start..]);
        let backwards = old_rest.iter().rev().zip(new_rest.iter().rev());
        let mut end = backwards.take_while(same).count();
        let before = start.checked_sub(1).map(|last| old[last]);
        let is_after_blank = before.is_some_and(|before| before.trim().is_empty());
        match (
            &old_rest[..old_rest.len() - end],
            &new_rest[..new_rest.len() - end],
        ) {
            ([], [.., last]) | ([.., last], []) if is_after_blank && before == Some(last) => {
                start -= 1;
                end += 1;
            }
            ([_, ..], [first, ..]) if is_word(first) => {
                if is_after_blank || end == 0 {
                    start = start.saturating_sub(1);
                } else {
                    end -= 1;
                }
            }
            _ => {}
        }
        let text = new[start..new.len() - end].concat();
        Some(self.splice(from + start, to - end, text))
    }
}

#[cfg(test)]
mod tests {
    use automerge::{ObjType, ROOT};
    use proptest::prelude::*;

    use super::*;

    fn of(old: &str, new: &str) -> Vec<(usize, usize, String)> {
        let splices = splices(old, new, &mut MAX_PAIRS.clone());
        splices
            .into_iter()
            .map(|splice| (splice.at, splice.length, splice.text))
            .collect()
    }

    #[test]
    fn a_word_is_replaced_with_the_blank_before_it_and_a_number_whole() {
        for (old, new, expected) in [
            ("ét", "ét", vec![]),
            (
                "mindst 40 % genbrug",
                "mindst 50 % genbrug",
                vec![(6, 3, " 50")],
            ),
            ("æ ø 1.250,5 å", "æ ø 1.250,7 å", vec![(3, 8, " 1.250,7")]),
            (
                "æble, pære og fersken.",
                "æble, pære og blomme.",
                vec![(13, 8, " blomme")],
            ),
            ("en to tre", "et to tre", vec![(0, 3, "et ")]),
            ("en to tre", "en to fire", vec![(5, 4, " fire")]),
            ("a (40) b c", "a (50) b c", vec![(3, 3, "50)")]),
            ("a (40", "a (50", vec![(2, 3, "(50")]),
            ("en tre", "en to tre", vec![(2, 0, " to")]),
            ("en to tre", "en tre", vec![(2, 3, "")]),
            ("en-tre", "en-to-tre", vec![(3, 0, "to-")]),
            ("en to.", "en to. Tre.", vec![(6, 0, " Tre.")]),
            ("en to", "nul en to", vec![(0, 0, "nul ")]),
            ("en to.", "en to!", vec![(5, 1, "!")]),
            ("en to tre", "en 2 3", vec![(0, 9, "en 2 3")]),
            ("", "en", vec![(0, 0, "en")]),
            ("en", "", vec![(0, 2, "")]),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(at, length, text)| (at, length, text.to_owned()))
                .collect();
            assert_eq!(of(old, new), expected, "{old} -> {new}");
        }
    }

    #[test]
    fn letters_that_belong_together_are_not_parted() {
        let family = "👨\u{200d}👩\u{200d}👧";
        assert_eq!(of("e\u{301}n to", "en to"), [(0, 4, "en ".to_owned())]);
        assert_eq!(
            of(&format!("to {family}"), "to 👨"),
            [(3, 5, "👨".to_owned())]
        );
    }

    #[test]
    fn what_is_over_the_bound_is_replaced_between_what_is_the_same_at_both_ends() {
        let (old, new) = ("a b x c y d e", "a b z x q y d e");
        let mut pairs = 5;
        let one = splices(old, new, &mut pairs);
        assert_eq!(one.len(), 1);
        assert_eq!((one[0].at, one[0].length), (3, 4));
        assert_eq!(pairs, 5);
        let mut pairs = 6;
        assert_eq!(splices(old, new, &mut pairs).len(), 2);
        assert_eq!(pairs, 0);
    }

    proptest! {
        #[test]
        fn a_text_becomes_what_it_is_to_be(
            old in "([a-cæ40 .,\n\u{301}👨\u{200d}]| [a-c]{2} ){0,30}",
            new in "([a-cæ40 .,\n\u{301}👨\u{200d}]| [a-c]{2} ){0,30}",
            any_old in any::<String>(),
            any_new in any::<String>(),
        ) {
            for (old, new) in [(&old, &new), (&any_old, &any_new), (&old, &any_new)] {
                let mut automerge = AutoCommit::new();
                let id = automerge.put_object(ROOT, "text", ObjType::Text).unwrap();
                automerge.splice_text(&id, 0, 0, old).unwrap();
                let did_change = write(&mut automerge, &id, new).unwrap();
                prop_assert_eq!(&automerge.text(&id).unwrap(), new);
                prop_assert_eq!(did_change, old != new);
                affirm(&mut automerge, &id).unwrap();
                prop_assert_eq!(&automerge.text(&id).unwrap(), new);
            }
        }
    }
}
