"""The command that runs the service: ``lumbung serve``."""

from __future__ import annotations

import click
import uvicorn

from lumbung.hurried import Hurried
from serving.app import create_app
from serving.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Run the service until it is told to stop."""
    run(Settings(), host, port)


def run(settings: Settings, host: str, port: int) -> None:
    """Serve with these settings, in the foreground."""
    uvicorn.run(create_app(settings), host=host, port=port, http=Hurried, log_level="warning")
