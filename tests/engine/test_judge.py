"""The judge of the siege: what it must not let pass."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.engine.besieged import BASE
from tests.engine.judge import is_told, names_object, torn, undeclared
from tests.engine.recorder import Deed

PLAN = """\
  ~ database order  update 1, create 4  Orders
    ~ update module.cluster_order.aws_cloudwatch_log_group.this  (imported from /small/aurora-dev-sales-order)
        retention_in_days  7 -> 30
    + create 4  CloudWatch dashboard, 2 SSM parameters, elastic IP
"""
GROUP, PARAMETER = "/small/aurora-dev-sales-order", "/small/aurora-dev-sales-order/capacity"
RUN = "20261121-010000000-ed8527"  # its id is when it began: while the first command was at work
BEGAN = 1795222800.0


def world(*commands: tuple[str, str], deeds: tuple[Deed, ...] = ()) -> Any:
    """Commands a minute apart, the first one of that run, each with what it said."""
    made = [
        SimpleNamespace(
            number=number,
            code=0,
            checkout=Path("first"),
            words=tuple(line.split()),
            said=said,
            size=8,
            began=BEGAN + 60 * number,
        )
        for number, (line, said) in enumerate(commands)
    ]
    return SimpleNamespace(commands=made, deeds=list(deeds), there=set(), states={})


def deed(kind: str, type_: str, name: str, command: int = 0, detail: str = "") -> Deed:
    return Deed(0.0, command, kind, type_, name, detail)


def test_what_was_printed_may_be_done() -> None:
    done = (
        deed("update", "aws_cloudwatch_log_group", GROUP),
        deed("create", "aws_ssm_parameter", PARAMETER, detail="0.5 to 8 of it"),
        deed("create", "aws_eip", "eipalloc-1"),
    )
    assert list(undeclared(world(("apply data-sales", PLAN), deeds=done), 0)) == []


def test_what_was_printed_of_many_alike_may_be_done() -> None:
    plan = """\
  - 7 SSM parameters  DELETE 7  HIGH (data loss)   environments/small/dev.yaml:1
    - DELETE aws_ssm_parameter.*
        HIGH data loss: its contents are lost with it
        module.database_order.aws_ssm_parameter.capacity, aws_ssm_parameter.subnet_group
