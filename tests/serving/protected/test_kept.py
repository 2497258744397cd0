"""What owners told for the audit is held apart, under a consent, and goes with it at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select

from audit.decision import Decision
from features.errors import Refused
from serving.access.keys import Asked, issue
from serving.business import businesses, consents
from serving.business.consents import ALL, AUDIT, Given
from serving.business.records import Whose
from serving.editions.gathering import gather
from serving.protected import kept
from serving.protected.gone import destroy, key_name
from serving.protected.kept import Told
from serving.reading.request import Business
from serving.rights.erasing import Lock, erase
from serving.rights.export import export
from serving.store import database
from serving.tables import BusinessKey
from serving.tables.protected import ProtectedRow
from tests.audit.cases import APPLICATION, NOW
from tests.serving.api.test_problems import problem
from tests.serving.cases import DECISIONS, bearer, service_of
from tests.serving.conftest import ON_SQLITE
from tests.training.cases import refused

DATABASES = ("sqlite",)

DAY = timedelta(days=1)
MINE, OTHERS = DECISIONS
WHOSE = Whose("granary", APPLICATION.business_id)
MILL = Whose("mill", APPLICATION.business_id)
TOLD = Told("female", 1986, disability=False)


def agreed(engine: Engine, whose: Whose, *scopes: str) -> None:
    """Keep a business that agreed to some purposes a day ago."""
    with database.writing(engine) as session:
        businesses.put(session, whose, Business(), NOW, NOW)
        for scope in scopes:
            consents.grant(session, whose, Given(scope, NOW - DAY, "form"), NOW)


def put(engine: Engine, whose: Whose = WHOSE, told: Told = TOLD) -> None:
    with database.writing(engine) as session:
        kept.put(session, whose, told, NOW)


def there(engine: Engine) -> tuple[int, int]:
    """Return how many rows are kept, and how many keys of such rows."""
    with database.session(engine) as session:
        rows = session.scalar(select(func.count()).select_from(ProtectedRow))
        mine = BusinessKey.business_id.like("protected/%")
        return rows or 0, session.scalar(select(func.count()).where(mine)) or 0


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
def test_what_is_told_under_a_consent_is_kept_sealed_and_read_again(unlocked: Engine) -> None:
    for whose in (WHOSE, MILL):
        agreed(unlocked, whose, ALL, AUDIT)
    put(unlocked)
    put(unlocked, MILL, Told(None, 1970, disability=None))
    with database.session(unlocked) as session:
        assert kept.find(session, WHOSE) == TOLD
        found = kept.of_all(session, {WHOSE, MILL, Whose("mill", "other")})
        assert found == {WHOSE: TOLD, MILL: Told(None, 1970, disability=None)}
        assert all(b"female" not in row.sealed for row in session.scalars(select(ProtectedRow)))


def test_what_is_told_anew_takes_its_place(unlocked: Engine) -> None:
    agreed(unlocked, WHOSE, ALL, AUDIT)
    put(unlocked)
    put(unlocked, told=Told("male", None, disability=None))
    with database.session(unlocked) as session:
        assert kept.find(session, WHOSE).gender == "male"
    assert there(unlocked) == (1, 1)


@pytest.mark.parametrize("scopes", [(), (ALL,), (AUDIT,), (ALL, "model_improvement")], ids=str)
def test_nothing_is_kept_without_a_consent_to_the_audit(
    unlocked: Engine, scopes: tuple[str, ...]
) -> None:
    agreed(unlocked, WHOSE, *scopes)
    with pytest.raises(Refused) as caught:
        put(unlocked)
    refused(caught, "no-audit-consent")
    assert there(unlocked) == (0, 0)


@pytest.mark.parametrize(("scope", "gone"), [(AUDIT, True), (ALL, True), ("sharing", False)])
def test_it_goes_with_the_consent_and_nothing_else_does(
    decided: Engine, scope: str, *, gone: bool
) -> None:
    agreed(decided, WHOSE, ALL, AUDIT, "sharing")
    put(decided)
    with database.writing(decided) as session:
        assert consents.end(session, WHOSE, scope, NOW, NOW) is gone
    assert there(decided) == ((0, 0) if gone else (1, 1))
    assert export(decided, MINE)["decisions"]


def test_who_consented_anew_since_the_day_of_a_withdrawal_stays(unlocked: Engine) -> None:
    agreed(unlocked, WHOSE, ALL, AUDIT)
    with database.writing(unlocked) as session:
        consents.end(session, WHOSE, AUDIT, NOW, NOW)
        consents.grant(session, WHOSE, Given(AUDIT, NOW + DAY, "form-2"), NOW + DAY)
        kept.put(session, WHOSE, TOLD, NOW + DAY)
        assert not consents.end(session, WHOSE, AUDIT, NOW, NOW + 2 * DAY)
    assert there(unlocked) == (1, 1)


def test_an_applicant_who_withdraws_takes_it_back_too(decided: Engine) -> None:
    agreed(decided, WHOSE, ALL, AUDIT)
    put(decided)
    consents.withdraw(decided, MINE, NOW + DAY)
    assert there(decided) == (0, 0)


def test_who_is_erased_leaves_none_of_it_and_another_partners_stays(
    decided: Engine, tmp_path: Path
) -> None:
    for whose in (WHOSE, MILL):
        agreed(decided, whose, ALL, AUDIT)
        put(decided, whose)
    erase(decided, tmp_path / "listed", WHOSE, NOW, Lock())
    assert there(decided) == (1, 1)
    with database.session(decided) as session:
        assert set(kept.of_all(session, [WHOSE, MILL])) == {MILL}


def test_a_key_has_a_name_that_no_business_has_and_that_fits(unlocked: Engine) -> None:
    name = key_name("x" * 64)
    assert (len(name), name[:10]) == (64, "protected/")
    with database.writing(unlocked) as session:
        assert not destroy(session, WHOSE)


def test_the_owner_reads_it_in_their_export(decided: Engine) -> None:
    agreed(decided, WHOSE, ALL, AUDIT)
    put(decided)
    (row,) = export(decided, MINE)["protected"]
    assert row["sealed"] == {"gender": "female", "birth_year": 1986, "disability": False}
    assert export(decided, OTHERS)["protected"] == []


def test_an_audit_counts_only_who_told_and_consents(decided: Engine, made: Decision) -> None:
    agreed(decided, WHOSE, ALL, AUDIT)
    put(decided)
    found = gather(decided, made.decided_at, made.decided_at + DAY)
    mine = found.partner == "granary"
    told = {name: of[mine].tolist() for name, of in found.protected.items()}
    assert told == {"gender": ["female"], "age": ["35 to 54"], "disability": ["without"]}
    assert {of[~mine].item() for of in found.protected.values()} == {""}


@ON_SQLITE
def test_a_lender_hands_it_in_and_takes_it_back(
    client: TestClient, granary: dict[str, str], mill: dict[str, str]
) -> None:
    engine = service_of(client.app).engine  # type: ignore[arg-type]
    key = bearer(issue(engine, "granary", Asked("siti", ["protected"]), NOW))
    address = f"/v1/businesses/{WHOSE.business_id}/protected"
    said = {"gender": "female", "birth_year": 1986, "disability": None}
    problem(client.put(address, json=said, headers=granary), 403, "missing-scope")
    problem(client.put(address, json=said, headers=key), 404, "no-business")
    agreed(engine, WHOSE, ALL)
    problem(client.put(address, json=said, headers=key), 409, "no-audit-consent")
    agreed(engine, WHOSE, AUDIT)
    assert client.put(address, json=said, headers=key).json() == said
    assert client.get(address, headers=key).json() == said
    problem(client.get(address, headers=mill), 403, "missing-scope")
    assert client.delete(address, headers=key).status_code == 204
    problem(client.get(address, headers=key), 404, "not-told")
    assert there(engine) == (0, 0)
    assert client.put(address, json=said, headers=key).status_code == 200
    ended = f"/v1/businesses/{WHOSE.business_id}/withdrawals"
    assert client.post(ended, json={"scope": AUDIT}, headers=granary).status_code == 200
    assert there(engine) == (0, 0)


@pytest.mark.parametrize(
    "wrong",
    [{"gender": "x"}, {"birth_year": 1899}, {"birth_year": "1986"}, {"religion": "x"}],
    ids=str,
)
def test_nothing_else_is_asked_for(shared: TestClient, wrong: dict[str, object]) -> None:
    engine = service_of(shared.app).engine  # type: ignore[arg-type]
    key = bearer(issue(engine, "granary", Asked("siti", ["protected"]), NOW))
    problem(shared.put("/v1/businesses/b/protected", json=wrong, headers=key), 422, "bad-request")
