//! Makes the test vectors of `vectors/`. Nothing here is random: the same code makes the same bytes.

mod files;
mod refused;
mod render;
mod world;

pub(crate) use files::files;
