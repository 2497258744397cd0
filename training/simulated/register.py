"""The credit register on the simulated businesses: months of their loans, and inquiries."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import DAY, Flags, Ints
from features.sources import CREDIT
from training.simulated.businesses import Businesses
from training.simulated.chunk import MONTH_DAYS, Chunk
from training.simulated.columns import HOUR, NONE, Parts, code, stacked
from training.simulated.debts import LENDERS, MONTHS, Debts, strain
from training.simulated.flows import FACILITY

PUBLISHED_DAYS: Final = (10, 21)
"""A month is known so many days after its end, from … to before."""

INQUIRY_DAYS: Final = 180
INQUIRIES: Final = 0.4
"""Inquiries in the half year before the application that led to nothing, where none is strained."""

BANK_CLASSES: Final = (0, 90, 120, 180)
"""Days past due up to which a loan of a bank, a platform or a finance company is of class 1 … 4."""

RURAL_CLASSES: Final = (30, 90, 180, 360)
"""The same of the others."""

STRICT: Final = ("bank", "p2p", "finance")


def reported(world: Businesses, debts: Debts, chunk: Chunk) -> Parts:
    """Return the register's rows before the application's month, and the inquiries."""
    random = chunk.stream("register")
    months = _months(world, debts, random)
    return stacked([months, *_inquiries(world, debts, random)])


def _months(world: Businesses, debts: Debts, random: np.random.Generator) -> Parts:
    """Return a row for each month a loan was running, and for the month it ended."""
    owner, loan, month = np.nonzero(_shown(debts))
    place = (owner, loan, month)
    end = (debts.month[owner, month + 1] - world.origin[owner]) * DAY - HOUR
    late, over = debts.course.late[place], debts.paid[place] >= debts.tenor[owner, loan]
    days = np.where(late > 0, 30 * late - random.integers(0, 30, owner.size), 0)
    lender, lost = debts.lender[owner, loan], debts.course.lost[place]
    left = 1 - debts.paid[place] / debts.tenor[owner, loan]
    started = (debts.started - world.origin[:, None])[owner, loan]
    status = np.where(lost, code(CREDIT, "status", "written_off"), 0)
    return {
        "owner": owner,
        "occurred_at": end,
        "known_at": end + random.integers(*PUBLISHED_DAYS, owner.size) * DAY,
        "kind": np.full(owner.size, code(CREDIT, "kind", "month")),
        "facility": FACILITY + loan,
        "lender_kind": lender,
        "started_at": started * DAY + 11 * HOUR,
        "ends_at": (started + MONTH_DAYS * debts.tenor[owner, loan]) * DAY + 11 * HOUR,
        "limit": debts.limit[owner, loan],
        "outstanding": np.rint(debts.limit[owner, loan] * left).astype(np.int64),
        "instalment": debts.instalment[owner, loan],
        "days_past_due": days,
        "collectability": _collectability(lender, days),
        "status": np.where(over, code(CREDIT, "status", "repaid"), status),
        "restructured": debts.course.eased[place].astype(np.int64),
    }


def _shown(debts: Debts) -> Flags:
    """Return (n, 3, months) where there is something to report: begun, and not ended before."""
    over = (debts.paid >= debts.tenor[:, :, None]) | debts.course.lost
    ended = np.zeros_like(over)
    ended[:, :, 1:] = over[:, :, :-1]
    shown = debts.there[:, :, None] & (debts.course.due >= 0) & ~ended
    return np.asarray(shown[:, :, :MONTHS])


def _collectability(lender: Ints, days: Ints) -> Ints:
    """Return (m,) kolektibilitas 1 … 5 from the days past due, by kind of lender."""
    strict = np.isin(lender, [code(CREDIT, "lender_kind", name) for name in STRICT])
    bank, rural = np.searchsorted(BANK_CLASSES, days), np.searchsorted(RURAL_CLASSES, days)
    return np.where(strict, bank, rural) + 1


def _inquiries(world: Businesses, debts: Debts, random: np.random.Generator) -> list[Parts]:
    """Return the inquiry before each loan, and those of the last half year that led to nothing."""
    codes = np.array([code(CREDIT, "lender_kind", name) for name in LENDERS])
    owner, loan = np.nonzero(debts.there)
    day = debts.started[owner, loan] - world.origin[owner] - random.integers(3, 15, owner.size)
    granted = _inquiry(owner, day, debts.lender[owner, loan], random)
    vain = random.poisson(INQUIRIES * np.exp(0.25 * strain(world)))
    owner = np.repeat(np.arange(world.n), vain)
    day = world.as_of_column - random.integers(1, INQUIRY_DAYS, owner.size)
    return [granted, _inquiry(owner, day, random.choice(codes, owner.size), random)]


def _inquiry(owner: Ints, day: Ints, lender: Ints, random: np.random.Generator) -> Parts:
    at = day * DAY + random.integers(9 * HOUR, 16 * HOUR, owner.size)
    kind = np.full(owner.size, code(CREDIT, "kind", "inquiry"))
    return {
        "owner": owner,
        "occurred_at": at,
        "known_at": at + HOUR,
        "kind": kind,
        "lender_kind": lender,
        "facility": np.full(owner.size, NONE),
    }
