//! `export linked-data|ocds`: the open content of the commons. Drafts and groups are never in it.

use std::collections::{BTreeMap, BTreeSet};

use faelled_exchange::{
    OcdsError, OpenContent, OpenMember, OpenPilot, OpenRelease, PilotTender, Publication,
    UNREGISTERED_PREFIX, linked_data, ocds,
};
use faelled_mirror::Mirror;
use faelled_mirror::read::PilotFilter;
use faelled_model::{Localized, Pilot};
use serde_json::Value;

use super::super::releasing::PackStanding;
use super::super::{Service, document_id};
use super::file::named_file;
use crate::clock::{date, now_ms};
use crate::data::baskets::{Data, File};
use crate::failure::{Failure, Said};
use crate::request::baskets::FileForm;

/// The sort of space that every member sees.
const COMMONS: &str = "commons";
/// Stands in where nobody said where the file will be published. The name can never belong to anybody.
const NO_ADDRESS: &str = "https://faelled.invalid/ocds.json";
/// Creative Commons Attribution 4.0, the licence of what is shared unless a pack says otherwise.
const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/";

/// A pilot that every member has.
struct SharedPilot {
    document: String,
    owner: String,
    /// By its author's clock, in milliseconds since 1970.
    changed_ms: i64,
    pilot: Pilot,
}

impl Service {
    pub(super) async fn linked_data(&self) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let mut releases = Vec::new();
        for summary in mirror.packs().await? {
            if summary.space == COMMONS {
                let pack = self.pack_standing(&mirror, &summary.document).await?;
                releases.extend(open_releases(&pack));
            }
        }
        let pilots = self.shared_pilots(&mirror).await?;
        let content = OpenContent {
            members: open_members(&mirror).await?,
            releases,
            pilots: pilots
                .into_iter()
                .map(|shared| OpenPilot {
                    document: shared.document,
                    owner: shared.owner,
                    pilot: shared.pilot,
                })
                .collect(),
        };
        let bytes = pretty(&linked_data(&content))?;
        let file = named_file("faelled", "jsonld", "application/ld+json", bytes);
        Ok(Data::File(Box::new(file)))
    }

    pub(super) async fn ocds(
        &self,
        prefix: Option<String>,
        uri: Option<String>,
        form: &FileForm,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let shared = self.shared_pilots(&mirror).await?;
        let names: BTreeMap<String, String> = self.names(&mirror).await?;
        let mut warnings = Vec::new();
        if prefix.is_none() {
            warnings.push(Said::new(
                format!("the prefix {UNREGISTERED_PREFIX} is registered to nobody: do not publish the file before you have one of your own (--ocid-prefix)"),
                format!("præfikset {UNREGISTERED_PREFIX} er ikke registreret af nogen: offentliggør ikke filen, før I har jeres eget (--ocid-prefix)"),
            ));
        }
        if uri.is_none() {
            warnings.push(Said::new(
                "the file does not say where it is published (--uri)",
                "filen siger ikke, hvor den er offentliggjort (--uri)",
            ));
        }
        let publication = Publication {
            prefix: prefix.unwrap_or_else(|| UNREGISTERED_PREFIX.to_owned()),
            address: uri.unwrap_or_else(|| NO_ADDRESS.to_owned()),
            publisher: names
                .get(self.own.as_str())
                .cloned()
                .unwrap_or_else(|| self.own.to_string()),
            published_ms: i64::try_from(now_ms()).unwrap_or(i64::MAX),
            licence: LICENCE.to_owned(),
            language: super::file::language(form),
        };
        let tenders: Vec<PilotTender<'_>> = shared
            .iter()
            .map(|shared| PilotTender {
                document: &shared.document,
                owner: &shared.owner,
                changed_ms: shared.changed_ms,
                pilot: &shared.pilot,
            })
            .collect();
        let package = ocds(&publication, &tenders, &names).map_err(|error| no_package(&error))?;
        let file = named_file(
            "faelled-ocds",
            "json",
            "application/json",
            pretty(&package)?,
        );
        Ok(Data::File(Box::new(File { warnings, ..file })))
    }

    /// Pilots of the commons.
    async fn shared_pilots(&self, mirror: &Mirror) -> Result<Vec<SharedPilot>, Failure> {
        let mut seen = BTreeSet::new();
        let mut shared = Vec::new();
        for result in mirror.pilots(&PilotFilter::default()).await? {
            if result.space != COMMONS || !seen.insert(result.document.clone()) {
                continue;
            }
            let Some(id) = document_id(&result.document) else {
                continue;
            };
            let pilot: Pilot = match self.value(id).await {
                Ok(pilot) => pilot,
                // One that was set aside takes nothing from the others.
                Err(failure) if failure.code == "quarantined" => continue,
                Err(failure) => return Err(failure),
            };
            shared.push(SharedPilot {
                changed_ms: milliseconds(result.last_claimed.as_deref()),
                document: result.document,
                owner: result.member,
                pilot,
            });
        }
        Ok(shared)
    }
}

