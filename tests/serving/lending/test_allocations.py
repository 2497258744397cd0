"""An allocation spends what lenders put in on who takes part, and all of it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from audit.decision import Decision
from audit.digest import digest
from features.errors import LumbungError, Refused
from matching.allocation.result import Outcome
from models.risk import RiskModel
from serving.access.callers import NotFound
from serving.access.keys import issue_key
from serving.business import consents
from serving.lending import allocations, budgets
from serving.lending.budgets import Budget
from serving.service import Service
from serving.store import database
from serving.store.database import ALONE
from serving.store.sealed import place, unseal
from serving.tables import AllocationRow, OutcomeRow
from tests.audit.cases import NOW, rules
from tests.matching.cases import product
from tests.serving.cases import ANI, BUDI, MILLER
from tests.serving.programme_cases import (
    OTHERS,
    SEED,
    TUTI,
    WAWAN,
    entered,
    favoured,
    opened,
    put_in,
)
from tests.training.cases import refused

ASKED = 5_000_000
"""What each application asks for."""


@pytest.fixture
def engine(decided: Engine) -> Engine:
    """Return a database with two officials' offices, and a programme that is open."""
    for name in ("dinas", "bupati"):
        issue_key(decided, name, name, person="tuti", kind="official")
    opened(decided)
    return decided


@pytest.fixture
def service(engine: Engine, model: RiskModel) -> Service:
    """Return a service with the rules of the audit's cases, at `NOW`."""
    return Service(engine, lambda: rules(model), now=lambda: NOW)


@pytest.fixture
def full(service: Service, made: Decision) -> Service:
    """Return it with granary's budget for two loans, and one application too many."""
    put_in(service.engine, 2 * ASKED)
    entered(service.engine, favoured(made, "a"), ("women",))
    entered(service.engine, favoured(made, "b"))
    entered(service.engine, favoured(made, "c", "mill"), by=MILLER)
    return service


def all_outcomes(engine: Engine) -> dict[str, Outcome]:
    """Return what every application got in the first allocation."""
    with database.session(engine) as session:
        rows = session.scalars(select(OutcomeRow).where(OutcomeRow.number == 1)).all()
        return {row.decision_id: _read(session, row) for row in rows}


def _read(session: Session, row: OutcomeRow) -> Outcome:
    its = place("outcomes", "record", row.programme_id, row.number, row.decision_id)
    return allocations.OUTCOME.validate_json(unseal(session, row.partner_id, its, row.record))


def test_budgets_are_spent_on_who_takes_part_and_never_beyond(full: Service) -> None:
    made = allocations.allocate(full, "batang", TUTI)
    assert (made.number, made.made_by, made.made_at) == (1, "tuti", NOW)
    found = all_outcomes(full.engine)
    got = [name for name, one in found.items() if one.product_id == "seed"]
    assert set(found) == {"a", "b", "c"}
    assert len(got) == 2
    (without,) = (one for one in found.values() if one.product_id is None)
    assert (without.code, [one.limit for one in without.no_room]) == ("no_room", ["Dana seed"])


def test_what_it_was_made_of_is_kept_with_it(full: Service) -> None:
    made = allocations.allocate(full, "batang", TUTI)
    with database.session(full.engine) as session:
        row = session.get_one(AllocationRow, ("batang", 1))
        inputs: dict[str, Any] = json.loads(row.inputs)
        result = allocations.RESULT.validate_json(row.result)
    assert digest(inputs) == row.digest == made.digest
    assert (inputs["day"], inputs["version"], inputs["budgets"]) == ("2026-11-24", 1, {"seed": 1})
    assert [one["product_id"] for one in inputs["products"]] == ["seed"]
    budget = {one["name"]: one for one in inputs["programme"]["limits"]}["Dana seed"]
    assert (budget["at_most"], budget["products"]) == (2 * ASKED, ["seed"])
    assert len(set(inputs["entries"])) == 3
    assert (result.sums.served, result.sums.lent, result.outcomes) == (2, 2 * ASKED, ())
    assert set(result.beside) >= {"greedy", "deferred_acceptance"}


def test_officials_see_no_number_by_which_a_few_could_be_found(full: Service) -> None:
    seen = allocations.allocate(full, "batang", TUTI).overview
    assert seen.total.met is None
    assert [floor.used for floor in seen.floors] == [None]


def test_an_allocation_is_read_again_as_it_was_made(full: Service) -> None:
    first = allocations.allocate(full, "batang", TUTI)
    put_in(full.engine, 9 * ASKED)
    second = allocations.allocate(full, "batang", TUTI)
    assert (second.number, second.digest != first.digest) == (2, True)
    assert allocations.find(full.engine, "batang", 1, TUTI) == first
    assert allocations.made(full.engine, "batang", TUTI) == [first, second]


