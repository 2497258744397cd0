"""Champion and challenger are compared on the applications that both scored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from audit.decide import decide
from audit.decision import Decision
from audit.result import Kind, Result
from models.risk import RiskModel
from serving.applications import decisions
from serving.rules.shadowed import Comparison, comparisons, rank_correlation
from serving.store import database
from serving.tables import ShadowScore
from tests.audit.cases import APPLICATION, STAMP, history, records_of, rules


@pytest.fixture(scope="module")
def usual(model: RiskModel) -> Decision:
    """Return a decision to make others of."""
    return decide(APPLICATION, records_of(history(10)), rules(model), STAMP)


def keep(engine: Engine, decision: Decision, *said: tuple[float, Kind]) -> None:
    """Put a decision into the database, and what a challenger said of it."""
    name = decision.decision_id
    application = replace(decision.application, application_id=name)
    with database.writing(engine) as session:
        decisions.keep(session, replace(decision, partner_id="granary", application=application))
        for probability, result in said:
            row = {"decision_id": name, "version": "8", "model_digest": "f" * 64, "score": 600}
            session.add(ShadowScore(**row, probability=probability, result=result))


def test_only_what_both_scored_is_compared(engine: Engine, usual: Decision) -> None:
    champion = [0.02, 0.10, 0.30, 0.05]
    challenger: list[tuple[float, Kind]] = [
        (0.03, "eligible"),
        (0.30, "not_yet"),
        (0.20, "not_yet"),
        (0.05, "eligible"),
    ]
    kinds: list[Kind] = ["eligible", "eligible", "not_yet", "eligible"]
    for i, (p, kind, said) in enumerate(zip(champion, kinds, challenger, strict=True)):
        made = replace(usual, decision_id=f"d{i}", probability_of_default=p)
        keep(engine, replace(made, result=Result(kind, ())), said)
    keep(engine, replace(usual, decision_id="unseen"))
    keep(engine, replace(usual, decision_id="ruled", probability_of_default=None), (0.5, "not_yet"))
    (found,) = comparisons(engine)
    differences = [0.01, 0.20, -0.10, 0.0]
    assert found == Comparison(
        champion="7",
        challenger="8",
        challenger_digest="f" * 64,
        n=4,
        mean_difference=pytest.approx(sum(differences) / 4),  # type: ignore[arg-type]
        rank_correlation=pytest.approx(0.8),  # type: ignore[arg-type]
        other_result=0.25,
    )


def test_each_champion_is_compared_for_itself(engine: Engine, usual: Decision) -> None:
    for version, p in (("8", 0.1), ("7", 0.2)):
        versions = replace(usual.versions, model=version)
        made = replace(usual, decision_id=f"d{version}", versions=versions)
        keep(engine, replace(made, probability_of_default=p), (0.1, made.result.kind))
    found = comparisons(engine)
    assert [(one.champion, one.n, one.rank_correlation) for one in found] == [
        ("7", 1, None),
        ("8", 1, None),
    ]


def test_where_nothing_was_scored_there_is_nothing_to_compare(engine: Engine) -> None:
    assert comparisons(engine) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=30))
def test_the_rank_correlation_is_spearmans(pairs: list[tuple[int, int]]) -> None:
    one, other = np.array(pairs, dtype=float).T
    found = rank_correlation(one, other)
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(
            pd.Series(one).corr(pd.Series(other), method="spearman"), abs=1e-12
        )
