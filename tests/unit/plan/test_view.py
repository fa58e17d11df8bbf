from __future__ import annotations

from typing import Any

import msgspec
import pytest

from infragen.plan import parse_plan
from infragen.redaction.provider_schemas import shipped_schemas
from infragen.redaction.raw_object import RawObject
from infragen.redaction.values import Number
from tests.unit.plan.plans import plan, resource, update


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null", None),
        ("true", True),
        ("0.1000000000000000000001", Number("0.1000000000000000000001")),
        ("-1", Number("-1")),
        (r'"a\u00e9\n"', "aé\n"),
        ('[1, {"a": null}]', [Number("1"), {"a": None}]),
        ("{}", {}),
    ],
)
def test_a_member_is_opened_as_exact_data(text: str, expected: Any) -> None:
    assert RawObject(msgspec.Raw(f'{{"a": {text}}}'.encode())).get("a") == expected


@pytest.mark.parametrize("text", ["null", "[]", '"x"', "1"])
def test_a_side_that_is_no_object_has_no_members(text: str) -> None:
    side = RawObject(msgspec.Raw(text.encode()))
    assert not side.is_object
    assert side.get("a") is None
    assert side.exists == (text != "null")


def _paths(content: bytes) -> list[tuple[str, str | None]]:
    (change,) = parse_plan(content).changes
    return [(one.path, one.note) for one in change.attributes]


def test_a_value_written_in_another_way_does_not_differ() -> None:
    content = update({"a": {"x": 1, "y": 2}}, {"a": {"y": 2, "x": 1}})
    assert _paths(content) == []


def test_a_missing_attribute_is_null() -> None:
    assert _paths(update({"a": None}, {})) == []


def test_a_mark_that_moves_inside_a_value_is_told() -> None:
    value = {"a": {"x": "one", "y": "two"}}
    marks = {"before_sensitive": {"a": {"x": True}}, "after_sensitive": {"a": {"y": True}}}
    assert _paths(update(value, value, **marks)) == [("a", "other parts of it are sensitive now")]


def test_a_mark_that_the_schema_sets_anyway_is_no_change() -> None:
    assert ("password",) in shipped_schemas().of("aws_db_instance").sensitive
    value = {"password": "hunter2-db"}
    marks = {"before_sensitive": {}, "after_sensitive": {"password": True}}
    assert _paths(plan(resource("aws_db_instance.a", ["update"], value, value, **marks))) == []
