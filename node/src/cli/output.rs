//! What is printed, and where: answers on standard output, all else on standard error.

use std::io::{ErrorKind, Write, stderr, stdout};

use faelled_model::Language;
use serde_json::{Value, json};

use crate::failure::{Failure, Said};
use crate::text::{plain, render_failure, steers};

/// Prints an answer. Where nobody reads on (`faelled ... | head`), that is no failure.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::internal(
            "output",
            Said::new(
                format!("the answer cannot be written: {error}"),
                format!("svaret kan ikke skrives: {error}"),
            ),
        )),
        _ => Ok(()),
    }
}

/// Prints an answer for programs.
pub(super) fn print_json(value: &Value) -> Result<(), Failure> {
    print(&(pretty(value) + "\n"))
}

/// Shows a person a page that is not the answer.
pub(super) fn aside(page: &str) {
    // As with a note.
    if stderr().write_all(page.as_bytes()).is_err() {
        tracing::trace!("standard error is closed");
    }
}

/// Tells a person something that is not the answer.
pub(super) fn note(text: &str) {
    let line = format!("{}\n", plain(text));
    // Where standard error is closed, nobody wants to be told.
    if stderr().write_all(line.as_bytes()).is_err() {
        tracing::trace!("standard error is closed");
    }
}

/// Tells what went wrong, on standard error.
pub(super) fn print_failure(failure: &Failure, language: Language, as_json: bool) {
    let text = if as_json {
        pretty(&json!({ "error": failure })) + "\n"
    } else {
        render_failure(failure, language)
    };
    if stderr().write_all(text.as_bytes()).is_err() {
        tracing::trace!("standard error is closed");
    }
}

/// JSON in which nothing steers a terminal: what JSON itself leaves as it is gets escaped. Such characters
/// stand within strings only, where the escape means the same.
fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter != '\n' && steers(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(letter);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_means_the_same_and_steers_nothing() {
        let value = json!({ "a\u{9b}": ["\u{1b}[2J", "\u{202e}x\u{e0041}", "æøå\n"], "b": 1 });
        let text = pretty(&value);
        assert!(
            !text.chars().any(|letter| letter != '\n' && steers(letter)),
            "{text:?}"
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
