"""An upload while `serving.jobs.reader` reads it: its bytes go in, its rows come out, in time.

Whatever the file does to the program that reads it, to the service it is a file that cannot be
read.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from serving.jobs import reader
from serving.jobs.reader import Limits, Row, Unreadable

LIMITS: Final = Limits()

SECONDS: Final = 60.0
"""In which more has to come of a file."""

OUT: Final = 256 * 2**10
"""Bytes read of the program at a time."""

ENVIRONMENT: Final = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1"}
"""All that the program is told: memory that is counted as it is used."""


class Reading:
    """An upload that is being read.

    Args:
        form: one of `reader.FORMS`.
        parts: the file, some bytes at a time; asked for by a thread of its own.
        limits: what it may ask for.
        seconds: in which more has to come of it.
    """

    def __init__(
        self,
        form: str,
        parts: Iterable[bytes],
        limits: Limits = LIMITS,
        seconds: float = SECONDS,
    ) -> None:
        self._limits, self._seconds = limits, seconds
        self._rest, self._lines = b"", deque[bytes]()
        self._fault: BaseException | None = None
        self._program = subprocess.Popen(  # noqa: S603  a program of ours
            [sys.executable, "-I", reader.__file__, form, json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path("/"),
            env=ENVIRONMENT,
        )
        self._feeder = threading.Thread(
            target=self._feed, args=(parts,), name="upload", daemon=True
        )
        self._feeder.start()

    def take(self, most: int) -> list[Row]:
        """Return the next rows; none at the end.

        Raises:
            Unreadable: as `reader.rows`, or whatever else came of it (``reader-failed``).
            Exception: what giving the parts raised.
        """
        found: list[Row] = []
        while len(found) < most:
            line = self._line()
            if line[:1] in (b".", b"!"):
                self._end(line)
                break
            number, _, said = line.partition(b" ")
            found.append((int(number), said or None))
        return found

    def kill(self) -> None:
        """End the program, wherever it is: who takes its rows is told that it failed."""
        self._program.kill()

    def close(self) -> None:
        """End the program and all that belongs to it; nothing more is taken."""
        self.kill()
        self._program.wait()
        self._feeder.join()
        if self._program.stdout is not None:
            self._program.stdout.close()

    def _end(self, line: bytes) -> None:
        """Keep the last line for whoever asks again; raises as `take`."""
        self._lines.appendleft(line)
        self._feeder.join()
        if self._fault is not None:
            raise self._fault
        if line != b".":
            raise Unreadable(line[1:].decode())

    def _line(self) -> bytes:
        while not self._lines:
            *whole, self._rest = (self._rest + self._more()).split(b"\n")
            self._lines.extend(whole)
            if len(self._rest) > self._limits.line + OUT:
                raise Unreadable("reader-failed")
        return self._lines.popleft()

    def _more(self) -> bytes:
        """Return some of what the program wrote; raises Unreadable where it writes no more."""
        out = self._program.stdout
        assert out is not None  # noqa: S101  it was asked for
        ready = select.poll()
        ready.register(out, select.POLLIN | select.POLLHUP)
        came = os.read(out.fileno(), OUT) if ready.poll(self._seconds * 1000) else b""
        if not came:
            if self._fault is not None:
                raise self._fault
            raise Unreadable("reader-failed")
        return came

    def _feed(self, parts: Iterable[bytes]) -> None:
        into = self._program.stdin
        assert into is not None  # noqa: S101  it was asked for
        try:
            for part in parts:
                into.write(part)
        except BrokenPipeError:
            pass  # it reads no further, and says why
        except BaseException as fault:  # noqa: BLE001  told to whoever takes the rows
            self._fault = fault
        finally:
            with suppress(BrokenPipeError):
                into.close()
