//! What goes into Fælled and out of it: TOML, Excel, CSV, Word, linked data, OCDS.
//!
//! A reader checks all of a file and names every problem with its place (line and column, or sheet, row and
//! column), so that a person corrects the file once; a file with an error is not imported, not even in part.
//! Nothing here reads a file or a socket: bytes come in, values or problems go out, and the other way round.

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

pub use basket::{BasketDocument, BasketEntry, Piece, Provenance, UnfilledValue, fill};
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
