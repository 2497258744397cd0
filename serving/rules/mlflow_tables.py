"""MLflow's store read where it lies: the tables of its database, and its files on disk.

MLflow itself takes seconds and 150 MB to import, for the few rows a service reads. The tables are
those of MLflow 3; the tests make them by MLflow and read them by this. `mlflow_server` reads the
same over HTTP.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import (
    ColumnElement,
    NullPool,
    Select,
    TableClause,
    and_,
    column,
    create_engine,
    make_url,
    select,
    table,
)

from models.artefact import NAME, OVERRIDE_UNTIL
from serving.rules.named import Named

WORKSPACE: Final = "default"
"""Of MLflow's, the one that is there unless somebody makes more."""

DELETED: Final = "Deleted_Internal"
"""The stage of a version that was deleted."""


def _table(name: str, *columns: str) -> TableClause:
    return table(name, *map(column, columns))


ALIASES: Final = _table("registered_model_aliases", "workspace", "name", "alias", "version")
VERSIONS: Final = _table(
    "model_versions", "workspace", "name", "version", "run_id", "current_stage", "storage_location"
)
TAGS: Final = _table("model_version_tags", "workspace", "name", "version", "key", "value")
RUNS: Final = _table("runs", "run_uuid", "artifact_uri")
PARAMS: Final = _table("params", "run_uuid", "key", "value")


class Tables:
    """A store in a database. What it cannot read raises OSError or SQLAlchemyError.

    Args:
        uri: of the database; one in a file is never made.
    """

    def __init__(self, uri: str) -> None:
        url = make_url(uri)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            raise FileNotFoundError(2, "no such store")
        self._engine = create_engine(url, poolclass=NullPool)
        self._asked = self._engine.connect()

    def close(self) -> None:
        """Let go of it."""
        self._asked.close()
        self._engine.dispose()

    def alias(self, alias: str) -> Named | None:
        """Return the version that an alias names; None where it names nothing."""
        asked = select(ALIASES.c.version).where(_of_model(ALIASES), ALIASES.c.alias == alias)
        version = self._asked.scalar(asked)
        return None if version is None else self.version(str(version))

    def version(self, version: str) -> Named | None:
        """Return a version by its number; None where there is none."""
        return next((one for one in self.versions() if one.version == version), None)

    def versions(self) -> list[Named]:
        """Return all versions."""
        return self._named(_versions())

    def params(self, run_id: str) -> dict[str, str]:
        """Return the parameters of a run."""
        asked = select(PARAMS.c.key, PARAMS.c.value).where(PARAMS.c.run_uuid == run_id)
        return {str(key): str(value) for key, value in self._asked.execute(asked)}

    def of_version(self, version: str, path: str) -> bytes:
        """Return a file of what was registered."""
        place = select(VERSIONS.c.storage_location)
        wanted = VERSIONS.c.version == int(version)
        return _file(
            self._asked.scalar(place.where(_of_model(VERSIONS), wanted)), path
        ).read_bytes()

    def of_run(self, run_id: str, path: str) -> bytes | None:
        """Return a file of a run; None where it has none of that name."""
        asked = select(RUNS.c.artifact_uri).where(RUNS.c.run_uuid == run_id)
        file = _file(self._asked.scalar(asked), path)
        return file.read_bytes() if file.exists() else None

    def _named(self, asked: Select[Any]) -> list[Named]:
        rows = self._asked.execute(asked.order_by(VERSIONS.c.version))
        return [Named(str(version), str(run_id), until or "") for version, run_id, until in rows]


def _of_model(of: TableClause) -> ColumnElement[bool]:
    return and_(of.c.workspace == WORKSPACE, of.c.name == NAME)


def _versions() -> Select[Any]:
    """Return the question for all versions, each with the tag that says until when it serves."""
    same = [TAGS.c[name] == VERSIONS.c[name] for name in ("workspace", "name", "version")]
    its = VERSIONS.outerjoin(TAGS, and_(*same, TAGS.c.key == OVERRIDE_UNTIL))
    asked = select(VERSIONS.c.version, VERSIONS.c.run_id, TAGS.c.value).select_from(its)
    return asked.where(_of_model(VERSIONS), VERSIONS.c.current_stage != DELETED)


def _file(place: str | None, path: str) -> Path:
    """Return a file below a place that MLflow names; raises OSError where that is not on disk."""
    said = urlsplit(place or "")
    if said.scheme not in ("", "file") or not said.path:
        raise OSError(f"no folder: {said.scheme}")
    return Path(unquote(said.path)) / path
