"""``lumbung shadow``, as a person calls it."""

from __future__ import annotations

from pathlib import Path

from models.risk import RiskModel
from serving.access.keys import issue_key
from serving.rules.fetched import Registered
from serving.service import Service
from serving.settings import Settings
from serving.store import database
from serving.store.sealed import unlocked
from tests.audit.cases import NOW, rules
from tests.lumbung.conftest import Lumbung
from tests.serving.cases import asked


def made(home: Path, model: RiskModel, decisions: int) -> None:
    """Decide in the home's database, with the very champion as its own challenger."""
    engine = unlocked(Settings(environment="development", home=home))
    database.migrate(engine)
    issue_key(engine, "granary", "Granary")
    challenger = Registered("8", model, None)
    service = Service(engine, lambda: rules(model), lambda: NOW, challenge=lambda: challenger)
    for i in range(decisions):
        request = asked(10 + 5 * i, application_id=f"a{i}", amount=1_000_000 * (i + 1))
        service.decide(request, "granary")
    service.end()


def test_a_model_beside_itself_differs_in_nothing(
    lumbung: Lumbung, home: Path, model: RiskModel
) -> None:
    made(home, model, 5)
    (found,) = lumbung("shadow", "--json").json()["comparisons"]
    assert (found["champion"], found["challenger"], found["n"]) == ("7", "8", 5)
    assert (found["mean_difference"], found["other_result"]) == (0, 0)
    assert found["rank_correlation"] > 0.999999
    told = lumbung("shadow").stdout
    assert told.startswith("challenger 8 beside champion 7: 5 applications, probability +0.0000")


def test_without_any_it_says_so(lumbung: Lumbung, home: Path, model: RiskModel) -> None:
    made(home, model, 0)
    assert lumbung("shadow", "--json").json() == {"comparisons": []}
    assert lumbung("shadow").stdout == "no application has been scored in shadow\n"
