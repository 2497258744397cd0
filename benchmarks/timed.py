"""What reading a data set that memory holds and computing its features takes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from benchmarks.frames import Frames, read
from benchmarks.watched import clocked


def timed(compute: Callable[[Frames], pd.DataFrame]) -> None:
    """Print what it took for the folder named as argument, as one JSON object."""
    data = Path(sys.argv[1])
    compute(read(data))  # what is loaded and warmed up once would serve one slice after another
    with clocked() as took:
        vectors = compute(read(data))
    print(json.dumps({"applications": len(vectors), **took}))
