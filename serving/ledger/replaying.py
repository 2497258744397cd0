"""Replay of kept decisions: finds what each was made by, and makes it again.

The model is looked for by its digest, here and in the registry (`serving.rules.registry`); policy,
products and programmes by theirs (`serving.ledger.parts`). Nothing of today's rules stands in for
what is not found: the replay is then impossible, and says for want of what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import Engine, select

from audit.decision import Decision, Versions
from audit.replay import Replayed, replay
from audit.rules import POLICY, PRODUCTS, PROGRAMMES, Rules
from features.catalogue import fingerprint
from models.rules import RulesOnly
from models.scorer import Scorer
from serving.access.callers import no_decision
from serving.applications.decisions import read
from serving.ledger.parts import found, impossible
from serving.rights.erasing import MARK
from serving.store import database
from serving.tables import DecisionRow

Find = Callable[[str, str], Scorer | None]
"""Finds a model by the version it was registered as, where to look first, and its digest."""


def kept(engine: Engine, decision_id: str, partner_id: str | None = None) -> Decision:
    """Return a kept decision.

    Raises:
        Erased: its business is erased (``erased``).
        NotFound: there is none, or it is not the partner's, if one is given (``no-decision``).
    """
    with database.session(engine) as session:
        row = session.get(DecisionRow, decision_id)
        if row is None or partner_id not in (None, row.partner_id):
            raise no_decision()
        return read(session, row)


def drawn(engine: Engine, partner_id: str | None, most: int | None, seed: int) -> list[str]:
    """Return the ids of decisions in the order they were made, all or so many drawn at random.

    Those of erased businesses are not among them.

    Args:
        engine: the database.
        partner_id: whose; everybody's if not given.
        most: how many; all if not given, or if there are fewer.
        seed: of the drawing: the same draws the same.
    """
    there = DecisionRow.business_id.not_like(f"{MARK}%")
    asked = select(DecisionRow.decision_id).where(there).order_by(DecisionRow.decided_at)
    if partner_id is not None:
        asked = asked.where(DecisionRow.partner_id == partner_id)
    with database.session(engine) as session:
        ids = list(session.scalars(asked.order_by(DecisionRow.decision_id)))
    if most is None or most >= len(ids):
        return ids
    places = Random(seed).sample(range(len(ids)), most)  # noqa: S311  a sample, not a secret
    return [ids[place] for place in sorted(places)]


@dataclass
class Replayer:
    """Makes kept decisions again; what several were made by is looked for once.

    Args:
        engine: the database.
        find: finds a model.
    """

    engine: Engine
    find: Find
    _rules: dict[Versions, Rules] = field(default_factory=dict, repr=False)

    def replay(self, kept: Decision) -> Replayed:
        """Make a decision again; raises Refused (``replay-impossible``), naming what is not found.

        Args:
            kept: the decision, as it was kept.
        """
        versions = kept.versions
        if versions not in self._rules:
            self._rules[versions] = self._found(versions)
        return replay(kept, self._rules[versions])

    def _found(self, versions: Versions) -> Rules:
        if versions.catalogue != fingerprint():
            what = f"a release whose catalogue is {fingerprint()}, not {versions.catalogue}"
            raise impossible("catalogue", what)
        programmes = found(self.engine, "programmes", versions) if versions.programmes else "[]"
        return Rules(
            model_version=versions.model,
            model=self._model(versions),
            products=PRODUCTS.validate_json(found(self.engine, "products", versions)),
            policy=POLICY.validate_json(found(self.engine, "policy", versions)),
            examples=versions.examples,
            programmes=PROGRAMMES.validate_json(programmes),
        )

    def _model(self, versions: Versions) -> Scorer:
        """Return what scored: the rules of this release, or a model of the registry."""
        alone = RulesOnly()
        if versions.model_digest == alone.digest:
            return alone
        model = self.find(versions.model, versions.model_digest)
        if model is None:
            raise impossible("model", f"no model with the digest {versions.model_digest[:16]}")
        return model
