"""The page of an allocation as a file of its own: pictures, their numbers, and nothing hidden."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import get_args

import pytest

from audit.allocated import Overview, overview
from serving.pages import demand, limits, tables
from serving.pages.allocation import allocation_page, shown
from serving.pages.tables import Name
from serving.telling.words import LANGUAGES, wording
from tests.audit.allocated_cases import ON, PROGRAMME, allocated, pool
from tests.serving.pages.test_applicant import said

MOST_BYTES = 50 * 1024


@pytest.fixture(scope="module")
def view() -> Overview:
    waiting = pool(700, seed=3)
    return overview(allocated(waiting), PROGRAMME, waiting, ON)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_has_its_numbers_beside_it(view: Overview, language: str) -> None:
    page, words = allocation_page(view, language), wording(language)["allocation"]  # type: ignore[arg-type]
    assert len(page.encode()) <= MOST_BYTES
    told = said(page)
    for heading in ("demand", "heat", "prices", "limits", "floors", "methods"):
        assert words[heading] in told
    seen = shown(view, language)
    for line in (*seen.asked, *seen.limits, *seen.floors, *seen.methods):
        assert line.name in told
        assert all(cell in told for cell in line.cells)


def test_a_file_of_its_own_loads_nothing_and_leads_nowhere(view: Overview) -> None:
    page = allocation_page(view, "id")
    assert re.findall(r'(?:href|src)="([^"]+)"', page) == ["data:,", "#isi"]
    assert "<script" not in page
    assert "<form" not in page


def test_bars_are_as_long_as_what_they_tell_and_hidden_parts_are_drawn_as_such(
    view: Overview,
) -> None:
    chart = demand.picture(view, "businesses", "en")
    for place, bar in zip(demand.ordered(view), chart.bars, strict=True):
        assert bar.label == demand.name_of(place, "en")
        names = [part.name for part in bar.parts]
        hidden = place.asked is not None and None in (place.met, place.no_room, place.no_fit)
        assert ("hidden" in names) == hidden
        if place.asked is None:
            assert bar.number == demand.HIDDEN


def test_the_darkest_cell_is_the_largest_and_a_hidden_one_has_no_shade(view: Overview) -> None:
    cells = [
        (cell and cell.businesses, text, shade)
        for j, row in enumerate(demand.heat(view, "en"))
        for cell, (text, shade) in zip(
            [place.allocated[j] for place in view.places], row.cells, strict=True
        )
    ]
    most = max(count or 0 for count, _, _ in cells)
    for count, text, shade in cells:
        if count is None:
            assert (text, shade) == (demand.HIDDEN, "h")
        elif count in (0, most):
            assert shade == ("h5" if count else "h0")


def test_prices_of_rupiah_and_of_places_are_not_drawn_on_one_scale(view: Overview) -> None:
    rupiah, places = limits.prices(view, "en")
    assert [bar.label for bar in rupiah.bars] == ["Dana Bank Jateng"]
    assert rupiah.title == "With Rp1,000,000 more"
    assert [(bar.label, bar.number) for bar in places.bars] == [("Bandar", "Rp4.2 million")]


def test_a_free_programme_says_that_no_limit_holds_anybody_back(view: Overview) -> None:
    free = replace(view, limits=tuple(replace(one, price=0.0) for one in view.limits))
    assert limits.prices(free, "en") == ()
    assert wording("en")["allocation"]["prices_free"] in said(allocation_page(free, "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_simulated_is_called_so(view: Overview, language: str) -> None:
    word = wording(language)["allocation"]["simulated"]
    assert word not in shown(view, language).on
    assert word in shown(replace(view, simulated=True), language).on


def test_of_very_few_the_page_says_that_they_are_few() -> None:
    few = pool(8, seed=1)
    seen = overview(allocated(few), PROGRAMME, few, ON)
    page = said(allocation_page(seen, "en"))
    words = wording("en")["allocation"]
    assert words["few"] in page
    assert words["methods"] not in page
    assert words["hidden"] in page


@pytest.mark.parametrize("name", get_args(Name))
def test_a_table_says_what_the_overview_says_and_hides_what_it_hides(
    view: Overview, name: Name
) -> None:
    lines = list(csv.DictReader(io.StringIO(tables.csv_of(view, name))))
    if name == "demand":
        last = view.total
        assert last.met is not None
        assert (lines[-1]["kecamatan"], lines[-1]["met_businesses"], lines[-1]["met_rupiah"]) == (
            *("all", str(last.met.businesses)),
            str(last.met.amount),
        )
    if name == "products":
        assert len(lines) == len(view.products) * (len(view.places) + 1)
        cells = [cell for place in (*view.places, view.total) for cell in place.allocated]
        assert [line["businesses"] for line in lines] == [
            "" if cell is None else str(cell.businesses) for cell in cells
        ]
    if name in {"limits", "floors"}:
        assert [line["used"] for line in lines] == [
            "" if one.used is None else str(one.used)
            for one in (view.limits if name == "limits" else view.floors)
        ]
    if name == "methods":
        assert [line["method"] for line in lines] == ["optimum", "greedy", "deferred_acceptance"]


def test_no_name_becomes_a_formula_of_a_spreadsheet(view: Overview) -> None:
    nasty = replace(view, limits=tuple(replace(one, name="=1+1") for one in view.limits))
    assert "\n'=1+1," in tables.csv_of(nasty, "limits")
