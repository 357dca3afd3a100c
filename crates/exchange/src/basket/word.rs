//! Baskets in Word.
//!
//! The parts of the file are written here, element by element: all text goes through one place that escapes
//! it, and there is no element through which text could become a field, a link or a picture.

use std::io::{Cursor, Write};

use faelled_model::Language;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use zip::write::SimpleFileOptions;

use super::content::{Content, Entry, Table};
use super::fill::Piece;
use crate::sheet::write::ExportError;

const WORDS: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const CORE: &str = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties";
const WORD_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
/// The width between the margins of an A4 page, in twentieths of a point.
const TEXT_WIDTH: usize = 9_070;

pub(super) fn write(content: &Content) -> Result<Vec<u8>, ExportError> {
    let parts = [
        ("[Content_Types].xml", content_types()?),
        ("_rels/.rels", relations(&[
            ("rId1", format!("{OFFICE}/officeDocument"), "word/document.xml"),
            (
                "rId2",
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties".to_owned(),
                "docProps/core.xml",
            ),
        ])?),
        ("docProps/core.xml", core(content)?),
        ("word/_rels/document.xml.rels", relations(&[
            ("rId1", format!("{OFFICE}/styles"), "styles.xml"),
            ("rId2", format!("{OFFICE}/settings"), "settings.xml"),
        ])?),
        ("word/settings.xml", settings(content.language)?),
        ("word/styles.xml", styles(content.language)?),
        ("word/document.xml", document(content)?),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // The same content gives the same file, whenever it is written.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for (name, bytes) in parts {
        archive.start_file(name, options)?;
        archive.write_all(&bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// The elements of one part of the file.
struct Part {
    xml: Writer<Vec<u8>>,
}

type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Part {
    fn new() -> Result<Self, std::io::Error> {
        let mut xml = Writer::new(Vec::new());
        xml.write_event(Event::Decl(BytesDecl::new(
            "1.0",
            Some("UTF-8"),
            Some("yes"),
        )))?;
        Ok(Self { xml })
    }

    fn open(&mut self, name: &str, attributes: Attributes<'_>) -> Result<(), std::io::Error> {
        let mut start = BytesStart::new(name);
        for (key, value) in attributes {
            start.push_attribute((*key, *value));
        }
        self.xml.write_event(Event::Start(start))
    }

    fn empty(&mut self, name: &str, attributes: Attributes<'_>) -> Result<(), std::io::Error> {
        let mut start = BytesStart::new(name);
        for (key, value) in attributes {
            start.push_attribute((*key, *value));
        }
        self.xml.write_event(Event::Empty(start))
    }

    fn close(&mut self, name: &str) -> Result<(), std::io::Error> {
        self.xml.write_event(Event::End(BytesEnd::new(name)))
    }

    fn text(&mut self, text: &str) -> Result<(), std::io::Error> {
        self.xml.write_event(Event::Text(BytesText::new(text)))
    }

    fn element(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        text: &str,
    ) -> Result<(), std::io::Error> {
        self.open(name, attributes)?;
        self.text(text)?;
        self.close(name)
    }

    /// A run of text: its line breaks and tabs are Word's own.
    fn run(&mut self, text: &str, look: Look) -> Result<(), std::io::Error> {
        self.open("w:r", &[])?;
        match look {
            Look::Plain => {}
            Look::Marked => {
                self.open("w:rPr", &[])?;
                self.empty("w:highlight", &[("w:val", "yellow")])?;
                self.close("w:rPr")?;
            }
            Look::Bold => {
                self.open("w:rPr", &[])?;
                self.empty("w:b", &[])?;
                self.close("w:rPr")?;
            }
        }
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.empty("w:br", &[])?;
            }
            for (index, part) in line.split('\t').enumerate() {
                if index > 0 {
                    self.empty("w:tab", &[])?;
                }
                self.element("w:t", &[("xml:space", "preserve")], part)?;
            }
        }
        self.close("w:r")
    }

    fn paragraph(&mut self, style: &str, runs: &[(&str, Look)]) -> Result<(), std::io::Error> {
        self.open("w:p", &[])?;
        if !style.is_empty() {
            self.open("w:pPr", &[])?;
            self.empty("w:pStyle", &[("w:val", style)])?;
            self.close("w:pPr")?;
        }
        for (text, look) in runs {
            self.run(text, *look)?;
        }
        self.close("w:p")
    }

    fn table(&mut self, table: &Table) -> Result<(), std::io::Error> {
        let width = (TEXT_WIDTH / table.heads.len().max(1)).to_string();
        self.open("w:tbl", &[])?;
        self.open("w:tblPr", &[])?;
        self.empty("w:tblStyle", &[("w:val", "TableGrid")])?;
        self.empty("w:tblW", &[("w:w", "5000"), ("w:type", "pct")])?;
        self.empty("w:tblLook", &[("w:val", "0020"), ("w:firstRow", "1")])?;
        self.close("w:tblPr")?;
        self.open("w:tblGrid", &[])?;
        for _ in &table.heads {
            self.empty("w:gridCol", &[("w:w", &width)])?;
        }
        self.close("w:tblGrid")?;
        self.row(&table.heads, &width, true)?;
        for cells in &table.rows {
            self.row(cells, &width, false)?;
        }
        self.close("w:tbl")
    }

    fn row(&mut self, cells: &[String], width: &str, is_head: bool) -> Result<(), std::io::Error> {
        self.open("w:tr", &[])?;
        self.open("w:trPr", &[])?;
        self.empty("w:cantSplit", &[])?;
        if is_head {
            self.empty("w:tblHeader", &[])?;
        }
        self.close("w:trPr")?;
        for cell in cells {
            self.open("w:tc", &[])?;
            self.open("w:tcPr", &[])?;
            self.empty("w:tcW", &[("w:w", width), ("w:type", "dxa")])?;
            if is_head {
                self.empty(
                    "w:shd",
                    &[
                        ("w:val", "clear"),
                        ("w:color", "auto"),
                        ("w:fill", "E2EFDA"),
                    ],
                )?;
            }
            self.close("w:tcPr")?;
            let look = if is_head { Look::Bold } else { Look::Plain };
            self.paragraph("TableText", &[(cell, look)])?;
            self.close("w:tc")?;
        }
        self.close("w:tr")
    }

    fn finish(self) -> Vec<u8> {
        self.xml.into_inner()
    }
}

#[derive(Debug, Clone, Copy)]
enum Look {
    Plain,
    Bold,
    Marked,
}

fn document(content: &Content) -> Result<Vec<u8>, std::io::Error> {
    let language = content.language;
    let mut part = Part::new()?;
    part.open("w:document", &[("xmlns:w", WORDS)])?;
    part.open("w:body", &[])?;
    part.paragraph("Title", &[(&content.title, Look::Plain)])?;
    let about: Vec<&str> = [content.buyer.as_str(), &content.date]
        .into_iter()
        .filter(|text| !text.trim().is_empty())
        .collect();
    if !about.is_empty() {
        part.paragraph("Subtitle", &[(&about.join(", "), Look::Plain)])?;
    }
    if content.has_defaults() {
        let note = language.pick(
            " were left at their default: check them.",
            " er standardværdier, som ingen har taget stilling til: se dem efter.",
        );
        let marked = language.pick("Marked values", "Markerede værdier");
        part.paragraph("", &[(marked, Look::Marked), (note, Look::Plain)])?;
    }
    for group in &content.parts {
        part.paragraph("Heading1", &[(&group.title, Look::Plain)])?;
        for entry in &group.requirements {
            requirement(&mut part, entry, language)?;
        }
    }
    part.open("w:sectPr", &[])?;
    part.empty("w:pgSz", &[("w:w", "11906"), ("w:h", "16838")])?;
    part.empty(
        "w:pgMar",
        &[
            ("w:top", "1418"),
            ("w:right", "1418"),
            ("w:bottom", "1418"),
            ("w:left", "1418"),
            ("w:header", "709"),
            ("w:footer", "709"),
            ("w:gutter", "0"),
        ],
    )?;
    part.close("w:sectPr")?;
    part.close("w:body")?;
    part.close("w:document")?;
    Ok(part.finish())
}

fn requirement(part: &mut Part, entry: &Entry, language: Language) -> Result<(), std::io::Error> {
    let heading = format!("{} {}", entry.number, entry.title);
    let one_line: Vec<&str> = heading.split_whitespace().collect();
    part.paragraph("Heading2", &[(&one_line.join(" "), Look::Plain)])?;
    if !entry.level.is_empty() {
        let level = format!("{}: {}", language.pick("Level", "Niveau"), entry.level);
        part.paragraph("", &[(&level, Look::Plain)])?;
    }
    for runs in paragraphs(&entry.wording) {
        let runs: Vec<(&str, Look)> = runs
            .iter()
            .map(|(text, look)| (text.as_str(), *look))
            .collect();
        part.paragraph("", &runs)?;
    }
    for table in &entry.tables {
        part.paragraph("TableTitle", &[(&table.title, Look::Plain)])?;
        part.table(table)?;
    }
    if let Some(motive) = &entry.motive {
        part.paragraph(
            "TableTitle",
            &[(language.pick("Motive", "Begrundelse"), Look::Plain)],
        )?;
        for paragraph in motive.split("\n\n").filter(|text| !text.trim().is_empty()) {
            part.paragraph("", &[(paragraph.trim_matches('\n'), Look::Plain)])?;
        }
    }
    part.paragraph("Provenance", &[(&entry.provenance_line, Look::Plain)])
}

/// The wording in paragraphs: an empty line begins a new one.
fn paragraphs(pieces: &[Piece]) -> Vec<Vec<(String, Look)>> {
    let mut paragraphs = vec![Vec::new()];
    for piece in pieces {
        let look = if piece.is_default() {
            Look::Marked
        } else {
            Look::Plain
        };
        for (index, text) in piece.text().split("\n\n").enumerate() {
            if index > 0 {
                paragraphs.push(Vec::new());
            }
            if let Some(paragraph) = paragraphs.last_mut()
                && !text.is_empty()
            {
                paragraph.push((text.to_owned(), look));
            }
        }
    }
    paragraphs.retain(|runs| runs.iter().any(|(text, _)| !text.trim().is_empty()));
    paragraphs
}

fn content_types() -> Result<Vec<u8>, std::io::Error> {
    let mut part = Part::new()?;
    part.open("Types", &[("xmlns", TYPES)])?;
    let relations = "application/vnd.openxmlformats-package.relationships+xml";
    part.empty(
        "Default",
        &[("Extension", "rels"), ("ContentType", relations)],
    )?;
    part.empty(
        "Default",
        &[("Extension", "xml"), ("ContentType", "application/xml")],
    )?;
    for (name, kind) in [
        (
            "/word/document.xml",
            format!("{WORD_TYPE}.document.main+xml"),
        ),
        ("/word/styles.xml", format!("{WORD_TYPE}.styles+xml")),
        ("/word/settings.xml", format!("{WORD_TYPE}.settings+xml")),
        (
            "/docProps/core.xml",
            "application/vnd.openxmlformats-package.core-properties+xml".to_owned(),
        ),
    ] {
        part.empty("Override", &[("PartName", name), ("ContentType", &kind)])?;
    }
    part.close("Types")?;
    Ok(part.finish())
}

fn relations(of: &[(&str, String, &str)]) -> Result<Vec<u8>, std::io::Error> {
    let mut part = Part::new()?;
    part.open("Relationships", &[("xmlns", RELATIONS)])?;
    for (id, kind, target) in of {
        part.empty(
            "Relationship",
            &[("Id", id), ("Type", kind), ("Target", target)],
        )?;
    }
    part.close("Relationships")?;
    Ok(part.finish())
}

fn core(content: &Content) -> Result<Vec<u8>, std::io::Error> {
    let mut part = Part::new()?;
    part.open(
        "cp:coreProperties",
        &[
            ("xmlns:cp", CORE),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ],
    )?;
    part.element("dc:title", &[], &content.title)?;
    part.element("dc:creator", &[], &content.buyer)?;
    part.element("dc:language", &[], tag(content.language))?;
    part.close("cp:coreProperties")?;
    Ok(part.finish())
}

fn settings(language: Language) -> Result<Vec<u8>, std::io::Error> {
    let mut part = Part::new()?;
    part.open("w:settings", &[("xmlns:w", WORDS)])?;
    part.open("w:compat", &[])?;
    part.empty(
        "w:compatSetting",
        &[
            ("w:name", "compatibilityMode"),
            ("w:uri", "http://schemas.microsoft.com/office/word"),
            ("w:val", "15"),
        ],
    )?;
    part.close("w:compat")?;
    part.empty("w:themeFontLang", &[("w:val", tag(language))])?;
    part.close("w:settings")?;
    Ok(part.finish())
}

const fn tag(language: Language) -> &'static str {
    match language {
        Language::Danish => "da-DK",
        Language::English => "en-GB",
    }
}

