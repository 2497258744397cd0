"""Records that are kept are there once, in order, in sealed chunks, and come back as they were."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, select, update

from features.errors import Refused
from features.rows import Columns
from features.sources import PAYMENTS
from serving.business import columnar, records
from serving.business.records import CHUNK, Kept, Whose
from serving.reading.columns import Values, columns
from serving.store import database
from serving.store.sealed import Tampered
from serving.tables import ChunkRow
from tests.audit.cases import AS_OF, NOW
from tests.serving.cases import asked, payment
from tests.training.cases import refused

MINE, OTHERS, ANOTHER = Whose("granary", "b1"), Whose("mill", "b1"), Whose("granary", "b2")
DAY = timedelta(days=1)


def keep(engine: Engine, values: Values, whose: Whose = MINE, source: str = "payments") -> Kept:
    """Keep records of a business and return what came of them."""
    with database.writing(engine) as session:
        (kept,) = records.append(session, whose, {source: values}, NOW)
    return kept


def known(engine: Engine, whose: Whose = MINE, as_of: datetime = NOW) -> dict[str, Columns]:
    with database.session(engine) as session:
        return records.known(session, whose, ["bills", "payments"], as_of)


def chunks(engine: Engine) -> list[ChunkRow]:
    with database.session(engine) as session:
        return list(session.scalars(select(ChunkRow).order_by(ChunkRow.number)))


def paid(days: list[int], **changed: Any) -> Values:
    """Return a payment of each of some days before `AS_OF`."""
    rows = [
        payment(
            payment_id=f"p{day}",
            occurred_at=(AS_OF - day * DAY).isoformat(),
            known_at=None,
            **changed,
        )
        for day in days
    ]
    return asked(payments=rows).records()["payments"]


def same(found: Columns, values: Values) -> None:
    """Assert that columns are those of a request's rows put in order of time.

    A key is there as the place of its row, which ranks it as the key itself does.
    """
    expected = columns(values, PAYMENTS)
    order = np.lexsort((expected["payment_id"], expected["occurred_at"]))
    expected = {**expected, "payment_id": np.argsort(order)}
    for name in PAYMENTS.names:
        np.testing.assert_array_equal(found[name], expected[name][order])


def test_what_is_kept_comes_back_as_the_columns_of_a_request(unlocked: Engine) -> None:
    sent = asked(200).records()["payments"]
    assert keep(unlocked, sent) == Kept("payments", 400, 0, 0, {})
    assert list(known(unlocked)) == ["payments"]
    same(known(unlocked)["payments"], sent)


def test_what_is_sent_again_is_kept_once(unlocked: Engine) -> None:
    keep(unlocked, paid([3, 2]))
    assert keep(unlocked, paid([2, 1])) == Kept("payments", 1, 0, 1, {})
    same(known(unlocked)["payments"], paid([3, 2, 1]))


def test_what_differs_is_told_and_the_rest_kept(unlocked: Engine) -> None:
    keep(unlocked, paid([3, 2]))
    again = keep(unlocked, paid([2, 1], amount=7))
    assert again == Kept("payments", 1, 0, 0, {"p2": "amount"})
    assert known(unlocked)["payments"]["amount"][-1] == 7


def test_each_business_of_each_partner_has_its_own(unlocked: Engine) -> None:
    for whose, days in ((MINE, [3]), (OTHERS, [2]), (ANOTHER, [1])):
        keep(unlocked, paid(days), whose)
    for whose, days in ((MINE, [3]), (OTHERS, [2]), (ANOTHER, [1])):
        same(known(unlocked, whose)["payments"], paid(days))


def test_what_cannot_count_at_an_instant_is_not_read(unlocked: Engine) -> None:
    keep(unlocked, paid([3]))
    assert known(unlocked, as_of=AS_OF - 3 * DAY) == {}
    assert known(unlocked, as_of=AS_OF + 728 * DAY) == {}
    assert list(known(unlocked, as_of=AS_OF + 727 * DAY)) == ["payments"]


def test_only_the_chunks_that_change_are_written_anew(
    unlocked: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "CHUNK", 3)
    keep(unlocked, paid([9, 8, 7, 6, 5]))
    before = chunks(unlocked)
    assert [chunk.rows for chunk in before] == [3, 2]
    keep(unlocked, paid([4, 3]))
    after = chunks(unlocked)
    assert [chunk.rows for chunk in after] == [3, 3, 1]
    assert after[0].sealed == before[0].sealed
    keep(unlocked, paid([10]))
    assert [chunk.rows for chunk in chunks(unlocked)] == [3, 3, 2]
    same(known(unlocked)["payments"], paid([10, 9, 8, 7, 6, 5, 4, 3]))


def test_a_chunk_says_how_many_records_it_has_and_from_when_to_when(unlocked: Engine) -> None:
    keep(unlocked, paid([9, 1, 5]))
    (chunk,) = chunks(unlocked)
    assert (chunk.rows, chunk.first_at, chunk.last_at) == (3, AS_OF - 9 * DAY, AS_OF - DAY)


def test_nothing_of_a_record_can_be_read_in_the_database(unlocked: Engine) -> None:
    keep(unlocked, paid([1], counterparty="pak-slamet"))
    assert b"pak-slamet" in columnar.written(
        columnar.of_values(paid([1], counterparty="pak-slamet"), PAYMENTS)
    )
    assert all(b"pak-slamet" not in chunk.sealed for chunk in chunks(unlocked))


def test_a_chunk_in_the_place_of_another_is_told(unlocked: Engine) -> None:
    keep(unlocked, paid([1]))
    keep(unlocked, paid([2]), ANOTHER)
    (mine, other) = chunks(unlocked)
    with unlocked.begin() as connection:
        for chunk, sealed in ((mine, other.sealed), (other, mine.sealed)):
            its = ChunkRow.business_id == chunk.business_id
            connection.execute(update(ChunkRow).where(its).values(sealed=sealed))
    with pytest.raises(Tampered):
        known(unlocked)


def test_the_count_is_of_each_source(unlocked: Engine) -> None:
    keep(unlocked, paid([9, 1, 5]))
    with database.session(unlocked) as session:
        (count,) = records.counts(session, MINE)
        assert (count.source, count.records) == ("payments", 3)
        assert (count.first_at, count.last_at) == (AS_OF - 9 * DAY, AS_OF - DAY)
        assert records.counts(session, ANOTHER) == []


def test_a_source_that_is_forgotten_is_gone_and_may_come_again_otherwise(unlocked: Engine) -> None:
    keep(unlocked, paid([2, 1]))
    with database.writing(unlocked) as session:
        assert records.forget(session, MINE, "bills") == 0
        assert records.forget(session, MINE, "payments") == 2
    assert known(unlocked) == {}
    assert keep(unlocked, paid([1], amount=7)).added == 1


def test_a_business_has_no_more_records_than_may_be_kept(
    unlocked: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_KEPT", 2)
    keep(unlocked, paid([2, 1]))
    with pytest.raises(Refused) as caught:
        keep(unlocked, paid([3]))
    refused(caught, "too-many-kept")
    assert chunks(unlocked)[0].rows == 2


def test_a_chunk_holds_as_many_rows_as_are_said_and_no_more(unlocked: Engine) -> None:
    assert CHUNK > 400
    keep(unlocked, asked(200).records()["payments"])
    assert len(chunks(unlocked)) == 1
