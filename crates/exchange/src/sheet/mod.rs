//! Workbooks and CSV files: tables that people fill in.
//!
//! Both have one form, a [`book::Book`] of tables, so that what is said of sheets holds for both.
//! [`column`] declares which tables and columns there are; reading and writing follow it.

pub(crate) mod book;
pub(crate) mod code;
pub(crate) mod column;
pub(crate) mod comma;
pub(crate) mod layout;
pub(crate) mod list;
pub(crate) mod pack;
pub(crate) mod pilot;
pub(crate) mod scan;
pub(crate) mod template;
pub(crate) mod value;
pub(crate) mod workbook;
pub(crate) mod write;
