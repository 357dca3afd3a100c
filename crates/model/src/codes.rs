//! The code lists that ship with Fælled: CPV, the eForms lists that fit, the Danish municipalities and
//! regions, and small lists of our own. `data/NOTICE.md` names sources, licences and dates.

pub mod cpv;
pub mod eforms;
pub mod labels;
pub mod members;
mod table;
pub mod units;

pub use cpv::{Cpv, CpvError};
pub use eforms::EformsCode;
pub use labels::Label;
pub use members::{DanishMember, UnknownMember, resolve_member};
pub use units::Unit;
