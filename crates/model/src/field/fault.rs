//! Why a field was not set, in words.

use crate::Language;

/// A field that was not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message(Language::English))]
pub struct FieldError {
    /// The field as it was given.
    pub field: String,
    /// Why.
    pub fault: FieldFault,
}

/// Why a field was not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldFault {
    /// Not a path.
    Form,
    /// There is no such field; these are. Empty below a field that has none of its own.
    Unknown(Vec<String>),
    /// The list has no such item; these are its keys, or places counted from 1.
    NoItem(Vec<String>),
    /// A text is set in a language.
    Language,
    /// A record is not set as a whole; these are its fields.
    Whole(Vec<String>),
    /// A list is not set as a whole; these can stand after its name.
    List(Vec<String>),
    /// The field is not a list.
    NotAList,
    /// The program keeps it.
    Kept,
    /// Not a number.
    Number(String),
    /// Not yes or no.
    Flag(String),
    /// Not on the list of terms, which has these.
    Term(String, Vec<String>),
    /// The value does not take it.
    Refused(String),
}

impl FieldError {
    /// What is wrong and what to do.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::English => self.english(),
            Language::Danish => self.danish(),
        }
    }

    fn english(&self) -> String {
        use FieldFault as Fault;
        let field = &self.field;
        match &self.fault {
            Fault::Form => format!(
                "{field} names no field; write it as level, wording.da, evidence[1].text.da or cpv[+]"
            ),
            Fault::Unknown(known) if known.is_empty() => {
                format!(
                    "{field} goes below a field that has none of its own; leave out what follows the last dot"
                )
            }
            Fault::Unknown(known) => format!(
                "there is no field {field}; known here are {}",
                known.join(", ")
            ),
            Fault::NoItem(known) if known.is_empty() => {
                format!("{field} names an item of a list that is empty; add one with [+]")
            }
            Fault::NoItem(known) => {
                format!(
                    "{field} names an item that is not on the list; the list has {}",
                    known.join(", ")
                )
            }
            Fault::Language => {
                format!("{field} is a text; say in which language: {field}.da or {field}.en")
            }
            Fault::Whole(known) => format!(
                "{field} is not set as a whole; set one of its fields: {}",
                known.join(", ")
            ),
            Fault::List(items) => format!(
                "{field} is a list; write one of these after its name: {}",
                items.join(", ")
            ),
            Fault::NotAList => format!("{field} is not a list; write the name without brackets"),
            Fault::Kept => {
                format!("{field} is kept by the program; use the command for what you want to do")
            }
            Fault::Number(text) => format!("{field} takes a number, and {text} is none"),
            Fault::Flag(text) => format!("{field} takes yes or no, and not {text}"),
            Fault::Term(text, known) => {
                format!(
                    "{field} does not take {}; choose one of {}",
                    said(text),
                    known.join(", ")
                )
            }
            Fault::Refused(reason) => format!("{field} was not set: {reason}"),
        }
    }

    fn danish(&self) -> String {
        use FieldFault as Fault;
        let field = &self.field;
        match &self.fault {
            Fault::Form => format!(
                "{field} er ikke navnet på et felt; skriv det som level, wording.da, evidence[1].text.da eller cpv[+]"
            ),
            Fault::Unknown(known) if known.is_empty() => {
                format!(
                    "{field} går ned under et felt, der ikke selv har felter; udelad det efter sidste punktum"
                )
            }
            Fault::Unknown(known) => {
                format!("der er intet felt {field}; her findes {}", known.join(", "))
            }
            Fault::NoItem(known) if known.is_empty() => {
                format!("{field} nævner et punkt på en liste, som er tom; tilføj et med [+]")
            }
            Fault::NoItem(known) => {
                format!(
                    "{field} nævner et punkt, som ikke er på listen; listen har {}",
                    known.join(", ")
                )
            }
            Fault::Language => {
                format!("{field} er en tekst; angiv sproget: {field}.da eller {field}.en")
            }
            Fault::Whole(known) => format!(
                "{field} kan ikke sættes under ét; sæt et af felterne: {}",
                known.join(", ")
            ),
            Fault::List(items) => format!(
                "{field} er en liste; skriv et af disse efter navnet: {}",
                items.join(", ")
            ),
            Fault::NotAList => {
                format!("{field} er ikke en liste; skriv navnet uden kantede parenteser")
            }
            Fault::Kept => {
                format!("{field} holdes af programmet; brug kommandoen til det, du vil gøre")
            }
            Fault::Number(text) => format!("{field} skal være et tal, og det er {text} ikke"),
            Fault::Flag(text) => format!("{field} skal være ja eller nej, og ikke {text}"),
            Fault::Term(text, known) => {
                format!(
                    "{field} kan ikke være {}; vælg en af {}",
                    said(text),
                    known.join(", ")
                )
            }
            Fault::Refused(reason) => format!("{field} blev ikke sat: {reason}"),
        }
    }
}

/// An empty text as a message can show it.
fn said(text: &str) -> &str {
    if text.trim().is_empty() { "\"\"" } else { text }
}
