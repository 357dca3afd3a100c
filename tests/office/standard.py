"""Packs the OCDS schemas as libcoveocds wants them: standard.py SOURCES STANDARD.zip"""

import csv
import io
import json
import pathlib
import sys
import tarfile
import zipfile

ROOT = "standard-1__1__5/"
SCHEMA = ROOT + "schema/"
# Which source package carries which schema.
SCHEMAS = {
    "release-schema.json": "ocdsextensionregistry-0.7.0",
    "versioned-release-validation-schema.json": "ocdsextensionregistry-0.7.0",
    "release-package-schema.json": "ocdskit-1.7.0",
}


def schema(sources, name, package):
    with tarfile.open(sources / f"{package}.tar.gz") as archive:
        return archive.extractfile(f"{package}/tests/fixtures/{name}").read()


def codelists(value, found):
    """Every code list that a schema names, with the codes that it allows."""
    if isinstance(value, dict):
        if "codelist" in value:
            codes = value.get("enum") or value.get("items", {}).get("enum") or []
            found.setdefault(value["codelist"], set()).update(code for code in codes if code)
        for below in value.values():
            codelists(below, found)
    elif isinstance(value, list):
        for below in value:
            codelists(below, found)


def table(codes):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Code", "Title"])
    writer.writerows([code, code] for code in sorted(codes))
    return text.getvalue()


def main(sources, archive):
    lists = {}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as standard:
        # The first entry tells libcoveocds where everything is.
        standard.writestr(ROOT, "")
        standard.writestr(SCHEMA, "")
        for name, package in SCHEMAS.items():
            text = schema(pathlib.Path(sources), name, package)
            codelists(json.loads(text), lists)
            standard.writestr(SCHEMA + name, text)
        for name, codes in sorted(lists.items()):
            standard.writestr(SCHEMA + "codelists/" + name, table(codes))


main(*sys.argv[1:])
