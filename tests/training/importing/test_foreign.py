"""A foreign file comes batch by batch, in order, with what is damaged told by its line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.errors import BadTable
from tests.training.cases import refused
from tests.training.importing.exports import workbook
from training.importing import beginnings, damage, foreign
from training.importing.foreign import Foreign
from training.importing.mapping import Reading

ROWS = [{"a": str(i), "b": f"b{i}"} for i in range(1, 8)]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def opened(file: Path, **how: Any) -> Foreign:
    return Foreign(file, Reading(**how), file.parent)


def rows(found: Foreign, *wanted: str) -> list[dict[str, Any]]:
    names = set(wanted) or set(found.names)
    return [row for batch in found.batches(names) for row in batch.iter_rows(named=True)]


def csv(end: str = "\n") -> str:
    return "".join(f"{line}{end}" for line in ["a,b", *(f"{r['a']},{r['b']}" for r in ROWS)])


def in_every_kind(folder: Path) -> dict[str, Path]:
    """Return the same seven rows in each kind of file."""
    frame = pl.DataFrame(ROWS)
    frame.write_parquet(folder / "rows.parquet")
    frame.write_ndjson(folder / "rows.ndjson")
    sheet = workbook([["a", "b"], *[list(row.values()) for row in ROWS]])
    return {
        "csv": written(folder, "rows.csv", csv()),
        "parquet": folder / "rows.parquet",
        "ndjson": folder / "rows.ndjson",
        "xlsx": written(folder, "rows.xlsx", sheet),
    }


@pytest.mark.parametrize("kind", ["csv", "parquet", "ndjson", "xlsx"])
def test_every_kind_of_file_gives_the_same_rows(tmp_path: Path, kind: str) -> None:
    found = opened(in_every_kind(tmp_path)[kind])
    assert found.names == ("a", "b")
    assert rows(found) == ROWS
    assert found.damaged == []


@pytest.mark.parametrize("kind", ["csv", "parquet", "ndjson", "xlsx"])
def test_rows_come_in_order_and_no_more_than_a_batch_at_a_time(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "BATCH", 3)
    batches = list(opened(in_every_kind(tmp_path)[kind]).batches({"a"}))
    assert all(batch.columns == ["a"] for batch in batches)
    assert all(0 < batch.height <= 3 for batch in batches)
    assert len(batches) >= 3
    assert pl.concat(batches)["a"].to_list() == [row["a"] for row in ROWS]


@pytest.mark.parametrize("kind", ["csv", "parquet", "ndjson", "xlsx"])
def test_only_the_columns_wanted_are_read(tmp_path: Path, kind: str) -> None:
    found = opened(in_every_kind(tmp_path)[kind])
    assert rows(found, "b", "elsewhere") == [{"b": row["b"]} for row in ROWS]


@pytest.mark.parametrize("kind", ["csv", "parquet", "ndjson", "xlsx"])
def test_it_is_told_roughly_how_many_rows_there_are(tmp_path: Path, kind: str) -> None:
    assert opened(in_every_kind(tmp_path)[kind]).rows == pytest.approx(len(ROWS), abs=1)


def test_a_large_file_is_read_by_several_batches_without_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "BATCH", 5000)
    lines = ["a,b", *(f"{i},x" for i in range(40_000))]
    lines[12_346] = "damaged"
    found = opened(written(tmp_path, "large.csv", "\n".join(lines)))
    heights = [batch.height for batch in found.batches({"a"})]
    assert sum(heights) == 39_999
    assert max(heights) <= 5000
    assert found.damaged == [(12_347, "missing columns")]


def test_texts_stay_texts_whatever_they_look_like(tmp_path: Path) -> None:
    found = opened(written(tmp_path, "rows.csv", 'a,b\n007,1.250\ntrue,"2025-03-01"\n,""\n'))
    assert [list(row.values()) for row in rows(found)] == [
        ["007", "1.250"],
        ["true", "2025-03-01"],
        [None, None],
    ]


def test_numbers_of_parquet_and_excel_stay_numbers(tmp_path: Path) -> None:
    day = dt.date(2025, 3, 1)
    sheet = workbook([["a", "b", "c"], [1, 2.5, day], [2, 3.5, day]])
    found = opened(written(tmp_path, "rows.xlsx", sheet))
    first = rows(found)[0]
    assert (first["a"], first["b"]) == (1, 2.5)
    assert first["c"] in (day, dt.datetime(2025, 3, 1))  # noqa: DTZ001  a sheet knows no zone


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_fields_stand_apart_by_the_delimiter_declared(tmp_path: Path, delimiter: str) -> None:
    file = written(tmp_path, "rows.txt", csv().replace(",", delimiter))
    assert rows(opened(file, delimiter=delimiter)) == ROWS


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16", "utf-16-le", "utf-8-sig", "latin1"])
def test_a_text_file_is_read_in_the_encoding_declared(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path, "rows.csv", "a,bé\n1,ü\n".encode(encoding))
    assert rows(opened(file, encoding=encoding)) == [{"a": "1", "bé": "ü"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(tmp_path: Path, end: str) -> None:
    assert rows(opened(written(tmp_path, "rows.csv", csv(end)))) == ROWS


def test_lines_before_the_names_are_skipped_blank_and_quoted_ones_too(tmp_path: Path) -> None:
    titles = 'Laporan "Maret"\n\n"Toko, Jaya"\n'
    file = written(tmp_path, "rows.csv", titles + csv())
    assert rows(opened(file, skip=3)) == ROWS


def test_a_name_may_hold_quotes_delimiters_and_line_breaks(tmp_path: Path) -> None:
    file = written(tmp_path, "rows.csv", '"it\'s ""a""","b,\nc"\n1,2\n3,4\n')
    found = opened(file)
    assert found.names == ('it\'s "a"', "b,\nc")
    assert [list(row.values()) for row in rows(found)] == [["1", "2"], ["3", "4"]]


