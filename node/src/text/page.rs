//! A page of text for a terminal: wrapped to its width, and harmless whatever is put on it.

use faelled_model::Language;
use textwrap::{Options, WordSplitter};
use unicode_width::UnicodeWidthStr;

use super::plain::{plain, plain_lines};
use crate::failure::Said;
use crate::request::Screen;

/// Narrower screens are written as this one: a line would hold a word at best.
const MIN_COLUMNS: usize = 40;
/// Longer lines tire the eye.
const MAX_COLUMNS: usize = 110;
/// Between the columns of a table.
const GAP: usize = 2;
/// A cell that gives way is not made narrower than this.
const MIN_CELL: usize = 10;
const INDENT: usize = 2;

/// A page in the making. Whatever is put on it passes [`plain`].
#[derive(Debug)]
pub(super) struct Page {
    pub(super) language: Language,
    columns: usize,
    out: String,
}

/// A table; its first column and those that are kept whole never give way, the widest other one does.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
    /// Columns that are never broken, such as addresses and times.
    whole: Vec<usize>,
}

impl Page {
    pub(super) fn new(screen: Screen) -> Self {
        let columns = usize::from(screen.columns).clamp(MIN_COLUMNS, MAX_COLUMNS);
        Self {
            language: screen.language(),
            columns,
            out: String::new(),
        }
    }

    /// How many characters fit into a line.
    pub(super) const fn room(&self) -> usize {
        self.columns
    }

    /// The same thing in the page's language.
    pub(super) fn say<T>(&self, english: T, danish: T) -> T {
        self.language.pick(english, danish)
    }

    /// Characters that stand on a line.
    pub(super) const fn columns(&self) -> usize {
        self.columns
    }

    /// The page, ending in one line break; empty where nothing was put on it.
    pub(super) fn finish(self) -> String {
        let text = self.out.trim_end();
        if text.is_empty() {
            String::new()
        } else {
            format!("{text}\n")
        }
    }

    /// An empty line, unless there is one.
    pub(super) fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Text from the left edge. Where it goes on it is indented, so that nothing in it can pass for a line
    /// of the page's own.
    pub(super) fn line(&mut self, text: &str) {
        self.wrapped(&plain(text), "", &" ".repeat(INDENT));
    }

    /// The page's own words, from the left edge.
    pub(super) fn own(&mut self, text: &'static str) {
        self.wrapped(text, "", "");
    }

    /// One line that is never broken: it is to be copied.
    pub(super) fn whole(&mut self, text: &str) {
        self.out.push_str(&plain(text));
        self.out.push('\n');
    }

    /// What stands above a part, after an empty line.
    pub(super) fn heading(&mut self, text: &str) {
        self.gap();
        self.line(text);
    }

    /// Indented text that keeps its line breaks.
    pub(super) fn paragraph(&mut self, text: &str) {
        let indent = " ".repeat(INDENT);
        for line in plain_lines(text).trim().lines() {
            self.wrapped(line.trim(), &indent, &indent);
        }
    }

