"""The export holds all that is kept of one person at one partner, or says what it withholds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from audit.decision import RECORD, Decision
from features.catalogue import NAMES
from features.signals import SIGNALS
from models.risk import RiskModel
from serving.access.callers import NotFound
from serving.applications.cases import ask_for_person
from serving.business.records import Whose
from serving.rights.export import WITHHELD, export, of_business
from serving.tables import Base
from tests.audit.cases import APPLICATION, NOW, history
from tests.serving.cases import DECISIONS, keep
from tests.serving.traces import rich
from tests.training.cases import refused

MINE, OTHERS = DECISIONS
HOUR = timedelta(hours=1)

NOT_OF_A_PERSON = {
    *("partners", "api_keys", "versions", "allocations"),
    *("claims", "webhooks", "deliveries", "attempts"),
    *("jobs", "job_parts", "job_results"),
    *("uploads", "upload_parts", "upload_staged", "upload_rejected"),
    *("ledger", "ledger_head", "checkpoints", "editions", "business_keys"),
    *("accounts", "recovery_codes"),
    *("rule_parts", "switches"),
}
"""Tables about lenders and officials, and of work on what is in the others."""


def keys(value: Any, path: str) -> Iterator[str]:
    """Yield the path of every name in a JSON value; items of a list share theirs."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}.{name}"
            yield from keys(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from keys(item, path)


def withheld(path: str) -> bool:
    """Return whether a path, or one it lies in, is said to be withheld."""
    return any(path == what or path.startswith(f"{what}.") for what in WITHHELD)


def test_every_table_is_of_lenders_or_in_the_export_or_withheld(full: Engine) -> None:
    given = export(full, MINE)
    for table in Base.metadata.sorted_tables:
        if table.name not in NOT_OF_A_PERSON and table.name not in WITHHELD:
            assert given[table.name]


def test_every_column_of_them_is_in_the_export_or_withheld(full: Engine) -> None:
    given = export(full, MINE)
    beside = ("cases", "withdrawals", "links", "sessions", "entries", "outcomes")
    kept = ("businesses", "consents", "record_chunks", "protected")
    for name in (*beside, *kept, "accesses", "repayments", "lender_answers"):
        columns = {f"{name}.{column.name}" for column in Base.metadata.tables[name].columns}
        told = {path for path in keys(given[name], name) if path.count(".") == 1}
        assert {column for column in columns if not withheld(column)} == told


def test_every_field_of_a_decision_is_in_the_export_or_withheld(
    full: Engine, model: RiskModel
) -> None:
    whole = rich(model)
    (told,) = [d for d in export(full, MINE)["decisions"] if d["decision_id"] == "d-later"]
    kept = json.loads(RECORD.dump_json(whole))
    expected = {
        path
        for path in keys(kept, "decisions")
        if not withheld(path) and not path.startswith("decisions.features.")
    }
    assert expected <= set(keys(told, "decisions"))
    assert {field.name for field in fields(Decision)} - set(told) == {"signals", "raised", "unlike"}
    worded = {"features", "reasons", "strengths", "unfit", "next_steps"}
    assert {n: v for n, v in told.items() if n not in worded} == {
        n: v for n, v in kept.items() if n in told and n not in worded
    }


def test_what_is_kept_of_the_business_is_given_as_it_was_sent(full: Engine) -> None:
    given = export(full, MINE)
    assert [one["sealed"]["active_bank_loans"] for one in given["businesses"]] == [1]
    assert [one["sealed"] for one in given["consents"]] == ["form granary"]
    (chunk,) = given["record_chunks"]
    told = [(row["payment_id"], row["occurred_at"], row["amount"]) for row in chunk["sealed"]]
    sent = sorted(history(1), key=lambda row: row["occurred_at"])
    assert told == [
        (row["payment_id"], row["occurred_at"].isoformat(), row["amount"]) for row in sent
    ]


def test_features_stand_with_their_value_unit_and_label(full: Engine, model: RiskModel) -> None:
    whole = rich(model)
    (told,) = [d for d in export(full, MINE)["decisions"] if d["decision_id"] == "d-later"]
    assert [feature["name"] for feature in told["features"]] == list(NAMES)
    for feature in told["features"]:
        assert feature["value"] == whole.features[feature["name"]]
        assert set(feature["label"]) == {"id", "en"}
    assert [reason["code"] for reason in told["reasons"]] == list(whole.reasons)
    assert all(reason["text"]["id"] for reason in told["reasons"])


def test_what_is_withheld_is_not_there_but_said_with_its_reason(full: Engine) -> None:
    given = export(full, MINE)
    assert {item["what"]: item["why"] for item in given["withheld"]} == WITHHELD
    body = {name: value for name, value in given.items() if name != "withheld"}
    there = [path for name, value in body.items() for path in keys(value, name)]
    assert [path for path in there if withheld(path)] == []
    text = json.dumps(body)
    secrets = ("officer-7", *(signal.name for signal in SIGNALS))
    assert [secret for secret in secrets if secret in text] == []


def test_no_hash_that_opens_anything_is_in_it(full: Engine) -> None:
    text = json.dumps(export(full, MINE))
    with full.connect() as connection:
        hashes = {
            value
            for name, column in (
                ("links", "link_sha256"),
                ("links", "code_scrypt"),
                ("sessions", "token_sha256"),
                ("api_keys", "secret_sha256"),
            )
            for value in connection.scalars(select(Base.metadata.tables[name].c[column]))
        }
    assert len(hashes) == 9
    assert [value for value in hashes if value in text] == []


def test_nothing_of_another_partner_or_business_is_in_it(full: Engine, made: Decision) -> None:
    application = replace(made.application, application_id="a3", business_id="b2")
    keep(full, replace(made, decision_id="d-neighbour", application=application))
    ask_for_person(full, "d-neighbour", "Dari tetangga.", NOW)
    given = export(full, MINE)
    assert [d["decision_id"] for d in given["decisions"]] == [MINE, "d-later"]
    text = json.dumps(given)
    assert [word for word in ("mill", OTHERS, "d-neighbour", "tetangga") if word in text] == []
    assert len(given["cases"]) == 2
    assert len(given["links"]) == len(given["sessions"]) == len(given["withdrawals"]) == 1


def test_what_a_programme_knows_and_gave_is_in_it(full: Engine) -> None:
    given = export(full, MINE)
    assert [(one["decision_id"], one["groups"]) for one in given["entries"]] == [(MINE, ["women"])]
    assert [one["record"] for one in given["outcomes"]] == [{"code": "no_room"}]


def test_whichever_decision_it_is_asked_by_it_is_the_same(full: Engine) -> None:
    assert export(full, MINE) == export(full, "d-later")


def test_a_person_of_whom_little_is_kept_gets_that_little(decided: Engine) -> None:
    given = export(decided, MINE)
    assert given["cases"] == given["links"] == given["sessions"] == given["withdrawals"] == []
    assert (given["partner_id"], given["business_id"]) == ("granary", APPLICATION.business_id)
    assert json.loads(json.dumps(given)) == given


def test_by_its_business_it_is_the_same(full: Engine) -> None:
    assert of_business(full, Whose("granary", APPLICATION.business_id)) == export(full, MINE)


def test_of_whom_nothing_is_kept_there_is_nothing_to_give(decided: Engine) -> None:
    with pytest.raises(NotFound) as caught:
        of_business(decided, Whose("granary", "b9"))
    refused(caught, "no-business")


def test_there_is_nothing_to_give_of_a_decision_that_there_is_not(decided: Engine) -> None:
    with pytest.raises(NotFound) as caught:
        export(decided, "d9")
    refused(caught, "no-decision")
