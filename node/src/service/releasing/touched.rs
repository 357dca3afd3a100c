//! What editors wrote in a pack's shared documents since its last release, so that no draft is put over it unseen.

use faelled_model::compare::{FieldDiff, pack_diff, requirement_diff};
use faelled_model::field::field_name;
use faelled_model::{Language, Pack, Requirement};
use faelled_proto::DocId;

use super::super::{Service, document_id};
use crate::editor::Editor;
use crate::failure::{Failure, Said};

impl Service {
    /// Refuses where somebody changed a field of the shared documents since the last release, and what is to be
    /// released says something else there.
    pub(in super::super) async fn check_untouched(
        &self,
        editor: &Editor,
        document: DocId,
        pack: &Pack,
        drafted: &[(DocId, Requirement)],
    ) -> Result<(), Failure> {
        let newest = self.held_releases(document).await?.into_iter().next();
        let Some(released) = newest.and_then(|newest| newest.content()) else {
            return Ok(());
        };
        let now: Pack = editor.read(document).await?;
        let changed = pack_diff(&released.pack, &now);
        let mut touched = both(&pack.code, &changed, &pack_diff(pack, &now));
        for released in released.requirements {
            let number = &released.requirement.number;
            let drafted = drafted
                .iter()
                .find(|(_, drafted)| drafted.number == *number);
            let (Some(id), Some((_, drafted))) = (document_id(&released.document), drafted) else {
                continue;
            };
            let now: Requirement = editor.read(id).await?;
            let changed = requirement_diff(&released.requirement, &now);
            touched.extend(both(number, &changed, &requirement_diff(drafted, &now)));
        }
        if touched.is_empty() {
            return Ok(());
        }
        Err(touched_by_editors(&pack.code, touched))
    }
}

/// The fields that were changed and are not in the draft as they are now.
fn both(subject: &str, changed: &[FieldDiff], drafted: &[FieldDiff]) -> Vec<Said> {
    let is_lost = |field: &&FieldDiff| {
        let mut drafted = drafted.iter();
        drafted.any(|other| other.field == field.field && other.language == field.language)
    };
    let line = |field: &FieldDiff, language| {
        let name = field_name(&field.field, language);
        let code = field.language.as_ref().map(|code| format!(" ({code})"));
        format!("{subject}: {name}{}", code.unwrap_or_default())
    };
    let lost = changed.iter().filter(is_lost);
    lost.map(|field| {
        Said::new(
            line(field, Language::English),
            line(field, Language::Danish),
        )
    })
    .collect()
}

fn touched_by_editors(code: &str, touched: Vec<Said>) -> Failure {
    Failure::user(
        "touched",
        Said::new(
            format!("editors changed {code} since its last release, and the draft says otherwise"),
            format!("redaktører har ændret {code} siden dens seneste udgivelse, og kladden siger noget andet"),
        ),
    )
    .details(touched)
    .hint(Said::new(
        "take it over with faelled requirement edit or faelled pack edit; --over releases what the draft says",
        "overtag det med faelled requirement edit eller faelled pack edit; --over udgiver det, kladden siger",
    ))
}
