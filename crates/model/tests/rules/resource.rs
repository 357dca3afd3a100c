//! Faults of resources and attachments.

use faelled_model::validate::limits::{MAX_ATTACHMENTS, MAX_FILE_BYTES};
use faelled_model::{Resource, validate};

use crate::{Case, base};

fn resource(rule: &'static str, field: &'static str, fault: impl FnOnce(&mut Resource)) -> Case {
    let mut value = base::resource();
    fault(&mut value);
    Case {
        rule,
        field,
        findings: validate::resource(&value),
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = attachments();
    cases.extend([
        resource("code-missing", "kind", |r| r.kind = Default::default()),
        resource("text-missing", "title", |r| r.title = [].into()),
        resource("text-missing", "description", |r| r.description = [].into()),
        resource("id-form", "target.document", |r| {
            r.target.document = "x".to_owned()
        }),
        resource("project-form", "project", |r| r.project = "-".to_owned()),
        resource("code-unknown", "category", |r| {
            r.category = "skruer".to_owned().into()
        }),
        resource("licence-missing", "licence", |r| r.licence.clear()),
        resource("address-form", "address", |r| {
            r.address = "file:///etc".to_owned()
        }),
        resource("resource-empty", "address", |r| r.attachments.clear()),
    ]);
    cases
}

fn attachments() -> Vec<Case> {
    vec![
        resource("text-missing", "attachments[1].title", |r| {
            r.attachments[0].title = [].into()
        }),
        resource("attachment-empty", "attachments[1]", |r| {
            r.attachments[0].content.0.clear()
        }),
        resource("attachment-both", "attachments[1]", |r| {
            r.attachments[0].address = "https://gladsaxe.dk/skema".to_owned()
        }),
        resource("address-form", "attachments[1].address", |r| {
            r.attachments[0].content.0.clear();
            r.attachments[0].address = "javascript:alert(1)".to_owned()
        }),
        resource("file-name", "attachments[1].file_name", |r| {
            r.attachments[0].file_name = "../../etc/passwd".to_owned()
        }),
        resource("file-name", "attachments[1].file_name", |r| {
            r.attachments[0].file_name.clear()
        }),
        resource("media-type", "attachments[1].media_type", |r| {
            r.attachments[0].media_type = "pdf".to_owned()
        }),
        resource("file-too-large", "attachments[1].content", |r| {
            r.attachments[0].content.0 = vec![0; MAX_FILE_BYTES + 1]
        }),
        resource("files-too-large", "attachments", |r| {
            r.attachments[0].content.0 = vec![0; MAX_FILE_BYTES];
            r.attachments = vec![r.attachments[0].clone(); 4];
        }),
        resource("too-many", "attachments", |r| {
            r.attachments = vec![r.attachments[0].clone(); MAX_ATTACHMENTS + 1]
        }),
    ]
}

#[test]
fn a_file_as_large_as_allowed_passes() {
    let mut resource = base::resource();
    resource.attachments[0].content.0 = vec![b'x'; MAX_FILE_BYTES];
    assert_eq!(validate::resource(&resource), []);
}
