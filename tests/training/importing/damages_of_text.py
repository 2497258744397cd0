"""Kinds of damage to the shape of text files, and to what people write in them."""

from __future__ import annotations

from tests.training.importing.damages import (
    GOOD,
    HEADER,
    NIK,
    UNREAD,
    Damage,
    lines,
    nd,
    obj,
    row,
    second,
)

LINE = {"damaged-line": 1}
OPEN = {
    "event_id": '{ from = "id" }',
    "form": '{ constant = "visit" }',
    "programme": '{ constant = "KUR" }',
    "hours": '{ from = "kwh" }',
    "action": '{ from = "note" }',
}
"""Columns of support, which has a free text."""


def note(text: str) -> Damage:
    """Return a file of three visits, the second with a note, which must be set aside."""
    notes = ["beli rak", text, "catat stok"]
    rows = [row(i, note=f'"{said}"') for i, said in enumerate(notes, 1)]
    return Damage(
        lines(*rows, header=f"{HEADER},note"),
        columns=OPEN,
        kept=("1", "3"),
        where="damaged.csv row 2",
    )


def noted(text: str, code: str) -> Damage:
    """Return the same, with the code of its fault."""
    found = note(text)
    return Damage(
        found.content,
        columns=found.columns,
        kept=found.kept,
        where=found.where,
        rejects={code: 1},
    )


SHAPE: dict[str, Damage] = {
    "cut in the middle of a line": Damage(
        GOOD[:-30], kept=("1",), rejects=LINE, where="damaged.csv line 3"
    ),
    "cut inside a quoted field": Damage(
        second(shop='"A b"')[:-35], kept=("1",), rejects=LINE, where="damaged.csv line 3"
    ),
    "a quote that is never closed": Damage(
        lines(row(1), row(2, shop='"A'), *[row(i) for i in range(3, 60_000)]),
        refused="unreadable-file",
        said="a quote in line 3 that is not closed",
    ),
    "a quote that is never closed in a file of megabytes": Damage(
        lines(row(1), row(2, shop='"A'), *[row(i) for i in range(3, 70_000)]),
        refused="unreadable-file",
        said="a quote in line 3 that is not closed",
    ),
    "a quote that a later one closes": Damage(
        lines(row(1), row(2, shop='"A'), row(3), row(4, shop='"B"'), row(5)),
        refused="unreadable-file",
        said="a quote in line 3 that is not closed",
    ),
    "a quote within a quoted field": Damage(
        lines(row(1), row(2, shop='"A"B"'), row(3)),
        kept=("1", "3"),
        rejects=LINE,
        where="damaged.csv line 3",
    ),
    "a line break within a quoted field": Damage(
        lines(row(1, shop='"A\nB"'), row(2), "3,short"),
        kept=("1", "2"),
        rejects=LINE,
        where="damaged.csv line 5",
    ),
    "a name twice": Damage(
        lines(row(1), header="id,shop,when,kind,sum,sum"),
        refused="bad-header",
        said="the column sum more than once",
    ),
    "a column without a name": Damage(
        lines(f"{row(1)},x,y", f"{row(2)},,", header=f"{HEADER},,"), kept=("1", "2")
    ),
    "no name at all": Damage(
        lines(row(1), header=",,,,,"), refused="bad-header", said="found no name"
    ),
    "a title above the names": Damage(
        lines(HEADER, row(1), header="Laporan Maret"),
        refused="missing-column",
        said="the file has Laporan Maret",
    ),
    "a blank line above the names": Damage(
        b"\n" + GOOD, refused="bad-header", said="which line holds the names"
    ),
    "a missing column": Damage(
        lines("1,S,2025-03-01,electricity,5", header="id,shop,when,kind,sum"),
        refused="missing-column",
        said="no column kwh",
    ),
    "an extra column": Damage(
        lines(f"{row(1)},x", f"{row(2)},y", header=f"{HEADER},more"), kept=("1", "2")
    ),
    "a short line": Damage(
        lines(row(1), "2,S,2025-03-01", row(3)),
        kept=("1", "3"),
        rejects=LINE,
        where="damaged.csv line 3",
    ),
    "a long line": Damage(
        lines(row(1), f"{row(2)},7,8", row(3)),
        kept=("1", "3"),
        rejects=LINE,
        where="damaged.csv line 3",
    ),
    "a damaged line among lines of Windows": Damage(
        lines(row(1), "2,S", row(3), "4", row(5), end="\r\n"),
        kept=("1", "3", "5"),
        rejects={"damaged-line": 2},
        where="damaged.csv line 3",
    ),
    "a wrong delimiter": Damage(
        GOOD.replace(b",", b";"), refused="missing-column", said="what the `delimiter` of the file"
    ),
    "lines that end in several ways": Damage(
        f"{HEADER}\r\n{row(1)}\n{row(2)}\r{row(3)}\r\n".encode(), kept=("1", "2", "3")
    ),
    "lines that end as on old Macs": Damage(lines(row(1), row(2), end="\r"), kept=("1", "2")),
    "lines of several ends and another encoding": Damage(
        f"{HEADER}\r\n{row(1, shop='é')}\n{row('2é')}\n".encode("windows-1252"),
        kept=("1",),
        rejects=LINE,
        columns={"business_id": '{ constant = "S" }'},
        where="damaged.csv line 3",
    ),
    "no line end at the end": Damage(GOOD[:-1], kept=("1", "2")),
    "an empty file": Damage(b"", refused="empty-table", said="an empty file"),
    "names only": Damage(lines(), refused="empty-table", said="no rows"),
    "blank lines": Damage(f"{HEADER}\n\n{row(1)}\n\n\n{row(2)}\n\n".encode(), kept=("1", "2")),
    "rows with only blanks": Damage(
        lines(row(1), ",,,,,", " , ,  ,,, ", row(2)),
        kept=("1", "2"),
        rejects={"missing-value": 2},
    ),
    "an id twice in equal rows": Damage(lines(row(1), row(1), row(2)), kept=("1", "2"), repeated=1),
    "an id twice in rows that differ": Damage(
        lines(row(1), row(1, sum=7), row(2)), kept=("2",), rejects={"duplicate-id": 2}
    ),
    "a broken line of JSON": Damage(
        nd(obj(1), '{"id": 2, "shop":', obj(3)),
        ".ndjson",
        kept=("1", "3"),
        rejects=LINE,
        where="damaged.ndjson line 2",
    ),
    "a list among JSON objects": Damage(
        nd(obj(1), "[1, 2]", "", '"text"', obj(3)),
        ".ndjson",
        kept=("1", "3"),
        rejects={"damaged-line": 2},
        where="damaged.ndjson line 2",
    ),
    "letters of another encoding and a broken line of JSON": Damage(
        nd(obj(1), obj(2, shop='"@"'), "{", obj(4)).replace(b"@", b"\xe9"),
        ".ndjson",
        kept=("1", "4"),
        rejects={"damaged-line": 2},
        where="damaged.ndjson line 2",
    ),
    "one list of JSON objects": Damage(
        f"[{obj(1)},\n{obj(2)}]".encode(),
        ".ndjson",
        refused="unreadable-file",
        said="no JSON object in the first lines",
    ),
    "an object within a JSON object": Damage(
        nd(obj(1), obj(2, sum='{"value": 5}')), ".ndjson", kept=("1",), rejects=UNREAD
    ),
    "an empty file of JSON": Damage(b"", ".ndjson", refused="empty-table", said="an empty file"),
    "CSV named JSON": Damage(GOOD, ".jsonl", refused="unreadable-file", said="no JSON object"),
}

