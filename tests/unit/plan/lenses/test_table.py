"""Lenses that are tables of topics: whatever the values, nothing is lost, nothing is shown that is hidden."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from infragen.diagnostics import Location
from infragen.plan import AttributeChange, Change, Noise, Origin, parse_plan
from infragen.plan.lenses import api_gateway, autoscaling, rds, route53_records, s3_lifecycle
from tests.plans.corpus import case
from tests.unit.plan.lenses.proof import printed
from tests.unit.plan.lenses.saying import said
from tests.unit.plan.plans import plan, resource

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLES = {
    **route53_records.LENSES,
    **autoscaling.LENSES,
    **rds.LENSES,
    **api_gateway.LENSES,
    **s3_lifecycle.LENSES,
}
TYPES = sorted(TABLES)
ORIGIN = Origin("dns.ttl", Location("catalog/shop/dns.yaml", 4, 3))
FRESH = {str: "zz-fresh", int: 987654, float: 98765.4}
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["[", "{}", "a = b", "1"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)


def told(resource_type: str, before: Any, after: Any, **more: Any) -> tuple[AttributeChange, ...]:
    """Return what is told of an object of a type that changes so."""
    actions = ["create"] if before is None else ["delete"] if after is None else ["update"]
    (change,) = parse_plan(plan(resource(f"{resource_type}.a", actions, before, after, **more))).changes
    return change.attributes


def text_of(resource_type: str, before: Any, after: Any, **more: Any) -> str:
    return "\n".join(map(printed, told(resource_type, before, after, **more)))


@cache
def real_values() -> list[tuple[str, str, Any]]:
    """Return type, attribute and value of every consumed attribute that the corpus' plans of these lenses hold."""
    found = {}
    for number in ("140", "141", "142", "143", "145"):
        for change in case(number).plan["resource_changes"]:
            for side in (change["change"]["before"], change["change"]["after"]):
                for name, value in (side or {}).items():
                    if change["type"] in TABLES and name in TABLES[change["type"]].attributes and value:
                        found[json.dumps([change["type"], name, value])] = (change["type"], name, value)
    return list(found.values())


@cache
def real_names(resource_type: str) -> frozenset[str]:
    """Return the attributes that the corpus' objects of a type have, null and unknown ones included."""
    names: set[str] = set()
    for number in ("140", "141", "142", "143", "145"):
        for change in case(number).plan["resource_changes"]:
            if change["type"] == resource_type:
                body = change["change"]
                names.update(body["before"] or {}, body["after"] or {}, body["after_unknown"])
    return frozenset(names)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all scalars of a value but null and the empty text."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, dict | list):
        return [leaf for key, part in parts for leaf in leaves(part, (*path, key))]
    return [] if value in (None, "") else [path]


def put(value: Any, path: tuple[Any, ...], leaf: Any) -> Any:
    """Return a value with another leaf."""
    if not path:
        return leaf
    changed = copy.copy(value)
    changed[path[0]] = put(value[path[0]], path[1:], leaf)
    return changed


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@st.composite
def one_leaf(draw: st.DrawFn) -> tuple[str, str, Any, tuple[Any, ...]]:
    resource_type, name, value = draw(st.sampled_from(real_values()))
    paths = leaves(value)
    return resource_type, name, value, draw(st.sampled_from(paths)) if paths else ()


@given(st.sampled_from(TYPES), st.data())
def test_values_of_any_shape_are_told_and_a_difference_always_shows(resource_type: str, data: st.DataObject) -> None:
    names = sorted(TABLES[resource_type].attributes)
    sides = st.dictionaries(st.sampled_from(names), VALUES, max_size=4)
    before, after = data.draw(sides | st.none()), data.draw(sides | st.none())
    unknown = data.draw(st.dictionaries(st.sampled_from(names), st.booleans(), max_size=2)) if after else {}
    if before is None and after is None:
        return
    lines = told(resource_type, before, after, after_unknown=unknown)
    before, after = before or {}, after or {}
    if any(before.get(name) != after.get(name) for name in names):
        assert lines


@given(one_leaf(), st.booleans())
def test_a_changed_leaf_of_a_real_value_is_told(one: tuple[str, str, Any, tuple[Any, ...]], backwards: bool) -> None:
    resource_type, name, value, path = one
    leaf = at(value, path)
    if isinstance(leaf, dict | list):
        return
    fresh = not leaf if isinstance(leaf, bool) else FRESH[type(leaf)]
    sides = [{name: value}, {name: put(value, path, fresh)}]
    lines = told(resource_type, *(reversed(sides) if backwards else sides))
    assert lines
    if not isinstance(leaf, bool):
        assert str(fresh) in "\n".join(map(printed, lines))


