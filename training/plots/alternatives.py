"""The picture of a search for less discriminatory alternatives: AUC against the largest gap."""

from __future__ import annotations

from matplotlib.figure import Figure as Picture

from training.plots.style import GREEN, GREY, RED, canvas
from training.recipes.alternatives import LOSS, Search


def draw(found: Search, of: str) -> Picture:
    """Return every recipe tried, the front, and which one was chosen.

    Args:
        found: a search that tried at least the standing recipe.
        of: which data (`training.plots.style.source`).
    """
    title = f"{len(found.points)} recipes on later loans of those fitted on"
    picture, axes = canvas(title, of, (8, 6))
    standing, front = found.points[0], sorted(found.front(), key=lambda one: one.gap)
    axes.axhspan(standing.auc - LOSS, standing.auc, color=GREEN, alpha=0.1, label=f"loss {LOSS}")
    axes.axvline(1.0, color=RED, linewidth=1, label="what is tolerated")
    axes.scatter([p.gap for p in found.points], [p.auc for p in found.points], color=GREY, s=25)
    axes.plot([p.gap for p in front], [p.auc for p in front], color=GREY, label="front")
    chosen = next(filter(found.is_chosen, found.points))
    shown = ((standing, "s", RED, "standing"), (chosen, "*", GREEN, "chosen"))
    for one, marker, colour, label in shown:
        axes.scatter([one.gap], [one.auc], marker=marker, color=colour, s=90, label=label)
    axes.set(
        xlabel="largest gap between groups, in units of what is tolerated",
        ylabel="AUC",
    )
    axes.legend(loc="lower right")
    return picture
