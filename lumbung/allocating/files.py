"""A file that is made whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from features.errors import BadInput
from training.datasets import refuse_existing


def refuse_place(out: Path, suffixes: Sequence[str]) -> None:
    """Raise BadInput when *out* is there (``already-there``) or ends otherwise (``bad-suffix``)."""
    refuse_existing(out)
    if out.suffix not in suffixes:
        raise BadInput(
            found=f"a file that ends in {out.suffix or 'nothing'}",
            expected=f"one that ends in {' or '.join(suffixes)}",
            hint="Name another.",
            code="bad-suffix",
            where=out.name,
        )


@contextlib.contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Give a hidden file to write, which takes its name when all went well, else vanishes."""
    out.parent.mkdir(parents=True, exist_ok=True)
    making = out.with_name(f".{out.name}-writing")
    try:
        yield making
        making.rename(out)
    finally:
        making.unlink(missing_ok=True)
