//! Makes the test vectors of `vectors/`. Nothing here is random: the same code makes the same bytes.

mod files;
mod messages;
mod refused;
mod render;
mod statements;
mod world;

pub(crate) use files::files;
