"""Every signal agrees with the oracle, is neutral where it cannot see, and is no feature."""

from __future__ import annotations

import inspect
import math
import random
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from features import catalogue, signals
from features.feature import Feature
from features.known import nothing
from features.rows import DAY, Columns, Floats
from features.signal import Signal
from features.signals import SIGNALS, compute
from features.sources import SOURCES
from tests.features.cases import AS_OF, Case, ask, bits, case
from tests.features.generated import cases, everything
from tests.features.hand_made.everything import FULL, HAND_MADE
from tests.features.hand_made.signals import SIGNALS as SHOWN
from tests.features.oracle.signals import SIGNS, expected
from tests.features.oracle.words import Row
from tests.features.test_neutral import consents, without

NAMES = tuple(signal.name for signal in SIGNALS)
READS = {
    "circled_share": {"payments"},
    "passed_on_share": {"payments"},
    "rounding_rise": {"payments"},
    "split_share": {"payments"},
    "new_payer_share": {"payments"},
    "income_surge": {"payments"},
    "backfilled_share": {"books"},
    "new_buyer_share": {"orders"},
    "unreached_payout_share": {"payments", "orders"},
}
"""Name of a signal → the sources it reads; a test takes away one after the other."""

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)

every_signal = pytest.mark.parametrize("signal", SIGNALS, ids=NAMES)
every_source = pytest.mark.parametrize("source", SOURCES)
generated_by = settings(max_examples=60, deadline=None, phases=UNSHRUNK)
quick = settings(max_examples=15, deadline=None)


def values(given_case: Case, given_consents: Columns | None = None) -> Floats:
    """Return the signals of a case's applications, asked in rupiah."""
    return compute(given_case.known(given_consents), "IDR")


def named(given_case: Case) -> dict[str, float]:
    """Return the signals of a case's first application by name."""
    return dict(zip(NAMES, values(given_case)[0].tolist(), strict=True))


def _differences(given_case: Case) -> list[tuple[str, int, float, float]]:
    """Return (signal, application, value, expected) wherever signals and oracle differ.

    Amounts are whole until one last division, and a rise is the difference of two of those.
    """
    wanted = [expected(one, given_case.records) for one in given_case.applications]
    return [
        (name, n, value, want[name])
        for n, (vector, want) in enumerate(zip(values(given_case).tolist(), wanted, strict=True))
        for name, value in zip(NAMES, vector, strict=True)
        if not np.isclose(value, want[name], rtol=1e-12, atol=1e-12, equal_nan=True)
    ]


# What a signal is worth.


@every_signal
def test_a_signal_of_whose_sources_none_has_rows_is_missing(signal: Signal) -> None:
    assert set(signal.sources) == READS[signal.name]
    full = FULL.known()
    silent = {name: nothing(full.sources[name].table, full.n) for name in signal.sources}
    assert np.isnan(signal(replace(full, sources={**full.sources, **silent}))).all()


def test_the_oracle_knows_exactly_the_signals() -> None:
    assert tuple(SIGNS) == NAMES


@pytest.mark.parametrize("name", [*SHOWN, *HAND_MADE])
def test_every_signal_agrees_with_the_oracle_on_a_hand_made_case(name: str) -> None:
    assert _differences({**HAND_MADE, **SHOWN}[name]) == []


@pytest.mark.parametrize(
    "sources", [("payments",), ("books",), ("orders",), ("payments", "orders")]
)
@given(data=st.data())
@generated_by
def test_every_signal_agrees_with_the_oracle_on_generated_cases_of_what_it_reads(
    sources: tuple[str, ...], data: st.DataObject
) -> None:
    assert _differences(data.draw(cases(sources, most=120))) == []


@given(generated=everything)
@generated_by
def test_every_signal_agrees_with_the_oracle_on_generated_cases_of_every_source(
    generated: Case,
) -> None:
    assert _differences(generated) == []


