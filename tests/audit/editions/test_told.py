"""What is told of a period is what happened in it, as far as it may be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from audit.allocated import Cell, Overview, Place
from audit.editions import told as telling
from audit.editions.happened import Happened, Question
from audit.editions.sections import STAGES, Funnel, Kind, Missing, Offers, Reached, Reasons
from audit.editions.told import told
from audit.fairness.study import Counted

END = datetime(2026, 9, 30, 17, tzinfo=UTC)
DAY = timedelta(days=1)


def happened(sizes: dict[str, int]) -> Happened:
    """Return decisions, so many at each stage; who is offered something has two offers at 10%."""
    stage = np.repeat([STAGES.index(name) for name in sizes], list(sizes.values()))
    offered = stage >= STAGES.index("offered")
    return Happened(
        stage=stage,
        approved=stage >= STAGES.index("eligible"),
        to_person=stage == STAGES.index("human_review"),
        offers=np.where(offered, 2, 0),
        price=np.where(offered, 0.1, np.nan),
        reasons={"R01": ~offered, "R02": np.zeros(stage.size, dtype=bool)},
        lenders={"Granary": offered},
        models={"7": np.ones(stage.size, dtype=bool)},
    )


MANY = happened({"not_yet": 50, "human_review": 20, "offered": 40, "entered": 30, "allocated": 60})


def question(kind: Kind, *, due: datetime, answered: datetime | None = None) -> Question:
    return Question(kind, due - 10 * DAY, due, answered)


def test_the_funnel_counts_each_application_once_as_far_as_it_came() -> None:
    kecamatan = Counted((("kecamatan",), ("Batang",)), "decided", 80, 0.5)
    sector = Counted((("sector",), ("G",)), "decided", 80, 0.5)
    found = telling.funnel(told(MANY, [], END), [kecamatan, sector])
    assert isinstance(found, Funnel)
    stopped = [50, 20, 0, 40, 30, 60]
    assert found.asked == sum(stopped) == 200
    assert [one.stopped for one in found.stages] == stopped
    assert [one.reached for one in found.stages] == [200, 150, 130, 130, 90, 60]
    ((place),) = found.places
    assert (place.kecamatan, place.asked, place.eligible.value) == ("Batang", 80, 0.5)
    assert place.eligible.low < 0.5 < place.eligible.high


def test_a_sum_of_what_is_hidden_is_not_told_either() -> None:
    few = happened({"not_yet": 90, "human_review": 20, "offered": 60, "entered": 6})
    found = telling.funnel(told(few, [], END), ())
    assert isinstance(found, Funnel)
    assert found.stages[4:] == (Reached("entered", None, None), Reached("allocated", 0, 0))
    assert found.stages[3].stopped is None


def test_what_an_allocation_hides_the_funnel_does_not_tell() -> None:
    """Of 90 in a programme 60 are served, and it hides those who were not: 30 entered, no more."""
    of = told(MANY, [], END)
    cell = Cell(60, 600)
    whole = Place("", (cell,), met=cell, no_room=Cell(30, 300), no_fit=Cell(0, 0), asked=cell)
    for total, hidden in ((whole, False), (replace(whole, no_room=None, asked=None), True)):
        made = Overview(
            "p", "P", "businesses", END.date(), None, (), (), total, (), (), simulated=True
        )
        found = telling.funnel(of, (), [made])
        assert isinstance(found, Funnel)
        by_stage = {one.stage: (one.stopped, one.reached) for one in found.stages}
        for stage in ("offered", "entered", "allocated"):
            assert (by_stage[stage] == (None, None)) is hidden
        assert by_stage["not_yet"][0] == 50


def test_reasons_and_offers_are_shares_of_all_who_were_decided_on() -> None:
    of = told(MANY, [], END)
    reasons, offers = telling.reasons(of), telling.offers(of)
    assert isinstance(reasons, Reasons)
    assert isinstance(offers, Offers)
    first, second = reasons.named
    assert (first.name, first.count, second.count) == ("R01", 70, 0)
    assert first.share is not None
    assert first.share.value == pytest.approx(0.35)
    assert [one.count for one in offers.counts] == [70, 0, 130, 0]
    assert offers.prices is not None
    assert (offers.prices.offered, offers.prices.median) == (130, 0.1)
    assert [(one.name, one.count) for one in offers.lenders] == [("Granary", 130)]


def test_questions_are_told_as_they_stood_at_the_end() -> None:
    due = END + 3 * DAY
    asked = [
        *(question("objection", due=END - DAY, answered=END - 3 * DAY) for _ in range(12)),
        *(question("objection", due=END - 5 * DAY, answered=END - DAY) for _ in range(11)),
        *(question("objection", due=due) for _ in range(14)),
        *(question("objection", due=END - DAY) for _ in range(10)),
        *(question("correction", due=due + 14 * DAY) for _ in range(3)),
    ]
    found = telling.questions(told(MANY, asked, END))
    objections = next(one for one in found.kinds if one.kind == "objection")
    assert (objections.opened, objections.in_time, objections.late) == (47, 12, 11)
    assert (objections.waiting, objections.overdue) == (14, 10)
    assert objections.hours == pytest.approx(8 * 24)
    corrections = next(one for one in found.kinds if one.kind == "correction")
    assert (corrections.opened, corrections.hours) == (None, None)
    weeks = {one.week: one.cases for one in found.due}
    assert weeks[date(2026, 9, 28)] == 24
    assert weeks[date(2026, 10, 12)] is None


def test_a_review_and_the_application_it_is_about_are_told_of_together() -> None:
    """The funnel hides how many went to a person; the reviews they opened do not tell it."""
    few = happened({"not_yet": 60, "human_review": 30, "eligible": 4, "offered": 60})
    shown = told(few, [], END).counts
    assert shown["stage:eligible"] is None
    hidden = happened({"not_yet": 60, "human_review": 7, "offered": 60})
    asked = [question("review", due=END + DAY) for _ in range(7)]
    counts = told(hidden, asked, END).counts
    assert counts["stage:human_review"] is None
    assert counts["review:opened"] is None
    assert counts["stage:not_yet"] is None


def test_of_nobody_and_of_a_few_it_is_said_why_nothing_is_told() -> None:
    for sizes, why in (({}, "nothing_decided"), ({"not_yet": 6, "offered": 5}, "too_few")):
        of = told(happened(sizes or {"not_yet": 0}), [], END)
        for part in (telling.funnel(of, ()), telling.reasons(of), telling.offers(of)):
            assert part == Missing(why)  # type: ignore[arg-type]
