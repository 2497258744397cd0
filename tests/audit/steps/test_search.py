"""Next steps: what is promised is what a new assessment says, and nothing else is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from audit.decide import assess, decide, under
from audit.decision import Act
from audit.result import Policy
from audit.steps.candidate import Candidate, about_records, about_request, together
from audit.steps.judge import Judge
from audit.steps.search import MOST_STEPS, next_steps
from features import signals
from features.catalogue import NAMES
from features.signal import Signal
from features.signals import SIGNALS
from features.steps.books import keep_books
from matching.applicant import Document
from models.novelty import Novelty, Range
from models.risk import RiskModel
from tests.audit.cases import APPLICATION, BUSINESS, STAMP, alone, history, records_of, rules
from tests.audit.steps.cases import Plain, any_amount, asking, judged
from tests.features.cases import ago, row
from tests.matching.cases import product, rule

CALM = Plain(base=-6.0)
"""Everyone's risk is small."""
AMOUNT = Plain(base=-4.0, weights={"amount_asked": 4e-7})
"""Five million are log-odds of -2, a little above the line; four are well below it."""
BOOKS = Plain(base=-1.5, weights={"booked_day_share": -3.0})
"""Books of thirty days take off one."""
BILLS = Plain(base=-2.6, weights={"unpaid_bill_share": 2.0})


def unpaid(age: float) -> dict[str, object]:
    return row("bills", age, bill_id=f"b{age}", kind="water", due_at=ago(age - 10))


def test_who_is_eligible_with_every_product_has_nothing_to_do() -> None:
    case, known = judged(CALM)
    assert case.made.result.kind == "eligible"
    assert next_steps(case, known) == ()


def test_the_largest_amount_that_is_eligible_is_advised() -> None:
    case, known = judged(AMOUNT)
    assert case.made.result.causes == ("near_the_line",)
    best = next_steps(case, known)[0]
    assert [(act.name, act.amount) for act in best.acts] == [("smaller_amount", 4_500_000)]
    assert (best.kind, best.days, best.offers) == ("eligible", 0, ("seed",))
    again, _ = judged(AMOUNT, asking(amount=4_500_000))
    assert (again.made.result.kind, again.made.points.score) == ("eligible", best.score)
    dearer, _ = judged(AMOUNT, asking(amount=5_000_000))
    assert dearer.made.result.kind != "eligible"


def test_between_two_amounts_tried_the_largest_that_is_enough_is_found() -> None:
    """The line of ten in a hundred lies at 4,757,000."""
    case, known = judged(replace(AMOUNT, base=-4.1))
    assert next_steps(case, known)[0].acts[0].amount == 4_700_000


def test_a_step_holds_every_feature_that_moves_and_no_other() -> None:
    case, known = judged(AMOUNT)
    best = next_steps(case, known)[0]
    again, _ = judged(AMOUNT, asking(amount=4_500_000))
    moved = {
        name: value
        for name, value in again.made.features.items()
        if value != case.made.features[name]
    }
    assert best.changed == moved
    assert {"amount_asked", "instalment_asked", "income_cover"} <= moved.keys()


def test_books_are_advised_for_the_shortest_time_that_is_enough() -> None:
    case, known = judged(BOOKS)
    steps = next_steps(case, known)
    books = next(step for step in steps if step.acts[0].name == "keep_books")
    assert (books.days, books.kind) == (30, "eligible")
    assert books.codes == ("R19",)
    assert books.changed["booked_day_share"] == pytest.approx(30 / 90)


def test_what_is_overdue_is_advised_to_be_paid() -> None:
    case, known = judged(BILLS, more={"bills": [unpaid(60), unpaid(40)]})
    assert case.made.result.kind == "not_yet"
    steps = next_steps(case, known)
    acts = {act.name: step for step in steps for act in step.acts}
    assert acts["pay_overdue_bills"].kind == "eligible"
    assert acts["pay_overdue_bills"].changed["unpaid_bill_share"] == 0


