"""A version waits for a second person, and none is ever lost."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from features.errors import LumbungError
from serving.access.callers import Caller, Forbidden, NotFound
from serving.access.keys import issue_key
from serving.lending.versions import Kind, Named, Version, kept, propose, revision, verified, verify
from serving.store import database
from tests.audit.cases import NOW
from tests.serving.cases import ANI, BUDI, MILLER, caller
from tests.training.cases import refused

SEED, HUSK = Named("product", "seed"), Named("product", "husk")


@pytest.fixture
def engine(decided: Engine) -> Engine:
    """Return a database with two partners."""
    return decided


def fails(act: Callable[[], object], kind: type[LumbungError], code: str) -> None:
    """Assert that an act is refused, and how."""
    with pytest.raises(kind) as caught:
        act()
    refused(caught, code)


def test_what_one_person_proposes_another_verifies(engine: Engine) -> None:
    proposed = propose(engine, SEED, "{}", ANI, NOW)
    assert proposed == Version("seed", 1, "granary", "{}", NOW, "ani", None, None, None)
    assert (proposed.waits, verified(engine, "product")) == (True, [])
    later = NOW + timedelta(hours=1)
    done = verify(engine, SEED, 1, BUDI, later)
    assert done == replace(proposed, verified_at=later, verified_by="budi")
    assert not done.waits
    assert verified(engine, "product") == [done]


def test_what_is_verified_while_another_proposes_is_verified_and_not_replaced(
    engine: Engine,
) -> None:
    propose(engine, SEED, "{}", ANI, NOW)

    def meanwhile(_: Any, cursor: Any, statement: str, *__: object) -> None:
        del cursor
        if statement.startswith("UPDATE versions SET replaced_at"):
            verify(engine, SEED, 1, BUDI, NOW)

    event.listen(engine, "before_cursor_execute", meanwhile)
    second = propose(engine, SEED, '{"a": 1}', ANI, NOW)
    event.remove(engine, "before_cursor_execute", meanwhile)
    first, waiting = kept(engine, "product")
    assert (first.verified_by, first.replaced_at) == ("budi", None)
    assert waiting == second
    assert waiting.waits


@pytest.mark.parametrize(
    "same",
    [
        ANI,
        replace(ANI, prefix="another-key"),
        replace(ANI, person="carla"),
        replace(ANI, prefix="another-key", person=f" {ANI.person.upper()} "),
    ],
    ids=[
        "the very key",
        "another key of the person",
        "the key under another name",
        "another key of the person written another way",
    ],
)
def test_nobody_verifies_what_they_proposed(engine: Engine, same: Caller) -> None:
    before = propose(engine, SEED, "{}", ANI, NOW)
    fails(lambda: verify(engine, SEED, 1, same, NOW), Forbidden, "same-person")
    assert kept(engine, "product") == [before]


def test_a_key_that_names_nobody_neither_proposes_nor_verifies(engine: Engine) -> None:
    nobody = caller("granary", "")
    fails(lambda: propose(engine, SEED, "{}", nobody, NOW), Forbidden, "nameless-key")
    propose(engine, SEED, "{}", ANI, NOW)
    fails(lambda: verify(engine, SEED, 1, nobody, NOW), Forbidden, "nameless-key")
    assert revision(engine, "product") == 0


@pytest.mark.parametrize("kind", get_args(Kind))
def test_what_an_administrator_gave_neither_proposes_nor_verifies(
    engine: Engine, kind: Kind
) -> None:
    """Else whoever gives keys could be both persons."""
    of, given = Named(kind, "seed"), replace(caller("granary", "carla"), delegated=True)
    fails(lambda: propose(engine, of, "{}", given, NOW), Forbidden, "delegated-key")
    before = propose(engine, of, "{}", ANI, NOW)
    fails(lambda: verify(engine, of, 1, given, NOW), Forbidden, "delegated-key")
    assert kept(engine, kind) == [before]


def test_a_newer_proposal_takes_the_place_of_one_that_waits(engine: Engine) -> None:
    first = propose(engine, SEED, "{}", ANI, NOW)
    later = NOW + timedelta(hours=1)
    second = propose(engine, SEED, '{"a":1}', BUDI, later)
    assert kept(engine, "product") == [replace(first, replaced_at=later), second]
    fails(lambda: verify(engine, SEED, 1, BUDI, later), LumbungError, "not-waiting")
    assert verify(engine, SEED, 2, ANI, later).number == 2
    fails(lambda: verify(engine, SEED, 2, ANI, later), LumbungError, "not-waiting")


def test_the_very_same_proposed_again_is_the_version_that_waits(engine: Engine) -> None:
    first = propose(engine, SEED, "{}", ANI, NOW)
    assert propose(engine, SEED, "{}", ANI, NOW + timedelta(hours=1)) == first
    assert propose(engine, SEED, "{}", BUDI, NOW).number == 2
    verify(engine, SEED, 2, ANI, NOW)
    assert propose(engine, SEED, "{}", BUDI, NOW).number == 3


def test_a_verified_version_stays_while_the_next_one_waits(engine: Engine) -> None:
    propose(engine, SEED, "{}", ANI, NOW)
    first = verify(engine, SEED, 1, BUDI, NOW)
    propose(engine, SEED, '{"a":1}', ANI, NOW)
    assert verified(engine, "product") == [first]


def test_another_partner_neither_takes_a_name_nor_verifies_nor_learns_of_it(
    engine: Engine,
) -> None:
    before = propose(engine, SEED, "{}", ANI, NOW)
    fails(lambda: propose(engine, SEED, "{}", MILLER, NOW), LumbungError, "name-taken")
    for name, number in ((SEED, 1), (SEED, 2), (HUSK, 1)):
        tried = functools.partial(verify, engine, name, number, MILLER, NOW)
        fails(tried, NotFound, "no-such-version")
    assert kept(engine, "product") == [before]


def test_kinds_have_names_and_numbers_of_their_own(engine: Engine) -> None:
    propose(engine, SEED, "{}", ANI, NOW)
    assert propose(engine, Named("budget", "seed"), "{}", MILLER, NOW).number == 1
    verify(engine, SEED, 1, BUDI, NOW)
    assert (revision(engine, "product"), revision(engine, "budget")) == (1, 0)


def test_two_who_propose_at_the_very_same_time_are_told_so(engine: Engine) -> None:
    """The other one's version is there by the time that this one is to be kept."""
    before = propose(engine, SEED, "{}", ANI, NOW)

    def meanwhile(_: Any, cursor: Any, statement: str, said: Any, *__: object) -> None:
        if statement.startswith("INSERT INTO versions"):
            cursor.execute(statement, said)

    event.listen(engine, "before_cursor_execute", meanwhile)
    fails(lambda: propose(engine, SEED, '{"a":1}', BUDI, NOW), LumbungError, "proposed-meanwhile")
    assert kept(engine, "product") == [before]


@settings(deadline=None, max_examples=30)
@given(acts=st.lists(st.sampled_from(["ani", "budi", "verify"]), max_size=8))
def test_at_most_one_waits_no_number_is_missing_and_the_revision_never_falls(
    acts: list[str],
) -> None:
    engine = database.connect("sqlite://")
    database.migrate(engine)
    issue_key(engine, "granary", "Granary")
    before = 0
    for i, act in enumerate(acts):
        waiting = [one for one in kept(engine, "product") if one.waits]
        if act != "verify":
            propose(engine, SEED, str(i), ANI if act == "ani" else BUDI, NOW)
        elif waiting:
            other = BUDI if waiting[0].proposed_by == "ani" else ANI
            verify(engine, SEED, waiting[0].number, other, NOW)
        found = kept(engine, "product")
        assert [one.number for one in found] == list(range(1, len(found) + 1))
        assert sum(one.waits for one in found) <= 1
        assert before <= revision(engine, "product") == len(verified(engine, "product"))
        before = revision(engine, "product")
    engine.dispose()
