from __future__ import annotations

from typing import Any

from infragen.plan import Noise, parse_plan
from tests.unit.plan.plans import plan, resource, update
from tests.unit.plan.test_causes import block, root


def noise(content: bytes, address: str = "aws_x.a") -> dict[str, Noise | None]:
    (change,) = [one for one in parse_plan(content).changes if one.address == address]
    return {attribute.path: attribute.noise for attribute in change.attributes}


def test_a_tag_is_told_once() -> None:
    before = {"tags": {"a": "1"}, "tags_all": {"a": "1", "d": "1"}}
    after = {"tags": {"a": "2"}, "tags_all": {"a": "2", "d": "2"}}
    assert noise(update(before, after)) == {"tags.a": None, "tags_all.a": Noise.ECHO, "tags_all.d": None}


def test_tags_that_were_none_at_all_are_told_once_too() -> None:
    found = noise(update({"tags": None, "tags_all": {}}, {"tags": {"a": "2"}, "tags_all": {"a": "2"}}))
    assert found == {"tags": None, "tags_all.a": Noise.ECHO}


def test_what_is_only_computed_is_folded_beside_what_differs() -> None:
    found = noise(update({"n": 1, "arn": "x"}, {"n": 2}, after_unknown={"arn": True}))
    assert found == {"arn": Noise.COMPUTED, "n": None}


def test_what_the_configuration_takes_from_elsewhere_is_told() -> None:
    new = resource("aws_x.b", ["create"], None, {}, after_unknown={"id": True})
    item = resource("aws_x.a", ["update"], {"n": 1, "r": "x"}, {"n": 2}, after_unknown={"r": True})
    content = plan(new, item, configuration=root(block("aws_x.a", r=["aws_x.b.id", "aws_x.b"])))
    assert noise(content) == {"n": None, "r": None}


def test_timestamps_are_folded_only_where_they_are_timestamps() -> None:
    before = {"n": 1, "last_modified": "2026-01-01T00:00:00Z", "updated_at": "1700000000", "last_updated": "never"}
    after = {"n": 2, "last_modified": "2026-01-02T00:00:00Z", "updated_at": "1700000001", "last_updated": "today"}
    assert noise(update(before, after)) == {
        "n": None,
        "last_modified": Noise.TIMESTAMP,
        "updated_at": Noise.TIMESTAMP,
        "last_updated": None,
    }


def test_null_and_empty_are_folded() -> None:
    before: dict[str, Any] = {"n": 1, "a": None, "b": "", "c": []}
    after: dict[str, Any] = {"n": 2, "a": "", "b": None, "c": {}}
    assert set(noise(update(before, after)).items()) == {
        ("n", None),
        ("a", Noise.EMPTY),
        ("b", Noise.EMPTY),
        ("c", Noise.EMPTY),
    }


def test_where_nothing_else_differs_nothing_is_noise() -> None:
    assert noise(update({"a": None, "arn": "x"}, {"a": ""}, after_unknown={"arn": True})) == {"a": None, "arn": None}


def _replaced(before: dict[str, Any], after: dict[str, Any], **more: Any) -> bytes:
    return plan(resource("aws_x.a", ["delete", "create"], before, after, **more))


def test_what_forces_a_replacement_is_never_noise() -> None:
    content = _replaced(
        {"n": 1, "a": None, "r": "x"}, {"n": 2, "a": ""}, after_unknown={"r": True}, replace_paths=[["a"], ["r"]]
    )
    assert noise(content) == {"a": None, "n": None, "r": None}


def test_an_empty_part_of_a_forcing_document_does_not_force_it() -> None:
    content = _replaced({"d": '{"a": 1, "e": []}'}, {"d": '{"a": 2}'}, replace_paths=[["d"]])
    (change,) = parse_plan(content).changes
    assert [(one.path, one.noise, one.forces_replacement) for one in change.attributes] == [
        ("d.a", None, True),
        ("d.e", Noise.EMPTY, False),
    ]


def test_the_empty_values_of_a_new_object_are_only_counted() -> None:
    content = plan(resource("aws_x.a", ["create"], None, {"a": "", "n": 1}, after_unknown={"id": True}))
    assert noise(content) == {"a": Noise.EMPTY, "n": None, "id": Noise.COMPUTED}
