"""What a data set says of itself: its ``dataset.toml``."""

from __future__ import annotations

import json
import tomllib
import zoneinfo
from datetime import date
from pathlib import Path
from typing import Any, Final

import pydantic

from features.errors import BadInput
from features.table import CURRENCIES
from training.target import Target, parsed

DECLARATION: Final = "dataset.toml"


class About(pydantic.BaseModel):
    """What ``dataset.toml`` says.

    Args:
        name: of the data set.
        currency: of every amount, ISO 4217; amounts count its minor units.
        time_zone: where the business days are; times are stored in UTC.
        source: where the records come from.
        licence: under which terms.
        simulated: whether the records were simulated.
        basis: why the records may be used although no table of consents says so, such as that
            they are published; not given where there is such a table.
        pseudonyms: which key made the hashed identifiers, by its fingerprint; None where none did.
        target: what counts as a bad loan here, where that is not the standard.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str
    currency: str
    time_zone: str
    source: str
    licence: str
    simulated: bool = False
    basis: str | None = None
    pseudonyms: str | None = None
    target: Target | None = None

    @pydantic.field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        if value not in CURRENCIES:
            raise ValueError(f"unknown currency {value}; known are {', '.join(sorted(CURRENCIES))}")
        return value

    @pydantic.field_validator("time_zone")
    @classmethod
    def _known_time_zone(cls, value: str) -> str:
        try:
            zoneinfo.ZoneInfo(value)
        except (KeyError, OSError, ValueError) as error:
            raise ValueError(f"unknown time zone {value}; one is Asia/Jakarta") from error
        return value


def read_about(folder: Path) -> About:
    """Read the ``dataset.toml`` of a folder.

    Raises:
        BadInput: there is none that says what it should (``bad-dataset``), or its ``[target]`` is
            no target (``bad-target``).
    """
    try:
        said = tomllib.loads((folder / DECLARATION).read_text("utf-8"))
        target = said.pop("target", None)
        about = About.model_validate(said)
    except (OSError, ValueError) as error:
        gone = isinstance(error, FileNotFoundError)
        raise BadInput(
            found=f"no {DECLARATION}" if gone else " ".join(str(error).split()),
            expected=f"a folder with a {DECLARATION} that gives {', '.join(About.model_fields)}",
            hint="Make a data set with `lumbung import` or `lumbung simulate`.",
            code="bad-dataset",
            where=folder.name,
        ) from error
    if target is None:
        return about
    return about.model_copy(update={"target": parsed(target, f"{folder.name}, [target]")})


def write_about(about: About, folder: Path) -> None:
    """Write ``dataset.toml`` into *folder*."""
    said = about.model_dump(exclude_none=True)
    lines = [f"{key} = {_toml(value)}\n" for key, value in said.items()]
    (folder / DECLARATION).write_text("".join(lines), encoding="utf-8")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # A JSON string, number or boolean is a TOML one too.
    return value.isoformat() if isinstance(value, date) else json.dumps(value)
