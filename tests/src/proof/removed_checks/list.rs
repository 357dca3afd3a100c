//! The list of checks: what each is, where it stands and what is left without it.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::program::Broken;

/// The list, from the workspace's directory.
const LIST: &str = "tests/removed-checks.toml";

/// A check that is taken out by itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Check {
    /// The rule that goes, as it holds now.
    pub(super) name: String,
    /// The source file, from the workspace's directory.
    pub(super) file: String,
    /// A text that stands there once.
    pub(super) find: String,
    /// The same without the check.
    pub(super) replace: String,
    /// What to give `cargo test`.
    pub(super) tests: String,
    /// Whether it says what is trusted, counted or shown.
    pub(super) security: bool,
    /// Why it may survive.
    pub(super) because: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    check: Vec<Check>,
}

/// Reads the list.
pub(super) fn read(sources: &Path) -> Result<Vec<Check>, Broken> {
    let text = std::fs::read_to_string(sources.join(LIST))?;
    let list: List = toml::from_str(&text).map_err(|error| Broken(format!("{LIST}: {error}")))?;
    Ok(list.check)
}

/// What is wrong with the list: a check that is not where it should be, or is named twice.
pub(super) fn faults(checks: &[Check], sources: &Path) -> Vec<String> {
    let mut names = BTreeSet::new();
    let mut faults = Vec::new();
    for check in checks {
        let text = std::fs::read_to_string(sources.join(&check.file)).unwrap_or_default();
        let found = text.matches(&check.find).count();
        let fault = if found != 1 {
            Some(format!("what it finds stands there {found} times"))
        } else if check.find == check.replace {
            Some("it takes nothing out".to_owned())
        } else if check.security == check.because.is_some() {
            Some("it is about security, or says why it is not".to_owned())
        } else if !names.insert((&check.file, &check.name)) {
            Some("it is there twice".to_owned())
        } else {
            None
        };
        faults.extend(fault.map(|fault| format!("{:?} of {}: {fault}", check.name, check.file)));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So that who moves a check is told at once, not by the next whole run.
    #[test]
    fn every_check_is_where_the_list_says() {
        let sources = Path::new(super::super::SOURCES);
        let checks = read(sources).unwrap();
        assert_eq!(faults(&checks, sources), Vec::<String>::new());
    }
}
