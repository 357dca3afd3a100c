//! `requirement source`: where an adapted requirement comes from, and what has changed since.

use faelled_mirror::Mirror;
use faelled_model::Requirement;
use faelled_model::compare::{FieldDiff, requirement_diff};
use faelled_model::requirement::AdaptedFrom;

use super::super::{Service, document_id, only};
use super::adapt::released_in;
use super::standing::PackStanding;
use crate::data::releasing::{Data, Source};
use crate::failure::{Failure, Said};

impl Service {
    pub(super) async fn source(&self, key: &str) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let what = Said::new("requirement", "kravet");
        let found = only(mirror.requirement(key).await?, key, &what)?;
        let id = document_id(&found.summary.document).ok_or_else(Failure::stopping)?;
        let own: Requirement = self.value(id).await?;
        let Some(from) = own.adapted_from.clone() else {
            return Err(not_adapted(&own.number));
        };
        let names = self.names(&mirror).await?;
        let pack = self.source_pack(&mirror, &from).await?;
        let mut source = Source {
            number: own.number.clone(),
            title: own.title.clone(),
            owner_name: names.get(&from.owner).cloned(),
            standing: None,
            local: None,
            newest: None,
            source_dropped: false,
            afterwards: Vec::new(),
            adapted_from: from,
        };
        if let Some(pack) = pack {
            trace(&mut source, &pack, &own);
        }
        Ok(Data::Source(Box::new(source)))
    }

    /// The pack of the source; nothing where it is not here.
    async fn source_pack(
        &self,
        mirror: &Mirror,
        from: &AdaptedFrom,
    ) -> Result<Option<PackStanding>, Failure> {
        match self.pack_standing(mirror, &from.release.pack).await {
            Ok(pack) => Ok(Some(pack)),
            Err(failure) if failure.code == "not-found" => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

/// What differs from the source as it was adapted, and what the source became.
fn trace(source: &mut Source, pack: &PackStanding, own: &Requirement) {
    let from = source.adapted_from.clone();
    let taken = pack
        .releases
        .iter()
        .find(|release| release.hash == from.release.hash);
    let Some(taken) = taken else {
        return;
    };
    source.standing = Some(taken.clone());
    let Some(before) = released_in(pack, taken, &from.requirement) else {
        return;
    };
    let before = before.requirement;
    source.local = Some(local(&before, own));
    let newest = pack
        .newest()
        .filter(|newest| taken.higher.as_deref() == Some(newest.version.as_str()));
    let Some(newest) = newest else {
        return;
    };
    source.newest = Some(newest.version.clone());
    match released_in(pack, newest, &from.requirement) {
        Some(now) => source.afterwards = requirement_diff(&before, &now.requirement),
        None => source.source_dropped = true,
    }
}

/// What was changed locally. That it has a number and an origin of its own goes without saying.
fn local(source: &Requirement, own: &Requirement) -> Vec<FieldDiff> {
    let own = Requirement {
        number: source.number.clone(),
        adapted_from: source.adapted_from.clone(),
        supersedes: source.supersedes.clone(),
        ..own.clone()
    };
    requirement_diff(source, &own)
}

fn not_adapted(number: &str) -> Failure {
    Failure::user(
        "not-adapted",
        Said::new(
            format!("{number} was not adapted from another requirement"),
            format!("{number} er ikke tilpasset efter et andet krav"),
        ),
    )
    .hint(Said::new(
        "faelled requirement adapt NUMBER --as NEW --changes \"...\" makes an own draft of another member's requirement",
        "faelled requirement adapt NUMMER --as NYT --changes \"...\" laver en egen kladde ud fra en andens krav",
    ))
}
