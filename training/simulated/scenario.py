"""What can be set about a simulated world: every rate, with its meaning, default and range.

Nothing here is a statistic about Batang: each default is an assumption
(docs/simulator.md). What differs from the default is written into the data
set's ``source`` line, so that a data set says how it was made.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final, Literal

import pydantic

from features.errors import BadInput
from training.simulated.sectors import SECTORS

Share = Annotated[float, pydantic.Field(ge=0.0, le=1.0)]
Group = Literal["women", "young", "disabled"]

OBSERVED: Final = date(2026, 11, 1)
"""The day (WIB) up to which loans were watched: a loan whose year is not over then is censored."""


class Scenario(pydantic.BaseModel):
    """The adjustable part of the world, in the order `lumbung simulate --set` explains it."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    end: date = pydantic.Field(
        date(2025, 10, 1),
        ge=date(2020, 1, 1),
        le=date(2026, 10, 1),
        description="the applications lie in the year before this day",
    )
    covid_from: date = pydantic.Field(
        date(2020, 3, 16), description="first day of a shock like COVID-19, to every business"
    )
    covid_days: int = pydantic.Field(
        180, ge=1, le=1000, description="how long it stays at its depth, before it fades"
    )
    covid_depth: Share = pydantic.Field(1.0, description="multiplies its losses; 0 is no shock")
    sector_shock: str = pydantic.Field("fishing", description="the sector a sector shock strikes")
    sector_shock_from: date = pydantic.Field(
        date(2018, 1, 15), description="first day of the sector shock"
    )
    sector_shock_days: int = pydantic.Field(
        180, ge=1, le=1000, description="how long it stays at its depth, before it fades"
    )
    sector_shock_depth: Annotated[float, pydantic.Field(ge=0.0, le=0.95)] = pydantic.Field(
        0.5, description="share of the sector's sales lost; 0 is no shock"
    )
    missing_payments: Share = pydantic.Field(0.02, description="payments not collected")
    missing_orders: Share = pydantic.Field(0.20, description="orders not collected")
    missing_bills: Share = pydantic.Field(0.15, description="bills not collected")
    missing_books: Share = pydantic.Field(0.20, description="books not collected")
    missing_invoices: Share = pydantic.Field(0.30, description="invoices not collected")
    missing_credit: Share = pydantic.Field(0.20, description="the register not asked")
    missing_support: Share = pydantic.Field(0.30, description="support not collected")
    missing_profile: Share = pydantic.Field(0.05, description="no profile stated")
    refused_source: Share = pydantic.Field(
        0.01, description="sources collected by others, to which the business did not consent"
    )
    withdrawn: Share = pydantic.Field(0.02, description="consents withdrawn later")
    audit_consent: Share = pydantic.Field(0.6, description="businesses that consent to the audit")
    extra_zero: Share = pydantic.Field(
        0.0005, description="cash payments and book lines written with a zero too many"
    )
    booked_twice: Share = pydantic.Field(
        0.002, description="sales that stand twice, in payments and in books"
    )
    misdated: Share = pydantic.Field(0.002, description="payments dated a week off")
    circular: Share = pydantic.Field(
        0.02, description="businesses that send money round in circles before applying"
    )
    backfilled: Share = pydantic.Field(
        0.02, description="businesses that write half a year of books just before applying"
    )
    burst: Share = pydantic.Field(
        0.02, description="businesses that buy from themselves in the month before applying"
    )
    refused: Annotated[float, pydantic.Field(ge=0.0, le=0.95)] = pydantic.Field(
        0.12, description="chance that a past lender denied an applicant of middling risk"
    )
    selection: float = pydantic.Field(
        0.6, ge=0.0, le=10.0, description="log-odds of denial per standard deviation of risk"
    )
    group: Group = pydantic.Field("women", description="the group the unfairness is against")
    swapped: Share = pydantic.Field(
        0.0, description="owners who are the other of the group's attribute; all else stays"
    )
    unfair_denial: float = pydantic.Field(
        0.0, ge=0.0, le=5.0, description="log-odds added to the group's denial at the same risk"
    )
    unfair_thinness: Annotated[float, pydantic.Field(ge=0.0, le=0.95)] = pydantic.Field(
        0.0, description="share of the group's records lost"
    )
    unfair_noise: float = pydantic.Field(
        0.0, ge=0.0, le=2.0, description="sigma of the noise on the group's recorded amounts"
    )

    @pydantic.field_validator("sector_shock")
    @classmethod
    def _known_sector(cls, value: str) -> str:
        if value not in SECTORS:
            raise ValueError(f"unknown sector {value}; known are {', '.join(SECTORS)}")
        return value

    def changed(self) -> dict[str, str]:
        """Return what differs from the defaults: name → value, as text."""
        usual = Scenario()
        return {
            name: str(value)
            for name, value in self.model_dump().items()
            if value != getattr(usual, name)
        }


USUAL: Final = Scenario()
"""The scenario with every default."""


def scenario(settings: Iterable[str]) -> Scenario:
    """Return the scenario with the given settings, each as ``name=value``.

    Raises:
        BadInput: a setting is not of that form, is unknown or out of range (``bad-simulation``).
    """
    given = [setting.partition("=")[::2] for setting in settings]
    try:
        return Scenario.model_validate_strings(dict(given))
    except pydantic.ValidationError as error:
        wrong = error.errors()[0]
        name = str(wrong["loc"][0])
        raise BadInput(
            found=f"{name}={dict(given).get(name, '')}: {wrong['msg']}",
            expected=f"one of\n{explained()}",
            hint="Give --set NAME=VALUE with a name of the list and a value in its range.",
            code="bad-simulation",
        ) from error


def explained() -> str:
    """Return every setting on a line of its own: name, default and meaning."""
    return "\n".join(
        f"    {name}={field.default}  {field.description}"
        for name, field in Scenario.model_fields.items()
    )
