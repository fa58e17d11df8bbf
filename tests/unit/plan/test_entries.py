from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from infragen.diagnostics import Location
from infragen.plan import ChangeSet, Entry, Origin, assign_entries, merge, parse_plan, read_plan
from infragen.plan.address import split_address, top_block
from infragen.plan.entries import only_stacks
from tests.plans.corpus import case
from tests.unit.plan.plans import plan, resource
from tests.waiting import calls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infragen.plan import Change

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


def everything() -> bytes:
    """Return a plan of a combined root with something of every kind below `module.data_sales`."""
    address = "module.data_sales.module.order.aws_x.this"
    waiting = resource(f'{address}["later"]', ["create"])
    invocation = {"address": "module.data_sales.module.order.action.aws_run.now", "type": "aws_run"}
    problem = {"address": {"to_display": address}, "status": "fail", "problems": [{"message": "no"}]}
    return plan(
        resource(address, ["create"]),
        resource_drift=[resource(address, ["update"], {"a": 1}, {"a": 2})],
        relevant_attributes=[{"resource": address, "attribute": ["a"]}],
        deferred_changes=[{"reason": "absent_prereq", "resource_change": waiting}],
        action_invocations=[invocation],
        checks=[
            {"address": {"kind": "resource", "to_display": address}, "status": "fail", "instances": [problem]},
            {"address": {"kind": "check"}, "instances": [{"address": {"to_display": "x"}, "status": "pass"}]},
        ],
    )


def parts_of(change_set: ChangeSet) -> list[Any]:
    """Return everything in a change set that belongs to a stack."""
    deferred = [one.change for one in change_set.deferred]
    return [*change_set.changes, *change_set.drift, *deferred, *change_set.checks, *change_set.invocations]


def test_every_part_of_a_combined_plan_knows_its_stack() -> None:
    order = Entry("databases/order")
    change_set = assign_entries(parse_plan(everything()), {("data-sales", "module.order"): order}, stacks=["network"])
    assert [one.stack for one in parts_of(change_set)] == ["data-sales"] * 5
    changes = (*change_set.changes, *change_set.drift, change_set.deferred[0].change)
    assert [change.entry for change in changes] == [order] * 3


class Known:
    """Sources that say one thing of everything."""

    def place(self, _change: Change) -> Location:
        return Location("main.tf", 3)

    def is_by_hand(self, _change: Change) -> bool:
        return False

    def origin(self, _change: Change, attribute: str, _arguments: Sequence[str], _sides: object = None) -> Origin:
        return Origin(attribute, Location("main.tf", 4))


def test_every_change_asks_the_sources_for_its_lines_also_once_merged() -> None:
    change_set = merge([assign_entries(parse_plan(everything()), {}, sources=Known())])
    changes = (*change_set.changes, *change_set.drift, change_set.deferred[0].change)
    assert {change.location for change in changes} == {Location("main.tf", 3)}


def test_work_to_assign_changes_grows_with_their_number() -> None:
    name = "module.services_sales.module.service_order.aws_x.this"
    one = parse_plan(plan(resource(name, ["create"]))).changes[0]
    entries = {("services-sales", "module.service_order"): PLANNING}

    def work(count: int) -> int:
        changes = tuple(replace(one, address=f'{name}["{number}"]') for number in range(count))
        found: list[Change] = []
        spent = calls(lambda: found.extend(assign_entries(ChangeSet(changes=changes), entries).changes))
        assert all(change.entry is PLANNING for change in found)
        return spent

    assert work(4_000) < 2.5 * work(2_000)


def test_many_plans_are_merged_to_one_with_the_sums_of_their_counts() -> None:
    parts = [assign_entries(read_plan(case(name).path), ENTRIES, name) for name in ("048", "026", "027")]
    whole = merge(parts)
    assert len(whole.changes) == sum(len(part.changes) for part in parts)
    expected = {key: sum(part.summary.as_dict()[key] for part in parts) for key in whole.summary.as_dict()}
    assert whole.summary.as_dict() == {**expected, "errored": True}
    assert merge(reversed(parts)).changes == whole.changes
    assert {output.stack for output in whole.outputs} == {"048", "026"}


def test_merging_keeps_checks_deferred_changes_and_invocations_in_order() -> None:
    parts = [assign_entries(parse_plan(everything()), {}, name) for name in ("b", "a")]
    whole = merge(parts)
    assert whole.passed_checks == 2
    assert len(parts_of(whole)) == 10
    for kind in (whole.changes, whole.drift, whole.checks, whole.invocations, [one.change for one in whole.deferred]):
        assert [one.stack for one in kind] == ["a", "b"]


def test_nothing_merged_is_no_change() -> None:
    assert merge([]).is_empty


def test_what_goes_and_has_no_entry_is_asked_for_whose_it_was() -> None:
    def former(stack: str, block: str) -> Entry | None:
        return Entry("databases/main") if (stack, block) == ("data", "module.database_main") else None

    items = [
        resource("module.data.module.database_main.aws_x.a", ["delete"], {}),
        resource("module.data.module.database_main.aws_x.b", ["update"], {"a": 1}, {"a": 2}),
        resource("module.data.module.other.aws_x.a", ["delete"], {}),
    ]
    found = assign_entries(parse_plan(plan(*items)), {}, stacks=["data"], former=former)
    assert [change.entry and change.entry.id for change in found.changes] == ["databases/main", None, None]


def test_what_other_stacks_have_of_unknown_sections_is_left_out() -> None:
    parts = [
        assign_entries(parse_plan(plan(resource("aws_x.this", ["create"]), resource_wishes=[{}, {}])), {}, stack)
        for stack in ("network", "app")
    ]
    of_one = only_stacks(merge(parts), {"app"})
    assert [(one.stack, one.items) for one in of_one.unread] == [("app", 2)]
    assert (of_one.summary.unread, of_one.summary.add) == (2, 1)
    items = [resource(f"module.{stack}.aws_x.this", ["create"]) for stack in ("network", "app")]
    of_all = only_stacks(
        assign_entries(parse_plan(plan(*items, resource_wishes=[{}])), ENTRIES, stacks=["app"]), {"app"}
    )
    assert [(one.stack, one.items) for one in of_all.unread] == [(None, 1)], "it may be of any stack"
