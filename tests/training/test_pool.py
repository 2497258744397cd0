"""Work shared among processes: all of it done once, and a fault is the caller's to see."""

from __future__ import annotations

import os

import pytest

from training.pool import each


def _double(number: int) -> tuple[int, int, str | None]:
    return 2 * number, os.getpid(), os.environ.get("POLARS_MAX_THREADS")


def _broken(number: int) -> int:
    raise ValueError(number)


def test_by_one_process_it_is_done_in_order_here() -> None:
    assert list(each(_double, range(4), 1)) == [_double(n) for n in range(4)]


def test_by_two_processes_all_is_done_elsewhere_by_one_thread_each() -> None:
    before = os.environ.get("POLARS_MAX_THREADS")
    made = list(each(_double, range(6), 2))
    assert sorted(double for double, _, _ in made) == [0, 2, 4, 6, 8, 10]
    assert os.getpid() not in {process for _, process, _ in made}
    assert {threads for _, _, threads in made} == {"1"}
    assert os.environ.get("POLARS_MAX_THREADS") == before


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_reaches_the_caller(workers: int) -> None:
    with pytest.raises(ValueError, match=r"[01]"):
        list(each(_broken, range(2), workers))


def test_nothing_to_do_is_nothing_done() -> None:
    assert list(each(_double, [], 2)) == []