def _dressed_up(seed: int) -> Case:
    """Return payments and orders of few amounts and people, so that every signal has something."""
    chance = random.Random(seed)  # noqa: S311  it makes up test data
    full = {source: FULL.records[source][0] for source in ("payments", "orders", "books")}
    records: dict[str, list[Row]] = {source: [] for source in full}
    for n in range(240):
        at = AS_OF - chance.choice((chance.randint(1, 60), chance.randint(1, 400))) * DAY // 2
        placed = {"occurred_at": at, "known_at": at + chance.choice((0, 0, 31)) * DAY}
        amount = chance.choice((90_001, 300_000, 295_000, 450_000, 1_000_000))
        person = chance.choice("abcdef") if chance.random() < 4 / 5 else None
        moved = {
            "payment_id": f"{n:03}",
            "amount": amount,
            "direction": chance.choice(("in", "in", "out")),
            "channel": chance.choice(("qris", "qris", "bank", "cash")),
            "kind": chance.choice(("sale", "sale", "other", "transfer", "refund")),
            "counterparty": person and person + str(at // (100 * DAY)),
        }
        ordered = {"order_id": f"{n:03}", "buyer": person and person + str(at // (90 * DAY))}
        paid_out = {"gross": amount, "net": 40 * amount, "payout_at": at + 9 * DAY}
        records["payments"].append({**full["payments"], **placed, **moved})
        records["orders"].append({**full["orders"], **placed, **ordered, **paid_out})
        records["books"].append({**full["books"], **placed, "line_id": f"{n:03}"})
    return Case([ask(), ask(as_of=AS_OF - 45 * DAY)], records)


@pytest.mark.parametrize("seed", range(12))
def test_every_signal_agrees_with_the_oracle_on_records_dressed_up(seed: int) -> None:
    assert _differences(_dressed_up(seed)) == []


@every_signal
def test_the_cases_tried_bring_every_signal_to_values_apart(signal: Signal) -> None:
    """Without this the comparisons above could all be of zero with zero."""
    tried = [*SHOWN.values(), *map(_dressed_up, range(12))]
    found = {
        value for one in tried for value in compute(one.known(), "IDR")[:, NAMES.index(signal.name)]
    }
    assert len({value for value in found if value > 0}) > 2


@pytest.mark.parametrize(
    ("name", "signal", "value"),
    [
        ("to a friend and back", "circled_share", 0.7),
        ("to a friend and back", "passed_on_share", 0.0),
        ("more back than came", "circled_share", 0.8),
        ("back in another week", "circled_share", 0.0),
        ("back on the last moment of the week", "circled_share", 0.8),
        ("a sale refunded", "circled_share", 0.0),
        ("back as though between own accounts", "circled_share", 1.0),
        ("a loan repaid", "circled_share", 0.0),
        ("nobody known", "circled_share", math.nan),
        ("zeros to a friend and back", "circled_share", math.nan),
        ("zeros to a friend and back", "passed_on_share", math.nan),
        ("sent on to another", "passed_on_share", 0.25),
        ("sent on a moment later than two days", "passed_on_share", 0.0),
        ("a little less than 95% sent on", "passed_on_share", 0.0),
        ("more than came goes out", "passed_on_share", 0.0),
        ("something else goes out between", "passed_on_share", 0.0),
        ("nothing goes out between", "passed_on_share", 0.25),
        ("swept to an own account", "passed_on_share", 0.0),
        ("sent on in the same instant", "passed_on_share", 0.5),
        ("sent on before it came, by name", "passed_on_share", 0.0),
        ("rounder than before", "rounding_rise", 1_500 / 2_255),
        ("as round as ever", "rounding_rise", 0.0),
        ("round in cash", "rounding_rise", 0.0),
        ("nine round amounts", "rounding_rise", math.nan),
        ("split by one payer", "split_share", 3 / 7),
        ("free at the limit, twice and half", "split_share", 0.0),
        ("split at the very limit", "split_share", 0.5),
        ("split over two days", "split_share", 0.0),
        ("split among two payers", "split_share", 0.0),
        ("pushed by the family", "new_payer_share", 0.6),
        ("a new payer, three times", "new_payer_share", 0.0),
        ("an old payer who comes again", "new_payer_share", 0.0),
        ("on the edge of new", "new_payer_share", 1.0),
        ("a moment beyond the edge of new", "new_payer_share", 0.0),
        ("QRIS taken up", "new_payer_share", 0.0),
        ("new and all paid since", "new_payer_share", math.nan),
        ("a month above the largest", "income_surge", 20 / 9),
        ("five months on record", "income_surge", math.nan),
        ("nothing earned before", "income_surge", math.nan),
        ("half a year written at once", "backfilled_share", 26 / 60),
        ("half a year caught up long ago", "backfilled_share", 0.0),
        ("written thirty days later", "backfilled_share", 0.0),
        ("written a moment more than thirty days later", "backfilled_share", 0.5),
        ("written thirty days later, at odd moments", "backfilled_share", 0.0),
        ("nineteen lines", "backfilled_share", math.nan),
        ("few buyers push", "new_buyer_share", 0.6),
        ("ordered and cancelled", "new_buyer_share", 1.0),
        ("the shop is new", "new_buyer_share", math.nan),
        ("no buyer known", "new_buyer_share", math.nan),
        ("payouts that arrive nowhere", "unreached_payout_share", 0.7),
        ("payouts of the last week", "unreached_payout_share", 0.4),
        ("an account that does not show them", "unreached_payout_share", math.nan),
        ("an account on record too short", "unreached_payout_share", math.nan),
        ("all payouts arrived", "unreached_payout_share", 0.0),
    ],
)
def test_a_signal_is_what_paper_and_pencil_say(name: str, signal: str, value: float) -> None:
    assert named(SHOWN[name])[signal] == pytest.approx(value, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", [*SHOWN, *HAND_MADE])
def test_no_value_is_infinite_or_out_of_its_declared_range(name: str) -> None:
    for signal, found in zip(SIGNALS, values({**HAND_MADE, **SHOWN}[name]).T, strict=True):
        present = found[~np.isnan(found)]
        assert np.isfinite(present).all()
        assert ((signal.low <= present) & (present <= signal.high)).all()


# Neutral where it cannot see.


@every_source
@given(generated=everything)
@quick
def test_without_a_source_what_reads_it_is_missing_and_nothing_else_moves(
    source: str, generated: Case
) -> None:
    full, fewer = values(generated), values(without(generated, source))
    for place, name in enumerate(NAMES):
        wanted = np.full(len(full), np.nan) if source in READS[name] else full[:, place]
        assert bits(fewer[:, place]) == bits(wanted)


@pytest.mark.parametrize("seed", range(3))
def test_of_records_dressed_up_every_signal_has_a_value(seed: int) -> None:
    """Else a source would seem to be read that is not."""
    assert not np.isnan(values(_dressed_up(seed).asked(ask()))).any()


@every_source
@pytest.mark.parametrize("seed", range(3))
def test_a_consent_withdrawn_is_as_though_the_source_had_never_been(source: str, seed: int) -> None:
    dressed_up = _dressed_up(seed)
    withdrawn = values(dressed_up, consents(source, at=AS_OF - 45 * DAY))
    assert bits(withdrawn) == bits(values(without(dressed_up, source)))
    assert bits(values(dressed_up, consents("scoring", at=0))) == bits(
        values(case(asks=dressed_up.applications))
    )


def test_what_was_not_known_or_had_not_happened_changes_nothing() -> None:
    dressed_up = _dressed_up(0).asked(ask())
    records = {source: list(rows) for source, rows in dressed_up.records.items()}
    for rows in records.values():
        here, late = dict(rows[0]), dict(rows[1])
        here |= {"occurred_at": AS_OF, "known_at": AS_OF}
        late |= {"occurred_at": AS_OF - DAY, "known_at": AS_OF}
        rows.extend([here, late])
    assert bits(values(dressed_up.having(records))) == bits(values(dressed_up))


def test_a_signal_of_rupiah_says_nothing_of_another_currency() -> None:
    known = SHOWN["split by one payer"].known()
    rupiah, koruna = compute(known, "IDR")[0], compute(known, "CZK")[0]
    only_rupiah = [signal.currency == "IDR" for signal in SIGNALS]
    assert [name for name, only in zip(NAMES, only_rupiah, strict=True) if only] == ["split_share"]
    assert np.isnan(koruna[only_rupiah]).all()
    assert not np.isnan(rupiah[only_rupiah]).any()
    others = ~np.array(only_rupiah)
    assert bits(rupiah[others]) == bits(koruna[others])


def test_what_is_no_matter_of_rupiah_is_the_same_in_a_hundredth_of_the_unit() -> None:
    """A koruna has a hundred haléř, which change no share."""
    dressed_up = _dressed_up(1)
    money = ("amount", "gross", "net", "balance_after")
    records = {
        source: [{k: 100 * v if k in money and v else v for k, v in row.items()} for row in rows]
        for source, rows in dressed_up.records.items()
    }
    crowns = compute(dressed_up.having(records).known(), "CZK")
    for place, signal in enumerate(SIGNALS):
        if signal.currency is None:
            assert crowns[:, place] == pytest.approx(values(dressed_up)[:, place], nan_ok=True)


# The same whatever stands beside, and in whatever order.


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_rows_changes_no_bit(seed: int) -> None:
    dressed_up = _dressed_up(seed)
    records = {source: list(rows) for source, rows in dressed_up.records.items()}
    for rows in records.values():
        random.Random(seed).shuffle(rows)  # noqa: S311  it makes up test data
    assert bits(values(dressed_up.having(records))) == bits(values(dressed_up))


def test_one_application_alone_is_the_same_to_the_bit_as_among_many() -> None:
    dressed_up = _dressed_up(4)
    others = [ask(business_id="b"), ask(business_id="none"), *dressed_up.applications]
    together = values(dressed_up.asked(*others))
    alone = [values(dressed_up.asked(one)) for one in others]
    assert bits(together) == bits(np.vstack(alone))


def test_no_application_and_no_record_are_no_matter() -> None:
    assert values(case(asks=[])).shape == (0, len(SIGNALS))
    assert np.isnan(values(case())).all()


# No feature, and never in a model.


def test_no_signal_is_among_the_features() -> None:
    assert not set(NAMES) & set(catalogue.NAMES)
    assert not [signal for signal in SIGNALS if isinstance(signal, Feature)]
    assert signals not in catalogue.MODULES
    assert not [value for value in vars(catalogue).values() if isinstance(value, Signal)]


def test_the_features_are_the_same_whether_signals_were_computed_or_not() -> None:
    """They share what was computed once of the same applications, and none spoils another's."""
    before, known = FULL.known(), FULL.known()
    compute(known, "IDR")
    assert bits(catalogue.compute(known)) == bits(catalogue.compute(before))
    assert bits(compute(known, "IDR")) == bits(compute(FULL.known(), "IDR"))


# Declarations.


@every_signal
def test_a_signal_says_what_it_is_and_what_missing_means(signal: Signal) -> None:
    assert signal.meaning.endswith(".")
    assert signal.missing.strip()
    assert signal.unit in ("share", "ratio")
    assert signal.low < signal.line <= signal.high
    assert math.isfinite(signal.line)


def test_every_signal_declared_is_there_once_and_in_order() -> None:
    source = inspect.getsource(signals)
    declared = re.findall(r"^@signal\([^@]*?\)\ndef (\w+)\(", source, flags=re.MULTILINE)
    assert tuple(declared) == NAMES
    assert len(set(NAMES)) == len(NAMES)


def test_a_signal_is_computed_once_of_the_same_applications() -> None:
    known = FULL.known()
    assert SIGNALS[0](known) is SIGNALS[0](known)
