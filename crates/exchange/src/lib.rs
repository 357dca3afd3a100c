//! What goes into Fælled and out of it: TOML, Excel, CSV, Word, linked data, OCDS.
//!
//! A reader checks all of a file and names every problem with its place (line and column, or sheet, row and
//! column), so that a person corrects the file once; a file with an error is not imported, not even in part.
//! Nothing here reads a file or a socket: bytes come in, values or problems go out, and the other way round.
//!
//! - **In**: [`read_pack_file`] and [`read_pilot_file`] take TOML, Excel or CSV; [`read_projects`] takes TOML. A
//!   file of the other kind gets one hint.
//! - **Out and back**: [`pack_to_xlsx`], [`pack_to_csv`], [`pack_to_toml`], [`pilot_to_xlsx`], [`pilot_to_csv`];
//!   reading gives exactly what was written, but for what only the software sets.
//! - **Templates**: [`pack_template`], [`pilot_template`].
//! - **Baskets**: [`BasketDocument`] as Word, Excel, CSV, Markdown, JSON.
//! - **Open data**: [`linked_data`] (CCCEV as JSON-LD) and [`ocds`].
//!
//! # Tables
//!
//! A workbook has a sheet for the pack's own fields (one below the other), one for its sections, one for its
//! requirements, and one for each of the lists that they hold, whose rows name the requirement that they belong
//! to. Names of sheets, columns and codes are read in Danish and English. A text has a column for each language:
//! `Titel (da)`. Several values in one cell stand with `;` between them. Rows whose first cell begins with `#`
//! are passed over, and so are sheets and columns whose name does. Of a formula the value counts that was last
//! computed; one without a value is named.
//!
//! A CSV file holds the same tables below each other, each under its name in square brackets on a line of its
//! own: `[Pakke]`, `[Krav]`. Semicolon, comma or tab may stand between cells; the text is UTF-8. A cell that a
//! spreadsheet program could take for a formula begins with an apostrophe, which is dropped on reading.

mod basket;
mod clean;
pub mod limits;
mod linked;
mod ocds;
mod pack;
mod pilot;
mod place;
mod problem;
mod project;
mod sheet;
mod source;
mod tree;

pub use basket::{
    AdaptedSource, BasketDocument, BasketEntry, Piece, Provenance, UnfilledValue, fill,
};
pub use linked::{OpenContent, OpenMember, OpenPilot, OpenRelease, linked_data};
pub use ocds::{OcdsError, PilotTender, Publication, UNREGISTERED_PREFIX, ocds};
pub use pack::{PackFile, pack_to_toml, read_pack};
pub use pilot::{PilotFile, Resolved, TriedRef, read_pilot};
pub use problem::{FileError, Place, Problem};
pub use project::{ProjectFile, projects_to_toml, read_projects};
pub use sheet::template::{pack_template, pilot_template};
pub use sheet::write::ExportError;
pub use source::{
    pack_to_csv, pack_to_xlsx, pilot_to_csv, pilot_to_xlsx, read_pack_file, read_pilot_file,
};
