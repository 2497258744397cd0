"""The same businesses, some of whose owners are of the other group: what changes for them?

``python -m benchmarks.twins`` simulates worlds, each with one unfairness planted against women, and
beside each its twin of the same seed, in which half of the owners are of the other gender and all
else is drawn alike. One model, of the earlier loans of the first world, scores the later
applications of both. Nobody else may change. It says too how well women are told by their data
(`audit.origins.proxies`). It prints one JSON object as its last line.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from audit.origins.proxies import Traits, proxies
from audit.result import Policy
from benchmarks.fairness import MONTHS, PLANTED, QUICK, TESTED_FROM
from benchmarks.worlds import world
from features.catalogue import NAMES, fingerprint
from features.rows import Flags, Floats
from models.reasons import CODES, take_apart
from models.risk import Identity, RiskModel
from training.datasets import DataSet
from training.engines.kernel import feature_rows
from training.engines.layout import in_pieces
from training.fitting.fit import fit
from training.table import training_table
from training.validation.groups import groups

SWAPPED: Final = 0.5
CONSENT: Final = "audit_consent=1"


@dataclass(frozen=True)
class Asked:
    """Later applications of one world, in the order of their ids.

    Args:
        vectors: (n, features).
        gender: (n,) of the owner, empty where it is not told.
        answers: (n,) what the lenders answered.
    """

    vectors: Floats
    gender: np.ndarray
    answers: np.ndarray


def asked(data: DataSet) -> Asked:
    """Return the later applications of a world."""
    tables = {name: frame for name, frame in data.tables.items() if name != "truth"}
    later = tables["applications"].filter(pl.col("as_of") >= TESTED_FROM)
    pieces = in_pieces({**tables, "applications": later})
    found = pl.concat([feature_rows(piece) for piece in pieces]).sort("application_id")
    later = later.sort("application_id").join(
        tables["protected"].select("business_id", "gender"),
        on="business_id",
        how="left",
        maintain_order="left",
    )
    return Asked(
        found.select(NAMES).fill_null(np.nan).to_numpy(),
        later["gender"].fill_null("").to_numpy().astype(str),
        later["answer"].to_numpy().astype(str),
    )


def fitted(data: DataSet, seed: int) -> RiskModel:
    """Return a model of the earlier loans of a world."""
    tables = {name: frame for name, frame in data.tables.items() if name != "truth"}
    before = tables["applications"].filter(pl.col("as_of") < TESTED_FROM)
    earlier = training_table(DataSet(data.about, {**tables, "applications": before}, data.digest))
    identity = Identity(fingerprint(), "IDR", data.about.name, data.digest, True, "")  # noqa: FBT003
    return fit(earlier, identity, seed, QUICK)


def effect(model: RiskModel, one: Asked, other: Asked) -> dict[str, object]:
    """Return what being a woman changes, for the same person.

    *others_changed*: of those who are the same in both worlds, how many have another score, which
    is none. *scores_changed*: share of those who differ. *points*: their mean score as a woman less
    that as a man, with its standard error; *reasons* takes it apart; *size*: their mean distance
    either way. *approved*: the same difference in the share within the policy's line, and
    *crossed* the share that it puts on the other side of it, either way; *denied*: the difference
    in the share that past lenders denied. *other_reasons*: of how many the reasons told are others.
    """
    told = (one.gender != "") & (other.gender != "")
    swapped: Flags = told & (one.gender != other.gender)
    sign = np.where(one.gender == "female", 1.0, -1.0)
    change = sign * (model.points(one.vectors) - model.points(other.vectors))
    own, line = change[swapped], Policy().most_probability
    approved = [(model.probability(of.vectors) <= line).astype(float) for of in (one, other)]
    denied = [(of.answers == "denied").astype(float) for of in (one, other)]
    reasons, others = _reasons(model, [of.vectors[swapped] for of in (one, other)], sign[swapped])
    return {
        "businesses": own.size,
        "others": int((told & ~swapped).sum()),
        "others_changed": int((change[told & ~swapped] != 0).sum()),
        "scores_changed": float((own != 0).mean()),
        "points": float(own.mean()),
        "points_error": float(own.std(ddof=1) / np.sqrt(own.size)),
        "size": float(np.abs(own).mean()),
        "approved": float(np.mean((sign * (approved[0] - approved[1]))[swapped])),
        "crossed": float((approved[0] != approved[1])[swapped].mean()),
        "denied": float(np.mean((sign * (denied[0] - denied[1]))[swapped])),
        "other_reasons": others,
        "reasons": reasons,
    }


def _reasons(
    model: RiskModel, vectors: Sequence[Floats], sign: Floats
) -> tuple[dict[str, float], float]:
    """Return mean points of the codes that move most, and of how many the reasons are others."""
    one, other = (take_apart(model, of) for of in vectors)
    exact = [np.array([[p.exact[code] for code in CODES] for p in of]) for of in (one, other)]
    moved = dict(zip(CODES, sign @ (exact[0] - exact[1]) / sign.size, strict=True))
    most = sorted(CODES, key=lambda code: -abs(moved[code]))[:4]
    others = np.mean([a.reasons() != b.reasons() for a, b in zip(one, other, strict=True)])
    return {code: round(float(moved[code]), 2) for code in most if moved[code]}, float(others)


def told(data: DataSet) -> dict[str, object]:
    """Return how well the data of all applications of a world tell women."""
    tables = {name: frame for name, frame in data.tables.items() if name != "truth"}
    found = pl.concat([feature_rows(piece) for piece in in_pieces(tables)])
    # In pieces a business goes by a number.
    whose = found.select("application_id", "as_of").join(
        tables["applications"].select("application_id", "business_id"),
        on="application_id",
        maintain_order="left",
    )
    businesses = whose["business_id"].to_numpy().astype(str)
    of_all = groups(data, businesses, whose["as_of"].to_physical().to_numpy())
    values = found.select(NAMES).fill_null(np.nan).to_numpy()
    traits = Traits(NAMES, values, businesses)
    every = [(a, str(g)) for a, of in of_all.items() for g in np.unique(of) if g]
    (women,) = (p for p in proxies(traits, of_all, every) if p.group == "female")
    if women.auc is None:
        raise AssertionError("half of the owners are women")
    bounds = [round(x, 3) for x in (women.auc.value, women.auc.low, women.auc.high)]
    return {"auc": bounds, "corrected": women.corrected, "by": [t.feature for t in women.strongest]}


def measured(businesses: int, seed: int) -> dict[str, object]:
    """Return what each planted unfairness does, and what none does."""
    found: dict[str, object] = {}
    for name, settings in PLANTED.items():
        one = world(businesses, MONTHS, seed, (CONSENT, *settings))
        other = world(businesses, MONTHS, seed, (CONSENT, *settings, f"swapped={SWAPPED}"))
        model = fitted(one, seed)
        found[name] = {**effect(model, asked(one), asked(other)), "told": told(one)}
        print(name, json.dumps(found[name]), flush=True)
    return found


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--businesses", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=2_001)
    given = parser.parse_args()
    print(json.dumps(measured(given.businesses, given.seed)))


if __name__ == "__main__":
    main()
