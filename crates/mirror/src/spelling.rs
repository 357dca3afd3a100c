//! Words as people type them: spellings without Danish letters, and search expressions from what
//! somebody typed.

use std::collections::BTreeSet;

/// Words of a search that are looked at. More than that narrows nothing down.
const MAX_WORDS: usize = 16;
/// Letters of a word that are looked at.
const MAX_WORD_LETTERS: usize = 80;
/// From this length a word also finds longer ones that begin with it: Danish joins words at their
/// end (`genbrug`, `genbruges`, `genbrugelig`).
const STEM_LETTERS: usize = 4;

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

/// An FTS5 expression that asks for all the words; `None` where there is no word. Everything typed
/// stands in quotes, so nothing in it is read as syntax.
pub(crate) fn match_expression(typed: &str) -> Option<String> {
    let words: Vec<String> = typed
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .take(MAX_WORDS)
        .map(|word| word.chars().take(MAX_WORD_LETTERS).collect())
        .collect();
    let last = words.len().checked_sub(1)?;
    let terms = words.iter().enumerate().map(|(index, word)| {
        let is_beginning = index == last || word.chars().count() >= STEM_LETTERS;
        let star = if is_beginning { "*" } else { "" };
        let quoted = |word: &str| format!("\"{}\"{star}", word.replace('"', " "));
        match plain(word) {
            Some(plain) => format!("({} OR {})", quoted(word), quoted(&plain)),
            None => quoted(word),
        }
    });
    Some(terms.collect::<Vec<_>>().join(" AND "))
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&letter)
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

    #[test]
    fn nothing_typed_becomes_syntax() {
        assert_eq!(
            match_expression("genbrug NOT \"x"),
            Some(r#""genbrug"* AND "NOT" AND " x"*"#.to_owned())
        );
        assert_eq!(
            match_expression("a\0b* OR"),
            Some(r#""a" AND "b*" AND "OR"*"#.to_owned())
        );
        assert_eq!(
            match_expression("grøn"),
            Some(r#"("grøn"* OR "groen"*)"#.to_owned())
        );
        assert_eq!(match_expression(" * \" ( "), None);
    }
}
