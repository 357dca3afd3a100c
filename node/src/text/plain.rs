//! Text that cannot steer a terminal.
//!
//! Titles, names, wordings and notices come from other members, who may be hostile: an escape sequence in
//! one could clear the screen, rename the window or turn a line around so that it reads as something else.

use std::borrow::Cow;

/// Stands where a character was that is not shown.
const SHOWN_INSTEAD: char = '\u{fffd}';

/// The text on one line, without anything that steers a terminal. Line breaks and tabs become spaces.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", " ").chars().map(shown).collect())
}

/// The text with its line breaks, and otherwise as [`plain`] makes it.
pub(crate) fn plain_lines(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|letter| letter != '\n' && steers(letter)) {
        return Cow::Borrowed(text);
    }
    let unix = text.replace("\r\n", "\n");
    Cow::Owned(
        unix.chars()
            .map(|letter| if letter == '\n' { '\n' } else { shown(letter) })
            .collect(),
    )
}

fn shown(letter: char) -> char {
    match letter {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
        letter if steers(letter) => SHOWN_INSTEAD,
        letter => letter,
    }
}

/// Whether a character does something instead of showing something: control characters, marks that
/// change the direction of writing, characters without a width, and tags.
pub(crate) fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        for (hostile, harmless) in [
            ("\u{1b}[2Jred", "\u{fffd}[2Jred"),
            ("\u{1b}]0;title\u{7}", "\u{fffd}]0;title\u{fffd}"),
            ("\u{9b}31mred", "\u{fffd}31mred"),
            (
                "\u{1b}]8;;https://example.org\u{1b}\\click",
                "\u{fffd}]8;;https://example.org\u{fffd}\\click",
            ),
            ("back\u{8}\u{8}\u{7f}", "back\u{fffd}\u{fffd}\u{fffd}"),
            ("nul\0", "nul\u{fffd}"),
        ] {
            assert_eq!(plain(hostile), harmless);
            assert_eq!(plain_lines(hostile), harmless);
        }
    }

    #[test]
    fn writing_is_not_turned_around_and_nothing_hides() {
        for hostile in [
            "\u{202e}gpj.exe",
            "\u{2066}a\u{2069}",
            "pay\u{200b}load",
            "\u{feff}x",
            "\u{e0041}",
            "\u{200f}x",
        ] {
            assert!(!plain(hostile).chars().any(steers), "{hostile:?}");
            assert!(plain(hostile).contains(SHOWN_INSTEAD), "{hostile:?}");
        }
    }

    #[test]
    fn a_line_stays_one_line_and_a_paragraph_keeps_its_breaks() {
        assert_eq!(
            plain("one\r\ntwo\nthree\rfour\tfive\u{2028}six"),
            "one two three four five six"
        );
        assert_eq!(
            plain_lines("one\r\ntwo\nthree\rfour"),
            "one\ntwo\nthree four"
        );
    }

    #[test]
    fn ordinary_text_is_left_as_it_is() {
        for text in ["Æblegrød på Sjælland – 30 % (§ 176)", "", "日本語"] {
            assert!(matches!(plain(text), Cow::Borrowed(same) if same == text));
        }
        assert!(matches!(plain_lines("a\nb"), Cow::Borrowed("a\nb")));
    }
}
