"""A file of a table holds codes and numbers as they are."""

from __future__ import annotations

from serving.pages.edition_columns import flat, table


def test_a_file_keeps_codes_and_has_three_columns_for_an_estimate() -> None:
    found = {"value": 0.5, "low": 0.4, "high": 0.6}
    rows = [({"gender": "female", "kecamatan": "Bandar"}, found), ({"gender": "male"}, None)]
    assert list(flat(table("of-gender", "group:group own:level", rows))) == [
        ["group", "own", "own_low", "own_high"],
        ["female, Bandar", 0.5, 0.4, 0.6],
        ["male", None, None, None],
    ]
