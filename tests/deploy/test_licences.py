"""Every library of the environment stands under a licence that allows what we do with it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

LICENCES = tomllib.loads((ROOT / "deploy/licences.toml").read_text(encoding="utf-8"))


@cache
def told() -> dict[str, str]:
    """Return library → licence as its metadata say, of all that is installed here."""
    program = Path(sys.executable).with_name("pip-licenses")
    ran = subprocess.run(  # noqa: S603  a tool of our locks
        [str(program), "--format=json", "--from=mixed", "--with-system"],
        capture_output=True,
        check=True,
    )
    return {one["Name"]: one["License"] for one in json.loads(ran.stdout)}


def parts(licence: str) -> list[str]:
    """Return the licences that a library stands under: all of AND, one of OR suffices."""
    either = re.split(r" OR ", licence)
    chosen = next((one for one in either if one in LICENCES["allowed"]), either[0])
    return (
        [one.strip(" ()") for one in re.split(r" AND |; ", chosen)]
        if "; " in chosen or (" AND " in chosen)
        else [chosen]
    )


def test_every_licence_is_allowed_or_its_library_has_a_reason() -> None:
    found = {
        name: licence
        for name, licence in told().items()
        if name != "lumbung" and not set(parts(licence)) <= LICENCES["allowed"].keys()
    }
    assert found.keys() - LICENCES["packages"].keys() == set()


def test_no_reason_is_given_for_what_needs_none() -> None:
    lock = (ROOT / "locks/all.txt").read_text(encoding="utf-8")
    locks = lock + "".join(
        (ROOT / f"locks/{name}.txt").read_text(encoding="utf-8") for name in ("spark", "benchmark")
    )
    for name in LICENCES["packages"]:
        assert f"\n{name}==" in locks
        licence = told().get(name)
        assert licence is None or not set(parts(licence)) <= LICENCES["allowed"].keys()


def test_a_licence_of_several_is_read_as_it_is_meant() -> None:
    assert parts("MIT OR GPL-3.0") == ["MIT"]
    assert parts("GPL-3.0 OR MIT") == ["MIT"]
    assert parts("MPL-2.0 AND MIT") == ["MPL-2.0", "MIT"]
    assert parts("Apache Software License; MIT License") == [
        "Apache Software License",
        "MIT License",
    ]