def test_a_lender_reads_the_outcomes_of_its_own_applications_only(full: Service) -> None:
    allocations.allocate(full, "batang", TUTI)
    page = allocations.outcomes(full.engine, "batang", 1, ANI)
    assert [one.application_id for one in page.outcomes] == ["a", "b"]
    assert (page.products, page.next_cursor) == ({"seed": SEED.name}, None)
    others = allocations.outcomes(full.engine, "batang", 1, MILLER)
    assert [one.application_id for one in others.outcomes] == ["c"]


def test_outcomes_come_in_pages(full: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocations, "PAGE", 1)
    allocations.allocate(full, "batang", TUTI)
    first = allocations.outcomes(full.engine, "batang", 1, ANI)
    assert [one.application_id for one in first.outcomes] == ["a"]
    last = allocations.outcomes(full.engine, "batang", 1, ANI, first.next_cursor)
    assert ([one.application_id for one in last.outcomes], last.next_cursor) == (["b"], None)


def test_who_has_no_part_in_an_allocation_learns_nothing_of_it(full: Service) -> None:
    allocations.allocate(full, "batang", TUTI)
    engine = full.engine
    hidden: dict[Callable[[], object], str] = {
        lambda: allocations.find(engine, "batang", 1, OTHERS): "no-allocation",
        lambda: allocations.find(engine, "batang", 2, TUTI): "no-allocation",
        lambda: allocations.outcomes(engine, "batang", 1, TUTI): "no-allocation",
        lambda: allocations.outcomes(engine, "batang", 2, ANI): "no-allocation",
        lambda: allocations.allocate(full, "batang", OTHERS): "no-programme",
        lambda: allocations.made(engine, "batang", OTHERS): "no-programme",
    }
    for act, code in hidden.items():
        with pytest.raises(NotFound) as caught:
            act()
        refused(caught, code)


def test_who_withdrew_gets_nothing_and_frees_the_place(full: Service) -> None:
    consents.withdraw(full.engine, "a", NOW)
    allocations.allocate(full, "batang", TUTI)
    found = all_outcomes(full.engine)
    assert {name: one.product_id for name, one in found.items()} == {"b": "seed", "c": "seed"}


def test_without_a_verified_budget_or_anyone_who_asks_there_is_nothing_to_allocate(
    service: Service, made: Decision
) -> None:
    with pytest.raises(Refused) as caught:
        allocations.allocate(service, "batang", TUTI)
    refused(caught, "nothing-to-allocate")
    entered(service.engine, favoured(made, "a"))
    budgets.propose(service.engine, "batang", SEED, Budget(at_most=ASKED), ANI, NOW)
    with pytest.raises(Refused) as caught:
        allocations.allocate(service, "batang", TUTI)
    refused(caught, "nothing-to-allocate")
    budgets.verify(service.engine, "batang", "seed", 1, BUDI, NOW)
    assert allocations.allocate(service, "batang", TUTI).number == 1


def test_a_product_that_is_offered_no_more_takes_no_part(full: Service, model: RiskModel) -> None:
    full.rules = rules(model, products=(product(effective_to="2026-11-01"),))
    with pytest.raises(Refused) as caught:
        allocations.allocate(full, "batang", TUTI)
    refused(caught, "nothing-to-allocate")


def test_a_programme_that_asks_for_more_than_there_is_names_what_is_in_conflict(
    full: Service,
) -> None:
    least = {"name": "At least", "unit": "businesses", "at_least": 3}
    opened(full.engine, limits=[least])
    with pytest.raises(Refused) as caught:
        allocations.allocate(full, "batang", TUTI)
    refused(caught, "programme-infeasible")
    assert "At least" in caught.value.found
    assert "Dana seed" in caught.value.found
    assert allocations.made(full.engine, "batang", TUTI) == []


@pytest.fixture
def meanwhile(full: Service) -> Iterator[None]:
    """Let somebody else allocate the same just before, once all is ready to be kept."""
    others: list[int] = []

    def first(_: Any, __: Any, statement: str, *___: object) -> None:
        if statement == ALONE[full.engine.dialect.name].text and not others:
            others.append(0)
            allocations.allocate(full, "batang", WAWAN)

    event.listen(full.engine, "before_cursor_execute", first)
    yield
    event.remove(full.engine, "before_cursor_execute", first)


@pytest.mark.usefixtures("meanwhile")
def test_of_two_allocations_at_the_very_same_time_one_is_kept_and_nothing_of_the_other(
    full: Service,
) -> None:
    with pytest.raises(LumbungError) as caught:
        allocations.allocate(full, "batang", TUTI)
    refused(caught, "allocated-meanwhile")
    assert [one.made_by for one in allocations.made(full.engine, "batang", TUTI)] == ["wawan"]
    assert set(all_outcomes(full.engine)) == {"a", "b", "c"}