"""
    gone = deed("delete", "aws_ssm_parameter", PARAMETER)
    assert list(undeclared(world(("apply data-sales", plan), deeds=(gone,)), 0)) == []
    assert list(undeclared(world(("apply data-sales", plan.replace("DELETE 7", "update 7")), deeds=(gone,)), 0))


def test_another_action_another_size_and_one_more_are_found() -> None:
    done = (
        deed("delete", "aws_cloudwatch_log_group", GROUP),
        deed("create", "aws_ssm_parameter", PARAMETER, detail="0.5 to 16 of it"),
        deed("create", "aws_eip", "eipalloc-1"),
        deed("create", "aws_eip", "eipalloc-2"),
        deed("?", "? AmazonSSM.Unheard", ""),
    )
    found = list(undeclared(world(("apply data-sales", PLAN), deeds=done), 0))
    assert len(found) == 5
    assert "no plan that was printed deletes it" in found[0]
    assert "16 ACU, and the catalogue said [8]" in found[1]
    assert "2 of them were made" in found[2]
    assert "does not know" in found[4]


def test_a_long_plan_says_by_types_what_it_does_not_list() -> None:
    plan = """\
        ! REPLACE 3  CloudWatch dashboard, SSM parameter, log group
      ! database order  REPLACE 3, create 1  HIGH (data loss)  Orders
        ! REPLACE module.cluster_order.aws_cloudwatch_log_group.this
          REPLACE 2 more, by address only:
            module.cluster_order.aws_cloudwatch_dashboard.this
            module.cluster_order.aws_ssm_parameter.capacity
    """
    done = (deed("delete", "aws_cloudwatch_dashboard", "order"), deed("create", "aws_cloudwatch_dashboard", "order"))
    assert list(undeclared(world(("apply data-sales", plan), deeds=done), 0)) == []


def test_resume_may_do_what_the_run_had_printed_and_not_what_it_prints_itself() -> None:
    said = f"run {RUN}: cut off; checking what it left behind\nagain: infragen apply data-sales\n{PLAN}"
    done = deed("create", "aws_eip", "eipalloc-1", 1)
    assert list(undeclared(world(("apply data-sales", PLAN), ("resume", said), deeds=(done,)), 0)) == []
    [found] = undeclared(world(("apply data-sales", ""), ("resume", said), deeds=(done,)), 0)
    assert "going on with `apply data-sales`" in found


def test_nothing_is_taken_from_under_what_stands() -> None:
    subnet = ("aws_ssm_parameter", f"{BASE}subnet/one")
    stands = Deed(BEGAN + 5, 0, "enter", "aws_eip", "eipalloc-1", "small/dev/data-sales")
    other = Deed(BEGAN + 90, 0, "enter", "aws_eip", "eipalloc-2", "small/dev/data-sales")
    taken, again = Deed(BEGAN + 99, 1, "delete", *subnet), Deed(BEGAN + 99, 1, "delete", "aws_eip", "eipalloc-9")
    refused = Deed(BEGAN + 99, 1, "delete", *subnet, done=False)
    gone = Deed(BEGAN + 70, 1, "delete", "aws_eip", "eipalloc-1")
    left = Deed(BEGAN + 70, 1, "leave", "aws_eip", "eipalloc-1", "small/dev/data-sales")
    moved = Deed(BEGAN + 30, 0, "enter", "aws_eip", "eipalloc-1", "small/dev/data-plant")

    def found(*deeds: Deed) -> int:
        return len(list(torn(world(("apply dev", ""), ("apply dev", ""), deeds=deeds), 0)))

    assert found(stands, taken) == found(stands, moved, left, taken) == 1
    assert not any((found(taken), found(stands, gone, taken), found(stands, left, taken)))
    assert not any((found(other, taken), found(stands, again), found(stands, refused)))
    plan = '    - DELETE aws_ssm_parameter.subnet["one"]'
    assert not list(undeclared(world(("apply dev", ""), ("apply dev", plan), deeds=(taken,)), 0))


def test_plan_drift_and_unlock_may_do_nothing() -> None:
    for command in ("plan data-sales", "drift data-sales", "unlock data-sales", "import data-sales x=y"):
        assert len(list(undeclared(world((command, PLAN), deeds=(deed("create", "aws_eip", "eipalloc-1"),)), 0))) == 1


def test_what_enters_a_state_was_made_by_the_run_or_is_said_to_be_taken_in() -> None:
    entered = deed("enter", "aws_ssm_parameter", PARAMETER, 1)
    resumed = f"run {RUN}: cut off; checking what it left behind\n"
    taken = f"data-sales: imported: module.order.aws_ssm_parameter.capacity ({PARAMETER})\n"
    first = ("apply data-sales", PLAN)
    assert len(list(undeclared(world(first, ("resume", resumed), deeds=(entered,)), 0))) == 1
    assert list(undeclared(world(first, ("resume", resumed + taken), deeds=(entered,)), 0)) == []


def test_an_object_is_named_only_where_a_person_is_told_to_look_and_to_the_end() -> None:
    address = names_object("aws_eip", "eipalloc-1")
    told = "data-sales: module.order.aws_eip.this was being created, and AWS may or may not have done it: check AWS"
    apply = ("apply data-sales", "module.order.aws_eip.this: applying")
    spoke = f"run {RUN}: cut off; checking what it left behind\n"
    nothing = ("resume", f"{spoke}run {RUN} left nothing behind")
    unheard = "data-sales: terraform may have continued without infragen and created what cannot be found by name: "
    assert not is_told(world(apply), 0, address)
    assert is_told(world(apply, ("resume", f"{spoke}{unheard}module.order.aws_eip.this")), 0, address)
    assert is_told(world(apply, ("resume", spoke + told)), 0, address)
    assert is_told(world(apply, nothing, ("resume", spoke + told)), 0, address)
    assert not is_told(world(apply, ("resume", spoke + told), nothing), 0, address)
    assert not is_told(world(apply, ("drift data-sales", "eipalloc-1 is there")), 0, address)
    assert is_told(world(apply, ("resume", spoke + told), ("plan data-sales", "no changes")), 0, address)
