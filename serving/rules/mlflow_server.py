"""MLflow's store read from its server, by the REST API that MLflow's own clients speak.

https://mlflow.org/docs/latest/rest-api.html; files come the way the pages of MLflow get them, so
the server may keep them wherever it likes. `mlflow_tables` reads the same without a server.
"""

from __future__ import annotations

import os
from pathlib import PurePosixPath
from typing import Any, Final

import httpx2

from models.artefact import NAME, OVERRIDE_UNTIL
from serving.rules.named import Named

SECONDS: Final = 10.0
"""For an answer. MLflow's clients would try for minutes; what was fetched last is here at once."""

NO_SUCH: Final = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""How MLflow says that there is no such model, version or alias."""

MOST: Final = 10_000
"""Versions in one answer, as many as MLflow's clients ask for."""

USER, PASSWORD, TOKEN = (f"MLFLOW_TRACKING_{name}" for name in ("USERNAME", "PASSWORD", "TOKEN"))
"""Where MLflow's clients look for what opens a server; those who train set them anyway."""


class Server:
    """A store behind a server. What it cannot read raises OSError or `httpx2.HTTPError`.

    Args:
        uri: of the server.
    """

    def __init__(self, uri: str) -> None:
        said = os.environ
        user = (said[USER], said.get(PASSWORD, "")) if said.get(USER) else None
        shown = {"Authorization": f"Bearer {said[TOKEN]}"} if said.get(TOKEN) else {}
        line = httpx2.HTTPTransport(retries=1)
        self._client = httpx2.Client(
            base_url=uri, auth=user, headers=shown, timeout=SECONDS, transport=line
        )

    def close(self) -> None:
        """Let go of it."""
        self._client.close()

    def alias(self, alias: str) -> Named | None:
        """Return the version that an alias names; None where it names nothing."""
        return self._version("registered-models/alias", name=NAME, alias=alias)

    def version(self, version: str) -> Named | None:
        """Return a version by its number; None where there is none."""
        return self._version("model-versions/get", name=NAME, version=version)

    def versions(self) -> list[Named]:
        """Return all versions."""
        asked = {"filter": f"name='{NAME}'", "max_results": str(MOST)}
        said = self._said("model-versions/search", **asked) or {}
        return [_named(one) for one in said.get("model_versions", [])]

    def params(self, run_id: str) -> dict[str, str]:
        """Return the parameters of a run."""
        said = self._said("runs/get", run_id=run_id) or {"run": {"data": {}}}
        return _pairs(said["run"]["data"].get("params", []))

    def of_version(self, version: str, path: str) -> bytes:
        """Return a file of what was registered."""
        return self._file("model-versions/get-artifact", name=NAME, version=version, path=path)

    def of_run(self, run_id: str, path: str) -> bytes | None:
        """Return a file of a run; None where it has none of that name."""
        folder = str(PurePosixPath(path).parent)
        said = self._said("artifacts/list", run_id=run_id, path="" if folder == "." else folder)
        if path not in {one["path"] for one in (said or {}).get("files", [])}:
            return None
        return self._file("get-artifact", run_id=run_id, path=path)

    def _version(self, what: str, **asked: str) -> Named | None:
        said = self._said(what, **asked)
        return None if said is None else _named(said["model_version"])

    def _said(self, what: str, **asked: str) -> Any:
        """Return an answer; None where there is no such thing."""
        answer = self._client.get(f"api/2.0/mlflow/{what}", params=asked)
        if answer.is_client_error and answer.json().get("error_code") in NO_SUCH:
            return None
        return answer.raise_for_status().json()

    def _file(self, what: str, **asked: str) -> bytes:
        return self._client.get(what, params=asked).raise_for_status().content


def _named(said: Any) -> Named:
    until = _pairs(said.get("tags", [])).get(OVERRIDE_UNTIL, "")
    return Named(str(said["version"]), str(said["run_id"]), until)


def _pairs(said: list[dict[str, str]]) -> dict[str, str]:
    return {one["key"]: one.get("value", "") for one in said}
