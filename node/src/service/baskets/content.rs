//! What stands in a basket: picked from a release or an own draft, and looked up again.

use faelled_mirror::Mirror;
use faelled_mirror::read::RequirementDetail;
use faelled_model::adoption::ReleaseRef;
use faelled_model::basket::BasketLine;
use faelled_model::validate::{self, Finding, Severity};
use faelled_model::{Language, Requirement};

use super::super::releasing::PackStanding;
use super::super::{Service, document_id, only};
use super::basket::Held;
use crate::data::baskets::{Basket, Line, Place};
use crate::data::releasing::Standing;
use crate::failure::{Failure, Said};

/// What a version may be called that is none: the draft as it is now.
const DRAFT: &str = "draft";

impl Service {
    /// A line for a requirement: from the release that is named, else from the newest that counts, else an own
    /// draft.
    pub(super) async fn picked(&self, mirror: &Mirror, key: &str) -> Result<BasketLine, Failure> {
        let (key, version) = match key.rsplit_once('@') {
            Some((key, version)) => (key, Some(version)),
            None => (key, None),
        };
        let what = Said::new("requirement", "kravet");
        let found = only(mirror.requirement(key).await?, key, &what)?;
        let number = found.summary.number.clone().unwrap_or_default();
        if found.summary.space != "commons" {
            return self.own_draft(&found, number, version);
        }
        let origin = self.origin(mirror, &found, version).await.map_err(|failure| {
            if failure.code == "not-released" {
                in_no_release(&number)
            } else {
                failure
            }
        })?;
        Ok(BasketLine {
            requirement: origin.released.document,
            number,
            release: ReleaseRef {
                pack: origin.standing.pack,
                version: origin.standing.version,
                hash: origin.standing.hash,
            },
            values: Vec::new(),
        })
    }

    fn own_draft(
        &self,
        found: &RequirementDetail,
        number: String,
        version: Option<&str>,
    ) -> Result<BasketLine, Failure> {
        if found.summary.owner != self.own.as_str() {
            return Err(drafted_by_others(&number, &found.summary.owner));
        }
        match version {
            None | Some(DRAFT) => Ok(BasketLine {
                requirement: found.summary.document.clone(),
                number,
                ..BasketLine::default()
            }),
            Some(version) => Err(Failure::user(
                "no-release",
                Said::new(
                    format!("{number} is your own draft: there is no version {version} of it"),
                    format!("{number} er jeres egen kladde: der er ingen version {version} af det"),
                ),
            )),
        }
    }

    /// A requirement as the release says from which a line is taken; an own draft as it is now.
    pub(super) async fn line_content(&self, line: &BasketLine) -> Result<Requirement, Failure> {
        let number = &line.number;
        let unknown = || {
            Failure::user(
                "not-here",
                Said::new(
                    format!("what {number} says cannot be read here"),
                    format!("det, {number} siger, kan ikke læses her"),
                ),
            )
            .hint(Said::new(
                format!("take it out with faelled basket remove {number}, or let this node sync"),
                format!("tag det ud med faelled basket remove {number}, eller lad noden synkronisere"),
            ))
        };
        if line.release == ReleaseRef::default() {
            let document = document_id(&line.requirement).ok_or_else(unknown)?;
            return self.value(document).await;
        }
        let pack = document_id(&line.release.pack).ok_or_else(unknown)?;
        self.content(pack, &line.release.hash)
            .await?
            .into_iter()
            .flat_map(|content| content.requirements)
            .find(|released| released.document == line.requirement)
            .map(|released| released.requirement)
            .ok_or_else(unknown)
    }