def test_fields_of_json_lines_may_come_and_go(tmp_path: Path) -> None:
    text = '{"a": 1}\n{"b": "x", "a~/": [1, 2]}\n{"a": null, "b": true}\n'
    found = opened(written(tmp_path, "rows.jsonl", text))
    assert found.names == ("a", "b", "a~/")
    assert rows(found) == [
        {"a": "1", "b": None, "a~/": None},
        {"a": None, "b": "x", "a~/": "[1,2]"},
        {"a": None, "b": "true", "a~/": None},
    ]


def test_damaged_lines_of_json_keep_the_numbers_an_editor_shows(tmp_path: Path) -> None:
    lines = [b'{"a": 1}', b"\xff", b"", b"{", b'{"a": 2}', b"\xff", b"[]", b'{"a": 3}']
    found = opened(written(tmp_path, "rows.ndjson", b"\n".join(lines)))
    assert [row["a"] for row in rows(found)] == ["1", "2", "3"]
    assert [line for line, _ in found.damaged] == [2, 4, 6, 7]
    assert [what for _, what in found.damaged] == [
        "invalid encoding",
        "no JSON object",
        "invalid encoding",
        "no JSON object",
    ]


@pytest.mark.parametrize(
    ("content", "damaged"),
    [
        ("a,b\n1\n1,2\n", [(2, "missing columns")]),
        ("a,b\n1,2,3\n1,2\n", [(2, "too many columns")]),
        ('a,b\n1,2\n1,"2"x\n1,2\n', [(3, "unquoted value")]),
        ('a,b\n1,"2\n3"\n1\n', [(4, "missing columns")]),
        ("a,b\n\n\n1\n1,2\n", [(4, "missing columns")]),
        ("a,b\r\n1,2\r\n1\r\n1,2,3\r\n", [(3, "missing columns"), (4, "too many columns")]),
        ("a,b\r1,2\r1\r", [(3, "missing columns")]),
    ],
)
def test_damaged_lines_are_told_by_the_number_an_editor_shows(
    tmp_path: Path, content: str, damaged: list[tuple[int, str]]
) -> None:
    found = opened(written(tmp_path, "rows.csv", content))
    list(found.batches({"a", "b"}))
    assert found.damaged == damaged


def test_a_sheet_is_found_by_its_name_and_by_its_place(tmp_path: Path) -> None:
    file = written(tmp_path, "rows.xlsx", workbook([["t"], [None], ["a"], [5]], "Mei"))
    assert rows(opened(file, skip=2)) == [{"a": 5}]
    assert rows(opened(file, skip=2, sheet="Mei")) == [{"a": 5}]


def test_what_is_written_meanwhile_lies_in_the_folder_given(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    source = tmp_path / "source"
    source.mkdir()
    found = Foreign(
        written(source, "rows.csv", csv().encode("utf-16")), Reading(encoding="utf-16"), work
    )
    assert rows(found) == ROWS
    assert [file.name for file in source.iterdir()] == ["rows.csv"]
    assert len(list(work.iterdir())) == 1


def test_names_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="the column a more than once") as caught:
        opened(written(tmp_path, "rows.csv", "a,b,a\n1,2,3\n"))
    refused(caught, "bad-header")
    assert caught.value.where == "rows.csv"


@pytest.mark.parametrize(
    ("content", "odd"),
    [
        (b"a\nb\n", False),
        (b"a\r\nb\r\n", False),
        (b"a\rb\r", True),
        (b"a\r\nb\n", True),
        (b"a\nb\rc\n", True),
        (b"", False),
        (b"a" * (beginnings.BLOCK - 1) + b"\r\nb\r\n", False),
    ],
)
def test_odd_line_ends_are_seen_wherever_they_stand(
    tmp_path: Path, content: bytes, *, odd: bool
) -> None:
    assert beginnings.odd_line_ends(written(tmp_path, "text", content)) is odd


@pytest.mark.parametrize(
    ("numbers", "lines", "expected"),
    [
        ([1, 2, 3], [], [1, 2, 3]),
        ([1, 2, 3], [1], [2, 3, 4]),
        ([1, 2, 3], [2, 4], [1, 3, 5]),
        ([1, 2], [9], [1, 2]),
        ([1], [1, 2, 3], [4]),
        ([], [1], []),
    ],
)
def test_rows_are_numbered_past_the_lines_that_became_none(
    numbers: list[int], lines: list[int], expected: list[int]
) -> None:
    assert damage.past(numbers, lines) == expected
