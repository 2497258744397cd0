"""Every answer about a business leaves a trace, and nothing else does."""

from __future__ import annotations

import json

from fastapi import FastAPI

from serving.settings import Settings
from tests.serving.cases import APPLICATIONS, body, rows, started, wrong_code

DATABASES = ("sqlite",)
"""The file of which is read here."""

Row = tuple[str, str, str]


def trail(settings: Settings) -> list[Row]:
    """Return what, by whom's partner and about whom, in the order it was written."""
    asked = "select what, partner_id, subject from accesses order by number"
    return [tuple(row) for row in rows(settings.database, asked)]


def test_who_asks_by_a_key_is_noted_with_whom_it_was_about(
    settings: Settings, granary: dict[str, str]
) -> None:
    with started(settings) as client:
        made = client.post(APPLICATIONS, json=body(), headers=granary).json()["decision_id"]
        case_id = client.get("/v1/cases", headers=granary).json()["cases"][0]["case_id"]
        client.get(f"/v1/decisions/{made}/explanation", headers=granary)
        client.get(f"/v1/cases/{case_id}", headers=granary)
    assert trail(settings) == [
        (f"POST {APPLICATIONS}", "granary", f"decision/{made}"),
        ("GET /v1/cases", "granary", ""),
        ("GET /v1/decisions/{decision_id}/explanation", "granary", f"decision/{made}"),
        ("GET /v1/cases/{case_id}", "granary", f"case/{case_id}"),
    ]


def test_of_a_jobs_result_everybody_in_it_is_noted(
    settings: Settings, granary: dict[str, str]
) -> None:
    lines = [json.dumps(body(1, application_id=f"a{number}")) for number in (1, 2)]
    with started(settings) as client:
        job = client.post("/v1/jobs", content="\n".join([*lines, "{"]), headers=granary).json()
        assert isinstance(client.app, FastAPI)
        client.app.state.work.run()
        read = client.get(f"/v1/jobs/{job['job_id']}/result", headers=granary).text
    ids = [told["decision"]["decision_id"] for told in map(json.loads, read.splitlines()[:2])]
    result = "GET /v1/jobs/{job_id}/result"
    told = {(what, subject) for what, _, subject in trail(settings)}
    assert told == {
        ("POST /v1/jobs", ""),
        (result, f"job/{job['job_id']}"),
        *((result, f"decision/{decision_id}") for decision_id in ids),
    }


def test_who_erases_a_business_does_not_name_it_by_that(
    settings: Settings, granary: dict[str, str], mill: dict[str, str]
) -> None:
    """The trail is written behind the answers: what is noted before is written afterwards too."""
    business = f"/v1/businesses/{body()['business_id']}"
    with started(settings) as client:
        for headers in (granary, mill):
            client.post(APPLICATIONS, json=body(), headers=headers)
            client.get(f"{business}/export", headers=headers)
        assert client.delete(business, headers=granary).status_code == 200
    told = [(what, who, whom.split("/")) for what, who, whom in trail(settings)]
    named = [(what, who, whom[1]) for what, who, whom in told if whom[0] == "business"]
    route = "/v1/businesses/{business_id}"
    assert named == [
        (f"GET {route}/export", "granary", "erased"),
        (f"GET {route}/export", "mill", body()["business_id"]),
        (f"DELETE {route}", "granary", "erased"),
    ]


def test_the_key_is_named_by_its_prefix(settings: Settings, granary: dict[str, str]) -> None:
    with started(settings) as client:
        client.post(APPLICATIONS, json=body(), headers=granary)
    ((who,),) = rows(settings.database, "select who from accesses")
    assert granary["Authorization"].startswith(f"Bearer lbg_{who}_")


def test_an_owner_by_a_link_is_noted_and_whoever_is_not_let_in_is_not(
    settings: Settings, granary: dict[str, str]
) -> None:
    with started(settings) as client:
        made = client.post(APPLICATIONS, json=body(), headers=granary).json()["decision_id"]
        link = client.post(f"/v1/decisions/{made}/links", headers=granary).json()
        page = "/p/" + link["url"].rpartition("/p/")[2]
        client.get(page)
        client.post(page, data={"code": wrong_code(link["code"])})
        client.post(page, data={"code": link["code"]}, follow_redirects=False)
        client.get(page)
    assert trail(settings)[2:] == [("GET /p/{link}", "granary", f"decision/{made}")]
    whos = rows(settings.database, "select who from accesses order by number")
    assert whos[-1] == ("owner",)


def test_what_tells_nothing_of_anybody_is_not_noted(
    settings: Settings, granary: dict[str, str]
) -> None:
    with started(settings) as client:
        for address in ("/health/live", "/v1/products", "/v1/decisions/d9", "/v1/cases/c9"):
            client.get(address, headers=granary)
        client.get("/v1/cases", headers={"Authorization": "Bearer lbg_a_b"})
        client.get("/staff")
    assert trail(settings) == []
