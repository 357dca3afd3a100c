//! Rules for resources and for attachments.

use super::finding::Finding;
use super::limits::{MAX_ATTACHMENTS, MAX_FILE_BYTES, MAX_FILES_BYTES};
use super::rules;
use super::values::{Findings, shown};
use crate::Resource;
use crate::attachment::Attachment;

/// What stands against a resource.
#[must_use]
pub fn resource(resource: &Resource) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.required_term("kind", &resource.kind);
    findings.required_text("title", &resource.title);
    findings.required_text("description", &resource.description);
    findings.target("target", &resource.target);
    findings.project("project", &resource.project);
    findings.term("category", &resource.category);
    if resource.licence.trim().is_empty() {
        findings.add(&rules::LICENCE_MISSING, "licence", []);
    }
    findings.address("address", &resource.address);
    if resource.address.is_empty() && resource.attachments.is_empty() {
        findings.add(&rules::RESOURCE_EMPTY, "address", []);
    }
    findings.attachments("attachments", &resource.attachments);
    findings.every_text(resource);
    findings.0
}

impl Findings {
    /// Attachments of a document, each by itself and all together.
    pub(super) fn attachments(&mut self, field: &str, attachments: &[Attachment]) {
        if attachments.len() > MAX_ATTACHMENTS {
            self.too_many(field, attachments.len(), MAX_ATTACHMENTS);
        }
        for (index, attachment) in attachments.iter().take(MAX_ATTACHMENTS).enumerate() {
            self.attachment(&format!("{field}[{}]", index + 1), attachment);
        }
        let bytes: usize = attachments
            .iter()
            .map(|attachment| attachment.content.0.len())
            .sum();
        if bytes > MAX_FILES_BYTES {
            let args = [
                ("bytes", bytes.to_string()),
                ("limit", MAX_FILES_BYTES.to_string()),
            ];
            self.add(&rules::FILES_TOO_LARGE, field, args);
        }
    }

    fn attachment(&mut self, field: &str, attachment: &Attachment) {
        self.required_text(&format!("{field}.title"), &attachment.title);
        self.address(&format!("{field}.address"), &attachment.address);
        let bytes = attachment.content.0.len();
        match (bytes > 0, !attachment.address.is_empty()) {
            (false, false) => self.add(&rules::ATTACHMENT_EMPTY, field, []),
            (true, true) => self.add(&rules::ATTACHMENT_BOTH, field, []),
            _ => {}
        }
        if bytes > MAX_FILE_BYTES {
            let args = [
                ("bytes", bytes.to_string()),
                ("limit", MAX_FILE_BYTES.to_string()),
            ];
            self.add(&rules::FILE_TOO_LARGE, &format!("{field}.content"), args);
        }
        // A file in the document needs its name and type, so that a reader can save and open it.
        let needed = bytes > 0;
        let (name, media_type) = (&attachment.file_name, &attachment.media_type);
        if (needed || !name.is_empty()) && !is_file_name(name) {
            let value = ("value", shown(quoted(name)));
            self.add(&rules::FILE_NAME, &format!("{field}.file_name"), [value]);
        }
        if (needed || !media_type.is_empty()) && !is_media_type(media_type) {
            let value = ("value", shown(quoted(media_type)));
            self.add(&rules::MEDIA_TYPE, &format!("{field}.media_type"), [value]);
        }
    }
}

/// An empty value as a message can show it.
fn quoted(value: &str) -> &str {
    if value.is_empty() { "\"\"" } else { value }
}

/// A name that can be saved in a folder of any system, and only there.
fn is_file_name(name: &str) -> bool {
    !name.trim().is_empty()
        && !name.starts_with('.')
        && !name.ends_with(['.', ' '])
        && !name
            .chars()
            .any(|char| char.is_control() || "/\\:*?\"<>|".contains(char))
}

/// A type and a subtype, as RFC 6838 allows them, without parameters.
fn is_media_type(media_type: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphanumeric())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    media_type
        .split_once('/')
        .is_some_and(|(main, sub)| part(main) && part(sub))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_stay_in_their_folder() {
        for name in ["skabelon.docx", "Evaluering 2026 (endelig).pdf", "måling"] {
            assert!(is_file_name(name), "{name}");
        }
        for name in [
            "", " ", "../x.pdf", "a/b", "a\\b", "C:x", ".profile", "x.", "a\nb",
        ] {
            assert!(!is_file_name(name), "{name}");
        }
    }

    #[test]
    fn media_types_are_a_type_and_a_subtype() {
        for media_type in [
            "application/pdf",
            "image/svg+xml",
            "application/vnd.ms-excel",
        ] {
            assert!(is_media_type(media_type), "{media_type}");
        }
        for media_type in [
            "",
            "pdf",
            "application/",
            "/pdf",
            "text/plain; charset=utf-8",
            "a/b/c",
        ] {
            assert!(!is_media_type(media_type), "{media_type}");
        }
    }
}
