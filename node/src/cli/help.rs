//! The command line in the language of whoever reads its help.

use std::ffi::OsString;

use clap::{Arg, Command, CommandFactory};
use faelled_model::Language;

use super::arguments::Cli;
use super::danish;

/// Examples, by command; they are the same in every language.
const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "faelled demo",
            "faelled init --member 0159",
            "faelled pack import packaging.toml",
            "faelled requirement list --category packaging --strategy reuse",
            "faelled search genbrug kasser",
        ],
    ),
    (
        "init",
        &[
            "faelled init --member 0159 --address 192.0.2.7:4747",
            "faelled init --member dk-cvr-12345678 --name \"Fælles Indkøb\" --kind network",
        ],
    ),
    (
        "serve",
        &[
            "faelled serve --listen 0.0.0.0:4747",
            "FAELLED_LOG=info faelled serve --log-json",
        ],
    ),
    (
        "invite",
        &[
            "faelled invite --days 7 --address 192.0.2.7:4747",
            "faelled invite --for Ballerup --qr",
            "faelled invite revoke k3vq7m2a",
        ],
    ),
    (
        "join",
        &[
            "faelled join faelled1-... --member 0151",
            "faelled join - --member 0151 < ticket.txt",
            "faelled join faelled1-... --member 0151 --identity /media/usb/ballerup.key",
        ],
    ),
    (
        "members approve",
        &[
            "faelled members approve 0151",
            "faelled members approve 3f0a91c2ab",
            "faelled members approve 0151 --rekey",
        ],
    ),
    (
        "members reject",
        &["faelled members reject 3f0a91c2ab --reason \"...\""],
    ),
    (
        "members remove",
        &["faelled members remove 0151 --note \"...\""],
    ),
    (
        "members stewards",
        &["faelled members stewards 0159 0151 0161 --threshold 2"],
    ),
    (
        "key export",
        &[
            "faelled key export /media/usb/gladsaxe.key",
            "faelled key export /media/usb/gladsaxe.key --move --passphrase-fd 3 3< passphrase.txt",
        ],
    ),
    ("key renew", &["faelled key renew --days 365"]),
    (
        "key revoke",
        &[
            "faelled key revoke 3f0a91c2ab",
            "faelled key revoke 3f0a91c2ab --received-before \"2026-03-01 14:30\"",
        ],
    ),
    (
        "editors",
        &[
            "faelled editors GLX-EMB-001 --grant 0151",
            "faelled editors GLX-EMB-001 --withdraw 0151",
        ],
    ),
    (
        "recover apply",
        &[
            "faelled recover apply GLX-MOB-001",
            "faelled recover apply --private",
        ],
    ),
    (
        "pack import",
        &[
            "faelled pack import packaging.toml furniture.xlsx",
            "faelled pack import - --format csv < packaging.csv",
        ],
    ),
    (
        "pack template",
        &["faelled pack template --output packaging.xlsx"],
    ),
    (
        "pack export",
        &[
            "faelled pack export GLX-EMB --format docx",
            "faelled pack export GLX-EMB@draft --format xlsx --language da",
        ],
    ),
    (
        "basket add",
        &["faelled basket add GLX-EMB-001 GLX-EMB-002@1.0.0"],
    ),
    ("basket fill", &["faelled basket fill GLX-EMB-001 andel=60"]),
    (
        "basket export",
        &[
            "faelled basket export --format docx",
            "faelled basket export --format md --output - --motives",
        ],
    ),
    (
        "export ocds",
        &["faelled export ocds --ocid-prefix ocds-a1b2c3 --uri https://example.org/ocds.json"],
    ),
    (
        "pack publish",
        &[
            "faelled pack publish GLX-EMB --preview",
            "faelled pack publish GLX-EMB --version 1.1.0 --note-en \"...\" --note-da \"...\"",
        ],
    ),
    (
        "pack adopt",
        &[
            "faelled pack adopt GLX-EMB --stance trying --quarter 2027-Q1",
            "faelled pack adopt GLX-EMB@1.0.0 --stance using --level GLX-EMB-002=advanced",
        ],
    ),
    (
        "pack diff",
        &[
            "faelled pack diff GLX-EMB",
            "faelled pack diff GLX-EMB 1.0.0 1.1.0",
            "faelled pack diff GLX-EMB 1.1.0 draft",
        ],
    ),
    (
        "pack verify",
        &[
            "faelled pack verify GLX-EMB@1.0.0",
            "faelled pack verify 'faelled:...@1.0.0#...'",
        ],
    ),
    (
        "pack withdraw",
        &["faelled pack withdraw GLX-EMB@1.0.0 --reason \"...\" --replaced-by 1.1.0"],
    ),
    (
        "pack cosign",
        &["faelled pack cosign GLX-EMB@1.1.0 --capacity \"...\""],
    ),
    (
        "pack answer-proposal",
        &["faelled pack answer-proposal 3f0a91c2 GLX-EMB-001 --version 1.1.0"],
    ),
    (
        "requirement adapt",
        &[
            "faelled requirement adapt GLX-EMB-001 --as BAL-EMB-001 --changes \"...\" --set level=advanced",
        ],
    ),
    (
        "requirement compare",
        &["faelled requirement compare GLX-EMB-001 GLX-EMB-002"],
    ),
    (
        "requirement list",
        &[
            "faelled requirement list --category packaging --strategy reuse --tried",
            "faelled requirement list --cpv 4461 --json",
        ],
    ),
    (
        "requirement show",
        &["faelled requirement show GLX-EMB-001"],
    ),
    (
        "pilot record",
        &["faelled pilot record 0151-kontorartikler.toml"],
    ),
    (
        "pilot list",
        &["faelled pilot list --requirement GLX-EMB-001"],
    ),
    (
        "search",
        &[
            "faelled search genbrugelig transportemballage",
            "faelled search reus --limit 5",
        ],
    ),
    (
        "project import",
        &["faelled project import klima-vip.toml --preview"],
    ),
    (
        "participation set",
        &[
            "faelled participation set cirkulaere-indkoeb --speed trying --state under-way --status \"...\"",
        ],
    ),
    (
        "question ask",
        &["faelled question ask \"...\" --about GLX-EMB-001 --field wording.da"],
    ),
    (
        "comment",
        &[
            "faelled comment GLX-EMB-001 \"...\" --field wording.da",
            "faelled comment list GLX-EMB-001",
        ],
    ),
    (
        "resource add",
        &[
            "faelled resource add --kind template --title \"...\" --description \"...\" --licence \"CC BY 4.0\" --file skema.xlsx",
        ],
    ),
    (
        "follow",
        &[
            "faelled follow GLX-EMB",
            "faelled follow category:packaging",
            "faelled follow cpv:4461",
        ],
    ),
    (
        "inbox",
        &["faelled inbox --all --limit 20", "faelled inbox read"],
    ),
    ("mirror schema", &["faelled mirror schema --format sql"]),
];

