"""An edition tells of what was decided and asked in its period, and of nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy import Engine

from audit.decision import Decision
from audit.editions.sections import (
    EDITION,
    Allocated,
    Audited,
    Drifted,
    Funnel,
    Missing,
    Model,
    Questions,
    Reasons,
)
from audit.fairness.estimate import Estimate
from serving.editions.making import make
from serving.tables import Base
from tests.audit.cases import NOW
from tests.serving.cases import keep
from tests.serving.editions.edition_cases import (
    AFTER,
    DRIFTED,
    PERIOD,
    REPORT,
    SIZES,
    edition,
    quarter,
)
from tests.serving.pages.programme_cases import keep_allocation, officials_key

DATABASES = ("sqlite",)


def test_it_tells_of_its_period_alone(unlocked: Engine, made: Decision) -> None:
    quarter(unlocked, made)
    officials_key(unlocked)
    keep_allocation(unlocked)  # made after the quarter
    before = edition(unlocked)
    assert PERIOD.until < NOW
    keep(unlocked, made)
    assert make(unlocked, PERIOD, AFTER, lambda _: REPORT).funnel == before.funnel
    assert isinstance(before.funnel, Funnel)
    assert before.decided == before.funnel.asked == sum(SIZES.values())
    kinds = {one.stage: one.stopped for one in before.funnel.stages}
    assert kinds["not_yet"] == SIZES["not_yet"]
    assert kinds["human_review"] == SIZES["human_review"]
    assert sum(one.asked for one in before.funnel.places) == before.decided
    assert before.allocation == Missing("no_allocation")
    assert before.outcomes == Missing("no_outcomes")
    assert isinstance(before.reasons, Reasons)
    assert isinstance(before.questions, Questions)
    reviews = next(one for one in before.questions.kinds if one.kind == "review")
    assert (reviews.opened, reviews.overdue, reviews.in_time) == (SIZES["human_review"], 15, 0)


def test_the_audit_names_places_and_lenders_and_the_model_its_gates(
    unlocked: Engine, made: Decision
) -> None:
    quarter(unlocked, made)
    found = edition(unlocked)
    assert isinstance(found.fairness, Audited)
    told = json.dumps(found.fairness.report)
    assert "Bandar" in told
    assert "Granary" in told
    assert isinstance(found.model, Model)
    assert found.model.version == made.versions.model
    assert [one.code for one in found.model.gates] == ["G01"]
    assert [(one.name, one.chosen) for one in found.model.tried] == [
        ("standing", True),
        ("64 bins", False),
    ]
    last = found.model.tried[-1]
    assert (last.loss, last.gained, last.gained_error) == (0.01, 0.1, 0.25)
    assert found.simulated == made.versions.simulated


def test_the_last_allocation_of_each_programme_in_the_period_is_told(unlocked: Engine) -> None:
    officials_key(unlocked)
    keep_allocation(unlocked)
    with unlocked.begin() as connection:
        table = Base.metadata.tables["allocations"]
        connection.execute(table.update().values(made_at=PERIOD.since))
    found = make(unlocked, PERIOD, AFTER, lambda _: REPORT)
    assert isinstance(found.allocation, Allocated)
    assert [one.programme_id for one in found.allocation.made] == ["batang"]


def test_no_figure_of_drift_is_told_to_the_last_digit(unlocked: Engine, made: Decision) -> None:
    """Of scores and values two digits: with all of them they tell of how many."""
    quarter(unlocked, made)
    off = replace(DRIFTED.findings[0].compared, found=Estimate(1 / 3, 2 / 7, 2 / 3))
    drifted = replace(DRIFTED, findings=(replace(DRIFTED.findings[0], compared=off),))
    found = make(unlocked, PERIOD, AFTER, lambda _: REPORT, drifted=lambda _: drifted)
    assert isinstance(found.drift, Drifted)
    (one,) = found.drift.found["compared"]
    assert (one["value"], one["low"], one["high"]) == (0.33, 0.29, 0.67)


def test_of_a_period_without_anything_it_says_so(unlocked: Engine) -> None:
    found = make(unlocked, PERIOD, AFTER, lambda _: REPORT)
    assert (found.decided, found.erased) == (0, 0)
    assert found.funnel == found.model == Missing("nothing_decided")


def test_what_is_read_again_is_what_was_made(unlocked: Engine, made: Decision) -> None:
    quarter(unlocked, made)
    found = edition(unlocked)
    assert EDITION.validate_json(EDITION.dump_json(found)) == found
