"""The types of what the API takes and gives.

Written by `make docs` from docs/openapi.json; change the API, not this file.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class AnswerAsked(TypedDict):
    """
    An officer's answer to a case.
    """

    outcome: Literal['lend', 'not_yet', 'corrected', 'more_data_needed', 'erased', 'kept', 'given', 'unknown']
    reason_code: Literal['V01', 'V02', 'V03', 'V04', 'V05', 'V06', 'V07', 'V08', 'V09', 'V10', 'V11', 'V12', 'V13']
    officer: str
    note: NotRequired[str | None]


class Attempt(TypedDict):
    """
    One attempt at a delivery.
    """

    number: int
    at: str
    milliseconds: int
    status: int | None
    fault: Literal['name', 'address', 'tls', 'timeout', 'connection'] | None


class Audited(TypedDict):
    """
    An audit of decisions: `audit.fairness.report.Report` as JSON.
    """

    report: dict[str, Any]


class Bill(TypedDict):
    """
    One bill, or one purchase of a prepaid service.
    """

    bill_id: str
    occurred_at: str
    known_at: NotRequired[str | None]
    kind: Literal['electricity', 'water', 'telecom', 'rent', 'bpjs_health', 'bpjs_work', 'pbb']
    prepaid: bool
    amount: int
    quantity: NotRequired[float | None]
    period_from: NotRequired[str | None]
    period_to: NotRequired[str | None]
    due_at: NotRequired[str | None]
    paid_at: NotRequired[str | None]
    paid: NotRequired[int | None]
    cut_off_at: NotRequired[str | None]


class BudgetAsked(TypedDict):
    """
    What a lender puts into a programme for a product of its own.
    """

    at_most: int


class BudgetVersion(TypedDict):
    """
    A version of a budget, and where it stands.
    """

    programme_id: str
    product_id: str
    version: int
    at_most: int
    state: Literal['waiting', 'replaced', 'in_force']
    proposed_at: str
    proposed_by: str
    verified_at: str | None


class Budgets(TypedDict):
    """
    A lender's budgets in a programme, by product.
    """

    budgets: list[BudgetVersion]


HeldProduct: TypeAlias = str


class Business(TypedDict):
    """
    What the products' rules ask about the business; what is not known is left out.
    """

    started_on: NotRequired[str | None]
    kbli: NotRequired[str | None]
    kecamatan: NotRequired[str | None]
    documents: NotRequired[list[Literal['ktp', 'kk', 'nib', 'sku', 'npwp', 'bpkb', 'land', 'training', 'group', 'member']] | None]
    active_bank_loans: NotRequired[int | None]
    programme_loan: NotRequired[bool | None]
    existing_instalments: NotRequired[int]
    held_products: NotRequired[list[HeldProduct] | None]


class BusinessAsked(TypedDict):
    """
    What is known of a business; what is not known is left out.
    """

    started_on: NotRequired[str | None]
    kbli: NotRequired[str | None]
    kecamatan: NotRequired[str | None]
    documents: NotRequired[list[Literal['ktp', 'kk', 'nib', 'sku', 'npwp', 'bpkb', 'land', 'training', 'group', 'member']] | None]
    active_bank_loans: NotRequired[int | None]
    programme_loan: NotRequired[bool | None]
    existing_instalments: NotRequired[int]
    held_products: NotRequired[list[HeldProduct] | None]
    known_at: NotRequired[str | None]


class BusinessListed(TypedDict):
    """
    A business that is kept.
    """

    business_id: str
    kept_at: str


class Businesses(TypedDict):
    """
    A page of businesses, in order of their ids.
    """

    businesses: list[BusinessListed]
    next_cursor: str | None


class Cell(TypedDict):
    """
    Businesses, and the rupiah they ask for or are lent.
    """

    businesses: int
    amount: int


class Change(TypedDict):
    """
    What to ask for, and what to bring; money in whole rupiah.
    """

    amount: int
    tenor_months: int
    documents: list[Literal['ktp', 'kk', 'nib', 'sku', 'npwp', 'bpkb', 'land', 'training', 'group', 'member']]


class Checkpoint(TypedDict):
    """
    Where the ledger ended at some time, signed (Ed25519) over the other three as JSON.
    """

    number: int
    hash: str
    at: str
    signature: str
    key: str


class Checkpoints(TypedDict):
    """
    A page of checkpoints, the newest first.
    """

    checkpoints: list[Checkpoint]
    next_cursor: str | None


class Consent(TypedDict):
    """
    A consent of a business.
    """

    consent_id: str
    scope: str
    granted_at: str
    withdrawn_at: str | None
    evidence: str


class ConsentAsked(TypedDict):
    """
    A consent of a business, to one source or one purpose.
    """

    scope: Literal['payments', 'orders', 'bills', 'books', 'invoices', 'credit', 'support', 'profile', 'scoring', 'sharing', 'referral', 'fairness_audit', 'model_improvement', 'programme_groups']
    granted_at: str
    evidence: str


class Consents(TypedDict):
    """
    The consents of a business, the earliest first.
    """

    consents: list[Consent]


class Count(TypedDict):
    """
    What is kept of a source.
    """

    source: str
    records: int
    first_at: str
    last_at: str


class Counts(TypedDict):
    """
    What is kept of each source; one of which nothing is kept is left out.
    """

    sources: list[Count]


class DecisionSummary(TypedDict):
    """
    A decision in short.
    """

    decision_id: str
    application_id: str
    business_id: str
    decided_at: str
    result: Literal['eligible', 'human_review', 'not_yet'] | None
    grade: Literal['A', 'B', 'C', 'D', 'E', 'F'] | None
    scorer: Literal['champion', 'rules'] | None


class Decisions(TypedDict):
    """
    A page of your decisions, the newest first.
    """

    decisions: list[DecisionSummary]
    next_cursor: str | None


class Delivery(TypedDict):
    """
    An event on its way to a webhook, or arrived.
    """

    delivery_id: str
    event: Literal['allocation.made', 'case.answered', 'case.opened', 'consent.withdrawn', 'decision.made', 'job.done', 'upload.done']
    made_at: str
    state: Literal['waiting', 'delivered', 'failed']
    due_at: str | None
    attempts: list[Attempt]


class Drifted(TypedDict):
    """
    What drift was found, as JSON of `audit.drift`.
    """

    found: dict[str, Any]


class Due(TypedDict):
    """
    How many open cases fall due in a week, by its Monday.
    """

    week: str
    cases: int | None


class EditionListed(TypedDict):
    """
    An edition: of which days, when it was made, and whether people in it are simulated.
    """

    name: str
    first: str
    last: str
    made_at: str
    simulated: bool


class Editions(TypedDict):
    """
    All editions, the newest first.
    """

    editions: list[EditionListed]


class Entry(TypedDict):
    """
    An application that takes part in a programme.
    """

    entry_id: str
    programme_id: str
    decision_id: str
    agreed_at: str
    groups: list[str]


Group: TypeAlias = str


class EntryAsked(TypedDict):
    """
    An owner's agreement that their application takes part in a programme.
    """

    decision_id: str
    agreed_at: str
    groups: NotRequired[list[Group]]


class Erased(TypedDict):
    """
    A business that is erased.
    """

    erasure: str
    decisions: int
    at: str


class Event(TypedDict):
    """
    One training or mentoring event the business was invited to.
    """

    event_id: str
    occurred_at: str
    known_at: NotRequired[str | None]
    programme: str
    provider: NotRequired[str | None]
    form: Literal['class', 'mentoring', 'visit']
    hours: NotRequired[float | None]
    attended: NotRequired[bool | None]
    certificate: NotRequired[bool | None]
    action: NotRequired[str | None]
    done_at: NotRequired[str | None]


class Facts(TypedDict):
    """
    What was known of a business; null where it was not.
    """

    started_on: str | None
    kbli: str | None
    kecamatan: str | None
    documents: list[Literal['ktp', 'kk', 'nib', 'sku', 'npwp', 'bpkb', 'land', 'training', 'group', 'member']] | None
    active_bank_loans: int | None
    programme_loan: bool | None
    existing_instalments: int
    held_products: list[str] | None


class Fault(TypedDict):
    """
    One thing wrong with a request.
    """

    where: str
    found: str
    expected: str
    hint: str


class Fee(TypedDict):
    """
    A fee taken out of the loan when it is paid out.

    Args:
        name: what it is for.
        kind: ``percent``: a share of the amount; ``fixed``: rupiah.
        value: the share as ``"0.01"`` for 1%, or whole rupiah.
    """

    name: str
    kind: Literal['percent', 'fixed']
    value: str


class Floor(TypedDict):
    """
    The share of all that should reach a group, as far as its demand allows.

    Args:
        name: as officials know it, unique in its programme.
        group: whom it is about.
        share: of all that is allocated, 0 to 1, to a hundredth of a percent.
        of: what is counted.
    """

    name: str
    group: str
    share: str
    of: NotRequired[Literal['rupiah', 'businesses']]


class FloorUse(TypedDict):
    """
    `matching.allocation.result.Held`; ``used``, ``total``, ``short`` None where hidden.

    So are ``exhausted`` and ``price`` where the group is of a few businesses only.
    """

    name: str
    group: str
    share: str
    of: Literal['rupiah', 'businesses']
    used: int | None
    total: int | None
    short: int | None
    exhausted: bool | None
    price: float | None


class FunnelPlace(TypedDict):
    """
    How many asked in a kecamatan, and what share of them was found eligible.
    """

    kecamatan: str
    asked: int
    eligible: float


class Gate(TypedDict):
    """
    A gate that a model was held against, and what it found.
    """

    code: str
    title: str
    colour: Literal['green', 'amber', 'red']
    found: str
    expected: str


class Invoice(TypedDict):
    """
    One invoice of a supplier to the business.
    """

    invoice_id: str
    occurred_at: str
    known_at: NotRequired[str | None]
    supplier: NotRequired[str | None]
    amount: int
    due_at: NotRequired[str | None]
    paid_at: NotRequired[str | None]
    paid: NotRequired[int | None]
    disputed: NotRequired[bool | None]


class Job(TypedDict):
    """
    A batch of applications.
    """

    job_id: str
    state: Literal['waiting', 'running', 'done', 'cancelled']
    made_at: str
    ended_at: str | None
    of: int
    done: int
    bad: int


class Jobs(TypedDict):
    """
    A page of batches, the newest first.
    """

    jobs: list[Job]
    next_cursor: str | None


class Kept(TypedDict):
    """
    What came of the records of a source that were sent.
    """

    source: str
    added: int
    completed: int
    same: int


class KeptAnswer(TypedDict):
    """
    What came of the records that were sent.
    """

    kept: list[Kept]


class Key(TypedDict):
    """
    A key of yours; its secret is not kept.
    """

    prefix: str
    person: str
    scopes: list[Literal['admin', 'audit', 'cases', 'outcomes', 'products', 'programmes', 'protected', 'read', 'records', 'score', 'webhooks']]
    created_at: str
    expires_at: str
    revoked_at: str | None
    last_used_on: str | None
    given_by: str | None
    state: Literal['in_force', 'expired', 'revoked']


class KeyAsked(TypedDict):
    """
    A key to be made.
    """

    person: str
    scopes: list[Literal['admin', 'audit', 'cases', 'outcomes', 'products', 'programmes', 'protected', 'read', 'records', 'score', 'webhooks']]
    days: NotRequired[int | None]


class Keys(TypedDict):
    """
    Your keys, the oldest first.
    """

    keys: list[Key]


class Ledger(TypedDict):
    """
    Where the ledger ended before the edition was entered, and whether it was whole.
    """

    number: int
    hash: str
    faults: int


class LedgerEntry(TypedDict):
    """
    An entry of the ledger: that something was done, and nothing of what.
    """

    number: int
    at: str
    kind: str
    subject: str
    digest: str
    previous: str
    hash: str


class LedgerHead(TypedDict):
    """
    Where the ledger ends.
    """

    number: int
    hash: str


class Lender(TypedDict):
    """
    Who lends.

    Args:
        id: its identifier.
        name: as people know it.
        kind: of lender; the rules of the supervisor go by it.
    """

    id: str
    name: str
    kind: Literal['bank', 'rural_bank', 'cooperative', 'microfinance', 'pawnshop', 'state_enterprise', 'platform']


class LenderAnswer(TypedDict):
    """
    What you answered to an application, as it is kept.
    """

    answer_id: str
    decision_id: str
    reported_at: str
    outcome: str
    answered_at: str
    amount: int | None
    price_bp: int | None
    product_id: str | None


class LenderAnswerAsked(TypedDict):
    """
    What you answered to an application.
    """

    outcome: Literal['approved', 'declined', 'withdrawn']
    answered_at: str
    amount: NotRequired[int | None]
    price_bp: NotRequired[int | None]
    product_id: NotRequired[str | None]


class LenderAnswers(TypedDict):
    """
    Answers, the one that counts at the end.
    """

    answers: list[LenderAnswer]


class Limit(TypedDict):
    """
    How much may, or must, be allocated of a part of everything.

    Args:
        name: as officials know it, unique in its programme.
        unit: what is counted.
        at_most: no more than this; None: no such limit.
        at_least: no less than this; None: no such limit. Where a minimum cannot be had the
            programme is refused.
        lenders, products, kecamatan: those it is about, by identifier; empty: all.
        kbli: beginnings of the activity codes it is about; empty: all.
        groups: it is about businesses in one of these; empty: all.
    """

    name: str
    unit: Literal['rupiah', 'businesses']
    at_most: NotRequired[int | None]
    at_least: NotRequired[int | None]
    lenders: NotRequired[list[str]]
    products: NotRequired[list[str]]
    kecamatan: NotRequired[list[str]]
    kbli: NotRequired[list[str]]
    groups: NotRequired[list[str]]


class LimitUse(TypedDict):
    """
    `matching.allocation.result.Used`; ``used`` is None where it is hidden.

    So is ``price`` of a hidden number of places: a place that is worth something tells that all
    are taken. And so it is where the limit is about a few businesses only: it is what one of them
    is worth.
    """

    name: str
    unit: Literal['rupiah', 'businesses']
    at_most: int | None
    at_least: int | None
    used: int | None
    price: float | None


class Line(TypedDict):
    """
    One line of the owner's bookkeeping.
    """

    line_id: str
    occurred_at: str
    known_at: NotRequired[str | None]
    direction: Literal['in', 'out']
    category: Literal['sale', 'credit_sale', 'collection', 'purchase', 'wages', 'rent', 'utilities', 'transport', 'tax', 'owner_draw', 'owner_capital', 'loan', 'repayment', 'other']
    amount: int
    counterparty: NotRequired[str | None]


class Missing(TypedDict):
    """
    A part that cannot be told.
    """

    why: Literal['nothing_decided', 'too_few', 'no_outcomes', 'no_allocation', 'no_reference', 'no_model']


class NewKey(TypedDict):
    """
    A key just made.
    """

    key: str
    prefix: str


class Offer(TypedDict):
    """
    A product that fits, at the amount and tenor asked; money in whole rupiah.
    """

    product_id: str
    product_name: str
    lender_id: str
    lender_name: str
    contract: str
    price_word: str
    amount: int
    tenor_months: int
    period: Literal['weekly', 'monthly', 'seasonal']
    instalments: int
    fees: int
    deposit: int
    received: int
    instalment: int
    last_instalment: int
    monthly_burden: int
    total_repaid: int
    total_cost: int
    apr: float
    source: str
    example: bool
    note: str


class Offered(TypedDict):
    """
    A product of the pool.
    """

    product_id: str
    name: str
    lender: str


class Order(TypedDict):
    """
    One order on a marketplace.
    """

    order_id: str
    occurred_at: str
    known_at: NotRequired[str | None]
    gross: int
    fees: NotRequired[int | None]
    net: NotRequired[int | None]
    payout_at: NotRequired[str | None]
    closed_at: NotRequired[str | None]
    status: NotRequired[Literal['delivered', 'cancelled', 'returned'] | None]
    cancelled_by: NotRequired[Literal['seller', 'buyer', 'platform'] | None]
    rating: NotRequired[int | None]
    buyer: NotRequired[str | None]
    item: NotRequired[str | None]


class Overlap(TypedDict):
    """
    For how long a key works beside the one that takes its place.
    """

    hours: NotRequired[int]


class Payment(TypedDict):
    """
    One movement of money into or out of the business.
    """

    payment_id: str
    occurred_at: str
    known_at: NotRequired[str | None]
    amount: int
    direction: Literal['in', 'out']
    channel: Literal['qris', 'ewallet', 'bank', 'cash']
    kind: Literal['sale', 'refund', 'supplier', 'household', 'fee', 'penalty', 'interest', 'insurance', 'loan', 'transfer', 'other']
    counterparty: NotRequired[str | None]
    balance_after: NotRequired[int | None]


class Preference(TypedDict):
    """
    In which order a lender takes applicants when it cannot take all.

    Args:
        lender: its identifier.
        order: what comes first.
    """

    lender: str
    order: Literal['earliest', 'lowest_risk', 'smallest', 'largest']


class Prices(TypedDict):
    """
    The cheapest offer of each who had one: quartiles of its yearly price, 0.24 for 24%.
    """

    offered: int
    lower: float
    median: float
    upper: float


class Problem(TypedDict):
    """
    A problem as RFC 9457 shapes it, with Lumbung's code and the faults found.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    faults: list[Fault]


