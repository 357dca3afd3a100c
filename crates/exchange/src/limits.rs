//! Bounds on files.

/// Bytes of a pack file or pilot file, at most. The two example packs have 60 kB each.
pub const MAX_FILE_BYTES: usize = 4 * 1024 * 1024;
/// Requirements in one pack file, at most.
pub const MAX_REQUIREMENTS: usize = 500;
/// Sections in one pack file, at most.
pub const MAX_SECTIONS: usize = 100;
/// Entries of one kind (tried requirements, effects) in one pilot file, at most.
pub const MAX_ENTRIES: usize = 300;
/// Projects in one file, at most.
pub const MAX_PROJECTS: usize = 100;
/// Problems that are listed of one file; what is beyond is only counted.
pub const MAX_PROBLEMS: usize = 200;

/// Files inside a workbook, at most.
pub const MAX_WORKBOOK_PARTS: usize = 200;
/// Bytes of all files inside a workbook, unpacked, at most.
pub const MAX_WORKBOOK_BYTES: usize = 48 * 1024 * 1024;
/// Different texts that a workbook may announce. The library that reads it makes room for so many at once.
pub const MAX_WORKBOOK_STRINGS: u64 = 1_000_000;
/// Sheets of a workbook, or tables of a CSV file, at most.
pub const MAX_SHEETS: usize = 60;
/// Rows of one sheet, at most.
pub const MAX_ROWS: usize = 20_000;
/// Columns of one sheet, at most.
pub const MAX_COLUMNS: usize = 1_000;
/// Cells of a file that are read, empty ones before a filled one in its row included, at most.
pub const MAX_CELLS: usize = 500_000;
/// Bytes of one cell, at most. Excel holds 32,767 UTF-16 units; the longest of them take three bytes each.
pub const MAX_CELL_BYTES: usize = 3 * 32_767;
/// UTF-16 units written into one cell. What is longer goes on in a column beside it.
pub const CELL_UNITS: usize = 32_000;
