"""From a decision as it is kept to the answer a partner reads."""

from __future__ import annotations

import functools
from collections.abc import Callable

from audit import decision
from audit.result import Result
from matching.offer import Unfit
from matching.reason import Reason
from serving.api import schemas
from serving.telling import sentences
from serving.telling.sentences import CODES
from serving.telling.words import LANGUAGES, Part, said

NOTE = schemas.Text(**said("notes", "note"))


def answer(kept: decision.Decision) -> schemas.Decision:
    """Return a decision as the API gives it, with its sentences."""
    return schemas.Decision(
        decision_id=kept.decision_id,
        application_id=kept.application.application_id,
        business_id=kept.application.business_id,
        as_of=kept.application.as_of,
        decided_at=kept.decided_at,
        result=_result(kept.result),
        probability_of_default=kept.probability_of_default,
        grade=kept.grade,
        points=schemas.Points(
            score=kept.points.score,
            base=kept.points.base,
            by_reason=[_group(code, moved) for code, moved in kept.points.by_reason.items()],
        ),
        reasons=[_reason(kept, code) for code in kept.reasons],
        strengths=[_reason(kept, code) for code in kept.strengths],
        lacking=[_reason(kept, code) for code in kept.points.lacking()],
        next_steps=[_next_step(step) for step in kept.next_steps],
        offers=[schemas.Offer.model_validate(o, from_attributes=True) for o in kept.offers],
        not_offered=[_not_offered(unfit) for unfit in kept.unfit],
        support=[_referral(referral) for referral in kept.support],
        data_used=[_data_used(used) for used in kept.data_used],
        features=kept.features,
        versions=schemas.Versions.model_validate(kept.versions, from_attributes=True),
        note=NOTE,
    )


def _result(result: Result) -> schemas.Result:
    codes = [CODES[cause] for cause in result.causes if cause in CODES]
    told = [schemas.Sentence(code=c, text=_said("reasons", c)) for c in codes]
    return schemas.Result(kind=result.kind, causes=list(result.causes), told=told)


def _group(code: str, moved: int) -> schemas.Group:
    return schemas.Group(code=code, points=moved, name=_said("groups", code))


def _reason(kept: decision.Decision, code: str) -> schemas.Reason:
    return schemas.Reason(
        code=code,
        points=kept.points.by_reason[code],
        until=kept.until.get(code),
        text=in_each(lambda language: sentences.moved(kept, code, language)),
    )


def _next_step(step: decision.NextStep) -> schemas.NextStep:
    return schemas.NextStep(
        acts=[_act(act) for act in step.acts],
        days=step.days,
        codes=list(step.codes),
        changed=step.changed,
        kind=step.kind,
        score=step.score,
        offers=list(step.offers),
        more=list(step.more),
        helpers=in_each(lambda language: sentences.helpers(step, language)),
        text=in_each(lambda language: sentences.promise(step, language)),
    )


def _act(act: decision.Act) -> schemas.Act:
    return schemas.Act(
        name=act.name,
        days=act.days,
        amount=act.amount,
        tenor_months=act.tenor_months,
        document=act.document,
        text=in_each(lambda language: sentences.act(act, language)),
    )


def _not_offered(unfit: Unfit) -> schemas.NotOffered:
    return schemas.NotOffered(
        product_id=unfit.product_id,
        lender_id=unfit.lender_id,
        reasons=[requirement(reason) for reason in unfit.reasons],
        beyond_cut_off=unfit.beyond_cut_off,
    )


def requirement(reason: Reason) -> schemas.Requirement:
    """Return a requirement that is not met, with its sentence."""
    return schemas.Requirement(
        code=reason.code,
        field=reason.field,
        found=reason.found,
        required=reason.required,
        unknown=reason.unknown,
        citation=reason.citation,
        text=_required(reason),
    )


@functools.lru_cache(maxsize=4096)
def _required(reason: Reason) -> schemas.Text:
    """Return a requirement's sentence, remembered: many products ask the same of many."""
    return in_each(lambda language: sentences.requirement(reason, language))


def _referral(referral: decision.Referral) -> schemas.Referral:
    programme = referral.programme
    return schemas.Referral(
        programme=programme,
        codes=list(referral.codes),
        recheck_on=referral.recheck_on,
        name=_said("support", programme),
        about=_said("support_about", programme),
        owner=_said("support_owners", programme),
        done=_said("support_done", programme),
    )


def _data_used(used: decision.DataUsed) -> schemas.DataUsed:
    return schemas.DataUsed(
        source=used.source,
        rows=used.rows,
        first=used.first,
        last=used.last,
        name=schemas.Text(**said("sources", used.source)),
    )


@functools.cache
def _said(part: Part, code: str) -> schemas.Text:
    return schemas.Text(**said(part, code))


def in_each(say: Callable[[str], str]) -> schemas.Text:
    """Return what is said in each language."""
    return schemas.Text(**{language: say(language) for language in LANGUAGES})
