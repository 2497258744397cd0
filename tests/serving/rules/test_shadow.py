"""The challenger scores behind the answers: what it says is kept, and harms nobody."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest
from sqlalchemy import Engine, select

from audit.decide import decide
from features.catalogue import NAMES
from features.rows import Floats
from models.risk import Identity, RiskModel
from serving.jobs import batches
from serving.jobs.deciding import Batches
from serving.rules import shadow
from serving.rules.fetched import Registered
from serving.rules.shadow import Shadow
from serving.service import Service
from serving.store import database
from serving.tables import ShadowScore
from tests.audit.cases import APPLICATION, NOW, STAMP, history, records_of, rules
from tests.conftest import made_up_table
from tests.serving.cases import asked, body
from tests.serving.conftest import ON_SQLITE
from training.fitting.fit import fit


@pytest.fixture(scope="module")
def other(identity: Identity) -> RiskModel:
    """Return a model of other loans than *model* was fitted on, that finds nobody unlike them."""
    return replace(fit(made_up_table(seed=2), identity, seed=0), novelty=None)


def turned(kind: type[RiskModel], model: RiskModel) -> RiskModel:
    """Return a model of another kind, made of the very same parts."""
    return kind(**{part.name: getattr(model, part.name) for part in fields(model)})


def service_with(engine: Engine, model: RiskModel, challenger: RiskModel | None) -> Service:
    """Return a service with a challenger of version 8."""
    found = None if challenger is None else Registered("8", challenger, None)
    return Service(engine, lambda: rules(model), lambda: NOW, challenge=lambda: found)


def kept(engine: Engine) -> dict[str, ShadowScore]:
    """Return what the challenger said, by decision."""
    with database.session(engine) as session:
        return {row.decision_id: row for row in session.scalars(select(ShadowScore))}


def test_every_decision_gets_what_the_challenger_would_have_said(
    engine: Engine, model: RiskModel, other: RiskModel
) -> None:
    service = service_with(engine, model, other)
    made = [service.decide(asked(200 + i, application_id=f"a{i}"), "granary") for i in range(3)]
    service.end()
    found = kept(engine)
    assert set(found) == {decision.decision_id for decision in made}
    for decision in made:
        row = found[decision.decision_id]
        vector = np.array([list(decision.features.values())], dtype=float)
        assert row.probability == float(other.probability(vector)[0])
        assert row.probability != decision.probability_of_default
        assert row.score == round(float(other.points(vector)[0]))
        assert (row.version, row.model_digest) == ("8", other.digest)
        assert row.result == "eligible"


def test_the_answers_are_the_same_with_and_without_a_challenger(
    engine: Engine, model: RiskModel, other: RiskModel
) -> None:
    followed, alone = (service_with(engine, model, c) for c in (other, None))
    one = followed.decide(asked(), "granary")
    two = alone.decide(asked(), "mill")
    followed.end()
    assert replace(two, decision_id=one.decision_id, partner_id="granary") == one


def test_a_request_sent_again_is_scored_once(
    engine: Engine, model: RiskModel, other: RiskModel
) -> None:
    service = service_with(engine, model, other)
    for _ in range(3):
        service.decide(asked(), "granary")
    service.end()
    assert len(kept(engine)) == 1


def lost(service: Service) -> float | None:
    """Return how many decisions the figures say have no shadow."""
    return service.metrics.registry.get_sample_value("lumbung_shadow_lost_total")


@dataclass(frozen=True)
class Broken(RiskModel):
    """A challenger that fails at every other applicant."""

    def contributions(self, vectors: Floats) -> Floats:
        """Fail where the amount asked is odd; its words would tell of a person."""
        if vectors[0, NAMES.index("amount_asked")] % 2:
            raise RuntimeError("3325081234567890")
        return super().contributions(vectors)


def test_a_challenger_that_fails_is_logged_and_the_next_one_is_tried(
    engine: Engine, model: RiskModel, caplog: pytest.LogCaptureFixture
) -> None:
    service = service_with(engine, model, turned(Broken, model))
    odd, even = (
        service.decide(asked(application_id=f"a{amount}", amount=amount), "granary")
        for amount in (5_000_001, 5_000_002)
    )
    service.end()
    assert set(kept(engine)) == {even.decision_id}
    assert lost(service) == 1
    assert f"challenger failed (RuntimeError); decision {odd.decision_id}" in caplog.text
    assert "3325081234567890" not in caplog.text


@dataclass(frozen=True)
class Slow(RiskModel):
    """A challenger that scores once it is let."""

    def contributions(self, vectors: Floats) -> Floats:
        """Wait, then answer."""
        LET.wait()
        return super().contributions(vectors)


LET = threading.Event()


def test_a_challenger_that_is_behind_is_never_waited_for(
    engine: Engine,
    model: RiskModel,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It works on the first, two wait, and the others go without."""
    monkeypatch.setattr(shadow, "MOST_WAITING", 2)
    LET.clear()
    service = service_with(engine, model, turned(Slow, model))
    made = [service.decide(asked(application_id=f"a{i}"), "granary") for i in range(6)]
    behind = lost(service) or 0
    assert behind in (3, 4)  # the worker may not have taken the first one yet
    assert 0 < caplog.text.count("challenger behind") < behind
    assert kept(engine) == {}
    LET.set()
    service.end()
    assert len(kept(engine)) == len(made) - behind
    assert lost(service) == behind


@ON_SQLITE
def test_a_batch_is_decided_without_the_shadows_that_there_is_no_time_for(
    engine: Engine, model: RiskModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadow, "MOST_WAITING", 2)
    LET.clear()
    service = service_with(engine, model, turned(Slow, model))
    lines = [json.dumps(body(1, application_id=f"a{i}")).encode() for i in range(6)]
    job_id = batches.start(engine, "granary", lines, NOW).job_id
    step = Batches(service).step
    while step():
        pass
    job = batches.find(engine, "granary", job_id)
    assert (job.state, job.done, job.bad) == ("done", 6, 0)
    LET.set()
    service.end()
    assert len(kept(engine)) == 6 - (lost(service) or 0)


def test_what_waits_when_the_service_ends_is_given_up_after_a_while(
    engine: Engine,
    model: RiskModel,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(shadow, "MOST_WAITING", 1)
    monkeypatch.setattr(shadow, "SECONDS_TO_END", 0.01)
    LET.clear()
    challenger = turned(Slow, model)
    worker = Shadow(engine, Registered("8", challenger, None))
    decision = decide(APPLICATION, records_of(history(10)), rules(model), STAMP)
    for _ in range(3):
        worker.follow(decision, rules(model))
    worker.end()
    LET.set()
    assert "challenger did not end" in caplog.text


def test_while_the_rules_decide_the_challenger_goes_on(
    engine: Engine, model: RiskModel, other: RiskModel
) -> None:
    service = service_with(engine, model, other)
    over = rules(model, until=NOW.date().replace(year=2025))
    service.load = lambda: over
    made = service.decide(asked(200), "granary")
    service.end()
    assert made.versions.scorer == "rules"
    (row,) = kept(engine).values()
    assert 0 < row.probability < 1


def test_a_service_without_a_challenger_keeps_none(engine: Engine, model: RiskModel) -> None:
    service = service_with(engine, model, None)
    service.decide(asked(), "granary")
    service.end()
    assert kept(engine) == {}
