//! What others will see is shown first, with who they are; then a person confirms it.

use faelled_model::Localized;
use serde::Deserialize;
use serde_json::Value;

use super::super::consent::{self, Consent};
use super::super::input::{Paths, read_files};
use super::super::output;
use super::super::session::Session;
use super::arguments::Sharing;
use crate::failure::{Failure, Said};
use crate::request::Request;
use crate::request::joint::Request as Joint;

const STANDARD_INPUT: &str = "-";

/// Asks the node for a preview, a person for a yes, and the node to do it. What somebody should look at is shown
/// before anything is shared, also where nobody is asked.
pub(super) async fn share(
    session: &Session,
    sharing: &Sharing,
    request: impl Fn(bool) -> Joint,
) -> Result<(), Failure> {
    if sharing.yes && !session.json {
        let preview = session.ask(Request::Joint(request(true))).await?;
        warn(session, &preview.json);
    }
    let consent = Consent {
        yes: sharing.yes,
        preview: sharing.preview,
        question: &session.say("Share it? [y/N]", "Del det? [j/N]"),
    };
    consent::share(session, consent, |preview| Request::Joint(request(preview))).await
}

fn warn(session: &Session, preview: &Value) {
    let warnings: Vec<Said> = preview
        .get("warnings")
        .and_then(|warnings| Vec::deserialize(warnings).ok())
        .unwrap_or_default();
    for warning in warnings {
        let warning = warning.in_language(session.language());
        output::note(&session.say(
            format!("Please look at {warning}"),
            format!("Se venligst på {warning}"),
        ));
    }
}

/// A text in the language of the command; `-` reads it from standard input.
pub(super) fn text(session: &Session, given: &str) -> Result<Localized, Failure> {
    if given != STANDARD_INPUT {
        return Ok(session.localized(given));
    }
    let (_, said) = text_file(STANDARD_INPUT)?;
    Ok(session.localized(said.trim()))
}

/// The name and text of a file; `-` is standard input.
pub(super) fn text_file(path: &str) -> Result<(String, String), Failure> {
    let paths = [path.to_owned()];
    let given = Paths {
        paths: &paths,
        format: None,
    };
    let file = read_files(given)?.pop().ok_or_else(Failure::stopping)?;
    let name = file.name;
    match String::from_utf8(file.bytes) {
        Ok(text) => Ok((name, text)),
        Err(error) => {
            let byte = error.utf8_error().valid_up_to() + 1;
            Err(Failure::user(
                "not-text",
                Said::new(
                    format!("{name} is not text in UTF-8: byte {byte} cannot be read"),
                    format!("{name} er ikke tekst i UTF-8: byte {byte} kan ikke læses"),
                ),
            ))
        }
    }
}
