"""Opens the files that Fælled wrote as other programs do, and says what is wrong with them.

look.py FILES CONVERTED STANDARD.zip VOCABULARY.tsv

FILES holds what Fælled wrote, CONVERTED what LibreOffice made of it. Prints figures as JSON; every fault is a line
on standard error, and then it fails.
"""

import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

import docx
import openpyxl
import rdflib

# A spreadsheet takes a cell that begins so for a formula.
EVALUATED = ("=", "+", "-", "@", "\t", "\r")
# Elements of a Word file through which text could become more than text.
ACTIVE = ("w:fldChar", "w:fldSimple", "w:instrText", "w:hyperlink", "w:object", "w:drawing", "w:altChunk")
CRITERION = rdflib.URIRef("http://data.europa.eu/m8g/Criterion")

faults = []
figures = {}


def fault(file, text):
    faults.append(f"{file.name}: {text}")


def count(name, number=1):
    figures[name] = figures.get(name, 0) + number


def plain(text):
    """A text without what programs may write otherwise: kinds and numbers of blanks."""
    return " ".join(text.split())


def read_json(file):
    return json.loads(file.read_text("utf-8"))


# Word


def word(file):
    document = docx.Document(file)
    headings = [plain(p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    tables = [[[plain(cell.text) for cell in row.cells] for row in table.rows] for table in document.tables]
    wanted_headings, wanted_tables, texts = wanted(file)
    for heading in wanted_headings:
        if heading not in headings:
            fault(file, f"python-docx finds no heading {heading!r}")
    for table in wanted_tables:
        if table not in tables:
            fault(file, f"python-docx finds no table {table!r}")
    text = plain("\n".join(p.text for p in document.paragraphs))
    for part in texts:
        if part not in text:
            fault(file, f"python-docx does not find the text {part[:80]!r}")
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            xml = archive.read(name).decode("utf-8")
            for element in ACTIVE:
                if f"<{element}" in xml:
                    fault(file, f"{name} holds <{element}>")
            if 'TargetMode="External"' in xml:
                fault(file, f"{name} points out of the file")
    count("word_files")
    count("headings", len(headings))
    count("tables", len(tables))


def wanted(file):
    """Headings, tables and texts that a Word file must hold, as the JSON file of the same basket or pack says."""
    content = read_json(file.with_suffix(".json"))
    if "parts" not in content:
        numbers = [requirement["number"] for requirement in content["requirements"]]
        return [], [], numbers
    headings, tables, texts = [], [], []
    for part in content["parts"]:
        headings.append(plain(part["title"]))
        for entry in part["requirements"]:
            headings.append(plain(f"{entry['number']} {entry['title']}"))
            texts.append(plain("".join(piece["text"] for piece in entry["wording"])))
            texts.append(plain(entry["provenance_line"]))
            if entry["motive"]:
                texts.append(plain(entry["motive"]))
            for table in entry["tables"]:
                rows = [table["heads"]] + table["rows"]
                tables.append([[plain(cell) for cell in row] for row in rows])
    return headings, tables, texts


def word_in_libreoffice(file, converted):
    pdf = converted / (file.stem + ".pdf")
    if not pdf.exists():
        return fault(file, "LibreOffice made no PDF of it")
    content = pdf.read_bytes()
    pages = len(re.findall(rb"/Type\s*/Page[^s]", content))
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-1024:] or pages == 0:
        fault(file, "the PDF that LibreOffice made of it has no pages")
    count("pdf_pages", pages)
    headings, tables, _ = wanted(file)
    text = plain((converted / (file.stem + ".txt")).read_text("utf-8"))
    for heading in headings:
        if heading not in text:
            fault(file, f"LibreOffice does not show the heading {heading!r}")
    for cell in (cell for table in tables for row in table for cell in row):
        if cell not in text:
            fault(file, f"LibreOffice does not show the cell {cell[:80]!r}")


# Excel and CSV


def sheets(file):
    book = openpyxl.load_workbook(file)
    if not book.sheetnames:
        fault(file, "openpyxl finds no sheet")
    read = {}
    for sheet in book:
        rows = []
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    fault(file, f"{sheet.title}!{cell.coordinate} is a formula: {cell.value!r}")
                if cell.hyperlink is not None:
                    fault(file, f"{sheet.title}!{cell.coordinate} is a link: {cell.hyperlink.target!r}")
            rows.append(["" if cell.value is None else str(cell.value) for cell in row])
        if not rows or not any(rows[0]):
            fault(file, f"the sheet {sheet.title} is empty")
        read[sheet.title] = rows
        count("cells", sum(len(row) for row in rows))
    count("excel_files")
    count("sheets", len(read))
    return read


def rows_of(file):
    text = file.read_text("utf-8-sig")
    first = text.split("\n", 1)[0]
    # What separates cells stands most often in the first line that holds one.
    line = first if not first.startswith("[") else text.split("\n", 2)[1]
    delimiter = max(";,", key=line.count)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened, delimiter=delimiter, strict=True))


