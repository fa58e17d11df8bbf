"""Which stacks remove something last, in which order, and what their first pass is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan_contract import Contract
from infragen.plan_contract.contract import ReviewedChange, StackContract
from infragen.workflow.runs.removals import first_passes, removals

if TYPE_CHECKING:
    from infragen.terraform.engine import Graph

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