    /// The pack from which a line is taken, with how its releases stand; nothing for an own draft, and where the
    /// pack is not here.
    pub(super) async fn line_pack(
        &self,
        mirror: &Mirror,
        line: &BasketLine,
    ) -> Result<Option<PackStanding>, Failure> {
        if line.release == ReleaseRef::default() {
            return Ok(None);
        }
        match self.pack_standing(mirror, &line.release.pack).await {
            Ok(pack) => Ok(Some(pack)),
            Err(failure) if failure.code == "not-found" => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// A basket for whoever asks.
    pub(super) async fn shown(&self, mirror: &Mirror, held: &Held) -> Result<Basket, Failure> {
        let mut lines = Vec::with_capacity(held.basket.lines.len());
        for line in &held.basket.lines {
            let requirement = match self.line_content(line).await {
                Ok(requirement) => Some(requirement),
                Err(failure) if failure.code == "not-here" => None,
                Err(failure) => return Err(failure),
            };
            let pack = self.line_pack(mirror, line).await?;
            lines.push(shown_line(line, requirement.as_ref(), pack.as_ref()));
        }
        Ok(Basket {
            document: held.document.to_string(),
            name: held.basket.name.clone(),
            lines,
        })
    }
}

/// The release from which a line is taken.
pub(super) fn release_of<'a>(line: &BasketLine, pack: &'a PackStanding) -> Option<&'a Standing> {
    pack.releases
        .iter()
        .find(|release| release.hash == line.release.hash)
}

