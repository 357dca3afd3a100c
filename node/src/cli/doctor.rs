//! `faelled doctor`: what is wrong, and what to do.

use super::session::Session;
use crate::failure::{Failure, Said};
use crate::request::{Request, trust};

/// Prints what was found; fails where one of it is a problem, so that a script notices.
pub(super) async fn run(session: &Session) -> Result<(), Failure> {
    let reply = session.ask(Request::Trust(trust::Request::Doctor)).await?;
    session.print(&reply)?;
    let findings = reply.json["findings"].as_array();
    let problems = findings
        .into_iter()
        .flatten()
        .filter(|finding| finding["severity"] == "problem")
        .count();
    if problems == 0 {
        return Ok(());
    }
    Err(Failure::configuration(
        "problems",
        Said::new(
            format!("problems that need somebody: {problems}"),
            format!("problemer, der kræver nogen: {problems}"),
        ),
    )
    .hint(Said::new(
        "each says what to do; then run faelled doctor again",
        "ved hvert står, hvad I kan gøre; kør derefter faelled doctor igen",
    )))
}
