"""Each business is counted once, as far as it came; who is erased is not counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from audit.decision import Decision
from audit.funnel import STAGES
from audit.result import Kind, Result
from serving.applications import repayments
from serving.business.records import Whose
from serving.lending.reached import reached
from serving.rights.erasing import Lock, erase
from serving.store import database
from serving.store.sealed import place, seal
from serving.tables import AllocationRow, EntryRow, OutcomeRow
from tests.audit.cases import NOW
from tests.serving.applications.test_repayments import GOOD
from tests.serving.cases import keep

BATANG = "3325100"


def kept(engine: Engine, made: Decision, kind: Kind, number: int, times: int = 1) -> list[str]:
    """Keep decisions with a result on so many businesses, and return their ids."""
    names = []
    for business in range(number):
        for time in range(times):
            name = f"{kind}-{business}-{time}"
            facts = replace(made.application.business, kecamatan=BATANG)
            asked = replace(made.application, application_id=name, business=facts)
            offers = made.offers if kind == "eligible" else ()
            one = replace(
                made,
                decision_id=name,
                partner_id="granary",
                application=replace(asked, business_id=f"{kind}-{business}"),
                result=Result(kind, ()),
                offers=offers,
            )
            keep(engine, one)
            names.append(name)
    return names


def served(engine: Engine, names: list[str]) -> None:
    """Let decisions take part in a programme, and serve them."""
    with database.writing(engine) as session:
        of = {"programme_id": "batang", "number": 1}
        whose = {"partner_id": "granary", "made_at": NOW, "made_by": "tuti", "digest": "f" * 64}
        session.add(AllocationRow(**of, **whose, inputs="{}", result="{}", overview="{}"))
        session.flush()
        for name in names:
            business = name.rpartition("-")[0]
            its = {"programme_id": "batang", "partner_id": "granary", "decision_id": name}
            at = {"agreed_at": NOW, "entered_at": NOW, "business_id": business}
            groups = seal(session, "granary", business, place("entries", "groups", name), b"[]")
            session.add(EntryRow(entry_id=name, **its, **at, groups=groups))
            where = place("outcomes", "record", "batang", 1, name)
            record = seal(session, "granary", business, where, b'{"code": "allocated"}')
            session.add(OutcomeRow(**its, number=1, record=record))


def test_it_counts_businesses_as_far_as_they_came(engine: Engine, made: Decision) -> None:
    kept(engine, made, "not_yet", 11, times=2)
    kept(engine, made, "human_review", 10)
    fit = kept(engine, made, "eligible", 34)
    served(engine, fit[:24])
    repayments.report(engine, "granary", [(name, GOOD) for name in fit[12:]], NOW)
    found = reached(engine)
    told = dict(zip(STAGES, found.total.stopped, strict=True))
    assert found.total.asked == 55
    assert told == {
        "not_yet": 11,
        "human_review": 10,
        "eligible": 0,
        "offered": 10,
        "entered": 0,
        "allocated": 12,
        "repaid": 12,
    }
    assert [place.kecamatan for place in found.places] == [BATANG]


def test_who_is_erased_is_not_counted(engine: Engine, made: Decision, tmp_path: Path) -> None:
    kept(engine, made, "not_yet", 12)
    assert reached(engine).total.asked == 12
    listed = tmp_path / "destroyed.txt"
    erase(engine, listed, Whose("granary", "not_yet-3"), NOW, Lock())
    assert reached(engine).total.asked == 11


def test_of_a_few_nothing_is_told(engine: Engine, made: Decision) -> None:
    kept(engine, made, "not_yet", 9)
    assert reached(engine).total.asked is None
