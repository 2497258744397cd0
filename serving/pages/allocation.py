"""The page of an allocation: whose demand was met, what limits hold back, how good it is.

It is made of an `audit.allocated.Overview` alone, so that the service shows it and a command writes
it as a file. Each picture has its numbers beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.allocated import Overview
from matching.allocation.result import Method, Sums
from serving.pages import demand, limits
from serving.pages.charts import Chart
from serving.pages.demand import Heat, Line
from serving.pages.page import Language, rendered
from serving.telling import allocation_words, written
from serving.telling.words import wording


@dataclass(frozen=True)
class Shown:
    """An allocation in the words of one language.

    Args:
        name, on, aim: the programme, the day and whether it is simulated, and what is to be had the
            most of.
        sums: what it comes to; empty where so few are served that it is hidden.
        proof: how near it is to the best there can be.
        demand: pictures of businesses and of rupiah; parts: (name, label) of what they show.
        asked: by kecamatan, and all.
        kecamatan: the columns of `heat`; unused: the products that nobody got.
        prices: pictures of what a little more would do; none where it would do nothing.
        use, limits: a picture, and the same in numbers and words.
        reached, floors: a picture, and the same in words.
        methods: ours and others.
    """

    name: str
    on: str
    aim: str
    sums: tuple[Line, ...]
    proof: str
    demand: tuple[Chart, ...]
    parts: tuple[tuple[str, str], ...]
    asked: tuple[Line, ...]
    kecamatan: tuple[str, ...]
    heat: tuple[Heat, ...]
    unused: str
    prices: tuple[Chart, ...]
    use: Chart
    limits: tuple[Line, ...]
    reached: Chart
    floors: tuple[Line, ...]
    methods: tuple[Line, ...]


def allocation_page(view: Overview, language: Language) -> str:
    """Return the page as a file of its own: it loads nothing, and nothing leads elsewhere."""
    return rendered("allocation", language, "allocation", here="", s=shown(view, language))


def shown(view: Overview, language: str) -> Shown:
    """Return an allocation as it is shown in a language."""
    words = wording(language)["allocation"]
    return Shown(
        name=view.name,
        on=" ".join(
            [
                words["on"].format(date=written.day(view.on, language)),
                *([words["simulated"]] if view.simulated else []),
            ]
        ),
        aim=allocation_words.objective(view.objective, language),
        sums=_sums(view, language),
        proof=_proof(view, language),
        demand=tuple(demand.picture(view, unit, language) for unit in ("businesses", "amount")),
        parts=tuple((name, words[name]) for name in (*demand.PARTS, "hidden")),
        asked=demand.lines(view, language),
        kecamatan=tuple(demand.name_of(place, language) for place in view.places),
        heat=demand.heat(view, language),
        unused=demand.unused(view, language),
        prices=limits.prices(view, language),
        use=limits.use(view, language),
        limits=limits.lines(view, language),
        reached=limits.reached(view, language),
        floors=limits.floors(view, language),
        methods=_methods(view, language),
    )


def _sums(view: Overview, language: str) -> tuple[Line, ...]:
    if view.worth is None:
        return ()
    words, sums = wording(language)["allocation"], view.worth.sums
    asked = demand.businesses(view.total.asked, language)
    return (
        Line(words["asked"], (asked,)),
        Line(words["met"], (written.number(sums.served, language),)),
        Line(words["lent"], (written.short(sums.lent, language),)),
        Line(words["worth"], (limits.worth(sums.worth, view, language),)),
    )


def _proof(view: Overview, language: str) -> str:
    if view.worth is None:
        return ""
    return allocation_words.proof(view.worth.sums.worth, view.worth.bound, language)


def _methods(view: Overview, language: str) -> tuple[Line, ...]:
    if view.worth is None:
        return ()
    ours, made = view.worth.sums, [_method("optimum", view.worth.sums, "", view, language)]
    for name, sums in view.worth.beside.items():
        compared = allocation_words.beside(sums, ours.worth, language)
        made.append(_method(name, sums, compared, view, language))
    return tuple(made)


def _method(name: Method, sums: Sums, compared: str, view: Overview, language: str) -> Line:
    return Line(
        allocation_words.method(name, language),
        (
            limits.worth(sums.worth, view, language),
            compared,
            written.number(sums.served, language),
            written.short(sums.lent, language),
            written.short(sums.cost, language),
            written.number(sums.blocking_pairs, language),
            written.number(sums.seconds, language),
        ),
    )
