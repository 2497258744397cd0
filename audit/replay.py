"""Replay: a kept decision made again from what was kept, and compared field by field.

The feature vector, the signals and the applicant's facts were kept, so what they led to is worked
out anew: risk, points, reasons, offers, result, support. What was read of the records themselves
(`READ`) stays as it is, for the records are not kept with a decision; and no other next steps are
looked for than those there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from audit.decide import under
from audit.decision import Decision
from audit.rules import Rules

READ: Final = ("application", "features", "signals", "data_used", "until")
"""Fields that say what was asked and read, and are taken as they were kept."""


@dataclass(frozen=True)
class Replayed:
    """What came of a replay.

    Args:
        decision_id: of the decision.
        different: the paths of the fields that came out otherwise, such as ``points.base``, in the
            order of the record; none where the decision is the same to the bit.
    """

    decision_id: str
    different: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Return whether the decision came out as it was kept, to the bit."""
        return not self.different


def replay(kept: Decision, rules: Rules) -> Replayed:
    """Make a decision again and compare it with what was kept.

    Args:
        kept: the decision as it was kept.
        rules: of what it was made. The caller found policy, products and programmes by the digests
            that were kept, so those stand for them: a later release may write a product in more
            words, and with them another digest of the very same terms.
    """
    its, now = kept.versions, rules.versions
    found = replace(now, policy=its.policy, products=its.products, programmes=its.programmes)
    again = replace(under(kept, rules), versions=found)
    return Replayed(kept.decision_id, tuple(_different(asdict(kept), asdict(again))))


def _different(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Give the paths at which two values differ; of lists of unlike lengths only their own."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in {**before, **after}:
            if name not in before or name not in after:
                yield _below(path, name)
            else:
                yield from _different(before[name], after[name], _below(path, name))
    elif isinstance(before, tuple | list) and len(before) == len(after):
        for place, pair in enumerate(zip(before, after, strict=True)):
            yield from _different(*pair, _below(path, place))
    elif _bits(before) != _bits(after):
        yield path


def _below(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def _bits(value: Any) -> tuple[str, Any]:
    """Return a value with its type, a float as its bits: 0.0 and -0.0, 1 and 1.0 are different."""
    return type(value).__name__, value.hex() if isinstance(value, float) else value
