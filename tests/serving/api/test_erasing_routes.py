"""A lender erases a business: what was told of it answers 410 from then on."""

from __future__ import annotations

from fastapi.testclient import TestClient

from serving.rights.erasing import destroyed
from serving.settings import Settings
from tests.serving.cases import APPLICATIONS, body, started

BUSINESS = f"/v1/businesses/{body()['business_id']}"


def decide(client: TestClient, headers: dict[str, str]) -> str:
    """Return the id of a decision just made, which goes to a person."""
    answer = client.post(APPLICATIONS, json=body(), headers=headers)
    return str(answer.json()["decision_id"])


def test_all_that_was_told_of_it_is_gone(
    client: TestClient, granary: dict[str, str], settings: Settings
) -> None:
    made = decide(client, granary)
    (case,) = client.get("/v1/cases", headers=granary).json()["cases"]
    said = {"officer": "o-7", "outcome": "lend", "reason_code": "V02", "note": "Baik."}
    client.post(f"/v1/cases/{case['case_id']}/answer", json=said, headers=granary)
    answer = client.delete(BUSINESS, headers=granary)
    assert answer.status_code == 200
    assert answer.json()["decisions"] == 1
    assert destroyed(settings.destroyed_keys) == [answer.json()["erasure"]]
    of_it = f"/v1/decisions/{made}"
    for address in (of_it, f"{of_it}/explanation", f"{of_it}/fits", f"{of_it}/notice.txt"):
        gone = client.get(address, headers=granary)
        assert (gone.status_code, gone.json()["code"]) == (410, "erased")
    assert client.post(f"{of_it}/links", headers=granary).status_code == 410
    assert client.get(f"/v1/cases/{case['case_id']}", headers=granary).status_code == 410
    listed = client.get("/v1/cases?state=answered", headers=granary).json()["cases"]
    assert [one["case_id"] for one in listed] == [case["case_id"]]
    assert "Baik." not in str(listed)


def test_the_owners_link_opens_nothing_any_more(
    client: TestClient, granary: dict[str, str]
) -> None:
    link = client.post(f"/v1/decisions/{decide(client, granary)}/links", headers=granary).json()
    client.delete(BUSINESS, headers=granary)
    page = "/p/" + link["url"].rpartition("/p/")[2]
    answer = client.post(page, data={"code": link["code"]}, follow_redirects=False)
    assert answer.status_code == 404


def test_of_another_partner_nothing_is_erased(
    client: TestClient, granary: dict[str, str], mill: dict[str, str]
) -> None:
    made = decide(client, granary)
    answer = client.delete(BUSINESS, headers=mill)
    assert (answer.status_code, answer.json()["code"]) == (404, "no-business")
    assert client.get(f"/v1/decisions/{made}", headers=granary).status_code == 200


def test_what_has_to_be_kept_is_said_with_the_day(
    settings: Settings, granary: dict[str, str]
) -> None:
    with started(settings.model_copy(update={"dispute_days": 90})) as client:
        made = decide(client, granary)
        answer = client.delete(BUSINESS, headers=granary)
        assert (answer.status_code, answer.json()["code"]) == (409, "retention-lock")
        assert answer.json()["faults"][0]["expected"] == "2027-02-22 or later"
        assert client.get(f"/v1/decisions/{made}", headers=granary).status_code == 200
