"""Whoever tries the demonstration gets a link that works, and none once it was used."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from lumbung.demo_people import OFFICER, OFFICIAL, links
from lumbung.demo_programme import OFFICE
from serving.access import accounts, keys
from serving.store import database
from serving.store.sealed import unlock
from tests.audit.cases import NOW
from tests.serving.cases import MASTER, code_at


def test_a_link_is_made_anew_until_somebody_used_it(tmp_path: Path) -> None:
    engine = unlock(database.connect(f"sqlite:///{tmp_path / 'lumbung.db'}"), MASTER)
    database.migrate(engine)
    keys.add_partner(engine, "granary", "Granary")
    keys.add_partner(engine, OFFICE, "Dinas", "official")
    first = links(engine, "granary", NOW)
    assert set(first) == {OFFICER, OFFICIAL}
    later = NOW + timedelta(days=2)
    second = links(engine, "granary", later)
    assert first.keys() == second.keys()
    assert set(first.values()).isdisjoint(second.values())
    token = second[OFFICER].rpartition("/")[2]
    code = code_at(accounts.invited(engine, token, later).secret, later)
    accounts.set_up(engine, token, "gabah kering giling 7", code, later)
    third = links(engine, "granary", later)
    assert (third[OFFICER], third[OFFICIAL] != "") == ("", True)
    kinds = {one.username: one.partner_id for one in accounts.listed(engine)}
    assert kinds == {OFFICER: "granary", OFFICIAL: OFFICE}
    engine.dispose()
