"""What a data set says of itself: its ``dataset.toml``."""

from __future__ import annotations

import json
import tomllib
import zoneinfo
from pathlib import Path
from typing import Final

import pydantic

from features.errors import BadInput
from features.table import CURRENCIES

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
    """Read the ``dataset.toml`` of a folder; raises BadInput (``bad-dataset``)."""
    try:
        return About.model_validate(tomllib.loads((folder / DECLARATION).read_text("utf-8")))
    except (OSError, ValueError) as error:
        gone = isinstance(error, FileNotFoundError)
        raise BadInput(
            found=f"no {DECLARATION}" if gone else " ".join(str(error).split()),
            expected=f"a folder with a {DECLARATION} that gives {', '.join(About.model_fields)}",
            hint="Make a data set with `lumbung import` or `lumbung simulate`.",
            code="bad-dataset",
            where=folder.name,
        ) from error


def write_about(about: About, folder: Path) -> None:
    """Write ``dataset.toml`` into *folder*."""
    said = about.model_dump(exclude_none=True)
    # A JSON string or boolean is a TOML one too.
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in said.items()]
    (folder / DECLARATION).write_text("".join(lines), encoding="utf-8")
