//! Stems: Snowball's, with what it leaves apart in the words of purchasing brought together.

use std::sync::LazyLock;

use snowball_stemmers_rs::{Algorithm, Stemmer};

/// Shorter words have no endings; longer ones are no words.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=60;

static DANISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Danish));
static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// The Danish stem of a word in its plain spelling.
pub(crate) fn danish(plain: &str) -> Option<String> {
    let mut stem = stemmed(&DANISH, plain)?;
    // møbel and møbler, middel and midler, artikel and artikler.
    if let Some(before) = stem.strip_suffix("el")
        && before.len() >= 3
        && before.ends_with(is_consonant)
    {
        let mut shorter = before.to_owned();
        let mut last = before.chars().rev();
        if last.next() == last.next() {
            shorter.pop();
        }
        shorter.push('l');
        stem = shorter;
    }
    // mærket and mærkede.
    if plain.ends_with("ede")
        && let Some(before) = stem.strip_suffix("ed")
        && before.len() >= 4
    {
        stem = before.to_owned();
    }
    // kriterium and kriterier.
    if let Some(before) = stem.strip_suffix("um")
        && before.ends_with('i')
    {
        stem = before.to_owned();
    }
    Some(stem)
}

/// The English stem of a word in its plain spelling.
pub(crate) fn english(plain: &str) -> Option<String> {
    let stem = stemmed(&ENGLISH, plain)?;
    // reusable and reuse; Snowball keeps the ending of short words.
    Some(match stem.strip_suffix("abl") {
        Some(before) if before.len() >= 4 => before.to_owned(),
        _ => stem,
    })
}

fn stemmed(stemmer: &Stemmer, plain: &str) -> Option<String> {
    let is_word =
        LETTERS.contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_lowercase());
    is_word.then(|| stemmer.stem(plain).into_owned())
}

fn is_consonant(letter: char) -> bool {
    !matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spelling::plain_form;

    #[test]
    fn danish_forms_of_a_word_have_one_stem() {
        for forms in [
            "emballage emballager emballagen emballagens emballagerne",
            "møbel møbler møblet møblerne moebler",
            "kasse kasser kasserne",
            "reparation reparationer reparationen",
            "genbrug genbruges genbrugelig genbrugelige genbrugeligt",
            "genanvendt genanvendte genanvendelse genanvendelig",
            "kriterium kriterier kriterierne",
            "middel midler",
            "mærket mærkede",
        ] {
            let stems: Vec<Option<String>> = forms
                .split(' ')
                .map(|form| danish(&plain_form(form)))
                .collect();
            assert!(
                stems.iter().all(|stem| *stem == stems[0] && stem.is_some()),
                "{forms}: {stems:?}"
            );
        }
    }

    #[test]
    fn english_forms_of_a_word_have_one_stem() {
        for forms in [
            "reuse reused reusable reusing",
            "recycle recycled recycling recyclable",
            "packaging packages package",
            "repair repaired repairs repairable",
            "criteria criteria",
        ] {
            let stems: Vec<Option<String>> = forms.split(' ').map(english).collect();
            assert!(
                stems.iter().all(|stem| *stem == stems[0] && stem.is_some()),
                "{forms}: {stems:?}"
            );
        }
    }

    #[test]
    fn what_is_no_word_has_no_stem() {
        for text in ["44617100", "co2", "på", "", &"a".repeat(200)] {
            assert_eq!((danish(text), english(text)), (None, None), "{text}");
        }
    }
}
