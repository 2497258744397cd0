"""Who is not yet eligible is referred to support, by the reasons, with a day to ask again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from audit.days import wib
from audit.decide import decide, under
from audit.decision import Decision
from audit.result import Cause, Kind, Result
from audit.supported import referrals
from matching.offer import Unfit
from matching.reason import Reason
from matching.support import load_programmes
from tests.audit.cases import APPLICATION, NO_PAYMENTS, NOW, STAMP, alone

EVERY = load_programmes()
DAYS = {one.programme: one.days for one in EVERY}


def decision(kind: Kind, *causes: Cause, **changed: Any) -> Decision:
    """Return a decision with this result, but for what is *changed*."""
    made = decide(APPLICATION, NO_PAYMENTS, alone(products=()), STAMP)
    return replace(made, result=Result(kind, causes), **{"reasons": (), "unfit": (), **changed})


def unfit(*codes: str) -> Unfit:
    """Return a product that does not fit by these reasons."""
    return Unfit("straw", "granary", tuple(_reason(code) for code in codes), beyond_cut_off=False)


def _reason(code: str) -> Reason:
    return Reason(code, "amount", "at_most", 2, 1, "a contract")


def chosen(made: Decision) -> list[str]:
    """Return the programmes of a decision."""
    return [one.programme for one in referrals(made, EVERY)]


def test_the_score_speaks_first_where_the_risk_is_too_high() -> None:
    made = decision("not_yet", "risk_above_the_line", reasons=("R29", "R03"), unfit=(unfit("R17"),))
    assert chosen(made) == ["debt_counselling", "sector_mentoring", "nib_help"]


def test_the_products_speak_first_where_none_fits() -> None:
    made = decision("not_yet", "no_product_fits", reasons=("R29",), unfit=(unfit("R17", "R23"),))
    assert chosen(made) == ["nib_help", "other_product", "debt_counselling"]


def test_a_thin_file_asks_for_books() -> None:
    made = decision("human_review", "thin_file")
    assert chosen(made) == ["human_review", "bookkeeping"]


def test_who_is_eligible_is_referred_nowhere() -> None:
    assert chosen(decision("eligible", reasons=("R29",))) == []


def test_it_is_worth_to_ask_again_so_many_days_after_the_day_of_the_decision_in_batang() -> None:
    made = decision("not_yet", "risk_above_the_line", reasons=("R29", "R17"))
    today = date(2026, 11, 24)
    assert wib(NOW) == today
    assert {one.programme: one.recheck_on for one in referrals(made, EVERY)} == {
        name: today + timedelta(days=DAYS[name]) for name in ("debt_counselling", "nib_help")
    }


def test_a_decision_holds_them_and_the_kept_facts_lead_to_them_again() -> None:
    rules = alone(programmes=EVERY)
    made = decide(APPLICATION, NO_PAYMENTS, rules, STAMP)
    assert made.support == referrals(made, EVERY) != ()
    assert under(made, rules).support == made.support
