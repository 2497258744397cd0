"""What an operator knows of every applicant that no data set holds, such as papers all have shown.

A fact that neither the data set nor the operator tells stays unknown, and an unknown is never a
pass. What is assumed is said wherever the allocation is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import pydantic

from features.errors import BadInput
from matching.applicant import DOCUMENTS

NONE = "none"


def _listed(said: object) -> object:
    if isinstance(said, str):
        return [] if said == NONE else said.split(",")
    return said


def _known(papers: frozenset[str]) -> frozenset[str]:
    if strange := sorted(papers - DOCUMENTS):
        raise ValueError(f"{', '.join(strange)}: not among {', '.join(sorted(DOCUMENTS))}")
    return papers


class Assumed(pydantic.BaseModel):
    """What holds of every applicant where the data set does not say; None: nothing is assumed.

    Each is the fact of that name of `matching.applicant.Applicant`; a list without names is
    ``none``.
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")

    documents: Annotated[
        frozenset[str] | None, pydantic.BeforeValidator(_listed), pydantic.AfterValidator(_known)
    ] = None
    active_bank_loans: Annotated[int, pydantic.Field(ge=0)] | None = None
    programme_loan: bool | None = None
    held_products: Annotated[frozenset[str] | None, pydantic.BeforeValidator(_listed)] = None

    def said(self) -> dict[str, str]:
        """Return what is assumed: name → value, as it was given."""
        return {
            name: ",".join(sorted(value)) or NONE
            if isinstance(value, frozenset)
            else str(value).lower()
            for name, value in self
            if value is not None
        }


def assumed(settings: Iterable[str]) -> Assumed:
    """Return what is assumed, each setting as ``NAME=VALUE``.

    Raises:
        BadInput: a setting is not of that form, is unknown or out of range (``bad-assumption``).
    """
    given = dict(setting.partition("=")[::2] for setting in settings)
    try:
        return Assumed.model_validate_strings(given)
    except pydantic.ValidationError as error:
        wrong = error.errors()[0]
        name = str(wrong["loc"][0])
        raise BadInput(
            found=f"{name}={given.get(name, '')}: {wrong['msg']}",
            expected=f"one of {', '.join(Assumed.model_fields)}, and a value it can have",
            hint="Such as --assume documents=ktp,kk --assume programme_loan=false.",
            code="bad-assumption",
        ) from error
