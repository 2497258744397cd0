"""What waits for a second person, as a page shows it: who proposed it, and what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import yaml

from audit.days import wib
from matching.rule import Record
from serving.lending.versions import Version
from serving.telling import written
from serving.telling.words import wording

SET_BY_US: Final = frozenset({"verified_by", "verified_at"})
"""Fields that change with every verification."""


@dataclass(frozen=True)
class Change:
    """A field that would be another: before and after, as YAML; before is empty where it is new."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Versioned:
    """A version as it is shown.

    Args:
        number: of it; 0 of what came with the installation.
        state: where it stands, in words; waits: whether it waits for a second person.
        told: who proposed and who verified it.
        is_new: whether nothing is in force before it.
        changes: against what is in force, or all that it says where nothing is; empty unless it
            waits.
    """

    number: int
    state: str
    waits: bool
    told: str
    is_new: bool = False
    changes: tuple[Change, ...] = ()


def state(of: str, language: str) -> str:
    """Return where a product, a programme or a budget stands, in words."""
    words = wording(language)
    return words["versions"].get(of) or words["states"][of]


def shown(
    version: Version | None,
    stands: str,
    record: Record,
    before: Record | None,
    language: str,
) -> Versioned:
    """Return a version as it is shown.

    Args:
        version: which; None of what came with the installation.
        stands: its state.
        record: what it says.
        before: what is in force; None where nothing is.
        language: of the words.
    """
    words = wording(language)["versions"]
    if version is None:
        return Versioned(0, state(stands, language), waits=False, told=words["filed"])
    told = [_by(words["proposed"], version.proposed_by, version.proposed_at, language)]
    if version.verified_by and version.verified_at:
        told.append(_by(words["verified"], version.verified_by, version.verified_at, language))
    waits = stands == "waiting"
    changes = changed(before, record) if waits else ()
    stated = state(stands, language)
    return Versioned(version.number, stated, waits, " ".join(told), before is None, changes)


def changed(before: Record | None, after: Record) -> tuple[Change, ...]:
    """Return the fields in which two records differ, in their order; all where there was none."""
    was = {} if before is None else before.model_dump(mode="json")
    now = after.model_dump(mode="json")
    return tuple(
        Change(field, as_yaml(was[field]) if field in was else "", as_yaml(value))
        for field, value in now.items()
        if field not in SET_BY_US and (field not in was or value != was[field])
    )


def as_yaml(value: Any) -> str:
    """Return a value as YAML, without the mark that ends a document."""
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=60)
    return str(text).removesuffix("...\n").strip()


def _by(form: str, person: str, at: datetime, language: str) -> str:
    return form.format(person=person, date=written.day(wib(at), language))
