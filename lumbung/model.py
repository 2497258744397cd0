"""Commands that make models: ``lumbung train`` and ``lumbung promote``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from audit.result import Policy
from lumbung.cli import answer, progress, say
from models.artefact import CHALLENGER, CHAMPION, OVERRIDE_UNTIL
from serving.settings import Settings
from training import datasets, target
from training.asked import Asked
from training.promotion import Override
from training.tracking import Tracker
from training.train import Trained
from training.train import train as run
from training.validation.rivals import Rival

MARKS = {"green": "ok", "amber": "look", "red": "stop"}


def tracker(settings: Settings) -> Tracker:
    """Return the MLflow store the settings name, making its folder."""
    settings.home.mkdir(parents=True, exist_ok=True)
    return Tracker(settings.registry, settings.home / "mlartifacts")


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="A data set.")
@click.option(
    "--test-from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day of the loans tested on; the latest 30% when not given.",
)
@click.option("--target", "target_name", help="What counts as bad: a name or a TOML file.")
@click.option("--trials", default=0, show_default=True, help="Recipes to search through for order.")
@click.option(
    "--alternatives",
    default=0,
    show_default=True,
    help="Recipes to search through for smaller gaps between groups.",
)
@click.option("--seed", default=0, show_default=True, help="Of every random choice.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def train(
    data: Path,
    test_from: datetime | None,
    target_name: str | None,
    *,
    as_json: bool,
    **tries: int,
) -> None:
    """Fit a model on the earlier loans, test it on the later ones, register it."""
    settings = Settings()
    asked = Asked(
        line=Policy().most_probability,
        test_from=test_from.date() if test_from else None,
        target=target.load(target_name) if target_name else None,
        kept=settings.home / "tuning.db",
        **tries,
    )
    trained = train_on(data, asked, settings)
    answer(_text(trained), _result(trained), as_json=as_json)
    say(f"Next: lumbung promote {trained.kept.version}")


def train_on(data: Path, asked: Asked, settings: Settings) -> Trained:
    """Train on a data set's folder, with a progress bar."""
    kept = tracker(settings)
    with progress("train") as step:
        step("read", 0, 1)
        return run(datasets.read(data), kept, asked, step)


def _result(trained: Trained) -> dict[str, Any]:
    auc = trained.figures["auc"]
    return {
        **{name: figure.value for name, figure in trained.figures.items()},
        "auc_low": auc.low,
        "auc_high": auc.high,
        "run_id": trained.kept.run_id,
        "version": trained.kept.version,
        "sets": [asdict(one) for one in trained.sets],
        "rivals": [asdict(rival) for rival in trained.rivals],
        "recipe": trained.recipe,
        "calibration": trained.calibration,
        "gates": [asdict(gate) for gate in trained.gates],
        "fitted": trained.fitted,
        "tested": trained.tested,
        "left_out": trained.left_out,
    }


def _text(trained: Trained) -> str:
    (fitted, fitted_bad), (tested, tested_bad) = trained.fitted, trained.tested
    lines = [
        f"version {trained.kept.version}, run {trained.kept.run_id}",
        f"fitted on   {fitted:>7,} loans, {fitted_bad:,} bad",
        f"tested on   {tested:>7,} later loans, {tested_bad:,} bad",
        *(f"left out    {n:>7,} {cause}" for cause, n in trained.left_out.items()),
        *(
            f"  {name.replace('_', ' '):<22}{f.value:7.3f}  [{f.low:.3f}, {f.high:.3f}]"
            for name, f in trained.figures.items()
        ),
        *(_beside(rival) for rival in trained.rivals),
        f"  recipe: {trained.recipe}",
        f"  calibration: {trained.calibration}",
        *(f"  {g.code} {MARKS[g.colour]:<5} {g.title}: {g.found}" for g in trained.gates),
    ]
    return "\n".join(lines)


def _beside(rival: Rival) -> str:
    ahead = rival.ahead
    bounds = f"[{ahead.low:+.3f}, {ahead.high:+.3f}]"
    return f"  AUC ahead of {rival.name:<42}{ahead.value:+7.3f}  {bounds}"


@click.command()
@click.argument("version", type=int)
@click.option("--challenger", is_flag=True, help="Try it beside the champion; gates do not matter.")
@click.option("--override", "gates", multiple=True, help="A red gate, such as G03; repeatable.")
@click.option("--reason", help="Why, quoting what the gate found.")
@click.option("--requested-by", help="Who asks for the override.")
@click.option("--approved-by", help="Who else answers for it.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day it holds, in WIB.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def promote(version: int, *, challenger: bool, as_json: bool, **said: Any) -> None:
    """Make VERSION the champion, if none of its gates is red, or two people answer for it."""
    override = _override(**said)
    if challenger and override:
        raise click.UsageError("A challenger needs no override.")
    alias = CHALLENGER if challenger else CHAMPION
    tracker(Settings()).promote(version, alias, override)
    result: dict[str, Any] = {alias: version}
    if override:
        result[OVERRIDE_UNTIL] = override.until.isoformat()
    limit = f" until {override.until}" if override else ""
    answer(f"version {version} is {alias}{limit}", result, as_json=as_json)
    if not challenger:
        say("Next: lumbung serve")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rollback(*, as_json: bool) -> None:
    """Make the version before the champion again; running workers take it by themselves."""
    version = tracker(Settings()).roll_back()
    answer(f"version {version} is {CHAMPION} again", {CHAMPION: version}, as_json=as_json)


def _override(
    gates: tuple[str, ...],
    reason: str | None,
    requested_by: str | None,
    approved_by: str | None,
    until: datetime | None,
) -> Override | None:
    """Return the override that was asked for; all of it must be said, or nothing."""
    if gates and reason and requested_by and approved_by and until:
        return Override(gates, reason, requested_by, approved_by, until.date())
    if gates or reason or requested_by or approved_by or until:
        raise click.UsageError(
            "An override takes all of --override, --reason, --requested-by, --approved-by, --until."
        )
    return None
