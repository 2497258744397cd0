"""From a decision as it is kept to the answer a partner reads."""

from __future__ import annotations

from typing import Final

from audit import decision
from audit.result import Cause, Result
from matching.offer import Unfit
from models.reasons import Points
from serving import schemas
from serving.words import Part, said

NOTE = schemas.Text(
    id="Skor ini bukan keputusan. Pemberi pinjaman yang memutuskan.",
    en="This score is not the decision. The lender decides.",
)

SENTENCES: Final[dict[Cause, str]] = {
    "transactions_to_check": "R09",
    "unlike_those_known": "R43",
    "rules_only": "R44",
}
"""Cause → code of the sentence that says it: neither what was seen nor how it was found."""


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
            by_reason=[_reason(code, kept.points) for code in kept.points.by_reason],
        ),
        reasons=[_reason(code, kept.points) for code in kept.reasons],
        strengths=[_reason(code, kept.points) for code in kept.strengths],
        offers=[schemas.Offer.model_validate(o, from_attributes=True) for o in kept.offers],
        not_offered=[_not_offered(unfit) for unfit in kept.unfit],
        features=kept.features,
        versions=schemas.Versions.model_validate(kept.versions, from_attributes=True),
        note=NOTE,
    )


def _result(result: Result) -> schemas.Result:
    codes = [SENTENCES[cause] for cause in result.causes if cause in SENTENCES]
    told = [schemas.Sentence(code=c, text=schemas.Text(**said("reasons", c))) for c in codes]
    return schemas.Result(kind=result.kind, causes=list(result.causes), told=told)


def _reason(code: str, points: Points) -> schemas.Reason:
    """Return a reason, worded by the way it moved the score, be it by less than a point."""
    whole = points.by_reason[code]
    part: Part = "strengths" if (whole or points.exact[code]) > 0 else "reasons"
    return schemas.Reason(code=code, points=whole, text=schemas.Text(**said(part, code)))


def _not_offered(unfit: Unfit) -> schemas.NotOffered:
    return schemas.NotOffered(
        product_id=unfit.product_id,
        lender_id=unfit.lender_id,
        reasons=[
            schemas.Requirement(
                code=reason.code,
                field=reason.field,
                found=reason.found,
                required=reason.required,
                unknown=reason.unknown,
                citation=reason.citation,
                text=schemas.Text(**said("reasons", reason.code)),
            )
            for reason in unfit.reasons
        ],
        beyond_cut_off=unfit.beyond_cut_off,
    )