async fn open_members(mirror: &Mirror) -> Result<Vec<OpenMember>, Failure> {
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    for profile in mirror.profiles(None).await? {
        if profile.head.space == COMMONS
            && let Some(page) = profile.head.web_page
        {
            pages.entry(profile.head.owner).or_insert(page);
        }
    }
    let members = mirror.members().await?;
    Ok(members
        .into_iter()
        .map(|member| OpenMember {
            web_page: pages.remove(&member.member).unwrap_or_default(),
            name: member.name.map_or_else(Localized::default, |name| {
                Localized::from([("da", name.as_str())])
            }),
            id: member.member,
        })
        .collect())
}

/// The releases of a pack that count.
fn open_releases(pack: &PackStanding) -> Vec<OpenRelease> {
    let open = pack.releases.iter().filter(|release| release.counts);
    open.filter_map(|standing| {
        let held = pack.held(standing)?;
        let previous = held.release.previous.map(|hash| hash.to_string());
        let previous = previous.and_then(|hash| {
            let before = pack.releases.iter().find(|release| release.hash == hash)?;
            Some(before.version.clone())
        });
        Some(OpenRelease {
            pack: standing.pack.clone(),
            owner: pack.lead.clone(),
            version: standing.version.clone(),
            hash: standing.hash.clone(),
            issued: date(held.release.valid_from_day),
            previous: previous.unwrap_or_default(),
            notes: standing.notes.clone(),
            content: held.content()?,
        })
    })
    .collect()
}

/// A time as the mirror writes it; 1970 where it is none.
fn milliseconds(iso: Option<&str>) -> i64 {
    iso.and_then(|iso| iso.parse::<jiff::Timestamp>().ok())
        .map_or(0, jiff::Timestamp::as_millisecond)
}

fn pretty(value: &Value) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(value)
        .map_err(|error| super::file::not_written(&error.into()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn no_package(error: &OcdsError) -> Failure {
    let danish = match error {
        OcdsError::Nothing => {
            "der er intet udbud at skrive: ingen har registreret en afprøvning".to_owned()
        }
        OcdsError::Prefix(given) => format!(
            "{given} er ikke et OCDS-præfiks; skriv ocds- og de seks bogstaver eller cifre, der er registreret"
        ),
        OcdsError::Address(given) => {
            format!("{given} er ikke en webadresse; skriv en, der begynder med https://")
        }
        other => format!("pakken kan ikke skrives: {other}"),
    };
    Failure::user("ocds", Said::new(error.to_string(), danish))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_the_mirror_is_read_and_any_other_text_is_none() {
        assert_eq!(milliseconds(Some("1970-01-01T00:00:01.005Z")), 1_005);
        for odd in [None, Some(""), Some("soon")] {
            assert_eq!(milliseconds(odd), 0);
        }
    }

    #[test]
    fn what_stands_in_the_way_is_said_in_both_languages() {
        for error in [
            OcdsError::Nothing,
            OcdsError::Prefix("x".to_owned()),
            OcdsError::Address("y".to_owned()),
            OcdsError::Time(1),
        ] {
            let failure = no_package(&error);
            assert_ne!(failure.message.en, failure.message.da);
        }
    }
}
