//! Baskets, and what goes out and in as files: what is answered.

use faelled_model::Localized;
use faelled_model::adoption::ReleaseRef;
use faelled_model::attachment::FileBytes;
use faelled_model::requirement::AdaptedFrom;
use serde::Serialize;

use crate::failure::Said;

/// An answer. As JSON it is what is in it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Data {
    /// To `List`.
    Baskets(Vec<Basket>),
    /// To `Show`.
    Basket(Box<Basket>),
    /// To `New`, `Add`, `Remove`, `Fill`.
    Changed(Box<Changed>),
    /// To `Delete`.
    Deleted(Deleted),
    /// To everything that makes a file.
    File(Box<File>),
}

/// A basket.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Basket {
    /// Its document.
    pub document: String,
    /// Its name.
    pub name: String,
    /// What is in it, in order.
    pub lines: Vec<Line>,
}

/// A requirement in a basket, as it stands in the release from which it is taken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Its document.
    pub requirement: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: Localized,
    /// The part it plays in a tender.
    pub r#type: String,
    /// The code of the pack; nothing for an own draft.
    pub pack: Option<String>,
    /// The release; nothing for an own draft.
    pub release: Option<ReleaseRef>,
    /// From what it was adapted, where it was.
    pub adapted_from: Option<AdaptedFrom>,
    /// The content is here and can be read.
    pub is_here: bool,
    /// What is filled in, in the order of the requirement.
    pub places: Vec<Place>,
    /// What a person should look at: a newer release, a withdrawal.
    pub warnings: Vec<Said>,
}

/// A placeholder of a requirement in a basket.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// What it means.
    pub meaning: Localized,
    /// UCUM unit, or empty.
    pub unit: String,
    /// Lowest allowed number.
    pub min: Option<f64>,
    /// Highest allowed number.
    pub max: Option<f64>,
    /// What was filled in.
    pub value: Option<String>,
    /// What stands there when nothing is filled in.
    pub default: Option<String>,
    /// What is wrong with it: no value and no default, or a value that is not allowed.
    pub wrong: Vec<Said>,
}

/// A basket that was changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// What was done.
    pub done: Done,
    /// The requirements that it was done to, by number.
    pub numbers: Vec<String>,
    /// The basket was made for them.
    pub is_new: bool,
    /// How it is now.
    pub basket: Basket,
}

/// What was done to a basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Done {
    /// It was made.
    Made,
    /// Requirements were put into it.
    Added,
    /// One was taken out.
    Removed,
    /// Placeholders were filled in.
    Filled,
}

/// A basket that was emptied and is shown no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deleted {
    /// Its document.
    pub document: String,
    /// The name that it had.
    pub name: String,
}

/// A file, made for whoever asked. Nothing of it was given to anybody.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct File {
    /// What it may be called: safe characters, and no path.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// What is in it.
    pub bytes: FileBytes,
    /// Placeholders that stand at their default: number, name, value.
    pub defaults: Vec<(String, String, String)>,
    /// What a person should look at.
    pub warnings: Vec<Said>,
}
