"""One column of ours from a foreign one: read exactly, or known to be unreadable."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.records import TABLES
from features.table import Column
from tests.training.importing.exports import KEY, hashed, wib
from training.importing.making import Maker, chosen, make, makers
from training.importing.mapping import ColumnMapping, Mapping, Numbers, TableMapping
from training.importing.pseudonyms import Pseudonyms

MONEY = Column("amount", "money", "an amount", least=None)
QUANTITY = Column("hours", "quantity", "a quantity")
FLAG = Column("attended", "flag", "a flag")
TEXT = Column("item", "text", "a text", missing="none")
TIME = Column("at", "time", "a time")
ID = Column("id", "id", "an id")
OTHER_SIDE = Column("buyer", "text", "a buyer", missing="none", hashed=True)

INDONESIAN = Numbers(decimal=",", thousands=".")


def maker(
    column: Column,
    frame: pl.DataFrame,
    numbers: Numbers | None = None,
    places: int = 0,
    key: Pseudonyms | None = None,
    **how: Any,
) -> Maker:
    if "constant" not in how:
        how = {"source": tuple(frame.columns), **how}
    return Maker(
        column=column,
        mapping=ColumnMapping(**how),
        numbers=numbers or Numbers(),
        zone="Asia/Jakarta",
        places=places,
        schema=frame.schema,
        key=key,
    )


def made(column: Column, theirs: Sequence[object], /, **how: Any) -> list[Any]:
    """Return what is made of a foreign column's values."""
    frame = pl.DataFrame({"theirs": theirs}, strict=False)
    found = maker(column, frame, **how)
    return make(frame, [found])[found.made].to_list()


def grouped(number: int, sign: str) -> str:
    """Return a number with a sign between groups of three digits, as people write it."""
    digits, groups = str(abs(number)), list[str]()
    while digits:
        groups.insert(0, digits[-3:])
        digits = digits[:-3]
    return ("-" if number < 0 else "") + sign.join(groups)


@given(
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20),
    st.sampled_from([".", ",", " ", "'"]),
)
def test_a_whole_number_with_thousands_reads_back_exactly(numbers: list[int], sign: str) -> None:
    texts = [grouped(number, sign) for number in numbers]
    assert made(MONEY, texts, numbers=Numbers(thousands=sign)) == numbers


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_cents_read_back_exactly(whole: int, cents: int) -> None:
    text = f"{grouped(whole, '.')},{cents:02}"
    expected = whole * 100 + (cents if whole >= 0 else -cents)
    assert made(MONEY, [text], numbers=INDONESIAN, places=2, major=True) == [expected]


@given(st.text(alphabet="0123456789.,-+ Rp", max_size=12))
def test_what_is_read_of_any_text_is_a_number_that_is_written_so(text: str) -> None:
    (found,) = made(MONEY, [text], numbers=Numbers(thousands="."))
    if found is not None:
        plain = text.strip().removeprefix("+")
        assert plain in {str(found), grouped(found, "."), f"{found:+}"} or plain.lstrip(
            "-0"
        ).replace(".", "") == str(abs(found)).lstrip("0")


@pytest.mark.parametrize(
    ("text", "numbers", "value"),
    [
        ("1.250", Numbers(), None),
        ("1,250", Numbers(), None),
        ("1.250", Numbers(thousands="."), 1250),
        ("1.250", Numbers(decimal="."), None),
        ("1.25", Numbers(thousands="."), None),
        ("1.250.00", Numbers(thousands="."), None),
        ("1250.000", Numbers(thousands="."), None),
        ("1.250,00", INDONESIAN, 1250),
        ("1.250,50", INDONESIAN, None),
        (",5", INDONESIAN, None),
        ("5,", INDONESIAN, None),
        ("Rp1.250", Numbers(thousands=".", without=("Rp",)), 1250),
        ("Rp 1.250,-", Numbers(thousands=".", without=("Rp", ",-")), 1250),
        ("-Rp 1.250", Numbers(thousands=".", without=("Rp",)), None),
        ("(1.250)", Numbers(thousands="."), None),
        ("+7", Numbers(), 7),
        ("--7", Numbers(), None),
        ("1e3", Numbers(), None),
        ("0x10", Numbers(), None),
        ("1_000", Numbers(), None),
        ("٣", Numbers(), None),
        ("  12 ", Numbers(), 12),
        ("   ", Numbers(), None),
        (str(2**63 - 1), Numbers(), 2**63 - 1),
        (str(2**63), Numbers(), None),
    ],
)
def test_a_number_is_read_as_declared_or_not_at_all(
    text: str, numbers: Numbers, value: int | None
) -> None:
    assert made(MONEY, [text], numbers=numbers) == [value]