def commas(file):
    rows = rows_of(file)
    for number, row in enumerate(rows, 1):
        for cell in row:
            # A number below zero is a number, and nothing else.
            if cell.startswith(EVALUATED) and not re.fullmatch(r"-[0-9]+([.,][0-9]+)?", cell):
                fault(file, f"line {number} holds a cell that is evaluated: {cell[:60]!r}")
    count("csv_files")
    count("csv_cells", sum(len(row) for row in rows))
    return rows


def without_escapes(text):
    """openpyxl takes the escape of an underscore off twice where a text looks like an escape itself."""
    return re.sub("(_x005F)+_", "_", plain(text))


def numbers_in(file, numbers, cells):
    """Every requirement of a basket or pack stands in a table that was made of it."""
    held = {plain(cell) for row in cells for cell in row}
    for number in numbers:
        if number not in held:
            fault(file, f"the requirement {number} is not in it")


def numbers_of(file):
    beside = file.with_suffix(".json")
    if not beside.exists():
        return []
    content = read_json(beside)
    if "parts" in content:
        return [entry["number"] for part in content["parts"] for entry in part["requirements"]]
    return [entry["number"] for entry in content.get("requirements", content.get("tried", []))]


def tables_in_libreoffice(file, converted):
    """What LibreOffice makes of a table: CSV of an Excel file's first sheet, an Excel file of CSV."""
    if file.suffix == ".csv":
        made = converted / (file.stem + ".csv.xlsx")
        if not made.exists():
            return fault(file, "LibreOffice does not open it")
        for sheet in openpyxl.load_workbook(made):
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        fault(file, f"LibreOffice evaluates {cell.value!r}")
        return None
    made = converted / (file.stem + ".xlsx.csv")
    if not made.exists():
        return fault(file, "LibreOffice does not open it")
    first = next(iter(openpyxl.load_workbook(file)))
    with made.open(encoding="utf-8", newline="") as opened:
        shown = list(csv.reader(opened))
    for row, cells in enumerate(first.iter_rows(values_only=True)):
        for column, cell in enumerate(cells):
            if not isinstance(cell, str):
                continue
            written = without_escapes(cell)
            there = shown[row][column] if len(shown) > row and len(shown[row]) > column else ""
            there = without_escapes(there)
            if there != written:
                at = next((i for i, (a, b) in enumerate(zip(there, written)) if a != b), min(len(there), len(written)))
                part = slice(max(0, at - 20), at + 20)
                fault(file, f"LibreOffice shows {there[part]!r} in row {row + 1} where {written[part]!r} was written")
    return None


# Open data


def ocds(file, standard):
    with tempfile.TemporaryDirectory() as directory:
        command = [pathlib.Path(sys.executable).with_name("libcoveocds"), "--standard-zip", standard]
        command += ["--delete", "--output-dir", directory, file]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return fault(file, f"libcoveocds fails: {done.stderr.strip()[-600:]}")
    found = json.loads(done.stdout)
    for name in ("validation_errors", "additional_closed_codelist_values", "deprecated_fields", "additional_fields"):
        if found[name]:
            fault(file, f"libcoveocds finds {name}: {json.dumps(found[name], ensure_ascii=False)[:600]}")
    releases = read_json(file)["releases"]
    if not releases or found["count"] != len(releases) or found["unique_ocids_count"] != len(releases):
        fault(file, f"libcoveocds counts {found['count']} releases, there are {len(releases)}")
    count("ocds_releases", len(releases))
    return None


def linked_data(file, vocabulary):
    graph = rdflib.Graph().parse(file, format="json-ld")
    known = {line.split("\t")[0] for line in pathlib.Path(vocabulary).read_text("utf-8").splitlines()[1:]}
    used = {str(term) for term in graph.predicates()}
    used |= {str(term) for term in graph.objects(predicate=rdflib.RDF.type)}
    used |= {
        str(term.datatype) for term in graph.objects() if isinstance(term, rdflib.Literal) and term.datatype
    }
    for term in sorted(used - known - {str(rdflib.RDF.type), str(rdflib.RDF.langString), str(rdflib.XSD.string)}):
        fault(file, f"the term {term} is in no vocabulary that is known")
    criteria = len(set(graph.subjects(rdflib.RDF.type, CRITERION)))
    if criteria == 0:
        fault(file, "rdflib finds no criterion")
    count("triples", len(graph))
    count("criteria", criteria)


def main(files, converted, standard, vocabulary):
    converted = pathlib.Path(converted)
    for file in sorted(pathlib.Path(files).iterdir()):
        try:
            if file.suffix == ".docx":
                word(file)
                word_in_libreoffice(file, converted)
            elif file.suffix == ".xlsx":
                read = sheets(file)
                numbers_in(file, numbers_of(file), [row for rows in read.values() for row in rows])
                tables_in_libreoffice(file, converted)
            elif file.suffix == ".csv":
                numbers_in(file, numbers_of(file), commas(file))
                tables_in_libreoffice(file, converted)
            elif file.name.endswith("-ocds.json"):
                ocds(file, standard)
            elif file.suffix == ".jsonld":
                linked_data(file, vocabulary)
        except Exception as error:  # whatever a library says of a file is a fault of the file
            fault(file, f"{type(error).__name__}: {error}"[:600])
    print(json.dumps(figures))
    for text in faults[:40]:
        print(text, file=sys.stderr)
    return 1 if faults else 0


sys.exit(main(*sys.argv[1:]))