PEOPLE: dict[str, Damage] = {
    "a NIK as the id": Damage(
        lines(row(NIK), row("3325016512900004")), refused="personal-identifier", said="bill_id"
    ),
    "a telephone number as the id": Damage(
        lines(row("081234567890"), row("+62 812-3456-789")),
        refused="personal-identifier",
        said="hash = true",
    ),
    "an e-mail address as the id": Damage(
        lines(row("siti@example.com"), row("budi@example.co.id")),
        refused="personal-identifier",
        said="a pseudonym",
    ),
    "a NIK where a keyed hash is kept": Damage(
        lines(row(1, shop=NIK), row(2, shop=NIK)), kept=("1", "2")
    ),
    "a NIK as a free text": noted(NIK, "personal-identifier"),
    "a NIK within a free text": noted(f"KTP {NIK}, Bu Siti", "personal-identifier"),
    "a telephone number within a free text": noted("hubungi 0812-3456-7890", "personal-identifier"),
    "an e-mail address within a free text": noted(
        "kirim ke siti@example.com ya", "personal-identifier"
    ),
    "a formula": noted('=HYPERLINK(""http://example.com"")', "formula"),
    "a command": noted("+cmd|' /C calc'!A0", "formula"),
    "a function": noted("@SUM(1+1)", "formula"),
    "a minus": noted("-2+3", "formula"),
    "a formula as the id": Damage(
        lines(row(1), row("=1+1"), row("+2"), row("-3"), row("@4")),
        kept=("1",),
        rejects={"formula": 4},
    ),
}
