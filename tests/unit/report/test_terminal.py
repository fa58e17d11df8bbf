from __future__ import annotations

import json as json_module
import re
import textwrap

import pytest
from msgspec.structs import replace

from infragen.diagnostics import Location
from infragen.plan import (
    Action,
    AttributeChange,
    Cause,
    Change,
    ChangeSet,
    Check,
    Level,
    Risk,
    RiskKind,
    parse_plan,
    read_plan,
)
from infragen.plan.change_parts import Origin
from infragen.plan.model import KnownBody
from infragen.report import html, json, terminal
from infragen.report.severity import risk_of
from tests.plans.corpus import case
from tests.unit.plan.plans import plan, resource
from tests.unit.report.sample import Elsewhere, change, first_apply, known, of_every_kind


def read(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def test_drift_that_the_plan_changes_back_is_not_called_without_effect() -> None:
    change_set = read_plan(case("017").path)
    assert "not shown: 1 among the changes\n" in terminal.render(change_set, "x", width=80)
    assert "not shown: 1 among the changes" in html.render(change_set, "x")
    elsewhere = replace(change_set, hidden=("aws_x.elsewhere", *change_set.hidden), hidden_drift=2)
    assert "not shown: 1 among the changes, 1 without effect on this plan\n" in terminal.render(
        elsewhere, "x", width=80
    )


def test_a_change_reads_worst_first_with_what_is_the_same_said_once() -> None:
    assert terminal.render(change(), "technova/prod", width=80) == read(
        """
        technova/prod   1 replace, 15 change, 2 add
          risk: HIGH (data loss: aws_rds_cluster of database sales-order is replaced)

          ! database sales-order  REPLACE 1  HIGH (data loss)  受注
              catalog/technova/databases/sales/order.yaml:2
            ! REPLACE module.order.aws_rds_cluster.this
                HIGH data loss: its data is lost with it: no final snapshot is named
                MEDIUM downtime: connections to it break until the new one is created
                cluster_identifier  forces replacement
                  "aurora-prod-sales-order" -> "aurora-prod-sales-orders"
                and 1 known after apply

          ~ service order  update 1  order API 生産計画管理
              catalog/technova/services/sales/order.yaml:2
            ~ update module.order.aws_ecs_service.this  desired  2 -> 3

          ~ 14 services  update 14
            ~ update module.*_scaling.aws_appautoscaling_target.this
                target  at most 15 -> at most 20
                auth, master, inventory, planning, quality, tracking, campaign,
                customer, order, pricing, contract, field, parts, ticket

          + root module  create 2  2 SNS topics

          Plan: 3 to add, 15 to change, 1 to destroy.
        """
    )


def test_the_catalogue_file_stands_at_the_right_where_there_is_room() -> None:
    lines = terminal.render(change(), "technova/prod", width=120).splitlines()
    assert lines[0].endswith("risk: HIGH (data loss: aws_rds_cluster of database sales-order is replaced)")
    assert lines[2].endswith("catalog/technova/databases/sales/order.yaml:2")


def test_everything_that_a_plan_may_hold_has_its_place_and_every_line_its_line() -> None:
    assert terminal.render(of_every_kind(), "t/prod", width=100) == read(
        """
        t/prod   1 replace, 5 change, 2 add, 1 output
          risk: at least HIGH (exposure: 0.0.0.0/0 reaches port 22: aws_vpc_security_group_ingress_rule.a)
          ! PLANNING FAILED: this is only a part of the changes
          | another plan is needed after it

              HIGH exposure 1  ingress rule
                aws_vpc_security_group_ingress_rule.a
              MEDIUM downtime 1  target group
            ! REPLACE 1  target group
            ~ update 5  5 scaling targets
            + create 2  SNS topic, ingress rule

          x checks  1 FAILED, 4 passed
              FAILED  check.dns  (check)
                the name does not resolve

          + root module  create 2  HIGH (exposure)
            + create aws_vpc_security_group_ingress_rule.a
                HIGH exposure: 0.0.0.0/0 reaches port 22
            + create 1  SNS topic

          ! service order  REPLACE 1  MEDIUM (downtime)  order API           catalog/t/services/order.yaml:2
            ! REPLACE module.order.aws_lb_target_group.this
                MEDIUM downtime: nothing answers meanwhile
                because vpc_id comes from what is replaced: aws_vpc.this <- aws_vpc_ipam.main
                vpc_id  "vpc-1" -> (known after apply)  (from aws_vpc.this)  forces replacement

          ~ 5 services  update 5                                                 environments/t/prod.yaml:31
            ~ update module.*_scaling.aws_appautoscaling_target.this  tasks.max  15 -> 20  (max_capacity)
                auth, order, pricing, ticket
                1 differs: field 15 -> 6 (catalog/t/services/field.yaml:9)

          … deferred  create 1, not part of this apply
            + create aws_x.later  (waits: resource config unknown)

          * actions  1 to invoke
            * action.aws_lambda_invoke.x  after create of aws_x.d

          ~ outputs  1 change
            ~ url  "a" -> "b"

          ? drift  4 changed outside of terraform
            ~ aws_x.drifted  has changed
                a  1 -> 2
              not shown: 3 without effect on this plan

          Plan: 3 to add, 5 to change, 1 to destroy.
        """
    )


def test_a_first_apply_of_services_that_are_built_alike_is_told_once() -> None:
    assert terminal.render(first_apply(each=20), "technova/prod", width=80) == read(
        """
        technova/prod   1400 add                              risk: LOW (only additions)
          | cost: not known; there is no known price for aws_ecs_service (service auth
          | and 13 more)

          + 14 services  create 1400
              auth, campaign, contract, customer, field, inventory, master, order,
              parts, planning, pricing, quality, ticket, tracking
            + create 100 each  20 ECS services, 20 ECS task definitions,
                               20 ECR repositories, 20 IAM roles, 20 target groups

          Plan: 1400 to add, 0 to change, 0 to destroy.
        """
    )


def test_colours_only_repeat_what_symbols_and_words_say() -> None:
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
    items = [resource(f"datadog_x.a{n}", ["update"], {"a": n}, {"a": -n - 1}) for n in range(100)]
    items += [
        resource(f"datadog_x.b{n}", ["delete", "create"], {"a": n}, {"a": -n}, replace_paths=[["a"]])
        for n in range(100)
    ]
    report = terminal.render(parse_plan(plan(*items)), "x")
    assert report.count("! REPLACE datadog_x.b") >= 10
    assert re.search(r"REPLACE \d\d more, by address only:\n        datadog_x.b\d", report)
    assert "not shown: update 88, to keep this short" in report
    assert report.index("update datadog_x.a9 ") < report.index("update datadog_x.a10 ")


def test_groups_that_are_not_shown_are_counted_with_their_changes() -> None:
    changes = [
        known(f"module.m{n}.aws_x.a{n}", Action.UPDATE, AttributeChange("a", str(n), str(-n))) for n in range(300)
    ]
    changes += [known(f"module.m{n}.aws_y.b{n}", Action.CREATE) for n in range(0, 300, 7)]
    report = terminal.render(ChangeSet(changes=tuple(changes)), "x")
    body, _, rest = report.partition("not shown: ")
    shown = [line for line in body.split("\n") if re.match(r"  [~+] module m\d+ ", line)]
    hidden = re.match(r"(\d+) more groups: update (\d+), create (\d+)\n", rest)
    assert hidden
    assert len(shown) + int(hidden[1]) == 300
    assert sum(line.count("update 1") for line in shown) + int(hidden[2]) == 300
    assert sum(line.count("create 1") for line in shown) + int(hidden[3]) == 43


def test_what_destroys_is_folded_with_every_address() -> None:
    items = [
        resource(f"module.{name}.aws_rds_cluster.this", ["delete"], {"a": 1}, module_address=f"module.{name}")
        for name in ("a", "b", "c", "d")
    ]
    report = terminal.render(parse_plan(plan(*items)), "x")
    assert "risk: HIGH (data loss: module.a.aws_rds_cluster.this is destroyed, and 3 more)" in report
    assert "- 4 modules  DELETE 4  HIGH (data loss)" in report
    assert all(f"module.{name}.aws_rds_cluster.this" in report for name in "abcd")


def test_a_task_definition_s_next_revision_does_not_look_like_a_loss() -> None:
    item = resource("aws_ecs_task_definition.t", ["create", "delete"], {"cpu": 1}, {"cpu": 2}, replace_paths=[["cpu"]])
    assert "risk: LOW" in terminal.render(parse_plan(plan(item)), "x")


def changes(*found: Change) -> ChangeSet:
    return ChangeSet(changes=found)


def risky(address: str, reason: str, action: Action = Action.UPDATE) -> Change:
    risks = (Risk(Level.HIGH, RiskKind.EXPOSURE, reason),)
    return replace(known(address, action), body=KnownBody(known_risks=risks))


def test_the_headline_says_the_reason_on_two_lines_rather_than_none() -> None:
    reason = "anyone is allowed s3:GetObject and s3:ListBucket (Principal *)"
    text = terminal.render(changes(risky("aws_s3_bucket_policy.plans", reason)), "t", width=80)
    assert text.splitlines()[1:3] == [
        "  risk: HIGH (exposure: anyone is allowed s3:GetObject and s3:ListBucket",
        "        (Principal *): aws_s3_bucket_policy.plans)",
    ]


def test_every_format_has_the_same_risk_in_its_headline() -> None:
    found = changes(risky("module.a.aws_x.a", "z is the last reason"), risky("module.b.aws_x.a", "a is the first"))
    assert risk_of(found).reason == "a is the first"
    assert "HIGH (exposure: a is the first: module.b.aws_x.a, and 1 more)" in terminal.render(found, "t", width=120)
    assert json_module.loads(json.render(found, "t"))["risk"]["reason"] == "a is the first"
    page = html.render(found, "t")
    assert 'a is the first</span> <span class="fact">in <a href="#g2">module b</a>, and 1 more like it' in page


def test_a_group_has_the_sign_of_the_worst_that_it_counts() -> None:
    found = changes(risky("aws_x.a", "it opens"), known("aws_x.b", Action.DELETE))
    assert "  - root module  DELETE 1, update 1  HIGH (exposure)" in terminal.render(found, "t")


def test_what_forces_a_replacement_is_said_once() -> None:
    details = [
        AttributeChange(
            f"container app: env {name}", "1", "2", forces_replacement=True, about=("container_definitions",)
        )
        for name in ("A", "B")
    ]
    causes = (Cause("container_definitions", "container_definitions cannot be changed in place"),)
    one = known("aws_ecs_task_definition.a", Action.REPLACE_DELETE_FIRST)
    text = terminal.render(changes(replace(one, body=KnownBody(tuple(details), known_causes=causes))), "t")
    assert text.count("because container_definitions cannot be changed in place") == 1
    assert "forces replacement" not in text
    direct = AttributeChange("triggers.image", "1", "2", forces_replacement=True)
    causes = (Cause("triggers", "triggers cannot be changed in place"),)
    text = terminal.render(changes(replace(one, body=KnownBody((direct,), known_causes=causes))), "t")
    assert text.count("forces replacement") == 1
    assert "because" not in text


def test_an_update_without_a_difference_says_that_there_is_none() -> None:
    text = terminal.render(changes(known("aws_x.a", Action.UPDATE)), "t")
    assert "the plan shows no difference in it" in text


def test_what_only_comes_is_wrapped_and_not_cut() -> None:
    words = " ".join(f"arn:aws:sqs:us-east-1:123456789012:queue-{number}" for number in range(3))
    text = terminal.render(changes(known("aws_x.a", Action.UPDATE, AttributeChange("policy Q", None, words))), "t")
    assert "          + arn:aws:sqs:us-east-1:123456789012:queue-0\n" in text
    assert "            arn:aws:sqs:us-east-1:123456789012:queue-2\n" in text
    long = f"{words} " * 9
    text = terminal.render(changes(known("aws_x.a", Action.UPDATE, AttributeChange("policy Q", None, long))), "t")
    assert re.search(r"and \d+ more words", text)


def test_details_cut_no_value() -> None:
    old, new = "a" * 300, "b" * 300
    found = changes(known("aws_x.a", Action.UPDATE, AttributeChange("name", old, new)))
    text = re.sub(r"\s", "", terminal.render(found, "t", details=True))
    assert old in text
    assert new in text


def test_where_a_value_comes_from_is_cut_before_the_line_it_was_written_in() -> None:
    origin = Origin(None, Location("modules/app/main.tf", 54, 3))
    source = 'module.application["billing"].aws_ecs_task_definition.this'
    unknown = AttributeChange("task_definition", "1", "(known after apply)", comes_from=(source,), origin=origin)
    other = AttributeChange("size", "1", "2", origin=Origin(None, Location("main.tf", 3, 3)))
    lines = terminal.render(changes(known("aws_x.a", Action.UPDATE, unknown, other)), "t").splitlines()
    (line,) = (line for line in lines if "task_definition" in line)
    assert line.endswith("modules/app/main.tf:54")
    assert "(from …" in line


@pytest.mark.parametrize(
    ("width", "source"),
    [
        (130, "module.data.module.queue_arrivals.aws_sqs_queue.this"),
        (95, "…module.queue_arrivals.aws_sqs_queue.this"),
        (80, "…aws_sqs_queue.this"),
    ],
)
def test_of_where_a_value_comes_from_the_innermost_module_is_kept_longest(width: int, source: str) -> None:
    address = "module.data.module.queue_arrivals.aws_sqs_queue.this"
    unknown = AttributeChange(
        "container app: env ARRIVALS_QUEUE_URL", None, "(known after apply)", comes_from=(address,)
    )
    other = AttributeChange("size", "1", "2")
    lines = terminal.render(changes(known("aws_x.a", Action.UPDATE, unknown, other)), "t", width=width).splitlines()
    (line,) = (line for line in lines if "ARRIVALS_QUEUE_URL" in line)
    assert f"(from {source})" in line


def test_a_field_stands_before_values_only_where_they_are_its_own() -> None:
    place = Location("environments/shop/prod.yaml", 7)
    derived = AttributeChange("force_delete", "false", "true", origin=Origin("production", place, is_own=False))
    own = AttributeChange("max_capacity", "4", "8", origin=Origin("tasks.max", place))
    text = terminal.render(changes(known("aws_x.a", Action.UPDATE, derived, own)), "t")
    assert "force_delete  false -> true  (from `production`)" in text
    assert "tasks.max  4 -> 8  (max_capacity)" in text
    folded = [known(f'aws_x.a["{name}"]', Action.UPDATE, derived, sources=Elsewhere()) for name in "abc"]
    text = terminal.render(changes(*folded), "t")
    assert "force_delete  false -> true  (from `production`)" in text
    assert "production  false" not in text


def test_seconds_of_a_field_stand_as_the_catalogue_writes_them() -> None:
    place = Location("catalog/shop/queues/mails.yaml", 5)
    kept = AttributeChange("message_retention_seconds", "345600", "3600", origin=Origin("retention", place))
    unset = AttributeChange("visibility_timeout_seconds", "90", None, origin=Origin("visibility_timeout", place))
    derived = AttributeChange("delay_seconds", "60", "0", origin=Origin("dead_letters", place, is_own=False))
    text = terminal.render(changes(known("aws_sqs_queue.a", Action.UPDATE, kept, unset, derived)), "t", width=100)
    assert "retention  4 days -> 1 h  (message_retention_seconds)" in text
    assert "visibility_timeout  - 90 s  (visibility_timeout_seconds)" in text
    assert "delay_seconds  60 -> 0  (from `dead_letters`)" in text


def test_the_headline_names_a_database_before_logs_and_images() -> None:
    items = [
        resource(f"aws_{name}.a", ["delete"], {"force_delete": True}, None)
        for name in ("ecr_repository", "cloudwatch_log_group", "rds_cluster", "s3_bucket")
    ]
    found = parse_plan(plan(*items))
    text = terminal.render(found, "t", width=120)
    assert "HIGH (data loss: aws_rds_cluster.a is destroyed, and 3 more)" in text
    assert text.index("DELETE aws_rds_cluster") < text.index("DELETE aws_s3_bucket") < text.index("DELETE aws_cloud")
    assert risk_of(found).reason.endswith("no final snapshot is named")


def test_the_headline_says_what_stops_before_what_only_helped() -> None:
    helpers = [
        resource(f"aws_{name}.a", ["delete"], {}, None)
        for name in ("iam_role_policy", "codedeploy_app", "db_parameter_group")
    ]
    service = resource("aws_ecs_service.api", ["delete", "create"], {}, {})
    text = terminal.render(parse_plan(plan(*helpers, service)), "t", width=120)
    assert "none of its tasks run until the new one is created: aws_ecs_service.api, and 3 more)" in text
    assert "MEDIUM (downtime: aws_codedeploy_app.a is destroyed, and 1 more)" in terminal.render(
        parse_plan(plan(*helpers[1:])), "t", width=120
    )


def test_a_reason_that_is_too_long_for_the_headline_is_cut() -> None:
    reason = f"no longer denied: s3:GetObject* on arn:aws:s3:::{'delivery-' * 20}uploads/*"
    lines = terminal.render(changes(risky("aws_s3_bucket_policy.a", reason)), "t", width=80).splitlines()
    assert lines[1:3] == [
        "  risk: HIGH (exposure: no longer denied: s3:GetObject* on",
        "        arn:aws:s3:::delivery-delivery-delivery-deli…: aws_s3_bucket_policy.a)",
    ]


def test_a_new_revision_is_no_replacement_to_anybody() -> None:
    forcing = {"replace_paths": [["container_definitions"]]}
    sides = {"container_definitions": "[]"}, {"container_definitions": "[1]"}
    task = resource("aws_ecs_task_definition.a", ["delete", "create"], *sides, **forcing)
    text = terminal.render(parse_plan(plan(task)), "t")
    assert "~ revise aws_ecs_task_definition.a" in text
    assert "REPLACE" not in text
    assert "~ root module  revise 1" in text
    text = terminal.render(parse_plan(plan(task, resource("aws_lb.a", ["delete", "create"], {}, {}))), "t")
    assert "! root module  REPLACE 1, revise 1" in text


def test_checks_that_wait_for_the_apply_are_counted_below_everything_else() -> None:
    checks = [Check(f"module.a.var.egress[{number}]", "var", "unknown") for number in range(30)]
    found = ChangeSet(changes=(known("aws_x.a", Action.UPDATE),), checks=tuple(checks))
    text = terminal.render(found, "t")
    assert text.index("aws_x.a") < text.index("30 known after apply")
    assert len(text.splitlines()) < 20
    failed = replace(found, checks=(*checks, Check("check.dns", "check", "fail", ("no",))))
    text = terminal.render(failed, "t")
    assert text.index("FAILED  check.dns") < text.index("aws_x.a")


def test_a_new_rule_of_a_group_that_exists_says_what_it_lets_through() -> None:
    rule = {"ip_protocol": "tcp", "from_port": 3306, "to_port": 3306, "security_group_id": "sg-1"}
    item = resource(
        "aws_vpc_security_group_ingress_rule.a",
        ["create"],
        None,
        rule | {"referenced_security_group_id": "sg-2", "description": "Service order"},
    )
    text = terminal.render(parse_plan(plan(item)), "t")
    assert "+ create aws_vpc_security_group_ingress_rule.a" in text
    assert 'it lets tcp 3306 in from sg-2 ("Service order")' in text
    new = resource("aws_vpc_security_group_ingress_rule.a", ["create"], None, rule | {"cidr_ipv4": "10.0.0.0/8"})
    del new["change"]["after"]["security_group_id"]
    new["change"]["after_unknown"] = {"security_group_id": True}
    assert "it lets" not in terminal.render(parse_plan(plan(new)), "t")


def test_a_way_out_to_the_internet_is_told_of_a_new_group_as_well() -> None:
    name = "aws_vpc_security_group_egress_rule"
    sides = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443}
    out = resource(f"{name}.a", ["create"], None, sides | {"cidr_ipv4": "0.0.0.0/0", "description": "to SendGrid"})
    near = resource(f"{name}.b", ["create"], None, sides | {"cidr_ipv4": "10.0.0.0/16"})
    for item in (out, near):
        item["change"]["after_unknown"] = {"security_group_id": True}
    text = terminal.render(parse_plan(plan(out, near)), "t")
    assert 'it lets tcp 443 out to 0.0.0.0/0 ("to SendGrid")' in text
    assert "10.0.0.0/16" not in text
    assert "+ create 1  egress rule" in text


