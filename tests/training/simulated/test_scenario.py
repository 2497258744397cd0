from __future__ import annotations

import pytest

from features.errors import BadInput
from tests.conftest import ROOT
from training.simulated.scenario import USUAL, Scenario, explained, scenario
from training.simulated.sectors import SECTORS


def test_settings_are_read_by_name() -> None:
    world = scenario(["unfair_denial=1.5", "covid_from=2025-01-31", "group=young"])
    assert world.unfair_denial == 1.5
    assert world.covid_from.isoformat() == "2025-01-31"
    assert world.group == "young"


def test_nothing_set_is_the_usual_world() -> None:
    assert scenario([]) == USUAL
    assert USUAL.changed() == {}


def test_what_was_changed_is_named_and_nothing_else() -> None:
    world = scenario(["burst=0", "end=2024-05-01", "misdated=0.002"])
    assert world.changed() == {"burst": "0.0", "end": "2024-05-01"}


@pytest.mark.parametrize(
    "setting",
    [
        "burst=1.01",
        "burst=-0.1",
        "burst=nan",
        "burst=often",
        "burst",
        "=1",
        "bursts=0.1",
        "group=men",
        "sector_shock=mining",
        "end=2027-01-01",
        "end=soon",
        "covid_days=0",
        "covid_days=1.5",
        "unfair_noise=inf",
    ],
)
def test_what_is_unknown_or_out_of_range_is_refused_with_the_list(setting: str) -> None:
    with pytest.raises(BadInput) as caught:
        scenario([setting])
    assert caught.value.code == "bad-simulation"
    assert setting.split("=", maxsplit=1)[0] in caught.value.found
    assert "unfair_thinness=0.0" in caught.value.expected


def test_every_setting_says_what_it_means() -> None:
    lines = explained().splitlines()
    assert len(lines) == len(Scenario.model_fields)
    assert all(len(line.split("  ")[-1]) > 10 for line in lines)
    assert all(field.description for field in Scenario.model_fields.values())


def test_every_setting_stands_in_the_documentation_with_its_default() -> None:
    page = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
    for name, field in Scenario.model_fields.items():
        default = f"{field.default:g}" if isinstance(field.default, float) else field.default
        assert f"| `{name}` | {default} |" in page
        assert f"| {field.description} |" in page


def test_every_sector_stands_in_the_documentation_with_its_numbers() -> None:
    page = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
    lines = [line.split("|") for line in page.splitlines()]
    rows = {line[2].strip(): line for line in lines if len(line) > 10}
    for sector in SECTORS.values():
        told = [float(cell.replace(",", "")) for cell in rows[sector.kbli][3:9]]
        assert told == [
            *(sector.share, sector.daily_sales, sector.sales_a_day),
            *(sector.margin, sector.ramadan, sector.online),
        ]
