"""A partner's own program asks with the client, as docs/api.md shows."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from standardwebhooks.webhooks import Webhook

from lumbung.client import Client, Problem, models
from tests.conftest import ROOT
from tests.contracts.blocks import of
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


def test_the_pages_python_asks_uploads_and_is_told(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each block is run as it stands, but for the address; what it does not make it is given."""
    monkeypatch.chdir(tmp_path)
    Path("payments.ndjson.gz").write_bytes(gzip.compress(b'{"business_id": "b0001412"}\n'))
    url, key = f"http://127.0.0.1:{demo.port}", demo.key()
    example = json.loads((ROOT / "docs/examples/application.json").read_text(encoding="utf-8"))
    secret, body, now = (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        '{"type": "ping"}',
        datetime.now(UTC),
    )
    headers = {
        "webhook-id": "m1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("m1", now, body),
    }
    given: dict[str, Any] = {
        "key": key,
        "application": example,
        "Path": Path,
        "secret": secret,
        "request": SimpleNamespace(headers=headers, body=body.encode()),
    }
    asks, *others = of("python", "docs/api.md")
    exec(asks.text.replace("https://lumbung.example", url), given)  # noqa: S102  our own page
    with Client(url, key) as given["lumbung"]:  # the page's first is closed at its end
        for block in others:
            exec(block.text, given)  # noqa: S102  our own page
    assert str(given["decision"]["points"]["by_reason"][0]["points"]) in capsys.readouterr().out
    assert given["begun"]["state"] in {"waiting", "running", "done", "failed"}
    assert given["told"] == {"type": "ping"}
