"""What a decision says to the person it is about: whole sentences, with that person's own numbers.

Each function takes a part of a decision and a language, and returns text. Nothing here tells a
weight, a signal, a lender's own line or anything of another person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from audit.decision import Act, Decision, NextStep
from audit.result import Cause
from features.catalogue import FEATURES
from features.feature import Feature
from matching.applicant import Fact
from matching.offer import Unfit
from matching.reason import Reason
from serving.telling import written
from serving.telling.words import Part, wording

CODES: Final[dict[Cause, str]] = {
    "transactions_to_check": "R09",
    "unlike_those_known": "R43",
    "rules_only": "R44",
}
"""Cause → code of the reason that says it: neither what was seen nor how it was found."""

BY_NAME: Final = {feature.name: feature for feature in FEATURES}


def moved(kept: Decision, code: str, language: str) -> str:
    """Return why a code moved the score, by the way it did, be it by less than a point.

    The sentence of the code, the person's own number of the feature that moved it most, and for a
    reason of the past the day from which on it counts no longer. Of a feature without a value it
    says only that there is no data, and of one at its best no more than the number: what the code
    says would not be true of this person.
    """
    words, points = wording(language), kept.points
    lowers = (points.by_reason[code] or points.exact[code]) < 0
    part: Part = "reasons" if lowers else "strengths"
    leading = points.leading.get(code)
    if leading is None:
        return words[part][code]
    value = leading_value(kept, code)
    if value is None:
        return words["notes"]["gap"].format(feature=words["features"][leading])
    untrue = value == _farthest(BY_NAME[leading], better=lowers)
    sentences = [] if untrue else [words[part][code]]
    sentences.append(fact(leading, value, language))
    if lowers and code in kept.until:
        sentences.append(until(kept, code, language))
    return " ".join(sentences)


def leading_value(kept: Decision, code: str) -> float | None:
    """Return the person's value of the feature that moved the score most the way a code did.

    None where the value is missing, and where the decision names no such feature.
    """
    leading = kept.points.leading.get(code)
    return None if leading is None else kept.features[leading]


def fact(feature: str, value: float, language: str) -> str:
    """Return the sentence that states a person's own value of a feature."""
    sentence = wording(language)["facts"][feature]
    for form, write in FORMS.items():
        if f"{{{form}}}" in sentence:
            return sentence.format(**{form: write(value, language)})
    return sentence.format(value=written.value(BY_NAME[feature], value, language))


def until(kept: Decision, code: str, language: str) -> str:
    """Return from when on a reason of the past counts no longer.

    Raises:
        KeyError: no such day is kept for the code.
    """
    words = wording(language)["until"]
    day = written.day(kept.until[code], language)
    return words.get(code, words["past"]).format(date=day)


def cause(of: Cause, language: str) -> str:
    """Return why a result is not *eligible*."""
    words = wording(language)
    return words["reasons"][CODES[of]] if of in CODES else words["causes"][of]


def unfit(product: Unfit, language: str) -> str:
    """Return why a product does not fit; never where the lender's own line lies."""
    beyond = [wording(language)["notes"]["beyond"]] if product.beyond_cut_off else []
    return " ".join([*(requirement(reason, language) for reason in product.reasons), *beyond])


def requirement(reason: Reason, language: str) -> str:
    """Return which requirement is not met, or not known, with the own and the required figure."""
    words = wording(language)
    if reason.field == "documents":
        first = words["unknown"]["documents"] if reason.unknown else words["reasons"][reason.code]
        return f"{first} {_documents(reason, language)}"
    if reason.unknown:
        return words["unknown"][reason.field]
    forms = words["requirements"]
    form = forms.get(f"{reason.field}_{reason.op}", forms.get(reason.field))
    if form is None:
        return words["reasons"][reason.code]
    return form.format(
        found=_figure(reason.field, reason.found, language),
        required=_figure(reason.field, reason.required, language),
    )


def act(of: Act, language: str) -> str:
    """Return what to do."""
    words = wording(language)
    return words["steps"][of.name].format(
        amount="" if of.amount is None else written.money(of.amount, language),
        tenor="" if of.tenor_months is None else written.months(of.tenor_months, language),
        document="" if of.document is None else words["documents"][of.document],
    )


def helpers(step: NextStep, language: str) -> str:
    """Return who helps with a step, each once."""
    words = wording(language)["helpers"]
    return "; ".join(dict.fromkeys(words[of.name] for of in step.acts))


def time(step: NextStep, language: str) -> str:
    """Return how long a step takes."""
    words = wording(language)["promises"]
    if not step.days:
        return words["at_once"]
    return words["time"].format(days=written.days(step.days, language))


def promise(step: NextStep, language: str) -> str:
    """Return what the same assessment would say once a step is done, and who decides."""
    words = wording(language)["promises"]
    more = [words["more"].format(count=len(step.more))] if step.more else []
    return " ".join([words[step.kind], *more, words["caution"]])


def _farthest(feature: Feature, *, better: bool) -> float | None:
    """Return the best value a feature can have, or the worst; None where it has no direction."""
    if not feature.direction:
        return None
    return feature.low if (feature.direction > 0) is better else feature.high


def _documents(reason: Reason, language: str) -> str:
    """Return which documents are still needed: all that lack, or one of several."""
    words = wording(language)
    either = reason.op == "has_any"
    asked, held = _names(reason.required), _names(reason.found)
    lacking = [words["documents"][name] for name in asked if name not in held]
    form = words["requirements"][f"documents_{reason.op}"]
    return form.format(required=written.listed(lacking, language, either=either))


def _figure(field: str, fact: Fact | None, language: str) -> str:
    """Return a fact of a product's requirement as it is read."""
    if isinstance(fact, int | float):
        return FIGURES[field](fact, language)
    purposes = wording(language)["purposes"]
    named = [purposes.get(name, name) for name in _names(fact)]
    return written.listed(named, language, either=True)


def _names(fact: Fact | None) -> Iterable[str]:
    if isinstance(fact, tuple):
        return fact
    return () if fact is None else (str(fact),)


FORMS: Final[dict[str, Callable[[float, str], str]]] = {
    "percent": written.percent,
    "number": written.number,
    "age": written.age,
}
"""What a fact leaves open → how it is written; ``value`` goes by the unit of its feature."""

FIGURES: Final[dict[str, Callable[[float, str], str]]] = {
    "amount": written.money,
    "tenor_months": written.months,
    "months_running": written.months,
    "active_bank_loans": written.number,
    "monthly_income": written.money,
    "instalment_share": written.percent,
}
"""Fact of a requirement → how it is written; flags, names and codes are not figures."""
