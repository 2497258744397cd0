"""Replays the Dockerfile where there is no engine, and runs what comes out of it.

The steps are those of the file, word by word. Each stage is a layer over its parent's; the image
that it names is played by this machine: its Debian, and its Python in /usr/local, as the image has
it, with nothing of its home folders. So it does not show what a bare Debian lacks.

A program of its own, since it mounts: `tests/deploy/test_replay.py` starts it by ``unshare``, with
names of processes and mounts that end with it, and reads the JSON object that it prints.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.deploy import dockerfile
from tests.deploy.dockerfile import Stage

USER = 10001
SECONDS = 300.0
DEBIAN = re.compile("boot|dev|etc|proc|sys|usr|var|s?bin|lib.*")
"""The folders in which Debian lies; what else is on this machine the image has not."""
PASSED = ("PIP_", "UV_", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
"""How settings begin by which this machine reaches its packages; an engine passes the like."""


class Replay:
    """The stages of a Dockerfile, made one after another below a folder.

    Args:
        context: the folder that the builder is given.
        work: an empty folder, on which a file system in memory is laid.
    """

    def __init__(self, context: Path, work: Path) -> None:
        self._context, self._work = context, work
        self.stages = dockerfile.read((context / "Dockerfile").read_text("utf-8"))
        mount("-t", "tmpfs", "tmpfs", work)
        self._layers = {"": ["/"]}
        for name in elsewhere():
            hidden = work / "image" / "top" / name
            hidden.mkdir(parents=True)
            hidden.chmod(0o1777 if name == "tmp" else 0o755)
            os.setxattr(hidden, "trusted.overlay.opaque", b"y")
        self._layer("image", "")
        run(self.root("image"), ["ldconfig"], {"PATH": dockerfile.PATH})

    def root(self, stage: str) -> Path:
        """Return where a stage's files are."""
        return self._work / stage / "root"

    def environment(self, stage: str) -> dict[str, str]:
        """Return what a program of a stage is told."""
        return dockerfile.environment(self.stages, stage)

    def build(self, target: str) -> None:
        """Make a stage and all that it needs; raises CalledProcessError where a step fails."""
        for stage in dockerfile.needed(self.stages, target):
            parent = stage.parent if stage.parent in self.stages else "image"
            self._layer(stage.name, parent)
            self._follow(stage)

    def _layer(self, name: str, parent: str) -> None:
        below = self._layers[parent]
        top, scratch, root = (self._work / name / part for part in ("top", "scratch", "root"))
        for folder in (top, scratch, root):
            folder.mkdir(parents=True, exist_ok=True)
        said = f"lowerdir={':'.join(below)},upperdir={top},workdir={scratch}"
        mount("-t", "overlay", "overlay", "-o", said, root)
        self._layers[name] = [str(top), *below]
        for shared in ("dev", "proc"):
            mount("--rbind", f"/{shared}", root / shared)
        if sys.base_prefix not in {"/usr", "/usr/local"}:
            mount("--bind", sys.base_prefix, root / "usr" / "local")
            mount("-o", "remount,ro,bind", root / "usr" / "local")
        elif not (root / "usr/local/bin/python").exists():
            (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")

    def _follow(self, stage: Stage) -> None:
        root = self.root(stage.name)
        folder = Path(dockerfile.folder(self.stages, stage.parent))
        passed = {name: value for name, value in os.environ.items() if name.startswith(PASSED)}
        for step in stage.steps:
            if step.verb == "WORKDIR":
                folder = Path(step.rest)
                inside(root, folder).mkdir(parents=True, exist_ok=True)
            elif step.verb == "COPY":
                self._copy(root, folder, step.words)
            elif step.verb == "RUN":
                said = passed | self.environment(stage.name)
                run(root, ["sh", "-ec", f"cd {folder}; {step.rest}"], said)

    def _copy(self, root: Path, folder: Path, words: Sequence[str]) -> None:
        source = self._context
        if words[0].startswith("--from="):
            source, words = self.root(words[0].removeprefix("--from=")), words[1:]
        *names, target = words
        goes = inside(root, folder / target)
        for name in names:
            one = inside(source, Path("/") / name)
            if one.is_dir():
                shutil.copytree(one, goes, symlinks=True, dirs_exist_ok=True)
            else:
                goes.mkdir(parents=True, exist_ok=True)
                shutil.copy2(one, goes)


class Container:
    """What runs of a stage: everything read-only but its volume and /tmp, and no right left.

    Args:
        replay: that made the stage.
        stage: which.
        told: settings of whoever runs it.
    """

    def __init__(self, replay: Replay, stage: str, told: dict[str, str]) -> None:
        self._root = replay.root(stage)
        self._told = replay.environment(stage) | told
        self.steps = replay.stages[stage]
        mount("-o", "remount,ro", self._root)
        mount("-t", "tmpfs", "tmpfs", self._root / "tmp")
        self.volume = inside(self._root, Path(self.steps.last("VOLUME").rest))
        mount("-t", "tmpfs", "-o", f"uid={USER},gid={USER},mode=700", "tmpfs", self.volume)

    def command(self, words: Sequence[str]) -> list[str]:
        """Return how a program is run in it."""
        user = self.steps.last("USER").rest.partition(":")[0]
        less = ["--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
        who = ["setpriv", f"--reuid={user}", f"--regid={user}", *less]
        told = [f"{name}={value}" for name, value in self._told.items()]
        return ["chroot", str(self._root), *who, "env", "-i", *told, *words]

    def ask(self, words: Sequence[str]) -> tuple[int, str]:
        """Run a program in it to its end; return its status and what it says."""
        ended = subprocess.run(  # noqa: S603  the words are the Dockerfile's or ours
            self.command(words), capture_output=True, text=True, check=False
        )
        return ended.returncode, ended.stdout + ended.stderr


def elsewhere() -> list[str]:
    """Return the folders at the top of this machine that are not Debian's."""
    found = [one for one in Path("/").iterdir() if one.is_dir() and not one.is_symlink()]
    return [one.name for one in found if not DEBIAN.fullmatch(one.name)]


def inside(root: Path, path: Path) -> Path:
    """Return where an absolute path of a root lies."""
    return root / path.relative_to("/")


def mount(*words: object) -> None:
    """Mount; raises CalledProcessError."""
    subprocess.run(["/bin/mount", *map(str, words)], check=True)  # noqa: S603  words of ours


def run(root: Path, words: Sequence[str], environment: dict[str, str]) -> None:
    """Run a program in a root as its superuser, its output to standard error."""
    command = ["/usr/sbin/chroot", str(root), *words]
    subprocess.run(command, env=environment, stdout=sys.stderr, check=True)  # noqa: S603  as above


def alone() -> None:
    """Leave the machine's network for one with nothing in it but a loopback."""
    if ctypes.CDLL(None, use_errno=True).unshare(0x40000000):  # CLONE_NEWNET
        raise OSError(ctypes.get_errno(), "no network of its own")
    with socket.socket() as any_socket:
        up = struct.pack("16sh", b"lo", 0x1 | 0x40)  # IFF_UP, IFF_RUNNING
        fcntl.ioctl(any_socket, 0x8914, up)  # SIOCSIFFLAGS


def served(container: Container) -> dict[str, Any]:
    """Start the image's own command, ask its own HEALTHCHECK, and stop it as an engine does."""
    check = container.steps.last("HEALTHCHECK").rest.partition("CMD ")[2]
    with (Path("/dev/shm") / secrets.token_hex(8)).open("w+b") as log:  # noqa: S108  in memory
        Path(log.name).unlink()
        process = subprocess.Popen(  # noqa: S603  the Dockerfile's own command
            container.command(container.steps.last("CMD").words), stdout=log, stderr=log
        )
        end = time.monotonic() + SECONDS
        while (healthy := container.ask(json.loads(check)))[0] and time.monotonic() < end:
            if process.poll() is not None:
                break
        said = Path(f"/proc/{process.pid}/status")
        uids = said.read_text("ascii").split("Uid:")[1].split("\n")[0] if said.exists() else ""
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS)
        unhealthy, _ = container.ask(json.loads(check))
        process.kill()
        log.seek(0)
        return {
            "healthy": healthy,
            "after": unhealthy,
            "uids": uids.split(),
            "status": process.wait(),
            "log": log.read().decode()[-4000:],
        }


def main(context: Path, work: Path) -> None:
    """Replay the image of the service; print what was found as JSON."""
    replay = Replay(context, work)
    replay.build("serving")
    alone()
    told = {
        "LUMBUNG_SCORER": "rules",
        "LUMBUNG_PUBLIC_URL": "https://lumbung.example",
        "LUMBUNG_MASTER_KEY_FILE": "/var/lib/lumbung/master.key",
    }
    container = Container(replay, "serving", told)
    key = container.volume / "master.key"
    key.write_bytes(b64encode(secrets.token_bytes(32)))
    key.chmod(0o444)
    looks = "import importlib.util as i; print(*(n for n in {!r} if i.find_spec(n)))"
    tools = ("pip", "setuptools", "uv", "cyclonedx_py", "mlflow", "pytest")
    found = {
        "version": container.ask(["lumbung", "--version"]),
        "tools": container.ask(["python", "-c", looks.format(tools)]),
        "sbom": container.ask(["cat", "/opt/lumbung/sbom.json"]),
        "written": container.ask(["touch", "/opt/lumbung/here", "/here"]),
        "compiled": container.ask(
            ["python", "-c", "import os, serving.app as a; print(os.path.exists(a.__cached__))"]
        ),
        "served": served(container),
    }
    print(json.dumps(found))  # noqa: T201  what it is for


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
