"""An edition is kept once, to the letter, and the ledger finds whatever is changed of it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from audit.decision import Decision
from audit.editions.period import Period
from features.errors import Refused
from serving.access.callers import NotFound
from serving.editions import keeping
from serving.ledger import checkpoints
from serving.ledger.verification import verify
from serving.settings import Settings
from serving.store import database
from serving.tables import LedgerRow
from tests.serving.editions.edition_cases import AFTER, PERIOD, edition, later, quarter

DATABASES = ("sqlite",)


def test_it_is_read_as_it_was_made_and_its_digest_is_the_ledgers(
    unlocked: Engine, made: Decision
) -> None:
    quarter(unlocked, made)
    found = edition(unlocked)
    kept = keeping.find(unlocked, "2026-Q3")
    assert kept.edition == found
    with database.session(unlocked) as session:
        entry = session.get_one(LedgerRow, kept.entry)
    assert (entry.kind, entry.subject) == ("edition", "2026-Q3")
    assert entry.digest == kept.digest == hashlib.sha256(kept.text.encode()).hexdigest()
    assert kept.before is None
    assert kept.signed is None


def test_a_change_of_one_letter_is_found(unlocked: Engine) -> None:
    edition(unlocked)
    assert verify(unlocked, (), lambda *_: None).wrong == 0
    with unlocked.begin() as connection:
        changed = "UPDATE editions SET record = replace(record, '2026-07-01', '2026-07-02')"
        connection.execute(text(changed))
    (fault,) = verify(unlocked, (), lambda *_: None).faults
    assert (fault.code, fault.where) == ("evidence-changed", "edition 2026-Q3")
    with unlocked.begin() as connection:
        connection.execute(text("DELETE FROM editions"))
    (fault,) = verify(unlocked, (), lambda *_: None).faults
    assert fault.code == "evidence-gone"


def test_one_of_the_same_period_is_refused_and_enters_nothing(unlocked: Engine) -> None:
    found = edition(unlocked)
    with pytest.raises(Refused) as refused:
        keeping.keep(unlocked, replace(found, made_at=later(1)))
    assert refused.value.code == "edition-made"
    assert keeping.find(unlocked, "2026-Q3").edition == found
    assert verify(unlocked, (), lambda *_: None).wrong == 0


def test_one_that_lies_over_another_is_refused_though_both_were_due_when_they_were_begun(
    unlocked: Engine,
) -> None:
    """The length was changed while one was being made; two that overlap could be subtracted."""
    found = edition(unlocked)
    for first, last in (
        (date(2026, 9, 1), date(2026, 9, 30)),
        (date(2026, 7, 1), date(2026, 12, 31)),
    ):
        with pytest.raises(Refused) as refused:
            edition(unlocked, Period(first, last))
        assert refused.value.code == "edition-overlap"
    assert keeping.editions(unlocked) == [found]
    assert verify(unlocked, (), lambda *_: None).wrong == 0


def test_the_first_checkpoint_after_it_signs_it(unlocked: Engine, home: Path) -> None:
    settings = Settings(home=home)
    checkpoints.take(unlocked, settings, AFTER)
    edition(unlocked)
    first = checkpoints.take(unlocked, settings, later(1))
    checkpoints.take(unlocked, settings, later(2))
    kept = keeping.find(unlocked, "2026-Q3")
    assert kept.signed == first
    assert first.number >= kept.entry


def test_editions_are_listed_the_newest_first_and_know_the_one_before(unlocked: Engine) -> None:
    for first, last in ((date(2026, 4, 1), date(2026, 6, 30)), (PERIOD.first, PERIOD.last)):
        edition(unlocked, Period(first, last))
    assert [one.name for one in keeping.editions(unlocked)] == ["2026-Q3", "2026-Q2"]
    assert keeping.newest(unlocked).name == "2026-Q3"
    before = keeping.find(unlocked, "2026-Q3").before
    assert before is not None
    assert before.name == "2026-Q2"
    assert [one.name for one in keeping.lacking(unlocked, "month", date(2026, 11, 3))] == [
        "2026-10"
    ]


def test_what_is_not_there_is_not_found(unlocked: Engine) -> None:
    for asked in (lambda: keeping.find(unlocked, "2026-Q1"), lambda: keeping.newest(unlocked)):
        with pytest.raises(NotFound) as missing:
            asked()
        assert missing.value.code == "no-edition"
