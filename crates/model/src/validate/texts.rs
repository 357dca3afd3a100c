//! Checks of texts in languages.

use super::limits::MAX_LANGUAGES;
use super::rules;
use super::values::{Findings, shown};
use crate::text::InLanguages;

impl Findings {
    /// A text that must be there, in Danish or English.
    pub(super) fn required_text(&mut self, field: &str, text: &impl InLanguages) {
        if text.is_blank() {
            self.add(&rules::TEXT_MISSING, field, []);
        } else {
            self.text(field, text);
        }
    }

    /// A text that may be missing; where it is there, it is there in Danish or English.
    pub(super) fn text(&mut self, field: &str, text: &impl InLanguages) {
        let languages = text.languages();
        if languages.len() > MAX_LANGUAGES {
            self.too_many(field, languages.len(), MAX_LANGUAGES);
        }
        for language in languages.iter().take(MAX_LANGUAGES) {
            if !matches!(language.len(), 2 | 3)
                || !language.bytes().all(|byte| byte.is_ascii_lowercase())
            {
                self.add(
                    &rules::LANGUAGE_FORM,
                    field,
                    [("language", shown(language))],
                );
            }
        }
        if !languages.is_empty()
            && !languages
                .iter()
                .any(|language| matches!(*language, "da" | "en"))
        {
            self.add(
                &rules::LANGUAGE_MISSING,
                field,
                [("languages", shown(languages.join(", ")))],
            );
        }
    }
}