class Profile(TypedDict):
    """
    The business as it was on a day.
    """

    profile_id: str
    occurred_at: str
    known_at: NotRequired[str | None]
    started_at: NotRequired[str | None]
    sector: NotRequired[str | None]
    sector_scheme: NotRequired[Literal['kbli2020', 'kbli2025', 'naics', 'other'] | None]
    kecamatan: NotRequired[str | None]
    employees: NotRequired[int | None]
    nib: NotRequired[bool | None]


class Programme(TypedDict):
    """
    A programme.

    Args:
        programme_id: unique; name: as people know it.
        objective: what is to be had the most of.
        limits: budgets, quotas, minimums.
        floors: shares for groups, the most urgent first.
        preferences: of lenders; who states none takes the earliest first.
        effective_from, effective_to: first and last day on which it allocates.
        source: where its terms are written.
    """

    programme_id: str
    name: str
    objective: Literal['expected_repaid', 'businesses', 'jobs']
    limits: list[Limit]
    floors: NotRequired[list[Floor]]
    preferences: NotRequired[list[Preference]]
    effective_from: str
    effective_to: str
    source: str


class ProgrammeVersion(TypedDict):
    """
    A version of a programme, and where it stands today.
    """

    version: int
    state: Literal['waiting', 'replaced', 'not_yet_in_force', 'in_force', 'expired']
    programme: Programme
    proposed_at: str
    verified_at: str | None


