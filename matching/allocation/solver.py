"""The solver, quiet: what a command prints is its answer and nothing else."""

from __future__ import annotations

import highspy


class Quiet(highspy.Highs):
    """HiGHS that says nothing: its own constructor prints a banner before it can be told not to."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
