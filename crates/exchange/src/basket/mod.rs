//! Baskets: requirements picked for a tender, ready to be laid into its documents.

mod content;
mod fill;
mod markdown;
mod table;
mod word;

pub use content::{AdaptedSource, BasketDocument, BasketEntry, Provenance, UnfilledValue};
pub use fill::{Piece, fill};

use crate::sheet::write::ExportError;
use content::Content;

impl BasketDocument {
    /// A Word file: a heading for each part of the tender and each requirement, tables for evidence, award and
    /// follow-up, and a line that says where each comes from.
    ///
    /// # Errors
    /// When values are missing or outside their range, or the library fails.
    pub fn to_docx(&self) -> Result<Vec<u8>, ExportError> {
        word::write(&Content::new(self)?)
    }

    /// An Excel file with a row for each requirement.
    ///
    /// # Errors
    /// As [`Self::to_docx`].
    pub fn to_xlsx(&self) -> Result<Vec<u8>, ExportError> {
        table::xlsx(&Content::new(self)?)
    }

    /// A CSV file with a row for each requirement.
    ///
    /// # Errors
    /// As [`Self::to_docx`].
    pub fn to_csv(&self) -> Result<Vec<u8>, ExportError> {
        table::csv(&Content::new(self)?)
    }

    /// Markdown. What members wrote is escaped: it makes no links, headings or tables of its own.
    ///
    /// # Errors
    /// As [`Self::to_docx`].
    pub fn to_markdown(&self) -> Result<String, ExportError> {
        Ok(markdown::write(&Content::new(self)?))
    }

    /// JSON, for programs.
    ///
    /// # Errors
    /// As [`Self::to_docx`].
    pub fn to_json(&self) -> Result<serde_json::Value, ExportError> {
        Ok(serde_json::to_value(Content::new(self)?)?)
    }
}
