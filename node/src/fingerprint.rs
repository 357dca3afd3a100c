//! How a key or a federation is written where two people compare it by telephone.

use std::fmt::Display;

/// 1,024 easy Danish words, sorted; each stands for ten bits. They are the same in every language: they are
/// read aloud between Danes. Never changed, or the same key would read otherwise in two versions.
const WORDS: &str = include_str!("fingerprint/words.txt");
const WORDS_IN_FINGERPRINT: usize = 8;
const BITS_OF_WORD: usize = 10;

/// The first 80 bits of what is written in hexadecimal, as eight words. Empty where there are fewer.
pub(crate) fn fingerprint(of: &impl Display) -> String {
    let hex = of.to_string();
    let bits = hex
        .get(..WORDS_IN_FINGERPRINT * BITS_OF_WORD / 4)
        .and_then(|digits| u128::from_str_radix(digits, 16).ok());
    let Some(bits) = bits else {
        return String::new();
    };
    let words = (1..=WORDS_IN_FINGERPRINT).map(|place| {
        let shift = (WORDS_IN_FINGERPRINT - place) * BITS_OF_WORD;
        let index = (bits >> shift) & ((1 << BITS_OF_WORD) - 1);
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        WORDS.lines().nth(index).unwrap_or_default()
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use faelled_proto::IdentityKey;

    use super::*;

    fn words() -> Vec<&'static str> {
        WORDS.lines().collect()
    }

    /// Whether two words are the same but for one letter: another, one more, or two that changed places.
    fn alike(left: &str, right: &str) -> bool {
        let (left, right): (Vec<char>, Vec<char>) =
            (left.chars().collect(), right.chars().collect());
        let (short, long) = if left.len() <= right.len() {
            (left, right)
        } else {
            (right, left)
        };
        if long.len() - short.len() > 1 {
            return false;
        }
        let same = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
        if short.len() < long.len() {
            return short[same..] == long[same + 1..];
        }
        let rest = |skipped: usize| short.get(same + skipped..) == long.get(same + skipped..);
        let swapped =
            short.get(same) == long.get(same + 1) && short.get(same + 1) == long.get(same);
        short == long || rest(1) || (swapped && rest(2))
    }

    /// How a word sounds, roughly: silent letters, double letters, letters that sound like others.
    fn sound(word: &str) -> String {
        let spoken = [
            ("hv", "v"),
            ("hj", "j"),
            ("gj", "g"),
            ("kj", "k"),
            ("c", "k"),
            ("z", "s"),
            ("q", "k"),
            ("w", "v"),
            ("x", "ks"),
            ("ds", "s"),
            ("ld", "l"),
            ("nd", "n"),
            ("rd", "r"),
            ("æ", "e"),
            ("y", "i"),
        ]
        .iter()
        .fold(word.to_owned(), |word, (written, spoken)| {
            word.replace(written, spoken)
        });
        let mut letters: Vec<char> = spoken.chars().collect();
        letters.dedup();
        letters.into_iter().collect()
    }

    #[test]
    fn the_list_holds_1024_short_words_in_lower_case() {
        let words = words();
        assert_eq!(words.len(), 1 << BITS_OF_WORD);
        assert!(words.is_sorted());
        for word in &words {
            assert!((3..=9).contains(&word.chars().count()), "{word}");
            let is_letter = |letter: char| letter.is_ascii_lowercase() || "æøå".contains(letter);
            assert!(word.chars().all(is_letter), "{word}");
        }
        let danish = words.iter().filter(|word| !word.is_ascii()).count();
        assert!(danish <= 128, "{danish} words with æ, ø or å");
    }

    #[test]
    fn no_word_begins_another_and_no_two_look_or_sound_alike() {
        let words = words();
        let sounds: Vec<String> = words.iter().map(|word| sound(word)).collect();
        for (index, word) in words.iter().enumerate() {
            for other in index + 1..words.len() {
                let second = words[other];
                assert!(
                    !second.starts_with(word) && !word.starts_with(second),
                    "{word} {second}"
                );
                assert!(!alike(word, second), "{word} {second}");
                assert!(!alike(&sounds[index], &sounds[other]), "{word} {second}");
            }
        }
    }

    #[test]
    fn words_that_differ_in_one_letter_are_alike() {
        for (left, right) in [
            ("hus", "mus"),
            ("hus", "huse"),
            ("lam", "alm"),
            ("and", "sand"),
        ] {
            assert!(alike(left, right) && alike(right, left), "{left} {right}");
        }
        assert!(!alike("hus", "mose") && !alike("hund", "kat"));
        assert_eq!(sound("hvide"), sound("vide"));
    }

    #[test]
    fn each_of_the_first_80_bits_counts_and_no_other() {
        let of = |bytes: [u8; 32]| fingerprint(&IdentityKey::from_bytes(bytes));
        let nothing = of([0; 32]);
        assert_eq!(
            nothing.split(' ').collect::<BTreeSet<_>>(),
            [words()[0]].into()
        );
        assert_eq!(nothing.split(' ').count(), WORDS_IN_FINGERPRINT);
        let mut seen = BTreeSet::from([nothing.clone()]);
        for bit in 0..256 {
            let mut bytes = [0; 32];
            bytes[bit / 8] = 0x80 >> (bit % 8);
            assert_eq!(seen.insert(of(bytes)), bit < 80, "bit {bit}");
        }
        assert_eq!(of([0xff; 32]).split(' ').next(), words().last().copied());
        assert_eq!(fingerprint(&"abc"), "");
    }
}
