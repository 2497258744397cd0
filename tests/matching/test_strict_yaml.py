"""A text of YAML is plain, and each of its parts stands on a line."""

from __future__ import annotations

import pytest
import yaml

from matching.strict_yaml import Lines, line_of, parse

TEXT = """\
# A lender.
lender:
  id: granary
  tags: [a,
    b]
products:
  - name: seed

  -
    name: husk
    fees: &fees
      - {kind: fixed,
         value: "5"}
  - {name: straw, fees: *fees}
"""

BOMB = "".join(
    f"{name}: &{name} [{', '.join([of] * 20)}]\n"
    for name, of in (("a", "1"), ("b", "*a"), ("c", "*b"), ("d", "*c"), ("e", "*d"))
)
"""Twenty times twenty times twenty times … one."""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 1),
        (("lender",), 2),
        (("lender", "id"), 3),
        (("lender", "tags", 0), 4),
        (("lender", "tags", 1), 5),
        (("products", 0), 7),
        (("products", 1), 10),
        (("products", 1, "name"), 10),
        (("products", 1, "fees", 0, "value"), 13),
        (("products", 2, "fees"), 14),
    ],
)
def test_a_part_stands_on_a_line(place: tuple[str | int, ...], line: int) -> None:
    assert Lines(TEXT).of(place) == line


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("loans",), 1),
        (("lender", "kind"), 2),
        (("lender", "id", "more"), 3),
        (("products", 0, "rate"), 7),
        (("products", 7), 6),
    ],
)
def test_what_is_missing_stands_where_its_whole_does(
    place: tuple[str | int, ...], line: int
) -> None:
    assert Lines(TEXT).of(place) == line


def test_an_empty_text_has_one_line() -> None:
    assert Lines("").of(("lender",)) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", 3),
        ("a:\n  b: [1,\n", 3),
        ("a: 1\n  b: 2\n", 2),
        ("a: \x07", None),
        ("a: 1\nb:\n  - 2026-02-30\n", 3),
        ("a: 1\nb: 2026-01-05 25:00:00\n", 2),
        pytest.param(f"a: 1\nb: {'9' * 5_000}\n", 2, id="too long a number"),
        pytest.param("a: 1\nb: " + "[" * 1_000, None, id="too deep"),
    ],
)
def test_a_text_that_is_no_yaml_is_wrong_on_a_line(text: str, line: int | None) -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        parse(text)
    assert line_of(caught.value) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2026-02-30\n", 2),
        ("a: !!int x", 1),
        ("a: !!bool x", 1),
        ("a: !!timestamp x", 1),
        (f"a: {'9' * 5000}", 1),
        ("a: 1\n2026-01-01: 2\n", 2),
        (BOMB, 4),
        ("a: &it [*it]", 1),
        ('a: "\\U00110000"', 1),
        (f"a: {'[' * 5000}", None),
    ],
)
def test_what_looks_like_yaml_and_cannot_be_read_plainly_is_none(
    text: str, line: int | None
) -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        parse(text)
    assert line_of(caught.value) == line


def test_a_text_that_is_no_utf_8_is_wrong_on_a_line() -> None:
    with pytest.raises(UnicodeDecodeError) as caught:
        b"a: 1\nb: \xff\n".decode()
    assert line_of(caught.value) == 2


def test_plain_yaml_is_read_as_what_it_says() -> None:
    assert parse("a: [1, yes, x]\nb: {c: 2}\n") == {"a": [1, True, "x"], "b": {"c": 2}}
    assert parse("a: &it [x]\nb: *it\n") == {"a": ["x"], "b": ["x"]}
