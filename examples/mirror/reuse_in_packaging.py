#!/usr/bin/env python3
"""Requirements on reuse in packaging, and what the pilots that tried them say.

    python3 reuse_in_packaging.py PATH/mirror.db

Reads the mirror while the node runs, with nothing but Python's standard library. The question itself is in
reuse-in-packaging.sql beside this file, so that both readers print the same.
"""

import os
import pathlib
import sqlite3
import sys
import textwrap
import urllib.parse

CONTRACT = 3
APPLICATION_ID = 0x466C6C64
QUESTION = pathlib.Path(__file__).with_name("reuse-in-packaging.sql")
WIDTHS = {"titel": 30, "brugt som": 34, "råd": 44}


def fail(message):
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {message}")


def question():
    """The SQL without the lines that only the sqlite3 program understands."""
    try:
        lines = QUESTION.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        fail(f"cannot read the question {QUESTION}: {error.strerror}")
    return "\n".join(line for line in lines if not line.startswith("."))


def open_mirror(path):
    if not path.is_file():
        fail(f"there is no mirror at {path}: start the node once, or give the path of its mirror.db")
    uri = f"file:{urllib.parse.quote(str(path.resolve()))}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=10)
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        fail(f"{path} is a database, but not a mirror")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != CONTRACT:
        fail(f"{path} follows contract {version}, this reader knows {CONTRACT}")
    return connection


def shown(value):
    """What other members wrote, without anything that a terminal would obey."""
    text = "" if value is None else str(value)
    return "".join(letter if letter.isprintable() else " " for letter in text)


def table(columns, rows):
    cells = [[shown(value) for value in row] for row in rows]
    widths = [
        min(WIDTHS.get(name, 24), max([len(name)] + [len(row[index]) for row in cells]))
        for index, name in enumerate(columns)
    ]
    rule = "-+-".join("-" * width for width in widths)
    yield " | ".join(name.ljust(width) for name, width in zip(columns, widths))
    for row in cells:
        yield rule
        wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths)]
        for line in range(max(map(len, wrapped))):
            pieces = [lines[line] if line < len(lines) else "" for lines in wrapped]
            yield " | ".join(piece.ljust(width) for piece, width in zip(pieces, widths)).rstrip()


def main():
    if len(sys.argv) != 2:
        fail("give the path of one mirror.db")
    path = pathlib.Path(sys.argv[1])
    try:
        connection = open_mirror(path)
        answers = connection.execute(question())
        columns = [column[0] for column in answers.description]
        rows = answers.fetchall()
        connection.close()
    except sqlite3.Error as error:
        fail(f"cannot read {path}: {error}")
    for line in table(columns, rows):
        print(line)
    tried_by = columns.index("afprøvet af")
    tried = sum(1 for row in rows if row[tried_by] != "ingen endnu")
    print(f"\n{len({row[0] for row in rows})} krav, {tried} erfaringer / requirements, experiences")


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        # Whoever reads it, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