@given(one_leaf(), st.sampled_from(["update", "create", "delete"]))
def test_a_leaf_that_is_marked_is_never_shown_and_its_change_still_tells(
    one: tuple[str, str, Any, tuple[Any, ...]], action: str
) -> None:
    resource_type, name, value, path = one
    if not isinstance(at(value, path), str):
        return
    mark: Any = True
    for step in reversed((name, *path)):
        mark = {step: mark} if isinstance(step, str) else [False] * step + [mark]
    secrets = ["FAKE-SECRET-BEFORE", "FAKE-SECRET-AFTER"]
    before, after = ({name: put(value, path, secret)} for secret in secrets)
    lines = told(
        resource_type,
        None if action == "create" else before,
        None if action == "delete" else after,
        before_sensitive={} if action == "create" else mark,
        after_sensitive={} if action == "delete" else mark,
    )
    assert not [secret for secret in secrets if secret in "\n".join(map(printed, lines))]
    assert any(line.sensitive for line in lines)


@given(one_leaf())
def test_an_unknown_leaf_of_a_real_value_is_told_as_unknown(one: tuple[str, str, Any, tuple[Any, ...]]) -> None:
    resource_type, name, value, path = one
    unknown: Any = True
    for step in reversed((name, *path)):
        unknown = {step: unknown} if isinstance(step, str) else [False] * step + [unknown]
    lines = told(resource_type, {name: value}, {name: put(value, path, None)}, after_unknown=unknown)
    assert any(line.unknown and "(known after apply)" in (line.after or "") for line in lines)


class OnlyTheTtl:
    """Sources that know where one attribute was written."""

    def place(self, _change: Change) -> Location | None:
        return None

    def is_by_hand(self, _change: Change) -> bool:
        return False

    def origin(
        self, _change: Change, attribute: str, _arguments: Sequence[str], _sides: object = None
    ) -> Origin | None:
        return ORIGIN if attribute == "ttl" else None


def test_a_record_is_called_by_its_question_and_only_what_differs_is_said() -> None:
    side = {"type": "A", "name": "api.example.test", "zone_id": "Z1", "ttl": 60, "records": ["192.0.2.1", "192.0.2.2"]}
    (line,) = told("aws_route53_record", side, {**side, "ttl": 300, "records": ["192.0.2.2", "192.0.2.3"]})
    assert printed(line) == "A api.example.test  192.0.2.1, ttl 60 s -> 192.0.2.3, ttl 300 s"


def test_what_forces_the_replacement_stands_on_a_line_of_its_own() -> None:
    before = {"type": "A", "name": "a.test", "zone_id": "Z1", "ttl": 60}
    (change,) = parse_plan(
        plan(
            resource(
                "aws_route53_record.a",
                ["delete", "create"],
                before,
                {**before, "zone_id": "Z2", "ttl": 30},
                replace_paths=[["zone_id"]],
            )
        )
    ).changes
    forcing, other = change.attributes
    assert (printed(forcing), forcing.forces_replacement) == ("A a.test  zone Z1 -> zone Z2", True)
    assert (printed(other), other.forces_replacement) == ("A a.test  ttl 60 s -> ttl 30 s", False)


def test_a_line_that_tells_several_attributes_has_the_line_of_the_catalogue_of_the_first_that_has_one() -> None:
    side = {"ttl": 60, "records": ["192.0.2.1"], "type": "A", "name": "a.test"}
    changed = plan(resource("aws_route53_record.a", ["update"], side, {**side, "ttl": 30, "records": ["192.0.2.2"]}))
    (change,) = parse_plan(changed).changes
    (line,) = replace(change, sources=OnlyTheTtl()).attributes
    assert line.about == ("records", "ttl")
    assert line.origin == ORIGIN


def test_a_policy_reads_as_what_is_held_where_and_how_fast() -> None:
    policy = {
        "target_value": 70,
        "scale_in_cooldown": 300,
        "scale_out_cooldown": 60,
        "predefined_metric_specification": [{"predefined_metric_type": "ECSServiceAverageCPUUtilization"}],
    }
    text = text_of("aws_appautoscaling_policy", None, {"target_tracking_scaling_policy_configuration": [policy]})
    assert text == "policy  null -> cpu at 70%, out after 60 s, in after 300 s"


def test_a_range_says_the_end_that_changes_alone() -> None:
    sides = ({"min_capacity": 1, "max_capacity": most} for most in (1, 2))
    assert text_of("aws_appautoscaling_target", *sides) == "target  at most 1 -> at most 2"
    made = text_of("aws_appautoscaling_target", None, {"min_capacity": 2, "max_capacity": 10})
    assert made == "target  null -> at least 2, at most 10"


def test_steps_are_told_from_the_lowest_with_their_bounds() -> None:
    steps = [
        {"metric_interval_lower_bound": "20", "metric_interval_upper_bound": "", "scaling_adjustment": 4},
        {"metric_interval_lower_bound": "0", "metric_interval_upper_bound": "20", "scaling_adjustment": 1},
    ]
    policy = [{"adjustment_type": "PercentChangeInCapacity", "step_adjustment": steps}]
    text = text_of("aws_appautoscaling_policy", None, {"step_scaling_policy_configuration": policy})
    assert text == "policy  null -> 0 to 20: +1%, from 20: +4%, PercentChangeInCapacity"