class Programmes(TypedDict):
    """
    Versions of programmes.
    """

    programmes: list[ProgrammeVersion]


class Protected(TypedDict):
    """
    What an owner told for the fairness audit; null where they did not.
    """

    gender: str | None
    birth_year: int | None
    disability: bool | None


class ProtectedAsked(TypedDict):
    """
    What an owner told for the fairness audit; what they did not tell is left out.
    """

    gender: NotRequired[Literal['female', 'male'] | None]
    birth_year: NotRequired[int | None]
    disability: NotRequired[bool | None]


class Reached(TypedDict):
    """
    How many applications came to a stage and no further, and how many as far or further.
    """

    stage: Literal['not_yet', 'human_review', 'eligible', 'offered', 'entered', 'allocated']
    stopped: int | None
    reached: int | None


class Relaxation(TypedDict):
    """
    An easier value for those who hold a certain document.

    Args:
        document: the document that earns it.
        value: the value asked instead, of the same kind as the rule's own.
    """

    document: Literal['ktp', 'kk', 'nib', 'sku', 'npwp', 'bpkb', 'land', 'training', 'group', 'member']
    value: bool | int | list[str]


class Repayment(TypedDict):
    """
    A report as it is kept.
    """

    repayment_id: str
    decision_id: str
    reported_at: str
    as_of: str
    disbursed_at: str
    amount: int
    product_id: str | None
    worst_days_past_due: int | None
    written_off: bool
    restructured: bool | None
    defaulted_at: str | None
    censored: bool