/// A paragraph style: id, name, outline level, size in half points, space before and after in twentieths of a
/// point, and whether it is bold.
type Style = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    &'static str,
    &'static str,
    bool,
);

const STYLES: &[Style] = &[
    ("Title", "Title", None, "40", "0", "120", true),
    ("Subtitle", "Subtitle", None, "24", "0", "240", false),
    ("Heading1", "heading 1", Some("0"), "30", "360", "120", true),
    ("Heading2", "heading 2", Some("1"), "24", "280", "80", true),
    ("TableTitle", "Table Title", None, "22", "120", "60", true),
    ("TableText", "Table Text", None, "20", "20", "20", false),
    ("Provenance", "Provenance", None, "16", "120", "240", false),
];

fn styles(language: Language) -> Result<Vec<u8>, std::io::Error> {
    let mut part = Part::new()?;
    part.open("w:styles", &[("xmlns:w", WORDS)])?;
    part.open("w:docDefaults", &[])?;
    part.open("w:rPrDefault", &[])?;
    part.open("w:rPr", &[])?;
    part.empty(
        "w:rFonts",
        &[
            ("w:ascii", "Calibri"),
            ("w:hAnsi", "Calibri"),
            ("w:cs", "Calibri"),
        ],
    )?;
    part.empty("w:sz", &[("w:val", "22")])?;
    part.empty("w:lang", &[("w:val", tag(language))])?;
    part.close("w:rPr")?;
    part.close("w:rPrDefault")?;
    part.open("w:pPrDefault", &[])?;
    part.open("w:pPr", &[])?;
    part.empty("w:spacing", &[("w:after", "120")])?;
    part.close("w:pPr")?;
    part.close("w:pPrDefault")?;
    part.close("w:docDefaults")?;
    part.open(
        "w:style",
        &[
            ("w:type", "paragraph"),
            ("w:default", "1"),
            ("w:styleId", "Normal"),
        ],
    )?;
    part.empty("w:name", &[("w:val", "Normal")])?;
    part.empty("w:qFormat", &[])?;
    part.close("w:style")?;
    for style in STYLES {
        paragraph_style(&mut part, *style)?;
    }
    table_style(&mut part)?;
    part.close("w:styles")?;
    Ok(part.finish())
}

