"""What an attribute of a plan leads to, where its value is known after apply."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from infragen.plan.objects import PlannedObjects
from infragen.redaction.decode import OpenPlan, decode_plan
from tests.unit.plan.plans import resource
from tests.unit.plan.test_causes import block, root
from tests.unit.plan.test_configuration import call

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPES = ("aws_rule", "aws_group", "aws_other", "aws_service")


def objects(configuration: dict[str, Any], *items: dict[str, Any]) -> PlannedObjects:
    document = {"format_version": "1.2", "resource_changes": list(items), "configuration": configuration}
    return PlannedObjects(OpenPlan(decode_plan(json.dumps(document).encode(), "plan.json"), "plan.json"), TYPES)


def item(address: str, unknown: Sequence[str] = (), **after: Any) -> dict[str, Any]:
    module = address.rpartition(".aws_")[0]
    made = resource(address.partition("[")[0], ["create"], None, after, after_unknown=dict.fromkeys(unknown, True))
    kind, _, name = f"aws_{address.rpartition('aws_')[2]}".partition(".")
    return {**made, "address": address, "type": kind, "name": name.partition("[")[0], "module_address": module}


def led(found: PlannedObjects, attribute: str, *types: str) -> dict[str, list[str]]:
    """Return what an attribute of every rule leads to, by the rule's key."""
    rules = found.of_type("aws_rule")
    return {
        one.key: sorted(end.address for end in one.leads_to((attribute,), *types or ("aws_group",))) for one in rules
    }


GROUPS = [item(f"aws_group.{name}", ["id"]) for name in "abc"]
BLOCKS = [block(f"aws_group.{name}") for name in "abc"]


def rules(given: list[str], *items: dict[str, Any]) -> PlannedObjects:
    """Return the plan of rules made for each element of a map that refers to groups."""
    repeated = {
        **block("aws_rule.this", group=["each.value.group", "each.value"]),
        "for_each_expression": {"references": ["var.map"]},
    }
    return objects(root(*BLOCKS, module_calls={"m": call(repeated, given={"map": given})}), *GROUPS, *items)


def written(*names: str) -> list[str]:
    """Return references as a plan lists them."""
    return [one for name in names for one in (f"aws_group.{name}.id", f"aws_group.{name}")]


def rule(key: str, *unknown: str) -> dict[str, Any]:
    return item(f'module.m.aws_rule.this["{key}"]', unknown)


def test_each_element_of_a_map_has_its_own_reference() -> None:
    found = rules(written("b", "a", "b"), rule("x", "group"), rule("y", "group"), rule("z", "group"))
    assert led(found, "group") == {'["x"]': ["aws_group.b"], '["y"]': ["aws_group.a"], '["z"]': ["aws_group.b"]}


def test_an_element_without_the_attribute_has_no_reference() -> None:
    found = rules(written("c", "a"), rule("x", "group"), rule("y"), rule("z", "group"))
    assert led(found, "group") == {'["x"]': ["aws_group.c"], '["y"]': [], '["z"]': ["aws_group.a"]}


def test_where_the_numbers_differ_every_element_may_be_meant() -> None:
    found = rules(written("a", "b", "c"), rule("x", "group"), rule("y", "group"))
    assert led(found, "group") == {'["x"]': ["aws_group.a", "aws_group.b", "aws_group.c"]} | {
        '["y"]': ["aws_group.a", "aws_group.b", "aws_group.c"]
    }


def test_a_reference_to_something_else_does_not_count() -> None:
    found = rules(
        [*written("a"), "aws_other.o.id", "aws_other.o", *written("b")], rule("x", "group"), rule("y", "group")
    )
    assert led(found, "group") == {'["x"]': ["aws_group.a"], '["y"]': ["aws_group.b"]}


def test_an_instance_is_meant_by_its_key_on_the_way() -> None:
    blocks = [{**block("aws_group.many"), "for_each_expression": {"references": ["var.all"]}}]
    many = [item(f'aws_group.many["{key}"]', ["id"]) for key in "xy"]
    found = objects(
        root(
            block("aws_rule.this", group=['aws_group.many["y"].id', 'aws_group.many["y"]', "aws_group.many"]), *blocks
        ),
        *many,
        item("aws_rule.this", ["group"]),
    )
    assert led(found, "group") == {"": ['aws_group.many["y"]']}


def test_what_another_object_hands_on_is_followed() -> None:
    found = objects(
        root(
            block("aws_rule.this", group=["aws_other.o.group", "aws_other.o"]),
            block("aws_other.o", group=written("a")),
            *BLOCKS,
        ),
        *GROUPS,
        item("aws_other.o", ["group"]),
        item("aws_rule.this", ["group"]),
    )
    assert led(found, "group") == {"": ["aws_group.a"]}


def test_a_known_value_names_its_object() -> None:
    found = objects(
        root(block("aws_rule.this"), *BLOCKS), item("aws_group.a", id="sg-1"), item("aws_group.b", id="sg-2"),
        item("aws_rule.this", group="sg-2"),
    )  # fmt: skip
    assert led(found, "group") == {"": ["aws_group.b"]}


def test_of_a_dynamic_block_what_is_near_counts() -> None:
    """What stands beside it in its module, and what the module is given: a plan has no references of it."""
    inner = call(block("aws_service.this"), block("aws_group.own"), given={"group": written("c")})
    service = item("module.m.aws_service.this", block=[{}], computed=None)
    service["change"]["after_unknown"] = {"block": [{"group": True}], "computed": True}
    own = item("module.m.aws_group.own", ["id"])
    (one,) = objects(root(*BLOCKS, module_calls={"m": inner}), *GROUPS, own, service).of_type("aws_service")
    assert sorted(end.address for end in one.leads_to(("block", "group"), "aws_group")) == [
        "aws_group.c",
        own["address"],
    ]
    assert one.leads_to(("computed",), "aws_group") == ()


def test_what_is_deleted_is_not_there() -> None:
    gone = resource("aws_group.a", ["delete"], {"id": "sg-1"}, None)
    assert objects(root(*BLOCKS), gone, *GROUPS[1:]).of_type("aws_group") != []
    assert [one.address for one in objects(root(), gone).of_type("aws_group")] == []


def test_an_attribute_that_a_plan_marks_as_sensitive_is_no_text() -> None:
    marked = resource("aws_service.a", ["create"], None, {"name": "hidden-name"}, after_sensitive={"name": True})
    (one,) = objects(root(), marked).of_type("aws_service")
    assert one.text("name") == ""
    assert "hidden-name" not in repr(one)
