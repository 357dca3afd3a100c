//! Tab-separated lists.

/// The rows of a list that is part of the program, without its head line. A row that has not `N` columns
/// is left out; the lists' tests count the rows.
pub(super) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().skip(1).filter_map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        columns.try_into().ok()
    })
}
