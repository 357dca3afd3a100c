//! Paths such as `evidence[2].text.da`.

/// Steps of a path, at most; records are never nested as deep.
const MAX_STEPS: usize = 12;

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// A field of a record, or a language of a text.
    Name(&'a str),
    /// An item of a list: by its key, or by its place counted from 1.
    Item(&'a str),
    /// A new item at the end of a list: `[+]`.
    Add,
    /// Out of the list with the item that the value names: `[-]`.
    Remove,
}

/// Whether the text is the path of a field that can stand in a value: `wording.da`, `evidence[1]`.
#[must_use]
pub fn is_path(path: &str) -> bool {
    steps(path).is_some_and(|steps| {
        !steps
            .iter()
            .any(|step| matches!(step, Step::Add | Step::Remove))
    })
}

/// Reads a path; `None` where it is none.
pub(super) fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if steps.len() == MAX_STEPS {
            return None;
        }
        if let Some(inside) = rest.strip_prefix('[') {
            let (item, after) = inside.split_once(']')?;
            steps.push(match item {
                "" => return None,
                "+" => Step::Add,
                "-" => Step::Remove,
                item => Step::Item(item),
            });
            rest = after;
            continue;
        }
        // A dot stands between steps, never before the first or at the end.
        let named = match rest.strip_prefix('.') {
            Some(_) if steps.is_empty() => return None,
            Some(after) => after,
            None if steps.is_empty() => rest,
            None => return None,
        };
        let end = named.find(['.', '[']).unwrap_or(named.len());
        let (name, after) = named.split_at(end);
        if name.is_empty() {
            return None;
        }
        steps.push(Step::Name(name));
        rest = after;
    }
    matches!(steps.first(), Some(Step::Name(_))).then_some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_step_by_step() {
        use Step::{Add, Item, Name, Remove};
        for (path, expected) in [
            ("level", vec![Name("level")]),
            ("wording.da", vec![Name("wording"), Name("da")]),
            (
                "evidence[2].text.da",
                vec![Name("evidence"), Item("2"), Name("text"), Name("da")],
            ),
            ("cpv[+]", vec![Name("cpv"), Add]),
            ("cpv[-]", vec![Name("cpv"), Remove]),
            (
                "sources[Reg. (EU) 2025/40].date",
                vec![Name("sources"), Item("Reg. (EU) 2025/40"), Name("date")],
            ),
        ] {
            assert_eq!(steps(path), Some(expected), "{path}");
        }
        for path in [
            "",
            ".level",
            "level.",
            "a..b",
            "a[",
            "a[]",
            "[1]",
            "a[1]b",
            &format!("a{}", "[1]".repeat(MAX_STEPS)),
        ] {
            assert_eq!(steps(path), None, "{path}");
        }
    }
}