@pytest.mark.parametrize(
    ("value", "times", "expected"),
    [
        ("12", "1000", 12_000),
        ("12.5", "1000", 12_500),
        ("12.3456", "1000", None),
        # 12.34 dollars at 15 523.4 rupiah are 191 558.756 rupiah
        ("12.34", "15523.4", 191_559),
        ("0", "15523.4", 0),
        ("9e99", "15523.4", None),
        ("9000000000000", "15523.4", None),
    ],
)
def test_a_unit_keeps_amounts_exact_and_a_rate_rounds_them(
    value: str, times: str, expected: int | None
) -> None:
    how = {"numbers": Numbers(decimal="."), "times": Decimal(times)}
    assert made(MONEY, [value], **how) == [expected]


def test_quantities_keep_their_fraction_and_are_multiplied() -> None:
    how = {"numbers": INDONESIAN, "times": Decimal("0.5")}
    assert made(QUANTITY, ["66,40", "1.000", "x", None], **how) == [33.2, 500.0, None, None]


@pytest.mark.parametrize(
    ("values", "flags"),
    [
        (["true", "False", " TRUE ", "ya", ""], [True, False, True, None, None]),
        ([1, 0, 2, None], [True, False, None, None]),
        ([True, False, None], [True, False, None]),
        ([0.5, 1.0], [None, True]),
    ],
)
def test_flags_are_true_or_false_and_nothing_like_it(
    values: list[object], flags: list[bool | None]
) -> None:
    assert made(FLAG, values) == flags


def test_words_become_flags_and_numbers_by_their_names() -> None:
    assert made(FLAG, ["Ya", "Tidak", "?"], values={"Ya": True, "Tidak": False}) == [
        True,
        False,
        None,
    ]
    assert made(MONEY, ["satu", "2"], values={"satu": 1}) == [1, None]


@pytest.mark.parametrize(
    ("missing", "expected"), [((), ["o", "o", "o"]), (("0",), ["o", None, None])]
)
def test_other_stands_for_what_is_empty_unless_there_is_a_word_for_none(
    missing: tuple[str, ...], expected: list[str | None]
) -> None:
    assert made(TEXT, ["x", "0", None], values={}, other="o", missing=missing) == expected


def test_parts_are_joined_and_an_empty_one_counts_as_nothing() -> None:
    frame = pl.DataFrame({"a": ["x", "x", None, " "], "b": ["y", None, "y", None]})
    found = maker(ID, frame, join="-")
    assert make(frame, [found])[found.made].to_list() == ["x-y", "x-", "-y", None]


def test_day_and_clock_in_two_columns_make_one_time() -> None:
    frame = pl.DataFrame({"day": ["01/03/2025"] * 2, "clock": ["10:15:30", None]})
    found = maker(TIME, frame, format=("%d/%m/%Y %H:%M:%S",))
    rows = make(frame, [found])
    assert rows[found.made].to_list() == [wib("2025-03-01", "10:15:30"), None]
    assert rows.select(found.fault()).to_series().to_list() == [
        None,
        "unread-value: at cannot be made of 01/03/2025 ",
    ]


def test_of_several_formats_the_first_that_fits_reads() -> None:
    how = {"format": ("%d/%m/%Y", "%m/%d/%Y")}
    assert made(TIME, ["02/03/2025", "02/13/2025"], **how) == [
        wib("2025-03-02"),
        wib("2025-02-13"),
    ]


def test_only_a_keyed_hash_is_kept_of_who_is_on_the_other_side() -> None:
    assert made(OTHER_SIDE, ["Siti ", None, "Budi"], key=KEY) == [
        hashed("Siti"),
        None,
        hashed("Budi"),
    ]


def test_a_number_and_its_text_have_one_pseudonym() -> None:
    assert made(ID, [42], key=KEY, hash=True) == made(ID, ["42"], key=KEY, hash=True)
    assert made(ID, [42], key=KEY, hash=True) == [hashed("42")]


