//! Two texts, word by word.

use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A piece of two texts that were compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its words, with the spaces between them.
    pub text: String,
    /// In which of the texts it stands.
    pub kind: PieceKind,
}

/// In which of two texts a piece stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PieceKind {
    /// In both.
    Same,
    /// In the old one only.
    Removed,
    /// In the new one only.
    Added,
}

/// Words and gaps of both texts together up to which they are compared one by one. Longer texts (of others: the
/// rules allow fewer) are shown as replaced whole, since the time grows with the square.
const MAX_TOKENS: usize = 16_000;

/// Compares two texts. The pieces that are not [`PieceKind::Added`] make up the old one, those that are not
/// [`PieceKind::Removed`] the new one, letter by letter.
#[must_use]
pub fn words(old: &str, new: &str) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    let (before, after) = (tokens(old), tokens(new));
    if old == new {
        pieces.same(old);
    } else if before.len() + after.len() > MAX_TOKENS {
        pieces.removed.push_str(old);
        pieces.added.push_str(new);
    } else {
        for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
            pieces.take(op, &before, &after);
        }
    }
    pieces.flush();
    pieces.done
}

/// Pieces as they are collected: what was removed and added since the last that is the same.
#[derive(Debug, Default)]
struct Pieces {
    done: Vec<Piece>,
    removed: String,
    added: String,
    /// A gap that both have after a change; between two changes it goes with them, so that a reader sees one
    /// change and not one for each word.
    gap: String,
}

impl Pieces {
    fn take(&mut self, op: DiffOp, before: &[&str], after: &[&str]) {
        let old = before.get(op.old_range()).unwrap_or_default();
        let new = after.get(op.new_range()).unwrap_or_default();
        if !matches!(op, DiffOp::Equal { .. }) {
            let gap = std::mem::take(&mut self.gap);
            self.removed.push_str(&gap);
            self.added.push_str(&gap);
            self.removed.extend(old.iter().copied());
            self.added.extend(new.iter().copied());
            return;
        }
        let text = old.concat();
        let after_change = !self.removed.is_empty() || !self.added.is_empty();
        if after_change && self.gap.is_empty() && text.chars().all(char::is_whitespace) {
            self.gap = text;
        } else {
            self.same(&text);
        }
    }

    fn same(&mut self, text: &str) {
        self.flush();
        self.push(PieceKind::Same, text);
    }

    fn flush(&mut self) {
        let removed = std::mem::take(&mut self.removed);
        let added = std::mem::take(&mut self.added);
        let gap = std::mem::take(&mut self.gap);
        self.push(PieceKind::Removed, &removed);
        self.push(PieceKind::Added, &added);
        self.push(PieceKind::Same, &gap);
    }

    fn push(&mut self, kind: PieceKind, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.done.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(text),
            _ => self.done.push(Piece {
                text: text.to_owned(),
                kind,
            }),
        }
    }
}

/// Words, gaps between them, and single signs.
fn tokens(text: &str) -> Vec<&str> {
    #[derive(PartialEq, Clone, Copy)]
    enum Class {
        Word,
        Gap,
        Sign,
    }
    let class = |char: char| {
        if char.is_alphanumeric() {
            Class::Word
        } else if char.is_whitespace() {
            Class::Gap
        } else {
            Class::Sign
        }
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, char) in text.char_indices() {
        let now = class(char);
        if last.is_some_and(|last| last != now || now == Class::Sign) {
            tokens.push(text.get(start..at).unwrap_or_default());
            start = at;
        }
        last = Some(now);
    }
    tokens.push(text.get(start..).unwrap_or_default());
    tokens.retain(|token| !token.is_empty());
    tokens
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(old: &str, new: &str) -> String {
        words(old, new)
            .into_iter()
            .map(|piece| match piece.kind {
                PieceKind::Same => piece.text,
                PieceKind::Removed => format!("[-{}-]", piece.text),
                PieceKind::Added => format!("[+{}+]", piece.text),
            })
            .collect()
    }

    #[test]
    fn what_changed_is_shown_by_words_and_the_rest_stays() {
        for (old, new, expected) in [
            (
                "Mindst 30 % genbrug.",
                "Mindst 40 % genbrug.",
                "Mindst [-30-][+40+] % genbrug.",
            ),
            (
                "Mindst 30 % genbrug.",
                "Mindst 30 % genbrug hvert år.",
                "Mindst 30 % genbrug[+ hvert år+].",
            ),
            (
                "rød grøn blå",
                "hvid sort blå",
                "[-rød grøn-][+hvid sort+] blå",
            ),
            ("ens", "ens", "ens"),
            ("", "ny", "[+ny+]"),
            ("væk", "", "[-væk-]"),
            ("", "", ""),
        ] {
            assert_eq!(shown(old, new), expected);
        }
    }

    #[test]
    fn texts_longer_than_the_rules_allow_are_shown_as_replaced() {
        let old = "a ".repeat(MAX_TOKENS / 2);
        let new = format!("{old}b");
        let kinds: Vec<PieceKind> = words(&old, &new).iter().map(|piece| piece.kind).collect();
        assert_eq!(kinds, [PieceKind::Removed, PieceKind::Added]);
    }

    proptest! {
        #[test]
        fn the_pieces_make_up_both_texts(old in "[ab .,\nåø]{0,40}", new in "[ab .,\nåø]{0,40}") {
            let pieces = words(&old, &new);
            let without = |kind| pieces.iter().filter(|piece| piece.kind != kind).map(|piece| piece.text.as_str()).collect::<String>();
            prop_assert_eq!(without(PieceKind::Added), old);
            prop_assert_eq!(without(PieceKind::Removed), new);
            prop_assert!(pieces.windows(2).all(|two| two[0].kind != two[1].kind));
        }
    }
}
