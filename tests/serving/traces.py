"""A person of whom there is a trace in every table, at each of two partners."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial

from sqlalchemy import Engine, insert, select

from audit.decide import decide
from audit.decision import Act, Decision, NextStep
from models.risk import RiskModel
from serving.access import links, sessions
from serving.access.links import PATH
from serving.access.trail import Access
from serving.applications import lenders, repayments, review
from serving.applications.cases import ask_for_person, say_wrong
from serving.applications.review import Answer
from serving.business import businesses, consents, records
from serving.business.consents import Given, withdraw
from serving.business.records import Whose
from serving.protected import gone
from serving.protected import kept as protected
from serving.reading.request import Business
from serving.store import database
from serving.store.sealed import place, seal
from serving.tables import AccessRow, AllocationRow, CaseRow, EntryRow, OutcomeRow, ShadowScore
from serving.tables.protected import ProtectedRow
from tests.audit.cases import APPLICATION, NOW, STAMP, circles, history, records_of, rules
from tests.serving.applications.test_repayments import GOOD
from tests.serving.cases import DECISIONS, HOW, asked, keep

HOUR = timedelta(hours=1)


def traced(decided: Engine, key: str, model: RiskModel) -> None:
    """Put a trace of both `DECISIONS` into every table about persons, and a later one of the first.

    Args:
        decided: the database with the two.
        key: of an officer of granary.
        model: what decides on the later one.
    """
    later = rich(model)
    keep(decided, later)
    for name, partner_id in zip(DECISIONS, ("granary", "mill"), strict=True):
        case = ask_for_person(decided, name, f"Dari {partner_id}.", NOW)
        said = Answer("lend", "V02", "officer-7", f"Untuk {partner_id}.")
        review.answer(decided, partner_id, case.case_id, said, NOW + HOUR, HOW)
        say_wrong(decided, name, "bills", f"Salah, {partner_id}.", NOW)
        issued = links.issue(decided, name, NOW)
        links.enter(decided, issued.url_path.removeprefix(PATH), issued.code, NOW)
        withdraw(decided, name, NOW)
        with database.session(decided) as session, session.begin():
            row = {"decision_id": name, "version": "8", "model_digest": "f" * 64, "score": 600}
            session.add(ShadowScore(**row, probability=0.5, result="not_yet"))
    allocated(decided)
    kept(decided)
    sessions.for_staff(decided, key, NOW)
    accessed(decided)


def accessed(engine: Engine) -> None:
    """Note an access to both decisions, their business and the cases."""
    with database.session(engine) as session, session.begin():
        cases = session.execute(select(CaseRow.case_id, CaseRow.partner_id))
        about = [(f"case/{case_id}", partner_id) for case_id, partner_id in cases]
        for name, partner_id in zip(DECISIONS, ("granary", "mill"), strict=True):
            business = f"business/{APPLICATION.business_id}"
            about += [(f"decision/{name}", partner_id), (business, partner_id)]
        noted = [Access(NOW, partner, "k-1", "GET /", subject) for subject, partner in about]
        session.execute(insert(AccessRow), [asdict(one) for one in noted])


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
            of_owner = (partner_id, gone.key_name(whose.business_id), protected.place(whose))
            told = seal(session, *of_owner, b'{"gender":"female"}')
            session.add(ProtectedRow(**whose._asdict(), kept_at=NOW, sealed=told))
    for name, partner_id in zip(DECISIONS, ("granary", "mill"), strict=True):
        repayments.report(engine, partner_id, [(name, GOOD)], NOW)
        lent = lenders.Answer("approved", NOW, 10**6, 600, "seed")
        lenders.tell(engine, partner_id, name, lent, NOW)


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
