"""What was aimed at before anything was measured, and where it is found in the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.turns import Figures


@dataclass(frozen=True)
class Goal:
    """A figure that was aimed at.

    Args:
        what: it is.
        bound: that it is to keep.
        unit: of both.
        benchmark: that measures it.
        path: names that lead to it in the figures; of a spread its median counts.
        least: the bound is the least and not the most.
    """

    what: str
    bound: float
    unit: str
    benchmark: str
    path: tuple[str, ...]
    least: bool = False

    @property
    def aim(self) -> str:
        """Return the bound in words."""
        return f"{'≥' if self.least else '≤'} {self.bound:g} {self.unit}".strip()

    def met(self, value: Any) -> bool:
        """Return whether what was found keeps the bound."""
        one = value["median"] if isinstance(value, dict) else value
        return bool(one >= self.bound if self.least else one <= self.bound)

    def found(self, results: Mapping[str, Figures]) -> Any:
        """Return the figure or its spread; None where it was not measured."""
        value: Any = results.get(self.benchmark)
        for name in self.path:
            if not isinstance(value, dict) or name not in value:
                return None
            value = value[name]
        return value


GOALS: Final = (
    Goal(
        "an application by stored records, one connection: median",
        8,
        "ms",
        "serving",
        ("candidates", "lumbung", "p50_ms"),
    ),
    Goal("the same: 99th of a hundred", 25, "ms", "serving", ("candidates", "lumbung", "p99_ms")),
    Goal(
        "the same, two workers, 16 connections",
        200,
        "answers/s",
        "serving",
        ("candidates", "lumbung", "many", "per_second"),
        least=True,
    ),
    Goal(
        "the same, beside the naive app, which does less",
        10,
        "times",
        "serving",
        ("times", "naive", "per_second"),
        least=True,
    ),
    Goal(
        "an application with 2,000 raw payments in the request: median",
        15,
        "ms",
        "serving",
        ("candidates", "lumbung_sent", "p50_ms"),
    ),
    Goal(
        "a model server for one row with its explanation, beside `mlflow models serve`: p50",
        20,
        "times",
        "model_server",
        ("times", "mlflow", "p50_ms"),
        least=True,
    ),
    Goal(
        "many rows with reasons, beside `shap.TreeExplainer`, one thread each",
        3,
        "times",
        "scoring",
        ("reasons", "one_thread", "times", "shap"),
        least=True,
    ),
    Goal(
        "a million feature vectors without reasons",
        60,
        "s",
        "scoring",
        ("without_reasons", "seconds", "lumbung"),
    ),
    Goal(
        "curves of growth that are not told to be linear or better",
        0,
        "",
        "growth",
        ("not_linear",),
    ),
    Goal("cold start of the service", 2, "s", "starting", ("candidates", "lumbung", "seconds")),
    Goal(
        "memory of a worker, 250 MB", 238, "MiB", "starting", ("candidates", "lumbung", "rss_mib")
    ),
)
"""In the order in which they are told."""
