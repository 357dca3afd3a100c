//! Values in place of the placeholders of a wording.

use faelled_model::basket::Filled;
use faelled_model::requirement::Placeholder;
use serde::Serialize;

/// A piece of a wording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Piece {
    /// As it stands there.
    Text {
        /// The text.
        text: String,
    },
    /// In place of a placeholder.
    Value {
        /// The placeholder.
        name: String,
        /// What stands there now.
        text: String,
        /// Nothing was filled in: it is the default, or the placeholder itself where it has none.
        is_default: bool,
    },
}

impl Piece {
    /// What stands there.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text { text } | Self::Value { text, .. } => text,
        }
    }

    /// Whether somebody should still decide on it.
    #[must_use]
    pub const fn is_default(&self) -> bool {
        matches!(
            self,
            Self::Value {
                is_default: true,
                ..
            }
        )
    }
}

/// A wording with values in place of its placeholders.
///
/// A value is put in as it is and never read again, so that nothing in it is taken for a placeholder. Whether
/// values are allowed is said by [`faelled_model::validate::filled`].
#[must_use]
pub fn fill(wording: &str, placeholders: &[Placeholder], values: &[Filled]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = wording;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once('{') {
        // No name goes past the next brace: wordings of others may hold nothing but these.
        let end = after.find(['{', '}']).unwrap_or(after.len());
        let (name, after_name) = after.split_at(end);
        let named = after_name.strip_prefix('}').and_then(|after| {
            let placeholder = placeholders.iter().find(|known| known.name == name)?;
            Some((placeholder, after))
        });
        plain.push_str(before);
        let Some((placeholder, after)) = named else {
            plain.push('{');
            rest = after;
            continue;
        };
        if !plain.is_empty() {
            pieces.push(Piece::Text {
                text: std::mem::take(&mut plain),
            });
        }
        pieces.push(value(placeholder, values));
        rest = after;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text { text: plain });
    }
    pieces
}

fn value(placeholder: &Placeholder, values: &[Filled]) -> Piece {
    let name = placeholder.name.clone();
    let given = values
        .iter()
        .find(|value| value.name == name && !value.value.trim().is_empty());
    let (text, is_default) = match given {
        Some(given) => (given.value.trim().to_owned(), false),
        None if placeholder.default.trim().is_empty() => (format!("{{{name}}}"), true),
        None => (placeholder.default.clone(), true),
    };
    Piece::Value {
        name,
        text,
        is_default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholder(name: &str, default: &str) -> Placeholder {
        Placeholder {
            name: name.to_owned(),
            default: default.to_owned(),
            ..Placeholder::default()
        }
    }

    fn shown(wording: &str, values: &[(&str, &str)]) -> (String, Vec<bool>) {
        let values: Vec<Filled> = values
            .iter()
            .map(|(name, value)| Filled {
                name: (*name).to_owned(),
                value: (*value).to_owned(),
            })
            .collect();
        let placeholders = [placeholder("andel", "40"), placeholder("frist", "")];
        let pieces = fill(wording, &placeholders, &values);
        let text = pieces.iter().map(Piece::text).collect();
        (text, pieces.iter().map(Piece::is_default).collect())
    }

    #[test]
    fn values_stand_in_place_of_placeholders_and_defaults_are_told() {
        assert_eq!(
            shown("Mindst {andel} % inden {frist} dage", &[("frist", "30")]),
            (
                "Mindst 40 % inden 30 dage".to_owned(),
                vec![false, true, false, false, false]
            )
        );
        assert_eq!(shown("{frist}", &[]), ("{frist}".to_owned(), vec![true]));
    }

    #[test]
    fn a_value_is_never_read_as_a_placeholder() {
        let (text, _) = shown("{frist}{andel}", &[("frist", "{andel}"), ("andel", "5")]);
        assert_eq!(text, "{andel}5");
    }

    #[test]
    fn other_braces_stay_as_they_are() {
        for wording in ["{", "}", "{x} {", "{{andel", "a}b{c"] {
            assert_eq!(shown(wording, &[]).0, wording);
        }
        assert_eq!(shown("{{andel}}", &[]).0, "{40}");
        let braces = "{".repeat(1_000_000);
        assert_eq!(shown(&braces, &[]).0, braces);
    }
}
