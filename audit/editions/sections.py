"""What an edition tells, part by part: numbers only, None where one is hidden.

A part that cannot be told is `Missing`, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from pydantic import TypeAdapter

from audit.allocated import Overview

Why = Literal[
    "nothing_decided", "too_few", "no_outcomes", "no_allocation", "no_reference", "no_model"
]
"""Nobody was decided on; so few that they could be found; no loan ended; no programme was
allocated; nothing is known of what the model was trained on; no model decided."""

Stage = Literal["not_yet", "human_review", "eligible", "offered", "entered", "allocated"]
"""How far an application came: its result, an offer beside it, in a programme, and served."""

STAGES: Final[tuple[Stage, ...]] = get_args(Stage)

Kind = Literal["review", "objection", "correction", "erasure", "access"]
"""Of a case: what a person is to look at."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True)
class Missing:
    """A part that cannot be told."""

    why: Why


@dataclass(frozen=True)
class Share:
    """A share with its interval of 95%, 0 … 1 each."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Reached:
    """How many applications came to a stage and no further, and how many as far or further."""

    stage: Stage
    stopped: int | None
    reached: int | None


@dataclass(frozen=True)
class Place:
    """How many asked in a kecamatan (its name), and what share was found eligible."""

    kecamatan: str
    asked: int
    eligible: Share


@dataclass(frozen=True)
class Funnel:
    """How far applications came by the end of the period, and those of each kecamatan told of.

    Args:
        asked: applications decided on; eligible: what share was found so.
        stages, places: as far as they may be told.
    """

    asked: int
    eligible: Share
    stages: tuple[Reached, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Audited:
    """An audit of decisions: `audit.fairness.report.Report` as JSON."""

    report: dict[str, Any]


@dataclass(frozen=True)
class Named:
    """Of how many applications something is true, and of what share of all; None is hidden."""

    name: str
    count: int | None
    share: Share | None


@dataclass(frozen=True)
class Reasons:
    """Which reasons were told, of how many decisions; one tells several."""

    decided: int
    named: tuple[Named, ...]


@dataclass(frozen=True)
class Prices:
    """The cheapest offer of each who had one: quartiles of its yearly price, 0.24 for 24%."""

    offered: int
    lower: float
    median: float
    upper: float


@dataclass(frozen=True)
class Offers:
    """What was offered: how many offers each had, at what price, and by which lenders."""

    decided: int
    counts: tuple[Named, ...]
    prices: Prices | None
    lenders: tuple[Named, ...]


@dataclass(frozen=True)
class Answered:
    """Cases of a kind that were opened in the period, as they stood at its end.

    Args:
        kind: of the cases.
        opened: how many; in_time, late: of them answered until they were due, or after.
        waiting, overdue: not answered and not due yet, or past due.
        hours: median from opening to answer, whole; None of fewer than ten answers.
    """

    kind: Kind
    opened: int | None
    in_time: int | None
    late: int | None
    waiting: int | None
    overdue: int | None
    hours: float | None


@dataclass(frozen=True)
class Due:
    """How many open cases fall due in a week, by its Monday."""

    week: date
    cases: int | None


@dataclass(frozen=True)
class Questions:
    """Complaints, reviews and what else people asked for, opened in the period."""

    kinds: tuple[Answered, ...]
    due: tuple[Due, ...]


@dataclass(frozen=True)
class Allocated:
    """Of each programme that was allocated in the period the last time it was."""

    made: tuple[Overview, ...]


@dataclass(frozen=True)
class Drifted:
    """What drift was found, as JSON of `audit.drift`."""

    found: dict[str, Any]


@dataclass(frozen=True)
class Gate:
    """A gate that a model was held against, and what it found."""

    code: str
    title: str
    colour: Literal["green", "amber", "red"]
    found: str
    expected: str


@dataclass(frozen=True)
class Tried:
    """A recipe that was tried beside the model's.

    Args:
        name: what differs.
        auc: how well it told good loans from bad ones, 0.5 … 1.
        loss: the AUC of the standing recipe - its own; loss_error: its standard error.
        gap: the largest gap of any group, in units of what is tolerated.
        gained: the gap of the standing recipe - its own; gained_error: its standard error.
        chosen: whether the model was fitted by it.
        front: whether no other has as much of the one with as little of the other.
    """

    name: str
    auc: float
    loss: float
    loss_error: float
    gap: float
    gained: float
    gained_error: float
    chosen: bool
    front: bool


@dataclass(frozen=True)
class Model:
    """What decided.

    Args:
        used: version → of how many decisions.
        version: of the one whose card follows, the last that decided; empty where rules did.
        trained_on: its data, in its own words.
        simulated: whether these are simulated.
        gates: what each gate found; none where they are not known.
        tried: what was tried beside it.
    """

    used: tuple[Named, ...]
    version: str
    trained_on: str
    simulated: bool
    gates: tuple[Gate, ...]
    tried: tuple[Tried, ...]


@dataclass(frozen=True)
class Ledger:
    """Where the ledger ended before the edition was entered, and whether it was whole."""

    number: int
    hash: str
    faults: int


@dataclass(frozen=True)
class Edition:
    """What officials are told of a closed period.

    Args:
        format: of this document.
        name: of the period, such as ``2026-Q3``; first, last: its days in Batang.
        made_at: when, UTC.
        simulated: whether people, or what judged them, are simulated.
        decided: applications decided on; None where hidden. erased: those left out because their
            owner is erased since.
        fairness: of the decisions made in the period; outcomes: of loans whose end became known.
    """

    format: Literal[1]
    name: str
    first: date
    last: date
    made_at: datetime
    simulated: bool
    decided: int | None
    erased: int | None
    funnel: Funnel | Missing
    fairness: Audited | Missing
    outcomes: Audited | Missing
    reasons: Reasons | Missing
    offers: Offers | Missing
    questions: Questions | Missing
    allocation: Allocated | Missing
    drift: Drifted | Missing
    model: Model | Missing
    ledger: Ledger


EDITION: Final = TypeAdapter(Edition)
"""Reads and writes editions as JSON."""