class RepaymentAsked(TypedDict):
    """
    How a loan that followed upon a decision stands.
    """

    as_of: str
    disbursed_at: str
    amount: int
    product_id: NotRequired[str | None]
    worst_days_past_due: NotRequired[int | None]
    written_off: bool
    restructured: NotRequired[bool | None]
    defaulted_at: NotRequired[str | None]
    censored: bool


class RepaymentMonth(TypedDict):
    """
    What became of the decisions of a month.
    """

    month: str
    judged: int
    bad: int
    expected: float


class RepaymentMonths(TypedDict):
    """
    Months, the earliest first.
    """

    months: list[RepaymentMonth]


class RepaymentOf(TypedDict):
    """
    How a loan stands, and upon which decision it followed.
    """

    as_of: str
    disbursed_at: str
    amount: int
    product_id: NotRequired[str | None]
    worst_days_past_due: NotRequired[int | None]
    written_off: bool
    restructured: NotRequired[bool | None]
    defaulted_at: NotRequired[str | None]
    censored: bool
    decision_id: str


class Repayments(TypedDict):
    """
    Reports, by the time they speak of; of two of the same time the later corrects the other.
    """

    repayments: list[Repayment]


class RepaymentsAsked(TypedDict):
    """
    Reports on decisions of yours; all are kept or none.
    """

    reports: list[RepaymentOf]


class Report(TypedDict):
    """
    One month of one loan as the credit register has it, or one inquiry there.
    """

    report_id: str
    occurred_at: str
    known_at: NotRequired[str | None]
    kind: Literal['month', 'inquiry']
    facility: NotRequired[str | None]
    lender_kind: Literal['bank', 'bpr', 'cooperative', 'lkm', 'p2p', 'finance', 'pawn', 'other']
    started_at: NotRequired[str | None]
    ends_at: NotRequired[str | None]
    limit: NotRequired[int | None]
    outstanding: NotRequired[int | None]
    instalment: NotRequired[int | None]
    days_past_due: NotRequired[int | None]
    collectability: NotRequired[int | None]
    status: NotRequired[Literal['running', 'repaid', 'written_off'] | None]
    restructured: NotRequired[bool | None]


class RotationAsked(TypedDict):
    """
    For how long the secret before still signs.
    """

    overlap_hours: NotRequired[int]


class Rule(TypedDict):
    """
    One hard rule of a product.

    Args:
        field: the fact it asks about.
        op: how the fact is held against `value`; each fact allows those in `OPS`.
        value: what is asked.
        reason_code: the code that explains a failure, such as ``R06``.
        citation: the regulation, contract or report the rule comes from.
        above_amount: the rule binds only loans above this many rupiah; None: every loan.
        relaxed: the easier value for holders of a document; None: the same for all.
    """

    field: Literal['months_running', 'active_bank_loans', 'programme_loan', 'purpose', 'kbli', 'kecamatan', 'documents']
    op: Literal['at_least', 'at_most', 'is', 'one_of', 'none_of', 'starts_with', 'has_all', 'has_any']
    value: bool | int | list[str]
    reason_code: str
    citation: str
    above_amount: NotRequired[int | None]
    relaxed: NotRequired[Relaxation | None]