/// The command line, with its help in this language.
pub(super) fn command(language: Language) -> Command {
    let command = shaped(Cli::command(), "", language);
    match language {
        Language::English => command,
        Language::Danish => with_danish_usage(command),
    }
}

/// The language, before anything is parsed: the help has to be in it, too.
pub(super) fn language(
    arguments: &[OsString],
    environment: impl Fn(&str) -> Option<String>,
) -> Language {
    let words: Vec<_> = arguments
        .iter()
        .map(|word| word.to_string_lossy())
        .collect();
    let given = words
        .iter()
        .enumerate()
        .find_map(|(index, word)| match word.as_ref() {
            "--lang" => words.get(index + 1).map(ToString::to_string),
            word => word.strip_prefix("--lang=").map(str::to_owned),
        });
    let said = |name| environment(name).filter(|value| !value.is_empty());
    let locale = || {
        said("LC_ALL")
            .or_else(|| said("LC_MESSAGES"))
            .or_else(|| said("LANG"))
    };
    let locale = given.or_else(|| said("FAELLED_LANG")).or_else(locale);
    Language::from_locale(&locale.unwrap_or_default())
}

fn shaped(command: Command, path: &str, language: Language) -> Command {
    let mut command = command.disable_help_subcommand(true);
    let examples = EXAMPLES
        .iter()
        .find(|(known, _)| *known == path)
        .map(|(_, lines)| *lines);
    if let Some(lines) = examples {
        let lines: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
        command = command.after_help(format!(
            "{}\n{}",
            language.pick("Examples:", "Eksempler:"),
            lines.join("\n")
        ));
    }
    if language == Language::Danish {
        command = in_danish(command, path);
    }
    let names: Vec<String> = command
        .get_subcommands()
        .map(|one| one.get_name().to_owned())
        .collect();
    for name in names {
        let below = if path.is_empty() {
            name.clone()
        } else {
            format!("{path} {name}")
        };
        command = command.mut_subcommand(name, |one| shaped(one, &below, language));
    }
    command
}

fn in_danish(command: Command, path: &str) -> Command {
    let mut command = command
        .subcommand_help_heading("Kommandoer")
        .subcommand_value_name("KOMMANDO")
        .help_template("{about-with-newline}\nBrug: {usage}\n\n{all-args}{after-help}");
    if let Some(text) = danish::text(path) {
        command = command.about(text);
    }
    command.mut_args(|arg| {
        let key = format!("{path}/{}", arg.get_id());
        let value = arg
            .get_value_names()
            .and_then(|names| names.first())
            .and_then(|name| danish::value(name));
        let heading = if arg.is_positional() {
            "Argumenter"
        } else {
            "Valg"
        };
        let arg = arg.help_heading(heading);
        let arg = match danish::text(&key) {
            Some(text) => arg.help(text),
            None => arg,
        };
        named(arg, value)
    })
}