    /// A heading and indented text, where there is any.
    pub(super) fn section(&mut self, heading: &str, text: Option<&str>) {
        if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
            self.heading(heading);
            self.paragraph(text);
        }
    }

    /// One point of a list.
    pub(super) fn bullet(&mut self, text: &str) {
        self.wrapped(
            &plain(text),
            &format!("{}- ", " ".repeat(INDENT)),
            &" ".repeat(INDENT + 2),
        );
    }

    /// A label and beneath it one line that is to be copied, where there is any.
    pub(super) fn copyable(&mut self, label: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.gap();
            self.line(label);
            self.whole(&format!("{}{text}", " ".repeat(INDENT)));
        }
    }

    /// A heading and points, where there are any.
    pub(super) fn bullets(&mut self, heading: &str, points: &[String]) {
        if !points.is_empty() {
            self.heading(heading);
            points.iter().for_each(|point| self.bullet(point));
        }
    }

    /// What a person should look at.
    pub(super) fn warnings(&mut self, warnings: &[Said]) {
        let heading = self.say("Please look at", "Se venligst på");
        let points: Vec<String> = warnings
            .iter()
            .map(|warning| warning.in_language(self.language).to_owned())
            .collect();
        self.bullets(heading, &points);
    }

    /// Labels with what they stand for, in two columns; what is empty is left out.
    pub(super) fn facts(&mut self, facts: &[(&str, String)]) {
        let facts: Vec<_> = facts.iter().filter(|(_, fact)| !fact.is_empty()).collect();
        let width = facts
            .iter()
            .map(|(label, _)| label.width())
            .max()
            .unwrap_or(0);
        for (label, fact) in facts {
            self.item(label, width, std::slice::from_ref(fact));
        }
    }

    /// A key and lines beside it; the key's column is `width` wide.
    pub(super) fn item(&mut self, key: &str, width: usize, lines: &[String]) {
        // A key that does not fit, such as one made to be long, stands on a line of its own.
        let width = width.min(self.columns / 3);
        let beside = " ".repeat(width + GAP);
        let key = plain(key);
        let mut first = pad(&key, width) + &" ".repeat(GAP);
        if key.width() > width {
            self.wrapped(&key, "", "");
            first.clone_from(&beside);
        }
        for (index, line) in lines.iter().filter(|line| !line.is_empty()).enumerate() {
            let line = plain(line).split_whitespace().collect::<Vec<_>>().join(" ");
            self.wrapped(&line, if index == 0 { &first } else { &beside }, &beside);
        }
    }

    /// A table under its heads; nothing where it has no rows. Where not even narrow columns fit, each row is
    /// written with one cell a line.
    pub(super) fn table(&mut self, heads: &[&str], table: Table) {
        if table.rows.is_empty() {
            return;
        }
        let mut rows = vec![
            heads
                .iter()
                .map(|head| (*head).to_owned())
                .collect::<Vec<_>>(),
        ];
        rows.extend(table.rows);
        let room = self
            .columns
            .saturating_sub(INDENT + GAP * heads.len().saturating_sub(1));
        let widths = widths(&rows, heads.len(), room, &table.whole);
        if widths.iter().sum::<usize>() > room {
            self.rows_as_facts(heads, &rows);
            return;
        }
        for row in &rows {
            let cells: Vec<Vec<String>> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| cell_lines(cell, *width))
                .collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for index in 0..height {
                let mut line = " ".repeat(INDENT);
                for (cell, width) in cells.iter().zip(&widths) {
                    let text = cell.get(index).map_or("", String::as_str);
                    line.push_str(&pad(text, *width));
                    line.push_str(&" ".repeat(GAP));
                }
                self.out.push_str(line.trim_end());
                self.out.push('\n');
            }
        }
    }

    fn rows_as_facts(&mut self, heads: &[&str], rows: &[Vec<String>]) {
        for (index, row) in rows.iter().skip(1).enumerate() {
            if index > 0 {
                self.gap();
            }
            let facts: Vec<(&str, String)> =
                heads.iter().copied().zip(row.iter().cloned()).collect();
            self.facts(&facts);
        }
    }

    fn wrapped(&mut self, text: &str, first: &str, rest: &str) {
        if text.trim().is_empty() {
            self.out.push_str(first.trim_end());
            self.out.push('\n');
            return;
        }
        let options = Options::new(self.columns)
            .initial_indent(first)
            .subsequent_indent(rest)
            // An address or a number is not taken apart at its hyphens.
            .word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(text, options) {
            self.out.push_str(line.trim_end());
            self.out.push('\n');
        }
    }
}

impl Table {
    pub(super) fn of(rows: impl IntoIterator<Item = Vec<String>>) -> Self {
        let plain_row =
            |row: Vec<String>| row.iter().map(|cell| plain(cell).into_owned()).collect();
        Self {
            rows: rows.into_iter().map(plain_row).collect(),
            whole: Vec::new(),
        }
    }

