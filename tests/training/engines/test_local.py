"""One machine: the same bytes however the work is cut, stopped and started again."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from features.errors import BadInput, BadTable, Unavailable
from tests.training.cases import application, payment, refused, utc, write
from tests.training.engines.cases import expected, rearranged, simulated
from training.engines import layout, local, made
from training.engines.kernel import feature_rows
from training.engines.local import features


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "RUN_ROWS", 2_000)
    monkeypatch.setattr(layout, "PIECE_ROWS", 3_000)


class Stop:
    """Stand at the keyboard: Ctrl-C when so many parts are done."""

    def __init__(self, after: int) -> None:
        self.after, self.of = after, 0

    def __call__(self, _: str, done: int, of: int) -> None:
        self.of = of
        if done >= self.after:
            raise KeyboardInterrupt


def test_it_is_what_the_whole_data_set_gives_at_once(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    assert features(simulated(base), out, workers=1) == pl.read_parquet(out).height
    assert out.read_bytes() == expected(base)
    assert list(tmp_path.iterdir()) == [out]


def test_two_processes_make_the_same_bytes(base: Path, tmp_path: Path) -> None:
    features(simulated(base), tmp_path / "out.parquet", workers=2)
    assert (tmp_path / "out.parquet").read_bytes() == expected(base)


@pytest.mark.usefixtures("small_parts")
def test_records_in_any_order_and_any_parts_make_the_same_bytes(base: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    out = tmp_path / "out.parquet"
    data = rearranged(base, tmp_path / "data")
    features(data, out, 1, lambda _, done, of: steps.append((done, of)))
    assert out.read_bytes() == expected(base)
    done, of = zip(*steps, strict=True)
    assert set(of) == {done[-1]}
    assert sorted(set(done)) == list(range(done[-1] + 1))


@pytest.mark.usefixtures("small_parts")
def test_a_run_stopped_at_any_part_goes_on_and_does_nothing_twice(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []
    for name in ("lay_out", "_compute"):
        _watch(monkeypatch, name, worked)
    out = tmp_path / "out.parquet"
    for after in (1, 5, 12, 20):
        with pytest.raises(KeyboardInterrupt):
            features(simulated(base), out, 1, Stop(after))
        assert not out.exists()
    stop = Stop(10**9)
    features(simulated(base), out, 1, stop)
    assert out.read_bytes() == expected(base)
    assert len(worked) == stop.of
    assert list(tmp_path.iterdir()) == [out]


def _watch(monkeypatch: pytest.MonkeyPatch, name: str, worked: list[str]) -> None:
    work: Callable[[object], None] = getattr(local, name)

    def watched(what: object) -> None:
        work(what)
        worked.append(name)

    monkeypatch.setattr(local, name, watched)


def test_another_data_set_in_the_same_place_starts_anew(base: Path, tmp_path: Path) -> None:
    data, out = rearranged(base, tmp_path / "data"), tmp_path / "out.parquet"
    with pytest.raises(KeyboardInterrupt):
        features(data, out, 1, Stop(3))
    for file in (data / "payments").iterdir():
        doubled = pl.read_parquet(file).with_columns(pl.col("amount") * 2)
        doubled.write_parquet(file)
    features(data, out, 1)
    made, before = pl.read_parquet(out), pl.read_parquet(_saved(base, tmp_path))
    column = "median_monthly_income"
    assert made[column].equals(2 * before[column])


def _saved(base: Path, folder: Path) -> Path:
    (folder / "before.parquet").write_bytes(expected(base))
    return folder / "before.parquet"


def test_a_table_written_by_hand_will_do(tmp_path: Path) -> None:
    data = write(tmp_path / "d", payments=[payment(n) for n in range(40)])
    (data / "applications.csv").write_text(
        "application_id,business_id,as_of,amount,tenor_months\n"
        "a2,b1,2025-06-01T07:00:00+07:00,5000000,12\n"
        "a1,b1,2025-06-01T00:00:00Z,7000000,\n"
        "a3,none,2025-06-01T00:00:00Z,7000000,6\n"
    )
    out = tmp_path / "out.parquet"
    assert features(data, out, 1) == 3
    made = pl.read_parquet(out)
    assert made["application_id"].to_list() == ["a1", "a2", "a3"]
    assert made["business_id"].to_list() == ["b1", "b1", "none"]
    asked = pl.DataFrame(
        [application(n, business_id="b1", tenor_months=t) for n, t in ((1, None), (2, 12))]
    ).with_columns(amount=pl.Series([7_000_000, 5_000_000]))
    payments = pl.DataFrame([payment(n) for n in range(40)])
    assert made.head(2).equals(feature_rows({"applications": asked, "payments": payments}))


def test_a_table_may_be_a_file_by_hand_and_parts_beside_it(tmp_path: Path) -> None:
    data = write(tmp_path / "d", payments=[payment(n) for n in range(9)])
    (data / "applications.csv").write_text(
        "application_id,business_id,as_of,amount,tenor_months\n"
        "a2,b1,2025-06-01T07:00:00+07:00,5000000,12\n"
    )
    (data / "applications").mkdir()
    pl.DataFrame([application(1)]).write_parquet(data / "applications" / "part.parquet")
    out = tmp_path / "out.parquet"
    assert features(data, out, 1) == 2
    assert pl.read_parquet(out)["application_id"].to_list() == ["a1", "a2"]


def test_another_release_of_the_code_starts_anew(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, steps = tmp_path / "out.parquet", list[int]()
    with pytest.raises(KeyboardInterrupt):
        features(simulated(base), out, 1, Stop(3))
    monkeypatch.setattr(made, "made_with", lambda *_: "another")
    features(simulated(base), out, 1, lambda _, done, _of: steps.append(done))
    assert steps[0] == 0
    assert out.read_bytes() == expected(base)


def test_no_application_gives_a_clear_error(tmp_path: Path) -> None:
    data = write(tmp_path / "d", payments=[payment()])
    with pytest.raises(BadTable) as caught:
        features(data, tmp_path / "out.parquet", 1)
    refused(caught, "missing-table")


def test_records_of_nobody_who_asks_are_checked_all_the_same(tmp_path: Path) -> None:
    rows = [payment(n, business_id=f"b{n}") for n in range(5)]
    rows[3]["amount"] = -1
    data = write(tmp_path / "d", payments=rows, applications=[application(1)])
    with pytest.raises(BadTable, match="the first at row 3: amount is below 0") as caught:
        features(data, tmp_path / "out.parquet", 1)
    refused(caught, "bad-amount")
    assert not (tmp_path / "out.parquet").exists()


def test_a_wrong_row_is_named_by_its_number_in_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "RUN_ROWS", 10)
    data = write(tmp_path / "d", applications=[application(1)])
    rows = pl.DataFrame([payment(n) for n in range(100)])
    (data / "payments").mkdir()
    rows.write_parquet(data / "payments" / "a.parquet", row_group_size=10)
    late = rows.with_columns(
        known_at=pl.when(pl.int_range(pl.len()) == 57).then(utc(2024, 1, 1)).otherwise("known_at"),
        payment_id="x" + pl.col("payment_id"),
    )
    late.write_parquet(data / "payments" / "b.parquet", row_group_size=10)
    with pytest.raises(BadTable, match="the first at row 57: known_at lies before") as caught:
        features(data, tmp_path / "out.parquet", 1)
    refused(caught, "known-too-early")
    assert caught.value.where == "b.parquet"


def test_a_record_that_stands_in_two_parts_is_refused(tmp_path: Path) -> None:
    data = write(tmp_path / "d", applications=[application(1)])
    (data / "payments").mkdir()
    for name in ("a", "b"):
        pl.DataFrame([payment(1)]).write_parquet(data / "payments" / f"{name}.parquet")
    with pytest.raises(BadTable) as caught:
        features(data, tmp_path / "out.parquet", 1)
    refused(caught, "duplicate-id")


def test_without_consents_or_a_basis_nothing_is_read(base: Path, tmp_path: Path) -> None:
    data = rearranged(base, tmp_path / "data")
    for file in (data / "consents").iterdir():
        file.unlink()
    with pytest.raises(BadInput) as caught:
        features(data, tmp_path / "out.parquet", 1)
    refused(caught, "no-consents")


def test_an_application_that_stands_twice_is_refused_wherever_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "PIECE_ROWS", 1)
    twice = [application(1), application(1, business_id="b9")]
    data = write(tmp_path / "d", applications=twice, payments=[payment(n) for n in range(9)])
    with pytest.raises(BadTable, match="application_id stands twice") as caught:
        features(data, tmp_path / "out.parquet", 1)
    refused(caught, "duplicate-id")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["d"]


@pytest.mark.usefixtures("small_parts")
def test_data_that_changes_meanwhile_is_not_mixed(base: Path, tmp_path: Path) -> None:
    data, out = rearranged(base, tmp_path / "data"), tmp_path / "out.parquet"

    def replace(_: str, done: int, _of: int) -> None:
        if done == 3:
            file = data / "payments" / "part-2.parquet"
            doubled = pl.read_parquet(file).with_columns(pl.col("amount") * 2)
            doubled.write_parquet(file, row_group_size=700)

    with pytest.raises(BadInput) as caught:
        features(data, out, 1, replace)
    refused(caught, "data-changed")
    assert list(tmp_path.iterdir()) == [data]


def test_a_second_run_of_the_same_is_refused(base: Path, tmp_path: Path) -> None:
    out, tried = tmp_path / "out.parquet", list[str]()

    def again(*_: object) -> None:
        with pytest.raises(BadInput) as caught:
            features(simulated(base), out, 1)
        tried.append(caught.value.code)

    features(simulated(base), out, 1, again)
    assert set(tried) == {"already-running"}
    assert out.read_bytes() == expected(base)


@pytest.mark.usefixtures("small_parts")
def test_a_part_that_is_broken_is_told_and_made_again(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    for kind in ("runs", "pieces"):
        with pytest.raises(KeyboardInterrupt):
            features(simulated(base), out, 1, _stop_late)
        part = next(iter((tmp_path / ".out.parquet-features" / kind).iterdir()))
        part.write_bytes(part.read_bytes()[:100])
        with pytest.raises(Unavailable) as caught:
            features(simulated(base), out, 1)
        refused(caught, "broken-part")
        assert list(tmp_path.iterdir()) == []
    features(simulated(base), out, 1)
    assert out.read_bytes() == expected(base)


def _stop_late(_: str, done: int, of: int) -> None:
    if done == of - 1:
        raise KeyboardInterrupt


def test_a_process_that_is_ended_from_outside_is_told_and_the_run_goes_on(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.parquet"
    monkeypatch.setattr(local, "_compute", _ended)
    with pytest.raises(Unavailable) as caught:
        features(rearranged(base, tmp_path / "data"), out, 2)
    refused(caught, "worker-lost")
    monkeypatch.undo()
    features(tmp_path / "data", out, 2)
    assert out.read_bytes() == expected(base)


def _ended(_: object) -> None:
    """Stand for the system, short of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_where_nothing_can_be_written_it_says_so(base: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for out in (tmp_path / "file" / "out.parquet", tmp_path / ("x" * 250)):
        with pytest.raises(Unavailable) as caught:
            features(simulated(base), out, 1)
        refused(caught, "cannot-write")


def test_a_file_inside_the_data_set_is_refused(base: Path, tmp_path: Path) -> None:
    data = rearranged(base, tmp_path / "data")
    for name in ("payments.parquet", "payments/out.parquet"):
        with pytest.raises(BadInput) as caught:
            features(data, data / name, 1)
        refused(caught, "inside-the-data")


def test_a_file_already_there_is_left_alone(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    out.write_text("mine")
    with pytest.raises(BadInput) as caught:
        features(simulated(base), out, 1)
    refused(caught, "already-there")
    assert out.read_text() == "mine"
