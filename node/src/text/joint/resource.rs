//! Resources.

use faelled_mirror::read::{AttachmentSummary, ResourceSummary};

use super::super::page::Page;
use super::super::words::{bytes, category, either, joined, member, moment, resource_kind, short};
use super::discussion::threads;
use crate::data::joint::{Files, ResourceShown};

pub(super) fn resources(page: &mut Page, resources: &[ResourceSummary]) {
    if resources.is_empty() {
        page.own(page.say(
            "There are no such resources.",
            "Der er ingen sådanne redskaber.",
        ));
        page.own(page.say(
            "Offer one; this shows how: faelled resource add --help",
            "Stil et til rådighed; det gøres sådan: faelled resource add --help",
        ));
        return;
    }
    for resource in resources {
        page.gap();
        let key = short(&resource.document);
        let title = either(
            resource.title_en.as_deref(),
            resource.title_da.as_deref(),
            page.language,
        );
        let kind = joined([
            resource_kind(resource.kind.as_deref(), page.language),
            category(resource.category.as_deref(), page.language),
            resource.project.clone().unwrap_or_default(),
            resource.target_number.clone().unwrap_or_default(),
        ]);
        let by = member(&resource.owner, resource.owner_name.as_deref());
        page.item(&key, key.len(), &[title, kind, by]);
    }
    page.gap();
    page.own(page.say(
        "Read one: faelled resource show ID. Save its files: faelled resource save ID",
        "Læs et: faelled resource show ID. Gem dets filer: faelled resource save ID",
    ));
}

pub(super) fn resource(page: &mut Page, shown: &ResourceShown) {
    let resource = &shown.resource.summary;
    let language = page.language;
    page.line(&either(
        resource.title_en.as_deref(),
        resource.title_da.as_deref(),
        language,
    ));
    page.gap();
    let of = |text: &Option<String>| text.clone().unwrap_or_default();
    page.facts(&[
        (
            page.say("Kind", "Art"),
            resource_kind(resource.kind.as_deref(), language),
        ),
        (
            page.say("From", "Fra"),
            joined([
                member(&resource.owner, resource.owner_name.as_deref()),
                moment(resource.last_claimed.as_deref()),
            ]),
        ),
        (page.say("About", "Om"), of(&resource.target_number)),
        (page.say("Project", "Indsats"), of(&resource.project)),
        (
            page.say("Category", "Kategori"),
            category(resource.category.as_deref(), language),
        ),
        (page.say("Licence", "Licens"), of(&resource.licence)),
        (page.say("Id", "Id"), resource.document.clone()),
    ]);
    let description = either(
        resource.description_en.as_deref(),
        resource.description_da.as_deref(),
        language,
    );
    page.section(page.say("Description", "Beskrivelse"), Some(&description));
    page.copyable(
        page.say(
            "Address, as its author wrote it",
            "Adresse, som forfatteren har skrevet den",
        ),
        resource.address.as_deref(),
    );
    let files: Vec<String> = shown
        .resource
        .attachments
        .iter()
        .map(|one| file(page, one))
        .collect();
    page.bullets(page.say("Files", "Filer"), &files);
    threads(page, &shown.comments);
    if !files.is_empty() {
        page.gap();
        page.own(page.say(
            "Save them: faelled resource save ID",
            "Gem dem: faelled resource save ID",
        ));
    }
}

pub(super) fn files(page: &mut Page, files: &Files) {
    for file in &files.files {
        page.bullet(&file.name);
    }
    if files.files.is_empty() {
        page.own(page.say("There is no file in it.", "Der er ingen fil i det."));
    }
}

fn file(page: &Page, attachment: &AttachmentSummary) -> String {
    let size = attachment.size.map_or_else(String::new, |size| {
        bytes(size.max(0).unsigned_abs(), page.language)
    });
    joined([
        attachment.file_name.clone().unwrap_or_default(),
        attachment.media_type.clone().unwrap_or_default(),
        attachment.address.clone().unwrap_or_default(),
        size,
    ])
}
