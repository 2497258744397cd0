"""What pytest wrote of a run is read as tests that passed and tests that did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.errors import BadInput
from lumbung.evidencing.results import read

SUITE = '<?xml version="1.0"?><testsuites><testsuite name="pytest">{}</testsuite></testsuites>'


def case(name: str, inner: str = "") -> str:
    return f'<testcase classname="tests.audit.test_x" name="{name}" time="0.1">{inner}</testcase>'


def written(folder: Path, *cases: str) -> Path:
    file = folder / "results.xml"
    file.write_text(SUITE.format("".join(cases)), encoding="utf-8")
    return file


def test_a_test_passed_when_all_of_it_did(tmp_path: Path) -> None:
    """One that is skipped for some of its parameters passed; one skipped for all did not."""
    file = written(
        tmp_path,
        case("test_one"),
        case("test_many[a]"),
        case("test_many[b[0]]", "<failure message='no'/>"),
        case("test_here[sqlite]"),
        case("test_here[postgresql]", "<skipped/>"),
        case("test_nowhere", "<skipped/>"),
        case("test_broken", "<error/>"),
        case("test_loud", "<system-out>words</system-out>"),
    )
    assert read(file) == {
        "tests/audit/test_x.py::test_one": True,
        "tests/audit/test_x.py::test_many": False,
        "tests/audit/test_x.py::test_here": True,
        "tests/audit/test_x.py::test_nowhere": False,
        "tests/audit/test_x.py::test_broken": False,
        "tests/audit/test_x.py::test_loud": True,
    }


@pytest.mark.parametrize("text", ["", "no xml", SUITE.format(""), "<testcase name='test_x'/>"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "results.xml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read(file)
    assert caught.value.code == "bad-results"
    assert caught.value.where == "results.xml"
