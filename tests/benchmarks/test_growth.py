"""The curves of growth run at toy size, and their costs are told with the power they grow by."""

from __future__ import annotations

import json
import sys

import pytest

from benchmarks.growth import Cost, Curve, lines, main, up_to, with_businesses


def test_decisions_grow_along_payments_products_and_trees(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = ["--turns=2", "--learnt=300", "--largest=100", "--businesses=0"]
    monkeypatch.setattr(sys, "argv", ["growth", *toy])
    main()
    *told, last = capsys.readouterr().out.splitlines()
    curves = json.loads(last)["curves"]
    sizes = {one["along"]: [point["size"] for point in one["points"]] for one in curves}
    assert sizes == {
        "payments": [10, 30, 100],
        "products": [10, 20, 50, 100],
        "trees": [50, 100],
    }
    assert all(point["cpu_ms"]["min"] > 0 for one in curves for point in one["points"])
    assert "\n".join(told) == "\n".join(line for one in curves for line in lines(one))


def test_a_stream_of_businesses_is_watched_with_its_memory() -> None:
    curve = with_businesses((40,), turns=1)
    (cost,) = curve.costs[40]
    assert cost.cpu > 0
    assert cost.mib is not None
    assert cost.mib > 50


def test_what_costs_the_same_for_each_of_more_businesses_is_linear() -> None:
    each = Curve("businesses", "business", {n: [Cost(0.1, 0.2, 9.0)] * 2 for n in (10, 20, 40, 80)})
    found = each.told()
    assert found["exponent"]["value"] == pytest.approx(1)
    assert found["points"][0] == {
        "size": 10,
        "cpu_ms": {"median": 100, "min": 100, "max": 100},
        "wall_ms": {"median": 200, "min": 200, "max": 200},
        "peak_mib": 9.0,
    }
    whole = Curve("payments", "decision", each.costs)
    assert whole.exponent.value == pytest.approx(0)


def test_sizes_go_up_to_what_was_asked() -> None:
    assert up_to(100, (10, 100, 101)) == (10, 100)
