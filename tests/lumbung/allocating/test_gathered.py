"""The pool says of each application what a decision on the same records says."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from audit.decide import Stamp, assess
from audit.decision import Decision
from benchmarks.applicants import Applicant, applicants
from features.errors import Refused
from features.records import CONSENTS
from lumbung.allocating import gathered
from lumbung.allocating.gathered import Gathered, gather
from models.risk import RiskModel
from models.rules import RulesOnly
from tests.audit.cases import NOW
from tests.lumbung.allocating.cases import ASSUMED, asked, known, terms
from tests.training.cases import refused
from tests.training.engines.cases import simulated
from training.datasets import read

Json = dict[str, Any]


def agreed(consents: list[Json], scope: str, as_of: datetime) -> bool:
    """Return whether a consent held on the day of the application and holds still."""
    return any(
        one["scope"] == scope and one["granted_at"] <= as_of and one["withdrawn_at"] is None
        for one in consents
    )


def facts(one: Applicant, usable: Mapping[str, list[Json]]) -> Json:
    """Return what the records say of a business, by plain Python."""
    as_of = one.application.as_of
    before = {
        name: [row for row in rows if row["occurred_at"] < as_of and row["known_at"] < as_of]
        for name, rows in usable.items()
    }

    def stated(column: str) -> Any:
        said = [row[column] for row in before.get("profile", []) if row[column] is not None]
        return said[-1] if said else None

    newest = {r["facility"]: r for r in before.get("credit", []) if r["kind"] == "month"}
    running = [row for row in newest.values() if row["status"] == "running"]
    started = stated("started_at")
    return {
        "started_on": started and (started + timedelta(hours=7)).date(),
        "kbli": stated("sector"),
        "kecamatan": stated("kecamatan"),
        "documents": {*(ASSUMED.documents or ()), *(["nib"] if stated("nib") else [])},
        "active_bank_loans": sum(row["lender_kind"] == "bank" for row in running)
        if before.get("credit")
        else None,
        "existing_instalments": sum(row["instalment"] or 0 for row in running),
        "held_products": frozenset(),
    }


@pytest.fixture(scope="module")
def decided(base: Path, model: RiskModel) -> dict[str, Decision]:
    """Return the decision on each application that may be allocated, one by one."""
    tables, against = read(simulated(base)).tables, terms(model)
    consents = tables["consents"].partition_by("business_id", as_dict=True)
    told = {row["application_id"]: row for row in tables["applications"].iter_rows(named=True)}
    out = {}
    for one in applicants(tables):
        asked = one.application
        given = consents[(asked.business_id,)].to_dicts()
        row = told[asked.application_id]
        may = all(agreed(given, scope, asked.as_of) for scope in ("scoring", "sharing"))
        if row["answer"] == "withdrawn" or not may:
            continue
        usable = {name: r for name, r in one.records.items() if agreed(given, name, asked.as_of)}
        known = dataclasses.replace(asked.business, **facts(one, usable))
        every = one.columns()
        records = {name: every[name] for name in usable}
        stamp = Stamp("d", row["partner_id"] or "", NOW)
        case, _ = assess(dataclasses.replace(asked, business=known), records, against.rules, stamp)
        out[asked.application_id] = case.made
    return out


def place(found: Gathered, application_id: str) -> int:
    return found.pool.application_ids.index(application_id)


@pytest.mark.parametrize("chunk", [20_000, 7])
def test_the_pool_is_what_decisions_one_by_one_say(
    base: Path,
    model: RiskModel,
    decided: dict[str, Decision],
    monkeypatch: pytest.MonkeyPatch,
    chunk: int,
) -> None:
    monkeypatch.setattr(gathered, "CHUNK", chunk)
    found = gather(known(base), asked(base), terms(model))
    assert sorted([*found.pool.application_ids, *found.aside]) == sorted(decided)
    kinds = set()
    for name, made in decided.items():
        kinds.add(made.result.kind)
        if name in found.aside:
            assert found.aside[name] == made.result.kind
            continue
        row = place(found, name)
        offers = {offer.product_id: offer.total_cost for offer in made.offers}
        fits = found.pool.fits[row]
        costs = found.pool.cost[row]
        assert offers == {
            product.product_id: costs[column]
            for column, product in enumerate(found.pool.products)
            if fits[column]
        }
        assert found.pool.probability[row] == made.probability_of_default
        assert (made.result.kind == "eligible") == bool(offers)
    assert kinds == {"eligible", "human_review", "not_yet"}


def test_who_decides_without_a_model_leaves_everyone_to_a_person(
    base: Path, model: RiskModel
) -> None:
    against = terms(model)
    alone = dataclasses.replace(against.rules, model=RulesOnly())
    found = gather(known(base), asked(base), dataclasses.replace(against, rules=alone))
    assert len(found.pool) == 0
    assert set(found.aside.values()) == {"human_review"}


def test_that_no_product_is_on_offer_is_told(base: Path, model: RiskModel) -> None:
    with pytest.raises(Refused) as caught:
        gather(known(base), asked(base), terms(model, on=date(2020, 1, 1)))
    refused(caught, "nothing-to-allocate")


def test_of_nobody_there_is_an_empty_pool(base: Path, model: RiskModel) -> None:
    found = gather(known(base), asked(base).clear(), terms(model))
    assert (len(found.pool), found.aside) == (0, {})


def test_a_product_fits_only_who_shares_with_its_lender(
    base: Path, model: RiskModel, tmp_path: Path
) -> None:
    everyone = gather(known(base), asked(base), terms(model)).pool
    lender = everyone.products[int(everyone.fits.any(axis=0).argmax())].lender.id
    rows = pl.read_parquet(known(base))
    named = pl.when(pl.int_range(rows.height) % 2 == 0).then(pl.lit([lender]))
    rows.with_columns(shared_with=named.otherwise(pl.lit(["nobody-here"]))).write_parquet(
        tmp_path / "known.parquet"
    )
    found = gather(tmp_path / "known.parquet", asked(base), terms(model))
    outside = [name for place, name in enumerate(rows["application_id"]) if place % 2]
    assert {name for name, why in found.aside.items() if why == "not_shared"} == set(outside)
    its = np.array([product.lender.id == lender for product in found.pool.products])
    kept = np.isin(everyone.application_ids, found.pool.application_ids)
    assert (found.pool.fits == everyone.fits[kept] & its).all()
    assert found.pool.fits.any()


def test_only_those_asked_for_count(base: Path, model: RiskModel) -> None:
    few = asked(base).head(11)
    found = gather(known(base), few, terms(model))
    assert sorted([*found.pool.application_ids, *found.aside]) == sorted(few.to_series())


def test_who_is_counted_in_a_group_is_told_by_business(base: Path, model: RiskModel) -> None:
    everyone = gather(known(base), asked(base), terms(model)).pool
    some = frozenset(everyone.business_ids[::3])
    pool = gather(known(base), asked(base), terms(model, members={"women": some})).pool
    assert [b in some for b in pool.business_ids] == pool.groups["women"].tolist()


def test_an_unknown_fact_is_no_pass(base: Path, model: RiskModel) -> None:
    known_facts = gather(known(base), asked(base), terms(model)).pool
    nothing = terms(model, assumed=type(ASSUMED)())
    unknown = gather(known(base), asked(base), nothing).pool
    assert unknown.application_ids == known_facts.application_ids
    assert not (unknown.fits & ~known_facts.fits).any()
    asking = [
        column
        for column, product in enumerate(unknown.products)
        if any(rule.field == "programme_loan" for rule in product.eligibility)
    ]
    assert known_facts.fits[:, asking].any()
    assert not unknown.fits[:, asking].any()


def test_the_owner_is_not_counted_among_those_who_work_there(base: Path, model: RiskModel) -> None:
    pool = gather(known(base), asked(base), terms(model)).pool
    profiles = read(simulated(base))["profile"].sort("occurred_at")
    last = {
        row["business_id"]: row["employees"]
        for row in profiles.iter_rows(named=True)
        if row["employees"] is not None
    }
    told = ~np.isnan(pool.employees)
    assert told.sum() > 5
    for business, staff in zip(
        np.array(pool.business_ids)[told], pool.employees[told], strict=True
    ):
        assert staff == max(last[business] - 1, 0)


def test_the_scopes_that_are_asked_about_are_declared() -> None:
    assert {"scoring", "sharing", "programme_groups"} <= set(CONSENTS.column("scope").values)
