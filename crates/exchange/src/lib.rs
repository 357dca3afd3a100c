//! What goes into Fælled and out of it: pack files and pilot files in TOML.
//!
//! A reader checks all of a file and names every problem with its line, so that a person corrects the file
//! once; a file with an error is not imported, not even in part. Nothing here reads a file or a socket: text
//! comes in, values or problems go out.

pub mod limits;
mod pack;
mod pilot;
mod place;
mod problem;
mod tree;

pub use pack::{PackFile, read_pack};
pub use pilot::{PilotFile, Resolved, TriedRef, read_pilot};
pub use problem::{FileError, Problem};
