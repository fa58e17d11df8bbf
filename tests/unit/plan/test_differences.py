from __future__ import annotations

from typing import Any

import pytest

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource, update


def told(content: bytes) -> list[tuple[str, str | None, str | None]]:
    (change,) = parse_plan(content).changes
    return [(a.path, a.before, a.after) for a in change.attributes]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, [("b", "2", "3")]),
        ({"a": {"b": {"c d": 1}}}, {"a": {"b": {"c d": 2}}}, [('a.b["c d"]', "1", "2")]),
        ({"a": "1"}, {"a": 1}, [("a", '"1"', "1")]),
        ({"a": True}, {"a": "true"}, [("a", "true", '"true"')]),
        ({"a": None}, {"a": ""}, [("a", None, '""')]),
        ({"a": ["x", "y"]}, {"a": ["x", "z"]}, [("a", '["x", "y"]', '["x", "z"]')]),
        ({"a": list("abcdefgh")}, {"a": list("abcdefgx")}, [("a", '["h"]', '["x"]')]),
        ({"a": [{"n": 1}, {"n": 2}]}, {"a": [{"n": 0}, {"n": 1}, {"n": 2}]}, [("a[0]", None, "{n = 0}")]),
        ({"a": [{"n": 1}, {"n": 2}]}, {"a": [{"n": 2}, {"n": 1}]}, [("a", None, None)]),
        (
            {"a": [{"name": "x", "v": 1}, {"name": "y", "v": 1}]},
            {"a": [{"name": "y", "v": 1}, {"name": "x", "v": 2}]},
            [("a[1].v", "1", "2")],
        ),
        ({"p": '{"S": [{"A": 1}]}'}, {"p": '{"S": [{"A": 2}]}'}, [("p.S[0].A", "1", "2")]),
        ({"p": '{"a": 1}'}, {"p": '{ "a": 1 }'}, [("p", r'"{\"a\": 1}"', r'"{ \"a\": 1 }"')]),
        ({"p": '{"a": 1'}, {"p": '{"a": 2'}, [("p", r'"{\"a\": 1"', r'"{\"a\": 2"')]),
    ],
)
def test_the_smallest_difference_is_told(before: Any, after: Any, expected: list[tuple[str, str, str]]) -> None:
    assert told(update(before, after)) == expected


def test_an_unknown_value_is_told_wherever_it_stands() -> None:
    content = update(
        {"id": "x", "l": [{"a": 1}], "m": {}},
        {"l": [{}], "m": {}},
        after_unknown={"id": True, "l": [{"a": True}], "m": {"k": True}},
    )
    assert told(content) == [
        ("id", '"x"', "(known after apply)"),
        ("l[0].a", "1", "(known after apply)"),
        ("m.k", None, "(known after apply)"),
    ]


def test_a_created_object_is_told_attribute_by_attribute() -> None:
    content = plan(resource("aws_x.a", ["create"], None, {"a": [1], "n": None}, after_unknown={"id": True}))
    assert told(content) == [("a", None, "[1]"), ("id", None, "(known after apply)")]


def test_what_forces_a_replacement_is_marked_down_to_the_path() -> None:
    actions = ["delete", "create"]
    item = resource(
        "aws_x.a", actions, {"a": [{"b": 1, "c": 1}]}, {"a": [{"b": 2, "c": 2}]}, replace_paths=[["a", 0, "b"]]
    )
    (change,) = parse_plan(plan(item)).changes
    assert [(a.path, a.forces_replacement) for a in change.attributes] == [("a[0].b", True), ("a[0].c", False)]


def test_a_value_that_only_becomes_sensitive_is_a_change_without_a_value() -> None:
    (change,) = parse_plan(
        update({"a": "open"}, {"a": "open"}, before_sensitive={}, after_sensitive={"a": True})
    ).changes
    (attribute,) = change.attributes
    assert (attribute.path, attribute.note, attribute.sensitive) == ("a", "becomes sensitive", True)
    assert "open" not in repr((change, change.attributes))


def test_the_items_of_a_list_that_only_changes_its_order_are_counted() -> None:
    (change,) = parse_plan(update({"a": [{"n": 1}, {"n": 2}]}, {"a": [{"n": 2}, {"n": 1}]})).changes
    assert change.attributes[0].note == "the order of 2 items"
