//! Human-readable fields: maps of language to text.

use std::collections::BTreeMap;

use automerge::ObjId;
use autosurgeon::reconcile::{NoKey, TextReconciler};
use autosurgeon::{Hydrate, HydrateError, ReadDoc, Reconcile, Reconciler};
use serde::{Deserialize, Serialize};

/// A text in one or more languages, each replaced as a whole when it is edited.
///
/// Keys are ISO 639-1 codes; languages other than Danish and English are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Localized(pub BTreeMap<String, String>);

/// A text in one or more languages whose concurrent edits merge word by word (Automerge `Text`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalizedText(pub BTreeMap<String, Merging>);

/// One language's text of a [`LocalizedText`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Merging(pub String);

/// What both kinds of text can be asked.
pub trait InLanguages {
    /// The text in exactly this language.
    fn exact(&self, language: &str) -> Option<&str>;

    /// All languages with a text that is not blank.
    fn languages(&self) -> Vec<&str>;

    /// The text in this language, else in the other of Danish and English, else in any.
    fn best(&self, language: &str) -> &str {
        [language, "da", "en"]
            .into_iter()
            .chain(self.languages())
            .find_map(|code| self.exact(code).filter(|text| !text.trim().is_empty()))
            .unwrap_or("")
    }

    /// Nothing is said in any language.
    fn is_blank(&self) -> bool {
        self.languages().is_empty()
    }
}

impl InLanguages for Localized {
    fn exact(&self, language: &str) -> Option<&str> {
        self.0.get(language).map(String::as_str)
    }

    fn languages(&self) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(_, text)| !text.trim().is_empty())
            .map(|(code, _)| code.as_str())
            .collect()
    }
}

impl InLanguages for LocalizedText {
    fn exact(&self, language: &str) -> Option<&str> {
        self.0.get(language).map(|text| text.0.as_str())
    }

    fn languages(&self) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(_, text)| !text.0.trim().is_empty())
            .map(|(code, _)| code.as_str())
            .collect()
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Localized {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(code, text)| (code.to_owned(), text.to_owned()))
                .collect(),
        )
    }
}

impl<const N: usize> From<[(&str, &str); N]> for LocalizedText {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(code, text)| (code.to_owned(), Merging(text.to_owned())))
                .collect(),
        )
    }
}

macro_rules! as_map {
    ($type:ty) => {
        impl Reconcile for $type {
            type Key<'a> = NoKey;

            fn reconcile<R: Reconciler>(&self, reconciler: R) -> Result<(), R::Error> {
                self.0.reconcile(reconciler)
            }
        }

        impl Hydrate for $type {
            fn hydrate_map<D: ReadDoc>(doc: &D, obj: &ObjId) -> Result<Self, HydrateError> {
                BTreeMap::hydrate_map(doc, obj).map(Self)
            }

            fn hydrate_none() -> Result<Self, HydrateError> {
                Ok(Self::default())
            }
        }
    };
}
as_map!(Localized);
as_map!(LocalizedText);

impl Reconcile for Merging {
    type Key<'a> = NoKey;

    fn reconcile<R: Reconciler>(&self, mut reconciler: R) -> Result<(), R::Error> {
        reconciler.text()?.update(&self.0)
    }
}

impl Hydrate for Merging {
    fn hydrate_text<D: ReadDoc>(doc: &D, obj: &ObjId) -> Result<Self, HydrateError> {
        Ok(Self(doc.text(obj)?))
    }

    fn hydrate_string(text: &str) -> Result<Self, HydrateError> {
        Ok(Self(text.to_owned()))
    }
}
