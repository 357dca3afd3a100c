//! Places in a document, as people read and write them: `wording.da`, `placeholders[andel].max`.

use std::fmt;
use std::str::FromStr;

/// One step into a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStep {
    /// The value under this key of a map: `.max`.
    Key(String),
    /// The list's item whose key this is: `[andel]`. What an item is known by stands at
    /// [`crate::conflict::KEYS`].
    Item(String),
    /// The list's item at this place, counted from 0, where no key tells it from the others: `[2]`.
    Index(usize),
}

/// The way from a document's root to a place in it.
///
/// Written as `placeholders[andel].max`. A key is quoted as in JSON where it has other characters than letters,
/// digits, `_` and `-`; an item's key also where it consists of digits alone, which would be a place, while
/// `.`, `:`, `/`, `@`, `+` and `%` may stand in it. What [`fmt::Display`] writes, [`FromStr`] reads as the same
/// path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConflictPath(pub Vec<PathStep>);

/// A text that is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" is no place in a document: write it like wording.da or placeholders[andel].max, \
     with names of other characters than letters, digits, _ and - in double quotes"
)]
pub struct PathError {
    /// What was to be read.
    pub text: String,
}

impl fmt::Display for ConflictPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Key(key) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    write_name(f, key, is_bare(key, is_bare_in_key))?;
                }
                PathStep::Item(key) => {
                    f.write_str("[")?;
                    write_name(f, key, is_bare(key, is_bare_in_item) && !is_number(key))?;
                    f.write_str("]")?;
                }
                PathStep::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl FromStr for ConflictPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        read_steps(text).map(Self).ok_or_else(|| PathError {
            text: text.to_owned(),
        })
    }
}

fn read_steps(text: &str) -> Option<Vec<PathStep>> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (name, after) = read_name(inside, is_bare_in_item)?;
            let step = if !inside.starts_with('"') && is_number(&name) {
                PathStep::Index(name.parse().ok()?)
            } else {
                PathStep::Item(name)
            };
            steps.push(step);
            rest = after.strip_prefix(']')?;
        } else {
            if !steps.is_empty() {
                rest = rest.strip_prefix('.')?;
            }
            let (name, after) = read_name(rest, is_bare_in_key)?;
            steps.push(PathStep::Key(name));
            rest = after;
        }
    }
    Some(steps)
}

/// A name, quoted or not, and what follows it.
fn read_name(text: &str, is_bare: fn(char) -> bool) -> Option<(String, &str)> {
    if text.starts_with('"') {
        let mut strings = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let name = strings.next()?.ok()?;
        return Some((name, text.get(strings.byte_offset()..)?));
    }
    let end = text.find(|letter| !is_bare(letter)).unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    (!name.is_empty()).then(|| (name.to_owned(), after))
}

fn write_name(f: &mut fmt::Formatter<'_>, name: &str, is_bare: bool) -> fmt::Result {
    if is_bare {
        f.write_str(name)
    } else {
        write!(f, "{}", serde_json::Value::from(name))
    }
}

fn is_bare(name: &str, is_bare: fn(char) -> bool) -> bool {
    !name.is_empty() && name.chars().all(is_bare)
}

fn is_bare_in_key(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-')
}

fn is_bare_in_item(letter: char) -> bool {
    is_bare_in_key(letter) || matches!(letter, '.' | ':' | '/' | '@' | '+' | '%')
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(key: &str) -> PathStep {
        PathStep::Key(key.to_owned())
    }

    fn item(key: &str) -> PathStep {
        PathStep::Item(key.to_owned())
    }

    #[test]
    fn paths_read_as_people_write_them() {
        for (text, steps) in [
            ("level", vec![key("level")]),
            ("wording.da", vec![key("wording"), key("da")]),
            (
                "placeholders[andel].max",
                vec![key("placeholders"), item("andel"), key("max")],
            ),
            (
                "risks[2].da",
                vec![key("risks"), PathStep::Index(2), key("da")],
            ),
            (
                "withdrawals[1.2.0]",
                vec![key("withdrawals"), item("1.2.0")],
            ),
            ("tried[\"014\"]", vec![key("tried"), item("014")]),
            ("a.\"b.c\\\"\"", vec![key("a"), key("b.c\"")]),
            ("a.\"\"[\"\"]", vec![key("a"), key(""), item("")]),
        ] {
            let path = ConflictPath(steps);
            assert_eq!(text.parse(), Ok(path.clone()));
            assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_path_is_refused_with_how_to_write_one() {
        for text in [
            ".",
            "a.",
            ".a",
            "a..b",
            "a[",
            "a[]",
            "a[b",
            "a]",
            "a[b]c",
            "a b",
            "a.\"b",
            "a\"b\"",
            "[99999999999999999999999]",
        ] {
            let refused = text.parse::<ConflictPath>().unwrap_err();
            assert!(
                refused.to_string().contains("placeholders[andel].max"),
                "{text}"
            );
        }
    }

    fn step() -> impl Strategy<Value = PathStep> {
        let name = prop_oneof![any::<String>(), "[a-z0-9.\\[\\]\"\\\\ ]{0,6}", "[0-9]{1,3}"];
        prop_oneof![
            name.clone().prop_map(PathStep::Key),
            name.prop_map(PathStep::Item),
            any::<usize>().prop_map(PathStep::Index),
        ]
    }

    proptest! {
        #[test]
        fn every_path_is_read_as_it_was_written(steps in prop::collection::vec(step(), 0..6)) {
            let path = ConflictPath(steps);
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn no_text_panics_the_reader(text in any::<String>()) {
            if let Ok(path) = text.parse::<ConflictPath>() {
                prop_assert_eq!(path.to_string().parse(), Ok(path));
            }
        }
    }
}
