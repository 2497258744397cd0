"""Pictures of an edition's tables show the farthest first, and where somebody looks."""

from __future__ import annotations

from serving.pages import edition_pictures
from serving.pages.edition_columns import table


def test_the_ten_farthest_are_drawn_beside_the_limit() -> None:
    rows = [(f"f{at}", {"value": 2.0 - at / 10, "low": 0.1, "high": 2.0}, 0.01,
             "level_act" if not at else "level_none") for at in range(14)]  # fmt: skip
    heads = "feature:feature found:plain p_of_all:p level:word"
    drawn = edition_pictures.dots(table("compared-feature", heads, rows, "found", 0.1), "en")
    assert drawn is not None
    assert [dot.label for dot in drawn.dots] == [f"f{at}" for at in range(edition_pictures.MOST)]
    assert [dot.kind for dot in drawn.dots] == ["worse"] + ["plain"] * 9
    assert drawn.dots[0].at == drawn.dots[0].high  # 2.0 is the most there is
    assert drawn.mark == drawn.dots[0].low  # 0.1 is the limit
    assert drawn.ends == ("0.00", "2.00")


def test_what_is_hidden_is_not_drawn() -> None:
    assert (
        edition_pictures.dots(table("a", "stage:text own:share", [("x", None)], "own"), "en")
        is None
    )
    assert (
        edition_pictures.bars(table("a", "stage:text own:count", [("x", None)], "own"), "en")
        is None
    )
    assert edition_pictures.bars(table("a", "stage:count own:text", [(3, "x")]), "en") is None


def test_of_many_shares_the_first_are_drawn() -> None:
    rows = [
        (f"r{at}", {"value": 0.5, "low": 0.4, "high": 0.6})
        for at in range(edition_pictures.SHARES + 5)
    ]
    drawn = edition_pictures.dots(table("a", "stage:text own:share", rows, "own"), "en")
    assert drawn is not None
    assert [dot.label for dot in drawn.dots] == [f"r{at}" for at in range(edition_pictures.SHARES)]
