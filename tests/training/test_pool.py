"""Work shared among processes: all of it done once, and a fault is the caller's to see."""

from __future__ import annotations

import os

import pytest

from training.pool import processes


def _double(number: int) -> tuple[int, int, str | None]:
    return 2 * number, os.getpid(), os.environ.get("POLARS_MAX_THREADS")


def _broken(number: int) -> int:
    raise ValueError(number)


def test_by_one_process_it_is_done_in_order_here() -> None:
    with processes(1) as each:
        assert list(each(_double, range(4))) == [_double(n) for n in range(4)]


def test_by_two_processes_all_is_done_elsewhere_by_one_thread_each() -> None:
    before = os.environ.get("POLARS_MAX_THREADS")
    with processes(2) as each:
        made = list(each(_double, range(6))) + list(each(_double, range(6, 9)))
    assert sorted(double for double, _, _ in made) == list(range(0, 18, 2))
    assert os.getpid() not in {process for _, process, _ in made}
    assert {threads for _, _, threads in made} == {"1"}
    assert os.environ.get("POLARS_MAX_THREADS") == before


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_reaches_the_caller(workers: int) -> None:
    with pytest.raises(ValueError, match=r"[01]"), processes(workers) as each:
        list(each(_broken, range(2)))


def test_nothing_to_do_is_nothing_done() -> None:
    with processes(2) as each:
        assert list(each(_double, [])) == []
