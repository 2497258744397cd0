"""Why an upload failed as a whole, in words."""

from __future__ import annotations

from typing import Final

from features.errors import BadInput

FAULTS: Final = {
    "bad-gzip": ("a file that gzip did not pack, or not to its end", "what gzip packs"),
    "bad-parquet": ("a file that is no Parquet, or no plain table", "a table of plain columns"),
    "too-many-rows": ("more than 1,000,000 rows", "at most so many"),
    "unpacks-too-far": ("a file that unpacks to far more than it is", "at most 512 MiB unpacked"),
    "reader-failed": ("a file whose reading took too long or broke off", "one that can be read"),
    "no-lines": ("no row", "one record a row"),
}
"""Code → what was found, and what was expected."""

HINT: Final = "See docs/decisions/0047-uploads.md for what a file may hold; make it anew."


def fault(code: str) -> BadInput:
    """Return the error of a file that cannot be read, by its code of `FAULTS`."""
    found, expected = FAULTS[code]
    return BadInput(found=found, expected=expected, hint=HINT, code=code)


def too_many_bad(bad: int, rows: int) -> BadInput:
    """Return the error of a file of which too many rows are wrong."""
    return BadInput(
        found=f"{bad} of {rows} rows that are wrong",
        expected="at most one in twenty, and at most 10,000",
        hint="Read what is wrong: GET /v1/uploads/{upload_id}/rejected. Nothing is kept.",
        code="too-many-bad",
    )
