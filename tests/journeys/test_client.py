"""A partner's own program asks with the client, as the README shows."""

from __future__ import annotations

import json
from typing import cast

import pytest

from lumbung.client import Client, Problem, models
from tests.conftest import ROOT
from tests.journeys.demo import Demo


def test_a_partners_program_scores_reads_and_is_told_what_is_wrong(demo: Demo) -> None:
    key = (demo.folder / "var/demo/api-key").read_text(encoding="utf-8").strip()
    example = (ROOT / "docs/examples/application.json").read_text(encoding="utf-8")
    asked = cast(models.Application, json.loads(example) | {"application_id": "by-the-client"})
    with Client(f"http://127.0.0.1:{demo.port}", key) as lumbung:
        decision = lumbung.decisions.apply(asked)
        assert lumbung.decisions.apply(asked) == decision
        assert lumbung.decisions.read(decision["decision_id"]) == decision
        points = decision["points"]
        moved = sum(group["points"] for group in points["by_reason"])
        assert points["base"] + moved == points["score"]
        assert lumbung.decisions.notice_pdf(decision["decision_id"]).startswith(b"%PDF")
        with pytest.raises(Problem, match="no-decision"):
            lumbung.decisions.read("another-partners")
        with pytest.raises(Problem) as caught:
            lumbung.decisions.apply({**asked, "amount": -1})
    assert [fault["where"] for fault in caught.value.faults] == ["body/amount"]
