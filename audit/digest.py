"""What tells whether two values are the same, years apart."""

from __future__ import annotations

import hashlib
import json


def digest(value: object) -> str:
    """Return SHA-256 of a value's JSON, keys in order."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
