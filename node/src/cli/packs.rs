//! `faelled pack`.

use faelled_model::Localized;
use faelled_model::adoption::{ChosenLevel, Deviation};
use faelled_model::attachment::FileBytes;
use faelled_model::terms::Level;

use super::arguments::{Adopt, Pack, Publish};
use super::consent::{self, Agreed, Consent};
use super::input::Paths;
use super::session::Session;
use super::{batch, values};
use crate::failure::{Failure, Said};
use crate::request::{AdoptionOf, PublishTerms, Request};

pub(super) async fn pack(session: &Session, command: Pack) -> Result<(), Failure> {
    match command {
        Pack::Import {
            files,
            group,
            over,
            format,
        } => {
            let given = Paths {
                paths: &files,
                format: format.as_deref(),
            };
            import(session, given, group, over).await
        }
        Pack::List => session.answer(Request::PackList).await,
        Pack::Show { pack } => session.answer(Request::PackShow { pack }).await,
        Pack::Publish(publish) => self::publish(session, publish).await,
        Pack::Adopt(adopt) => self::adopt(session, adopt).await,
        Pack::Drafting(command) => super::drafting::pack(session, command).await,
        Pack::Releasing(command) => super::releasing::pack(session, command).await,
        Pack::Baskets(command) => super::baskets::pack(session, command).await,
    }
}

async fn import(
    session: &Session,
    files: Paths<'_>,
    group: Option<String>,
    over: bool,
) -> Result<(), Failure> {
    let doing = Said::new("importing", "importerer");
    batch::give(session, &doing, files, batch::is_pack, |file| {
        Request::PackImport {
            file_name: file.name,
            bytes: FileBytes(file.bytes),
            group: group.clone(),
            over,
        }
    })
    .await
}

async fn publish(session: &Session, publish: Publish) -> Result<(), Failure> {
    let terms = terms(session, &publish);
    let request = |version, preview| Request::PackPublish {
        pack: publish.pack.clone(),
        terms: PublishTerms {
            version,
            ..terms.clone()
        },
        preview,
    };
    let consent = Consent {
        yes: publish.yes,
        preview: publish.preview,
        question: &session.say(
            "Release it to every member? [y/N]",
            "Udgiv den til alle deltagere? [j/N]",
        ),
    };
    let asked = publish.release.clone();
    let version = match consent::agreed(session, consent, request(asked, true)).await? {
        Agreed::No => return Ok(()),
        Agreed::Beforehand => None,
        // The version that was shown is the one that is released.
        Agreed::Seen(shown) => shown
            .json
            .get("version")
            .and_then(|version| version.as_str())
            .map(str::to_owned),
    };
    session
        .answer(request(version.or_else(|| publish.release.clone()), false))
        .await
}

async fn adopt(session: &Session, adopt: Adopt) -> Result<(), Failure> {
    let (pack, version) = values::with_version(adopt.pack);
    let stance = values::code("Stance", "--stance", adopt.stance)?;
    let quarter = adopt.quarter.as_deref().map(values::quarter).transpose()?;
    let reason = session.perhaps(adopt.reason);
    let mut deviations = Vec::new();
    for given in &adopt.deviation {
        let (number, text) = values::assignment(given)?;
        let text = session.localized(text);
        deviations.push(Deviation { number, text });
    }
    let mut levels = Vec::new();
    for given in &adopt.level {
        let (number, level) = values::assignment(given)?;
        let level = values::code("Level", "--level", Some(level))?.unwrap_or_default();
        levels.push(ChosenLevel {
            number,
            level: Level::from(level),
        });
    }
    session
        .answer(Request::PackAdopt(AdoptionOf {
            pack,
            version,
            stance,
            quarter,
            reason,
            levels,
            deviations,
        }))
        .await
}

/// On what terms it is released.
fn terms(session: &Session, publish: &Publish) -> PublishTerms {
    PublishTerms {
        version: publish.release.clone(),
        notes: notes(session, publish),
        cosigners: publish.cosigners,
        approved_by: publish.approved_by.clone(),
        approved_on: publish.approved_on.clone(),
        valid_from: publish.valid_from.clone(),
        review_by: publish.review_by.clone(),
        ground: session.perhaps(publish.ground.clone()),
        over: publish.over,
    }
}

fn notes(session: &Session, publish: &Publish) -> Localized {
    let mut notes = Localized::default();
    let given = [
        (session.language().code(), &publish.notes),
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
