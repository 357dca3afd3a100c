//! The texts: drawn anew each time, so that none was ever anywhere.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// As long as a text may well be: its body is told by its length.
const LONG: usize = 19_000;

/// Each stands in one place.
pub(super) struct Texts {
    pub(super) open: String,
    pub(super) in_datagram: String,
    pub(super) draft: String,
    pub(super) draft_title: String,
    pub(super) basket: String,
    pub(super) ground: String,
    pub(super) file_name: String,
    pub(super) refused: String,
    pub(super) passphrase: String,
    pub(super) other_passphrase: String,
    pub(super) group_name: String,
    pub(super) shared: String,
    pub(super) hearing: String,
    pub(super) comment: String,
    pub(super) long_comment: String,
    pub(super) answer: String,
}

impl Texts {
    pub(super) fn draw(seed: u64) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        let mut text = |length| {
            // Letters only: digits might be taken for somebody's number.
            let letter = |number: u64| char::from(b'a' + u8::try_from(number % 26).unwrap_or(0));
            let drawn: String = (0..length).map(|_| letter(rng.next_u64())).collect();
            format!("Kanarie{drawn}")
        };
        Self {
            open: text(14),
            in_datagram: text(14),
            draft: text(14),
            draft_title: text(14),
            basket: text(14),
            ground: text(14),
            file_name: text(14),
            refused: text(14),
            passphrase: text(14),
            other_passphrase: text(14),
            group_name: text(14),
            shared: text(14),
            hearing: text(14),
            comment: text(14),
            long_comment: text(LONG),
            answer: text(14),
        }
    }

    /// What the author alone has.
    pub(super) fn of_author(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("a draft's wording", &self.draft),
            ("a draft's title", &self.draft_title),
            ("a basket's name", &self.basket),
            ("the ground of a sharing", &self.ground),
            ("a file's name", &self.file_name),
            ("what was in a refused file", &self.refused),
            ("a passphrase", &self.passphrase),
            ("a wrong passphrase", &self.other_passphrase),
        ]
    }

    /// What the group has.
    pub(super) fn of_group(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("the group's name", &self.group_name),
            ("the wording of a shared draft", &self.shared),
            ("the ground of a hearing", &self.hearing),
            ("a comment", &self.comment),
            ("a long comment", &self.long_comment),
            ("an answer", &self.answer),
        ]
    }
}
