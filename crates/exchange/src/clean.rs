//! Text of others, before it goes into a file.

/// A text without what no file can hold or no reader should meet: characters that XML forbids, and those
/// that turn the direction of what follows. Line breaks and tabs stay.
pub(crate) fn clean(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter(|char| !is_forbidden(*char))
        .collect()
}

fn is_forbidden(char: char) -> bool {
    (char.is_control() && !matches!(char, '\n' | '\t'))
        || matches!(
            char,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_file_should_hold_is_dropped() {
        assert_eq!(
            clean("a\0b\u{202e}c\r\nd\te\u{ffff}\u{1b}[1m æøå😀"),
            "abc\nd\te[1m æøå😀"
        );
    }
}
