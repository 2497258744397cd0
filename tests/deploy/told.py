"""What compose and Kubernetes are told, held against what Lumbung knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lumbung import cli
from serving.settings import Settings
from tests.contracts.blocks import parsed

PREFIX = "LUMBUNG_"


def unknown(names: Iterable[str]) -> set[str]:
    """Return which settings there are not; a file of the folder of secrets is named like them."""
    ours = {name.upper().removeprefix(PREFIX).lower() for name in names}
    return ours - set(Settings.model_fields)


def takes(words: list[str]) -> None:
    """Parse a command of ours; raises UsageError where it does not take what it is given."""
    assert words[0] == "lumbung"
    parsed(cli.program, words[1:])


def settings(environment: Mapping[str, str], secrets: Mapping[str, str]) -> Settings:
    """Return the settings that an environment and its files come to; raises ValidationError."""
    said = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items()}
    said |= {name.removeprefix(PREFIX.lower()): value for name, value in secrets.items()}
    said.pop("secrets", None)  # a folder of theirs, which is not here
    return Settings.model_validate(said)
