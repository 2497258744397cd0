"""Every table of a data set: the sources, what was asked of lenders, and the consents.

A data set is a folder of tables. The sources of records about a business stand in
`features.sources`; here are the applications, what became of them, what is held
apart, and under which consent each record may be used at all.
"""

from __future__ import annotations

from typing import Final

from features.sources import BUSINESS, SOURCES
from features.table import Column, Table

PURPOSES: Final = (
    "scoring",
    "sharing",
    "referral",
    "fairness_audit",
    "model_improvement",
    "programme_groups",
)
"""What records may be used for, each by a consent of its own.

``sharing`` is per lender; ``programme_groups`` lets a programme count the groups the owner is of.
"""

APPLICATIONS: Final = Table(
    "applications",
    "one request for a loan",
    (
        Column("application_id", "id", "the application"),
        BUSINESS,
        Column("partner_id", "id", "the lender asked", missing="no lender chosen yet"),
        Column("as_of", "time", "the instant of the request: only what was known before counts"),
        Column("amount", "money", "the amount asked", least=1),
        Column(
            "tenor_months",
            "count",
            "the time asked to repay it, in months",
            missing="the source states none that can be trusted",
            least=1,
        ),
        Column(
            "purpose",
            "category",
            "what the loan is for",
            ("working_capital", "investment", "other"),
            missing="not stated",
        ),
        Column(
            "answer",
            "category",
            "what the lender answered",
            ("financed", "denied", "withdrawn"),
            missing="no answer is known",
        ),
    ),
    key="application_id",
)

OUTCOMES: Final = Table(
    "outcomes",
    "what became of one loan",
    (
        Column("application_id", "id", "the application that was financed"),
        Column("disbursed_at", "time", "when the loan was paid out"),
        Column(
            "worst_days_past_due",
            "count",
            "the worst delay within the window, in days",
            missing="the source states no days past due",
        ),
        Column("written_off", "flag", "whether the lender wrote the loan off", missing="not known"),
        Column(
            "stated",
            "category",
            "good or bad in the source's own words, where it counts no days",
            ("good", "bad"),
            missing="judged by days past due and write-off",
        ),
        Column("censored", "flag", "whether the loan is too young to judge"),
        Column(
            "restructured",
            "flag",
            "whether its terms were eased because the business could not pay",
            missing="not known",
        ),
        Column(
            "defaulted_at",
            "time",
            "when it first was as late as the target asks, written off or eased",
            missing="it was not, or the day is not known",
        ),
        Column(
            "watched_until",
            "time",
            "until when what became of it is known",
            missing="for its whole window, unless it is censored",
        ),
        Column(
            "weight",
            "quantity",
            "how many loans of the population the row stands for, where loans were sampled",
            missing="one, itself",
            least=1,
        ),
    ),
    key="application_id",
)

PROTECTED: Final = Table(
    "protected",
    "what a model must never see: held apart, and read only under a consent of its own",
    (
        BUSINESS,
        Column("gender", "category", "gender of the owner", ("female", "male"), missing="not told"),
        Column("birth_year", "count", "year of birth of the owner", missing="not told"),
        Column("disability", "flag", "whether the owner has a disability", missing="not told"),
        Column(
            "kecamatan",
            "text",
            "BPS code of the kecamatan",
            missing="not told",
            pattern="[0-9]{7}",
        ),
    ),
    key="business_id",
)

CONSENTS: Final = Table(
    "consents",
    "one consent of a business, to one source or one purpose",
    (
        Column("consent_id", "id", "the consent"),
        BUSINESS,
        Column(
            "scope",
            "category",
            "the source that may be read, or the purpose it may be used for",
            (*SOURCES, *PURPOSES),
        ),
        Column(
            "partner_id",
            "id",
            "the lender it may be shared with",
            missing="not about sharing, or every lender of the programme",
        ),
        Column("granted_at", "time", "from when on it holds"),
        Column("withdrawn_at", "time", "from when on it no longer does", missing="it still holds"),
    ),
    key="consent_id",
)

TABLES: Final = {
    **SOURCES,
    **{table.name: table for table in (APPLICATIONS, OUTCOMES, PROTECTED, CONSENTS)},
}
"""Name → declaration of every table a data set may hold."""