class Share(TypedDict):
    """
    A share with its interval of 95%, 0 … 1 each.
    """

    value: float
    low: float
    high: float


class Signal(TypedDict):
    """
    A signal that raised its hand: what to ask about, and no finding.
    """

    name: str
    meaning: str
    unit: Literal['money', 'ratio', 'share', 'days', 'months', 'count']
    value: float | None


class Summary(TypedDict):
    """
    How your staff keeps up with its cases, and whether it ever differs from the score.
    """

    open: int
    overdue: int
    answered: int
    unseen: int
    hours_to_view: float | None
    hours_to_answer: float | None
    judged: int
    high_side: int
    low_side: int
    override_rate: float | None


class Sums(TypedDict):
    """
    What the application of one method comes to.

    Args:
        worth: in the unit of the objective.
        served: businesses; lent: rupiah; cost: what it costs the borrowers in all, rupiah.
        blocking_pairs: pairs of applicant and lender who would both rather have each other than
            what they got: 0 is stable.
        seconds: how long it took.
        missed: the names of limits and floors that it does not keep, as a way that looks at one
            application after another may miss a minimum; it could then be worth more than the
            optimum, which keeps all.
    """

    worth: float
    served: int
    lent: int
    cost: int
    blocking_pairs: int
    seconds: float
    missed: NotRequired[list[str]]


class Text(TypedDict):
    """
    A sentence for the applicant, in both languages.
    """

    id: str
    en: str


class Tried(TypedDict):
    """
    A recipe that was tried beside the model's.

    Args:
        name: what differs.
        auc: how well it told good loans from bad ones, 0.5 … 1.
        loss: the AUC of the standing recipe - its own; loss_error: its standard error.
        gap: the largest gap of any group, in units of what is tolerated.
        gained: the gap of the standing recipe - its own; gained_error: its standard error.
        chosen: whether the model was fitted by it.
        front: whether no other has as much of the one with as little of the other.
    """

    name: str
    auc: float
    loss: float
    loss_error: float
    gap: float
    gained: float
    gained_error: float
    chosen: bool
    front: bool


class Upload(TypedDict):
    """
    A file of records of one source.
    """

    upload_id: str
    source: str
    format: Literal['ndjson', 'ndjson+gzip', 'parquet']
    bytes: int
    state: Literal['open', 'waiting', 'running', 'done', 'failed', 'cancelled']
    part_bytes: int
    parts: int
    missing: list[int]
    made_at: str
    ended_at: str | None
    rows: int
    bad: int
    added: int
    completed: int
    same: int
    problem: Problem | None


class UploadAsked(TypedDict):
    """
    What is said of a file before it comes. Each of its rows names its `business_id`.
    """

    source: Literal['payments', 'orders', 'bills', 'books', 'invoices', 'credit', 'support', 'profile']
    format: Literal['ndjson', 'ndjson+gzip', 'parquet']
    bytes: int
    sha256: str


class Uploads(TypedDict):
    """
    A page of uploads, the newest first.
    """

    uploads: list[Upload]
    next_cursor: str | None


class Versions(TypedDict):
    """
    Of what the decision was made.
    """

    model: str
    model_digest: str
    catalogue: str
    policy: str
    products: str
    simulated: bool
    scorer: Literal['champion', 'rules']
    programmes: str
    examples: bool


class Webhook(TypedDict):
    """
    An address that is told of events.
    """

    webhook_id: str
    url: str
    events: list[Literal['allocation.made', 'case.answered', 'case.opened', 'consent.withdrawn', 'decision.made', 'job.done', 'upload.done']]
    made_at: str
    failing_since: str | None
    disabled_at: str | None
    why: Literal['failing', 'gone'] | None


class WebhookAsked(TypedDict):
    """
    An address of yours, and what it is to be told of.
    """

    url: str
    events: list[Literal['allocation.made', 'case.answered', 'case.opened', 'consent.withdrawn', 'decision.made', 'job.done', 'upload.done']]


class WebhookNamed(TypedDict):
    """
    A webhook and its new secret.
    """

    webhook: Webhook
    secret: str


class Webhooks(TypedDict):
    """
    Your webhooks, the oldest first.
    """

    webhooks: list[Webhook]


class WithdrawalAsked(TypedDict):
    """
    A consent withdrawn.
    """

    scope: Literal['payments', 'orders', 'bills', 'books', 'invoices', 'credit', 'support', 'profile', 'scoring', 'sharing', 'referral', 'fairness_audit', 'model_improvement', 'programme_groups']
    withdrawn_at: NotRequired[str | None]


class Withheld(TypedDict):
    """
    Something that is kept and not given.
    """

    what: str
    why: Text


class Worth(TypedDict):
    """
    What an allocation comes to, how near it is to the best, and other methods beside it.
    """

    sums: Sums
    bound: float
    gap: float
    beside: dict[Literal['optimum', 'greedy', 'deferred_acceptance'], Sums]


class AuditAllocatedPlace(TypedDict):
    """
    What became of those who ask in a kecamatan, or in all; None is hidden.

    Args:
        kecamatan: its code; empty where not known, and for all.
        allocated: by product, in the order of the overview's products.
        met: all that is allocated.
        no_room: a product fits, and none is left; a business counts with its largest request.
        no_fit: no product fits; likewise.
        asked: all three together.
    """

    kecamatan: str
    allocated: list[Cell | None]
    met: Cell | None
    no_room: Cell | None
    no_fit: Cell | None
    asked: Cell | None


