"""What the demonstration says when it runs: who sees what, where, and what to try next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from audit.result import Kind
from lumbung.demo_people import LENDER, OFFICER, OFFICIAL, PROGRAMME, Way
from lumbung.demo_programs import HOME
from lumbung.demo_story import Told

LOOK: Final[Mapping[Kind, tuple[str, str]]] = {
    "eligible": ("eligible", "the offers, the cheapest first"),
    "human_review": ("human review", "why a person looks, and by when"),
    "not_yet": ("not yet eligible", "the reasons, and steps that were checked to help"),
}
"""Result → its name, and what to look at on the page of whoever has it."""


SAID: Final = """
  Lumbung runs. Everything in it is simulated: people, records, loans, model.

  AN APPLICANT reads the result, and why, by a link and a code. Three asked {lender}:
{applicants}

  STAFF OF THE LENDER answer what needs a person.
    {url}/account
    name {officer}   password {staff.password}
    code {staff.codes[0]}
    {case}   the case of the second applicant
    {url}/staff/products   what the lender offers

  AN OFFICIAL sees groups, never a person.
    {url}/account
    name {official}   password {office.password}
    code {office.codes[0]}
    {url}/officials/editions   the report of a period: fairness, drift
    {url}/officials/programmes/{programme}   budgets, and who they reach

  A DATA SCIENTIST sees how the model was made.
    {mlflow}

  A DEVELOPER asks by program ({url}/docs).
    curl -s {url}/v1/applications -H "Authorization: Bearer $(cat {home}/api-key)" \\
      -H 'Content-Type: application/json' -d @docs/examples/application.json

  WHAT NEXT: answer the case as staff, then read the second applicant's page again.
    Ask for a person on the third's page, and find it in the queue at {url}/staff.
    Allocate the programme anew as the official.

  A code opens once; more are in {home}/accounts.json, and the keys beside it. All were
  drawn on this machine, for this demonstration alone.
"""


def welcome(
    url: str, mlflow: str, told: Mapping[Kind, Told | None], ways: Mapping[str, Way]
) -> str:
    """Return who sees what, as lines for a terminal.

    Args:
        url: where the service listens.
        mlflow: where MLflow's pages are; empty where they were not started.
        told: result → the business of the story that has it, None where nobody has.
        ways: username → by what they sign in.
    """
    by_hand = f".venv/bin/mlflow ui --backend-store-uri sqlite:///{HOME}/mlflow.db"
    return SAID.format(
        url=url,
        home=HOME,
        lender=LENDER,
        applicants="\n".join(_applicant(url, kind, told[kind]) for kind in LOOK),
        officer=OFFICER,
        staff=ways[OFFICER],
        case=_case(url, told["human_review"]),
        official=OFFICIAL,
        office=ways[OFFICIAL],
        programme=PROGRAMME,
        mlflow=f"{mlflow}   (in some seconds)" if mlflow else by_hand,
    )


def _applicant(url: str, kind: Kind, told: Told | None) -> str:
    name, look = LOOK[kind]
    if told is None:
        return f"    {name}: nobody, of all who asked there"
    return f"    {name}: {look}\n      {url}{told.way.url_path}   code {told.way.code}"


def _case(url: str, told: Told | None) -> str:
    """Return where the case of the story is, or the queue."""
    return f"{url}/staff" + (f"/cases/{told.case_id}" if told and told.case_id else "")
