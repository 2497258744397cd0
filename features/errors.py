"""What can go wrong, as one tree.

::

    LumbungError
    ├── BadInput            what was given cannot be used            exit 2, HTTP 422
    │   ├── BadTable        a table of a data set, or a row of one
    │   └── BadMapping      a mapping file for `lumbung import`
    ├── Refused             a gate or a rule says no                 exit 3, HTTP 409
    │   └── FingerprintMismatch   a model and this code disagree on features
    └── Unavailable         something we need is not there now       exit 1, HTTP 503

Every error says what was found, what was expected and how to mend it, and
carries a stable code that `docs/errors.md` explains.
"""

from __future__ import annotations

import functools
from collections.abc import Callable


class LumbungError(Exception):
    """An error a person can act on.

    Args:
        found: what was there, with the offending value where it is safe to show.
        expected: what should have been there.
        hint: the next thing to do about it.
        code: stable identifier, such as ``bad-amount``; never reused for another meaning.
        where: the file, table, row or field, where there is one.
    """

    exit_status = 1
    http_status = 500
    retry_after: int | None = None
    """Seconds after which the same may succeed, where that is known."""

    def __init__(
        self, *, found: str, expected: str, hint: str, code: str, where: str | None = None
    ) -> None:
        self.found = found
        self.expected = expected
        self.hint = hint
        self.code = code
        self.where = where
        place = f"{where}: " if where else ""
        super().__init__(f"{place}found {found}; expected {expected}. {hint} [{code}]")

    def __reduce__(self) -> tuple[Callable[[], LumbungError], tuple[()]]:
        """Let an error cross to another process whole."""
        said = {k: getattr(self, k) for k in ("found", "expected", "hint", "code", "where")}
        return functools.partial(type(self), **said), ()


class BadInput(LumbungError):
    """What was given cannot be used."""

    exit_status = 2
    http_status = 422


class BadTable(BadInput):
    """A table of a data set, or a row of one, breaks its schema."""


class BadMapping(BadInput):
    """A mapping file for ``lumbung import`` cannot be used."""


class Refused(LumbungError):
    """A gate or a rule says no; what was given is well formed."""

    exit_status = 3
    http_status = 409


class FingerprintMismatch(Refused):
    """A model was trained on other features than this code computes."""


class Unavailable(LumbungError):
    """Something this needs is not there now; the same call may succeed later."""

    http_status = 503
