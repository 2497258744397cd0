"""Pages follow each other without gap or repetition, whatever is written meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select

from features.errors import BadInput
from serving.store import database
from serving.store.cursors import Order, written
from serving.tables import VersionRow, WithdrawalRow
from tests.audit.cases import NOW
from tests.training.cases import refused

UPWARDS = Order((WithdrawalRow.at, WithdrawalRow.business_id))
DOWNWARDS = Order((WithdrawalRow.at, WithdrawalRow.business_id), newest_first=True)

Place = tuple[int, str]
PLACES = st.lists(
    st.tuples(st.integers(0, 5), st.text("ab-.9Z", min_size=1, max_size=3)), unique=True
)
often = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def write(engine: Engine, places: list[Place]) -> None:
    with database.session(engine) as session, session.begin():
        session.add_all(
            WithdrawalRow(partner_id="granary", business_id=name, at=NOW + timedelta(hours=hour))
            for hour, name in places
        )


def read(engine: Engine, order: Order, cursor: str | None) -> tuple[list[Place], str | None]:
    with database.session(engine) as session:
        page = order.page(session, select(WithdrawalRow), cursor, 2)
        hours = [round((row.at - NOW) / timedelta(hours=1)) for row in page.rows]
        names = [row.business_id for row in page.rows]
        return list(zip(hours, names, strict=True)), page.next_cursor


@pytest.mark.parametrize("order", [UPWARDS, DOWNWARDS], ids=["upwards", "downwards"])
def test_what_was_there_is_read_once_in_order_though_more_is_written_between(
    engine: Engine, order: Order
) -> None:
    @often
    @given(PLACES, PLACES)
    def holds(there: list[Place], later: list[Place]) -> None:
        with database.session(engine) as session, session.begin():
            session.execute(delete(WithdrawalRow))
        later = [place for place in later if place not in there]
        write(engine, there)
        seen, cursor = read(engine, order, None)
        while cursor is not None:
            write(engine, later[:1])
            later = later[1:]
            page, cursor = read(engine, order, cursor)
            seen += page
        assert [place for place in seen if place in there] == sorted(
            there, reverse=order.newest_first
        )
        assert len(seen) == len(set(seen))

    holds()


def test_a_number_is_a_key_too(engine: Engine) -> None:
    usual = {"kind": "product", "name": "seed", "partner_id": "granary", "record": "{}"}
    usual |= {"proposed_key": "k", "proposed_by": "ani"}
    with database.session(engine) as session, session.begin():
        session.add_all(
            VersionRow(**usual, proposed_at=NOW, verified_at=NOW, number=n) for n in (9, 10, 11)
        )
    with database.session(engine) as session:
        order = Order((VersionRow.number,))
        page = order.page(session, select(VersionRow), written([9]), 5)
        assert ([row.number for row in page.rows], page.next_cursor) == ([10, 11], None)
        for wrong in (written(["9"]), written([-1]), written([2**60]), written([9, 9])):
            with pytest.raises(BadInput) as caught:
                order.page(session, select(VersionRow), wrong, 5)
            refused(caught, "bad-cursor")
