"""docs/import.md names every key a mapping may have, and its example is a mapping."""

from __future__ import annotations

import re
import tomllib

import pytest
from pydantic import BaseModel

from tests.conftest import ROOT
from training.importing.mapping import ColumnMapping, Mapping, Numbers, Reading, TableMapping

PAGE = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("model", [ColumnMapping, TableMapping, Reading, Numbers])
def test_every_key_is_explained(model: type[BaseModel]) -> None:
    keys = {field.alias or name for name, field in model.model_fields.items()}
    told = set(re.findall(r"`(\w+)`", PAGE)) | set(
        re.findall(r"^\[table\.(\w+)\]", PAGE, re.MULTILINE)
    )
    assert keys - told == set()


def test_the_example_is_a_mapping() -> None:
    found = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert found
    mapping = Mapping.model_validate(tomllib.loads(found[1]))
    assert mapping.table[0].read.delimiter == ";"
