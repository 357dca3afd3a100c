//! Nothing is given to others before a person has seen what would become visible to whom, and said yes; and nothing is
//! signed for the member before a person has seen what.

use super::input::confirm;
use super::output;
use super::session::Session;
use crate::failure::{Failure, Said};
use crate::request::{Reply, Request};

/// What the command line says of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Consent<'a> {
    /// Do it without asking.
    pub(super) yes: bool,
    /// Only show what would become visible to whom.
    pub(super) preview: bool,
    /// What a person is asked where neither is said.
    pub(super) question: &'a str,
}

/// What came of asking.
pub(super) enum Agreed {
    /// Nobody was asked: the command line says yes.
    Beforehand,
    /// A person saw this and said yes.
    Seen(Box<Reply>),
    /// It is not done, and all is said.
    No,
}

/// Shows what would become visible to whom, asks, and does it.
pub(super) async fn share(
    session: &Session,
    consent: Consent<'_>,
    request: impl Fn(bool) -> Request,
) -> Result<(), Failure> {
    match agreed(session, consent, request(true)).await? {
        Agreed::No => Ok(()),
        Agreed::Beforehand | Agreed::Seen(_) => session.answer(request(false)).await,
    }
}

/// Whether a person agrees to what the preview shows.
pub(super) async fn agreed(
    session: &Session,
    consent: Consent<'_>,
    preview: Request,
) -> Result<Agreed, Failure> {
    if consent.yes {
        return Ok(Agreed::Beforehand);
    }
    let shown = session.ask(preview).await?;
    if consent.preview {
        session.print(&shown)?;
        return Ok(Agreed::No);
    }
    if session.json {
        return Err(not_confirmed());
    }
    output::print(&shown.text)?;
    match confirm(consent.question)? {
        None => Err(not_confirmed()),
        Some(false) => {
            output::note(&session.say("Nothing was shared.", "Intet er delt."));
            Ok(Agreed::No)
        }
        Some(true) => Ok(Agreed::Seen(Box::new(shown))),
    }
}

/// Whether a person agrees to sign for the member what was shown.
pub(super) fn signs(session: &Session, yes: bool, question: &str) -> Result<bool, Failure> {
    if yes {
        return Ok(true);
    }
    let answer = if session.json {
        None
    } else {
        confirm(question)?
    };
    if answer == Some(false) {
        output::note(&session.say("Nothing is signed.", "Intet er underskrevet."));
    }
    answer.ok_or_else(|| {
        Failure::user(
            "not-confirmed",
            Said::new(
                "nothing is signed: nobody confirmed it",
                "intet er underskrevet: ingen bekræftede det",
            ),
        )
        .hint(Said::new(
            "a signature cannot be taken back; pass --yes to sign without being asked",
            "en underskrift kan ikke tages tilbage; tilføj --yes for at skrive under uden at blive spurgt",
        ))
    })
}

fn not_confirmed() -> Failure {
    Failure::user(
        "not-confirmed",
        Said::new(
            "nothing was shared: nobody confirmed it",
            "intet er delt: ingen bekræftede det",
        ),
    )
    .hint(Said::new(
        "pass --yes to share it, or --preview to see what would become visible to whom",
        "tilføj --yes for at dele, eller --preview for at se, hvad der ville blive synligt for hvem",
    ))
}
