"""What a run of the tests came to: the file that ``pytest --junit-xml`` writes."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError, parse

from features.errors import BadInput

FAULTS: Final = ("failure", "error", "skipped")
"""What a test case holds that did not pass."""


def read(file: Path) -> dict[str, bool]:
    """Return test, as ``FILE::NAME`` without parameters → whether all of it passed.

    A test that was skipped for every parameter did not pass; one that was skipped for some did.

    Raises:
        BadInput: it is no such file, or it tells of no test (``bad-results``).
    """
    try:
        cases = list(parse(file).iter("testcase"))  # noqa: S314  the file of one's own run
        told = [(_name(case.attrib), {each.tag for each in case}) for case in cases]
    except (ParseError, KeyError) as error:
        raise _bad(file, f"{type(error).__name__}: {error}") from error
    if not told:
        raise _bad(file, "no test")
    passed: dict[str, list[set[str]]] = {}
    for name, tags in told:
        passed.setdefault(name, []).append(tags & set(FAULTS))
    return {
        name: not any(tags & {"failure", "error"} for tags in each) and set() in each
        for name, each in passed.items()
    }


def _name(case: dict[str, str]) -> str:
    name = case["name"].partition("[")[0]
    return f"{case['classname'].replace('.', '/')}.py::{name}"


def _bad(file: Path, found: str) -> BadInput:
    return BadInput(
        found=found,
        expected="what `pytest --junit-xml FILE` wrote",
        hint="Run the tests of the release anew with that option.",
        code="bad-results",
        where=file.name,
    )
