//! Bounds on what a document may hold, so that every reader can show it.

/// Characters in a number or code that people cite.
pub const MAX_CODE_CHARS: usize = 60;
/// Characters in a title or name.
pub const MAX_TITLE_CHARS: usize = 300;
/// Characters in any other text.
pub const MAX_TEXT_CHARS: usize = 20_000;
/// Items in one list.
pub const MAX_LIST_ITEMS: usize = 300;
/// Languages of one text.
pub const MAX_LANGUAGES: usize = 30;
/// Months between reviews of a pack, at most.
pub const MAX_REVIEW_MONTHS: u64 = 120;
/// Tenders, questions and other counts of a pilot, at most.
pub const MAX_COUNT: u64 = 100_000;
/// Months of a contract, at most.
pub const MAX_DURATION_MONTHS: u64 = 600;
/// Hours that a buyer spent on one requirement, at most.
pub const MAX_HOURS: f64 = 100_000.0;
/// The largest effect on a price, in percent.
pub const MAX_PRICE_PERCENT: f64 = 1_000.0;
/// Bytes of one file in a document, at most: 256 KiB.
pub const MAX_FILE_BYTES: usize = 256 * 1024;
/// Bytes of all files of one document, at most: they are written in one change, and
/// [`faelled_documents::change::MAX_CHANGE_BYTES`] leaves room for the rest beside them.
pub const MAX_FILES_BYTES: usize = 3 * MAX_FILE_BYTES;
/// Attachments of one document, at most.
pub const MAX_ATTACHMENTS: usize = 20;