fn shown_line(
    line: &BasketLine,
    requirement: Option<&Requirement>,
    pack: Option<&PackStanding>,
) -> Line {
    let is_released = line.release != ReleaseRef::default();
    let code = pack.map(|pack| {
        release_of(line, pack).map_or_else(|| pack.code.clone(), |release| release.code.clone())
    });
    Line {
        requirement: line.requirement.clone(),
        number: line.number.clone(),
        title: requirement.map(|held| held.title.clone()).unwrap_or_default(),
        r#type: requirement
            .map(|held| held.r#type.code().to_owned())
            .unwrap_or_default(),
        pack: code,
        release: is_released.then(|| line.release.clone()),
        is_here: requirement.is_some(),
        places: requirement
            .map(|held| places(held, line))
            .unwrap_or_default(),
        warnings: match (pack, requirement) {
            (Some(pack), _) => cautions(line, pack),
            (None, Some(requirement)) if !is_released => draft_cautions(requirement),
            _ => Vec::new(),
        },
    }
}

/// What to say of an own draft in a basket.
pub(super) fn draft_cautions(requirement: &Requirement) -> Vec<Said> {
    let number = &requirement.number;
    if requirement.published_as.is_empty() {
        return vec![Said::new(
            format!("{number} is a draft of your own: it is in no release"),
            format!("{number} er jeres egen kladde: det er ikke udgivet"),
        )];
    }
    vec![Said::new(
        format!("{number} is a draft of your own that was released since: faelled basket add {number} takes the release"),
        format!("{number} er jeres egen kladde, som siden er udgivet: faelled basket add {number} tager udgivelsen"),
    )]
}

fn places(requirement: &Requirement, line: &BasketLine) -> Vec<Place> {
    let findings = validate::filled(requirement, &line.values);
    let said = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let place = |name: &str| {
        let field = format!("values[{name}]");
        let of_this = |finding: &&Finding| {
            finding.severity == Severity::Error && finding.field == field
        };
        Place {
            name: name.to_owned(),
            meaning: faelled_model::Localized::default(),
            unit: String::new(),
            min: None,
            max: None,
            value: line
                .values
                .iter()
                .find(|value| value.name == name)
                .and_then(|value| said(&value.value)),
            default: None,
            wrong: findings
                .iter()
                .filter(of_this)
                .map(|finding| {
                    Said::new(
                        finding.message(Language::English),
                        finding.message(Language::Danish),
                    )
                })
                .collect(),
        }
    };
    let known = requirement.placeholders.iter().map(|of| Place {
        meaning: of.meaning.clone(),
        unit: of.unit.clone(),
        min: of.min,
        max: of.max,
        default: said(&of.default),
        ..place(&of.name)
    });
    // Values that another release knew, and this one does not.
    let unknown = line.values.iter().filter(|value| {
        requirement
            .placeholders
            .iter()
            .all(|known| known.name != value.name)
    });
    known
        .chain(unknown.map(|value| place(&value.name)))
        .collect()
}

/// What has moved on since a line was taken.
pub(super) fn cautions(line: &BasketLine, pack: &PackStanding) -> Vec<Said> {
    let number = &line.number;
    let code = &pack.code;
    let mut cautions = Vec::new();
    let Some(release) = release_of(line, pack) else {
        return cautions;
    };
    let version = &release.version;
    if let Some(withdrawal) = &release.withdrawn {
        cautions.push(Said::new(
            format!("{number}: {code} {version} was withdrawn {}", withdrawal.date),
            format!("{number}: {code} {version} er trukket tilbage {}", withdrawal.date),
        ));
    } else if release.is_equivocated {
        cautions.push(Said::new(
            format!("{number}: there are two different releases {code} {version}"),
            format!("{number}: der er to forskellige udgivelser {code} {version}"),
        ));
    }
    if let Some(newer) = pack.newest().filter(|newest| is_newer(release, newest)) {
        cautions.push(moved_on(line, pack, newer));
    }
    cautions
}

fn is_newer(release: &Standing, newest: &Standing) -> bool {
    newest.hash != release.hash && release.higher.is_some()
}

fn moved_on(line: &BasketLine, pack: &PackStanding, newer: &Standing) -> Said {
    let (number, code) = (&line.number, &pack.code);
    let (version, then) = (&newer.version, &line.release.version);
    let in_release = |standing: &Standing| {
        let content = pack.held(standing)?.content()?;
        content
            .requirements
            .into_iter()
            .find(|released| released.document == line.requirement)
            .map(|released| released.requirement)
    };
    let taken = release_of(line, pack).and_then(in_release);
    match (taken, in_release(newer)) {
        (_, None) => Said::new(
            format!("{number} is taken from {code} {then}; the newer {version} does not hold it any more"),
            format!("{number} er taget fra {code} {then}; den nyere {version} har det ikke med mere"),
        ),
        (Some(taken), Some(now)) if same(&taken, &now) => Said::new(
            format!("{number} is taken from {code} {then}; {version} is newer and says the same of it"),
            format!("{number} er taget fra {code} {then}; {version} er nyere og siger det samme om det"),
        ),
        (_, Some(_)) => Said::new(
            format!("{number} is taken from {code} {then}; {version} is newer and changes it: faelled pack diff {code} {then} {version}; faelled basket add {number} takes it"),
            format!("{number} er taget fra {code} {then}; {version} er nyere og ændrer det: faelled pack diff {code} {then} {version}; faelled basket add {number} tager den"),
        ),
    }
}

/// Whether two releases say the same of a requirement, its history aside.
fn same(one: &Requirement, other: &Requirement) -> bool {
    let mut one = one.clone();
    one.history.clone_from(&other.history);
    one.schema = other.schema;
    one == *other
}

fn drafted_by_others(number: &str, owner: &str) -> Failure {
    Failure::user(
        "not-your-draft",
        Said::new(
            format!("{number} is a draft of {owner}: it is not released, and may still change"),
            format!("{number} er en kladde fra {owner}: det er ikke udgivet og kan endnu ændre sig"),
        ),
    )
    .hint(Said::new(
        "what stands in tender documents is a released wording, or a draft of your own",
        "det, der står i udbudsmaterialet, er en udgivet ordlyd eller en kladde, I selv ejer",
    ))
}

fn in_no_release(number: &str) -> Failure {
    Failure::user(
        "not-released",
        Said::new(
            format!("{number} stands in no release that counts"),
            format!("{number} står ikke i nogen udgivelse, der gælder"),
        ),
    )
    .hint(Said::new(
        "faelled requirement show NUMBER tells in which releases it stands",
        "faelled requirement show NUMMER fortæller, hvilke udgivelser det står i",
    ))
}
