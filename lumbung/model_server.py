"""The command that serves a model alone, as ``mlflow models serve`` would."""

from __future__ import annotations

import click
import uvicorn

from features.errors import BadInput
from lumbung.cli import say
from lumbung.hurried import Hurried
from models.artefact import CHAMPION, NAME
from models.proof import prove
from serving.model_server.app import create_app
from serving.rules import fetched, registry
from serving.rules.fetched import Registered
from serving.settings import Settings


@click.command()
@click.option(
    "--model", "which", default=CHAMPION, show_default=True, help="A version, or an alias of one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, help="Port to listen on.")
def serve_model(which: str, host: str, port: int) -> None:
    """Serve a model to who holds feature vectors, by MLflow's scoring protocol.

    It decides nothing, keeps nothing and asks nobody for a key: let only those reach it who may.
    """
    settings = Settings()
    found = model_of(settings, which)
    say(f"Version {found.version} of {NAME} at http://{host}:{port}/invocations")
    app = create_app(found.model)
    uvicorn.run(app, host=host, port=port, http=Hurried, log_level="warning", server_header=False)


def model_of(settings: Settings, which: str) -> Registered:
    """Return a version of the registry, fetched, checked and warm; it stays what it is.

    Raises:
        BadInput: there is no such version (``no-version``), or it cannot be used.
        Unavailable: the registry is away (``registry-away``).
    """
    named = (
        registry.version(settings.registry, int(which))
        if which.isdecimal()
        else registry.named(settings.registry, which)
    )
    if named is None:
        raise BadInput(
            found=f"no {which} of {NAME} in the registry",
            expected="the number of a version, or an alias that names one",
            hint="Train one and promote it: `lumbung train`, then `lumbung promote`.",
            code="no-version",
        )
    found = fetched.read(registry.fetch(settings.registry, settings.home / "models", named))
    prove(found.model)
    return found
