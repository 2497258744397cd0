"""What MLflow's registry names, and what is asked of it, wherever it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

DASH: Final = "-"
"""Between version and run in the name of a folder."""


@dataclass(frozen=True)
class Named:
    """A version that the registry names.

    Args:
        version: in the registry.
        run_id: of the run that made it.
        until: the tag that says until when it may serve; empty for ever.
    """

    version: str
    run_id: str
    until: str

    @property
    def folder(self) -> str:
        """Return what its folder is called."""
        return f"{self.version}{DASH}{self.run_id}"


class Store(Protocol):
    """What is asked of the registry, with the runs that made its versions."""

    def close(self) -> None:
        """Let go of it."""

    def alias(self, alias: str) -> Named | None:
        """Return the version that an alias names; None where it names nothing."""

    def version(self, version: str) -> Named | None:
        """Return a version by its number; None where there is none."""

    def versions(self) -> list[Named]:
        """Return all versions."""

    def params(self, run_id: str) -> dict[str, str]:
        """Return the parameters of a run."""

    def of_version(self, version: str, path: str) -> bytes:
        """Return a file of what was registered."""

    def of_run(self, run_id: str, path: str) -> bytes | None:
        """Return a file of a run; None where it has none of that name."""
