"""The export holds all that is kept of one person at one partner, or says what it withholds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, select

from audit.decide import decide
from audit.decision import RECORD, Act, Decision, NextStep
from features.catalogue import NAMES
from features.signals import SIGNALS
from models.risk import RiskModel
from serving import businesses, consents, database, links, records, review, sessions
from serving.access import NotFound
from serving.api.request import Business
from serving.cases import ask_for_person, say_wrong
from serving.consents import Given, withdraw
from serving.export import WITHHELD, export
from serving.links import PATH
from serving.records import Whose
from serving.review import Answer
from serving.sealed import place, seal
from serving.tables import AllocationRow, Base, EntryRow, OutcomeRow, ShadowScore
from tests.audit.cases import APPLICATION, NOW, STAMP, circles, history, records_of, rules
from tests.serving.cases import DECISIONS, asked, keep
from tests.serving.conftest import Known
from tests.training.cases import refused

MINE, OTHERS = DECISIONS
HOUR = timedelta(hours=1)

NOT_OF_A_PERSON = {
    *("partners", "api_keys", "versions", "allocations"),
    *("claims", "webhooks", "deliveries", "attempts"),
    *("ledger", "ledger_head", "business_keys"),
    "rule_parts",
    "accesses",
}
"""Tables about lenders and officials."""


@pytest.fixture
def full(decided: Engine, known: Known, model: RiskModel) -> Engine:
    """Return the database with a trace of `MINE` and of `OTHERS` in every table."""
    later = rich(model)
    keep(decided, later)
    for name, partner_id in zip(DECISIONS, ("granary", "mill"), strict=True):
        case = ask_for_person(decided, name, f"Dari {partner_id}.", NOW)
        said = Answer("lend", "V02", "officer-7", f"Untuk {partner_id}.")
        review.answer(decided, partner_id, case.case_id, said, NOW + HOUR)
        say_wrong(decided, name, "bills", f"Salah, {partner_id}.", NOW)
        issued = links.issue(decided, name, NOW)
        links.enter(decided, issued.url_path.removeprefix(PATH), issued.code, NOW)
        withdraw(decided, name, NOW)
        with database.session(decided) as session, session.begin():
            row = {"decision_id": name, "version": "8", "model_digest": "f" * 64, "score": 600}
            session.add(ShadowScore(**row, probability=0.5, result="not_yet"))
    allocated(decided)
    kept(decided)
    key = known.granary["Authorization"].removeprefix("Bearer ")
    sessions.for_staff(decided, key, NOW)
    return decided


def allocated(engine: Engine) -> None:
    """Let both decisions take part in a programme, and allocate it."""
    with database.writing(engine) as session:
        of = {"programme_id": "batang", "number": 1}
        whose = {"partner_id": "granary", "made_at": NOW, "made_by": "tuti", "digest": "f" * 64}
        session.add(AllocationRow(**of, **whose, inputs="{}", result="{}", overview="{}"))
        session.flush()
        for name, partner_id in zip(DECISIONS, ("granary", "mill"), strict=True):
            its = {"programme_id": "batang", "partner_id": partner_id, "decision_id": name}
            at = {"agreed_at": NOW, "entered_at": NOW}
            business = {"entry_id": f"e-{name}", "business_id": APPLICATION.business_id}
            sealed = partial(seal, session, partner_id, APPLICATION.business_id)
            groups = sealed(place("entries", "groups", f"e-{name}"), b'["women"]')
            record = sealed(place("outcomes", "record", "batang", 1, name), b'{"code":"no_room"}')
            session.add(EntryRow(**its, **at, **business, groups=groups))
            session.add(OutcomeRow(**its, number=1, record=record))


def kept(engine: Engine) -> None:
    """Keep facts, a consent and records of the business at each partner."""
    with database.writing(engine) as session:
        for partner_id in ("granary", "mill"):
            whose = Whose(partner_id, APPLICATION.business_id)
            businesses.put(session, whose, Business(active_bank_loans=1), NOW, NOW)
            consents.grant(session, whose, Given("scoring", NOW, f"form {partner_id}"), NOW)
            records.append(session, whose, asked(1).records(), NOW)


def rich(model: RiskModel) -> Decision:
    """Return a later decision on the same business, with everything a decision can hold."""
    payments = records_of([*history(), *circles()])
    application = replace(APPLICATION, application_id="a2", consented_at=NOW)
    stamp = replace(STAMP, decision_id="d-later", decided_at=NOW + HOUR)
    made = decide(application, payments, rules(model), stamp)
    step = NextStep(
        acts=(Act("keep_books", 60),),
        effort=2,
        codes=("R19",),
        changed={"booked_day_share": 0.9},
        applicant=made.applicant,
        signals=dict.fromkeys(made.signals, 0.25),
        kind="eligible",
        score=612,
        offers=("kur",),
        more=("kur",),
    )
    assert made.raised
    return replace(made, unlike=("penalties",), next_steps=(step,))


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
    for name in (*beside, "businesses", "consents", "record_chunks"):
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


def test_there_is_nothing_to_give_of_a_decision_that_there_is_not(decided: Engine) -> None:
    with pytest.raises(NotFound) as caught:
        export(decided, "d9")
    refused(caught, "no-decision")
