//! Command lines that cannot be read, and help that is asked for.

use std::error::Error as _;
use std::num::ParseIntError;
use std::process::ExitCode;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use faelled_model::Language;

use super::output;
use crate::text::plain;

/// What clap answers to a command line that it cannot read.
const USAGE_EXIT_CODE: u8 = 2;

/// Prints help, the version, or what is wrong with the command line; gives the exit code.
pub(super) fn report(error: &Error, language: Language, as_json: bool) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        return match output::print(&error.render().to_string()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                output::print_failure(&failure, language, as_json);
                ExitCode::from(failure.kind.exit_code())
            }
        };
    }
    if as_json {
        let message = serde_json::json!({ "en": english(error), "da": danish_message(error) });
        let report = serde_json::json!({ "error": { "kind": "usage", "code": "usage", "message": message } });
        output::note(&report.to_string());
        return ExitCode::from(USAGE_EXIT_CODE);
    }
    let text = match (error.kind(), language) {
        (ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, _) | (_, Language::English) => {
            error.render().to_string()
        }
        (_, Language::Danish) => danish(error),
    };
    for line in text.trim_end().lines() {
        output::note(line);
    }
    ExitCode::from(USAGE_EXIT_CODE)
}

/// What clap says first, on one line: the sentence, and what it lists below.
fn english(error: &Error) -> String {
    if lacks_command(error) {
        return "a command is missing".to_owned();
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let mut lines = text.lines().map(str::trim);
    let mut said = lines.next().unwrap_or_default().to_owned();
    let listed: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    if !listed.is_empty() {
        said.push(' ');
        said.push_str(&listed.join(", "));
    }
    said
}

fn lacks_command(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand
    )
}

fn danish(error: &Error) -> String {
    let mut text = format!("fejl: {}\n", danish_message(error));
    for kind in [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ] {
        if let Some(suggested) = said(error, kind) {
            text.push_str(&format!("råd: mente du {suggested}?\n"));
        }
    }
    if let Some(usage) = said(error, ContextKind::Usage) {
        let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
        text.push_str(&format!("\nBrug: {usage}\n"));
    }
    text.push_str("\nPrøv --help for hjælp.\n");
    text
}

fn danish_message(error: &Error) -> String {
    let argument = said(error, ContextKind::InvalidArg).unwrap_or_default();
    let value = said(error, ContextKind::InvalidValue).unwrap_or_default();
    let other = said(error, ContextKind::PriorArg).unwrap_or_default();
    let command = said(error, ContextKind::InvalidSubcommand).unwrap_or_default();
    if lacks_command(error) {
        return "der mangler en kommando".to_owned();
    }
    match error.kind() {
        ErrorKind::UnknownArgument => format!("{argument} kendes ikke her"),
        ErrorKind::InvalidSubcommand => format!("kommandoen {command} kendes ikke"),
        ErrorKind::MissingRequiredArgument => format!("der mangler: {argument}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} mangler en værdi"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let right = right_value(error);
            format!("{argument} kan ikke være {value:?}{right}")
        }
        ErrorKind::ArgumentConflict if argument == other || other.is_empty() => {
            format!("{argument} kan kun angives én gang")
        }
        ErrorKind::ArgumentConflict => format!("{argument} kan ikke bruges sammen med {other}"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{argument} har ikke det rette antal værdier")
        }
        ErrorKind::NoEquals => format!("{argument} skal skrives med lighedstegn"),
        ErrorKind::InvalidUtf8 => "kommandolinjen er ikke tekst i UTF-8".to_owned(),
        _ => "kommandolinjen kan ikke læses".to_owned(),
    }
}

/// What would be a right value, where clap says it: a whole number, or one of a range.
fn right_value(error: &Error) -> String {
    let Some(source) = error.source() else {
        return String::new();
    };
    if source.is::<ParseIntError>() {
        return ": skriv et helt tal".to_owned();
    }
    let source = source.to_string();
    let range = source.split_once(" is not in ").map(|(_, range)| range);
    match range.and_then(|range| range.split_once("..=")) {
        Some((first, last)) => format!(": vælg {first} til {last}"),
        None => String::new(),
    }
}

/// What clap knows of an error, on one line.
fn said(error: &Error, kind: ContextKind) -> Option<String> {
    let text = match error.get(kind)? {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => texts
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        ContextValue::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(plain(text.trim()).into_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::help::command;
    use super::*;

    fn failing(line: &str) -> Error {
        command(Language::Danish)
            .try_get_matches_from(line.split(' '))
            .unwrap_err()
    }

    #[test]
    fn wrong_command_lines_are_explained_in_danish() {
        for (line, message) in [
            ("faelled stauts", "kommandoen stauts kendes ikke"),
            ("faelled status --wrong", "--wrong kendes ikke her"),
            ("faelled init", "der mangler: --member <DELTAGER>"),
            (
                "faelled join x --member",
                "--member <DELTAGER> mangler en værdi",
            ),
            (
                "faelled invite --days x",
                "--days <DAGE> kan ikke være \"x\": skriv et helt tal",
            ),
            (
                "faelled invite --days 900",
                "--days <DAGE> kan ikke være \"900\": vælg 1 til 365",
            ),
            (
                "faelled search x --limit 0",
                "--limit <ANTAL> kan ikke være \"0\": vælg 1 til 200",
            ),
            ("faelled pack", "der mangler en kommando"),
            (
                "faelled invite --days 1 --hours 2",
                "--days <DAGE> kan ikke bruges sammen med --hours <TIMER>",
            ),
            (
                "faelled invite --days 1 --days 2",
                "--days <DAGE> kan kun angives én gang",
            ),
        ] {
            assert_eq!(danish_message(&failing(line)), message, "{line}");
        }
    }

    #[test]
    fn what_is_missing_is_named_in_english_too() {
        let said = |line: &str| {
            let error = command(Language::English)
                .try_get_matches_from(line.split(' '))
                .unwrap_err();
            english(&error)
        };
        assert_eq!(
            said("faelled requirement show"),
            "the following required arguments were not provided: <NUMBER>"
        );
        assert_eq!(
            said("faelled join"),
            "the following required arguments were not provided: --member <MEMBER>, <TICKET>"
        );
        assert_eq!(said("faelled pack"), "a command is missing");
    }

    #[test]
    fn a_mistyped_command_is_suggested_with_its_usage() {
        let text = danish(&failing("faelled stauts"));
        assert!(text.contains("råd: mente du status?"), "{text}");
        assert!(
            text.contains("\nBrug: faelled [VALG] <KOMMANDO>\n"),
            "{text}"
        );
        assert!(!text.contains("Usage"), "{text}");
    }
}
