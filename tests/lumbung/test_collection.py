"""The collection holds every operation once, with what it takes and where the key goes."""

from __future__ import annotations

import json

from lumbung.collection import SCHEMA, collection
from lumbung.documents import description

MADE = collection(description())
REQUESTS = [one["request"] for folder in MADE["item"] for one in folder["item"]]


def test_every_operation_stands_in_it_once() -> None:
    found = [(one["method"], one["url"]["raw"].removeprefix("{{url}}")) for one in REQUESTS]
    asked = [
        (method.upper(), path.replace("{", ":").replace("}", ""))
        for path, item in description()["paths"].items()
        for method in item
    ]
    assert sorted(found) == sorted(asked)
    assert MADE["info"]["schema"] == SCHEMA


def test_each_part_of_a_path_is_a_variable() -> None:
    for one in REQUESTS:
        url = one["url"]
        assert [part[1:] for part in url["path"] if part.startswith(":")] == [
            variable["key"] for variable in url["variable"]
        ]


def test_bodies_are_the_descriptions_examples() -> None:
    as_json = [
        one["body"]["raw"]
        for one in REQUESTS
        if {"key": "Content-Type", "value": "application/json"} in one["header"]
    ]
    assert len(as_json) > 5
    assert all(isinstance(json.loads(raw), dict) for raw in as_json)


def test_the_key_is_asked_for_and_not_kept() -> None:
    assert MADE["auth"]["bearer"][0]["value"] == "{{key}}"
    assert {one["key"]: one["value"] for one in MADE["variable"]}["key"] == ""
