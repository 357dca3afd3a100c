//! What was given to whom: noted before it is given, in this member's private space.

use faelled_model::terms::DisclosureKind;
use faelled_model::{Disclosure, Localized};
use faelled_proto::{DocId, Space};

use crate::clock::{date, today};
use crate::data::drafting::Data;
use crate::editor::Editor;
use crate::failure::Failure;
use crate::service::Service;

/// Something that is about to be given to others.
pub(in crate::service) struct Giving<'a> {
    /// How.
    pub(in crate::service) kind: DisclosureKind,
    /// Its code or number.
    pub(in crate::service) code: &'a str,
    /// Its title.
    pub(in crate::service) title: Localized,
    /// The document in the wider space; nothing where the network carries nothing.
    pub(in crate::service) document: Option<DocId>,
    /// The version, where it is a release.
    pub(in crate::service) version: String,
    /// The wider space, and its name; nothing where the network carries nothing.
    pub(in crate::service) space: Option<(&'a Space, String)>,
    /// Who sees it.
    pub(in crate::service) recipients: Vec<String>,
    /// On what ground.
    pub(in crate::service) ground: Localized,
}

/// Notes what is about to be given. It comes first: what was given without a note could not be accounted for.
pub(in crate::service) async fn disclose(
    editor: &Editor,
    giving: Giving<'_>,
) -> Result<(), Failure> {
    let (space, space_name) = giving
        .space
        .map(|(space, name)| (space.to_string(), name))
        .unwrap_or_default();
    let disclosure = Disclosure {
        schema: 0,
        kind: giving.kind,
        code: giving.code.to_owned(),
        title: giving.title,
        document: giving
            .document
            .map(|document| document.to_string())
            .unwrap_or_default(),
        version: giving.version,
        space,
        space_name,
        recipients: giving.recipients,
        ground: giving.ground,
        date: date(today()),
    };
    let mut edits = editor.edit(editor.private()).await?;
    edits.create(&disclosure)?;
    edits.commit().await?;
    Ok(())
}

impl Service {
    pub(super) async fn disclosures(&self, code: Option<&str>) -> Result<Data, Failure> {
        let mut all = self.mirror().await?.disclosures(None).await?;
        if let Some(code) = code {
            all.retain(|one| {
                one.head
                    .code
                    .as_deref()
                    .is_some_and(|known| known.eq_ignore_ascii_case(code))
            });
        }
        Ok(Data::Disclosures(all))
    }
}
