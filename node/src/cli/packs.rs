//! `faelled pack`.

use faelled_model::Localized;

use super::arguments::{Adopt, Pack, Publish};
use super::input::confirm;
use super::session::Session;
use super::{batch, output, values};
use crate::failure::{Failure, Said};
use crate::request::Request;

pub(super) async fn pack(session: &Session, command: Pack) -> Result<(), Failure> {
    match command {
        Pack::Import { files } => import(session, &files).await,
        Pack::List => session.answer(Request::PackList).await,
        Pack::Show { pack } => session.answer(Request::PackShow { pack }).await,
        Pack::Publish(publish) => self::publish(session, publish).await,
        Pack::Adopt(adopt) => self::adopt(session, adopt).await,
    }
}

async fn import(session: &Session, files: &[String]) -> Result<(), Failure> {
    let doing = Said::new("importing", "importerer");
    batch::give(session, &doing, files, batch::is_pack, |file| {
        Request::PackImport {
            file_name: file.name,
            text: file.text,
        }
    })
    .await
}

async fn publish(session: &Session, publish: Publish) -> Result<(), Failure> {
    let notes = notes(session, &publish);
    let request = |version, preview| Request::PackPublish {
        pack: publish.pack.clone(),
        version,
        notes: notes.clone(),
        preview,
    };
    if publish.yes {
        return session.answer(request(publish.release, false)).await;
    }
    let preview = session.ask(request(publish.release.clone(), true)).await?;
    if publish.preview {
        return session.print(&preview);
    }
    if session.json {
        return Err(not_confirmed());
    }
    output::print(&preview.text)?;
    let question = session.say(
        "Release it to every member? [y/N]",
        "Udgiv den til alle deltagere? [j/N]",
    );
    match confirm(&question)? {
        None => Err(not_confirmed()),
        Some(false) => {
            output::note(&session.say("Nothing was released.", "Intet er udgivet."));
            Ok(())
        }
        // The version that was shown is the one that is released.
        Some(true) => {
            let version = preview
                .json
                .get("version")
                .and_then(|version| version.as_str())
                .map(str::to_owned);
            session
                .answer(request(version.or(publish.release), false))
                .await
        }
    }
}

async fn adopt(session: &Session, adopt: Adopt) -> Result<(), Failure> {
    let (pack, version) = match adopt.pack.rsplit_once('@') {
        Some((pack, version)) => (pack.to_owned(), Some(version.to_owned())),
        None => (adopt.pack, None),
    };
    let stance =
        values::code("Stance", "--stance", adopt.stance)?.unwrap_or_else(|| "following".to_owned());
    let quarter = adopt.quarter.as_deref().map(values::quarter).transpose()?;
    let mut reason = Localized::default();
    if let Some(text) = adopt.reason {
        reason.0.insert(session.language().code().to_owned(), text);
    }
    session
        .answer(Request::PackAdopt {
            pack,
            version,
            stance,
            quarter,
            reason,
        })
        .await
}

fn notes(session: &Session, publish: &Publish) -> Localized {
    let mut notes = Localized::default();
    let given = [
        (session.language().code(), &publish.note),
        ("da", &publish.note_da),
        ("en", &publish.note_en),
    ];
    for (language, text) in given {
        if let Some(text) = text {
            notes.0.insert(language.to_owned(), text.clone());
        }
    }
    notes
}

fn not_confirmed() -> Failure {
    Failure::user(
        "not-confirmed",
        Said::new("nothing was released: nobody confirmed it", "intet er udgivet: ingen bekræftede det"),
    )
    .hint(Said::new(
        "pass --yes to release it, or --preview to see what would be visible to whom",
        "tilføj --yes for at udgive, eller --preview for at se, hvad der ville blive synligt for hvem",
    ))
}
