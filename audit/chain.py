"""A chain of entries, each holding the hash of the one before, so that no change goes unseen.

An entry tells that something was done and carries the digest of what was kept of it, nothing
more: nothing personal stands in the chain, so it stays whole when a person is erased.
`serving.ledger.entering` keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from audit.days import microseconds
from audit.digest import digest as digest_of

GENESIS: Final = "0" * 64
"""What stands for the hash of the entry before the first."""


@dataclass(frozen=True)
class Entry:
    """An entry of the chain.

    Args:
        number: 1, 2, … without a gap.
        at: when it was done, UTC.
        kind: what was done, one of `serving.ledger.entering.Kind`.
        partner_id: by or with which partner; None where it concerns the whole installation.
        subject: what it was done to, by an id of ours that says nothing of a person.
        digest: SHA-256 of what was kept of it.
        previous: the hash of the entry before; `GENESIS` of the first.
    """

    number: int
    at: datetime
    kind: str
    partner_id: str | None
    subject: str
    digest: str
    previous: str

    @property
    def hash(self) -> str:
        """Return SHA-256 of all that the entry says, the entry before included."""
        said = (self.kind, self.partner_id, self.subject, self.digest, self.previous)
        return digest_of([self.number, microseconds(self.at), *said])


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was kept.

    Args:
        code: which kind of fault; docs/errors.md tells of each.
        where: the number of an entry, or the kind and the subject of what is kept.
        told: what was found.
    """

    code: str
    where: str
    told: str


@dataclass(frozen=True)
class Kept:
    """An entry as it is kept, with the hash that stands beside it."""

    entry: Entry
    hash: str

    @property
    def whole(self) -> bool:
        """Return whether the hash is that of the entry."""
        try:
            return self.entry.hash == self.hash
        except (TypeError, ValueError, OverflowError):
            return False


def faults(chain: Iterable[Kept], end: tuple[int, str]) -> Iterator[Fault]:
    """Yield what is wrong with a chain, in its order; each entry is looked at once.

    Args:
        chain: all entries, by number.
        end: number and hash of the last, as they are kept apart; 0 and `GENESIS` where none is.
    """
    last, before = 0, GENESIS
    for kept in chain:
        at = kept.entry.number
        if at != last + 1:
            yield Fault("ledger-gap", f"{last + 1}", f"the next entry is {at}")
        if not kept.whole:
            yield Fault("ledger-changed", f"{at}", "the entry is not what its hash was made of")
        if kept.entry.previous != before:
            yield Fault("ledger-broken", f"{at}", "it does not follow upon the entry before")
        last, before = at, kept.hash
    if (last, before) != end:
        yield Fault("ledger-cut", f"{last}", f"it should end with entry {end[0]}")
