"""LightGBM's trees, asked through its C library.

LightGBM's Python package imports SciPy, and scikit-learn and pandas wherever they are installed:
two seconds and 150 MB for three calls. They are those of its C API
(https://lightgbm.readthedocs.io/en/latest/C-API.html), which the package makes too, so the bits are
the same. Growing trees is the package's.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import runpy
import weakref
from pathlib import Path
from typing import Any, Final

import numpy as np

from features.rows import Floats

MARGIN: Final = 1
CONTRIBUTIONS: Final = 3
"""What is asked of the library, by its own numbers."""

_FLOAT64: Final = 1
_BY_ROW: Final = 1
_FROM_THE_FIRST: Final = 0
_TO_THE_LAST: Final = -1
_ONE_THREAD: Final = b"num_threads=1"


class Trees:
    """Trees that answer; safe to be asked by several threads.

    Args:
        text: in LightGBM's own format.

    Raises:
        ValueError: the library cannot read it.
    """

    def __init__(self, text: str) -> None:
        self._text, self._handle = text, ctypes.c_void_p()
        iterations, out = ctypes.c_int(), ctypes.byref(self._handle)
        _call("LGBM_BoosterLoadModelFromString", text.encode(), ctypes.byref(iterations), out)
        weakref.finalize(self, _library().LGBM_BoosterFree, self._handle)

    def __reduce__(self) -> tuple[type[Trees], tuple[str]]:
        return Trees, (self._text,)

    def margin(self, vectors: Floats) -> Floats:
        """Return (n,) the sum of the leaves that each of *n* feature vectors falls into.

        Raises:
            ValueError: they have another number of features than the trees were grown on.
        """
        return self._predict(vectors, MARGIN, 1)[:, 0]

    def contributions(self, vectors: Floats) -> Floats:
        """Return (n, features + 1) exact SHAP values on the margin, their expected value last.

        Raises:
            ValueError: as `margin`.
        """
        return self._predict(vectors, CONTRIBUTIONS, vectors.shape[1] + 1)

    def _predict(self, vectors: Floats, what: int, columns: int) -> Floats:
        rows = np.ascontiguousarray(vectors, dtype=np.float64)
        answer, length = np.empty((len(rows), columns)), ctypes.c_int64()
        given = (ctypes.c_void_p(rows.ctypes.data), _FLOAT64, *rows.shape, _BY_ROW)
        asked = (what, _FROM_THE_FIRST, _TO_THE_LAST, _ONE_THREAD)
        told = (ctypes.byref(length), ctypes.c_void_p(answer.ctypes.data))
        _call("LGBM_BoosterPredictForMat", self._handle, *given, *asked, *told)
        return answer


def _call(name: str, *arguments: Any) -> None:
    """Call the library; raises ValueError with what it says when it cannot."""
    library = _library()
    if library[name](*arguments):
        raise ValueError(library.LGBM_GetLastError().decode())


@functools.cache
def _library() -> ctypes.CDLL:
    """Return the library, where LightGBM's own module for that finds it."""
    package = importlib.util.find_spec("lightgbm")
    if package is None or package.origin is None:
        raise ModuleNotFoundError(name="lightgbm")
    library: ctypes.CDLL = runpy.run_path(str(Path(package.origin).with_name("libpath.py")))["_LIB"]
    library.LGBM_GetLastError.restype = ctypes.c_char_p
    return library
