"""The master key: made once in development, given in production, and changed without a gap."""

from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from features.errors import BadInput, Unavailable
from serving.settings import Settings
from serving.store.master import Master, make, master_of, read
from tests.training.cases import refused

OLD, NEW = b"o" * 32, b"n" * 32


def test_development_makes_one_for_its_owner_alone_and_keeps_it(tmp_path: Path) -> None:
    settings = Settings(environment="development", home=tmp_path / "home", master_key_file=None)
    wrapped = master_of(settings).wrap(b"key", b"about")
    file = tmp_path / "home" / "master.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert master_of(settings).unwrap(wrapped, b"about") == b"key"
    assert [each.name for each in file.parent.iterdir()] == ["master.key"]


def test_those_who_make_one_at_the_same_time_get_the_same(tmp_path: Path) -> None:
    def made(_: int) -> str:
        make(tmp_path / "master.key")
        return (tmp_path / "master.key").read_text("ascii")

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(made, range(16)))) == 1


def test_production_makes_none(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    settings = Settings(
        environment="production", public_url="https://lumbung.example", master_key_file=file
    )
    with pytest.raises(BadInput) as caught:
        master_of(settings)
    refused(caught, "no-master-key")
    assert not file.exists()


@pytest.mark.parametrize("text", ["", "\n", "rice", base64.b64encode(b"short").decode(), "=" * 44])
def test_a_file_that_holds_something_else_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(text)
    refused(caught, "bad-master-key")
    assert not text.strip() or text not in str(caught.value)


def test_after_a_change_the_old_still_opens_and_the_new_wraps() -> None:
    wrapped = Master([OLD]).wrap(b"key", b"about")
    both = Master(read(f"{base64.b64encode(NEW).decode()}\n{base64.b64encode(OLD).decode()}\n"))
    assert both.unwrap(wrapped, b"about") == b"key"
    assert not both.current(wrapped)
    anew = both.wrap(b"key", b"about")
    assert both.current(anew)
    assert Master([NEW]).unwrap(anew, b"about") == b"key"


@pytest.mark.parametrize(
    "wrapped",
    [b"", b"x" * 60, Master([OLD]).wrap(b"key", b"other")],
    ids=["nothing", "another", "elsewhere"],
)
def test_what_it_did_not_wrap_for_this_does_not_open(wrapped: bytes) -> None:
    with pytest.raises(Unavailable) as caught:
        Master([OLD]).unwrap(wrapped, b"about")
    refused(caught, "wrong-master-key")
