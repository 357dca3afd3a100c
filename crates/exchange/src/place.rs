//! Where in a file something is.

use serde_ignored::Path;
use toml::de::{DeTable, DeValue};

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// The value of a key.
    Key(String),
    /// The item with this index, from 0.
    Index(usize),
}

/// Line and column of a byte of the text, both counted from 1; columns are characters.
pub(crate) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (line, column)
}

/// Where the value lies, or else the nearest value around it that is there.
pub(crate) fn locate(root: &DeTable<'_>, steps: &[Step]) -> usize {
    let mut at = 0;
    let Some((Step::Key(first), rest)) = steps.split_first() else {
        return at;
    };
    let Some((key, value)) = root.get_key_value(first.as_str()) else {
        return at;
    };
    // A table of its own begins at its head, a table in a line at its key.
    at = key.span().start;
    let mut value = value;
    for step in rest {
        let next = match (step, value.get_ref()) {
            (Step::Key(name), DeValue::Table(table)) => {
                table.get_key_value(name.as_str()).map(|(key, value)| {
                    at = key.span().start;
                    value
                })
            }
            (Step::Index(index), DeValue::Array(items)) => items.get(*index).inspect(|item| {
                at = item.span().start;
            }),
            _ => None,
        };
        let Some(next) = next else {
            break;
        };
        value = next;
    }
    at
}

/// The steps of a field such as `placeholders[1].meaning.da`, whose items are counted from 1.
pub(crate) fn steps_of_field(field: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in field.split('.').filter(|part| !part.is_empty()) {
        let (name, mut indices) = match part.split_once('[') {
            Some((name, indices)) => (name, indices),
            None => (part, ""),
        };
        if !name.is_empty() {
            steps.push(Step::Key(name.to_owned()));
        }
        while let Some((index, rest)) = indices.split_once(']') {
            let index = index.trim_start_matches('[').parse::<usize>().ok();
            steps.extend(
                index
                    .and_then(|index| index.checked_sub(1))
                    .map(Step::Index),
            );
            indices = rest;
        }
    }
    steps
}

/// The field that the steps name, with items counted from 1.
pub(crate) fn field_of_steps(steps: &[Step]) -> String {
    let mut field = String::new();
    for step in steps {
        match step {
            Step::Key(name) => {
                if !field.is_empty() {
                    field.push('.');
                }
                field.push_str(name);
            }
            Step::Index(index) => {
                field.push_str(&format!("[{}]", index + 1));
            }
        }
    }
    field
}

/// The steps to a key that nothing was read from.
pub(crate) fn steps_of_path(path: &Path<'_>) -> Vec<Step> {
    match path {
        Path::Root => Vec::new(),
        Path::Seq { parent, index } => with(steps_of_path(parent), Step::Index(*index)),
        Path::Map { parent, key } => with(steps_of_path(parent), Step::Key(key.clone())),
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => steps_of_path(parent),
    }
}

fn with(mut steps: Vec<Step>, step: Step) -> Vec<Step> {
    steps.push(step);
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let text = "a\næøå = 1\n";
        assert_eq!(line_and_column(text, 0), (1, 1));
        assert_eq!(line_and_column(text, text.find('=').unwrap()), (2, 5));
        assert_eq!(line_and_column(text, 10_000), (3, 1));
    }

    #[test]
    fn a_field_and_its_steps_say_the_same() {
        for field in [
            "wording.en",
            "placeholders[2].meaning.da",
            "cpv[1]",
            "a[1][2]",
        ] {
            assert_eq!(field_of_steps(&steps_of_field(field)), field);
        }
    }

    #[test]
    fn what_is_not_there_lies_at_the_nearest_that_is() {
        let text = "[a]\nb.c = 1\n[[d]]\ne = [1, 2]\n[[d]]\nf = 3\n";
        let root = DeTable::parse(text).unwrap().into_inner();
        let line = |field: &str| line_and_column(text, locate(&root, &steps_of_field(field))).0;
        assert_eq!(line("a.b.c"), 2);
        assert_eq!(line("a.b.missing"), 2);
        assert_eq!(line("a.missing"), 1);
        assert_eq!(line("d[1].e[2]"), 4);
        assert_eq!(line("d[2].f"), 6);
        assert_eq!(line("d[2].missing"), 5);
        assert_eq!(line("d[3].f"), 3);
        assert_eq!(line("missing"), 1);
    }
}
