"""``lumbung benchmark``: how good our recipe is beside its peers, on any table.

`lumbung bench` is about speed; this is about how well loans are told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

import click
import polars as pl

from features.errors import BadInput
from lumbung.cli import answer, progress
from training.benchmarking import peers, splits
from training.benchmarking.columns import instants
from training.benchmarking.compare import NAMES, Compared, Said, compare, run
from training.benchmarking.table import Loans, Roles, read
from training.gates import leak
from training.recipes.choose import Held
from training.validation.evaluate import DRAWS

FOLDS, REPEATS = 5, 10


class Columns(click.ParamType[list[str]]):
    """Names of columns, apart by commas."""

    name = "COL,…"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> list[str]:
        """Return the names."""
        del param, ctx
        return [name for name in str(value).split(",") if name]


class Equation(click.ParamType[tuple[str, str]]):
    """A column and a value, such as ``source=random``."""

    name = "COL=VALUE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return the two."""
        column, sign, right = str(value).partition("=")
        if not (column and sign):
            self.fail(f"{value!r} is not COL=VALUE", param, ctx)
        return column, right


@click.command()
@click.option(
    "--table",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A Parquet or CSV file, a row per loan.",
)
@click.option("--target", required=True, help="Column of the outcome, of two values.")
@click.option("--bad", help="Which of them is bad; 1 when not said.")
@click.option("--time", help="Column of the date or year: later loans are tested on.")
@click.option("--test-from", help="First date or year tested on; the latest 30% when not given.")
@click.option("--weight", help="Column of how many loans of the population a row stands for.")
@click.option("--prior", type=float, help="Share of bad loans in the population, if no --weight.")
@click.option("--exclude", type=Columns(), multiple=True, help="Columns that are no inputs.")
@click.option("--categorical", type=Columns(), multiple=True, help="Numbers that are categories.")
@click.option("--rises", type=Columns(), multiple=True, help="Numbers with which risk rises.")
@click.option("--falls", type=Columns(), multiple=True, help="Numbers with which risk falls.")
@click.option("--filter", "filters", type=Equation(), multiple=True, help="Rows to keep.")
@click.option(
    "--peers",
    "names",
    type=Columns(),
    default=",".join(peers.PEERS),
    show_default=True,
    help="Whom to compare with.",
)
@click.option("--folds", type=click.IntRange(1), help="5; with --time 1, the later loans at once.")
@click.option("--repeats", type=click.IntRange(1), help="10; with --time there is one order only.")
@click.option(
    "--draws", type=click.IntRange(2), default=DRAWS, show_default=True, help="Of each interval."
)
@click.option("--seed", default=0, show_default=True, help="Of every random choice.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def benchmark(  # noqa: PLR0913  an option each
    *,
    file: Path,
    target: str,
    bad: str | None,
    time: str | None,
    test_from: str | None,
    weight: str | None,
    prior: float | None,
    exclude: Sequence[list[str]],
    categorical: Sequence[list[str]],
    rises: Sequence[list[str]],
    falls: Sequence[list[str]],
    filters: Sequence[tuple[str, str]],
    names: list[str],
    folds: int | None,
    repeats: int | None,
    draws: int,
    seed: int,
    as_json: bool,
) -> None:
    """Compare our recipe with its peers in the same folds, on any table of loans.

    For speed there is `lumbung bench`.
    """
    _refuse_strangers(names)
    _refuse_other_order(time, test_from, folds, repeats)
    roles = Roles(
        target=target,
        bad=bad,
        time=time,
        weight=weight,
        prior=prior,
        exclude=[*chain(*exclude)],
        filters=dict(filters),
        categorical=[*chain(*categorical)],
        directions=dict.fromkeys(chain(*rises), 1) | dict.fromkeys(chain(*falls), -1),
    )
    against = peers.chosen(names)
    loans = read(file, roles)
    leak.refuse(loans.table)
    parts = _parts(loans, time, test_from, folds, repeats, seed)
    said, compared = _compared(loans, parts, against, seed, draws)
    answer(_text(loans, said, compared), _result(loans, said, compared), as_json=as_json)


