from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from msgspec.structs import replace

from infragen.diagnostics import Location
from infragen.hcl.addresses import without_keys
from infragen.plan import Change, Origin, parse_plan
from infragen.plan.configuration import Configuration, Source
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.test_causes import block, root

if TYPE_CHECKING:
    from collections.abc import Sequence


def reading(document: dict[str, Any]) -> Configuration:
    return Configuration(msgspec.Raw(json.dumps(document).encode()))


def sources_of(content: bytes, address: str, attribute: str) -> tuple[str, ...]:
    (change,) = [one for one in parse_plan(content).changes if one.address == address]
    (found,) = [one for one in change.attributes if one.path == attribute]
    return found.comes_from


def call(*resources: dict[str, Any], given: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a module call; `more` is its `for_each_expression`, or its module's outputs and calls."""
    beside = {key: more.pop(key) for key in ("for_each_expression", "count_expression") if key in more}
    expressions = {name: {"references": value} for name, value in (given or {}).items()}
    return {"expressions": expressions, **beside, "module": {"resources": list(resources), **more}}


def test_a_reference_leads_through_a_variable_and_an_output() -> None:
    inner = call(block("aws_x.in"), outputs={"o": {"expression": {"references": ["aws_x.in.id", "aws_x.in"]}}})
    outer = call(block("aws_x.a", r=["var.r"]), given={"r": ["module.inner.o", "module.inner"]})
    read = reading(root(module_calls={"inner": inner, "outer": outer}))
    assert read.sources("module.outer", "aws_x.a", ("r",)) == (Source("module.inner", "aws_x.in", "", "id"),)


def test_each_value_leads_to_for_each_and_a_local_ends_the_way() -> None:
    repeated = {**block("aws_x.a", r=["each.value"]), "for_each_expression": {"references": ["aws_x.b", "local.z"]}}
    found = reading(root(repeated)).sources("", "aws_x.a", ("r",))
    assert [source.block for source in found] == ["aws_x.b", "local.z"]


def test_variables_that_go_in_circles_end() -> None:
    circle = call(
        block("aws_x.a", r=["var.r"]),
        given={"r": ["module.m.o", "module.m"]},
        outputs={"o": {"expression": {"references": ["var.r"]}}},
    )
    assert reading(root(module_calls={"m": circle})).sources("module.m", "aws_x.a", ("r",)) == ()


def test_nested_blocks_are_followed_by_name() -> None:
    nested = {
        "address": "aws_x.a",
        "expressions": {"rule": [{"to": {"references": ["aws_x.b"]}, "by": {"references": ["aws_x.c"]}}]},
    }
    read = reading(root(nested))
    assert [source.block for source in read.sources("", "aws_x.a", ("rule", "by"))] == ["aws_x.c"]
    assert [source.block for source in read.sources("", "aws_x.a", ("rule",))] == ["aws_x.b", "aws_x.c"]


@pytest.mark.parametrize(
    "strange",
    [
        {"root_module": []},
        {"root_module": {"resources": {}}},
        [],
        {},
        {"root_module": {"resources": [{"address": "aws_x.a", "expressions": [1]}]}},
    ],
)
def test_a_configuration_of_another_shape_says_nothing(strange: Any) -> None:
    assert Configuration(msgspec.Raw(json.dumps(strange).encode())).sources("", "aws_x.a", ("r",)) == ()


def test_keys_are_taken_out_of_an_address() -> None:
    assert without_keys(r'module.a["x]\"["].aws_x.a[0]') == "module.a.aws_x.a"


def test_an_unknown_value_names_the_instance_it_comes_from() -> None:
    made = [resource(f"aws_x.s[{n}]", ["create"], None, {}, after_unknown={"id": True}) for n in range(2)]
    item = resource("aws_x.a", ["create"], None, {}, after_unknown={"r": True, "q": True})
    references = {"r": ["aws_x.s[1].id", "aws_x.s[1]", "aws_x.s"], "q": ["aws_x.s"]}
    content = plan(*made, item, configuration=root(block("aws_x.a", **references), block("aws_x.s")))
    assert sources_of(content, "aws_x.a", "r") == ("aws_x.s[1]",)
    assert sources_of(content, "aws_x.a", "q") == ("aws_x.s",)


def test_an_instance_takes_from_the_instance_of_the_same_key() -> None:
    items = [
        resource(f'aws_x.{name}["{key}"]', ["create"], None, {}, after_unknown={"r": True})
        for name in "ab"
        for key in ("k", "l")
    ]
    for item, name in zip(items, "aabb", strict=True):
        item["name"] = name
    configuration = root(block("aws_x.a", r=["aws_x.b", "each.key"]), block("aws_x.b"))
    assert sources_of(plan(*items, configuration=configuration), 'aws_x.a["l"]', "r") == ('aws_x.b["l"]',)


def test_what_does_not_change_is_not_where_an_unknown_value_comes_from() -> None:
    still = resource("aws_x.still", ["no-op"], {"id": 1}, {"id": 1})
    new = resource("aws_x.new", ["create"], None, {}, after_unknown={"id": True})
    item = resource("aws_x.a", ["update"], {"r": 1}, {}, after_unknown={"r": True})
    content = plan(still, new, item, configuration=root(block("aws_x.a", r=["aws_x.still.id", "aws_x.new.id"])))
    assert sources_of(content, "aws_x.a", "r") == ("aws_x.new",)


def test_a_secret_key_does_not_show_where_a_value_comes_from() -> None:
    made = resource('aws_x.s["hunter2-key"]', ["create"], None, {}, after_unknown={"id": True})
    made["name"] = "s"
    item = resource("aws_x.a", ["create"], None, {}, after_unknown={"r": True})
    configuration = root(block("aws_x.a", r=["aws_x.s"]), variables={"p": {"sensitive": True}})
    content = plan(made, item, configuration=configuration, variables={"p": {"value": "hunter2-key"}})
    assert "hunter2-key" not in repr(sources_of(content, "aws_x.a", "r"))


def test_the_arguments_are_those_of_the_outermost_call() -> None:
    inner = call(block("aws_x.a", size=["var.size"], name=["each.key"]), given={"size": ["var.tasks", "local.x"]})
    outer = call(given={"tasks": ["local.tasks"]}, module_calls={"inner": inner})
    stack = call(module_calls={"outer": outer})
    read = reading(root(module_calls={"outer": outer, "stack": stack}))
    assert read.arguments("module.outer.module.inner", "aws_x.a", "size") == ("tasks",)
    assert read.arguments("module.stack.module.outer.module.inner", "aws_x.a", "size", depth=1) == ("tasks",)
    assert read.arguments("module.outer.module.inner", "aws_x.a", "name") == ()
    assert read.arguments("", "aws_x.a", "size") == ()


class _Asked:
    """Sources that answer for `size` alone and remember the questions."""

    def __init__(self) -> None:
        self.questions: Counter[tuple[str, tuple[str, ...]]] = Counter()

    def place(self, _change: Change) -> None:
        return None

    def is_by_hand(self, _change: Change) -> bool:
        return False

    def origin(self, _change: Change, attribute: str, arguments: Sequence[str], _sides: object = None) -> Origin | None:
        self.questions[attribute, tuple(arguments)] += 1
        return Origin("tasks.max", Location("catalog/x.yaml", 3, 1)) if arguments else None


def test_an_attribute_carries_the_line_it_was_written_in() -> None:
    item = resource(
        "module.m.aws_x.a", ["update"], {"size": [{"n": 1}, {"n": 2}], "b": 1}, {"size": [{"n": 3}, {"n": 4}], "b": 2}
    )
    item["module_address"] = "module.m"
    outer = call(block("aws_x.a", size=["var.size"]), given={"size": ["var.all"]})
    (change,) = parse_plan(plan(item, configuration=root(module_calls={"m": outer}))).changes
    asked = _Asked()
    found = replace(change, sources=asked).attributes
    assert [(one.path, one.origin.field if one.origin else None) for one in found] == [
        ("b", None),
        ("size[0].n", "tasks.max"),
        ("size[1].n", "tasks.max"),
    ]
    assert asked.questions == Counter({("b", ()): 1, ("size[0].n", ("size",)): 1, ("size[1].n", ("size",)): 1})


def test_the_stack_of_a_combined_root_is_not_the_block() -> None:
    item = resource("module.my_stack.module.m.aws_x.a", ["update"], {"size": 1}, {"size": 2})
    item["module_address"] = "module.my_stack.module.m"
    outer = call(block("aws_x.a", size=["var.size"]), given={"size": ["var.all"]})
    stack = call(module_calls={"m": outer}, given={"all": ["local.x"]})
    (change,) = parse_plan(plan(item, configuration=root(module_calls={"my_stack": stack}))).changes
    asked = _Asked()
    assert replace(change, sources=asked, stack="my-stack").attributes
    assert replace(change, sources=asked).attributes
    assert set(asked.questions) == {("size", ("size",)), ("size", ("all",))}


def test_every_plan_of_the_corpus_answers(request: pytest.FixtureRequest) -> None:
    folder = Path(request.config.rootpath) / "tests" / "plans"
    for path in sorted(folder.glob("*/plan.json")):
        for change in parse_plan(path.read_bytes()).changes:
            assert all(one.unknown or not one.comes_from for one in change.attributes)
            assert bool(change.causes) == change.action.is_replace
