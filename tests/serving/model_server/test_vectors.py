"""Vectors are read strictly: what is not known may be left out, what is no feature may not come."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import NAMES
from features.errors import BadInput
from serving.model_server.vectors import read
from tests.training.cases import refused

FIRST, SECOND, THIRD = NAMES[:3]

RECORDS = st.lists(
    st.dictionaries(
        st.sampled_from(NAMES), st.none() | st.floats(allow_nan=False, allow_infinity=False)
    ),
    max_size=4,
)


def body(sent: object) -> bytes:
    return json.dumps(sent).encode()


@given(records=RECORDS)
def test_each_value_has_its_place_and_the_rest_is_not_known(
    records: list[dict[str, float | None]],
) -> None:
    expected = np.full((len(records), len(NAMES)), np.nan)
    for row, record in enumerate(records):
        for name, value in record.items():
            expected[row, NAMES.index(name)] = np.nan if value is None else value
    for form in ("dataframe_records", "instances", "inputs"):
        np.testing.assert_array_equal(read(body({form: records})), expected)
    names = sorted({name for record in records for name in record})
    data = [[record.get(name) for name in names] for record in records]
    split = {"dataframe_split": {"columns": names, "data": data}}
    np.testing.assert_array_equal(read(body(split)), expected)


def test_columns_and_a_single_record_are_inputs_too() -> None:
    by_column = read(body({"inputs": {FIRST: [1, 2], THIRD: [None, 4.5]}}))
    np.testing.assert_array_equal(by_column[:, :3], [[1, np.nan, np.nan], [2, np.nan, 4.5]])
    alone = read(body({"inputs": {SECOND: 3.5}}))
    np.testing.assert_array_equal(alone[:, :3], [[np.nan, 3.5, np.nan]])


def test_an_index_plays_no_part_and_no_parameters_are_allowed() -> None:
    split = {"columns": [FIRST], "data": [[1.0]], "index": ["a"]}
    assert read(body({"dataframe_split": split, "params": {}}))[0, 0] == 1.0
    with pytest.raises(BadInput) as caught:
        read(body({"dataframe_split": split, "params": {"rice": 1}}))
    refused(caught, "bad-invocation")


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {},
        {"instances": None},
        {"instances": [], "inputs": []},
        {"instances": [[1.0]]},
        {"rice": []},
        {"dataframe_records": [{FIRST: "1"}]},
        {"dataframe_records": [{FIRST: True}]},
        {"dataframe_split": {"data": [[1.0]]}},
        {"dataframe_split": {"columns": [FIRST], "data": [[1.0, 2.0]]}},
        {"dataframe_split": {"columns": [FIRST], "data": [[1.0], []]}},
        {"inputs": {FIRST: [1.0], SECOND: []}},
    ],
)
def test_what_is_none_of_the_forms_is_refused(sent: Any) -> None:
    with pytest.raises(BadInput) as caught:
        read(body(sent))
    refused(caught, "bad-invocation")


@pytest.mark.parametrize(
    "sent",
    [
        {"dataframe_records": [{FIRST: 1.0}, {"rice": 1.0}]},
        {"dataframe_split": {"columns": [FIRST, "rice"], "data": []}},
        {"dataframe_split": {"columns": [FIRST, FIRST], "data": []}},
        {"inputs": {"rice": [1.0]}},
    ],
)
def test_what_is_no_feature_is_refused_and_not_repeated(sent: Any) -> None:
    with pytest.raises(BadInput) as caught:
        read(body(sent))
    refused(caught, "unknown-feature")
    assert "rice" not in str(caught.value)
