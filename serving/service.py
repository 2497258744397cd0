"""What the routes work with: the database, the rules in force, and what is done with both."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from opentelemetry import trace
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from audit.decide import Stamp, decide
from audit.decision import Decision
from audit.rules import Rules
from features.errors import LumbungError, Refused, Unavailable
from features.sources import SOURCES
from models.scorer import Scorer
from serving.access.callers import no_decision
from serving.applications import cases, decisions, intake
from serving.applications.taking import take
from serving.business import consents
from serving.business.records import Whose
from serving.reading.columns import columns
from serving.reading.request import Application
from serving.rules.in_force import InForce
from serving.store import database
from serving.store.committing import Committer
from serving.tables import DecisionRow
from serving.webhooks.outbox import tell

TRACER: Final = trace.get_tracer("lumbung")


@dataclass
class Service(InForce):
    """A running service: what is in force, and what is done with it."""

    def __post_init__(self) -> None:
        self._committer = Committer(self.engine)
        # One interpreter decides on one at a time anyway: those that take turns in the midst of it
        # need more memory, and more of the processor for each.
        self._deciding = threading.Lock()

    def decide(self, asked: Application, partner_id: str) -> Decision:
        """Decide on an application; the decision is on disk when this returns.

        The same request sent again gets the decision there is.

        Raises:
            BadInput: as `serving.applications.intake.check`.
            NotFound, Refused: as `serving.applications.taking.take`.
            Refused: another request has the same application_id (``duplicate-application``), or
                the business withdrew its consent (``consent-withdrawn``).
            Unavailable: no champion, or the database is away (``database-away``).
        """
        try:
            decision, rules = self._made(asked, partner_id)
        except LumbungError:
            # Whose answer was lost asks again, and gets what was decided, whatever changed since.
            if (before := self._before(asked, partner_id)) is None:
                raise
            return before
        with TRACER.start_as_current_span("commit", record_exception=False):
            kept = self._keep(decision)
        if kept is decision:
            self.follow(decision, rules)
        return kept

    def decide_all(
        self,
        asked: Iterable[Application],
        partner_id: str,
        also: Callable[[Session, list[Decision | LumbungError]], None],
    ) -> None:
        """Decide on applications, each as `decide` does, and commit all at once.

        Args:
            asked: the applications.
            partner_id: who asks.
            also: is told what came of each, in order, before the commit; what it writes is
                committed too, and where it raises nothing is.

        Raises:
            Unavailable: no champion, or the database is away; of all nothing is kept.
        """
        made = [self._tried(one, partner_id) for one in asked]

        def write(session: Session) -> list[Decision | LumbungError]:
            came = [
                one if isinstance(one, LumbungError) else _within(session, one[0]) for one in made
            ]
            also(session, came)
            return came

        kept = self._committer.commit(write)
        for one, came in zip(made, kept, strict=True):
            if not isinstance(one, LumbungError) and came is one[0]:
                self.follow(*one)

    def _tried(self, asked: Application, partner_id: str) -> tuple[Decision, Rules] | LumbungError:
        """Return what is decided and by which rules, or why nothing is; raises Unavailable."""
        try:
            return self._made(asked, partner_id)
        except Unavailable:
            raise
        except LumbungError as error:
            return error

    def _made(self, asked: Application, partner_id: str) -> tuple[Decision, Rules]:
        """Return what is decided, which nobody has kept yet, and by which rules."""
        rules, now = self.in_force(), self.now()
        intake.check(asked, now, rules.model.identity.currency)
        whose = Whose(partner_id, asked.business_id)
        with database.session(self.engine) as session:
            consents.check(session, whose, asked.consented_at)
            taken = take(session, whose, asked, intake.as_of(asked, now))
        sent = {source: columns(rows, SOURCES[source]) for source, rows in asked.records().items()}
        application = intake.application(asked, now, taken)
        records = sent if taken is None else {**taken.records, **sent}
        with self._deciding:
            stamp = Stamp(str(uuid.uuid4()), partner_id, now)
            return decide(application, records, rules, stamp), rules

    def _keep(self, decision: Decision) -> Decision:
        """Commit a decision and return it, or the one there is for the very same request.

        If a person is to look, their case is committed with it.
        """
        try:
            self._committer.commit(_keeping(decision))
        except IntegrityError as error:
            before = decisions.find(
                self.engine,
                DecisionRow.partner_id == decision.partner_id,
                DecisionRow.application_id == decision.application.application_id,
            )
            if before is None or before.application.digest != decision.application.digest:
                raise _already() from error
            return before
        return decision

    def _before(self, asked: Application, partner_id: str) -> Decision | None:
        """Return the decision there is for the very same request; raises as `decisions.find`."""
        found = decisions.find(
            self.engine,
            DecisionRow.partner_id == partner_id,
            DecisionRow.application_id == asked.application_id,
        )
        same = found is not None and found.application.digest == intake.digest(asked)
        return found if same else None

    def decision(self, decision_id: str, partner_id: str) -> Decision:
        """Return a partner's decision.

        Raises:
            Erased: its business is erased (``erased``).
            NotFound: there is none (``no-decision``).
        """
        found = decisions.find(
            self.engine,
            DecisionRow.decision_id == decision_id,
            DecisionRow.partner_id == partner_id,
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


def _keeping(decision: Decision) -> Callable[[Session], None]:
    """Return what keeps a decision and tells of it, with the case of one that goes to a person."""
    at, partner_id = decision.decided_at, decision.partner_id

    def keep(session: Session) -> None:
        decisions.keep(session, decision)
        tell(session, partner_id, "decision.made", {"decision_id": decision.decision_id}, at)
        if decision.result.kind == "human_review":
            case_id = cases.review(session, decision)
            tell(session, partner_id, "case.opened", {"case_id": case_id}, at)

    return keep


def _within(session: Session, decision: Decision) -> Decision | LumbungError:
    """Return the decision once it is kept, or the one there is for the same request; or why not."""
    try:
        with session.begin_nested():
            _keeping(decision)(session)
    except IntegrityError:
        its = (
            DecisionRow.partner_id == decision.partner_id,
            DecisionRow.application_id == decision.application.application_id,
        )
        before = decisions.read(session, session.scalars(select(DecisionRow).where(*its)).one())
        return before if before.application.digest == decision.application.digest else _already()
    return decision


def _already() -> Refused:
    return Refused(
        found="an application_id sent before with another request",
        expected="the same request, or an application_id not sent before",
        hint="Give a changed application an id of its own.",
        code="duplicate-application",
        where="application_id",
    )
