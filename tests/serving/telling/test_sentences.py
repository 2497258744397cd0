"""Sentences are about the person who reads them: own numbers, true, short, and no more."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.decision import Act
from audit.result import Cause, Kind
from features.catalogue import FEATURES
from features.feature import Feature
from matching.affordability import Policy, failures
from matching.applicant import DOCUMENTS
from matching.offer import Unfit
from matching.reason import Reason
from matching.rule import OPS
from models.reasons import CODES, Points
from serving.telling import sentences
from serving.telling.words import LANGUAGES, wording
from tests.matching.cases import APPLICANT
from tests.serving.telling.test_words import ACTS, NEVER, WORDS
from tests.serving.told import BOOKS, KEPT, SMALLER, STEP, helped, moving

BY_NAME = {feature.name: feature for feature in FEATURES}
FACTS: dict[str, tuple[Any, Any]] = {
    "months_running": (4, 6),
    "active_bank_loans": (2, 1),
    "programme_loan": (True, False),
    "purpose": ("other", ("working_capital", "investment")),
    "kbli": ("10794", ("47", "56")),
    "kecamatan": ("3325080", ("3325010", "3325020")),
    "documents": (("ktp",), ("kk", "ktp", "npwp")),
}
"""Fact of a rule → what is found, and what is asked."""


def reason(field: str, op: Any, found: Any, required: Any, code: str = "R23") -> Reason:
    """Return one requirement that is not met."""
    return Reason(code, field, op, found, required, "a rule")


def short(text: str) -> bool:
    """Return whether each sentence, or each half of one, has few enough words."""
    return all(len(part.split()) <= WORDS for part in re.split(r"(?<=[.;]) ", text))


def inside(feature: Feature) -> st.SearchStrategy[float]:
    """Return values a feature can have, but for its very ends."""
    low = feature.low if math.isfinite(feature.low) else -1e12
    high = feature.high if math.isfinite(feature.high) else 1e12
    return st.floats(low, high, exclude_min=True, exclude_max=True)


@given(data=st.data())
def test_a_code_says_its_sentence_and_the_persons_own_number(data: st.DataObject) -> None:
    feature = data.draw(st.sampled_from(FEATURES))
    value = data.draw(inside(feature))
    points, part = data.draw(st.sampled_from([(-9, "reasons"), (9, "strengths")]))
    kept = moving(feature.reason, feature.name, value, points)
    for language in LANGUAGES:
        text = sentences.moved(kept, feature.reason, language)
        first = wording(language)[part][feature.reason]
        assert text == f"{first} {sentences.fact(feature.name, value, language)}"
        assert short(text)
        assert "{" not in text
        assert NEVER.search(text) is None


def test_income_is_told_in_rupiah() -> None:
    kept = moving("R01", "median_monthly_income", 2_450_000.4, -30)
    assert sentences.moved(kept, "R01", "id") == (
        "Pemasukan yang tercatat belum cukup besar. Pemasukan pada bulan biasa Rp2.450.000."
    )
    assert sentences.moved(kept, "R01", "en") == (
        "Recorded income is not large enough yet. Income in an ordinary month is Rp2,450,000."
    )


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("active_day_share", 0.5, "Ada transaksi pada 50% dari 90 hari terakhir."),
        ("longest_gap_days", 12.0, "Jeda terlama tanpa transaksi 12 hari."),
        ("income_trend", 0.85, "Pemasukan tiga bulan ini 85% dari tiga bulan sebelumnya."),
        ("order_rating", 4.46, "Nilai bintang 4,5 dari 5, dihitung dengan sepuluh nilai awal."),
        ("months_of_buffer", 1.84, "Saldo rata-rata setara pengeluaran 1,8 bulan."),
        ("monthly_net_cash_flow", -350_000.0, "Uang yang tersisa pada bulan biasa -Rp350.000."),
        ("running_loans", 2.0, "Pinjaman yang berjalan: 2."),
        ("business_age_months", 218.3, "Usaha sudah berjalan 18 tahun."),
        ("business_number", 0.0, "NIB tercatat: belum."),
        ("income_cover", 3.21, "Pemasukan sebulan 3,2 kali angsuran pokok."),
    ],
)
def test_a_fact_is_written_as_its_sentence_asks(name: str, value: float, text: str) -> None:
    assert sentences.fact(name, value, "id") == text


def test_a_reason_of_the_past_says_when_it_ends_and_a_strength_does_not() -> None:
    kept = helped()
    assert sentences.moved(kept, "R11", "id").endswith(
        "Tunggakan terlama dalam setahun 40 hari. Mulai 1 Maret 2027 hal ini tidak dihitung lagi."
    )
    better = replace(moving("R11", "worst_days_past_due", 40.0, 5), until={"R11": date(2027, 3, 1)})
    assert "2027" not in sentences.moved(better, "R11", "id")


def test_a_record_that_is_short_grows_long_and_a_business_old_enough() -> None:
    kept = replace(KEPT, until={"R05": date(2027, 1, 2), "R06": date(2027, 3, 4)})
    assert sentences.until(kept, "R05", "id") == "Mulai 2 Januari 2027 catatan Anda cukup panjang."
    assert sentences.until(kept, "R06", "en") == (
        "From 4 March 2027 on your business is old enough for one more product."
    )


@pytest.mark.parametrize("points", [-3, 3])
@pytest.mark.parametrize("language", LANGUAGES)
def test_of_what_is_not_known_nothing_is_claimed(language: str, points: int) -> None:
    """Who has no credit record is not told of arrears."""
    text = sentences.moved(moving("R10", "days_past_due_now", None, points), "R10", language)
    assert wording(language)["features"]["days_past_due_now"] in text
    for part in ("reasons", "strengths"):
        assert wording(language)[part]["R10"] not in text


@pytest.mark.parametrize(
    ("code", "feature", "value", "points"),
    [
        ("R28", "penalties", 0.0, -1),
        ("R17", "business_number", 1.0, -1),
        ("R17", "business_number", 0.0, 1),
        ("R34", "social_insurance_months", 12.0, -1),
    ],
)
def test_a_sentence_that_the_number_belies_is_left_out(
    code: str, feature: str, value: float, points: int
) -> None:
    """By a model's turns a feature at its best can lower the score a little."""
    kept = moving(code, feature, value, points)
    assert sentences.moved(kept, code, "en") == sentences.fact(feature, value, "en")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("whole", "exact", "part"),
    [(-3, -3.2, "reasons"), (0, -0.3, "reasons"), (0, 0.3, "strengths"), (3, 2.7, "strengths")],
)
def test_a_code_is_worded_by_the_way_it_moves_the_score(
    code: str, whole: int, exact: float, part: str
) -> None:
    """An account without penalties gains less than a point by it, and is not told it has some."""
    moved = replace(KEPT, points=Points(whole, 0, {code: whole}, {code: exact}))
    for language in LANGUAGES:
        assert sentences.moved(moved, code, language) == wording(language)[part][code]