class AuditEditionsSectionsAnswered(TypedDict):
    """
    Cases of a kind that were opened in the period, as they stood at its end.

    Args:
        kind: of the cases.
        opened: how many; in_time, late: of them answered until they were due, or after.
        waiting, overdue: not answered and not due yet, or past due.
        hours: median from opening to answer, whole; None of fewer than ten answers.
    """

    kind: Literal['review', 'objection', 'correction', 'erasure', 'access']
    opened: int | None
    in_time: int | None
    late: int | None
    waiting: int | None
    overdue: int | None
    hours: float | None


class AuditEditionsSectionsPlace(TypedDict):
    """
    How many asked in a kecamatan (its name), and what share was found eligible.
    """

    kecamatan: str
    asked: int
    eligible: Share


class ServingApiCaseSchemasAnswered(TypedDict):
    """
    An answer to a case.
    """

    at: str
    officer: str
    outcome: Literal['lend', 'not_yet', 'corrected', 'more_data_needed', 'erased', 'kept', 'given', 'unknown']
    reason_code: str
    reason: Text
    note: str | None
    override: Literal['none', 'high', 'low'] | None


class Act(TypedDict):
    """
    One thing a person can do.
    """

    name: str
    days: int
    amount: int | None
    tenor_months: int | None
    document: Literal['ktp', 'kk', 'nib', 'sku', 'npwp', 'bpkb', 'land', 'training', 'group', 'member'] | None
    text: Text


class Application(TypedDict):
    """
    A request for a loan, with the records that speak for it.

    A source that is left out is not known, and counts neither for nor against; unless records
    that are kept here are to be taken (`records_from`).
    """

    application_id: str
    business_id: str
    currency: NotRequired[Literal['IDR', 'CZK', 'USD']]
    as_of: NotRequired[str | None]
    amount: int
    tenor_months: int
    purpose: NotRequired[Literal['working_capital', 'investment', 'other']]
    consented_at: NotRequired[str | None]
    business: NotRequired[Business]
    payments: NotRequired[list[Payment] | None]
    orders: NotRequired[list[Order] | None]
    bills: NotRequired[list[Bill] | None]
    books: NotRequired[list[Line] | None]
    invoices: NotRequired[list[Invoice] | None]
    credit: NotRequired[list[Report] | None]
    support: NotRequired[list[Event] | None]
    profile: NotRequired[list[Profile] | None]
    records_from: NotRequired[Literal['sent', 'kept']]


class Beside(TypedDict):
    """
    Another way to allocate the same, in words.
    """

    method: Literal['optimum', 'greedy', 'deferred_acceptance']
    name: Text
    text: Text


class BusinessVersion(TypedDict):
    """
    What was known of a business from an instant on.
    """

    business_id: str
    version: int
    known_at: str
    facts: Facts


class Case(TypedDict):
    """
    Something a person is to look at.
    """

    case_id: str
    decision_id: str
    kind: Literal['review', 'objection', 'correction', 'erasure', 'access']
    about: str
    recommended: Literal['eligible', 'human_review', 'not_yet']
    opened_at: str
    due_at: str
    wrote: str | None
    first_seen_at: str | None
    answer: ServingApiCaseSchemasAnswered | None


class Cases(TypedDict):
    """
    A page of cases, the first due first.
    """

    cases: list[Case]
    next_cursor: str | None


class DataUsed(TypedDict):
    """
    What was read of one source.
    """

    source: str
    rows: int
    first: str
    last: str
    name: Text


class Deliveries(TypedDict):
    """
    A page of a webhook's deliveries, the newest first.
    """

    deliveries: list[Delivery]
    next_cursor: str | None


class Export(TypedDict):
    """
    All that is kept about a business with you, row by row as it is kept, sealed parts opened.

    It is the very document that the owner takes along; rows gain names as more is kept.
    """

    partner_id: str
    business_id: str
    decisions: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    withdrawals: list[dict[str, Any]]
    links: list[dict[str, Any]]
    sessions: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]
    accesses: list[dict[str, Any]]
    repayments: list[dict[str, Any]]
    lender_answers: list[dict[str, Any]]
    businesses: list[dict[str, Any]]
    consents: list[dict[str, Any]]
    record_chunks: list[dict[str, Any]]
    protected: list[dict[str, Any]]
    withheld: list[Withheld]


class FeaturePart(TypedDict):
    """
    A feature, its value, and by how many points it moved the score.
    """

    name: str
    label: Text
    unit: Literal['money', 'ratio', 'share', 'days', 'months', 'count']
    value: float | None
    points: float | None


class FloorShown(TypedDict):
    """
    How far a floor was reached, and what it costs; what could point to a few is hidden.
    """

    use: FloorUse
    text: Text | None


class Funnel(TypedDict):
    """
    How far applications came by the end of the period, and those of each kecamatan told of.

    Args:
        asked: applications decided on; eligible: what share was found so.
        stages, places: as far as they may be told.
    """

    asked: int
    eligible: Share
    stages: list[Reached]
    places: list[AuditEditionsSectionsPlace]


class Group1(TypedDict):
    """
    How many points what a code gathers moved the score, and what that is.
    """

    code: str
    points: int
    name: Text


class LedgerEntries(TypedDict):
    """
    A page of your entries, the oldest first; those of others lie between.
    """

    entries: list[LedgerEntry]
    next_cursor: str | None


class LimitShown(TypedDict):
    """
    How far a limit was used, and what it costs; what could point to a few is hidden (None).
    """

    use: LimitUse
    text: Text | None


class Link(TypedDict):
    """
    A link for the applicant to one decision, and the code that opens it.
    """

    url: str
    code: str
    sms: Text
    expires_at: str


class Named(TypedDict):
    """
    Of how many applications something is true, and of what share of all; None is hidden.
    """

    name: str
    count: int | None
    share: Share | None