def test_a_capacity_that_is_raised_says_its_new_end_alone() -> None:
    block = {"min_capacity": 0.5, "max_capacity": 8, "seconds_until_auto_pause": 300}
    sides = ({"serverlessv2_scaling_configuration": [{**block, "max_capacity": most}]} for most in (8, 32))
    assert text_of("aws_rds_cluster", *sides) == "capacity  up to 8 ACU -> up to 32 ACU"


def test_a_parameter_is_told_by_its_name_with_when_it_takes_effect() -> None:
    parameter = {"name": "max_connections", "value": "500", "apply_method": "immediate"}
    sides = ({"parameter": [parameter]}, {"parameter": [{**parameter, "apply_method": "pending-reboot"}]})
    assert text_of("aws_rds_cluster_parameter_group", *sides) == "parameter max_connections  at once -> at reboot"


def test_an_openapi_document_is_told_by_operation() -> None:
    def body(limit: int) -> dict[str, str]:
        operation = {"parameters": [{"name": "limit", "schema": {"maximum": limit}}]}
        return {"body": json.dumps({"openapi": "3.0.1", "paths": {"/orders": {"get": operation}}})}

    text = text_of("aws_api_gateway_rest_api", body(100), body(500))
    assert text == "GET /orders parameters[limit].schema.maximum  100 -> 500"


def test_a_document_that_is_only_written_in_another_way_says_so() -> None:
    (line,) = told("aws_api_gateway_rest_api", {"body": '{"openapi": "3"}'}, {"body": '{"openapi":"3"}'})
    assert line.note == "the same JSON, formatted differently"


def test_an_attribute_that_a_newer_provider_adds_to_a_block_is_not_lost() -> None:
    block = {"min_capacity": 1, "max_capacity": 8}
    sides = ({"serverlessv2_scaling_configuration": [{**block, "new_knob": knob}]} for knob in ("a", "b"))
    assert text_of("aws_rds_cluster", *sides) == 'serverlessv2_scaling_configuration[0].new_knob  "a" -> "b"'


def test_what_is_there_and_empty_in_a_new_object_is_counted_not_told() -> None:
    (told_line, empty) = told("aws_route53_zone", None, {"name": "a.test", "comment": "", "vpc": []})
    assert printed(told_line) == "zone  null -> a.test"
    assert (empty.after, empty.noise) == ("comment, vpc", Noise.EMPTY)


@pytest.mark.parametrize("resource_type", TYPES)
def test_every_attribute_that_a_table_names_is_one_of_a_real_object(resource_type: str) -> None:
    lens = TABLES[resource_type]
    family = {name for name in TYPES if TABLES[name] is lens}
    assert lens.attributes <= {name for one in family for name in real_names(one)}


def test_what_is_off_by_default_does_not_change_where_nobody_sets_it() -> None:
    kept = {"backup_retention_period": 7, "backtrack_window": 0}
    lines = told("aws_rds_cluster", kept, {"backup_retention_period": 14, "backtrack_window": None})
    assert [(one.path, one.before, one.after) for one in lines if not one.noise] == [
        ("backups", "kept 7 d", "kept 14 d")
    ]
    (line,) = told("aws_rds_cluster", {"backtrack_window": 3600}, {"backtrack_window": 0})
    assert (line.before, line.after) == ("backtrack 3600 s", "backtrack 0 s")


def test_what_is_only_computed_inside_a_block_is_no_change() -> None:
    block = "serverlessv2_scaling_configuration"
    before = {block: [{"min_capacity": 0.5, "max_capacity": 4, "seconds_until_auto_pause": 0}]}
    after = {block: [{"min_capacity": 8, "max_capacity": 64}]}
    unknown = {block: [{"seconds_until_auto_pause": True}]}
    (line,) = told("aws_rds_cluster", before, after, after_unknown=unknown)
    assert (line.before, line.after) == ("from 0.5 ACU, up to 4 ACU", "from 8 ACU, up to 64 ACU")


def test_a_lifecycle_rule_says_what_becomes_of_which_objects() -> None:
    def rule(name: str, days: int, **more: Any) -> dict[str, Any]:
        expiration = {"days": days, "date": None, "expired_object_delete_marker": False}
        return {"id": name, "status": "Enabled", "expiration": [expiration], **more}

    temporary = {"prefix": "tmp/", "and": [], "tag": [], "object_size_greater_than": None}
    before = [rule("all", 30), rule("old", 1)]
    after = [rule("all", 60), rule("tmp", 7, filter=[temporary]), rule("old", 1, status="Disabled")]
    assert said("aws_s3_bucket_lifecycle_configuration", {"rule": before}, {"rule": after}) == [
        ("rule all expires after", "30 d", "60 d"),
        ("rule old status", "Enabled", "Disabled"),
        ("rule tmp", None, "status = Enabled, of = tmp/*, expires after = 7 d"),
    ]


def test_a_lifecycle_rule_of_another_shape_is_told_generically() -> None:
    old, new = ({"id": "all", "status": "Enabled", "expiration": [{"hours": hours}]} for hours in (1, 2))
    ((path, *_),) = said("aws_s3_bucket_lifecycle_configuration", {"rule": [old]}, {"rule": [new]})
    assert path == "rule[0].expiration[0].hours"
