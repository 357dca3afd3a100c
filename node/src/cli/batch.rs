//! Files that are given to the node one after another.

use faelled_exchange::{FileError, PackFile, PilotFile, Problem, read_pack_file, read_pilot_file};
use faelled_model::{Language, Severity};

use super::input::{InputFile, Paths, read_files};
use super::output;
use super::session::Session;
use crate::failure::{Failure, Said};
use crate::request::{Reply, Request};

/// Reads a file as what it should be.
pub(super) type Check = fn(&InputFile) -> Result<(), FileError>;

/// A pack file can be read.
pub(super) fn is_pack(file: &InputFile) -> Result<(), FileError> {
    read_pack_file(&file.bytes, &file.name).map(|_: PackFile| ())
}

/// A pilot file can be read.
pub(super) fn is_pilot(file: &InputFile) -> Result<(), FileError> {
    read_pilot_file(&file.bytes, &file.name).map(|_: PilotFile| ())
}

/// Gives each file to the node and prints the answers: one as it is, several as JSON in a list. Several are
/// all checked before the first is given. Where the node refuses one, the answers before it are printed, and
/// the failure names the files that were taken.
pub(super) async fn give(
    session: &Session,
    doing: &Said,
    given: Paths<'_>,
    check: Check,
    request: impl Fn(InputFile) -> Request,
) -> Result<(), Failure> {
    session.directory.require_node()?;
    let files = read_files(given)?;
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    if files.len() > 1 {
        check_all(&files, check)?;
    }
    let spinner = session.spinner(doing);
    let mut replies = Vec::new();
    for file in files {
        spinner.say(&file.name, true);
        match session.ask(request(file)).await {
            Ok(reply) => replies.push(reply),
            Err(failure) if replies.is_empty() => return Err(failure),
            Err(failure) => {
                drop(spinner);
                print_list(session, &replies)?;
                return Err(in_part(failure, &names, replies.len()));
            }
        }
    }
    drop(spinner);
    match replies.as_slice() {
        [only] => session.print(only),
        several => print_list(session, several),
    }
}

fn print_list(session: &Session, replies: &[Reply]) -> Result<(), Failure> {
    if session.json {
        return output::print_json(&replies.iter().map(|reply| reply.json.clone()).collect());
    }
    let texts: Vec<&str> = replies.iter().map(|reply| reply.text.as_str()).collect();
    output::print(&texts.join("\n"))
}

/// Fails with the problems of all files where one of them has an error.
fn check_all(files: &[InputFile], check: Check) -> Result<(), Failure> {
    let wrong: Vec<FileError> = files.iter().filter_map(|file| check(file).err()).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = wrong.iter().map(|error| error.file.as_str()).collect();
    let names = names.join(", ");
    let found = problem_count(&wrong);
    Err(Failure::user(
        "file",
        Said::new(
            format!("no file was taken: {} in {names}", found.en),
            format!("ingen fil blev indlæst: {} i {names}", found.da),
        ),
    )
    .details(wrong.iter().flat_map(places).collect())
    .hint(Said::new(
        "correct these places and give all files again; nothing was changed",
        "ret disse steder, og giv alle filer igen; intet er ændret",
    )))
}

/// Every listed place in a file.
fn places(error: &FileError) -> Vec<Said> {
    let mut places: Vec<Said> = error
        .problems
        .iter()
        .map(|problem| {
            Said::new(
                problem.line_of(&error.file, Language::English),
                problem.line_of(&error.file, Language::Danish),
            )
        })
        .collect();
    let more = error.total.saturating_sub(error.problems.len());
    if more > 0 {
        let file = &error.file;
        places.push(Said::new(
            format!("{file}: … and {more} more"),
            format!("{file}: … og {more} til"),
        ));
    }
    places
}

/// How many errors, and besides them how many warnings, are listed.
fn problem_count(wrong: &[FileError]) -> Said {
    let count = |severity| {
        wrong
            .iter()
            .flat_map(|error| &error.problems)
            .filter(|problem: &&Problem| problem.severity() == severity)
            .count()
    };
    let more: usize = wrong
        .iter()
        .map(|error| error.total.saturating_sub(error.problems.len()))
        .sum();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let mut said = match errors {
        1 => Said::new("1 error", "1 fejl"),
        _ => Said::new(format!("{errors} errors"), format!("{errors} fejl")),
    };
    match warnings {
        0 => {}
        1 => {
            said.en.push_str(" and 1 warning");
            said.da.push_str(" og 1 advarsel");
        }
        _ => {
            said.en.push_str(&format!(" and {warnings} warnings"));
            said.da.push_str(&format!(" og {warnings} advarsler"));
        }
    }
    if more > 0 {
        said.en.push_str(&format!(", and {more} more not listed,"));
        said.da
            .push_str(&format!(" og {more} til, der ikke er vist,"));
    }
    said
}

/// A failure after the node has taken the first `taken` of these files.
fn in_part(mut failure: Failure, names: &[String], taken: usize) -> Failure {
    let list = |names: &[String]| names.join(", ");
    let (before, after) = names.split_at(taken.min(names.len()));
    let taken = list(before);
    failure.details.push(Said::new(
        format!("taken before it, and stays so: {taken}"),
        format!("indlæst før den, og det bliver ved det: {taken}"),
    ));
    if let [_, untried @ ..] = after
        && !untried.is_empty()
    {
        let untried = list(untried);
        failure.details.push(Said::new(
            format!("not tried any more: {untried}"),
            format!("ikke forsøgt: {untried}"),
        ));
    }
    // Of one file alone it may say that nothing was changed.
    if failure.code == "file" {
        failure.hint = Some(Said::new(
            "correct it, and give it and those after it again",
            "ret den, og giv den og dem efter den igen",
        ));
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> InputFile {
        InputFile {
            name: name.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn every_file_with_an_error_is_named_with_its_places() {
        let good = include_str!("../../../examples/packs/packaging.toml");
        let files = [
            file("a.toml", good),
            file("b.toml", "[pack"),
            file("c.toml", "x = ["),
        ];
        assert!(check_all(&files[..1], is_pack).is_ok());
        let failure = check_all(&files, is_pack).unwrap_err();
        assert_eq!(
            failure.message.en,
            "no file was taken: 2 errors in b.toml, c.toml"
        );
        assert_eq!(
            failure.message.da,
            "ingen fil blev indlæst: 2 fejl i b.toml, c.toml"
        );
        assert!(failure.details[0].en.starts_with("b.toml:1:"));
        assert!(failure.details[1].da.starts_with("c.toml:1:"));
        let one = check_all(&files[1..2], is_pilot).unwrap_err();
        assert_eq!(one.message.en, "no file was taken: 1 error in b.toml");
    }

    #[test]
    fn a_failure_after_files_that_were_taken_says_which_and_not_that_nothing_changed() {
        let failure = Failure::user("file", Said::new("bad", "dårlig"))
            .hint(Said::new("nothing was changed", "intet er ændret"));
        let names = ["a", "b", "c", "d"].map(str::to_owned);
        let failure = in_part(failure, &names, 2);
        assert_eq!(failure.details[0].en, "taken before it, and stays so: a, b");
        assert_eq!(failure.details[1].en, "not tried any more: d");
        assert!(!failure.hint.unwrap().en.contains("nothing was changed"));
        let last = in_part(Failure::stopping(), &names, 3);
        assert_eq!(last.details.len(), 1);
    }
}
