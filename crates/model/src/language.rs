//! The two languages in which Fælled speaks to people.

/// A language of the screens. Texts in documents may be in any language; see [`crate::Localized`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Danish.
    Danish,
    /// English.
    #[default]
    English,
}

impl Language {
    /// The ISO 639-1 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Danish => "da",
            Self::English => "en",
        }
    }

    /// Chooses between the same thing said in both languages.
    #[must_use]
    pub fn pick<T>(self, english: T, danish: T) -> T {
        match self {
            Self::Danish => danish,
            Self::English => english,
        }
    }

    /// Reads a locale as in `LANG` (`da_DK.UTF-8`): Danish where it says so, English otherwise.
    #[must_use]
    pub fn from_locale(locale: &str) -> Self {
        if locale == "da"
            || locale.starts_with("da_")
            || locale.starts_with("da-")
            || locale.starts_with("da.")
        {
            Self::Danish
        } else {
            Self::English
        }
    }
}
