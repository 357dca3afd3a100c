//! Single fields of a value, by the path that people write: their names, and how they are set.

mod fault;
mod name;
mod path;
mod set;

pub use fault::{FieldError, FieldFault};
pub use name::field_name;
pub use path::is_path;
pub use set::set_field;
