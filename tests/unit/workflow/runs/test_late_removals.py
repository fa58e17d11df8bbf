"""Which stacks remove something last, in which order, and what their first pass is about."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

import pytest

from infragen.diagnostics import InfragenError
from infragen.plan_contract import Contract
from infragen.plan_contract.contract import ReviewedChange, StackContract
from infragen.plan_contract.expected_events import ExpectedEvents
from infragen.workflow.runs.removals import first_passes, refuse_early_removal, removals, removed_before, removed_first

if TYPE_CHECKING:
    from infragen.terraform.engine import Graph
    from infragen.workflow.session import Session

GRAPH: Graph = {"network": (), "data": ("network",), "app": ("data",), "alone": ()}
TREE = {
    "network/main.tf": 'module "vpc" {\n  source = "../modules/vpc"\n}\n\nlocals {\n  a = 1\n}\n',
    "network/services.tf": 'resource "aws_thing" "a" {\n  for_each = {}\n}\n',
    "modules/vpc/main.tf": 'resource "aws_vpc" "this" {}\n',
    "data/main.tf": 'module "main" {\n  source = "../modules/vpc"\n}\n',
}


def contract(**stacks: dict[str, tuple[str, ...]]) -> Contract:
    changes = {
        name: StackContract(tuple(ReviewedChange(address, actions) for address, actions in found.items()))
        for name, found in stacks.items()
    }
    return Contract(b"k" * 32, changes)


def test_a_stack_that_loses_a_block_which_others_may_use_is_first_applied_without_that() -> None:
    gone = {"module.group_web.aws_security_group.this": ("delete",), "module.vpc.aws_vpc.this": ("update",)}
    passes = first_passes(contract(network=gone), TREE, GRAPH)
    assert passes == {"network": ("aws_thing.a", "module.vpc")}
    assert removals(GRAPH, passes) == {"network": ()}


def test_what_reads_others_removes_before_them() -> None:
    gone = {"module.old.aws_thing.this": ("delete",)}
    passes = first_passes(contract(network=gone, data=gone, app=gone), TREE, GRAPH)
    assert set(passes) == {"network", "data"}  # nobody reads app
    assert removals(GRAPH, passes) == {"network": ("data",), "data": ()}


def test_what_a_block_that_stays_loses_goes_at_once() -> None:
    inner = {'aws_thing.a["x"]': ("delete",), "module.vpc.aws_vpc.this": ("create", "delete")}
    assert first_passes(contract(network=inner), TREE, GRAPH) == {}


def test_a_stack_that_nobody_with_work_reads_removes_at_once() -> None:
    assert first_passes(contract(alone={"module.old.aws_thing.this": ("delete",)}), TREE, GRAPH) == {}


def test_what_a_block_was_called_before_belongs_to_the_first_pass_too() -> None:
    moved = ReviewedChange("module.vpc.aws_vpc.this", ("no-op",), previous="module.main.aws_vpc.this")
    gone = ReviewedChange("module.old.aws_thing.this", ("delete",))
    found = Contract(b"k" * 32, {"network": StackContract((moved, gone))})
    assert first_passes(found, TREE, GRAPH)["network"] == ("aws_thing.a", "module.main", "module.vpc")


def test_a_stack_of_which_nothing_else_is_left_has_no_first_pass() -> None:
    gone = contract(network={"module.old.aws_thing.this": ("delete",)})
    assert first_passes(gone, {}, GRAPH) == {"network": ()}


REMOVED = {"data": {"network"}}
STAYING: Graph = {"network": (), "edge": ("network",), "app": ("edge",)}
INNER = {'module.vpc.aws_subnet.data["a"]': ("delete",)}
GONE = {"module.old.aws_thing.this": ("delete",)}


def test_a_stack_that_left_the_catalogue_goes_when_nobody_uses_it_and_before_what_it_stands_on() -> None:
    gone = contract(network=INNER, edge=GONE, app=GONE, data=GONE)
    passes = first_passes(gone, TREE, STAYING, REMOVED)
    assert passes == {"network": ("aws_thing.a",), "edge": ()}  # nobody reads app: all of it is done in the first pass
    assert removals(STAYING, passes, REMOVED) == {"network": ("edge", "data"), "edge": (), "data": ("edge",)}


def test_what_else_changes_in_a_block_that_a_removed_stack_may_stand_on_is_in_the_first_pass() -> None:
    changes = {**INNER, 'module.vpc.aws_subnet.app["b"]': ("create",), "module.vpc.aws_vpc.this": ("update",)}
    passes = first_passes(contract(network=changes), TREE, {"network": ()}, REMOVED)
    assert passes == {"network": ("aws_thing.a", 'module.vpc.aws_subnet.app["b"]', "module.vpc.aws_vpc.this")}


def test_removed_stacks_go_first_where_what_they_stand_on_is_replaced() -> None:
    assert removed_first(REMOVED, contract(network={"module.vpc.aws_vpc.this": ("delete", "create")}))
    assert not removed_first(REMOVED, contract(network=INNER, app={"aws_thing.a": ("create", "delete")}))


def test_what_stays_then_waits_for_them_and_they_only_for_each_other() -> None:
    removed = {"data": {"network"}, "app": {"data", "network"}}
    graph = removed_before({"network": (), "edge": ("network",)}, removed)
    assert graph == {"data": ("app",), "app": (), "network": ("data", "app"), "edge": ("network", "data", "app")}


def test_removed_stacks_go_in_the_order_in_which_they_read_each_other() -> None:
    removed = {"edge": {"network"}, "data": {"network"}, "app": {"data", "edge", "network"}}
    found = removals({"network": ()}, {"network": ()}, removed)
    assert found == {"network": ("edge", "data", "app"), "edge": ("app",), "data": ("app",), "app": ()}


def test_a_first_pass_that_would_destroy_below_a_removed_stack_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infragen.workflow.runs.removals.command_line", lambda *words: " ".join(words[1:]))
    plan = ExpectedEvents(Counter({("aws_subnet.a", "delete"): 1, ("aws_subnet.b", "create"): 1}))
    with pytest.raises(InfragenError, match=r"K014 network: aws_subnet\.a would be destroyed before data, which"):
        refuse_early_removal(cast("Session", None), "network", plan, REMOVED)
    refuse_early_removal(cast("Session", None), "network", plan, {})
    refuse_early_removal(cast("Session", None), "network", ExpectedEvents(Counter({("a.b", "create"): 1})), REMOVED)
