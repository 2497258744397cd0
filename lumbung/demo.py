"""``lumbung demo``: the whole house on one machine, from nothing to a story that can be walked.

Everything it makes lies in one folder, and what is there already is used again,
so a second run starts in seconds.

`lumbung.demo_seed` makes what it stands on, `lumbung.demo_people` and `lumbung.demo_applicants` who
is in it, `lumbung.demo_programme` its programme and `lumbung.demo_story` its three cases;
`lumbung.demo_programs` runs it, and `lumbung.demo_told` says so.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import Final

import click

from features.catalogue import fingerprint
from features.errors import BadInput
from lumbung.cli import say
from lumbung.demo_people import ways
from lumbung.demo_programs import HOME, HOST, await_ready, beside, end, refuse_taken, start
from lumbung.demo_story import story
from lumbung.demo_told import welcome
from models.artefact import FORMAT
from serving.settings import Settings
from serving.store.sealed import unlocked

KEYS: Final = ("api", "colleague", "official")
"""Keys to try: of a lender's officer, of a colleague who verifies, and of an official."""


@click.command()
@click.option("--detach", is_flag=True, help="Return when the service is ready; end it with stop.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="To listen on."
)
@click.option("--mlflow/--no-mlflow", default=True, help="Start MLflow's pages too (600 MB).")
def demo(port: int, *, detach: bool, mlflow: bool) -> None:
    """Simulate, train, promote, let lenders and officials work, serve, and say who sees what."""
    _refuse_production()
    settings = Settings(home=HOME, offer_examples=True, database_url="", mlflow_uri="")
    if end(HOME):
        say("Ended the demo that was running.")
    refuse_taken(port)
    seed(settings)
    for number in (signal.SIGINT, signal.SIGTERM):  # the one also where the shell ignores it
        signal.signal(number, lambda *_: sys.exit(0))
    with contextlib.ExitStack() as ending:
        ending.callback(_end)
        service = _serve(settings, port)
        pages = _mlflow(settings, port) if mlflow else ""
        click.echo(told(settings, f"http://{HOST}:{port}", pages))
        if detach:
            ending.pop_all()  # it goes on
            say("End it with `make stop`.")
        else:
            say("End it with Ctrl-C.")
            service.wait()


def seed(settings: Settings) -> None:
    """Make sure there is all that the story needs: a champion that this release reads, and people.

    Args:
        settings: of the service, its home the folder of the demonstration.
    """
    home = settings.home
    done = home / f"champion-{fingerprint()}-{FORMAT}"
    keys = {name: home / f"{name}-key" for name in KEYS}
    lacking = not all(file.exists() for file in keys.values())
    if lacking or not done.exists():
        from lumbung import demo_seed  # a second start needs nothing that trains

        if not done.exists():
            demo_seed.champion(settings, done)
        if lacking:
            demo_seed.partners(settings, keys)
    say(f"champion: version {done.read_text(encoding='utf-8').strip()}, on simulated data")


def told(settings: Settings, url: str, mlflow: str) -> str:
    """Return who sees what of a demonstration that runs, with links and codes made for it anew.

    Args:
        settings: of the service.
        url: where it listens.
        mlflow: where MLflow's pages are; empty where they were not started.
    """
    engine, now = unlocked(settings), datetime.now(UTC)
    try:
        people = ways(engine, settings.home / "accounts.json", now)
        return welcome(url, mlflow, story(engine, now), people)
    finally:
        engine.dispose()


def _refuse_production() -> None:
    if os.environ.get("LUMBUNG_ENVIRONMENT", "development") != "development":
        raise BadInput(
            found="LUMBUNG_ENVIRONMENT=" + os.environ["LUMBUNG_ENVIRONMENT"],
            expected="development: a demonstration prints passwords, and offers examples",
            hint="Unset LUMBUNG_ENVIRONMENT, on a machine where nothing is in earnest.",
            code="demo-only",
        )


def _serve(settings: Settings, port: int) -> subprocess.Popen[bytes]:
    """Start the service, and wait until it is ready."""
    said = {
        "LUMBUNG_HOME": str(settings.home.resolve()),
        "LUMBUNG_OFFER_EXAMPLES": "true",
        "LUMBUNG_DATABASE_URL": "",
        "LUMBUNG_MLFLOW_URI": "",
    }
    command = [sys.executable, "-m", "lumbung", "serve", "--host", HOST, "--port", str(port)]
    process = start(settings.home, "service", command, said)
    await_ready(settings.home, "service", f"http://{HOST}:{port}/health/ready")
    return process


def _mlflow(settings: Settings, port: int) -> str:
    """Start MLflow's pages on a port beside the service's; they are there a while later."""
    at = beside(port)
    command = [sys.executable, "-m", "mlflow", "server", "--host", HOST, "--port", str(at)]
    keeps = ["--backend-store-uri", settings.registry, "--no-serve-artifacts"]
    keeps += ["--default-artifact-root", str((settings.home / "mlartifacts").resolve())]
    no_jobs = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    start(settings.home, "mlflow", [*command, *keeps, "--workers", "1"], no_jobs)
    return f"http://{HOST}:{at}"


def _end() -> None:
    """End what runs, and say so."""
    ended = end(HOME)
    say(f"Stopped{': ' if ended else ''}{', '.join(ended)}. Nothing of it runs.")
