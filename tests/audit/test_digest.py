"""A digest is of a value, however it is written."""

from __future__ import annotations

from audit.digest import digest


def test_a_digest_looks_at_the_value_and_not_at_the_order_of_its_keys() -> None:
    assert digest({"a": 1, "b": [1, 2]}) == digest({"b": [1, 2], "a": 1})
    different = [{"a": 1}, {"a": "1"}, {"a": None}, {"a": [1]}, {"b": 1}, {"a": 1.5}, {"ä": 1}, {}]
    assert len({digest(value) for value in different}) == len(different)
