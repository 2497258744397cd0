"""The picture of the points: what is drawn adds up, and nothing that is drawn lies outside."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from models.reasons import CODES, Points
from serving.pages import picture
from serving.pages.picture import MOST_BARS, WIDTH
from serving.telling.words import LANGUAGES, wording

NAMES = {code: f"name of {code}" for code in CODES}
WORDS = {"base": "Base", "others": "Others", "score": "Score"}


def points_of(base: int, moved: dict[str, int]) -> Points:
    """Return points that add up."""
    whole = {code: moved.get(code, 0) for code in CODES}
    exact = {code: float(points) for code, points in whole.items()}
    return Points(base + sum(whole.values()), base, whole, exact)


def read(number: str) -> int:
    """Return a number of the picture as it is read."""
    return int(number.replace("−", "-"))  # noqa: RUF001  the printed minus


taken_apart = st.builds(
    points_of,
    st.integers(300, 800),
    st.dictionaries(st.sampled_from(CODES), st.integers(-120, 120)),
)


@given(taken_apart)
@example(points_of(600, {}))
def test_base_and_bars_add_up_to_the_score(points: Points) -> None:
    base, *bars, score = picture.rows(points, NAMES, WORDS)
    assert read(base.number) == points.base
    assert read(base.number) + sum(read(bar.number) for bar in bars) == points.score
    assert read(score.number) == points.score


@given(taken_apart)
def test_the_table_adds_up_too_and_leaves_no_group_out(points: Points) -> None:
    groups = picture.groups(points, NAMES)
    assert points.base + sum(moved for _, moved in groups) == points.score
    assert {name for name, _ in groups} == {
        NAMES[code] for code, moved in points.by_reason.items() if moved
    }


@given(taken_apart)
def test_every_bar_begins_where_the_one_before_ended(points: Points) -> None:
    base, *bars, score = picture.rows(points, NAMES, WORDS)
    at = base.end
    for bar in bars:
        ends = {bar.left, round(bar.left + bar.width, 1)}
        assert min(abs(at - end) for end in ends) <= 0.1
        assert (bar.end >= at) == (read(bar.number) >= 0) or bar.width <= 0.1
        at = bar.end
    assert score.left == at


@given(taken_apart)
def test_all_is_inside_the_picture(points: Points) -> None:
    rows = picture.rows(points, NAMES, WORDS)
    assert all(row.left >= 0 and row.left + row.width <= WIDTH for row in rows)
    assert [row.top for row in rows] == sorted({row.top for row in rows})
    assert len(rows) <= MOST_BARS + 3


def test_a_bar_is_as_wide_as_its_points() -> None:
    points = points_of(600, {"R01": -40, "R03": 20})
    rows = picture.rows(points, NAMES, WORDS)
    assert [(row.label, row.number, row.kind) for row in rows] == [
        ("Base", "600", "mark"),
        ("name of R03", "+20", "up"),
        ("name of R01", "−40", "down"),  # noqa: RUF001
        ("Score", "580", "mark"),
    ]
    assert rows[2].width == 2 * rows[1].width
    assert rows[2].left < rows[0].left < rows[1].left + rows[1].width


def test_the_small_ones_are_drawn_together_and_only_when_there_are_several() -> None:
    seven = {code: 10 + place for place, code in enumerate(CODES[:7])}
    assert "Others" not in {row.label for row in picture.rows(points_of(600, seven), NAMES, WORDS)}
    nine = {**seven, CODES[8]: 2, CODES[9]: -5}
    others = picture.rows(points_of(600, nine), NAMES, WORDS)[-2]
    assert (others.label, others.number) == ("Others", "+7")


def test_every_group_has_a_short_name_of_its_own() -> None:
    for language in LANGUAGES:
        names = wording(language)["groups"]
        assert set(names) == set(CODES)
        assert len(set(names.values())) == len(names)
        assert max(map(len, names.values())) <= 28
