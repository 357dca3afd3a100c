//! `resource add|list|show|save`.

use data_encoding::BASE64;
use faelled_mirror::read::ResourceFilter;
use faelled_model::attachment::{Attachment, FileBytes};
use faelled_model::discussion::Target as About;
use faelled_model::terms::{Category, ResourceKind};
use faelled_model::{Localized, Resource, validate};

use super::discussion::threads;
use super::writing::Plan;
use crate::data::joint::{Data, Files, ResourceShown, SavedFile, What};
use crate::failure::{Failure, Said};
use crate::request::joint::{FileGiven, ResourceGiven};
use crate::service::{Service, document_id};

/// Media types by the ends of files' names.
const MEDIA_TYPES: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("html", "text/html"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("md", "text/markdown"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("zip", "application/zip"),
];
const ANY_MEDIA_TYPE: &str = "application/octet-stream";

impl Service {
    pub(super) async fn offer(&self, given: ResourceGiven, preview: bool) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let (place, target) = match &given.about {
            Some(key) => {
                let target = self.target(&mirror, key).await?;
                let place = self.place_of(&mirror, &target).await?;
                let about = About {
                    document: target.document,
                    field: String::new(),
                };
                (place, about)
            }
            None => (self.commons(&mirror).await?, About::default()),
        };
        let project = match &given.project {
            Some(key) => self.project_at(key).await?.summary.code.unwrap_or_default(),
            None => String::new(),
        };
        let resource = Resource {
            schema: 0,
            kind: ResourceKind::from(given.kind),
            attachments: given
                .files
                .into_iter()
                .map(|file| attachment(file, &given.title))
                .collect::<Result<_, _>>()?,
            title: given.title,
            description: given.description,
            target,
            project,
            category: Category::from(given.category.unwrap_or_default()),
            licence: given.licence,
            address: given.address,
        };
        let editor = self.editor.lock().await;
        let plan = Plan {
            what: What::Resource,
            name: String::new(),
            place,
            earlier: None,
            findings: validate::resource(&resource),
            value: resource,
            preview,
        };
        self.carry_out(&editor, plan).await
    }

    pub(super) async fn resources(
        &self,
        about: Option<String>,
        kind: Option<String>,
        project: Option<String>,
        category: Option<String>,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let project = match project {
            Some(key) => self.project_at(&key).await?.summary.code,
            None => None,
        };
        let mut filter = ResourceFilter {
            kind,
            target: None,
            project,
            category,
            owner: None,
        };
        let Some(key) = about else {
            return Ok(Data::Resources(mirror.resources(&filter).await?));
        };
        let mut resources = Vec::new();
        for copy in self.target_copies(&mirror, &key).await?.1 {
            filter.target = Some(copy.document);
            resources.extend(mirror.resources(&filter).await?);
        }
        resources.sort_by_key(|resource| std::cmp::Reverse(resource.last_claimed.clone()));
        Ok(Data::Resources(resources))
    }

    pub(super) async fn resource(&self, key: &str) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let document = self.resource_at(&mirror, key).await?;
        let resource = mirror
            .resource(&document)
            .await?
            .ok_or_else(Failure::stopping)?;
        let comments = threads(&mirror, &document).await?;
        Ok(Data::Resource(Box::new(ResourceShown {
            resource,
            comments,
        })))
    }

    pub(super) async fn resource_files(&self, key: &str) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let document = self.resource_at(&mirror, key).await?;
        let id = document_id(&document).ok_or_else(Failure::stopping)?;
        let editor = self.editor.lock().await;
        let resource: Resource = editor.read(id).await?;
        let files = resource
            .attachments
            .into_iter()
            .filter(|attachment| !attachment.content.0.is_empty())
            .map(|attachment| SavedFile {
                name: attachment.file_name,
                content: BASE64.encode(&attachment.content.0),
            })
            .collect();
        Ok(Data::Files(Files {
            document,
            address: Some(resource.address).filter(|address| !address.is_empty()),
            files,
        }))
    }

    async fn resource_at(
        &self,
        mirror: &faelled_mirror::Mirror,
        key: &str,
    ) -> Result<String, Failure> {
        let what = Said::new("resource", "et redskab");
        Ok(self
            .target_of(mirror, key, &["resource"], &what)
            .await?
            .document)
    }
}

fn attachment(file: FileGiven, title: &Localized) -> Result<Attachment, Failure> {
    let content = BASE64.decode(file.content.as_bytes()).map_err(|_| {
        Failure::internal(
            "base64",
            Said::new(
                format!("{} did not come whole", file.name),
                format!("{} kom ikke helt frem", file.name),
            ),
        )
    })?;
    Ok(Attachment {
        title: title.clone(),
        media_type: media_type(&file.name).to_owned(),
        file_name: file.name,
        content: FileBytes(content),
        ..Attachment::default()
    })
}

fn media_type(name: &str) -> &'static str {
    let end = name
        .rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase())
        .unwrap_or_default();
    MEDIA_TYPES
        .iter()
        .find(|(known, _)| *known == end)
        .map_or(ANY_MEDIA_TYPE, |(_, media_type)| media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_follow_the_name_and_are_never_empty() {
        assert_eq!(media_type("Skema.XLSX"), MEDIA_TYPES[14].1);
        assert_eq!(media_type("x.tar.gz"), ANY_MEDIA_TYPE);
        assert_eq!(media_type(""), ANY_MEDIA_TYPE);
    }
}
