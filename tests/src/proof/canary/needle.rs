//! What is looked for, and the search for all of it at once.

use std::path::Path;

use crate::program::Broken;

/// Something that must not be where it may not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needle {
    /// What it is, for people.
    pub(super) what: String,
    pub(super) bytes: Vec<u8>,
}

/// Many of them, looked for in one pass.
#[derive(Debug, Default, Clone)]
pub(super) struct Needles {
    all: Vec<Needle>,
}

impl Needles {
    /// Adds a text: as it is, in small letters as a search index keeps it, and hashed.
    pub(super) fn text(&mut self, what: &str, text: &str) {
        self.bytes(what, text.as_bytes());
        self.bytes(
            &format!("{what} in small letters"),
            text.to_lowercase().as_bytes(),
        );
        self.id(
            &format!("the hash of {what}"),
            blake3::hash(text.as_bytes()).as_bytes(),
        );
    }

    /// Adds an id: as it is, and in hexadecimal as people read it.
    pub(super) fn id(&mut self, what: &str, id: &[u8]) {
        self.bytes(what, id);
        let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        self.bytes(&format!("{what} in hexadecimal"), hex.as_bytes());
    }

    /// Adds a length, as logs and JSON write one.
    pub(super) fn length(&mut self, what: &str, length: usize) {
        for (before, after) in [("=", ""), (":", ""), (": ", ""), (" ", " ")] {
            self.bytes(what, format!("{before}{length}{after}").as_bytes());
        }
    }

    /// Adds bytes.
    pub(super) fn bytes(&mut self, what: &str, bytes: &[u8]) {
        if bytes.len() >= 4 && !self.all.iter().any(|needle| needle.bytes == bytes) {
            self.all.push(Needle {
                what: what.to_owned(),
                bytes: bytes.to_vec(),
            });
        }
    }

    pub(super) fn and(&self, others: &Self) -> Self {
        let mut both = self.clone();
        for needle in &others.all {
            both.bytes(&needle.what, &needle.bytes);
        }
        both
    }

    pub(super) const fn len(&self) -> usize {
        self.all.len()
    }

    /// The first that is in some bytes.
    pub(super) fn find(&self, hay: &[u8]) -> Option<&Needle> {
        // By their first two bytes: most places in the hay begin none of them.
        let mut starts: Vec<Vec<usize>> = vec![Vec::new(); 1 << 16];
        for (index, needle) in self.all.iter().enumerate() {
            starts[start(&needle.bytes)].push(index);
        }
        let found = (0..hay.len().saturating_sub(3)).find_map(|place| {
            let rest = &hay[place..];
            let begun = &starts[start(rest)];
            begun
                .iter()
                .find(|index| rest.starts_with(&self.all[**index].bytes))
        });
        found.map(|index| &self.all[*index])
    }

    /// Fails where one of them is in some bytes.
    pub(super) fn are_not_in(&self, place: &str, hay: &[u8]) -> Result<(), Broken> {
        match self.find(hay) {
            Some(needle) => Err(Broken(format!("{place} holds {}", needle.what))),
            None => Ok(()),
        }
    }

    /// Fails where one of them is in a file below a directory. Returns how many files there are, and their bytes.
    pub(super) fn are_not_below(&self, directory: &Path) -> Result<(u64, u64), Broken> {
        let (mut files, mut bytes) = (0, 0);
        for entry in std::fs::read_dir(directory)? {
            let path = entry?.path();
            // The name of a file is part of what lies there.
            self.are_not_in(
                &path.display().to_string(),
                path.as_os_str().as_encoded_bytes(),
            )?;
            if path.is_dir() {
                let below = self.are_not_below(&path)?;
                files += below.0;
                bytes += below.1;
            } else if path.is_file() {
                let content = std::fs::read(&path)?;
                self.are_not_in(&path.display().to_string(), &content)?;
                files += 1;
                bytes += content.len() as u64;
            }
        }
        Ok((files, bytes))
    }
}

fn start(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}
