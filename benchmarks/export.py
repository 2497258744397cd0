"""A made-up export of payments on disk, as large as asked, written in bounded memory.

Every value follows from the business and the number of its payment, so a data set holds the
same payments however they are ordered: by time across businesses, as a bank exports them, or
already grouped by business, as few do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.made_up import AS_OF, mixed
from features.rows import DAY, Ints
from features.sources import PAYMENTS
from training.about import About, write_about

Numbers = NDArray[np.uint64]

PART = 1_000_000
"""Rows of a part, at most, unless there are more businesses."""

SPAN = 760 * DAY
"""Time the payments lie in, up to `AS_OF`: a little more than counts."""

ASKED_WITHIN = 60 * DAY
"""Time before `AS_OF` in which the applications lie, so that some payments come after them."""

CHANNELS = PAYMENTS.column("channel").values
KINDS = PAYMENTS.column("kind").values
USUAL_KINDS: Mapping[str, Mapping[str, int]] = {
    "in": {"sale": 45, "refund": 1, "interest": 1, "loan": 1, "transfer": 1, "other": 1},
    "out": {
        "supplier": 25,
        "household": 12,
        "other": 5,
        "loan": 3,
        "transfer": 2,
        "fee": 1,
        "penalty": 1,
        "insurance": 1,
    },
}
"""Of fifty payments in either direction, how many are of a kind."""

KIND_CODES = np.array(
    [
        np.repeat([KINDS.index(kind) for kind in usual], list(usual.values()))
        for usual in USUAL_KINDS.values()
    ]
)
GOES_OUT, LATE, UNKNOWN = 400, 50, 100
"""Of 1,024 payments, how many go out, are known a day late, or are of an unknown party."""

PARTIES = 40
"""Counterparties of a business; the first come again more often."""


def write(folder: Path, businesses: int, rows: int, *, by_business: bool = False) -> None:
    """Write a data set of one application and *rows* payments for each business.

    Args:
        folder: the folder to make.
        businesses: how many.
        rows: payments of each.
        by_business: whether all payments of a business stand together; else those of all
            businesses stand in order of time.
    """
    (folder / "payments").mkdir(parents=True)
    parts = _by_business(businesses, rows) if by_business else _by_time(businesses, rows)
    for number, part in enumerate(parts):
        pq.write_table(part, folder / "payments" / f"{number:04}.parquet", row_group_size=PART // 4)
    pq.write_table(_applications(businesses), folder / "applications.parquet")
    about = About(
        name=f"made-up-{businesses}-{rows}",
        currency="IDR",
        time_zone="Asia/Jakarta",
        source="benchmarks/export.py",
        licence="Apache-2.0",
        basis="made up",
    )
    write_about(about, folder)


def _by_business(businesses: int, rows: int) -> Iterator[pa.Table]:
    step = max(1, PART // rows)
    for first in range(0, businesses, step):
        owners = np.arange(first, min(first + step, businesses))
        yield _payments(owners, np.arange(rows), rows, np.zeros(owners.size, dtype=np.int64))


def _by_time(businesses: int, rows: int) -> Iterator[pa.Table]:
    step, owners = max(1, PART // businesses), np.arange(businesses)
    balance = np.zeros(businesses, dtype=np.int64)
    for first in range(0, rows, step):
        part = _payments(owners, np.arange(first, min(first + step, rows)), rows, balance)
        yield part.sort_by("occurred_at")


def _payments(owners: Ints, numbers: Ints, rows: int, balance: Ints) -> pa.Table:
    """Return some payments of some businesses, and add them to the balances."""
    payment = (owners[:, None] * rows + numbers).ravel()
    draw, other = mixed(payment), mixed(payment + (1 << 48))
    step = SPAN // rows
    occurred_at = AS_OF - SPAN + payment % rows * step + _below(draw, 0, 16) * step // (1 << 16)
    out = (_below(draw, 16, 10) < GOES_OUT).astype(np.int64)
    channel = _below(draw, 26, 2)
    kind = KIND_CODES[out, _below(draw, 28, 20) % 50]
    # Less comes in at a time than goes out, but more often.
    amount = (1 + _below(other, 0, 16) % 500) * (1_000 + 400 * out)
    moved = np.where(out, -amount, amount).reshape(owners.size, numbers.size)
    after = 5_000_000 + balance[:, None] + np.cumsum(moved, axis=1)
    balance += moved.sum(axis=1)
    # The smaller of two draws, so that the first come again more often.
    party = np.minimum(_below(other, 16, 10), _below(other, 26, 10)) * PARTIES >> 10
    owner, unknown = np.repeat(owners, numbers.size), _below(other, 46, 10) < UNKNOWN
    columns = {
        "payment_id": _hashed(payment + (1 << 50)),
        "business_id": _hashed(owner),
        "occurred_at": _times(occurred_at),
        "known_at": _times(occurred_at + (_below(other, 36, 10) < LATE) * DAY),
        "amount": pa.array(amount),
        "direction": _words(out, ("in", "out")),
        "channel": _words(channel, CHANNELS),
        "kind": _words(kind, KINDS),
        "counterparty": _hashed(owner * PARTIES + party + (1 << 52), unknown),
        "balance_after": pa.array(after.ravel(), mask=channel == CHANNELS.index("cash")),
    }
    return pa.table({name: columns[name] for name in PAYMENTS.names})


def _applications(businesses: int) -> pa.Table:
    owner = np.arange(businesses)
    draw = mixed(owner + (1 << 54))
    applications = {
        "application_id": _hashed(owner + (1 << 56)),
        "business_id": _hashed(owner),
        "as_of": _times(AS_OF - _below(draw, 0, 16) * (ASKED_WITHIN >> 16)),
        "amount": pa.array((5 + _below(draw, 16, 10) % 95) * 1_000_000),
        "tenor_months": pa.array(6 * (1 + _below(draw, 26, 10) % 6)),
    }
    return pa.table(applications).sort_by("as_of")


def _below(draw: Numbers, first: int, bits: int) -> Ints:
    """Return the number that some bits of a draw make, from 0 to below 2 to the power of *bits*."""
    return (draw >> np.uint64(first) & np.uint64((1 << bits) - 1)).astype(np.int64)


def _hashed(numbers: Ints, missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """Return sixteen hexadecimal digits for each number."""
    digits = mixed(numbers).astype(">u8").tobytes().hex().encode()
    ends = np.arange(numbers.size + 1, dtype=np.int32) * 16
    texts = pa.StringArray.from_buffers(numbers.size, pa.py_buffer(ends), pa.py_buffer(digits))
    return texts if missing is None else pc.if_else(pa.array(missing), None, texts)


def _times(values: Ints) -> pa.Array:
    return pa.array(values).cast(pa.timestamp("us", tz="UTC"))


def _words(codes: Ints, words: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(codes.astype(np.int8), list(words)).cast(pa.string())