def test_an_older_decision_that_names_no_feature_has_the_sentence_alone() -> None:
    older = replace(KEPT, points=Points(590, 600, {"R01": -10}, {"R01": -10.2}))
    assert sentences.moved(older, "R01", "id") == wording("id")["reasons"]["R01"]


@pytest.mark.parametrize(
    ("asked", "indonesian", "english"),
    [
        (
            reason("amount", "at_most", 30_000_000, 25_000_000),
            "Jumlah Rp30.000.000 di atas batas Rp25.000.000.",
            "The amount of Rp30,000,000 is above the limit of Rp25,000,000.",
        ),
        (
            reason("tenor_months", "at_most", 48, 36),
            "Jangka 48 bulan lebih panjang dari 36 bulan.",
            "The term of 48 months is longer than 36 months.",
        ),
        (
            reason("months_running", "at_least", 1, 6, "R06"),
            "Usaha berjalan 1 bulan; skema meminta 6 bulan.",
            "The business has run for 1 month; the scheme asks 6 months.",
        ),
        (
            reason("purpose", "one_of", "other", ("working_capital", "investment"), "R24"),
            "Tujuan pinjaman Anda tujuan lain; skema ini untuk modal kerja atau investasi.",
            "Your loan is for another purpose; this scheme is for working capital or investment.",
        ),
        (
            reason("programme_loan", "is", True, False, "R14"),  # noqa: FBT003 (a fact, no switch)
            "Masih menerima kredit program pemerintah.",
            "A government programme loan is still running.",
        ),
        (
            reason("documents", "has_any", ("ktp",), ("bpkb", "land"), "R22"),
            (
                "Skema ini meminta agunan tambahan. "
                "Perlu salah satu dari: BPKB kendaraan atau sertifikat tanah."
            ),
            (
                "This scheme asks for more collateral. "
                "One of these is needed: vehicle title (BPKB) or land title."
            ),
        ),
        (
            reason("documents", "has_all", ("ktp",), ("group",), "R45"),
            (
                "Produk ini untuk anggota kelompok atau koperasi. "
                "Dokumen yang masih perlu: surat kelompok peminjam untuk produk ini."
            ),
            (
                "This product is for members of a group or a cooperative. "
                "Documents still needed: letter of your borrower group, for this product."
            ),
        ),
        (
            reason("applicant_kind", "is", "individual", "cooperative", "R24"),
            "Produk ini untuk koperasi.",
            "This product is for cooperatives.",
        ),
        (
            reason("held_products", "none_of", ("husk",), ("husk", "straw"), "R14"),
            "Produk ini tidak dapat bersama pinjaman Anda yang berjalan.",
            "A loan that is running keeps this product away.",
        ),
        (
            reason("held_products", "none_of", None, ("husk", "straw"), "R14"),
            "Pinjaman Anda yang berjalan belum kami ketahui.",
            "We do not know yet which loans are running.",
        ),
        (
            reason("months_running", "at_least", None, 6, "R06"),
            "Lama usaha belum kami ketahui.",
            "We do not know yet how long the business has run.",
        ),
    ],
)
def test_a_requirement_says_the_own_and_the_required_figure(
    asked: Reason, indonesian: str, english: str
) -> None:
    assert sentences.requirement(asked, "id") == indonesian
    assert sentences.requirement(asked, "en") == english


