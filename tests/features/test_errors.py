"""Errors form the tree that is drawn, and say what a person can do about them."""

from __future__ import annotations

import pickle
import re

import pytest

from features import errors
from features.errors import (
    BadInput,
    BadMapping,
    BadTable,
    FingerprintMismatch,
    LumbungError,
    Refused,
    Unavailable,
)

every_error = pytest.mark.parametrize(
    "error",
    [LumbungError, BadInput, BadTable, BadMapping, Refused, FingerprintMismatch, Unavailable],
)


def _make(error: type[LumbungError], where: str | None = None) -> LumbungError:
    return error(
        found="-5",
        expected="an amount of zero or more",
        hint="Swap the direction.",
        code="bad-amount",
        where=where,
    )


def _drawn() -> dict[str, str]:
    """Return each error in the drawing with the one it hangs from."""
    parents: dict[str, str] = {}
    line: list[tuple[int, str]] = [(-1, "LumbungError")]
    for branch, name in re.findall(
        r"^ +((?:│ +)?[├└]── )(\w+)", errors.__doc__ or "", re.MULTILINE
    ):
        depth = len(branch)
        while line[-1][0] >= depth:
            line.pop()
        parents[name] = line[-1][1]
        line.append((depth, name))
    return parents


def _below(error: type[LumbungError]) -> dict[str, str]:
    """Return each error of the module below *error* with its parent."""
    found: dict[str, str] = {}
    for child in error.__subclasses__():
        if child.__module__ == errors.__name__:
            found |= {child.__name__: error.__name__, **_below(child)}
    return found


def test_the_tree_is_the_one_that_is_drawn() -> None:
    assert _drawn() == _below(LumbungError)
    assert len(_drawn()) == 6


def test_each_branch_leaves_with_the_status_that_is_drawn() -> None:
    drawn = re.findall(
        r"── (\w+) .* exit (\d)(?:, HTTP (\d+))?$", errors.__doc__ or "", re.MULTILINE
    )
    assert {name for name, *_ in drawn} == {"BadInput", "Refused", "Unavailable"}
    for name, exit_status, http_status in drawn:
        error = getattr(errors, name)
        assert (error.exit_status, error.http_status) == (int(exit_status), int(http_status))


@pytest.mark.parametrize("error", [BadTable, BadMapping, FingerprintMismatch])
def test_a_leaf_leaves_with_the_status_of_its_branch(error: type[LumbungError]) -> None:
    branch = error.__mro__[1]
    assert issubclass(branch, LumbungError)
    assert (error.exit_status, error.http_status) == (branch.exit_status, branch.http_status)


@every_error
def test_an_error_never_leaves_as_a_success(error: type[LumbungError]) -> None:
    assert error.exit_status > 0
    assert error.http_status >= 400


@every_error
def test_an_error_says_what_was_found_what_was_expected_a_hint_and_its_code(
    error: type[LumbungError],
) -> None:
    assert str(_make(error)) == (
        "found -5; expected an amount of zero or more. Swap the direction. [bad-amount]"
    )


@every_error
def test_an_error_begins_with_its_place_where_there_is_one(error: type[LumbungError]) -> None:
    placed, unplaced = _make(error, "payments.csv, row 7, amount"), _make(error)
    assert str(placed) == f"payments.csv, row 7, amount: {unplaced}"
    assert (placed.where, unplaced.where) == ("payments.csv, row 7, amount", None)


@every_error
def test_an_error_keeps_its_parts_for_the_one_who_shows_it(error: type[LumbungError]) -> None:
    one = _make(error)
    assert (one.found, one.expected) == ("-5", "an amount of zero or more")
    assert (one.hint, one.code) == ("Swap the direction.", "bad-amount")


@every_error
def test_every_error_of_ours_is_caught_as_one(error: type[LumbungError]) -> None:
    with pytest.raises(LumbungError, match=r"\[bad-amount\]$"):
        raise _make(error)


def test_an_error_crosses_to_another_process_whole() -> None:
    error = BadTable(found="a", expected="b", hint="c", code="d", where="e")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  made here, as a process pool does
    assert type(again) is BadTable
    assert (str(again), again.code, again.where) == (str(error), "d", "e")
