//! `pack new`: an empty pack to draft in.

use faelled_model::pack::DEFAULT_LICENCE;
use faelled_model::validate;
use faelled_model::{Localized, Pack};

use super::group::space_of;
use crate::data::drafting::{Begun, Data};
use crate::failure::{Failure, Said};
use crate::service::{Service, said};

impl Service {
    pub(super) async fn begin_pack(
        &self,
        code: String,
        title: Localized,
        group: Option<&str>,
    ) -> Result<Data, Failure> {
        let pack = Pack {
            code,
            title,
            licence: DEFAULT_LICENCE.to_owned(),
            ..Pack::default()
        };
        check(&pack)?;
        let space = match group {
            Some(key) => Some(space_of(&self.group(key).await?)?),
            None => None,
        };
        let editor = self.editor.lock().await;
        if self.draft(&editor, &pack.code).await?.is_some() {
            let code = &pack.code;
            return Err(Failure::user(
                "drafted-already",
                Said::new(
                    format!("{code} is drafted here already"),
                    format!("{code} er allerede under udarbejdelse her"),
                ),
            ));
        }
        let mut edits = editor
            .edit(space.unwrap_or_else(|| editor.private()))
            .await?;
        let document = edits.create(&pack)?;
        edits.commit().await?;
        drop(editor);
        self.mirror().await?;
        Ok(Data::Begun(Begun {
            document: document.to_string(),
            code: pack.code,
        }))
    }
}

/// What is said must be right; what is missing is still to come.
fn check(pack: &Pack) -> Result<(), Failure> {
    let wrong: Vec<Said> = validate::pack(pack)
        .iter()
        .filter(|finding| matches!(finding.field.split('.').next(), Some("code" | "title")))
        .map(|finding| said("", finding))
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::user(
        "pack",
        Said::new(
            "the pack cannot be begun like this",
            "pakken kan ikke begyndes sådan",
        ),
    )
    .details(wrong))
}
