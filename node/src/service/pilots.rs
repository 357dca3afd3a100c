//! `pilot record|list|show`.

use std::collections::BTreeMap;

use faelled_exchange::{PilotFile, Resolved, TriedRef, read_pilot_file};
use faelled_mirror::Mirror;
use faelled_mirror::read::{MIN_ID_DIGITS, PilotDetail, PilotFilter};
use faelled_model::adoption::ReleaseRef;
use faelled_model::terms::DisclosureKind;
use faelled_model::{Localized, Pilot, validate};
use faelled_proto::{DocId, Space};

use super::drafting::disclosure::{Giving, disclose};
use super::import::{file_failure, problem_said};
use super::person::check_person;
use super::{Service, document_id, only, sort_findings};
use crate::data::{Data, PilotShown, Recorded};
use crate::failure::{Failure, Said};
use crate::request::PilotQuery;

/// The rule that asks for a second confirmation.
const BEFORE_STANDSTILL: &str = "before-standstill";

impl Service {
    pub(super) async fn record(
        &self,
        file_name: &str,
        bytes: &[u8],
        before_standstill: bool,
    ) -> Result<Data, Failure> {
        let file = read_pilot_file(bytes, file_name).map_err(|error| file_failure(&error))?;
        self.check_author(&file, file_name)?;
        let mut warnings: Vec<Said> = file
            .warnings
            .iter()
            .map(|problem| problem_said(file_name, problem))
            .collect();
        let mirror = self.mirror().await?;
        let mut resolved = BTreeMap::new();
        for tried in &file.tried {
            resolved.insert(key_of(tried), self.resolve(&mirror, tried).await?);
        }
        let pilot = file.into_pilot(|tried| {
            resolved
                .remove(&key_of(tried))
                .ok_or_else(|| twice(&tried.number))
        })?;
        check(&pilot, before_standstill, &mut warnings)?;
        let editor = self.editor.lock().await;
        let earlier = self.earlier(&mirror, &pilot).await?;
        let mut edits = editor.edit(Space::Commons).await?;
        let document = match earlier {
            Some(document) => {
                edits.update(document, &pilot).await?;
                document
            }
            None => edits.create(&pilot)?,
        };
        let giving = Giving {
            kind: DisclosureKind::Pilot,
            code: &pilot.tender.publication_number,
            title: pilot.tender.title.clone(),
            document: Some(document),
            version: String::new(),
            space: Some((&Space::Commons, String::new())),
            recipients: self.everybody().await?,
            ground: Localized::from([
                ("da", "erfaringer deles i fællesskabet"),
                ("en", "experience is shared in the federation"),
            ]),
        };
        disclose(&editor, giving).await?;
        edits.commit().await?;
        drop(editor);
        let mirror = self.mirror().await?;
        Ok(Data::Recorded(Recorded {
            document: document.to_string(),
            updated: earlier.is_some(),
            requirements: pilot
                .tried
                .iter()
                .map(|tried| tried.number.clone())
                .collect(),
            visible_to: self.everybodys_names(&mirror).await?,
            warnings,
        }))
    }

    fn check_author(&self, file: &PilotFile, file_name: &str) -> Result<(), Failure> {
        match &file.member {
            Some(member) if *member != self.own => Err(Failure::user(
                "another-member",
                Said::new(
                    format!(
                        "{file_name} is the experience of {member}, this node acts for {}",
                        self.own
                    ),
                    format!(
                        "{file_name} er erfaringen fra {member}, denne node er {}s",
                        self.own
                    ),
                ),
            )
            .hint(Said::new(
                "each member records its own pilots at its own node",
                "hver deltager registrerer sine egne afprøvninger på sin egen node",
            ))),
            _ => Ok(()),
        }
    }

    /// The exact release and document of a requirement, from the release's own bytes.
    async fn resolve(&self, mirror: &Mirror, tried: &TriedRef) -> Result<Resolved, Failure> {
        let pack = only(
            mirror.pack(&tried.pack).await?,
            &tried.pack,
            &Said::new("pack", "pakken"),
        )?;
        let missing = |en: String, da: String| {
            Failure::user("not-found", Said::new(en, da)).hint(Said::new(
                "faelled pack show lists what is released",
                "faelled pack show viser, hvad der er udgivet",
            ))
        };
        let summary = pack
            .releases
            .iter()
            .find(|release| release.version == tried.version && !release.is_equivocated)
            .ok_or_else(|| {
                missing(
                    format!("there is no release {}@{} here", tried.pack, tried.version),
                    format!("her er ingen udgivelse {}@{}", tried.pack, tried.version),
                )
            })?;
        let content = match document_id(&summary.pack) {
            Some(id) => self.content(id, &summary.hash).await?,
            None => None,
        };
        let requirement = content
            .into_iter()
            .flat_map(|content| content.requirements)
            .find(|released| released.requirement.number == tried.number)
            .ok_or_else(|| {
                missing(
                    format!(
                        "{}@{} holds no requirement {}",
                        tried.pack, tried.version, tried.number
                    ),
                    format!(
                        "{}@{} har intet krav {}",
                        tried.pack, tried.version, tried.number
                    ),
                )
            })?;
        let release = ReleaseRef {
            pack: summary.pack.clone(),
            version: summary.version.clone(),
            hash: summary.hash.clone(),
        };
        Ok(Resolved {
            release,
            requirement: requirement.document,
        })
    }