def test_of_several_documents_only_those_that_lack_are_named() -> None:
    asked = reason("documents", "has_all", ("kk", "ktp"), ("ktp", "npwp"), "R25")
    assert sentences.requirement(asked, "id").endswith("Dokumen yang masih perlu: NPWP.")


def test_where_nobody_asked_for_documents_none_is_said_to_lack() -> None:
    asked = reason("documents", "has_any", None, ("nib", "sku"), "R17")
    said = sentences.requirement(asked, "id")
    assert said.startswith("Dokumen Anda belum kami ketahui.")
    assert wording("id")["reasons"]["R17"] not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("field", OPS)
def test_whatever_a_rule_asks_is_told_whole(field: Any, language: str) -> None:
    found, required = FACTS[field]
    for op in OPS[field]:
        for own in (found, None):
            text = sentences.requirement(reason(field, op, own, required, "R24"), language)
            assert short(text)
            assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("income", "spending"), [(2_000_000.0, 1_900_000.0), (None, 1.0), (3_000_000.0, None)]
)
def test_what_is_not_affordable_is_told_with_its_figures(
    language: str, income: float | None, spending: float | None
) -> None:
    asks = replace(APPLICANT, monthly_income=income, monthly_spending=spending)
    said = [sentences.requirement(r, language) for r in failures(asks, 900_000, Policy())]
    assert said
    assert all(short(text) and "{" not in text for text in said)
    if income and spending:
        assert "Rp2" in said[0]
        assert "40%" in said[1]


def test_a_line_of_the_lenders_own_is_not_told() -> None:
    beyond = Unfit("grain", "barn", (), beyond_cut_off=True)
    for language in LANGUAGES:
        text = sentences.unfit(beyond, language)
        assert text == wording(language)["notes"]["beyond"]
        assert not re.search(r"\d", text)


def test_a_product_that_does_not_fit_says_each_of_its_reasons() -> None:
    amount, tenor = (
        reason("amount", "at_most", 30_000_000, 25_000_000),
        reason("tenor_months", "at_most", 48, 36),
    )
    both = Unfit("grain", "barn", (amount, tenor), beyond_cut_off=False)
    each = [sentences.requirement(one, "id") for one in (amount, tenor)]
    assert sentences.unfit(both, "id") == " ".join(each)


@pytest.mark.parametrize("cause", get_args(Cause))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cause_is_told_without_a_figure(cause: Cause, language: str) -> None:
    assert not re.search(r"\d", sentences.cause(cause, language))


def test_an_act_is_told_with_what_to_ask_for_or_to_bring() -> None:
    assert sentences.act(SMALLER, "id") == "Ajukan jumlah yang lebih kecil: Rp3.000.000."
    longer = Act("longer_tenor", 0, tenor_months=24)
    assert sentences.act(longer, "en") == "Ask for a longer term: 24 months."
    paper = Act("bring_document", 14, document="sku")
    assert sentences.act(paper, "id") == "Bawa dokumen ini: surat keterangan usaha (SKU)."
    assert sentences.act(BOOKS, "en") == "Write down money in and out on the same day, every day."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(ACTS))
def test_every_act_is_told_whole(name: str, language: str) -> None:
    for document in DOCUMENTS:
        of = Act(name, 30, amount=1_000_000, tenor_months=24, document=document)
        text = sentences.act(of, language)
        assert short(text)
        assert ": ." not in text


def test_who_helps_is_named_once() -> None:
    bills = replace(STEP, acts=(Act("pay_suppliers_on_time", 60), Act("pay_overdue_invoices", 30)))
    assert sentences.helpers(bills, "id") == "pemasok Anda"
    assert sentences.helpers(STEP, "en") == ("Disperindagkop UKM or students on KKN; the lender")


def test_a_step_takes_the_time_of_its_longest_act() -> None:
    assert sentences.time(STEP, "id") == "Perkiraan waktu: 60 hari."
    assert sentences.time(replace(STEP, acts=(SMALLER,)), "id") == "Ini bisa segera dilakukan."


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_step_says_what_would_change_and_promises_no_loan(kind: Kind, language: str) -> None:
    words = wording(language)["promises"]
    text = sentences.promise(replace(STEP, kind=kind), language)
    assert text == f"{words[kind]} {words['more'].format(count=1)} {words['caution']}"
    none = sentences.promise(replace(STEP, kind=kind, more=()), language)
    assert none == f"{words[kind]} {words['caution']}"