    /// Never breaks the cells of these columns.
    pub(super) fn keeping_whole(mut self, columns: &[usize]) -> Self {
        self.whole = columns.to_vec();
        self
    }
}

/// How wide each column is: as its widest cell, or narrower so that all fit into the room.
fn widths(rows: &[Vec<String>], count: usize, room: usize, whole: &[usize]) -> Vec<usize> {
    let mut widths: Vec<usize> = (0..count)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
        })
        .collect();
    // Each round makes the widest column that may give way narrower, until all are at the floor.
    while widths.iter().sum::<usize>() > room {
        let widest = widths
            .iter_mut()
            .enumerate()
            .filter(|(column, width)| *column > 0 && !whole.contains(column) && **width > MIN_CELL)
            .rev()
            .max_by_key(|(_, width)| **width);
        let Some((_, width)) = widest else {
            break;
        };
        *width -= 1;
    }
    widths
}

fn cell_lines(cell: &str, width: usize) -> Vec<String> {
    let options = Options::new(width.max(1)).word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(cell, options)
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect()
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(columns: u16) -> Page {
        Page::new(Screen {
            danish: false,
            columns,
        })
    }

    #[test]
    fn no_line_is_wider_than_the_screen() {
        let mut page = page(44);
        let long = "Genbrugelig transportemballage til kommunens institutioner ".repeat(4);
        page.heading(&long);
        page.paragraph(&long);
        page.bullet(&long);
        page.facts(&[
            ("Label", long.clone()),
            ("Another label", "short".to_owned()),
        ]);
        page.item(&"x".repeat(90), 90, std::slice::from_ref(&long));
        let row = vec!["dk-0159".to_owned(), long.clone(), long, "3".to_owned()];
        page.table(&["Member", "Name", "Other", "n"], Table::of([row]));
        let text = page.finish();
        for line in text.lines() {
            assert!(line.width() <= 44, "{line}");
        }
    }

    #[test]
    fn columns_stand_under_their_heads_also_with_wide_letters() {
        let mut page = page(80);
        let row = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
        page.table(
            &["A", "B"],
            Table::of([row("æøå", "1"), row("日本", "2"), row("x", "3")]),
        );
        assert_eq!(
            page.finish(),
            "  A     B\n  æøå   1\n  日本  2\n  x     3\n"
        );
    }

    #[test]
    fn addresses_and_times_are_never_broken() {
        let (address, time) = ("[2001:db8::5678]:4747", "2026-10-01 12:00");
        let row = || {
            ["dk-0159", address, time, "faelled 0.1.0 of a long name"]
                .map(str::to_owned)
                .to_vec()
        };
        for columns in 40..=110 {
            let mut page = page(columns);
            let table = Table::of([row(), row()]).keeping_whole(&[1, 2]);
            page.table(&["Member", "Address", "Since (UTC)", "Software"], table);
            let text = page.finish();
            assert_eq!(text.matches(address).count(), 2, "{text}");
            assert_eq!(text.matches(time).count(), 2, "{text}");
            assert!(
                text.lines()
                    .all(|line| line.width() <= usize::from(columns)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_put_on_a_page_cannot_steer_the_terminal() {
        let hostile = "a\u{1b}[2J\u{202e}b\r\nc";
        let mut page = page(60);
        page.line(hostile);
        page.whole(hostile);
        page.heading(hostile);
        page.paragraph(hostile);
        page.section(hostile, Some(hostile));
        page.bullets(hostile, &[hostile.to_owned()]);
        page.facts(&[("x", hostile.to_owned())]);
        page.item(hostile, 4, &[hostile.to_owned()]);
        page.table(&["h"], Table::of([vec![hostile.to_owned()]]));
        page.warnings(&[Said::new(hostile, hostile)]);
        let text = page.finish();
        assert!(
            !text
                .chars()
                .any(|letter| letter != '\n' && super::super::plain::steers(letter))
        );
    }
}
