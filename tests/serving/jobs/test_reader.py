"""A file comes out row by row, or it is said why not; it asks for no more than it may."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.jobs.reader import Limits, Row, Unreadable, answer, rows
from tests.serving.jobs.upload_cases import as_lines, as_parquet

FEW = Limits(rows=5, line=40, plain=2000, ratio=10, columns=3)
FORMS = ("ndjson", "ndjson+gzip", "parquet")


def pieces(file: bytes, size: int = 7) -> Iterator[bytes]:
    return (file[i : i + size] for i in range(0, len(file), size))


def read(form: str, file: bytes, limits: Limits = FEW, size: int = 7) -> list[Row]:
    return list(rows(form, pieces(file, size), limits))


def why(form: str, file: bytes, limits: Limits = FEW) -> str:
    with pytest.raises(Unreadable) as caught:
        read(form, file, limits)
    return str(caught.value)


@given(
    st.lists(st.binary(max_size=60).map(lambda said: said.replace(b"\n", b"")), max_size=5),
    st.integers(1, 50),
    st.sampled_from([b"\n", b""]),
)
def test_lines_are_those_between_line_breaks(lines: list[bytes], size: int, end: bytes) -> None:
    file = b"\n".join(lines) + end
    said = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    expected = [(number, line if len(line) <= 40 else None) for number, line in said]
    longest = max((len(line) for line in lines), default=0)
    if longest <= 40:
        assert read("ndjson", file, size=size) == expected
    assert [number for number, _ in read("ndjson", file, size=size)] >= [
        number for number, line in expected if line is not None
    ]


@given(st.binary(max_size=300), st.binary(max_size=300), st.integers(1, 50))
def test_what_gzip_packed_is_read_member_by_member(one: bytes, other: bytes, size: int) -> None:
    both = gzip.compress(one) + gzip.compress(other)
    wide = Limits(line=1000)
    assert read("ndjson+gzip", both, wide, size) == read("ndjson", one + other, wide)


@pytest.mark.parametrize("cut", [1, 8, 17, -1])
def test_a_packed_file_that_is_cut_is_none(cut: int) -> None:
    assert why("ndjson+gzip", gzip.compress(b"{}\n" * 3)[:cut]) == "bad-gzip"
    assert why("ndjson+gzip", b"") == "bad-gzip"


def test_a_long_line_is_told_and_the_next_is_read() -> None:
    file = b'{"a":1}\n' + b"x" * 500 + b'\n{"a":2}'
    assert read("ndjson", file) == [(1, b'{"a":1}'), (2, None), (3, b'{"a":2}')]


@pytest.mark.parametrize("form", FORMS)
def test_there_is_an_end_to_the_rows(form: str) -> None:
    some = [{"a": i} for i in range(6)]
    file = as_parquet(some) if form == "parquet" else as_lines(some)
    file = gzip.compress(file) if form == "ndjson+gzip" else file
    assert why(form, file) == "too-many-rows"


def test_a_bomb_is_unpacked_no_further_than_it_may() -> None:
    flat = Limits(line=1000, plain=10**5)
    assert why("ndjson+gzip", gzip.compress(b" " * 10**7), flat) == "unpacks-too-far"
    steep = Limits(line=1000, ratio=10)
    assert why("ndjson+gzip", gzip.compress(b" " * 10**6), steep) == "unpacks-too-far"


def test_a_table_comes_out_as_json_has_it() -> None:
    at, day = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), date(2026, 1, 2)
    table: list[dict[str, Any]] = [
        {"at": at, "day": day, "n": Decimal("5.00"), "b": b"x"},
        {"at": None, "day": day, "n": Decimal("5.50"), "b": None},
    ]
    first, second = read("parquet", as_parquet(table), Limits())
    assert json.loads(first[1] or b"") == {
        "at": "2026-01-02T03:04:05+00:00",
        "day": "2026-01-02",
        "n": 5,
        "b": "x",
    }
    assert second == (2, b'{"day": "2026-01-02", "n": "5.50"}')


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"a": [[1]]}),
        pa.table({"a": [{"b": 1}]}),
        pa.table({name: [1] for name in "abcd"}),
        pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]),
        pa.table({"a": pa.array([b"\xff"], pa.binary())}),
    ],
)
def test_a_table_is_plain(table: Any) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    assert why("parquet", bytes(sink.getvalue())) == "bad-parquet"


def test_what_a_table_says_it_needs_is_looked_at_before_it_is_read() -> None:
    file = as_parquet([{"a": "x" * 9000}], use_dictionary=False, compression="zstd")
    assert len(file) < 2000
    assert why("parquet", file) == "unpacks-too-far"


def test_a_word_that_is_packed_once_is_counted_in_each_row() -> None:
    many = as_parquet([{"a": "x" * 800}] * 20)
    assert len(many) < 5000
    assert [said for _, said in read("parquet", many, Limits(line=100, plain=16_000))] == [
        None
    ] * 20
    assert why("parquet", many, Limits(line=100, plain=15_999)) == "unpacks-too-far"


@given(st.binary(max_size=200))
def test_what_is_no_table_is_none(file: bytes) -> None:
    assert why("parquet", file) == "bad-parquet"


@given(st.data())
def test_whatever_is_done_to_a_file_it_is_answered_to_the_end(data: st.DataObject) -> None:
    """The bench `faults uploads` does the same a hundred thousand times, with more."""
    form = data.draw(st.sampled_from(FORMS))
    some = [{"a": i, "b": "x" * i} for i in range(4)]
    file = bytearray(as_parquet(some) if form == "parquet" else as_lines(some))
    file = bytearray(gzip.compress(file)) if form == "ndjson+gzip" else file
    for place, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(file) - 1), st.integers(0, 255)), max_size=4)
    ):
        file[place] = byte
    cut = bytes(file[: data.draw(st.integers(0, len(file)))])
    *told, last = list(answer(form, pieces(cut, 64), FEW))
    assert last == b".\n" or last[:1] == b"!"
    assert all(line.split(b" ")[0].isdigit() for line in told)
