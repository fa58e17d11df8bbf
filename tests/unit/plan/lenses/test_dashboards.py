"""Dashboards by their widgets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.plan.lenses.saying import said


def text(words: str, y: int) -> dict[str, Any]:
    return {"type": "text", "x": 0, "y": y, "width": 24, "height": 1, "properties": {"markdown": f"## {words}"}}


def graph(title: str, y: int, **more: Any) -> dict[str, Any]:
    properties = {"title": title, "region": "us-east-1", **more}
    return {"type": "metric", "x": 0, "y": y, "width": 8, "height": 6, "properties": properties}


def told(before: list[Any], after: list[Any], **more: Any) -> list[tuple[str, str | None, str | None]]:
    bodies = [{"dashboard_body": json.dumps({"widgets": side, **more})} for side in (before, after)]
    return said("aws_cloudwatch_dashboard", *bodies)


def test_widgets_of_one_title_go_by_the_text_above_them() -> None:
    before = [text("Web", 0), graph("cpu", 1, stat="Average"), text("API", 7), graph("cpu", 8, stat="Average")]
    after = [*before[:3], graph("cpu", 8, stat="Maximum")]
    assert told(before, after) == [("widget cpu of API: stat", '"Average"', '"Maximum"')]


@pytest.mark.parametrize("widgets", [("cpu",), ("cpu", "memory"), ("cpu", "memory", "tasks", "errors")])
def test_a_heading_that_changes_is_one_line_however_much_stands_below_it(widgets: tuple[str, ...]) -> None:
    below = [graph(title, place) for place, title in enumerate(widgets)]
    other = [text("Stock", 5), graph("cpu", 6)]
    before, after = ([text(words, 0), *below, *other] for words in ("Orders", "Order desk"))
    assert told(before, after) == [('widget text "Order desk": markdown', '"## Orders"', '"## Order desk"')]


def test_below_a_heading_that_changes_what_differs_is_told() -> None:
    before = [text("Orders", 0), graph("cpu", 1), graph("memory", 2)]
    after = [text("Order desk", 0), graph("cpu", 1), graph("memory", 2, stat="Maximum")]
    found = told(before, after)
    assert ('widget text "Order desk": markdown', '"## Orders"', '"## Order desk"') in found
    assert {path for path, _, _ in found} == {
        'widget text "Order desk": markdown', "widget memory of Orders", 'widget memory of "Order desk"',
    }  # fmt: skip


def test_what_only_moves_is_told_on_one_line() -> None:
    before = [graph("cpu", 0), graph("memory", 6), graph("disk", 12)]
    after = [graph("new", 0), *(graph(name, y) for name, y in (("cpu", 6), ("memory", 12), ("disk", 18)))]
    assert told(before, after) == [
        ("widget new", None, 'at 0:0 (8 by 6), region "us-east-1", title "new", type "metric"'),
        (
            "places",
            "cpu 0:0 (8 by 6), memory 0:6 (8 by 6), disk 0:12 (8 by 6)",
            "cpu 0:6 (8 by 6), memory 0:12 (8 by 6), disk 0:18 (8 by 6)",
        ),
    ]


def test_what_a_dashboard_says_beside_its_widgets_is_told() -> None:
    bodies = [{"dashboard_body": json.dumps({"widgets": [graph("cpu", 0)], "start": start})} for start in ("1", "2")]
    assert said("aws_cloudwatch_dashboard", *bodies) == [("dashboard: start", '"1"', '"2"')]


def test_widgets_that_go_by_one_name_are_told_generically() -> None:
    before = [graph("cpu", 0), graph("cpu", 6)]
    ((path, *sides),) = told(before, [graph("cpu", 0), graph("cpu", 6, stat="p99")])
    assert path.startswith("dashboard_body.widgets[")
    assert sides == [None, '"p99"']


def test_the_order_of_widgets_is_told_generically() -> None:
    assert told([graph("cpu", 0), graph("memory", 6)], [graph("memory", 6), graph("cpu", 0)])
