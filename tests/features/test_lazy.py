"""What is lazy is made once, when it is asked for, and only what was promised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from features.lazy import Lazy, shared


@dataclass
class Thing:
    """Something that remembers, and counts how often it was asked."""

    once: dict[object, Any] = field(default_factory=dict)
    asked: int = 0


@shared
def doubled(thing: Thing, number: int = 1, *, plus: int = 0) -> int:
    thing.asked += 1
    return 2 * number + plus


@shared
def nothing(thing: Thing) -> None:
    thing.asked += 1


@shared
def itself(thing: Thing) -> Thing:
    thing.asked += 1
    return thing


def test_an_answer_is_made_once_for_each_thing_and_each_question() -> None:
    one, other = Thing(), Thing()
    assert [doubled(one, 3), doubled(one, 3), doubled(one, 3, plus=1), doubled(one)] == [6, 6, 7, 2]
    assert one.asked == 3
    assert doubled(other, 3) == 6
    assert other.asked == 1


def test_no_answer_is_an_answer_too() -> None:
    thing = Thing()
    nothing(thing)
    nothing(thing)
    assert thing.asked == 1


def test_what_answers_with_itself_does_not_hold_itself() -> None:
    thing = Thing()
    assert itself(thing) is itself(thing) is thing
    assert thing.asked == 1
    assert thing not in thing.once.values()


class Maker:
    """Makes columns, and keeps the names of those made."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, name: str) -> str:
        self.made.append(name)
        return f"{name}{len(self.made)}"


def test_a_column_is_made_when_asked_for_and_once() -> None:
    maker = Maker()
    columns = Lazy(["a", "b"], maker)
    assert (list(columns), len(columns), maker.made) == (["a", "b"], 2, [])
    assert (columns["b"], columns["b"], columns["a"]) == ("b1", "b1", "a2")


def test_only_what_is_named_is_there_and_looking_makes_nothing() -> None:
    maker = Maker()
    columns = Lazy(["a"], maker)
    more = Lazy(columns, lambda name: columns[name] + "!")
    assert "a" in more
    assert "c" not in more
    with pytest.raises(KeyError):
        more["c"]
    assert maker.made == []
    assert dict(more) == {"a": "a1!"}
