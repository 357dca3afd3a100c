//! Which tables there are, and which columns they have.

use faelled_model::Language;

use super::code::CodeList;

/// A table: a sheet of a workbook, or a part of a CSV file.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) english: &'static str,
    pub(crate) danish: &'static str,
    pub(crate) form: Form,
    /// What it is for, in a sentence.
    pub(crate) about: (&'static str, &'static str),
    pub(crate) columns: &'static [Column],
}

/// How a table stands on its sheet, and what its rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One record: fields below each other, in the first column their names, in the second their values.
    Fields,
    /// A row for each record.
    Records,
    /// A row for each item of this list of the record.
    Items(&'static str),
    /// A row for each item of this list of one of several records; the first column says which.
    ItemsOf(&'static str),
}

/// A column.
#[derive(Debug)]
pub(crate) struct Column {
    /// The field of the record, with dots into records inside it; empty where the item is the value. What
    /// begins with `#` is no field of the record.
    pub(crate) field: &'static str,
    pub(crate) english: &'static str,
    pub(crate) danish: &'static str,
    pub(crate) kind: Kind,
    /// What to write there, in English and Danish.
    pub(crate) help: (&'static str, &'static str),
}

/// What stands in the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A number, name or date of a few characters; blanks around it are dropped.
    Key,
    /// Any text, exactly.
    Text,
    /// A text in languages: a column for each.
    Texts,
    /// Several texts.
    List,
    /// CPV codes.
    Cpv,
    /// One code.
    One(CodeList),
    /// Several codes.
    Many(CodeList),
    /// A number.
    Number,
    /// A whole number.
    Count,
    /// Yes or no.
    Flag,
}

/// The column that says to which record an item belongs.
pub(crate) const OWNER: &str = "#owner";

impl Table {
    pub(crate) fn name(&self, language: Language) -> &'static str {
        language.pick(self.english, self.danish)
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        name == self.english.to_lowercase() || name == self.danish.to_lowercase()
    }
}

impl Column {
    pub(crate) fn name(&self, language: Language) -> &'static str {
        language.pick(self.english, self.danish)
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        let name = name.trim().to_lowercase();
        name == self.english.to_lowercase()
            || name == self.danish.to_lowercase()
            || (!self.field.is_empty() && name == self.field)
    }
}

/// What the head of a column says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// The column's name.
    pub(crate) name: String,
    /// The language: `da` of `Titel (da)`.
    pub(crate) language: Option<String>,
    /// The number of the column among those over which a long text goes on: 2 of `Ordlyd (da) +2`; 1 for
    /// the first.
    pub(crate) part: usize,
}

impl Head {
    pub(crate) fn parse(text: &str) -> Self {
        let mut name = text.trim();
        let mut part = 1;
        if let Some((before, number)) = name.rsplit_once(" +")
            && let Ok(number @ 2..=99) = number.parse()
        {
            (name, part) = (before.trim_end(), number);
        }
        let mut language = None;
        if let Some((before, code)) = name
            .strip_suffix(')')
            .and_then(|text| text.rsplit_once('('))
            && (2..=3).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_lowercase())
        {
            language = Some(code.to_owned());
            name = before.trim_end();
        }
        Self {
            name: name.to_owned(),
            language,
            part,
        }
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        if let Some(language) = &self.language {
            write!(f, " ({language})")?;
        }
        if self.part > 1 {
            write!(f, " +{}", self.part)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_say_language_and_part() {
        for (text, name, language, part) in [
            ("Titel (da)", "Titel", Some("da"), 1),
            ("Ordlyd (da) +2", "Ordlyd", Some("da"), 2),
            ("Vægt (%)", "Vægt (%)", None, 1),
            ("Indhold +3", "Indhold", None, 3),
            ("Nr.", "Nr.", None, 1),
        ] {
            let head = Head::parse(text);
            assert_eq!(
                (head.name.as_str(), head.language.as_deref(), head.part),
                (name, language, part)
            );
            assert_eq!(head.to_string(), text);
        }
    }
}
