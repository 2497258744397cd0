"""A decision fits one text message of any telephone, and its link is never cut."""

from __future__ import annotations

import string
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.decision import Act
from audit.result import Cause, Kind, Result
from features.errors import BadInput
from serving.telling.sms import LONGEST, sms
from serving.telling.words import LANGUAGES, wording
from tests.serving.telling.test_words import ACTS
from tests.serving.told import BOOKS, KEPT, STEP, helped

GSM = set(string.ascii_letters + string.digits + " @$_!\"#%&'()*+,-./:;<=>?")
"""Characters of GSM 03.38 that take one place in a message; enough for ours."""

LINK = "https://lumbung.batangkab.go.id/p/3vQB7B6MrGQZaxCuFg4oh"

IDS = st.text(string.ascii_letters + string.digits + "._:-", min_size=1, max_size=64)
LINKS = st.integers(1, 95).map(lambda length: f"https://{'x' * length}"[:95])


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    number=IDS,
    link=LINKS,
    kind=st.sampled_from(get_args(Kind)),
    code=st.sampled_from(sorted(wording("id")["reasons"])),
    act=st.sampled_from(sorted(ACTS)),
    fits=st.booleans(),
)
def test_any_decision_fits_one_message_with_its_whole_link(
    language: str, number: str, link: str, kind: Kind, code: str, act: str, *, fits: bool
) -> None:
    cause: Cause = "risk_above_the_line" if fits else "no_product_fits"
    kept = replace(
        KEPT,
        points=replace(KEPT.points, leading={code: "history_months"}),
        application=replace(KEPT.application, application_id=number),
        result=Result(kind, (cause,)),
        reasons=(code,),
        next_steps=(replace(STEP, acts=(Act(act, 30),)),),
    )
    text = sms(kept, link, language)
    assert len(text) <= LONGEST
    assert set(text) <= GSM
    assert text.endswith(f" {link}")
    shorts = wording(language)["sms"]
    assert shorts[kind] in text
    if kind == "not_yet" and len(link) < 40:
        assert shorts[code if fits else "no_product_fits"] in text


def test_a_usual_message_says_result_reason_step_and_link() -> None:
    kept = replace(helped(), next_steps=(replace(STEP, acts=(BOOKS,)),))
    assert sms(kept, LINK, "id") == (
        "Lumbung: pengajuan a1 belum memenuhi. Alasan: riwayat angsuran. "
        f"Langkah: catat uang tiap hari. {LINK}"
    )
    assert sms(kept, LINK, "en") == (
        "Lumbung: request a1: not yet eligible. Reason: record of instalments. "
        f"Step: keep books daily. {LINK}"
    )


@pytest.mark.parametrize("kind", ["eligible", "human_review"])
def test_only_a_result_of_not_yet_has_a_reason_and_a_step(kind: Kind) -> None:
    text = sms(replace(helped(), result=Result(kind, ())), LINK, "id")
    assert text == f"Lumbung: pengajuan a1 {wording('id')['sms'][kind]}. {LINK}"


def test_where_no_product_fits_no_reason_of_the_score_is_blamed() -> None:
    text = sms(replace(helped(), result=Result("not_yet", ("no_product_fits",))), LINK, "id")
    assert "Alasan: belum ada produk yang cocok." in text


def test_nothing_is_blamed_of_which_there_is_no_data() -> None:
    kept = helped()
    empty = replace(kept, features={**kept.features, "worst_days_past_due": None})
    assert "Alasan" not in sms(empty, LINK, "id")


def test_a_step_is_told_with_all_its_acts_or_not_at_all() -> None:
    """Part of it does not lead to what is promised."""
    said = "Langkah: catat uang tiap hari + ajukan jumlah lebih kecil."
    assert said in sms(helped(), "https://lumbung.id/p/3vQB7B6MrGQZ", "id")
    assert "Langkah" not in sms(helped(), LINK, "id")


def test_what_does_not_fit_is_left_out_whole_the_step_first() -> None:
    link = f"https://lumbung.example/{'x' * 60}"
    text = sms(helped(), link, "id")
    assert text == f"Lumbung: pengajuan a1 belum memenuhi. Alasan: riwayat angsuran. {link}"


def test_a_long_number_is_shortened_visibly() -> None:
    application = replace(KEPT.application, application_id="x" * 40)
    text = sms(replace(helped(), application=application), LINK, "id")
    assert f"pengajuan {'x' * 14}.. " in text


def test_a_link_that_leaves_no_room_is_refused_and_not_cut() -> None:
    with pytest.raises(BadInput, match="long-link"):
        sms(helped(), "x" * 150, "id")
