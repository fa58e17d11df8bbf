"""What of a REST API an apply removes before it makes a deployment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from infragen.diagnostics import InfragenError
from infragen.plan_contract import Contract
from infragen.plan_contract.contract import ReviewedChange, StackContract
from infragen.plan_contract.expected_events import ExpectedEvents
from infragen.workflow.runs.removals import early_removals, refuse_deployment

if TYPE_CHECKING:
    from infragen.terraform.engine import Graph

GRAPH: Graph = {"edge": (), "app": ("edge",)}
METHOD = 'module.route_web.aws_api_gateway_method.this["a.b"]'
DEPLOYED = ReviewedChange("module.stage_web.aws_api_gateway_deployment.this", ("create", "delete"))


def contract(*changes: ReviewedChange, **others: ReviewedChange) -> Contract:
    stacks = {"edge": StackContract(changes)} | {name: StackContract((one,)) for name, one in others.items()}
    return Contract(b"k" * 32, stacks)


@pytest.mark.parametrize("action", ["delete", "forget"])
def test_what_an_api_loses_goes_before_its_deployment(action: str) -> None:
    policy = ReviewedChange("module.allow_list_web.aws_api_gateway_rest_api_policy.this", ("delete",))
    changed = ReviewedChange("module.route_x.aws_api_gateway_method.this", ("update",))
    other = ReviewedChange("module.old.aws_iam_role.this", ("delete",))
    model = ReviewedChange("module.route_x.aws_api_gateway_model.this", ("delete",))  # methods may still have it
    gone = ReviewedChange(METHOD, (action,))
    found = early_removals(contract(DEPLOYED, gone, policy, changed, other, model), GRAPH)
    assert found == {"edge": (policy.address, METHOD)}


def test_without_a_deployment_nothing_has_to_go_first() -> None:
    gone = ReviewedChange(DEPLOYED.address, ("delete",))
    assert early_removals(contract(gone, ReviewedChange(METHOD, ("delete",))), GRAPH) == {}
    assert early_removals(contract(DEPLOYED), GRAPH) == {}


def test_a_deployment_of_another_stack_may_hold_it_too() -> None:
    found = early_removals(contract(ReviewedChange(METHOD, ("delete",)), app=DEPLOYED), GRAPH)
    assert found == {"edge": (METHOD,)}


def test_terraform_is_told_what_is_moved_as_well() -> None:
    moved = ReviewedChange("aws_thing.a", ("no-op",), previous="aws_thing.b")
    found = early_removals(contract(DEPLOYED, ReviewedChange(METHOD, ("delete",)), moved), GRAPH)
    assert found == {"edge": ("aws_thing.a", "aws_thing.b", METHOD)}


def test_a_pass_that_would_make_the_deployment_is_refused() -> None:
    refuse_deployment("edge", ExpectedEvents(Counter([(METHOD, "delete"), (DEPLOYED.address, "delete")])))
    with pytest.raises(InfragenError, match=r"K013 .*module\.stage_web.*is renamed"):
        refuse_deployment("edge", ExpectedEvents(Counter([(METHOD, "delete"), (DEPLOYED.address, "create")])))
