"""An entry's hash is over all that it says, so that no two entries share one."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.chain import GENESIS, Entry

AT = datetime(2026, 11, 27, tzinfo=UTC)
ENTRY = Entry(1, AT, "decision", "granary", "d1", "a" * 64, GENESIS)


def test_the_hash_is_sha256_of_its_json() -> None:
    text = f'[1,{int(AT.timestamp())}000000,"decision","granary","d1","{"a" * 64}","{"0" * 64}"]'
    assert ENTRY.hash == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 2},
        {"at": AT + timedelta(microseconds=1)},
        {"kind": "answer"},
        {"partner_id": None},
        {"partner_id": "null"},
        {"subject": "d2"},
        {"digest": "b" * 64},
        {"previous": "1" * 64},
        {"kind": "decisiong", "partner_id": "ranary"},
    ],
)
def test_whatever_is_changed_changes_the_hash(changed: dict[str, object]) -> None:
    assert set(changed) <= {field.name for field in fields(Entry)}
    assert replace(ENTRY, **changed).hash != ENTRY.hash  # type: ignore[arg-type]