def _compared(
    loans: Loans, parts: list[list[Held]], against: Mapping[str, peers.Fit], seed: int, draws: int
) -> tuple[Said, Compared]:
    with progress("benchmark") as step:
        said = run(loans.table, parts, against, seed, step)
    with progress("intervals") as step:
        return said, compare(said, loans.table, draws, step)


def _refuse_strangers(names: Sequence[str]) -> None:
    if strangers := sorted(set(names) - set(peers.PEERS)):
        raise click.UsageError(f"No peer {strangers[0]}; there are {', '.join(peers.PEERS)}.")


def _refuse_other_order(
    time: str | None, test_from: str | None, folds: int | None, repeats: int | None
) -> None:
    if time is None and test_from:
        raise click.UsageError("--test-from needs --time.")
    if (time and repeats) or (not time and folds == 1):
        raise click.UsageError("Loans have one order of time; by chance there are two folds.")


def _parts(
    loans: Loans,
    time: str | None,
    test_from: str | None,
    folds: int | None,
    repeats: int | None,
    seed: int,
) -> list[list[Held]]:
    if time:
        return [splits.by_time(loans.table, _instant(test_from), folds or 1)]
    return [
        splits.by_chance(loans.table, folds or FOLDS, seed + i) for i in range(repeats or REPEATS)
    ]


def _instant(text: str | None) -> int | None:
    """Return the first instant of a date or a year."""
    if text is None:
        return None
    said = pl.Series([text])
    found = instants(said.str.to_date(strict=False) if "-" in text else said)[0]
    if found is None:
        raise BadInput(
            found=f"--test-from {text}",
            expected="a date such as 2006-01-01, or a year",
            hint="Write year, month and day.",
            code="bad-time",
        )
    return int(found)


def _recipes(said: Said) -> dict[str, int]:
    """Return a recipe in words → in how many folds it was chosen, the commonest first."""
    counted = Counter(f"depth {r.max_depth}, {r.rounds} trees" for r in said.recipes)
    return dict(counted.most_common())


def _result(loans: Loans, said: Said, compared: Compared) -> dict[str, Any]:
    def plain(figures: dict[str, Any]) -> dict[str, Any]:
        return {
            name: {measure: asdict(figure) for measure, figure in measured.items()}
            for name, measured in figures.items()
        }

    return {
        "loans": int(loans.table.bad.size),
        "bad": int(loans.table.bad.sum()),
        "tested": int(said.rows.size),
        "tested_bad": int(loans.table.bad[said.rows].sum()),
        "inputs": list(loans.table.names),
        "categories": {name: len(texts) for name, texts in loans.categories.items()},
        "constant": list(loans.constant),
        "figures": plain(compared.figures),
        "ours_less_theirs": plain(compared.behind),
        "recipes": _recipes(said),
        "seconds": said.seconds,
    }


def _text(loans: Loans, said: Said, compared: Compared) -> str:
    table, rows = loans.table, said.rows
    tested = f"{rows.size:,} tested, {table.bad[rows].sum():,} bad"
    inputs = f"{len(table.names)} inputs, {len(table.categorical)} of categories"
    lines = [
        f"{table.bad.size:,} loans, {table.bad.sum():,} bad; {tested}; {inputs}",
        *(f"{n:,} left out {why}" for why, n in table.left_out.items()),
        *([f"left out, one value only: {', '.join(loans.constant)}"] if loans.constant else []),
        *(f"lumbung chose {recipe} in {n} folds" for recipe, n in _recipes(said).items()),
        "",
        f"{'':<23}" + "".join(f"{name:<28}" for name in NAMES) + "seconds",
    ]
    for name, figures in compared.figures.items():
        shown = "".join(f"{_figure(figures[m]):<28}" for m in NAMES)
        seconds = said.seconds.get(name)
        lines.append(f"{name:<23}{shown}" + (f"{seconds:7,.0f}" if seconds is not None else ""))
    lines += ["", "lumbung less the other, paired"]
    for name, figures in compared.behind.items():
        shown = "".join(f"{_figure(figures[m], '+'):<28}" for m in NAMES)
        lines.append(f"{name:<23}{shown}".rstrip())
    return "\n".join(lines)


def _figure(figure: Any, sign: str = "") -> str:
    return f"{figure.value:{sign}.4f} [{figure.low:{sign}.4f}, {figure.high:{sign}.4f}]"
