//! `pack verify`: a release from its bytes up, step by step.

use faelled_model::Cosignature;
use faelled_proto::release::Release;
use faelled_proto::{DocId, Kind, ReleaseHash};

use super::super::releases::{HeldRelease, parse_version};
use super::super::verify::{Part, Unverified};
use super::super::{Service, document_id};
use super::standing::release_at;
use crate::data::Verified;
use crate::data::releasing::{Checked, Data, Standing, Step};
use crate::failure::{Failure, Said};
use crate::reading;

/// What a citation names.
#[derive(Debug, PartialEq)]
struct Cited<'a> {
    pack: &'a str,
    version: &'a str,
    hash: &'a str,
}

impl Service {
    pub(super) async fn check_release(&self, key: &str) -> Result<Data, Failure> {
        let cited = citation(key)?;
        let (pack_key, version) = match &cited {
            Some(cited) => (cited.pack, Some(cited.version)),
            None => match key.rsplit_once('@') {
                Some((pack, version)) => (pack, Some(version)),
                None => (key, None),
            },
        };
        let mirror = self.mirror().await?;
        let pack = self.pack_standing(&mirror, pack_key).await?;
        let exact = cited.as_ref().and_then(|cited| {
            pack.releases
                .iter()
                .find(|release| release.hash == cited.hash)
        });
        let standing = match (exact, version) {
            (Some(standing), _) => standing,
            (None, None) => match pack.newest().or(pack.releases.first()) {
                Some(standing) => standing,
                None => release_at(&pack, None)?,
            },
            (None, version) => release_at(&pack, version)?,
        };
        let (provenance, mut steps) = self.entry_steps(pack.document).await?;
        if let Some(held) = pack.held(standing) {
            steps.extend(self.content_steps(pack.document, held).await?);
            steps.push(previous_step(&pack.held));
        }
        steps.push(version_step(standing));
        self.cosignature_steps(standing, &mut steps).await?;
        if let Some(cited) = &cited {
            steps.push(citation_step(cited, standing));
        }
        Ok(Data::Checked(Box::new(Checked {
            holds: steps.iter().all(|step| step.holds),
            steps,
            provenance,
            standing: standing.clone(),
        })))
    }

    /// Chain, certificate, roster and signatures of the entries that make up the pack and its releases.
    async fn entry_steps(&self, pack: DocId) -> Result<(Option<Verified>, Vec<Step>), Failure> {
        match self.verify_entries(pack).await {
            Ok(verified) => {
                let steps = entry_parts(&verified);
                Ok((Some(verified), steps.into()))
            }
            Err(Unverified::Unread(error)) => Err(error.into()),
            Err(Unverified::Entries { part, reason }) => {
                let name = match part {
                    Part::Entries => "entries",
                    Part::Chain => "chain",
                    Part::Certificate => "certificate",
                    Part::Roster => "roster",
                    Part::Signature => "signature",
                };
                let found = Said::new(
                    reason.clone(),
                    format!("posterne kan ikke bekræftes: {reason}"),
                );
                Ok((None, vec![step(name, false, found)]))
            }
        }
    }

    /// The bytes of the release hash to what they say, and to what everybody pins.
    async fn content_steps(&self, pack: DocId, held: &HeldRelease) -> Result<Vec<Step>, Failure> {
        let ceilings = &self.core.trust().ceilings;
        let entries = reading::entries(&self.store, pack, ceilings).await?;
        let body = entries
            .iter()
            .filter(|entry| entry.kind == Kind::RELEASE)
            .filter_map(|entry| entry.body.as_deref())
            .find(|body| Release::hash_of_body(body) == held.hash);
        // Decoding hashes the content anew.
        let decoded = body.map(Release::decode);
        let same = matches!(&decoded, Some(Ok(release)) if *release == held.release);
        let content = &held.release.content_hash;
        let found = if same {
            Said::new(
                format!("the content hashes to {content}, as the release says"),
                format!("indholdets hash er {content}, som udgivelsen siger"),
            )
        } else {
            Said::new(
                "the content does not hash to what the release says",
                "indholdets hash er en anden, end udgivelsen siger",
            )
        };
        let hash = held.hash;
        Ok(vec![
            step("content", same, found),
            step(
                "hash",
                body.is_some(),
                Said::new(
                    format!("the release hashes to {hash}"),
                    format!("udgivelsens hash er {hash}"),
                ),
            ),
        ])
    }