    /// This member's pilot of the same tender: it is brought up to date rather than told twice.
    async fn earlier(&self, mirror: &Mirror, pilot: &Pilot) -> Result<Option<DocId>, Failure> {
        let own = PilotFilter {
            member: Some(self.own.to_string()),
            ..PilotFilter::default()
        };
        let number = &pilot.tender.publication_number;
        let title = |language: &str| pilot.tender.title.0.get(language).map(String::as_str);
        let found = mirror.pilots(&own).await?.into_iter().find(|held| {
            if number.is_empty() {
                held.tender_da.as_deref() == title("da") && held.tender_en.as_deref() == title("en")
            } else {
                held.publication_number.as_ref() == Some(number)
            }
        });
        Ok(found.and_then(|held| document_id(&held.document)))
    }

    pub(super) async fn pilots(&self, query: PilotQuery) -> Result<Data, Failure> {
        let member = query
            .member
            .map(|member| super::look::member_id(&member))
            .transpose()?;
        let filter = PilotFilter {
            member,
            requirement: query.requirement,
            pack: query.pack,
            verdict: query.verdict,
            state: None,
        };
        Ok(Data::Pilots(self.mirror().await?.pilots(&filter).await?))
    }

    pub(super) async fn pilot(&self, key: &str) -> Result<Data, Failure> {
        let pilot = self.found_pilot(&self.mirror().await?, key).await?;
        let id = document_id(&pilot.head.document).ok_or_else(Failure::stopping)?;
        let provenance = self.verify(id).await?;
        Ok(Data::Pilot(Box::new(PilotShown { pilot, provenance })))
    }

    /// A pilot by its document, or the beginning of its id.
    pub(super) async fn found_pilot(
        &self,
        mirror: &Mirror,
        key: &str,
    ) -> Result<PilotDetail, Failure> {
        let what = Said::new("pilot", "afprøvningen");
        let mut ids: Vec<String> = if key.len() < MIN_ID_DIGITS {
            Vec::new()
        } else {
            let all = mirror.pilots(&PilotFilter::default()).await?;
            all.into_iter()
                .map(|pilot| pilot.document)
                .filter(|id| id.starts_with(key))
                .collect()
        };
        ids.dedup();
        let pilot = match ids.as_slice() {
            [id] => mirror.pilot(id).await?,
            [] => None,
            _ => {
                return Err(Failure::user(
                    "ambiguous",
                    Said::new(
                        format!("several pilots begin with {key}"),
                        format!("flere afprøvninger begynder med {key}"),
                    ),
                )
                .hint(Said::new("give more of the id", "angiv mere af id'et")));
            }
        };
        let found = pilot.map_or(faelled_mirror::read::Found::Nothing, |pilot| {
            faelled_mirror::read::Found::One(Box::new(pilot))
        });
        only(found, key, &what)
    }
}

fn check(pilot: &Pilot, before_standstill: bool, warnings: &mut Vec<Said>) -> Result<(), Failure> {
    let findings = validate::pilot(pilot);
    let early = findings
        .iter()
        .any(|finding| finding.code == BEFORE_STANDSTILL);
    if early && !before_standstill {
        return Err(Failure::user(
            BEFORE_STANDSTILL,
            Said::new(
                "the tender's standstill period is not over: what is shared now could harm the tender",
                "udbuddets standstill-periode er ikke slut: det, der deles nu, kan skade udbuddet",
            ),
        )
        .hint(Said::new(
            "wait until it is, or confirm with --before-standstill; nothing was shared",
            "vent, til den er, eller bekræft med --before-standstill; intet er delt",
        )));
    }
    let subject = |finding| (String::new(), finding);
    let findings: Vec<_> = findings.into_iter().map(subject).collect();
    check_person(&findings)?;
    let (errors, more) = sort_findings(findings);
    warnings.extend(more);
    if errors.is_empty() {
        return Ok(());
    }
    Err(Failure::user(
        "pilot",
        Said::new(
            "the pilot is not complete",
            "afprøvningen er ikke fuldstændig",
        ),
    )
    .details(errors))
}

fn key_of(tried: &TriedRef) -> (String, String, String) {
    (
        tried.pack.clone(),
        tried.version.clone(),
        tried.number.clone(),
    )
}

fn twice(number: &str) -> Failure {
    Failure::user(
        "twice",
        Said::new(
            format!("{number} is named twice in the pilot"),
            format!("{number} er nævnt to gange i afprøvningen"),
        ),
    )
}
