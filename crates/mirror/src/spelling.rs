//! Words as people type them: spellings without Danish letters.

use std::collections::BTreeSet;

use crate::words::is_of_word;

/// The word in a to z, where that differs: `Kaffefløde` gives `kaffefloede`.
pub(crate) fn plain(word: &str) -> Option<String> {
    let mut plain = String::with_capacity(word.len() + 4);
    let mut differs = false;
    for letter in word.chars().flat_map(char::to_lowercase) {
        let spelt = match letter {
            'æ' | 'ä' => "ae",
            'ø' | 'ö' => "oe",
            'å' => "aa",
            // A ring that comes as a letter of its own, after its a.
            '\u{30a}' if plain.ends_with('a') => "a",
            '\u{300}'..='\u{36f}' => "",
            'á' | 'à' | 'â' | 'ã' => "a",
            'é' | 'è' | 'ê' | 'ë' => "e",
            'í' | 'ì' | 'î' | 'ï' => "i",
            'ó' | 'ò' | 'ô' | 'õ' => "o",
            'ú' | 'ù' | 'û' | 'ü' => "u",
            'ý' | 'ÿ' => "y",
            'ñ' => "n",
            'ç' => "c",
            'ß' => "ss",
            other => {
                plain.push(other);
                continue;
            }
        };
        plain.push_str(spelt);
        differs = true;
    }
    differs.then_some(plain)
}

/// The word in lower case, in a to z where it can be spelt so.
pub(crate) fn plain_form(word: &str) -> String {
    plain(word).unwrap_or_else(|| word.to_lowercase())
}

/// The plain spellings of all words of these texts that have one, each once.
pub(crate) fn plain_spellings<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut spellings = BTreeSet::new();
    for text in texts {
        if !text.is_ascii() {
            spellings.extend(
                text.split(|letter: char| !is_of_word(letter))
                    .filter_map(plain),
            );
        }
    }
    spellings.into_iter().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn danish_letters_have_the_spelling_of_a_foreign_keyboard() {
        assert_eq!(plain("Kaffefløde").as_deref(), Some("kaffefloede"));
        assert_eq!(plain("Aalborg"), None);
        assert_eq!(plain("a\u{30a}r").as_deref(), Some("aar"));
        assert_eq!(
            plain_spellings(["én idé på Ærø", "idé"]),
            "aeroe en ide paa"
        );
    }
}
