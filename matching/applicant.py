"""What the matcher knows of an applicant: what is asked, and the facts that rules ask about.

The applicant carries no gender, religion, age, name or any other protected attribute,
so no rule can ask for one. A fact that is not known is None and stays so: it is never
taken for a pass and never for a failing.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import PlainSerializer

from features.errors import BadInput
from features.records import APPLICATIONS

Fact = bool | int | float | str | tuple[str, ...]
"""One fact: a flag, a number, a text, or names in alphabetical order."""

Field = Literal[
    "months_running",
    "active_bank_loans",
    "programme_loan",
    "purpose",
    "kbli",
    "kecamatan",
    "documents",
]
"""A fact that a product's rule may ask about."""

Facts = Mapping[Field, Fact | None]
"""Every fact that a rule may ask about; None where it is not known."""

Document = Literal["ktp", "kk", "nib", "sku", "npwp", "bpkb", "land", "training", "group", "member"]
"""A paper the applicant holds: identity card, family card, business number, village business
letter, tax number, vehicle title, land title, entrepreneurship training certificate; the letter of
a group of borrowers who answer for each other, by which the group attests that whatever it asks of
its members is met; and the proof of membership of a cooperative."""

DOCUMENTS: frozenset[str] = frozenset(get_args(Document))

Documents = Annotated[frozenset[str], PlainSerializer(sorted, when_used="json")]
"""Names of documents; written in order, so that the same set is the same bytes."""

HeldProducts = Annotated[frozenset[str], PlainSerializer(sorted, when_used="json")]
"""Names of products; written in order, so that the same set is the same bytes."""

PURPOSES: frozenset[str] = frozenset(APPLICATIONS.column("purpose").values)

LONGEST_TENOR = 600
"""The longest time that can be asked to repay a loan, months."""

MONTHS: Final = f"from 1 to {LONGEST_TENOR}"

COUNTED: Final = (
    "months_running",
    "active_bank_loans",
    "monthly_income",
    "monthly_spending",
    "monthly_purchases",
    "existing_instalments",
)
"""What is zero or more."""


@dataclass(frozen=True)
class Applicant:
    """One request for a loan, and what was known of the business on that day.

    Args:
        as_of: the day of the request.
        amount: the amount asked, rupiah, above zero.
        tenor_months: the time asked to repay it, months, 1 to `LONGEST_TENOR`.
        probability_of_default: the model's calibrated answer for this request, 0 to 1; None when
            no model was asked.
        purpose: one of `PURPOSES`; None when not stated.
        months_running: whole months the business has been running; None when not known.
        documents: the papers held, out of `DOCUMENTS`; None when nobody has asked yet.
        kbli: activity code of the business, digits; None when not known.
        kecamatan: code of the district where the business is; None when not known.
        active_bank_loans: loans now running at banks; None when not known.
        programme_loan: whether a government programme loan is running; None when not known.
        held_products: product_ids of the loans now running; None when not known.
        monthly_income: what the business earns in an ordinary month, rupiah, zero or more;
            None when not known.
        monthly_spending: what leaves in an ordinary month for business and household, without
            loan instalments, rupiah, zero or more; None when not known.
        monthly_purchases: the part of the spending that buys stock and materials and so falls
            with sales, rupiah, at most the spending; 0, the stricter reading, when not known.
        existing_instalments: instalments already owed each month, rupiah; 0 when none is known.

    Raises BadInput (``bad-applicant``) when a value lies outside its range.
    """

    as_of: date
    amount: int
    tenor_months: int
    probability_of_default: float | None
    purpose: str | None = None
    months_running: int | None = None
    documents: Documents | None = None
    kbli: str | None = None
    kecamatan: str | None = None
    active_bank_loans: int | None = None
    programme_loan: bool | None = None
    held_products: HeldProducts | None = None
    monthly_income: float | None = None
    monthly_spending: float | None = None
    monthly_purchases: float = 0.0
    existing_instalments: int = 0

    def __post_init__(self) -> None:
        _require("amount", self.amount, "above zero", fits=self.amount > 0)
        tenor = self.tenor_months
        _require("tenor_months", tenor, MONTHS, fits=0 < tenor <= LONGEST_TENOR)
        pd = self.probability_of_default
        fits = pd is None or 0 <= pd <= 1
        _require("probability_of_default", pd, "from 0 to 1, or None when not known", fits=fits)
        fits = self.purpose is None or self.purpose in PURPOSES
        _require("purpose", self.purpose, _listed(PURPOSES), fits=fits)
        papers = self.documents or frozenset()
        _require(
            "documents", sorted(papers - DOCUMENTS), _listed(DOCUMENTS), fits=papers <= DOCUMENTS
        )
        for name in COUNTED:
            value = getattr(self, name)
            fits = value is None or 0 <= value < math.inf
            _require(name, value, "zero or more, or None when not known", fits=fits)

    def having(self, **changed: Any) -> Applicant:
        """Return the applicant with other values of some fields; raises BadInput as any other."""
        return Applicant(**{**vars(self), **changed})

    def facts(self) -> Facts:
        """Return every fact a rule may ask about; None where it is not known."""
        return {
            "months_running": self.months_running,
            "active_bank_loans": self.active_bank_loans,
            "programme_loan": self.programme_loan,
            "purpose": self.purpose,
            "kbli": self.kbli,
            "kecamatan": self.kecamatan,
            "documents": None if self.documents is None else tuple(sorted(self.documents)),
        }


@functools.cache
def _listed(names: frozenset[str]) -> str:
    return f"out of {', '.join(sorted(names))}"


def _require(name: str, found: object, expected: str, *, fits: bool) -> None:
    if not fits:
        raise BadInput(
            found=repr(found),
            expected=expected,
            hint=f"Mend {name} of the applicant.",
            code="bad-applicant",
            where=name,
        )
