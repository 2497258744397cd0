"""An import joins a data set of the same kind, and no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from features.errors import BadInput
from tests.training.cases import ABOUT, refused
from tests.training.importing.exports import KEY
from training.about import read_about, write_about
from training.importing import joining
from training.importing.mapping import Mapping
from training.importing.pseudonyms import Pseudonyms
from training.target import Target

OTHER_KEY = Pseudonyms("another secret, also of 32 bytes and more")
HASHED = {"business_id": {"from": "shop", "hash": True}}
PLAIN = {"business_id": {"from": "shop"}}
OTHER_SIDE = {"counterparty": {"from": "payer"}}


def mapping(columns: dict[str, Any] | None = None, **about: Any) -> Mapping:
    dataset = {**ABOUT.model_dump(exclude_none=True), **about}
    table = {"table": "payments", "columns": columns or PLAIN}
    return Mapping.model_validate({"dataset": dataset, "table": (table,)})


def there(folder: Path, **about: Any) -> Path:
    folder.mkdir()
    write_about(ABOUT.model_copy(update=about), folder)
    return folder


def test_a_new_data_set_says_what_the_mapping_says() -> None:
    assert joining.about(mapping(), None, None) == ABOUT
    assert joining.about(mapping(), Path("nowhere"), None) == ABOUT


@pytest.mark.parametrize("columns", [HASHED, OTHER_SIDE])
def test_it_says_by_which_key_identifiers_were_hashed(columns: dict[str, Any]) -> None:
    said = joining.about(mapping(columns), None, KEY)
    assert said.pseudonyms == KEY.fingerprint()


@pytest.mark.parametrize("columns", [PLAIN, {"counterparty": {"from": "payer", "plain": True}}])
def test_a_key_that_hashes_nothing_is_not_said(columns: dict[str, Any]) -> None:
    assert joining.about(mapping(columns), None, KEY).pseudonyms is None


@pytest.mark.parametrize("columns", [HASHED, OTHER_SIDE])
def test_identifiers_without_a_key_are_refused(columns: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="no key") as caught:
        joining.about(mapping(columns), None, None)
    refused(caught, "bad-hash-key")


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"currency": "USD"}, "another currency: USD"),
        ({"time_zone": "Asia/Makassar"}, "another time zone: Asia/Makassar"),
        ({"simulated": False}, "another simulated: False"),
        ({"target": {"bad_days": 60}}, "another target: bad_days=60"),
    ],
)
def test_a_data_set_of_another_kind_is_not_joined(
    tmp_path: Path, about: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        joining.about(mapping(**about), there(tmp_path / "out"), None)
    refused(caught, "other-dataset")
    assert caught.value.where == "out"


def test_a_data_set_of_another_key_is_not_joined(tmp_path: Path) -> None:
    out = there(tmp_path / "out", pseudonyms=KEY.fingerprint())
    with pytest.raises(BadInput, match="another key of the keyed hash") as caught:
        joining.about(mapping(HASHED), out, OTHER_KEY)
    refused(caught, "other-dataset")
    assert joining.about(mapping(HASHED), out, KEY).pseudonyms == KEY.fingerprint()


def test_a_data_set_without_pseudonyms_takes_the_first_key(tmp_path: Path) -> None:
    said = joining.about(mapping(HASHED), there(tmp_path / "out"), KEY)
    assert said.pseudonyms == KEY.fingerprint()


def test_an_import_that_hashes_nothing_leaves_the_key_of_the_data_set(tmp_path: Path) -> None:
    out = there(tmp_path / "out", pseudonyms=KEY.fingerprint())
    assert joining.about(mapping(), out, None).pseudonyms == KEY.fingerprint()


@pytest.mark.parametrize(
    ("had", "brings"), [(None, "published"), ("published", None), ("published", "by contract")]
)
def test_records_that_need_consents_are_not_covered_by_the_basis_of_others(
    tmp_path: Path, had: str | None, brings: str | None
) -> None:
    out = there(tmp_path / "out", basis=had)
    with pytest.raises(BadInput, match="another basis") as caught:
        joining.about(mapping(basis=brings), out, None)
    refused(caught, "other-dataset")


def test_what_counts_as_bad_stays_as_the_data_set_has_it(tmp_path: Path) -> None:
    out = there(tmp_path / "out", target=Target(bad_days=60))
    for brings in (mapping(), mapping(target={"bad_days": 60})):
        assert joining.about(brings, out, None).target == Target(bad_days=60)


def test_sources_and_licences_are_gathered_each_once(tmp_path: Path) -> None:
    out = there(tmp_path / "out", source="bank", licence="by agreement", basis="published")
    more = mapping(source="shop", licence="by agreement", basis="published")
    said = joining.about(more, out, None)
    assert (said.source, said.licence) == ("bank; shop", "by agreement")
    assert (said.name, said.basis) == (ABOUT.name, "published")
    write_about(said, out)
    assert joining.about(more, out, None) == said


@pytest.mark.parametrize("content", [None, "other.txt"])
def test_a_folder_that_is_no_data_set_is_left_alone(tmp_path: Path, content: str | None) -> None:
    out = tmp_path / "out"
    out.mkdir()
    if content:
        (out / content).write_text("mine")
    with pytest.raises(BadInput, match="no data set") as caught:
        joining.about(mapping(), out, None)
    refused(caught, "not-a-dataset")


def made(folder: Path, *parts: str) -> Path:
    """Return a folder of what an import made: files named by their paths."""
    for part in parts:
        (folder / part).mkdir(parents=True)
        (folder / part / "00000.parquet").write_text(part)
    folder.mkdir(exist_ok=True)
    return folder


def test_what_was_made_becomes_a_data_set_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    joining.install(made(tmp_path / "making", "payments/aa", "rejected/payments/aa"), out, ABOUT)
    assert read_about(out) == ABOUT
    assert (out / "payments/aa/00000.parquet").read_text() == "payments/aa"
    assert not (tmp_path / "making").exists()
    assert out.stat().st_mode & 0o777 == 0o755


def test_new_parts_join_those_that_are_there_and_replace_none(tmp_path: Path) -> None:
    out = tmp_path / "out"
    joining.install(made(tmp_path / "making", "payments/aa"), out, ABOUT)
    (out / "payments/aa/00000.parquet").write_text("as it was")
    again = made(tmp_path / "again", "payments/aa", "payments/bb", "orders/bb")
    joining.install(again, out, ABOUT.model_copy(update={"source": "both"}))
    assert (out / "payments/aa/00000.parquet").read_text() == "as it was"
    assert (out / "payments/bb/00000.parquet").read_text() == "payments/bb"
    assert (out / "orders/bb/00000.parquet").read_text() == "orders/bb"
    assert read_about(out).source == "both"


def test_no_part_is_there_before_the_data_set_knows_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = there(tmp_path / "out")

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(joining, "_move", stopped)
    said = ABOUT.model_copy(update={"pseudonyms": KEY.fingerprint()})
    with pytest.raises(KeyboardInterrupt):
        joining.install(made(tmp_path / "making", "payments/aa"), out, said)
    assert read_about(out).pseudonyms == KEY.fingerprint()
    assert not (out / "payments").exists()