def test_two_acts_are_advised_together_where_neither_is_enough() -> None:
    model = Plain(-1.4, {"unpaid_bill_share": 1.0, "booked_day_share": -1.5})
    case, known = judged(model, more={"bills": [unpaid(60), unpaid(40)]})
    steps = next_steps(case, known)
    eligible = [step for step in steps if step.kind == "eligible"]
    assert {act.name for act in eligible[0].acts} == {"keep_books", "pay_overdue_bills"}
    assert eligible[0].days == 90
    assert set(eligible[0].codes) == {"R19", "R29"}


def test_acts_go_together_whatever_was_asked_about_the_applicant_before(model: RiskModel) -> None:
    nobody = rules(model, products=(product(max_pd=0.0),))
    made = decide(APPLICATION, records_of(history()), nobody, STAMP)
    assert made.unfit[0].beyond_cut_off
    assert under(made, nobody) == made


def test_acts_are_not_advised_together_where_one_goes_by_what_the_other_changes() -> None:
    """The books of someone who sells on more days would have more lines."""
    case, known = judged(BOOKS)
    found = {one.acts[0]: one for one in about_records(case, known)}
    books, trade = found[Act("keep_books", 90)], found[Act("take_mentoring", 90)]
    assert together(case, [books, trade])
    assert together(case, [books, replace(trade, changed=frozenset({"payments"}))]) is None
    assert together(case, [books, books]) is None


def test_nobody_is_told_to_become_unlike_those_known() -> None:
    """Who is unlike goes to a person; a request that makes one so is no better for that."""
    usual = {"amount_asked": Range(low=5e6, high=5e7, width=1e5, always=False)}
    model = replace(CALM, novelty=Novelty(usual, line=1.0, share=0.01, drawn_on=200))
    too_long = asking(tenor_months=120)
    case, known = judged(model, too_long)
    assert case.made.result.causes == ("no_product_fits",)
    strange, _ = judged(model, replace(too_long, amount=4_500_000))
    assert strange.made.result.causes == ("unlike_those_known",)
    assert next_steps(case, known) == ()


def test_a_step_to_an_offer_that_a_person_is_to_look_at_is_shown() -> None:
    usual = {"amount_asked": Range(low=5e6, high=5e7, width=1e5, always=False)}
    model = replace(CALM, novelty=Novelty(usual, line=1.0, share=0.01, drawn_on=200))
    small = any_amount(amount_max=4_000_000)
    case, known = judged(model, products=(small,))
    (step,) = next_steps(case, known)
    assert [(act.name, act.amount) for act in step.acts] == [("smaller_amount", 4_000_000)]
    assert (step.kind, step.more) == ("human_review", ("seed",))


def test_where_nothing_is_enough_nothing_is_shown() -> None:
    case, known = judged(Plain(base=3.0))
    assert case.made.result.causes == ("risk_above_the_line",)
    assert next_steps(case, known) == ()


@pytest.mark.parametrize("papers", [frozenset({"ktp", "nib"}), frozenset({"ktp"}), None])
def test_nobody_is_told_to_get_the_number_that_they_show(
    papers: frozenset[Document] | None,
) -> None:
    """Where the data on the business know of none, these are wrong, and not the person late."""
    model = Plain(-1.5, {"business_number": -3.0})
    owner = asking(business=replace(BUSINESS, documents=papers))
    case, known = judged(model, owner, more={"profile": [row("profile", 9, nib=False)]})
    told = {act.name for step in next_steps(case, known) for act in step.acts}
    assert ("get_business_number" in told) == ("nib" not in (papers or ()))


def test_a_fact_that_is_not_in_a_persons_hands_is_never_advised() -> None:
    case, known = judged(Plain(2.0, {"history_months": -0.5, "median_monthly_income": -1e-9}))
    assert next_steps(case, known) == ()


def test_papers_open_products_and_a_title_of_land_is_never_asked_for() -> None:
    papers = [rule(field="documents", op="has_all", value=["npwp"])]
    titles = [rule(field="documents", op="has_any", value=["bpkb", "land"], reason_code="R22")]
    products = (
        any_amount(),
        any_amount(product_id="paper", eligibility=papers),
        any_amount(product_id="title", eligibility=titles, collateral="additional"),
    )
    case, known = judged(CALM, products=products)
    (step,) = next_steps(case, known)
    assert [(act.name, act.document, act.days) for act in step.acts] == [
        ("bring_document", "npwp", 14)
    ]
    assert (step.kind, step.more, set(step.offers)) == ("eligible", ("paper",), {"seed", "paper"})


