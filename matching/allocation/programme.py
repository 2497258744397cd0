"""A programme: what is to be had the most of, and the limits within which.

A limit says how much of what: rupiah or businesses, at most or at least, of all that is
allocated or of a part of it. Budgets, quotas and minimums are all limits. A floor says
which share of all should reach a group, as far as its demand allows.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, StringConstraints, ValidationError, ValidationInfo, field_validator

from features.errors import BadInput
from matching import strict_yaml
from matching.fee import Share
from matching.product import Name
from matching.rule import MOST, Record, Text

Objective = Literal["expected_repaid", "businesses", "jobs"]
"""What is to be had the most of: rupiah expected back, businesses served, or jobs in them."""

Unit = Literal["rupiah", "businesses"]

Count = Annotated[int, Field(strict=True, ge=0, le=MOST)]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]+$")]


class Limit(Record):
    """How much may, or must, be allocated of a part of everything.

    Args:
        name: as officials know it, unique in its programme.
        unit: what is counted.
        at_most: no more than this; None: no such limit.
        at_least: no less than this; None: no such limit. Where a minimum cannot be had the
            programme is refused.
        lenders, products, kecamatan: those it is about, by identifier; empty: all.
        kbli: beginnings of the activity codes it is about; empty: all.
        groups: it is about businesses in one of these; empty: all.
    """

    name: Text
    unit: Unit
    at_most: Count | None = None
    at_least: Count | None = Field(default=None, validate_default=True)
    lenders: tuple[Name, ...] = ()
    products: tuple[Name, ...] = ()
    kecamatan: tuple[Digits, ...] = ()
    kbli: tuple[Digits, ...] = ()
    groups: tuple[Name, ...] = ()

    @field_validator("at_least")
    @classmethod
    def _says_something(cls, least: int | None, info: ValidationInfo) -> int | None:
        if "at_most" in info.data and least is None and info.data["at_most"] is None:
            raise ValueError("at_most, at_least or both")
        return least


class Floor(Record):
    """The share of all that should reach a group, as far as its demand allows.

    Args:
        name: as officials know it, unique in its programme.
        group: whom it is about.
        share: of all that is allocated, 0 to 1, to a hundredth of a percent.
        of: what is counted.
    """

    name: Text
    group: Name
    share: Annotated[Share, Field(decimal_places=4)]
    of: Unit = "businesses"


class Preference(Record):
    """In which order a lender takes applicants when it cannot take all.

    Args:
        lender: its identifier.
        order: what comes first.
    """

    lender: Name
    order: Literal["earliest", "lowest_risk", "smallest", "largest"]


class Programme(Record):
    """A programme.

    Args:
        programme_id: unique; name: as people know it.
        objective: what is to be had the most of.
        limits: budgets, quotas, minimums.
        floors: shares for groups, the most urgent first.
        preferences: of lenders; who states none takes the earliest first.
        effective_from, effective_to: first and last day on which it allocates.
        source: where its terms are written.
    """

    programme_id: Name
    name: Text
    objective: Objective
    limits: tuple[Limit, ...]
    floors: tuple[Floor, ...] = Field(default=(), validate_default=True)
    preferences: tuple[Preference, ...] = ()
    effective_from: date
    effective_to: date
    source: Text

    @field_validator("floors")
    @classmethod
    def _names_once(cls, floors: tuple[Floor, ...], info: ValidationInfo) -> tuple[Floor, ...]:
        names = [one.name for one in (*info.data.get("limits", ()), *floors)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"each limit and floor under its own name; twice: {', '.join(twice)}")
        return floors

    @field_validator("preferences")
    @classmethod
    def _lenders_once(cls, stated: tuple[Preference, ...]) -> tuple[Preference, ...]:
        if len({one.lender for one in stated}) < len(stated):
            raise ValueError("one order for each lender")
        return stated

    @field_validator("effective_to")
    @classmethod
    def _ends_after_it_begins(cls, to: date, info: ValidationInfo) -> date:
        if to < info.data.get("effective_from", to):
            raise ValueError(f"at least effective_from, which is {info.data['effective_from']}")
        return to

    @property
    def groups(self) -> frozenset[str]:
        """Return the names of the groups that its limits and floors are about."""
        of_limits = {group for limit in self.limits for group in limit.groups}
        return frozenset(of_limits | {floor.group for floor in self.floors})


def load_programme(path: Path) -> Programme:
    """Return the programme of a YAML file.

    Raises:
        BadInput: the file cannot be used (``bad-programme``); it names every fault.
    """
    try:
        return Programme.model_validate(strict_yaml.parse(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise _bad(path.name, " ".join(str(wrong).split()), "YAML in UTF-8") from wrong
    except ValidationError as wrong:
        places = [".".join(map(str, error["loc"])) or "the whole" for error in wrong.errors()]
        faults = [f"{at}: {e['msg']}" for at, e in zip(places, wrong.errors(), strict=True)]
        where = f"{path.name}: {places[0]}"
        raise _bad(where, "; ".join(faults), "a programme without these faults") from wrong


def _bad(where: str, found: str, expected: str) -> BadInput:
    return BadInput(
        found=found,
        expected=expected,
        hint="matching/allocation/programme.py says what each field holds.",
        code="bad-programme",
        where=where,
    )
