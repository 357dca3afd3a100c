//! What stands in a basket: picked from a release or an own draft, and looked up again.

use faelled_mirror::Mirror;
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
            let line = BasketLine {
                requirement: found.summary.document,
                number,
                ..BasketLine::default()
            };
            return draft_line(line, &found.summary.owner, self.own.as_str(), version);
        }
        let origin = self
            .origin(mirror, &found, version)
            .await
            .map_err(|failure| {
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
                format!(
                    "tag det ud med faelled basket remove {number}, eller lad noden synkronisere"
                ),
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

/// A line for a draft, where it is one's own.
fn draft_line(
    line: BasketLine,
    owner: &str,
    own: &str,
    version: Option<&str>,
) -> Result<BasketLine, Failure> {
    let number = &line.number;
    if owner != own {
        return Err(drafted_by_others(number, owner));
    }
    match version {
        None | Some(DRAFT) => Ok(line),
        Some(version) => Err(Failure::user(
            "no-release",
            Said::new(
                format!("{number} is your own draft: there is no version {version} of it"),
                format!("{number} er jeres egen kladde: der er ingen version {version} af det"),
            ),
        )),
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
        title: requirement
            .map(|held| held.title.clone())
            .unwrap_or_default(),
        r#type: requirement
            .map(|held| held.r#type.code().to_owned())
            .unwrap_or_default(),
        pack: code,
        release: is_released.then(|| line.release.clone()),
        adapted_from: requirement.and_then(|held| held.adapted_from.clone()),
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
        format!(
            "{number} is a draft of your own that was released since: faelled basket add {number} takes the release"
        ),
        format!(
            "{number} er jeres egen kladde, som siden er udgivet: faelled basket add {number} tager udgivelsen"
        ),
    )]
}

fn places(requirement: &Requirement, line: &BasketLine) -> Vec<Place> {
    let findings = validate::filled(requirement, &line.values);
    let said = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
    let place = |name: &str| {
        let field = format!("values[{name}]");
        let of_this =
            |finding: &&Finding| finding.severity == Severity::Error && finding.field == field;
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
            format!(
                "{number}: {code} {version} was withdrawn {}",
                withdrawal.date
            ),
            format!(
                "{number}: {code} {version} er trukket tilbage {}",
                withdrawal.date
            ),
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
            format!(
                "{number} is taken from {code} {then}; the newer {version} does not hold it any more"
            ),
            format!(
                "{number} er taget fra {code} {then}; den nyere {version} har det ikke med mere"
            ),
        ),
        (Some(taken), Some(now)) if same(&taken, &now) => Said::new(
            format!(
                "{number} is taken from {code} {then}; {version} is newer and says the same of it"
            ),
            format!(
                "{number} er taget fra {code} {then}; {version} er nyere og siger det samme om det"
            ),
        ),
        (_, Some(_)) => Said::new(
            format!(
                "{number} is taken from {code} {then}; {version} is newer and changes it: faelled pack diff {code} {then} {version}; faelled basket add {number} takes it"
            ),
            format!(
                "{number} er taget fra {code} {then}; {version} er nyere og ændrer det: faelled pack diff {code} {then} {version}; faelled basket add {number} tager den"
            ),
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
            format!(
                "{number} er en kladde fra {owner}: det er ikke udgivet og kan endnu ændre sig"
            ),
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use faelled_model::basket::Filled;
    use faelled_model::pack::Withdrawal;
    use faelled_model::release::{ReleaseContent, ReleasedRequirement};
    use faelled_model::requirement::Placeholder;
    use faelled_model::{Localized, Pack};
    use faelled_proto::DocId;
    use faelled_proto::id::ContentHash;
    use faelled_proto::release::Release;

    use super::super::super::releases::HeldRelease;
    use super::*;

    const DOCUMENT: &str = "document";

    /// A release that holds the requirement with this title, or does not hold it.
    fn held(version: (u32, u32, u32), title: Option<&str>) -> HeldRelease {
        let requirements = title.map(|title| ReleasedRequirement {
            document: DOCUMENT.to_owned(),
            requirement: Requirement {
                title: Localized::from([("en", title)]),
                ..Requirement::default()
            },
        });
        let content = ReleaseContent {
            pack: Pack::default(),
            requirements: requirements.into_iter().collect(),
        };
        let content = content.to_bytes().unwrap();
        let release = Release {
            version,
            previous: None,
            notes: BTreeMap::new(),
            valid_from_day: 20_000,
            review_by_day: 20_365,
            approval: None,
            cosigners_needed: 0,
            content_hash: ContentHash::of(&[&content]),
            content,
        };
        HeldRelease {
            hash: Release::hash_of_body(&release.encode()),
            release,
        }
    }

    fn standing(held: &HeldRelease, higher: Option<&str>) -> Standing {
        Standing {
            pack: "pack".to_owned(),
            code: "GLX-EMB".to_owned(),
            version: held.release.version_text(),
            hash: held.hash.to_string(),
            citation: String::new(),
            counts: true,
            higher: higher.map(str::to_owned),
            cosigners_needed: 0,
            cosigners: Vec::new(),
            withdrawn: None,
            is_equivocated: false,
            is_readable: true,
            notes: Localized::default(),
            valid_from: String::new(),
            valid_later: false,
            review_by: String::new(),
            review_passed: false,
        }
    }

    /// A pack with version 1.0.0, from which a line is taken, and 1.1.0.
    fn moved_to(title: Option<&str>) -> (BasketLine, PackStanding) {
        let held = vec![held((1, 1, 0), title), held((1, 0, 0), Some("Boxes"))];
        let releases = vec![standing(&held[0], None), standing(&held[1], Some("1.1.0"))];
        let line = BasketLine {
            requirement: DOCUMENT.to_owned(),
            number: "GLX-EMB-001".to_owned(),
            release: ReleaseRef {
                pack: "pack".to_owned(),
                version: "1.0.0".to_owned(),
                hash: releases[1].hash.clone(),
            },
            values: Vec::new(),
        };
        let pack = PackStanding {
            document: DocId::from_bytes([1; 32]),
            lead: "dk-0159".to_owned(),
            code: "GLX-EMB".to_owned(),
            is_draft: false,
            pack: Pack::default(),
            held,
            releases,
        };
        (line, pack)
    }

    #[test]
    fn a_newer_release_is_told_with_what_it_does_to_the_requirement() {
        for (title, said) in [
            (Some("Boxes"), "says the same of it"),
            (Some("Crates"), "changes it"),
            (None, "does not hold it any more"),
        ] {
            let (line, pack) = moved_to(title);
            let told = cautions(&line, &pack);
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(
                told[0].en.contains("1.1.0") && told[0].en.contains(said),
                "{told:?}"
            );
            assert_ne!(told[0].en, told[0].da);
        }
        let (mut line, pack) = moved_to(Some("Crates"));
        line.release.hash.clone_from(&pack.releases[0].hash);
        assert!(cautions(&line, &pack).is_empty());
    }

    #[test]
    fn a_withdrawn_release_is_told() {
        let (line, mut pack) = moved_to(Some("Boxes"));
        pack.releases[1].withdrawn = Some(Withdrawal {
            date: "2026-08-12".to_owned(),
            ..Withdrawal::default()
        });
        assert!(
            cautions(&line, &pack)[0]
                .da
                .contains("trukket tilbage 2026-08-12")
        );
    }

    #[test]
    fn only_ones_own_draft_may_be_put_into_a_basket() {
        let line = || BasketLine {
            requirement: DOCUMENT.to_owned(),
            number: "GLX-EMB-001".to_owned(),
            ..BasketLine::default()
        };
        let put = |owner, version| draft_line(line(), owner, "dk-0159", version);
        assert!(put("dk-0159", None).is_ok() && put("dk-0159", Some("draft")).is_ok());
        assert_eq!(
            put("dk-0159", Some("1.0.0")).unwrap_err().code,
            "no-release"
        );
        let refused = put("dk-0151", None).unwrap_err();
        assert_eq!(refused.code, "not-your-draft");
        assert!(refused.message.da.contains("dk-0151"), "{refused:?}");
    }

    #[test]
    fn a_value_that_the_requirement_does_not_know_is_shown_and_wrong() {
        let requirement = Requirement {
            placeholders: vec![Placeholder {
                name: "andel".to_owned(),
                default: "40".to_owned(),
                ..Placeholder::default()
            }],
            ..Requirement::default()
        };
        let line = BasketLine {
            values: vec![Filled {
                name: "frist".to_owned(),
                value: "6".to_owned(),
            }],
            ..BasketLine::default()
        };
        let shown = places(&requirement, &line);
        assert_eq!(shown.len(), 2);
        assert_eq!(shown[0].default.as_deref(), Some("40"));
        assert!(shown[0].wrong.is_empty());
        assert_eq!((shown[1].name.as_str(), shown[1].wrong.len()), ("frist", 1));
    }
}