fn named(arg: Arg, value: Option<&'static str>) -> Arg {
    match value {
        Some(value) => arg.value_name(value),
        None => arg,
    }
}

/// Puts Danish words into the lines that clap writes itself.
fn with_danish_usage(command: Command) -> Command {
    let mut built = command.clone();
    built.build();
    copy_usage(command, &mut built)
}

fn copy_usage(mut command: Command, built: &mut Command) -> Command {
    let usage = built.render_usage().to_string();
    let usage = usage
        .strip_prefix("Usage: ")
        .unwrap_or(&usage)
        .replace("[OPTIONS]", "[VALG]");
    command = command.override_usage(usage);
    let names: Vec<String> = command
        .get_subcommands()
        .map(|one| one.get_name().to_owned())
        .collect();
    for name in names {
        if let Some(built) = built.find_subcommand_mut(&name) {
            command = command.mut_subcommand(name, |one| copy_usage(one, built));
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(command: &Command, path: &str, keys: &mut BTreeSet<String>) {
        keys.insert(path.to_owned());
        keys.extend(
            command
                .get_arguments()
                .map(|arg| format!("{path}/{}", arg.get_id())),
        );
        for one in command.get_subcommands() {
            keys_below(one, path, keys);
        }
    }

    fn keys_below(command: &Command, path: &str, all: &mut BTreeSet<String>) {
        let name = command.get_name();
        let below = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path} {name}")
        };
        keys(command, &below, all);
    }

    fn every_key() -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        keys(&Cli::command(), "", &mut all);
        all
    }

    #[test]
    fn every_command_and_argument_has_a_danish_text_and_no_text_is_stale() {
        let table: BTreeSet<String> = danish::every_text()
            .map(|(key, _)| (*key).to_owned())
            .collect();
        assert_eq!(
            table.len(),
            danish::every_text().count(),
            "a key stands twice"
        );
        let every = every_key();
        let missing: Vec<_> = every.difference(&table).collect();
        let stale: Vec<_> = table.difference(&every).collect();
        assert_eq!((missing, stale), (Vec::new(), Vec::new()));
    }

    #[test]
    fn every_command_and_argument_has_an_english_text() {
        fn check(command: &Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for arg in command.get_arguments() {
                assert!(
                    arg.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    arg.get_id()
                );
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }

    #[test]
    fn every_value_has_a_danish_name_and_no_name_is_stale() {
        fn collect(command: &Command, names: &mut BTreeSet<String>) {
            let values = command
                .get_arguments()
                .filter(|arg| arg.get_action().takes_values());
            names.extend(
                values
                    .flat_map(|arg| arg.get_value_names().unwrap_or_default())
                    .map(ToString::to_string),
            );
            command
                .get_subcommands()
                .for_each(|one| collect(one, names));
        }
        let mut names = BTreeSet::new();
        collect(&Cli::command(), &mut names);
        let table: BTreeSet<String> = danish::every_value()
            .map(|(english, _)| (*english).to_owned())
            .collect();
        assert_eq!(names, table);
    }

    #[test]
    fn examples_belong_to_commands_and_begin_with_them() {
        let every = every_key();
        for (path, lines) in EXAMPLES {
            assert!(every.contains(*path), "{path}");
            for line in *lines {
                assert!(
                    line.contains(format!("faelled {path}").trim_end()),
                    "{line}"
                );
            }
        }
    }

    #[test]
    fn no_english_heading_is_left_in_danish_help() {
        fn check(command: &mut Command) {
            let help = command.render_long_help().to_string();
            for english in [
                "Usage",
                "Options",
                "OPTIONS",
                "Commands",
                "COMMAND",
                "Arguments",
                "Examples",
                "[default",
                "[possible",
            ] {
                assert!(!help.contains(english), "{english} in:\n{help}");
            }
            assert!(help.contains("Brug: faelled"), "{help}");
            command.get_subcommands_mut().for_each(check);
        }
        let mut command = command(Language::Danish);
        command.build();
        check(&mut command);
    }

    #[test]
    fn both_command_lines_are_sound() {
        command(Language::Danish).debug_assert();
        command(Language::English).debug_assert();
    }

    #[test]
    fn the_language_is_what_was_said_last_and_nearest() {
        let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        let danish = |name: &str| (name == "LANG").then(|| "da_DK.UTF-8".to_owned());
        assert_eq!(language(&words("faelled status"), danish), Language::Danish);
        assert_eq!(
            language(&words("faelled --lang en status"), danish),
            Language::English
        );
        assert_eq!(
            language(&words("faelled status --lang=da"), |_| None),
            Language::Danish
        );
        let overridden = |name: &str| match name {
            "FAELLED_LANG" => Some("da".to_owned()),
            "LC_ALL" => Some("en_GB.UTF-8".to_owned()),
            _ => None,
        };
        assert_eq!(language(&words("faelled"), overridden), Language::Danish);
        assert_eq!(
            language(&words("faelled"), |_| Some(String::new())),
            Language::English
        );
    }
}
