"""What the routes work with: the database, the rules in force, and what is done with both."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Engine, select
from sqlalchemy.exc import IntegrityError

from audit.days import wib
from audit.decide import Stamp, decide
from audit.decision import RECORD, Decision
from audit.rules import Rules
from features.errors import BadInput, Refused, Unavailable
from features.sources import SOURCES
from matching.product import Product
from models.scorer import Scorer
from serving import cases, consents, database, intake, products, versions
from serving.access import no_decision
from serving.api.columns import columns
from serving.api.request import Application
from serving.registry import Registered
from serving.shadow import Shadow
from serving.tables import DecisionRow

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stocked:
    """Rules with the products in force.

    Args:
        loaded: the rules as they were fetched, with the products of the installation's files.
        day: on which the products are in force, WIB.
        revision: of the lenders' own; it changes whenever one is verified.
        rules: what decides.
    """

    loaded: Rules
    day: date
    revision: int
    rules: Rules

    def holds(self, loaded: Rules, day: date, revision: int) -> bool:
        """Return whether nothing has changed since."""
        return self.loaded is loaded and (self.day, self.revision) == (day, revision)


@dataclass
class Service:
    """A running service.

    Args:
        engine: the database.
        load: fetches the rules; raises Unavailable when there are none.
        now: the time, UTC.
        challenge: fetches the challenger, when the rules were; None when there is none.
        rules: what decides; None while there is no champion.
    """

    engine: Engine
    load: Callable[[], Rules]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    challenge: Callable[[], Registered | None] = lambda: None
    rules: Rules | None = None
    _stocked: Stocked | None = field(default=None, repr=False)
    _shadow: Shadow | None = field(default=None, repr=False)
    _fetching: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def in_force(self) -> Rules:
        """Return the rules of today (WIB), fetched when there were none.

        Their products are those in force: what a second person verified a moment ago is among
        them, in whatever process.

        Raises:
            Unavailable: there are none, or what there is cannot be used, with that fault's code;
                or the database is away (``database-away``).
        """
        day, revision = wib(self.now()), versions.revision(self.engine, "product")
        with self._fetching:
            if self.rules is None:
                self.rules = self._fetched()
                _say(self.rules)
            today = self.rules.on(day)
            if today is not self.rules:
                _say(today)
                self.rules = today
            if self._stocked is None or not self._stocked.holds(today, day, revision):
                self._stocked = self._stock(today, day, revision)
            return self._stocked.rules

    def _stock(self, loaded: Rules, day: date, revision: int) -> Stocked:
        """Return the rules with the products in force; themselves where no lender has its own."""
        if not revision:
            return Stocked(loaded, day, revision, loaded)
        shelf = products.in_force(self.engine, loaded.products, day)
        return Stocked(loaded, day, revision, replace(loaded, products=shelf))

    def filed(self) -> tuple[Product, ...]:
        """Return the products of the installation's files; raises as `in_force`."""
        self.in_force()
        return () if self.rules is None else self.rules.products

    @property
    def shelf(self) -> tuple[Product, ...]:
        """Return the products that were in force when last looked at; none before the first."""
        return () if self._stocked is None else self._stocked.rules.products

    def _fetched(self) -> Rules:
        try:
            rules = self.load()
        except (BadInput, Refused) as error:
            raise Unavailable(
                found=error.found, expected=error.expected, hint=error.hint, code=error.code
            ) from error
        challenger = self.challenge()
        if challenger is not None:
            self._shadow = Shadow(self.engine, challenger)
        return rules

    def end(self) -> None:
        """End what runs behind the answers, then let go of the database."""
        if self._shadow is not None:
            self._shadow.end()
        self.engine.dispose()

    def decide(self, asked: Application, partner_id: str) -> Decision:
        """Decide on an application; the decision is on disk when this returns.

        The same request sent again gets the decision there is.

        Raises:
            BadInput: as `serving.intake.check`.
            Refused: another request has the same application_id (``duplicate-application``), or
                the business withdrew its consent (``consent-withdrawn``).
            Unavailable: no champion, or the database is away (``database-away``).
        """
        rules, now = self.in_force(), self.now()
        intake.check(asked, now, rules.model.identity.currency)
        consents.check(self.engine, partner_id, asked.business_id, asked.consented_at)
        decision = decide(
            intake.application(asked, now),
            {source: columns(rows, SOURCES[source]) for source, rows in asked.records().items()},
            rules,
            Stamp(str(uuid.uuid4()), partner_id, now),
        )
        kept = self._keep(decision)
        if kept is decision and self._shadow is not None:
            self._shadow.follow(decision, rules)
        return kept

    def _keep(self, decision: Decision) -> Decision:
        """Commit a decision and return it, or the one there is for the very same request.

        If a person is to look, their case is committed with it.
        """
        row = DecisionRow(
            decision_id=decision.decision_id,
            partner_id=decision.partner_id,
            application_id=decision.application.application_id,
            business_id=decision.application.business_id,
            decided_at=decision.decided_at,
            record=RECORD.dump_json(decision).decode(),
        )
        try:
            with database.session(self.engine) as session, session.begin():
                session.add(row)
                session.flush()
                if decision.result.kind == "human_review":
                    session.add(cases.review(decision))
        except IntegrityError as error:
            before = self._find(
                DecisionRow.partner_id == decision.partner_id,
                DecisionRow.application_id == decision.application.application_id,
            )
            if before is None or before.application.digest != decision.application.digest:
                raise _already() from error
            return before
        return decision

    def _find(self, *conditions: ColumnElement[bool]) -> Decision | None:
        with database.session(self.engine) as session:
            record = session.scalar(select(DecisionRow.record).where(*conditions))
        return None if record is None else RECORD.validate_json(record)

    def decision(self, decision_id: str, partner_id: str) -> Decision:
        """Return a partner's decision; raises NotFound (``no-decision``)."""
        found = self._find(
            DecisionRow.decision_id == decision_id, DecisionRow.partner_id == partner_id
        )
        if found is None:
            raise no_decision()
        return found

    def scorer_of(self, kept: Decision) -> Scorer | None:
        """Return what scored a decision, or None when that is not what decides now."""
        try:
            model = self.in_force().model
        except Unavailable:
            return None
        return model if model.digest == kept.versions.model_digest else None


def _say(rules: Rules) -> None:
    """Log what decides from now on."""
    if rules.why is None:
        log.info("version %s decides", rules.model_version)
    else:
        log.warning("the rules decide, and every case goes to a person: %s", rules.why)


def _already() -> Refused:
    return Refused(
        found="an application_id sent before with another request",
        expected="the same request, or an application_id not sent before",
        hint="Give a changed application an id of its own.",
        code="duplicate-application",
        where="application_id",
    )