def test_no_longer_time_is_tried_than_a_product_on_offer_to_a_business_takes() -> None:
    shown = [
        any_amount(tenor_max=24),
        any_amount(product_id="old", tenor_max=36, effective_to=date(2026, 6, 30)),
        any_amount(product_id="joint", applicant_kind="cooperative"),
    ]
    case, _ = judged(CALM, products=tuple(shown))
    tried = {one.applicant.tenor_months for one in about_request(case)}
    assert tried == {APPLICATION.tenor_months, 18, 24}


@pytest.mark.parametrize("paper", ["group", "member"])
def test_what_others_decide_is_never_advised_as_a_paper_to_bring(paper: str) -> None:
    letter = [rule(field="documents", op="has_all", value=[paper], reason_code="R45")]
    kind = "group" if paper == "group" else "individual"
    closed = any_amount(product_id="members", eligibility=letter, applicant_kind=kind)
    case, known = judged(CALM, products=(any_amount(), closed))
    assert next_steps(case, known) == ()


@pytest.mark.parametrize(("held", "reach"), [(None, "open"), (frozenset({"husk"}), "shut")])
def test_what_is_held_and_not_known_keeps_only_a_product_that_excludes_it_open(
    held: frozenset[str] | None, reach: str
) -> None:
    holding = asking(business=replace(BUSINESS, held_products=held))
    old = any_amount(product_id="old", eligibility=[rule(value=600)])
    products = (any_amount(exclusive_with=["husk"]), old)
    case, _ = judged(CALM, holding, products=products)
    assert ("unknown_facts" in case.made.result.causes) is (reach == "open")
    smaller = replace(case.made.applicant, amount=1_000_000)
    same = Candidate((Act("smaller_amount", 0, amount=1_000_000),), 1, (), smaller)
    vector = np.array([[case.made.features[name] for name in NAMES]], dtype=np.float64)
    (outcome,) = Judge(case).outcomes([same], vector)
    assert outcome.kind == ("human_review" if reach == "open" else "not_yet")


def test_unknown_papers_are_asked_for() -> None:
    papers = [rule(field="documents", op="has_all", value=["ktp", "kk"])]
    unknown = asking(business=replace(BUSINESS, documents=None))
    case, known = judged(CALM, unknown, products=(any_amount(eligibility=papers),))
    assert case.made.result.causes == ("unknown_facts",)
    best = next_steps(case, known)[0]
    assert {act.document for act in best.acts} == {"ktp", "kk"}
    assert (best.kind, best.more) == ("eligible", ("seed",))


def test_a_lenders_cut_off_counts_and_a_smaller_risk_opens_the_product() -> None:
    products = (any_amount(), any_amount(product_id="strict", max_pd=0.05))
    case, known = judged(
        replace(BOOKS, base=-2.7), products=products, policy=Policy(lines={}, near=0.0)
    )
    assert (case.made.result.kind, case.offered) == ("eligible", ("seed",))
    steps = next_steps(case, known)
    assert [(step.acts[0].name, step.more) for step in steps] == [("keep_books", ("strict",))]


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_a_step_that_would_raise_a_hand_promises_no_more_than_a_look(signal: Signal) -> None:
    case, _ = judged(BOOKS, policy=Policy())
    books = Candidate((Act("keep_books", 30),), 3, ("R19",), case.made.applicant)
    safe = case.vector.copy()
    safe[0, NAMES.index("booked_day_share")] = 1.0
    (outcome,) = Judge(case).outcomes([books], safe)
    quiet = {one.name: None for one in SIGNALS}
    assert Judge(case).seen(outcome, quiet).kind == "eligible"
    assert Judge(case).seen(outcome, {**quiet, signal.name: signal.line}).kind == "human_review"


