"""Verifies the ledger: that the chain is whole, and that all it vouches for is what was kept.

In bounded memory, at one moment of a database that is in use: some hundreds of rows at a time.
No key is needed: of what is sealed the ledger holds the digest of the sealed bytes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Engine, exists, inspect, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from audit.chain import GENESIS, Entry, Fault, Kept, faults
from serving.ledger.entering import HEAD, Kind
from serving.ledger.evidence import EVIDENCE, Evidence, Fact
from serving.store import database
from serving.tables import BusinessKey, LedgerRow, WithdrawalRow

AT_ONCE: Final = 500
"""Rows read at a time."""

MOST: Final = 1000
"""Faults that are told one by one."""

UNREADABLE: Final = (ValueError, TypeError, DatabaseError)
"""What reading a row raises when somebody wrote into it what its columns cannot hold."""

Step = Callable[[str, int, int], None]
"""Is told what is being done, how much is, and of how much."""


@dataclass
class Verified:
    """What a verification came to.

    Args:
        number, hash: where the ledger ends.
        kinds: of how many entries of each kind.
        faults: all that is wrong; the first `MOST` of them.
        wrong: how many faults there are.
    """

    number: int = 0
    hash: str = GENESIS
    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    wrong: int = 0


def verify(engine: Engine, checkpoints: Sequence[tuple[int, str]], step: Step) -> Verified:
    """Verify the ledger and all that it vouches for.

    Args:
        engine: the database.
        checkpoints: number and hash of entries, as they were published before.
        step: is told of the progress.
    """
    found = Verified()
    with database.snapshot(engine) as session:
        for fault in _all(session, dict(checkpoints), found, step):
            found.wrong += 1
            if len(found.faults) < MOST:
                found.faults.append(fault)
    return found


def _all(
    session: Session, checkpoints: dict[int, str], found: Verified, step: Step
) -> Iterator[Fault]:
    head = session.execute(HEAD).one_or_none()
    if head is None:
        yield Fault("ledger-cut", "head", "where the ledger ends is not kept")
    found.number, found.hash = head or _end(session)
    unreadable: list[Fault] = []
    chain = _watched(_chain(session, unreadable), checkpoints, found, step)
    yield from faults(chain, (found.number, found.hash))
    yield from unreadable
    for number, hash_ in checkpoints.items():
        yield Fault("checkpoint-differs", str(number), f"it was published as {hash_}")
    for done, evidence in enumerate(EVIDENCE):
        step(evidence.kind, done, len(EVIDENCE))
        yield from _unvouched(session, evidence)
        yield from _gone(session, evidence)
    yield from _forgotten(session)


def _end(session: Session) -> tuple[int, str]:
    last = select(LedgerRow.number, LedgerRow.hash).order_by(LedgerRow.number.desc())
    found = session.execute(last.limit(1)).one_or_none()
    return (0, GENESIS) if found is None else (found.number, found.hash)


def _watched(
    chain: Iterable[Kept], checkpoints: dict[int, str], found: Verified, step: Step
) -> Iterator[Kept]:
    """Pass a chain on; take out of the checkpoints those that it agrees with."""
    for kept in chain:
        number = kept.entry.number
        if checkpoints.get(number) == kept.hash:
            del checkpoints[number]
        found.kinds[kept.entry.kind] += 1
        if number % AT_ONCE == 0:
            step("entries", number, max(found.number, number))
        yield kept


def _chain(session: Session, unreadable: list[Fault]) -> Iterator[Kept]:
    """Yield the entries by number; what cannot be read is a fault, and left out."""
    number: int | None = None
    while True:
        after = select(LedgerRow.number).order_by(LedgerRow.number).limit(AT_ONCE)
        if number is not None:
            after = after.where(LedgerRow.number > number)
        numbers = session.scalars(after).all()
        if not numbers:
            return
        try:
            yield from _entries(session, numbers)
        except UNREADABLE:
            for one in numbers:
                yield from _readable(session, one, unreadable)
        number = numbers[-1]


def _readable(session: Session, number: int, unreadable: list[Fault]) -> list[Kept]:
    try:
        return _entries(session, [number])
    except UNREADABLE:
        told = "a column holds what it cannot hold"
        unreadable.append(Fault("ledger-changed", str(number), told))
        return []


def _entries(session: Session, numbers: Sequence[int]) -> list[Kept]:
    asked = select(LedgerRow).where(LedgerRow.number.between(numbers[0], numbers[-1]))
    return [_kept(row) for row in session.scalars(asked.order_by(LedgerRow.number))]


def _kept(row: LedgerRow) -> Kept:
    said = (row.number, row.at, row.kind, row.partner_id, row.subject, row.digest, row.previous)
    return Kept(Entry(*said), row.hash)


def _unvouched(session: Session, evidence: Evidence) -> Iterator[Fault]:
    """Yield the rows that the ledger does not vouch for as they stand."""
    asked = select(evidence.of).where(*evidence.where).order_by(*inspect(evidence.of).primary_key)
    rows = session.scalars(asked.execution_options(yield_per=AT_ONCE))
    try:
        for some in rows.partitions():
            facts = [evidence.fact(session, row) for row in some]
            yield from _compared(evidence.kind, facts, _entered(session, evidence.kind, facts))
    except UNREADABLE as error:
        told = f"a row of {evidence.of.__tablename__} cannot be read ({type(error).__name__})"
        yield Fault("evidence-changed", evidence.kind, told)


def _entered(session: Session, kind: Kind, facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """Return what is entered of the same subjects: subject → what its entries say."""
    said = select(LedgerRow.subject, LedgerRow.digest, LedgerRow.at, LedgerRow.partner_id)
    its = (LedgerRow.kind == kind, LedgerRow.subject.in_([fact.subject for fact in facts]))
    found: dict[str, list[Fact]] = defaultdict(list)
    for entry in session.execute(said.where(*its)):
        found[entry.subject].append(Fact(*entry))
    return found


def _compared(kind: Kind, facts: Sequence[Fact], entered: dict[str, list[Fact]]) -> Iterator[Fault]:
    for fact in facts:
        where, entries = f"{kind} {fact.subject}", entered.get(fact.subject, [])
        if not entries:
            yield Fault("evidence-unknown", where, "the ledger has no entry of it")
        elif entries != [fact]:
            yield Fault("evidence-changed", where, "it is not what was entered")


def _forgotten(session: Session) -> Iterator[Fault]:
    """Yield the entries of withdrawals that are not kept any more, but for those of who is erased.

    One that is kept and has no entry may be older than the ledger.
    """
    its = BusinessKey.key_id == LedgerRow.subject
    erased = exists().where(its, BusinessKey.business_id.is_(None))
    kept = exists().where(
        its,
        WithdrawalRow.partner_id == BusinessKey.partner_id,
        WithdrawalRow.business_id == BusinessKey.business_id,
        WithdrawalRow.at == LedgerRow.at,
    )
    asked = select(LedgerRow.number).where(LedgerRow.kind == "withdrawal", ~erased, ~kept)
    for number in session.scalars(asked.order_by(LedgerRow.number)):
        yield Fault("evidence-gone", "withdrawal", f"entry {number} tells of it")


def _gone(session: Session, evidence: Evidence) -> Iterator[Fault]:
    """Yield the entries whose row is not there."""
    row = exists().where(evidence.subject == LedgerRow.subject, *evidence.where)
    asked = select(LedgerRow.number, LedgerRow.subject).where(LedgerRow.kind == evidence.kind, ~row)
    for entry in session.execute(asked.order_by(LedgerRow.number)):
        where = f"{evidence.kind} {entry.subject}"
        yield Fault("evidence-gone", where, f"entry {entry.number} tells of it")
