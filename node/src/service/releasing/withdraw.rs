//! `pack withdraw`: the lead says that a release no longer stands, and why.

use faelled_model::Localized;
use faelled_model::pack::Withdrawal;
use faelled_model::text::InLanguages;

use super::super::Service;
use super::super::releases::parse_version;
use super::standing::{PackStanding, release_at};
use crate::clock::{date, today};
use crate::data::releasing::{Data, Standing, Withdrawn};
use crate::editor::Editor;
use crate::failure::{Failure, Said};
use faelled_model::Pack;
use faelled_proto::Space;

impl Service {
    pub(super) async fn withdraw(
        &self,
        key: &str,
        version: &str,
        reason: Localized,
        replaced_by: Option<String>,
        preview: bool,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let pack = self.pack_standing(&mirror, key).await?;
        let release = release_at(&pack, Some(version))?;
        self.check_leads(&pack, "withdraws it", "trækker den tilbage")?;
        check_withdrawal(&pack, release, &reason, replaced_by.as_deref())?;
        let withdrawal = Withdrawal {
            version: release.version.clone(),
            reason,
            replaced_by: replaced_by
                .as_deref()
                .map(|version| release_at(&pack, Some(version)))
                .transpose()?
                .map(|replacing| replacing.version.clone())
                .unwrap_or_default(),
            date: date(today()),
        };
        let adopters = mirror
            .adoptions(Some(&pack.document.to_string()))
            .await?
            .into_iter()
            .filter(|adoption| {
                adoption.release.as_deref() == Some(release.hash.as_str())
                    && adoption.stance.as_deref() != Some("declined")
            })
            .map(|adoption| adoption.member_name.unwrap_or(adoption.member))
            .collect();
        let answer = Withdrawn {
            preview,
            code: pack.code.clone(),
            withdrawal: withdrawal.clone(),
            adopters,
            visible_to: self.everybodys_names(&mirror).await?,
        };
        if !preview {
            let editor = self.editor.lock().await;
            self.edit_shared(&editor, &pack, |value| {
                value.withdrawals.push(withdrawal.clone());
            })
            .await?;
            drop(editor);
            self.mirror().await?;
        }
        Ok(Data::Withdrawn(answer))
    }

    /// Only the lead may.
    pub(super) fn check_leads(
        &self,
        pack: &PackStanding,
        english: &str,
        danish: &str,
    ) -> Result<(), Failure> {
        if pack.lead == self.own.as_str() {
            return Ok(());
        }
        let (code, lead) = (&pack.code, &pack.lead);
        Err(Failure::user(
            "not-the-lead",
            Said::new(
                format!("{code} is led by {lead}: only its lead {english}"),
                format!("{code} ledes af {lead}: kun tovholderen {danish}"),
            ),
        ))
    }

    /// Writes a change of a shared pack into its own draft, where there is one, and into the commons. The draft
    /// comes first: the next release takes the draft's state, so a crash in between loses nothing.
    pub(super) async fn edit_shared(
        &self,
        editor: &Editor,
        shared: &PackStanding,
        change: impl Fn(&mut Pack) + Send + Sync,
    ) -> Result<(), Failure> {
        let document = shared.document;
        let drafted = match self.draft(editor, &document.to_string()).await? {
            Some(draft) => Some(draft),
            None => self.draft(editor, &shared.code).await?,
        };
        if let Some(mut draft) = drafted {
            let mut edits = editor.edit(draft.space.clone()).await?;
            change(&mut draft.pack);
            edits.update(draft.document, &draft.pack).await?;
            edits.commit().await?;
        }
        let mut value: Pack = editor.read(document).await?;
        change(&mut value);
        let mut edits = editor.edit(Space::Commons).await?;
        edits.update(document, &value).await?;
        edits.commit().await?;
        Ok(())
    }
}

fn check_withdrawal(
    pack: &PackStanding,
    release: &Standing,
    reason: &Localized,
    replaced_by: Option<&str>,
) -> Result<(), Failure> {
    let (code, version) = (&pack.code, &release.version);
    if release.withdrawn.is_some() {
        return Err(Failure::user(
            "withdrawn",
            Said::new(
                format!("{code} {version} is withdrawn already"),
                format!("{code} {version} er allerede trukket tilbage"),
            ),
        ));
    }
    if reason.is_blank() {
        return Err(Failure::user(
            "reason",
            Said::new("a withdrawal says why", "en tilbagetrækning siger hvorfor"),
        )
        .hint(Said::new("add --reason \"...\"", "tilføj --reason \"...\"")));
    }
    let Some(replaced_by) = replaced_by else {
        return Ok(());
    };
    let replacing = release_at(pack, Some(replaced_by))?;
    if replacing.counts && parse_version(&replacing.version) != parse_version(version) {
        return Ok(());
    }
    Err(Failure::user(
        "replaced-by",
        Said::new(
            format!("{code} {replaced_by} cannot replace {version}: it does not count itself"),
            format!("{code} {replaced_by} kan ikke erstatte {version}: den gælder ikke selv"),
        ),
    )
    .hint(Said::new(
        "release the version that replaces it first, or leave --replaced-by out",
        "udgiv først den version, der erstatter den, eller udelad --replaced-by",
    )))
}