fn paragraph_style(
    part: &mut Part,
    (id, name, outline, size, before, after, is_bold): Style,
) -> Result<(), std::io::Error> {
    part.open("w:style", &[("w:type", "paragraph"), ("w:styleId", id)])?;
    part.empty("w:name", &[("w:val", name)])?;
    part.empty("w:basedOn", &[("w:val", "Normal")])?;
    part.empty("w:next", &[("w:val", "Normal")])?;
    part.empty("w:qFormat", &[])?;
    part.open("w:pPr", &[])?;
    if outline.is_some() || id == "TableTitle" {
        part.empty("w:keepNext", &[])?;
    }
    part.empty("w:spacing", &[("w:before", before), ("w:after", after)])?;
    if let Some(level) = outline {
        part.empty("w:outlineLvl", &[("w:val", level)])?;
    }
    part.close("w:pPr")?;
    part.open("w:rPr", &[])?;
    if is_bold {
        part.empty("w:b", &[])?;
    }
    part.empty("w:sz", &[("w:val", size)])?;
    part.close("w:rPr")?;
    part.close("w:style")
}

fn table_style(part: &mut Part) -> Result<(), std::io::Error> {
    part.open(
        "w:style",
        &[("w:type", "table"), ("w:styleId", "TableGrid")],
    )?;
    part.empty("w:name", &[("w:val", "Table Grid")])?;
    part.open("w:tblPr", &[])?;
    part.open("w:tblBorders", &[])?;
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        let name = format!("w:{side}");
        part.empty(
            &name,
            &[
                ("w:val", "single"),
                ("w:sz", "4"),
                ("w:space", "0"),
                ("w:color", "808080"),
            ],
        )?;
    }
    part.close("w:tblBorders")?;
    part.close("w:tblPr")?;
    part.close("w:style")
}
