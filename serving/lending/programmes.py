"""Programmes of officials: proposed, verified by a second person, and open on their days.

In force on a day is the last verified version whose first day has come. Its lenders' budgets
(`serving.lending.budgets`) are limits of it, and only products with a budget take part: nobody's
money is allocated without their word.

For pages: `shelf` is what an official has, `history` one programme's versions, `running` what
lenders may take part in, `propose` and `verify` what officials do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import Engine

from audit.days import wib
from features.errors import Refused
from matching.allocation.programme import Programme
from serving.access.callers import Caller, NotFound
from serving.lending import terms, versions
from serving.lending.versions import Named, Version, beside
from serving.tables import VersionRow

State = Literal["waiting", "replaced", "not_yet_in_force", "in_force", "expired"]

OURS: Final = ("programme_id",)
"""What the service sets in a programme."""


@dataclass(frozen=True)
class Planned:
    """A version of a programme, and where it stands on the day asked about."""

    programme: Programme
    state: State
    version: Version


def propose(
    engine: Engine, programme_id: str, sent: terms.Terms, by: Caller, now: datetime
) -> Planned:
    """Propose a programme, which waits for a second person.

    Args:
        engine: the database.
        programme_id: of the programme, new or there already.
        sent: all fields of a `Programme` but `OURS`.
        by: who proposes.
        now: the time, UTC.

    Raises:
        Faulty: it is none (``bad-programme``); it tells every fault.
        Forbidden, Refused: as `versions.propose`.
    """
    programme = terms.read(Programme, sent, "bad-programme", {"programme_id": programme_id})
    named = Named("programme", programme_id)
    version = versions.propose(engine, named, programme.model_dump_json(), by, now)
    return Planned(programme, "waiting", version)


def verify(engine: Engine, programme_id: str, number: int, by: Caller, now: datetime) -> Planned:
    """Verify a programme that a colleague proposed; arguments and raises as `versions.verify`."""
    version = versions.verify(engine, Named("programme", programme_id), number, by, now)
    programme = read(version)
    return Planned(programme, _of_terms(programme, wib(now)), version)


def shelf(engine: Engine, partner_id: str, day: date) -> list[Planned]:
    """Return an official's programmes on a day (WIB), by id: all versions but the replaced."""
    own = versions.kept(engine, "programme", VersionRow.partner_id == partner_id)
    return [one for one in _placed(own, day) if one.state != "replaced"]


def history(engine: Engine, partner_id: str, programme_id: str, day: date) -> list[Planned]:
    """Return all versions of an official's own programme, the oldest first."""
    of = (VersionRow.partner_id == partner_id, VersionRow.name == programme_id)
    return _placed(versions.kept(engine, "programme", *of), day)


def running(engine: Engine, day: date) -> list[Planned]:
    """Return every official's programmes that are in force on a day (WIB), by id."""
    found = _placed(versions.verified(engine, "programme"), day)
    return [one for one in found if one.state == "in_force"]


def find(engine: Engine, programme_id: str, day: date) -> Planned:
    """Return the programme in force on a day (WIB).

    Raises:
        NotFound: there is no such programme (``no-programme``).
        Refused: there is, and the day is none of its days (``programme-closed``).
    """
    of = (VersionRow.name == programme_id, VersionRow.verified_at.is_not(None))
    found = _placed(versions.kept(engine, "programme", *of), day)
    if not found:
        raise no_programme()
    for one in found:
        if one.state == "in_force":
            return one
    raise Refused(
        found="a day on which the programme is not open",
        expected="one from effective_from to effective_to",
        hint="GET /v1/programmes lists those that are open.",
        code="programme-closed",
    )


def of_official(engine: Engine, programme_id: str, partner_id: str) -> None:
    """Raise NotFound (``no-programme``) unless a programme is an official's own."""
    of = (VersionRow.partner_id == partner_id, VersionRow.name == programme_id)
    if not versions.kept(engine, "programme", *of):
        raise no_programme()


def no_programme() -> NotFound:
    """Return the error of a programme that there is not, or not for who asks."""
    return NotFound(
        found="no such programme",
        expected="the id of a programme that is verified, an official's of their own",
        hint="GET /v1/programmes lists them.",
        code="no-programme",
    )


def read(version: Version) -> Programme:
    """Return the programme of a version."""
    return Programme.model_validate_json(version.record)


def _placed(found: Iterable[Version], day: date) -> list[Planned]:
    """Return versions with where they stand on a day; they come by name and number."""
    planned = [(read(version), version) for version in found]
    last = {one.name: one.number for programme, one in planned if _begun(programme, one, day)}
    return [
        Planned(
            programme,
            beside(version, last.get(version.name, 0)) or _of_terms(programme, day),
            version,
        )
        for programme, version in planned
    ]


def _begun(programme: Programme, version: Version, day: date) -> bool:
    verified_at = version.verified_at
    return verified_at is not None and wib(verified_at) <= day and programme.effective_from <= day


def _of_terms(programme: Programme, day: date) -> State:
    """Return where a verified programme stands by its own days."""
    if day > programme.effective_to:
        return "expired"
    return "in_force" if programme.effective_from <= day else "not_yet_in_force"
