"""Loans with a label, in order; features that see nothing at or after the application."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.catalogue import compute
from features.errors import BadTable
from tests.training.cases import (
    Row,
    application,
    made_up_loans,
    outcome,
    payment,
    refused,
    utc,
    write,
)
from training.datasets import read
from training.engines import kernel
from training.table import TrainingTable, instant, training_table
from training.target import STANDARD, Target


def table_of(
    folder: Path, payments: list[Row], applications: list[Row], outcomes: list[Row]
) -> TrainingTable:
    write(folder, payments=payments, applications=applications, outcomes=outcomes)
    return training_table(read(folder))


def test_loans_without_a_label_are_left_out_and_counted(tmp_path: Path) -> None:
    outcomes = [
        outcome(0),
        outcome(1, worst_days_past_due=100),
        outcome(2, worst_days_past_due=45),
        outcome(3, worst_days_past_due=60),
        outcome(4, censored=True),
        outcome(5, worst_days_past_due=None),
        outcome(99),
    ]
    applications = [application(i) for i in range(7)]
    table = table_of(tmp_path / "d", [payment()], applications, outcomes)
    assert table.application_ids.tolist() == ["a0", "a1"]
    assert table.bad.tolist() == [0, 1]
    assert table.left_out == {
        "indeterminate": 2,
        "censored": 1,
        "unknown": 1,
        "of no application here": 1,
    }


def test_a_loan_weighs_what_it_says_or_else_one(tmp_path: Path) -> None:
    outcomes = [outcome(0, weight=49.3), outcome(1, weight=10.5, written_off=True), outcome(2)]
    applications = [application(i) for i in range(3)]
    assert table_of(tmp_path / "d", [payment()], applications, outcomes).weights.tolist() == [
        49.3,
        10.5,
        1.0,
    ]


def test_the_user_says_what_is_bad_before_the_data_set_and_that_before_the_standard(
    tmp_path: Path,
) -> None:
    days = (0, 20, 50, 95)
    data = read(
        write(
            tmp_path / "d",
            payments=[payment()],
            applications=[application(i) for i in range(4)],
            outcomes=[outcome(i, worst_days_past_due=late) for i, late in enumerate(days)],
        )
    )
    said = data.about.model_copy(update={"target": Target(bad_days=45)})
    of_its_own = replace(data, about=said)
    asked = Target(bad_days=10, indeterminate_from=10)
    for table, target, bad in (
        (training_table(data), STANDARD, [0, 0, 1]),
        (training_table(of_its_own), said.target, [0, 0, 1, 1]),
        (training_table(of_its_own, asked), asked, [0, 1, 1, 1]),
    ):
        assert table.target == target
        assert table.bad.tolist() == bad


def test_rows_stand_in_order_of_time_and_then_of_application(tmp_path: Path) -> None:
    as_of = application()["as_of"]
    moments = [as_of, as_of - timedelta(days=2), as_of, as_of - timedelta(days=1)]
    applications = [application(9 - i, as_of=when) for i, when in enumerate(moments)]
    outcomes = [outcome(9 - i, worst_days_past_due=100 * (i % 2)) for i in range(4)]
    table = table_of(tmp_path / "d", [payment()], applications, outcomes)
    assert table.application_ids.tolist() == ["a8", "a6", "a7", "a9"]
    assert table.bad.tolist() == [1, 1, 0, 0]
    assert [instant(int(moment)) for moment in table.as_of] == sorted(moments)
    assert table.businesses.tolist() == ["b8", "b6", "b7", "b9"]


def test_a_part_keeps_rows_together(small_table: TrainingTable) -> None:
    rows = np.arange(small_table.bad.size) % 3 == 0
    part = small_table.part(rows)
    assert part.application_ids.tolist() == small_table.application_ids[::3].tolist()
    assert part.businesses.tolist() == small_table.businesses[::3].tolist()
    assert part.vectors.tobytes() == small_table.vectors[::3].tobytes()
    assert part.bad.tolist() == small_table.bad[::3].tolist()
    assert part.as_of.tolist() == small_table.as_of[::3].tolist()
    assert part.left_out == small_table.left_out


@pytest.mark.parametrize("name", ["payments", "applications", "outcomes"])
def test_a_missing_table_is_refused_by_name(tmp_path: Path, name: str) -> None:
    tables = {
        "payments": [payment()],
        "applications": [application()],
        "outcomes": [outcome()],
    }
    del tables[name]
    with pytest.raises(BadTable, match=f"no table {name}") as caught:
        training_table(read(write(tmp_path / "d", **tables)))
    refused(caught, "missing-table")


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([outcome(1), outcome(2)], "2 good"),
        ([outcome(1, written_off=True)], "1 bad"),
        ([outcome(1, censored=True)], "1 censored"),
        ([outcome(77)], "of no application here"),
    ],
)
def test_without_both_good_and_bad_loans_there_is_no_table(
    tmp_path: Path, outcomes: list[Row], said: str
) -> None:
    applications = [application(1), application(2)]
    with pytest.raises(BadTable, match=said) as caught:
        table_of(tmp_path / "d", [payment()], applications, outcomes)
    refused(caught, "no-labels")


def test_features_of_a_batch_are_those_of_each_application_alone(
    small: Path, small_table: TrainingTable
) -> None:
    data = read(small)
    payments = data["payments"]
    for i in range(0, small_table.bad.size, 10):
        alone = data["applications"].filter(application_id=small_table.application_ids[i])
        mine = payments.filter(business_id=small_table.businesses[i])
        known = kernel.known({"payments": mine}, alone)
        np.testing.assert_array_equal(compute(known)[0], small_table.vectors[i])


def later_payments(tables: dict[str, list[Row]]) -> list[Row]:
    """Return payments of each business at, after, or known only at or after its application."""
    added: list[dict[str, Any]] = []
    for i, asked in enumerate(tables["applications"]):
        as_of, business = asked["as_of"], asked["business_id"]
        moments = [
            (as_of, as_of),
            (as_of + timedelta(microseconds=1), as_of + timedelta(microseconds=1)),
            (as_of + timedelta(days=30), as_of + timedelta(days=30)),
            (as_of - timedelta(days=10), as_of),
            (as_of - timedelta(days=10), as_of + timedelta(days=5)),
        ]
        for j, (occurred, known) in enumerate(moments):
            large: Row = {
                "amount": 10**9,
                "kind": "penalty",
                "direction": "out",
                "balance_after": -1,
            }
            when: Row = {"occurred_at": occurred, "known_at": known}
            added.append(payment(payment_id=f"z{i}-{j}", business_id=business, **when, **large))
    return added


def test_nothing_at_or_after_the_application_changes_its_features(tmp_path: Path) -> None:
    tables = made_up_loans(40)
    without = training_table(read(write(tmp_path / "without", **tables)))
    both = {**tables, "payments": tables["payments"] + later_payments(tables)}
    table = training_table(read(write(tmp_path / "with", **both)))
    assert table.vectors.tobytes() == without.vectors.tobytes()


def test_a_payment_just_before_the_application_does_change_them(tmp_path: Path) -> None:
    tables = made_up_loans(40)
    without = training_table(read(write(tmp_path / "without", **tables)))
    when = tables["applications"][0]["as_of"] - timedelta(microseconds=1)
    early = payment(business_id="b0", occurred_at=when, known_at=when, amount=10**9)
    both = {**tables, "payments": [*tables["payments"], early]}
    table = training_table(read(write(tmp_path / "with", **both)))
    changed = ~np.isclose(table.vectors, without.vectors, equal_nan=True)
    assert changed[0].any()
    assert not changed[1:].any()


def consents(tables: dict[str, list[Row]], but: dict[str, set[str]]) -> list[Row]:
    """Return consents of every business to payments, scoring and model improvement.

    *but* names the scopes that a business does not consent to.
    """
    scopes = ("payments", "scoring", "model_improvement")
    return [
        {
            "consent_id": f"{asked['business_id']}-{scope}",
            "business_id": asked["business_id"],
            "scope": scope,
            "granted_at": utc(2020, 1, 1),
        }
        for asked in tables["applications"]
        for scope in scopes
        if scope not in but.get(asked["business_id"], set())
    ]


def test_who_did_not_agree_to_better_models_is_not_trained_on(tmp_path: Path) -> None:
    tables = made_up_loans(20)
    tables["consents"] = consents(tables, {"b3": {"model_improvement"}})
    table = training_table(read(write(tmp_path / "d", **tables)))
    assert set(table.businesses) == {a["business_id"] for a in tables["applications"]} - {"b3"}


@pytest.mark.parametrize("lacking", ["payments", "scoring"])
def test_a_source_without_consent_is_as_though_it_had_never_been(
    tmp_path: Path, lacking: str
) -> None:
    tables = made_up_loans(20)
    never = [p for p in tables["payments"] if p["business_id"] != "b3"]
    tables["consents"] = consents(tables, {"b3": {lacking}})
    refused_one = training_table(read(write(tmp_path / "refused", **tables)))
    without = training_table(read(write(tmp_path / "never", **{**tables, "payments": never})))
    np.testing.assert_array_equal(refused_one.vectors, without.vectors)
    place = refused_one.businesses.tolist().index("b3")
    assert np.isnan(refused_one.vectors[place]).any()