class NewestFunnel(TypedDict):
    """
    How far the applications of all lenders came that were decided in the last closed period.
    """

    edition: str
    first: str
    last: str
    missing: Literal['nothing_decided', 'too_few', 'no_outcomes', 'no_allocation', 'no_reference', 'no_model'] | None
    asked: int | None
    stages: list[Reached]
    places: list[FunnelPlace]


class NextStep(TypedDict):
    """
    Acts to be done together, and what the same assessment would say then, all else equal.
    """

    acts: list[Act]
    days: int
    codes: list[str]
    changed: dict[str, float | None]
    kind: Literal['eligible', 'human_review', 'not_yet']
    score: int
    offers: list[str]
    more: list[str]
    helpers: Text
    text: Text


class Offers(TypedDict):
    """
    What was offered: how many offers each had, at what price, and by which lenders.
    """

    decided: int
    counts: list[Named]
    prices: Prices | None
    lenders: list[Named]


class Outcome(TypedDict):
    """
    What an application of yours got, and why not something else.
    """

    decision_id: str
    code: Literal['allocated', 'no_room', 'no_product_fits', 'another_request']
    product_id: str | None
    text: Text


class Outcomes(TypedDict):
    """
    A page of the outcomes of what you entered, by decision.
    """

    outcomes: list[Outcome]
    next_cursor: str | None


class Overview(TypedDict):
    """
    An allocation as officials see it.

    Args:
        programme_id, name, objective: the programme's.
        on: the day of the allocation.
        worth: what it comes to; None where so few are served that it is hidden.
        products: in the order of the pool, those that fit anybody.
        places: by kecamatan, in the order of their codes; total: all of them together.
        limits, floors: how far each is used, and what it costs.
        simulated: whether the businesses, or what judged them, are simulated.
    """

    programme_id: str
    name: str
    objective: Literal['expected_repaid', 'businesses', 'jobs']
    on: str
    worth: Worth | None
    products: list[Offered]
    places: list[AuditAllocatedPlace]
    total: AuditAllocatedPlace
    limits: list[LimitUse]
    floors: list[FloorUse]
    simulated: bool


class Points(TypedDict):
    """
    The score taken apart: base and reasons add up to the score, to the point.
    """

    score: int
    base: int
    by_reason: list[Group1]


class Product(TypedDict):
    """
    The terms of one loan product.

    Args:
        product_id: unique over all lenders.
        lender: who lends; in a file it stands once, above all its products.
        name: as people know it.
        scheme: the programme it belongs to.
        contract: ``conventional`` or one of the sharia contracts; a ``qardh`` has no price.
        amount_min, amount_max: rupiah, both allowed.
        price_kind: ``effective``, charged on what is still owed; ``flat``, charged on the amount
            lent; ``margin``, charged on the amount lent once for the whole tenor, as sharia margins
            are quoted; ``per_day``, charged on the amount lent each day, as platforms quote it.
        rate: the price per year, in all, or per day, as the price kind says; a share.
        deposit: withheld when the loan is paid out and given back with the last instalment, a
            share of the amount.
        fees: taken out when the loan is paid out; they and the deposit leave something of it.
        tenor_min, tenor_max: months, both allowed.
        period: how often an instalment falls due; a ``seasonal`` one falls due at harvest.
        season_months: of a seasonal product, the months from one harvest to the next, at most the
            shortest tenor; None of any other.
        instalments_max: the most instalments there are, whatever the tenor, as with fifty weeks in
            a year; None: as many as the tenor has periods.
        repayment: ``annuity``, equal instalments for an effective price; ``flat``, equal parts for
            the other prices; ``bullet``, the price each period and the loan at the end.
        eligibility: the hard rules.
        applicant_kind: who borrows: an ``individual`` business, a member of a ``group`` whose
            members answer for each other, or a ``cooperative``; a group's product, and no other,
            has a rule that asks for the group's letter.
        exclusive_with: products that cannot run beside it: who holds one of them cannot have it.
        quota: the most loans that the lender makes of it; None: no such limit.
        collateral: ``none``, the ``business`` itself, or ``additional``; the last has a rule R22.
        max_pd: the lender's cut-off, the largest probability of default it takes, 0 to 1;
            None: none.
        effective_from, effective_to: first and last day on which the terms hold.
        source: where the terms were read.
        verified_by, verified_at: who checked them with the lender, and when; None: nobody yet.
        example: whether the terms are only for demonstration.
        note: what to know or verify.
    """

    product_id: str
    lender: Lender
    name: str
    scheme: str
    contract: Literal['conventional', 'murabahah', 'mudharabah', 'musyarakah', 'ijarah', 'qardh']
    amount_min: int
    amount_max: int
    price_kind: Literal['effective', 'flat', 'margin', 'per_day']
    rate: str
    deposit: NotRequired[str]
    fees: list[Fee]
    tenor_min: int
    tenor_max: int
    period: NotRequired[Literal['weekly', 'monthly', 'seasonal']]
    season_months: NotRequired[int | None]
    instalments_max: NotRequired[int | None]
    repayment: Literal['annuity', 'flat', 'bullet']
    eligibility: list[Rule]
    applicant_kind: NotRequired[Literal['individual', 'group', 'cooperative']]
    exclusive_with: NotRequired[list[str]]
    quota: NotRequired[int | None]
    collateral: Literal['none', 'business', 'additional']
    max_pd: NotRequired[float | None]
    effective_from: str
    effective_to: str
    source: str
    verified_by: str | None
    verified_at: str | None
    example: bool
    note: NotRequired[str]


class ProductVersion(TypedDict):
    """
    A version of a product, and where it stands today.
    """

    version: int
    state: Literal['offered', 'example', 'unverified', 'not_yet_in_force', 'expired'] | Literal['waiting', 'replaced']
    product: Product
    proposed_at: str | None
    proposed_by: str | None
    verified_at: str | None


class Products(TypedDict):
    """
    Versions of products.
    """

    products: list[ProductVersion]


