//! `pack share`: a private draft becomes the draft of a group.

use std::collections::BTreeMap;

use faelled_mirror::read::Group;
use faelled_model::terms::DisclosureKind;
use faelled_model::text::InLanguages;
use faelled_model::{Localized, Pack, Requirement, validate};
use faelled_proto::{DocId, Space};

use super::disclosure::{Giving, disclose};
use super::group::{name_of, space_of};
use crate::data::drafting::{Data, Shared};
use crate::editor::Editor;
use crate::failure::{Failure, Said};
use crate::service::draft::{Draft, link};
use crate::service::everybody::{ids_in, names_in};
use crate::service::person::check_person;
use crate::service::{Service, sort_findings};

impl Service {
    pub(super) async fn share(
        &self,
        key: &str,
        group: &str,
        ground: Localized,
        preview: bool,
    ) -> Result<Data, Failure> {
        check_ground(&ground)?;
        let editor = self.editor.lock().await;
        let draft = self.needed_draft(&editor, key).await?;
        self.check_lead(&draft)?;
        let group = self.group(group).await?;
        let space = space_of(&group)?;
        check_is_private(&draft, &space, &group)?;
        let drafted = draft.read(&editor).await?;
        let mut shared = Shared {
            preview,
            kind: DisclosureKind::Shared.code().to_owned(),
            code: draft.pack.code.clone(),
            document: None,
            group: Some(name_of(&group)),
            requirements: numbers(&drafted),
            recipients: names_in(&group),
            until: None,
            warnings: warnings(&draft.pack, &drafted)?,
        };
        if preview {
            return Ok(Data::Shared(shared));
        }
        let mut edits = editor.edit(space.clone()).await?;
        let mut documents = BTreeMap::new();
        for (_, requirement) in &drafted {
            documents.insert(requirement.number.clone(), edits.create(requirement)?);
        }
        let mut pack = draft.pack.clone();
        link(&mut pack, &documents);
        let document = edits.create(&pack)?;
        let giving = Giving {
            kind: DisclosureKind::Shared,
            code: &draft.pack.code,
            title: draft.pack.title.clone(),
            document: Some(document),
            version: String::new(),
            space: Some((&space, name_of(&group))),
            recipients: ids_in(&group),
            ground,
        };
        disclose(&editor, giving).await?;
        edits.commit().await?;
        note_where(&editor, &draft, &drafted, document, &documents).await?;
        drop(editor);
        self.mirror().await?;
        shared.document = Some(document.to_string());
        Ok(Data::Shared(shared))
    }
}

pub(super) fn numbers(drafted: &[(DocId, Requirement)]) -> Vec<String> {
    drafted
        .iter()
        .map(|(_, requirement)| requirement.number.clone())
        .collect()
}

/// What a person should look at before others see it: above all what looks like personal data.
pub(super) fn warnings(
    pack: &Pack,
    drafted: &[(DocId, Requirement)],
) -> Result<Vec<Said>, Failure> {
    let mut findings = Vec::new();
    for finding in validate::pack(pack) {
        findings.push((pack.code.clone(), finding));
    }
    for (_, requirement) in drafted {
        for finding in validate::requirement(requirement) {
            findings.push((requirement.number.clone(), finding));
        }
    }
    check_person(&findings)?;
    Ok(sort_findings(findings).1)
}

/// Whoever gives something to others says on what ground.
pub(super) fn check_ground(ground: &Localized) -> Result<(), Failure> {
    if !ground.is_blank() {
        return Ok(());
    }
    Err(Failure::user(
        "no-ground",
        Said::new(
            "say on what ground it is given to others",
            "sig, på hvilket grundlag den gives videre",
        ),
    )
    .hint(Said::new(
        "--ground TEXT: the record of the sharing keeps it",
        "--ground TEKST: det bliver stående i optegnelsen",
    )))
}

fn check_is_private(draft: &Draft, space: &Space, group: &Group) -> Result<(), Failure> {
    let (code, name) = (&draft.pack.code, name_of(group));
    let said = match &draft.space {
        Space::Private(_) => return Ok(()),
        held if held == space => Said::new(
            format!("{code} is drafted in {name} already"),
            format!("{code} skrives allerede i {name}"),
        ),
        _ => Said::new(
            format!("{code} is drafted in another group already"),
            format!("{code} skrives allerede i en anden gruppe"),
        ),
    };
    Err(Failure::user("shared-already", said).hint(Said::new(
        "faelled pack hearing gives a copy to a wider group",
        "faelled pack hearing giver en kopi til en bredere gruppe",
    )))
}

/// The private draft notes where it went: from now on that one is meant.
async fn note_where(
    editor: &Editor,
    draft: &Draft,
    drafted: &[(DocId, Requirement)],
    document: DocId,
    documents: &BTreeMap<String, DocId>,
) -> Result<(), Failure> {
    let mut edits = editor.edit(draft.space.clone()).await?;
    for (private, requirement) in drafted {
        if let Some(document) = documents.get(&requirement.number) {
            let mut noted = requirement.clone();
            noted.published_as = document.to_string();
            edits.update(*private, &noted).await?;
        }
    }
    let mut pack = draft.pack.clone();
    pack.published_as = document.to_string();
    edits.update(draft.document, &pack).await?;
    edits.commit().await?;
    Ok(())
}
