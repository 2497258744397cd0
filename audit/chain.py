"""A chain of entries, each holding the hash of the one before, so that no change goes unseen.

An entry tells that something was done and carries the digest of what was kept of it, nothing
more: nothing personal stands in the chain, so it stays whole when a person is erased.
`serving.ledger` keeps it.
"""

from __future__ import annotations

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
        kind: what was done, one of `serving.ledger.Kind`.
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
