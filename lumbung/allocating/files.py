"""A file that is made whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from features.errors import BadInput, Unavailable
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
    """Give a hidden file to write, which takes its name when all went well, else vanishes.

    Raises Unavailable (``cannot-write``) where the system does not let it be written.
    """
    making = out.with_name(f".{out.name}-writing")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        yield making
        making.rename(out)
    except OSError as error:
        raise Unavailable(
            found=str(error),
            expected="a folder to write in",
            hint="Make room, or name another place.",
            code="cannot-write",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            making.unlink(missing_ok=True)
