//! Several values in one cell: `genbrug; reparation`, or one a line.
//!
//! A value that has a separator in it, begins or ends with a blank, is empty or begins with a quotation mark
//! stands in quotation marks, those inside doubled: any list comes back as it was.

/// Writes a list into one cell.
pub(crate) fn join<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    let written: Vec<String> = items.into_iter().map(quoted).collect();
    written.join("; ")
}

/// Reads the list of one cell. Codes may stand with commas between them as well.
pub(crate) fn split(cell: &str, commas: bool) -> Vec<String> {
    let mut items = Vec::new();
    let mut rest = cell;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return items;
        }
        if let Some((item, after)) = unquoted(rest, commas) {
            items.push(item);
            rest = after;
            continue;
        }
        let end = rest.find(|char| is_separator(char, commas));
        let (item, after) = match end {
            Some(end) => (
                rest.get(..end).unwrap_or_default(),
                rest.get(end + 1..).unwrap_or_default(),
            ),
            None => (rest, ""),
        };
        if !item.trim().is_empty() {
            items.push(item.trim().to_owned());
        }
        rest = after;
    }
}

fn is_separator(char: char, commas: bool) -> bool {
    matches!(char, ';' | '\n') || (commas && char == ',')
}

fn quoted(item: &str) -> String {
    let plain = !item.is_empty()
        && item.trim() == item
        && !item.starts_with('"')
        && !item.contains([';', '\n', ',']);
    if plain {
        item.to_owned()
    } else {
        format!("\"{}\"", item.replace('"', "\"\""))
    }
}

/// A value in quotation marks at the beginning, and what follows its separator; `None` where the marks do not
/// enclose a whole value, and so are part of it.
fn unquoted(text: &str, commas: bool) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut item = String::new();
    loop {
        let (before, after) = rest.split_once('"')?;
        item.push_str(before);
        if let Some(after) = after.strip_prefix('"') {
            item.push('"');
            rest = after;
            continue;
        }
        // Blanks before a separator are nothing; a line break is one.
        let after = after.trim_start_matches([' ', '\t']);
        let mut chars = after.chars();
        return match chars.next() {
            None => Some((item, "")),
            Some(char) if is_separator(char, commas) => Some((item, chars.as_str())),
            Some(_) => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_separate_as_they_like() {
        assert_eq!(split("a; b\nc;\n ;d", false), ["a", "b", "c", "d"]);
        assert_eq!(split("44617100, 44619000", true), ["44617100", "44619000"]);
        assert_eq!(split("klima, natur", false), ["klima, natur"]);
        assert_eq!(split("12\" skærm; b", false), ["12\" skærm", "b"]);
        assert_eq!(
            split("\"citat\" midt i; b", false),
            ["\"citat\" midt i", "b"]
        );
        assert_eq!(split(" ", false), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn any_list_comes_back_as_it_was(
            items in prop::collection::vec("[ \\n\\t;,\"a-cÆøå=+]{0,8}", 0..6),
            commas: bool,
        ) {
            let cell = join(items.iter().map(String::as_str));
            prop_assert_eq!(split(&cell, commas), items);
        }
    }
}