    /// Each co-signature is its author's signed document, and names exactly this release.
    async fn cosignature_steps(
        &self,
        standing: &Standing,
        steps: &mut Vec<Step>,
    ) -> Result<(), Failure> {
        for cosigner in &standing.cosigners {
            let who = cosigner.name.as_deref().unwrap_or(&cosigner.member);
            let Some(document) = document_id(&cosigner.document) else {
                continue;
            };
            let value: Cosignature = self.value(document).await?;
            let reason = match self.verify_entries(document).await {
                Err(Unverified::Unread(error)) => return Err(error.into()),
                Err(Unverified::Entries { reason, .. }) => Some(reason),
                Ok(verified) if verified.member != cosigner.member => {
                    Some(format!("it is signed by {}", verified.member))
                }
                Ok(_) if value.release.hash != standing.hash => {
                    Some(format!("it names the release {}", value.release.hash))
                }
                Ok(_) => None,
            };
            steps.push(match reason {
                None => step(
                    "cosignatures",
                    true,
                    Said::new(
                        format!("co-signed by {who}"),
                        format!("medunderskrevet af {who}"),
                    ),
                ),
                Some(reason) => step(
                    "cosignatures",
                    false,
                    Said::new(
                        format!("the co-signature of {who} does not verify: {reason}"),
                        format!("{who}s medunderskrift kan ikke bekræftes: {reason}"),
                    ),
                ),
            });
        }
        Ok(())
    }
}

fn step(part: &'static str, holds: bool, found: Said) -> Step {
    Step { part, holds, found }
}

fn entry_parts(verified: &Verified) -> [Step; 4] {
    let (entries, chain) = (verified.entries, verified.chain_entries);
    let who = verified.name.as_deref().unwrap_or(&verified.member);
    let member = &verified.member;
    [
        step(
            "chain",
            true,
            Said::new(
                format!("{chain} entries from the opening on follow each other without a gap"),
                format!("{chain} poster fra åbningen og frem følger hinanden uden hul"),
            ),
        ),
        step(
            "certificate",
            true,
            Said::new(
                format!("the node's certificate is signed by the identity key of {member}"),
                format!("nodens certifikat er underskrevet med identitetsnøglen for {member}"),
            ),
        ),
        step(
            "roster",
            true,
            Said::new(
                format!("the roster knows {who} by that key"),
                format!("deltagerlisten kender {who} under den nøgle"),
            ),
        ),
        step(
            "signature",
            true,
            Said::new(
                format!("{entries} entries of the pack are signed by that node"),
                format!("{entries} poster i pakken er underskrevet af den node"),
            ),
        ),
    ]
}

/// Every release names one before it that is here and lower, down to the first.
fn previous_step(held: &[HeldRelease]) -> Step {
    let lowest = held.iter().map(|held| held.release.version).min();
    let find = |hash: ReleaseHash| held.iter().find(|held| held.hash == hash);
    for release in held {
        let version = release.release.version_text();
        match release.release.previous {
            None if Some(release.release.version) == lowest => {}
            None => {
                return step(
                    "previous",
                    false,
                    Said::new(
                        format!("{version} names no release before it, although there are some"),
                        format!("{version} nævner ingen udgivelse før sig, selvom der er nogen"),
                    ),
                );
            }
            Some(hash) => match find(hash) {
                Some(before) if before.release.version < release.release.version => {}
                Some(before) => {
                    let other = before.release.version_text();
                    return step(
                        "previous",
                        false,
                        Said::new(
                            format!("{version} names {other} as the release before it"),
                            format!("{version} nævner {other} som udgivelsen før sig"),
                        ),
                    );
                }
                None => {
                    return step(
                        "previous",
                        false,
                        Said::new(
                            format!("{version} follows a release that is not here: {hash}"),
                            format!("{version} følger en udgivelse, der ikke er her: {hash}"),
                        ),
                    );
                }
            },
        }
    }
    let count = held.len();
    step(
        "previous",
        true,
        Said::new(
            format!("each of the {count} releases here follows the one before it"),
            format!("hver af de {count} udgivelser her følger den forrige"),
        ),
    )
}

fn version_step(standing: &Standing) -> Step {
    let version = &standing.version;
    let found = if standing.is_equivocated {
        Said::new(
            format!("the lead released different contents as {version}: neither counts"),
            format!(
                "tovholderen har udgivet forskellige indhold som {version}: ingen af dem gælder"
            ),
        )
    } else {
        Said::new(
            format!("there is one content under version {version}"),
            format!("der er ét indhold under version {version}"),
        )
    };
    step("version", !standing.is_equivocated, found)
}

