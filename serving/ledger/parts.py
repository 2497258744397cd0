"""Parts of the rules, kept by their digest whenever they come into force.

A decision names the policy, the products and the programmes it was made by. Files change and
lenders verify new terms; what stood in them once is found here, years later too.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from audit.decision import Versions
from audit.rules import Part, Rules, short
from features.errors import Refused
from serving.store import database
from serving.tables import RulePart

PARTS: Final[tuple[Part, ...]] = ("policy", "products", "programmes")


def keep(engine: Engine, rules: Rules, now: datetime) -> None:
    """Keep the parts of rules that come into force, each once.

    Args:
        engine: the database.
        rules: what decides from now on.
        now: the time, UTC.
    """
    parts, named = rules.parts, _named(rules.versions)
    with database.session(engine) as session:
        missing = [part for part in PARTS if session.get(RulePart, (part, named[part])) is None]
    for part in missing:
        content = zlib.compress(json.dumps(parts[part]).encode())
        row = RulePart(part=part, digest=named[part], content=content, kept_at=now)
        try:
            with database.session(engine) as session, session.begin():
                session.add(row)
        except IntegrityError:
            continue  # another worker kept the very same a moment ago


def found(engine: Engine, part: Part, versions: Versions) -> str:
    """Return a part of the rules that a decision was made by, as JSON.

    Raises:
        Refused: it was not kept, or is not what its digest says (``replay-impossible``).
    """
    digest = _named(versions)[part]
    asked = select(RulePart.content).where(RulePart.part == part, RulePart.digest == digest)
    with database.session(engine) as session:
        content = session.scalar(asked)
    if content is None:
        raise impossible(part, f"no {part} with the digest {digest}")
    try:
        text = zlib.decompress(content).decode()
        same = short(json.loads(text)) == digest[-16:]
    except (zlib.error, ValueError):
        same = False
    if not same:
        raise impossible(part, f"{part} kept as {digest} that have another digest")
    return text


def impossible(part: str, what: str) -> Refused:
    """Return the error of a decision that cannot be made again for want of a part."""
    return Refused(
        found=what,
        expected="what the decision was made by, as it was",
        hint="Restore it from a backup, or replay with the release that decided.",
        code="replay-impossible",
        where=part,
    )


def _named(versions: Versions) -> Mapping[Part, str]:
    """Return part → the digest by which decisions name it."""
    return {
        "policy": versions.policy,
        "products": versions.products,
        "programmes": versions.programmes,
    }
