"""What the API takes and gives of programmes, of budgets and of who takes part."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field, WithJsonSchema

from matching.allocation.programme import Programme
from serving.lending import budgets, programmes, terms
from serving.reading.rows import Asked, Name, SignedMoney, Time

Terms = Annotated[dict[str, Any], WithJsonSchema(terms.schema(Programme, programmes.OURS))]
"""A programme, as it is proposed."""

Amount = Annotated[SignedMoney, Field(ge=0)]
Group = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class ProgrammeVersion(BaseModel):
    """A version of a programme, and where it stands today."""

    version: int
    state: programmes.State
    programme: Programme
    proposed_at: AwareDatetime
    verified_at: AwareDatetime | None = Field(description="None while nobody has.")


class Programmes(BaseModel):
    """Versions of programmes."""

    programmes: list[ProgrammeVersion]


class BudgetAsked(Asked):
    """What a lender puts into a programme for a product of its own."""

    at_most: Amount = Field(description="Rupiah, at most; 0 to put in nothing more.")


class BudgetVersion(BaseModel):
    """A version of a budget, and where it stands."""

    programme_id: str
    product_id: str
    version: int
    at_most: int = Field(description="Rupiah, at most.")
    state: budgets.State
    proposed_at: AwareDatetime
    proposed_by: str = Field(description="Which person.")
    verified_at: AwareDatetime | None = Field(description="None while nobody has.")


class Budgets(BaseModel):
    """A lender's budgets in a programme, by product."""

    budgets: list[BudgetVersion]


class EntryAsked(Asked):
    """An owner's agreement that their application takes part in a programme."""

    decision_id: Name
    agreed_at: Time = Field(description="When the owner agreed.")
    groups: list[Group] = Field(
        default=[],
        max_length=20,
        description="Of the programme's groups those that the owner says they belong to, if they "
        "wish to say. They serve the programme alone; nothing that scores reads them.",
    )


class Entry(BaseModel):
    """An application that takes part in a programme."""

    entry_id: str
    programme_id: str
    decision_id: str
    agreed_at: AwareDatetime
    groups: list[str]
