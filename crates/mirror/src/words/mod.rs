//! Words in Danish and English: what a word is looked for by beside its own letters.
//!
//! Danish joins words into one (*genbrugsemballage*), and both languages bend them. So the search
//! table holds, beside the words, their stems and, of a Danish compound, the stems of its parts;
//! a word that is looked for is put through the same. All of it follows from the word and the
//! lists shipped here, so that the same document gives the same row everywhere.

mod compound;
mod kin;
mod lexicon;
mod query;
mod snippet;
mod stem;
mod token;

pub(crate) use lexicon::shipped_lists;
pub(crate) use query::{Namesake, Query};
pub(crate) use snippet::{Marker, Text};
pub(crate) use token::{Derived, Tongue, is_of_word};