def test_what_the_source_hashed_already_is_kept_as_it_is() -> None:
    assert made(OTHER_SIDE, ["a1b2"], key=KEY, plain=True) == ["a1b2"]


def test_a_name_by_values_is_hashed_too() -> None:
    how = {"values": {"S": "Siti"}, "other": "anyone"}
    assert made(OTHER_SIDE, ["S", "T"], key=KEY, **how) == [hashed("Siti"), hashed("anyone")]


def test_a_constant_is_hashed_where_it_names_someone() -> None:
    assert made(ID, ["x"], key=KEY, constant="UMKM-007", hash=True) == [hashed("UMKM-007")]
    assert made(ID, ["x"], constant="UMKM-007") == ["UMKM-007"]


def test_a_text_with_a_nul_is_unreadable_since_programs_differ_on_where_it_ends() -> None:
    assert made(TEXT, ["a\0", "a"]) == [None, "a"]
    assert made(OTHER_SIDE, ["a\0b"], key=KEY) == [None]


@pytest.mark.parametrize(
    ("value", "shown"),
    [("x" * 99, "x" * 40), ("3325014502800003", "…"), ("Siti 0812-3456-7890", "…")],
)
def test_a_fault_shows_the_value_briefly_and_never_one_that_names_a_person(
    value: str, shown: str
) -> None:
    frame = pl.DataFrame({"theirs": [value, "5", None]})
    found = maker(TIME, frame)
    faults = make(frame, [found]).select(found.fault()).to_series().to_list()
    assert faults == [
        f"unread-value: at cannot be made of {shown}",
        "unread-value: at cannot be made of 5",
        None,
    ]


@pytest.mark.parametrize(
    ("column", "how", "asked"),
    [
        (ID, {}, True),
        (TEXT, {}, True),
        (TEXT, {"values": {"a": "b"}}, False),
        (OTHER_SIDE, {}, False),
        (OTHER_SIDE, {"plain": True}, True),
        (ID, {"hash": True}, False),
        (MONEY, {}, False),
        (ID, {"constant": "x"}, False),
    ],
)
def test_open_identifiers_are_looked_for_where_foreign_text_is_kept(
    column: Column, how: dict[str, Any], *, asked: bool
) -> None:
    frame = pl.DataFrame({"theirs": ["x"]})
    assert (maker(column, frame, **how).open_identifiers() is not None) is asked


def test_a_column_may_have_its_own_way_of_writing_numbers() -> None:
    table = TableMapping(
        table="bills",
        numbers=Numbers(thousands="."),
        columns={
            "amount": ColumnMapping(source=("a",)),
            "quantity": ColumnMapping(source=("b",), numbers=Numbers(decimal=",")),
            "period_from": ColumnMapping(source=("c",), zone="Asia/Makassar"),
        },
    )
    mapping = Mapping.model_validate(
        {
            "dataset": {
                "name": "d",
                "currency": "USD",
                "time_zone": "Asia/Jakarta",
                "source": "s",
                "licence": "l",
            },
            "table": (table,),
        }
    )
    found = {m.column.name: m for m in makers(table, mapping, pl.Schema({}), None)}
    assert found["amount"].column == TABLES["bills"].column("amount")
    assert found["amount"].numbers == Numbers(thousands=".")
    assert found["quantity"].numbers == Numbers(decimal=",")
    assert (found["amount"].zone, found["period_from"].zone) == ("Asia/Jakarta", "Asia/Makassar")
    assert found["amount"].places == 2


def test_rows_are_chosen_by_what_stands_in_them_blanks_apart() -> None:
    frame = pl.DataFrame({"s": ["OK", " OK ", "NO", None, ""], "n": [1, 2, 1, 1, 1]})

    def kept(**how: Any) -> list[int]:
        table = TableMapping(table="bills", columns={"paid": ColumnMapping(source=("s",))}, **how)
        return frame.with_row_index().filter(chosen(table))["index"].to_list()

    assert kept() == [0, 1, 2, 3, 4]
    assert kept(keep={"s": "OK"}) == [0, 1]
    assert kept(drop={"s": "OK"}) == [2, 3, 4]
    assert kept(drop={"s": ("", "NO")}) == [0, 1]
    assert kept(keep={"s": "OK", "n": "2"}) == [1]
    assert kept(keep={"n": ("1", "2")}, drop={"s": ("NO",)}) == [0, 1, 3, 4]
