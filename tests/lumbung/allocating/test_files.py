"""A file is there whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.errors import BadInput, Unavailable
from lumbung.allocating.files import refuse_place, whole
from tests.training.cases import refused


def test_a_file_takes_its_name_when_all_went_well(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out.csv"
    with whole(out) as making:
        making.write_text("all of it", encoding="utf-8")
        assert not out.exists()
    assert out.read_text(encoding="utf-8") == "all of it"
    assert list(out.parent.iterdir()) == [out]


def test_what_breaks_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> None:
        with whole(tmp_path / "out.csv") as making:
            making.write_text("half of it", encoding="utf-8")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "there.csv").touch()
    with pytest.raises(Unavailable) as caught, whole(tmp_path / "there.csv" / "out.csv"):
        pytest.fail("there is no such folder")
    assert caught.value.code == "cannot-write"


@pytest.mark.parametrize(("name", "code"), [("there.csv", "already-there"), ("a", "bad-suffix")])
def test_a_place_that_will_not_do_is_told(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "there.csv").touch()
    with pytest.raises(BadInput) as caught:
        refuse_place(tmp_path / name, (".csv", ".parquet"))
    refused(caught, code)
