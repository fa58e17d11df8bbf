from __future__ import annotations

import pytest

from infragen.diagnostics import Location
from infragen.plan import Entry, assign_entries, merge, parse_plan, read_plan
from infragen.plan.address import split_address, top_block
from tests.plans.corpus import case
from tests.unit.plan.plans import plan, resource

PLANNING = Entry("services/planning", "生産計画管理API", Location("catalog/x/planning.yaml", 1, 1))
ENTRIES = {
    ("services-manufacturing", "module.planning"): PLANNING,
    ("services-manufacturing", "module.planning_scaling"): PLANNING,
    ("network", "aws_vpc.this"): Entry("networks/main"),
}


@pytest.mark.parametrize(
    ("address", "parts", "block"),
    [
        ("aws_vpc.this", ("aws_vpc", "this"), "aws_vpc.this"),
        ('module.a["x.y\\"z"].aws_vpc.this[0]', ("module", 'a["x.y\\"z"]', "aws_vpc", "this[0]"), "module.a"),
        ('aws_x.this["]. ["]', ("aws_x", 'this["]. ["]'), "aws_x.this"),
        ("data.aws_x.this", ("data", "aws_x", "this"), "data.aws_x.this"),
    ],
)
def test_an_address_is_taken_apart_whatever_its_keys(address: str, parts: tuple[str, ...], block: str) -> None:
    assert split_address(address) == parts
    assert top_block(address) == block


def test_a_stack_s_own_plan_gets_its_entries() -> None:
    items = [resource(f"module.{name}.aws_x.this", ["create"]) for name in ("planning", "planning_scaling", "other")]
    change_set = assign_entries(parse_plan(plan(*items)), ENTRIES, "services-manufacturing")
    assert {change.stack for change in change_set.changes} == {"services-manufacturing"}
    assert [change.entry for change in change_set.changes] == [None, PLANNING, PLANNING]
    assert change_set.changes[1].location == PLANNING.location


@pytest.mark.parametrize("label", ["services-manufacturing", "services_manufacturing"])
def test_a_combined_plan_gets_stacks_and_entries(label: str) -> None:
    items = [
        resource(f"module.{label}.module.planning.aws_x.this", ["create"]),
        resource("module.network.aws_vpc.this", ["create"]),
        resource("module.foreign.aws_vpc.this", ["create"]),
    ]
    change_set = assign_entries(parse_plan(plan(*items)), ENTRIES)
    found = {change.address: (change.stack, change.entry.id if change.entry else None) for change in change_set.changes}
    assert found == {
        f"module.{label}.module.planning.aws_x.this": ("services-manufacturing", "services/planning"),
        "module.network.aws_vpc.this": ("network", "networks/main"),
        "module.foreign.aws_vpc.this": (None, None),
    }


def test_many_plans_are_merged_to_one_with_the_sums_of_their_counts() -> None:
    parts = [assign_entries(read_plan(case(name).path), ENTRIES, name) for name in ("048", "026", "027")]
    whole = merge(parts)
    assert len(whole.changes) == sum(len(part.changes) for part in parts)
    expected = {key: sum(part.summary.as_dict()[key] for part in parts) for key in whole.summary.as_dict()}
    assert whole.summary.as_dict() == {**expected, "errored": True}
    assert merge(reversed(parts)).changes == whole.changes
    assert {output.stack for output in whole.outputs} == {"048", "026"}


def test_nothing_merged_is_no_change() -> None:
    assert merge([]).is_empty
