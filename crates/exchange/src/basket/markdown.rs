//! Baskets in Markdown.

use super::content::{Content, Entry, Table};
use super::fill::Piece;

pub(super) fn write(content: &Content) -> String {
    let language = content.language;
    let mut lines = vec![format!("# {}", inline(&content.title))];
    let about: Vec<String> = [&content.buyer, &content.date]
        .into_iter()
        .filter(|text| !text.trim().is_empty())
        .map(|text| inline(text))
        .collect();
    if !about.is_empty() {
        lines.push(about.join(", "));
    }
    if content.has_defaults() {
        let note = language.pick(
            "Values in **bold** were left at their default: check them.",
            "Værdier med **fed** er standardværdier, som ingen har taget stilling til: se dem efter.",
        );
        lines.push(note.to_owned());
    }
    for part in &content.parts {
        lines.push(format!("## {}", inline(&part.title)));
        for entry in &part.requirements {
            requirement(
                &mut lines,
                entry,
                language.pick("Level", "Niveau"),
                language.pick("Motive", "Begrundelse"),
            );
        }
    }
    lines.push(String::new());
    lines.join("\n\n").trim_end().to_owned() + "\n"
}

fn requirement(lines: &mut Vec<String>, entry: &Entry, level: &str, motive: &str) {
    lines.push(format!(
        "### {} {}",
        inline(&entry.number),
        inline(&entry.title)
    ));
    if !entry.level.is_empty() {
        lines.push(format!("{level}: {}", inline(&entry.level)));
    }
    let wording: String = entry.wording.iter().map(piece).collect();
    if !wording.trim().is_empty() {
        lines.push(paragraphs(&wording));
    }
    for table in &entry.tables {
        lines.push(format!("**{}**", inline(&table.title)));
        lines.push(rows(table));
    }
    if let Some(text) = &entry.motive {
        lines.push(format!("**{motive}**"));
        lines.push(paragraphs(&escaped(text)));
    }
    lines.push(format!("*{}*", provenance(entry)));
}

fn piece(piece: &Piece) -> String {
    let text = escaped(piece.text());
    if piece.is_default() && !text.trim().is_empty() {
        format!("**{}**", text.trim())
    } else {
        text
    }
}

/// Where it comes from; citations stand as code, so that they are copied as they are.
fn provenance(entry: &Entry) -> String {
    let own = entry.provenance.as_ref().map(|source| &source.citation);
    let adapted = entry.adapted_from.as_ref().map(|source| &source.citation);
    let mut line = String::new();
    let mut rest = entry.provenance_line.as_str();
    for citation in [own, adapted].into_iter().flatten() {
        let is_code = !citation.is_empty()
            && citation
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || ":@#.-".contains(char));
        if let Some((before, after)) = rest.split_once(citation.as_str()).filter(|_| is_code) {
            line.push_str(&around(before));
            line.push_str(&format!("`{citation}`"));
            rest = after;
        }
    }
    line + &around(rest)
}

/// A piece of a line, its blanks at both ends kept.
fn around(text: &str) -> String {
    let blank = |is: bool| if is { " " } else { "" };
    let said = inline(text);
    if said.is_empty() {
        return blank(!text.is_empty()).to_owned();
    }
    format!(
        "{}{said}{}",
        blank(text.starts_with(char::is_whitespace)),
        blank(text.ends_with(char::is_whitespace))
    )
}

fn rows(table: &Table) -> String {
    let row = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| in_table(cell)).collect();
        format!("| {} |", cells.join(" | "))
    };
    let rule = vec!["---"; table.heads.len()].join(" | ");
    let mut lines = vec![row(&table.heads), format!("| {rule} |")];
    lines.extend(table.rows.iter().map(|cells| row(cells)));
    lines.join("\n")
}

/// Lines of an escaped text: an empty line ends a paragraph, others break where they did. No line begins
/// with blanks, which would make it code.
fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let lines: Vec<&str> = paragraph
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        lines.join("\\\n")
    });
    let paragraphs: Vec<String> = paragraphs.filter(|text| !text.is_empty()).collect();
    paragraphs.join("\n\n")
}

fn inline(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    escaped(&words.join(" "))
}

fn in_table(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    escaped(&lines.join("\u{0}")).replace('\u{0}', "<br>")
}

/// A text that means itself: nothing in it is markup, and no address becomes a link.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut line_begins = true;
    let mut line_is_number = true;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let is_markup = match char {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '@'
            | '$' | '^' => true,
            '#' | '+' | '-' | '=' => line_begins,
            // `1.` and `1)` at the beginning of a line make a list, `www.` and `https://` a link.
            '.' => line_is_number || follows_www(&escaped),
            ')' => line_is_number,
            ':' => chars.peek() == Some(&'/'),
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(char);
        let is_break = char == '\n' || char == '\u{0}';
        line_begins = is_break || (line_begins && char.is_whitespace());
        line_is_number =
            is_break || (line_is_number && (char.is_ascii_digit() || char.is_whitespace()));
    }
    escaped
}

fn follows_www(text: &str) -> bool {
    text.chars()
        .rev()
        .take(3)
        .filter(|char| matches!(char, 'w' | 'W'))
        .count()
        == 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_no_markup() {
        for (text, expected) in [
            ("# x", "\\# x"),
            ("[a](b)", "\\[a\\](b)"),
            ("<script>", "\\<script\\>"),
            ("1. a\n2) b 3.", "1\\. a\n2\\) b 3."),
            (
                "https://x.dk www.x.dk: a@b",
                "https\\://x.dk www\\.x.dk: a\\@b",
            ),
            ("a|b", "a\\|b"),
            ("- x\n+ y - z\n === #", "\\- x\n\\+ y - z\n \\=== #"),
        ] {
            assert_eq!(escaped(text), expected);
        }
        assert_eq!(paragraphs("    a\n   b\n\n\n\nc"), "a\\\nb\n\nc");
        assert_eq!(in_table("a\nb"), "a<br>b");
    }
}
