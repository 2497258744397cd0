"""A program of its own reads a file; whatever becomes of it, the service has an answer in time."""

from __future__ import annotations

import gzip
import itertools
import threading
from collections.abc import Iterator

import pytest

from serving.jobs.reader import Limits, Row, Unreadable
from serving.jobs.reading import Reading
from tests.serving.jobs.upload_cases import in_form

ROWS = [{"a": i} for i in range(1200)]


def read(reading: Reading, most: int = 500) -> list[Row]:
    found: list[Row] = []
    try:
        while some := reading.take(most):
            found += some
        assert reading.take(most) == []
    finally:
        reading.close()
    return found


def why(reading: Reading) -> str:
    with pytest.raises(Unreadable) as caught:
        read(reading)
    return str(caught.value)


@pytest.mark.parametrize("form", ["ndjson", "ndjson+gzip", "parquet"])
def test_rows_come_through_whole_and_in_order(form: str) -> None:
    found = read(Reading(form, [in_form(ROWS, form)]))
    assert [number for number, _ in found] == list(range(1, 1201))
    assert found[-1][1] == b'{"a": 1199}'


def test_what_is_wrong_with_a_file_is_told() -> None:
    assert why(Reading("parquet", [b"PAR1" * 9])) == "bad-parquet"
    bomb = gzip.compress(gzip.compress(b"0" * 10**7))
    assert why(Reading("ndjson+gzip", [gzip.compress(b"0" * 10**7)])) == "unpacks-too-far"
    assert [number for number, _ in read(Reading("ndjson+gzip", [bomb]))] != []


def test_a_program_that_takes_too_much_is_ended() -> None:
    """Of processor time nothing is left, of memory nothing to hold the file."""
    endless = itertools.repeat(b"\n" * 2**16)
    assert why(Reading("ndjson", endless, Limits(seconds=1))) == "reader-failed"
    file = in_form(ROWS, "parquet") + bytes(64 * 2**20)
    assert why(Reading("parquet", [file], Limits(memory=16 * 2**20))) == "unpacks-too-far"


def test_who_waits_in_vain_is_told() -> None:
    asked = threading.Event()

    def late() -> Iterator[bytes]:
        asked.wait()
        yield b"{}\n"

    reading = Reading("ndjson", late(), seconds=0.05)
    with pytest.raises(Unreadable, match="reader-failed"):
        reading.take(10)
    asked.set()
    reading.close()


def test_a_file_that_cannot_be_given_is_not_taken_for_a_shorter_one() -> None:
    def broken() -> Iterator[bytes]:
        yield b"{}\n"
        raise RuntimeError("away")

    with pytest.raises(RuntimeError, match="away"):
        read(Reading("ndjson", broken()))


def test_one_that_is_closed_leaves_nobody_behind() -> None:
    before = set(threading.enumerate())
    reading = Reading("ndjson", [b"{}\n" * 10**6])
    assert len(reading.take(3)) == 3
    reading.close()
    its = set(threading.enumerate()) - before
    assert "upload" not in {thread.name for thread in its}
