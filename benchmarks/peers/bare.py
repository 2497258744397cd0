"""The least that answers: FastAPI, LightGBM and exact TreeSHAP of a feature vector in the body.

No records, no features, no database, no keys, no matching, no next steps: the floor to stay near.
``PEER_FOLDER`` holds what `benchmarks.prepared` laid out for it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import numpy as np
from fastapi import FastAPI
from lightgbm import Booster
from pydantic import BaseModel

FOLDER: Final = Path(os.environ["PEER_FOLDER"])

app = FastAPI()
trees = Booster(model_str=(FOLDER / "trees.txt").read_text("utf-8"))
scaling = json.loads((FOLDER / "scaling.json").read_text("utf-8"))


class Asked(BaseModel):
    """A feature vector; null where missing."""

    application_id: str
    features: list[float | None]


@app.post("/score", status_code=201)
async def score(asked: Asked) -> dict[str, Any]:
    """Score a vector and take the score apart."""
    row = np.array([asked.features], dtype=np.float64)
    shares = trees.predict(row, pred_contrib=True, num_threads=1)[0]
    log_odds = scaling["slope"] * float(shares.sum()) + scaling["intercept"]
    return {
        "application_id": asked.application_id,
        "score": round(scaling["offset"] - scaling["factor"] * log_odds),
        "probability_of_default": 1 / (1 + float(np.exp(-log_odds))),
        "contributions": shares.tolist(),
    }