fn citation_step(cited: &Cited<'_>, standing: &Standing) -> Step {
    let same_version = parse_version(cited.version) == parse_version(&standing.version);
    let found = if cited.hash != standing.hash {
        Said::new(
            format!(
                "the citation names the hash {}, which is not here under this pack",
                cited.hash
            ),
            format!(
                "henvisningen nævner hash {}, som ikke er her under denne pakke",
                cited.hash
            ),
        )
    } else if !same_version {
        Said::new(
            format!(
                "the citation says version {}, the hash is that of {}",
                cited.version, standing.version
            ),
            format!(
                "henvisningen siger version {}, men hashen hører til {}",
                cited.version, standing.version
            ),
        )
    } else {
        Said::new(
            "pack, version and hash are those of the citation",
            "pakke, version og hash er henvisningens",
        )
    };
    step(
        "citation",
        cited.hash == standing.hash && same_version && cited.pack == standing.pack,
        found,
    )
}

/// Reads `faelled:<pack>@<version>#<hash>`; nothing where it is no citation.
fn citation(text: &str) -> Result<Option<Cited<'_>>, Failure> {
    let Some(rest) = text.trim().strip_prefix("faelled:") else {
        return Ok(None);
    };
    let cited = rest.split_once('@').and_then(|(pack, rest)| {
        let (version, hash) = rest.split_once('#')?;
        document_id(pack)?;
        parse_version(version)?;
        hash.parse::<ReleaseHash>().ok()?;
        Some(Cited {
            pack,
            version,
            hash,
        })
    });
    cited.map(Some).ok_or_else(|| {
        Failure::user(
            "citation",
            Said::new(
                format!("{text} is not a whole citation"),
                format!("{text} er ikke en hel henvisning"),
            ),
        )
        .hint(Said::new(
            "it reads faelled:PACK@VERSION#HASH, each id with its 64 digits; put it in quotes",
            "den skrives faelled:PAKKE@VERSION#HASH, hvert id med sine 64 cifre; sæt den i anførselstegn",
        ))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use faelled_proto::id::ContentHash;

    use super::*;

    fn held(version: (u32, u32, u32), previous: Option<ReleaseHash>) -> HeldRelease {
        let release = Release {
            version,
            previous,
            notes: BTreeMap::new(),
            valid_from_day: 1,
            review_by_day: 2,
            approval: None,
            cosigners_needed: 0,
            content_hash: ContentHash::of(&[b"{}"]),
            content: b"{}".to_vec(),
        };
        HeldRelease {
            hash: Release::hash_of_body(&release.encode()),
            release,
        }
    }

    #[test]
    fn every_release_follows_a_lower_one_that_is_here() {
        let first = held((1, 0, 0), None);
        let second = held((1, 1, 0), Some(first.hash));
        let third = held((1, 2, 0), Some(second.hash));
        assert!(!previous_step(std::slice::from_ref(&third)).holds);
        assert!(previous_step(&[third, second, first]).holds);

        let alone = held((2, 0, 0), None);
        let first = held((1, 0, 0), None);
        assert!(!previous_step(&[alone, first]).holds);
        let higher = held((3, 0, 0), None);
        let above = held((4, 0, 0), Some(higher.hash));
        let below = held((2, 0, 0), Some(above.hash));
        assert!(!previous_step(&[above, higher, below]).holds);
    }

    #[test]
    fn a_citation_is_read_whole_or_refused() {
        let (pack, hash) = ("ab".repeat(32), "cd".repeat(32));
        let text = format!("faelled:{pack}@1.0.0#{hash}");
        let cited = citation(&text).unwrap().unwrap();
        assert_eq!(
            (cited.pack, cited.version, cited.hash),
            (&*pack, "1.0.0", &*hash)
        );
        assert_eq!(citation("GLX-EMB@1.0.0").unwrap(), None);
        for wrong in [
            "faelled:".to_owned(),
            format!("faelled:{pack}@1.0.0"),
            format!("faelled:{pack}@1.0#{hash}"),
            format!("faelled:{pack}@1.0.0#{}", &hash[..60]),
            format!("faelled:GLX-EMB@1.0.0#{hash}"),
        ] {
            assert_eq!(citation(&wrong).unwrap_err().code, "citation", "{wrong}");
        }
    }
}