def test_a_new_route_of_a_listener_that_is_there_says_what_it_sends_where() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/shop-api/1"
    condition = [
        {"host_header": [{"values": ["api.example.com"]}], "path_pattern": []},
        {"path_pattern": [{"values": ["/a/*", "/b/*"]}]},
        {"source_ip": [{"values": []}]},
    ]
    rule = {
        "listener_arn": "arn:aws:l",
        "condition": condition,
        "action": [{"type": "forward", "target_group_arn": arn}],
    }
    added = resource("aws_lb_listener_rule.a", ["create"], None, rule)
    group = resource("aws_lb_target_group.api", ["no-op"], {"arn": arn}, {"arn": arn})

    def said(*items: dict[str, object]) -> str:
        return " ".join(terminal.render(parse_plan(plan(*items)), "t").split())

    what = "it sends api.example.com and /a/* or /b/* and source ip to"
    assert f"{what} aws_lb_target_group.api" in said(added, group)
    assert f"{what} shop-api" in said(added)
    moved = rule | {"action": [{"type": "redirect", "redirect": [{"path": "/x"}]}]}
    assert f"{what} redirect" in said(resource("aws_lb_listener_rule.a", ["create"], None, moved))
    unknown = resource("aws_lb_listener_rule.a", ["create"], None, rule, after_unknown={"listener_arn": True})
    unknown["change"]["after"] = {name: value for name, value in rule.items() if name != "listener_arn"}
    assert "it sends" not in said(unknown)