def test_a_step_never_promises_that_a_raised_hand_comes_down() -> None:
    """A person looks first: who filled books in afterwards is not told what would hide it."""
    filled = [row("books", 31 + day, late=30 + day, line_id=f"l{day}") for day in range(20)]
    products = (any_amount(), any_amount(product_id="strict", max_pd=0.05))
    model = replace(BOOKS, base=-2.2)
    case, known = judged(model, more={"books": filled}, products=products, policy=Policy())
    assert case.made.raised == ("backfilled_share",)
    steps = next_steps(case, known)
    books = next(step for step in steps if step.acts[0].name == "keep_books")
    told = books.signals["backfilled_share"]
    assert told is not None
    assert told < Policy().lines["backfilled_share"]
    assert {step.kind for step in steps} == {"human_review"}


def test_a_look_is_not_promised_for_a_raised_hand_alone() -> None:
    """Once the step is done the hand may be down, and no product is there for them."""
    filled = [row("books", 31 + day, late=30 + day, line_id=f"l{day}") for day in range(20)]
    none = (any_amount(amount_max=1),)
    case, known = judged(BOOKS, more={"books": filled}, products=none, policy=Policy())
    assert case.made.result.causes == ("risk_above_the_line",)
    assert case.made.raised == ("backfilled_share",)
    assert next_steps(case, known) == ()
    shelf = (any_amount(),)
    case, known = judged(BOOKS, more={"books": filled}, products=shelf, policy=Policy())
    assert {step.kind for step in next_steps(case, known)} == {"human_review"}


def test_the_signals_of_a_step_are_those_of_the_records_it_leads_to() -> None:
    case, known = judged(BOOKS)
    books = next(step for step in next_steps(case, known) if step.acts[0].name == "keep_books")
    rows = keep_books(known, 30)
    assert rows is not None
    after = replace(known, sources={**known.sources, "books": rows})
    assert books.signals == signals.of_one(after, "IDR") != case.made.signals


@pytest.mark.parametrize("base", [-3.0, -1.9, -1.0, 0.0])
@pytest.mark.parametrize("amount", [2_000_000, 5_000_000, 20_000_000, 60_000_000])
def test_every_step_is_better_than_what_is_and_no_two_are_alike(base: float, amount: int) -> None:
    model = Plain(base, {"amount_asked": 2e-8, "booked_day_share": -1.0, "mentor_visits": -0.2})
    case, known = judged(model, asking(amount=amount))
    steps = next_steps(case, known)
    assert len(steps) <= MOST_STEPS
    assert len({step.acts for step in steps}) == len(steps)
    for step in steps:
        assert case.bettered_by(step.kind, step.offers)
        assert step.more == tuple(p for p in step.offers if p not in case.offered)
        assert step.applicant.probability_of_default is None


def test_a_decision_carries_its_steps_and_keeps_them_under_the_same_rules() -> None:
    case, known = judged(BOOKS)
    made = decide(APPLICATION, records_of(history(200)), case.rules, STAMP)
    assert made.next_steps == next_steps(case, known) != ()
    assert under(made, case.rules) == made


def test_under_other_rules_only_the_steps_that_still_help_stay() -> None:
    case, _ = judged(BOOKS)
    made = decide(APPLICATION, records_of(history(200)), case.rules, STAMP)
    stricter = under(made, replace(case.rules, model=replace(BOOKS, base=2.0)))
    assert stricter.next_steps == ()
    calmer = under(made, replace(case.rules, model=CALM))
    assert (calmer.result.kind, calmer.next_steps) == ("eligible", ())


def test_the_rules_alone_promise_more_offers_and_never_a_result() -> None:
    """Without a model there is no risk to lower: every case goes to a person."""
    papers = any_amount(
        product_id="paper", eligibility=[rule(field="documents", op="has_all", value=["npwp"])]
    )
    in_force = alone(products=(any_amount(), papers))
    made = decide(APPLICATION, records_of(history(200)), in_force, STAMP)
    assert made.result.kind == "human_review"
    assert [(step.kind, step.more) for step in made.next_steps] == [("human_review", ("paper",))]


def test_missing_records_are_no_obstacle(model: RiskModel) -> None:
    case, known = assess(APPLICATION, {}, rules(model), STAMP)
    assert case.made.result.kind == "human_review"
    assert all(np.isfinite(step.score) for step in next_steps(case, known))