class Questions(TypedDict):
    """
    Complaints, reviews and what else people asked for, opened in the period.
    """

    kinds: list[AuditEditionsSectionsAnswered]
    due: list[Due]


class Reason(TypedDict):
    """
    A reason for the score: how many points it moved it, and in words.
    """

    code: str
    points: int
    until: str | None
    text: Text


class ReasonPart(TypedDict):
    """
    A reason, and the features that it speaks for.
    """

    code: str
    points: int
    exact: float
    features: list[FeaturePart]


class Reasons(TypedDict):
    """
    Which reasons were told, of how many decisions; one tells several.
    """

    decided: int
    named: list[Named]


class RecordsAsked(TypedDict):
    """
    Records of a business, by source, as an application carries them.
    """

    payments: NotRequired[list[Payment] | None]
    orders: NotRequired[list[Order] | None]
    bills: NotRequired[list[Bill] | None]
    books: NotRequired[list[Line] | None]
    invoices: NotRequired[list[Invoice] | None]
    credit: NotRequired[list[Report] | None]
    support: NotRequired[list[Event] | None]
    profile: NotRequired[list[Profile] | None]


class Referral(TypedDict):
    """
    Support that does not depend on a loan, and is no condition of one.
    """

    programme: str
    codes: list[str]
    recheck_on: str
    name: Text
    about: Text
    owner: Text
    done: Text


class Requirement(TypedDict):
    """
    One requirement of a product that is not met, or cannot be judged yet.
    """

    code: str
    field: str
    found: Any
    required: Any
    unknown: bool
    citation: str
    text: Text


class Sentence(TypedDict):
    """
    What the applicant is told, in words, by its code.
    """

    code: str
    text: Text


class Allocated(TypedDict):
    """
    Of each programme that was allocated in the period the last time it was.
    """

    made: list[Overview]


class Allocation(TypedDict):
    """
    An allocation of a programme, as officials see it: aggregates only.

    A number of fewer than ten businesses is None, and so are others by which it could be found.
    """

    programme_id: str
    number: int
    made_at: str
    made_by: str
    digest: str
    objective: Literal['expected_repaid', 'businesses', 'jobs']
    worth: Worth | None
    proof: Text | None
    beside: list[Beside]
    products: list[Offered]
    places: list[AuditAllocatedPlace]
    total: AuditAllocatedPlace
    limits: list[LimitShown]
    floors: list[FloorShown]


class Allocations(TypedDict):
    """
    The allocations of a programme, the oldest first.
    """

    allocations: list[Allocation]


class Model(TypedDict):
    """
    What decided.

    Args:
        used: version → of how many decisions.
        version: of the one whose card follows, the last that decided; empty where rules did.
        trained_on: its data, in its own words.
        simulated: whether these are simulated.
        gates: what each gate found; none where they are not known.
        tried: what was tried beside it.
    """

    used: list[Named]
    version: str
    trained_on: str
    simulated: bool
    gates: list[Gate]
    tried: list[Tried]


class NotOffered(TypedDict):
    """
    A product that does not fit, and why.
    """

    product_id: str
    lender_id: str
    reasons: list[Requirement]
    beyond_cut_off: bool


class ProductFit(TypedDict):
    """
    How far a product is from fitting.
    """

    product_id: str
    product_name: str
    lender_id: str
    lender_name: str
    fits: bool
    reasons: list[Requirement]
    beyond_cut_off: bool
    change: Change | None
    largest_affordable_amount: int | None


class Result(TypedDict):
    """
    The result, and why it is not *eligible*.
    """

    kind: Literal['eligible', 'human_review', 'not_yet']
    causes: list[Literal['thin_file', 'near_the_line', 'unlike_those_known', 'transactions_to_check', 'unknown_facts', 'rules_only', 'risk_above_the_line', 'no_product_fits']]
    told: list[Sentence]


class Decision(TypedDict):
    """
    A decision. The score is not the decision on a loan: the lender decides.
    """

    decision_id: str
    application_id: str
    business_id: str
    as_of: str
    decided_at: str
    result: Result
    probability_of_default: float | None
    grade: str | None
    points: Points
    reasons: list[Reason]
    strengths: list[Reason]
    lacking: list[Reason]
    next_steps: list[NextStep]
    offers: list[Offer]
    not_offered: list[NotOffered]
    support: list[Referral]
    data_used: list[DataUsed]
    features: dict[str, float | None]
    versions: Versions
    note: Text


class Edition(TypedDict):
    """
    What officials are told of a closed period.

    Args:
        format: of this document.
        name: of the period, such as ``2026-Q3``; first, last: its days in Batang.
        made_at: when, UTC.
        simulated: whether people, or what judged them, are simulated.
        decided: applications decided on; None where hidden. erased: those left out because their
            owner is erased since.
        fairness: of the decisions made in the period; outcomes: of loans whose end became known.
    """

    format: Literal[1]
    name: str
    first: str
    last: str
    made_at: str
    simulated: bool
    decided: int | None
    erased: int | None
    funnel: Funnel | Missing
    fairness: Audited | Missing
    outcomes: Audited | Missing
    reasons: Reasons | Missing
    offers: Offers | Missing
    questions: Questions | Missing
    allocation: Allocated | Missing
    drift: Drifted | Missing
    model: Model | Missing
    ledger: Ledger


class Explanation(TypedDict):
    """
    How a decision adds up. Base and exact points add up to the score before rounding.
    """

    decision: Decision
    decides: str
    base: float | None
    parts: list[ReasonPart]
    recomputed: bool


class Fits(TypedDict):
    """
    Every product that may be offered today. None of this promises a loan: the lender decides.
    """

    decision_id: str
    on: str
    products: list[ProductFit]


class CaseSeen(TypedDict):
    """
    A case with all an officer needs; what is beside the explanation is not for applicants.
    """

    case: Case
    explanation: Explanation
    signals: list[Signal]
    unlike: list[str]
