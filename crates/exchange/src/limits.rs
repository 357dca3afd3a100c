//! Bounds on files.

/// Bytes of a pack file or pilot file, at most. The two example packs have 60 kB each.
pub const MAX_FILE_BYTES: usize = 4 * 1024 * 1024;
/// Requirements in one pack file, at most.
pub const MAX_REQUIREMENTS: usize = 500;
/// Sections in one pack file, at most.
pub const MAX_SECTIONS: usize = 100;
/// Entries of one kind (tried requirements, effects) in one pilot file, at most.
pub const MAX_ENTRIES: usize = 300;
/// Problems that are listed of one file; what is beyond is only counted.
pub const MAX_PROBLEMS: usize = 200;
