"""Uploads that no program wrote: files with bytes changed, cut, doubled, nested, and bombs.

A process confined as the service's reader is reads them one after another, with the reader's and
the service's own code, and says what came of each before it begins the next. So one that ends it
is known, and is counted as a crash; one that takes long is counted as a hang. Some go the whole way
through a program of their own besides, and must come out the same.

``python -m benchmarks.uploads FIRST INPUTS`` is that process.
"""

from __future__ import annotations

import gzip
import json
import random
import resource
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.spoiled import CHANGES
from serving.jobs import reader
from serving.jobs.keeping import MOST_TOLD
from serving.jobs.reader import Limits, Unreadable
from serving.jobs.reading import ENVIRONMENT, Reading
from serving.jobs.sifting import sift

ROOT: Final = Path(__file__).resolve().parents[1]

NOW: Final = datetime(2026, 11, 24, tzinfo=UTC)

LIMITS: Final = Limits(seconds=3600)
"""Those of the service, but for the time: one process reads them all."""

WITHIN: Final = 10.0
"""Seconds for one file."""

WHOLE: Final = 100
"""Of all, how many go through programs of their own, and one in fifty where they are fewer."""

BOMBS: Final = 200
"""One of so many files is a bomb."""

MB: Final = 2**20


def fuzzed(inputs: int, seed: int = 0) -> dict[str, Any]:
    """Read so many files; return what came of them."""
    came, peak, longest, first, began = Counter[str](), 0, 0.0, seed, time.monotonic()
    end = seed + inputs
    while first < end:
        for number, outcome, seconds, held in _read(first, end):
            came[outcome] += 1
            first, longest, peak = number + 1, max(longest, seconds), max(peak, held)
        if first < end:
            came["lost"] += 1
            first += 1
    return {
        "inputs": inputs,
        "outcomes": dict(sorted(came.items())),
        "crashes_and_hangs": came["lost"],
        "faults": came["fault"] + came["lost"] + _differing(min(WHOLE, inputs // 50), seed),
        "longest_seconds": round(longest, 3),
        "reader_peak_mb": peak,
        "service_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "seconds": round(time.monotonic() - began, 1),
    }


def file(number: int) -> tuple[str, bytes]:
    """Return the form and the bytes of a file; the same number is the same file."""
    chance = random.Random(number)  # noqa: S311  of nothing secret
    form = chance.choice([*reader.FORMS])
    if not chance.randrange(BOMBS):
        return form, _bomb(form, chance)
    rows = [_row(i, chance) for i in range(chance.randrange(30))]
    lines = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    if form == "parquet":
        return form, chance.choice(CHANGES)(_parquet(rows, chance), chance)
    if form == "ndjson" or chance.random() < 0.3:  # noqa: PLR2004  else only gzip would be tried
        lines = chance.choice(CHANGES)(lines, chance)
        return form, gzip.compress(lines, 1) if form == "ndjson+gzip" else lines
    return form, chance.choice(CHANGES)(gzip.compress(lines, 1), chance)


def _row(number: int, chance: random.Random) -> dict[str, Any]:
    at = NOW - timedelta(minutes=chance.randrange(10**6))
    return {
        "business_id": f"b{chance.randrange(4)}",
        "payment_id": f"p{number}",
        "occurred_at": at.isoformat(),
        "amount": chance.choice([chance.randrange(10**7), None, 1.5]),
        "direction": chance.choice(["in", "out"]),
        "channel": "qris",
        "kind": "sale",
    }


def _parquet(rows: list[dict[str, Any]], chance: random.Random) -> bytes:
    sink = pa.BufferOutputStream()
    how = {"compression": chance.choice(["none", "snappy", "zstd", "gzip"])}
    plain = [{**row, "amount": int(row["amount"] or 0)} for row in rows]
    pq.write_table(pa.Table.from_pylist(plain), sink, use_dictionary=chance.random() < 0.5, **how)  # noqa: PLR2004  half of them
    return bytes(sink.getvalue())


def _bomb(form: str, chance: random.Random) -> bytes:
    """Return a file that is far more than it looks."""
    if form == "ndjson":
        return b"[" * chance.randrange(8 * MB)
    if form == "ndjson+gzip":
        return gzip.compress(chance.choice([b" ", b"\n", b"{}\n"]) * (16 * MB), 1)
    sink, words = pa.BufferOutputStream(), pa.array(["x" * MB])
    table = pa.table({"business_id": pa.DictionaryArray.from_arrays([0] * 2000, words)})
    pq.write_table(table, sink)
    return bytes(sink.getvalue())


def _read(first: int, end: int) -> Iterator[tuple[int, str, float, int]]:
    """Yield of each file its number, what came of it, the seconds, and the MB held by then."""
    command = [sys.executable, "-m", "benchmarks.uploads", str(first), str(end - first)]
    environment = {**ENVIRONMENT, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(  # noqa: S603  a program of ours
        command, stdout=subprocess.PIPE, env=environment
    ) as program:
        told = cast("IO[bytes]", program.stdout)
        ready = select.poll()
        ready.register(told, select.POLLIN | select.POLLHUP)
        rest = b""
        while ready.poll((WITHIN + 60 * (not rest)) * 1000) and (some := told.read1(MB)):  # type: ignore[attr-defined]
            *lines, rest = (rest + some).split(b"\n")
            for line in lines:
                number, outcome, seconds, held = json.loads(line)
                yield number, outcome, seconds, held
        program.kill()


def outcome(form: str, said: bytes) -> str:
    """Return what comes of a file: how it ends, and whether rows of it are right."""
    pieces = (said[i : i + reader.PIECE] for i in range(0, len(said), reader.PIECE))
    found, bad = [], 0
    try:
        for row in reader.rows(form, pieces, LIMITS):
            found.append(row)
            if len(found) == 500:  # noqa: PLR2004  as many as the service looks at together
                bad, found = bad + len(sift("payments", found, NOW).bad), []
                if bad > MOST_TOLD:
                    return "too-many-bad"
    except Unreadable as error:
        return str(error)
    except MemoryError:
        return "unpacks-too-far"
    sifted = sift("payments", found, NOW)
    return "rows taken" if sifted.good.num_rows else "no row taken"


def _differing(inputs: int, seed: int) -> int:
    """Return of how many files a program of their own says something else."""
    return sum(
        _alone(*file(number)) != _ends(*file(number)) for number in range(seed, seed + inputs)
    )


def _ends(form: str, said: bytes) -> str:
    try:
        for _ in reader.rows(form, iter([said]), LIMITS):
            pass
    except Unreadable as error:
        return str(error)
    return "read"


def _alone(form: str, said: bytes) -> str:
    reading = Reading(form, [said])
    try:
        while reading.take(500):
            pass
    except Unreadable as error:
        return str(error)
    finally:
        reading.close()
    return "read"


def main() -> None:
    """Read files, and print a line of JSON after each."""
    first, inputs = map(int, sys.argv[1:])
    sift("payments", [], NOW)
    reader.confine(LIMITS)
    for number in range(first, first + inputs):
        form, said = file(number)
        began = time.monotonic()
        try:
            came = outcome(form, said)
        except Exception as error:  # noqa: BLE001  that there is none is what is to be shown
            came = "fault"
            print(number, form, type(error).__name__, error, file=sys.stderr)
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        told = [number, came, round(time.monotonic() - began, 4), held]
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
