//! Resources: tools, templates, guides, links.

use serde::Serialize;

use super::{MAX_ROWS, rows, rows_of};
use crate::{Mirror, MirrorError};

/// Which resources are asked for; what is not set does not narrow. Values are codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceFilter {
    /// What it is.
    pub kind: Option<String>,
    /// The document that it is about.
    pub target: Option<String>,
    /// The code of the project.
    pub project: Option<String>,
    /// What is bought with it.
    pub category: Option<String>,
    /// The member that offers it.
    pub owner: Option<String>,
}

/// A resource with its files.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResourceDetail {
    /// The resource.
    #[serde(flatten)]
    pub summary: ResourceSummary,
    /// Its files, without what is in them.
    pub attachments: Vec<AttachmentSummary>,
}

rows! {
    /// A resource.
    pub struct ResourceSummary {
        /// Its document.
        pub document: String,
        /// The member that offers it.
        pub owner: String,
        /// Its name.
        pub owner_name: Option<String>,
        /// commons, group or private.
        pub space: String,
        /// What it is.
        pub kind: Option<String>,
        /// Title in Danish.
        pub title_da: Option<String>,
        /// Title in English.
        pub title_en: Option<String>,
        /// What it is for, in Danish.
        pub description_da: Option<String>,
        /// What it is for, in English.
        pub description_en: Option<String>,
        /// The document that it is about.
        pub target: Option<String>,
        /// The field in it.
        pub target_field: Option<String>,
        /// That document's kind, where it is here.
        pub target_kind: Option<String>,
        /// Its number or code.
        pub target_number: Option<String>,
        /// The code of the project.
        pub project: Option<String>,
        /// What is bought with it.
        pub category: Option<String>,
        /// Its licence.
        pub licence: Option<String>,
        /// Where it is, unchecked.
        pub address: Option<String>,
        /// When it was written last, by its author's clock.
        pub last_claimed: Option<String>,
    }

    /// A file, without what is in it.
    pub struct AttachmentSummary {
        /// Tells it from others.
        pub id: Option<String>,
        /// What it is, in Danish.
        pub title_da: Option<String>,
        /// What it is, in English.
        pub title_en: Option<String>,
        /// The file's name, unchecked.
        pub file_name: Option<String>,
        /// Its media type.
        pub media_type: Option<String>,
        /// Where it is, unchecked.
        pub address: Option<String>,
        /// Bytes, where it is in the document.
        pub size: Option<i64>,
        /// BLAKE3 of these bytes.
        pub hash: Option<String>,
    }
}

macro_rules! summary {
    ($condition:literal) => {
        concat!(
            "SELECT r.*, m.name AS owner_name, d.kind AS target_kind, d.number AS target_number \
             FROM resource r LEFT JOIN member m ON m.member = r.owner \
             LEFT JOIN document d ON d.document = r.target WHERE ",
            $condition
        )
    };
}

const FILTERED: &str = summary!(
    "(?1 IS NULL OR r.kind = ?1) AND (?2 IS NULL OR r.target = ?2) \
     AND (?3 IS NULL OR r.project = ?3) AND (?4 IS NULL OR r.category = ?4) \
     AND (?5 IS NULL OR r.owner = ?5) ORDER BY r.last_claimed DESC, r.document LIMIT ?6"
);

impl Mirror {
    /// Resources that fit the filter; own drafts are marked by their space.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn resources(
        &self,
        filter: &ResourceFilter,
    ) -> Result<Vec<ResourceSummary>, MirrorError> {
        let found = sqlx::query_as(FILTERED)
            .bind(filter.kind.as_deref())
            .bind(filter.target.as_deref())
            .bind(filter.project.as_deref())
            .bind(filter.category.as_deref())
            .bind(filter.owner.as_deref())
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await;
        found.map_err(|error| self.failed("read", error))
    }

    /// A resource by its document.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub async fn resource(&self, document: &str) -> Result<Option<ResourceDetail>, MirrorError> {
        let failed = |error| self.failed("read", error);
        let mut tx = self.readers.begin().await.map_err(failed)?;
        let Some(summary) = rows_of(&mut tx, summary!("r.document = ?1"), document)
            .await
            .map_err(failed)?
            .pop()
        else {
            return Ok(None);
        };
        let attachments =
            "SELECT * FROM resource_attachment WHERE document = ?1 ORDER BY position LIMIT 1000";
        let attachments = rows_of(&mut tx, attachments, document)
            .await
            .map_err(failed)?;
        Ok(Some(ResourceDetail {
            summary,
            attachments,
        }))
    }
}
