from __future__ import annotations

import textwrap

from infragen.plan import ChangeSet, parse_plan
from infragen.report import terminal
from tests.unit.plan.plans import plan, resource
from tests.unit.report.sample import change, first_apply


def read(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def test_a_change_reads_worst_first_with_what_is_the_same_said_once() -> None:
    assert terminal.render(change(), "technova/prod", width=80) == read(
        """
        technova/prod   1 replace, 15 change, 2 add               risk: HIGH (data loss)

          ! database sales-order  REPLACE 1  受注
              catalog/technova/databases/sales/order.yaml:2
            ! REPLACE module.order.aws_rds_cluster.this
                cluster_identifier  forces replacement
                  "aurora-prod-sales-order" -> "aurora-prod-sales-orders"
                and 1 known after apply

          ~ 13 services  update 13
              auth, campaign, contract, customer, field, inventory, master, parts,
              planning, pricing, quality, ticket, tracking
            ~ update module.*_scaling.aws_appautoscaling_target.this
                max_capacity  15 -> 20

          ~ service order  update 2  order API 生産計画管理
              catalog/technova/services/sales/order.yaml:2
            ~ update module.order.aws_ecs_service.this  desired  2 -> 3
            ~ update module.order_scaling.aws_appautoscaling_target.this
                max_capacity  15 -> 20

          + root module  create 2  2 SNS topics

          Plan: 3 to add, 15 to change, 1 to destroy.
        """
    )


def test_the_catalogue_file_stands_at_the_right_where_there_is_room() -> None:
    lines = terminal.render(change(), "technova/prod", width=120).splitlines()
    assert lines[0].endswith("risk: HIGH (data loss)")
    assert lines[2].endswith("catalog/technova/databases/sales/order.yaml:2")


def test_a_first_apply_is_one_line_an_entry() -> None:
    lines = terminal.render(first_apply(each=20), "technova/prod", width=80).splitlines()
    assert lines[2] == "  + service auth       create 100  20 ECS services, 20 ECS task definitions, …"
    assert len(lines) == 14 + 4


def test_colours_only_repeat_what_symbols_and_words_say() -> None:
    import re

    coloured = terminal.render(change(), "technova/prod", color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == terminal.render(change(), "technova/prod")
    assert "\x1b[" in coloured


def test_no_change_says_so() -> None:
    assert terminal.render(ChangeSet(), "technova/prod") == read(
        """
        technova/prod   no changes                               risk: NONE (no changes)

          Plan: 0 to add, 0 to change, 0 to destroy.
        """
    )


def test_many_changes_of_one_group_are_cut_with_a_count() -> None:
    items = [resource(f"aws_x.a[{n}]", ["update"], {"a": 1}, {"a": 2}) for n in range(100)]
    items += [resource(f"aws_x.b[{n}]", ["delete"], {"a": 1}) for n in range(100)]
    report = terminal.render(parse_plan(plan(*items)), "x")
    assert report.count("- DELETE") == 25
    assert "not shown: DELETE 75, to keep this short" in report
    assert "not shown: update 88, to keep this short" in report
    assert report.index("aws_x.b[9]") < report.index("aws_x.b[10]")


def test_what_destroys_is_never_folded() -> None:
    items = [
        resource(f"module.{name}.aws_rds_cluster.this", ["delete"], {"a": 1}, module_address=f"module.{name}")
        for name in ("a", "b", "c", "d")
    ]
    report = terminal.render(parse_plan(plan(*items)), "x")
    assert report.count("DELETE module.") == 4
    assert "risk: HIGH (data loss)" in report


def test_a_task_definition_s_next_revision_does_not_look_like_a_loss() -> None:
    item = resource("aws_ecs_task_definition.t", ["create", "delete"], {"cpu": 1}, {"cpu": 2}, replace_paths=[["cpu"]])
    assert "risk: LOW" in terminal.render(parse_plan(plan(item)), "x")
