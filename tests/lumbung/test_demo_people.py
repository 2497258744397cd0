"""Whoever tries the demonstration signs in at once, by secrets of this machine alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from lumbung.demo_people import LENDER, OFFICE, OFFICER, OFFICIAL, keep_secret, ways
from serving.access import accounts, keys, sessions
from serving.access.callers import NotAuthenticated
from serving.access.signing_in import Shown, change, sign_in
from serving.store import database
from serving.store.sealed import unlock
from tests.audit.cases import NOW
from tests.serving.cases import MASTER, code_at

LATER = NOW + timedelta(days=2)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Return a database with the two partners of the demonstration."""
    engine = unlock(database.connect(f"sqlite:///{tmp_path / 'lumbung.db'}"), MASTER)
    database.migrate(engine)
    keys.add_partner(engine, LENDER, "Granary")
    keys.add_partner(engine, OFFICE, "Dinas", "official")
    yield engine
    engine.dispose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the demonstration keeps by what people sign in."""
    return tmp_path / "accounts.json"


def test_both_sign_in_by_a_code_on_paper_or_by_a_telephone(engine: Engine, file: Path) -> None:
    made = ways(engine, file, NOW)
    assert set(made) == {OFFICER, OFFICIAL}
    for username, partner_id in ((OFFICER, LENDER), (OFFICIAL, OFFICE)):
        way = made[username]
        for code in (way.codes[0], code_at(way.secret, LATER)):
            opened = sign_in(engine, Shown(username, way.password, code), LATER)
            by = sessions.staff_of(engine, opened.token, LATER)
            assert by is not None
            assert by.partner_id == partner_id


def test_a_second_start_keeps_the_password_and_draws_codes_anew(engine: Engine, file: Path) -> None:
    first, second = ways(engine, file, NOW), ways(engine, file, LATER)
    assert [one.username for one in accounts.listed(engine)] == [OFFICER, OFFICIAL]
    for username in first:
        assert first[username].password == second[username].password
        assert first[username].secret == second[username].secret
    old, new = first[OFFICER], second[OFFICER]
    with pytest.raises(NotAuthenticated):
        sign_in(engine, Shown(OFFICER, old.password, old.codes[0]), LATER)
    sign_in(engine, Shown(OFFICER, new.password, new.codes[0]), LATER)


def test_whoever_changed_the_password_gets_one_that_opens_again(engine: Engine, file: Path) -> None:
    way = ways(engine, file, NOW)[OFFICER]
    token = sign_in(engine, Shown(OFFICER, way.password, way.codes[0]), NOW).token
    other = "gabah kering giling 7"
    change(engine, token, Shown(OFFICER, way.password, way.codes[1]), other, NOW)
    again = ways(engine, file, LATER)[OFFICER]
    assert again.password not in (way.password, other)
    sign_in(engine, Shown(OFFICER, again.password, again.codes[0]), LATER)


def test_no_two_machines_have_the_same_and_nobody_else_on_one_reads_it(
    engine: Engine, file: Path
) -> None:
    first = ways(engine, file, NOW)
    assert file.stat().st_mode & 0o777 == 0o600
    file.unlink()  # as on a machine that has made none yet
    second = ways(engine, file, LATER)
    secret = {one for way in first.values() for one in (way.password, way.secret, *way.codes)}
    assert len(secret) == 2 * 12
    assert not secret & {one for way in second.values() for one in (way.password, *way.codes)}


def test_a_file_that_others_read_is_theirs_no_more(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("before", encoding="utf-8")
    file.chmod(0o644)
    keep_secret(file, "after")
    assert (file.read_text(encoding="utf-8"), file.stat().st_mode & 0o777) == ("after", 0o600)
