"""``lumbung outcomes``: decided here, repaid, and learnt from, of those who agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, select

from features.catalogue import NAMES
from lumbung import outcomes
from models.risk import RiskModel
from serving.access.keys import issue_key
from serving.applications import repayments
from serving.business import businesses, consents, records
from serving.business.consents import Given
from serving.business.records import Whose
from serving.ledger.verification import verify
from serving.reading.request import Business
from serving.rights.erasing import Lock, erase
from serving.service import Service
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlocked
from serving.tables import AccessRow, BusinessKey
from tests.audit.cases import AS_OF, NOW, rules
from tests.lumbung.conftest import Lumbung
from tests.serving.applications.test_repayments import GOOD
from tests.serving.cases import asked
from training import datasets
from training.permission import permitted
from training.target import Target

DAY = timedelta(days=1)
BAD = replace(GOOD, as_of=GOOD.as_of + DAY, worst_days_past_due=120)
AGREED = ("scoring", "payments", "model_improvement")


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    """Return the database in the home folder, with a partner."""
    engine = unlocked(Settings(environment="development", home=home))
    database.migrate(engine)
    issue_key(engine, "granary", "Granary")
    yield engine
    engine.dispose()


@pytest.fixture
def service(engine: Engine, model: RiskModel) -> Service:
    return Service(engine, lambda: rules(model), lambda: NOW)


def repaid(service: Service, business_id: str, scopes: tuple[str, ...] = AGREED) -> str:
    """Keep a business with its records, decide on it by them, and report its loan twice."""
    whose, sent = Whose("granary", business_id), asked(40).records()
    with database.writing(service.engine) as session:
        businesses.put(session, whose, Business(), AS_OF - DAY, NOW)
        records.append(session, whose, sent, NOW)
        for scope in scopes:
            consents.grant(session, whose, Given(scope, AS_OF - DAY, "form"), NOW)
    names = {"application_id": f"a-{business_id}", "business_id": business_id}
    kept = asked(1, **names, payments=None, records_from="kept")
    made = service.decide(kept, "granary").decision_id
    repayments.report(service.engine, "granary", [(made, GOOD), (made, BAD)], NOW)
    return made


def test_what_was_decided_and_repaid_is_what_training_reads(
    service: Service, lumbung: Lumbung, tmp_path: Path
) -> None:
    made = service.decision(repaid(service, "b1"), "granary")
    out, table = tmp_path / "data", tmp_path / "features.parquet"
    said = lumbung("outcomes", "--out", out, "--json").json()
    assert said["rows"] == {"payments": 40 * 2, "applications": 1, "outcomes": 1, "consents": 3}
    data = permitted(datasets.read(out), "model_improvement")
    (loan,) = data["outcomes"].select(Target().label(), "application_id").rows()
    assert loan == ("bad", made.decision_id)
    (application,) = data["applications"].rows(named=True)
    assert (application["amount"], application["as_of"]) == (made.application.amount, AS_OF)
    assert lumbung("features", "--data", out, "--out", table, "--json").json()["rows"] == 1
    (row,) = pl.read_parquet(table).select(NAMES).rows(named=True)
    assert row == made.features


def test_only_those_who_agree_now_and_are_not_erased_are_in_it(
    service: Service, lumbung: Lumbung, home: Path, tmp_path: Path
) -> None:
    engine, out = service.engine, tmp_path / "data"
    agreed = {repaid(service, f"b{number}") for number in range(3)}
    repaid(service, "b-silent", ("scoring", "payments"))
    for gone in ("b-erased", "b-withdrew", "b-stopped"):
        repaid(service, gone)
    erase(engine, home / "destroyed-keys.txt", Whose("granary", "b-erased"), NOW, Lock())
    with database.writing(engine) as session:
        for name, scope in (("b-withdrew", "scoring"), ("b-stopped", "model_improvement")):
            consents.end(session, Whose("granary", name), scope, NOW, NOW)
    assert lumbung("outcomes", "--out", out, "--json").json()["rows"]["outcomes"] == 3
    data = datasets.read(out)
    assert set(data["outcomes"]["application_id"]) == agreed
    assert "b1" not in data["applications"]["business_id"].to_list()
    with database.session(engine) as session:
        noted = session.scalars(
            select(AccessRow.subject).where(AccessRow.what == outcomes.WHAT)
        ).all()
        named = select(BusinessKey.key_id).where(BusinessKey.business_id.in_(["b0", "b1", "b2"]))
        assert set(data["applications"]["business_id"]) == set(session.scalars(named))
    assert sorted(noted) == ["business/b0", "business/b1", "business/b2"]
    assert verify(engine, [], lambda *_: None).faults == []


def test_it_is_the_same_however_few_are_written_at_once(
    service: Service, lumbung: Lumbung, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        repaid(service, f"b{number}")
    first, second = tmp_path / "first", tmp_path / "second"
    assert lumbung("outcomes", "--out", first).status == 0
    monkeypatch.setattr(outcomes, "AT_ONCE", 2)
    assert lumbung("outcomes", "--out", second).status == 0
    assert len(list((second / "payments").iterdir())) == 2
    left, right = datasets.read(first), datasets.read(second)
    assert set(left.tables) == set(right.tables)
    assert all(left[name].equals(right[name]) for name in left.tables)


def test_what_training_does_not_take_is_left_out_and_the_rest_is_not(
    service: Service, lumbung: Lumbung, tmp_path: Path
) -> None:
    """A text like a formula, and a year of long ago, are kept here and refused there."""
    repaid(service, "b1")
    payments, out = asked(1).records()["payments"], tmp_path / "data"
    odd = {**payments, "payment_id": ["odd1", "odd2"], "counterparty": ["-", "-1"]}
    long_ago = AS_OF.replace(year=1899)
    with database.writing(service.engine) as session:
        records.append(session, Whose("granary", "b1"), {"payments": odd}, NOW)
        consents.grant(session, Whose("granary", "b1"), Given("bills", long_ago, "form"), NOW)
    ended = lumbung("outcomes", "--out", out, "--json")
    assert ended.json()["rows"] == {
        "payments": 40 * 2,
        "applications": 1,
        "outcomes": 1,
        "consents": 3,
    }
    assert "3 rows that training does not take" in ended.stderr
    assert datasets.read(out)["payments"].height == 40 * 2


def test_with_nothing_to_learn_nothing_is_made(
    service: Service, lumbung: Lumbung, tmp_path: Path
) -> None:
    repaid(service, "b-silent", ("scoring", "payments"))
    out = tmp_path / "data"
    ended = lumbung("outcomes", "--out", out)
    assert ended.status == 3
    assert ended.stderr.strip().splitlines()[0].endswith("nothing-to-learn")
    assert not list(tmp_path.glob("*data*"))
