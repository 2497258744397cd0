"""``lumbung demo``: the whole house on one machine, from nothing to a decision.

Everything it makes lies in one folder, and what is there already is used again,
so a second run starts in seconds.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import click
import psutil
from sqlalchemy import Engine

from audit.days import wib
from audit.editions.period import containing
from audit.result import Policy
from features.catalogue import fingerprint
from features.errors import BadInput, LumbungError
from lumbung.cli import say
from lumbung.data import simulate_into
from lumbung.demo_people import links
from lumbung.demo_programme import NAME, OFFICE, PEOPLE, fill
from lumbung.edition import make_all
from lumbung.model import tracker, train_on
from lumbung.service import run
from matching.shelf import load_products
from models.artefact import FORMAT
from serving.access.keys import issue_key
from serving.pages.entrance import ACCOUNT
from serving.rules.rulebook import Rulebook
from serving.service import Service
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlocked
from training.asked import Asked
from training.simulating import Plan

HOME: Final = Path("var/demo")
HOST: Final = "127.0.0.1"
PLAN: Final = Plan(businesses=1500, months=12, seed=1)
"""What is simulated for the demonstration, and for the pictures in docs/features.md."""

SECONDS_TO_START: Final = 60
PARTNER: Final = "bpr-bkk-batang"


class Keys(NamedTuple):
    """Keys to try: of a lender's officer, of a colleague who verifies, and of an official."""

    api: str
    colleague: str
    official: str


