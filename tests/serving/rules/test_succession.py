"""Who decides from when on stands in the ledger, once for all workers."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import select

from models.risk import RiskModel
from serving.service import Service
from serving.store import database
from serving.tables import LedgerRow
from tests.audit.cases import NOW, rules
from tests.serving.conftest import Known


def test_a_swap_is_entered_once_however_many_workers_make_it(
    known: Known, model: RiskModel, tmp_path: Path
) -> None:
    engine = database.connect(f"sqlite:///{shutil.copy(known.file, tmp_path / 'lumbung.db')}")
    first, other = rules(model), rules(model, model_version="8")
    workers = [Service(engine, lambda: first, now=lambda: NOW) for _ in range(2)]
    for loaded in (first, first, other, first):
        for worker in workers:
            worker.load = lambda loaded=loaded: loaded  # type: ignore[misc]
            worker.refresh()
    with database.session(engine) as session:
        entered = session.scalars(
            select(LedgerRow.subject).where(LedgerRow.kind == "champion").order_by(LedgerRow.number)
        ).all()
    engine.dispose()
    assert entered == ["7", "8", "7"]