@click.command()
@click.option("--detach", is_flag=True, help="Return when the service is ready; end it with stop.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def demo(port: int, *, detach: bool) -> None:
    """Simulate, train, promote, load partners and products, and serve."""
    settings = Settings(home=HOME, offer_examples=True, database_url="", mlflow_uri="")
    if _end():
        say("Ended the demo that was running.")
    _refuse_taken(port)
    _model(settings)
    keys, people = _partners(settings), _people(settings)
    if detach:
        _start(settings, port)
        click.echo(_welcome(port, keys, people))
        say("End it with `make stop`.")
    else:
        click.echo(_welcome(port, keys, people))
        say("The service is starting. End it with Ctrl-C.")
        run(settings, HOST, port)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise BadInput(
                found=f"port {port} taken",
                expected="a free port",
                hint="End what listens there, or choose another port: make demo PORT=8001.",
                code="port-taken",
            ) from error


def _model(settings: Settings) -> None:
    """Make sure there is a champion that this release reads: of its catalogue and its format."""
    data = settings.home / "data"
    if not data.exists():
        simulate_into(data, PLAN)
    done = settings.home / f"champion-{fingerprint()}-{FORMAT}"
    if not done.exists():
        trained = train_on(data, Asked(Policy().most_probability), settings)
        tracker(settings).promote(trained.kept.version)
        done.write_text(f"{trained.kept.version}\n", encoding="utf-8")
    say(f"champion: version {done.read_text(encoding='utf-8').strip()}, on simulated data")


def _partners(settings: Settings) -> Keys:
    """Make sure every lender is a partner, and an official; return keys to try."""
    engine = unlocked(settings)
    database.migrate(engine)
    products = load_products()
    lenders = {product.lender.id: product.lender.name for product in products}
    say(f"partners: {len(lenders)} lenders with {len(products)} example products")
    kept = {name: settings.home / f"{name}-key" for name in ("api", "colleague", "official")}
    if not all(file.exists() for file in kept.values()):
        one, other = PEOPLE
        keys = {who: issue_key(engine, who, name, person=one) for who, name in lenders.items()}
        made = {
            "api": keys[PARTNER],
            "colleague": issue_key(engine, PARTNER, lenders[PARTNER], person=other),
            "official": issue_key(engine, OFFICE, "Dinas", person=one, kind="official"),
        }
        for name, file in kept.items():
            file.touch(mode=0o600)
            file.write_text(made[name] + "\n", encoding="utf-8")
        fill(Service(engine, Rulebook(settings).rules), settings.home / "data")
        _report(settings, engine)
    engine.dispose()
    return Keys(**{name: file.read_text(encoding="utf-8").strip() for name, file in kept.items()})


def _report(settings: Settings, engine: Engine) -> None:
    """Make a report of the quarter that runs, as if it were over: here all is made up."""
    now = datetime.now(UTC)
    running = containing("quarter", wib(now))
    make_all(engine, settings, [running], now)
    say(f"report of a period: {running.name}, as if it were over")


def _people(settings: Settings) -> dict[str, str]:
    """Return who may sign in → where they set their account up, empty where they did."""
    engine = unlocked(settings)
    try:
        return links(engine, PARTNER, datetime.now(UTC))
    finally:
        engine.dispose()


def _start(settings: Settings, port: int) -> None:
    """Start the service in a process of its own, and wait until it is ready."""
    said = {
        "LUMBUNG_HOME": str(settings.home.resolve()),
        "LUMBUNG_OFFER_EXAMPLES": "true",
        "LUMBUNG_DATABASE_URL": "",
        "LUMBUNG_MLFLOW_URI": "",
    }
    command = [sys.executable, "-m", "lumbung", "serve", "--host", HOST, "--port", str(port)]
    with (settings.home / "serve.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603  our own program, with arguments of our own
            command, env={**os.environ, **said}, stdout=log, stderr=log, start_new_session=True
        )
    started = psutil.Process(process.pid).create_time()
    (settings.home / "serve.pid").write_text(f"{process.pid} {started}\n", encoding="utf-8")
    _await_ready(process, port)


def _await_ready(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/health/ready", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    process.terminate()
    raise LumbungError(
        found="a service that does not get ready",
        expected=f"an answer of /health/ready within {SECONDS_TO_START} seconds",
        hint=f"Look at {HOME / 'serve.log'}.",
        code="not-ready",
    )


def _welcome(port: int, keys: Keys, people: dict[str, str]) -> str:
    url = f"http://{HOST}:{port}"
    ways = {who: f"{url}{path or ACCOUNT}" for who, path in people.items()}
    return "\n".join(
        [
            "",
            f"  API          {url}/v1/applications      (documented at {url}/docs)",
            f"  health       {url}/health/ready",
            f"  staff page   {url}/staff      (sign in with the demo key)",
            f"  officials    {url}/officials      (sign in with the official's key)",
            f"  demo key     {keys.api}      (kept in {HOME / 'api-key'})",
            f"  colleague    {keys.colleague}      (verifies what the demo key proposes)",
            f"  official     {keys.official}      (of the programme {NAME})",
            "",
            "  Or sign in as a person, with an authenticator on your telephone:",
            *(f"  {who:<15}{way}" for who, way in ways.items()),
            "",
            f"  MLflow       .venv/bin/mlflow ui --backend-store-uri sqlite:///{HOME}/mlflow.db",
            "",
            "  A decision on an example application, from simulated data:",
            "",
            f'  curl -s {url}/v1/applications -H "Authorization: Bearer $(cat {HOME}/api-key)" \\',
            "    -H 'Content-Type: application/json' -d @docs/examples/application.json",
            "",
        ]
    )


@click.command()
def stop() -> None:
    """End the service that `lumbung demo --detach` started."""
    say("Stopped." if _end() else "No demo is running.")


def _end() -> bool:
    """End the detached service; return whether there was one."""
    kept = HOME / "serve.pid"
    process = _running(kept)
    if process is None:
        return False
    process.terminate()
    process.wait(timeout=SECONDS_TO_START)
    kept.unlink()
    return True


def _running(kept: Path) -> psutil.Process | None:
    """Return the process a pid file names; None when it ended, though its number lives on."""
    if not kept.exists():
        return None
    pid, started = kept.read_text(encoding="utf-8").split()
    try:
        process = psutil.Process(int(pid))
        return process if str(process.create_time()) == started else None
    except psutil.NoSuchProcess:
        return None
