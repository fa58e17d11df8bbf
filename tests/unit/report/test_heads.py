"""A headline names what serves people; what goes with it stands behind it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.commands.formats import FORMATS, Options
from infragen.plan import Action, Cause, Change, ChangeSet, Entry, Level, Risk, RiskKind, Summary, parse_plan
from infragen.report import json as json_report
from infragen.report import terminal
from infragen.report.groups import group_changes
from tests.unit.plan.plans import plan, resource
from tests.unit.report.sample import known

LOST = Risk(Level.HIGH, RiskKind.DATA_LOSS, "its log events are lost with it")
RECOVERABLE = Risk(Level.MEDIUM, RiskKind.DATA_LOSS, "the secret can be restored only for 30 days")
STOPS = Risk(Level.MEDIUM, RiskKind.DOWNTIME, "none of its tasks run from then on")
DENIED = Risk(Level.MEDIUM, RiskKind.DOWNTIME, "callers that use it are denied access from then on")
UNFILTERED = Risk(Level.MEDIUM, RiskKind.EXPOSURE, "requests are no longer filtered")
EMPTY = Risk(Level.MEDIUM, RiskKind.DOWNTIME, "nothing can run in it until the new one is created")
GONE = Risk(Level.HIGH, RiskKind.DATA_LOSS, "its data is lost with it")
WEB = Entry("services/web")


def lost(address: str, risk: Risk, entry: Entry | None = None, action: Action = Action.DELETE, **more: Any) -> Change:
    return known(address, action, risks=(risk,), entry=entry, **more)


def headline(*changes: Change) -> str:
    change_set = ChangeSet(changes=changes, summary=Summary.of(changes))
    text = terminal.render(change_set, "demo/prod", width=160).partition("\n\n")[0]
    return " ".join(text.partition("risk: ")[2].split())


@pytest.mark.parametrize(
    ("serving", "risk", "belonging", "words"),
    [
        ("module.web.aws_ecs_service.this", STOPS, "module.web.aws_cloudwatch_log_group.this", "ECS service"),
        ("module.fn.aws_lambda_function.this", STOPS, "module.fn.aws_cloudwatch_log_group.this", "lambda function"),
        ("module.public.aws_lb.this", STOPS, "module.names.aws_ssm_parameter.this", "load balancer"),
        ("module.store.aws_rds_cluster.this", GONE, "module.logs.aws_cloudwatch_log_group.this", "aws_rds_cluster"),
        ("module.jobs.aws_sqs_queue.this", STOPS, "module.jobs.aws_secretsmanager_secret.this", "SQS queue"),
    ],
)
def test_the_subject_is_what_serves_people_and_not_what_goes_with_it(
    serving: str, risk: Risk, belonging: str, words: str
) -> None:
    changes = [lost(belonging, LOST, WEB), lost(serving, risk, WEB), lost("module.web.aws_iam_role.task", DENIED, WEB)]
    said = headline(*changes)
    assert words in said
    assert said.index(words) < len(said) // 2
    assert said.startswith("HIGH (")
    [group] = group_changes(ChangeSet(changes=tuple(changes)))
    assert group.changes[0].address == serving
    assert group.risk.level is Level.HIGH


@pytest.mark.parametrize(
    ("head", "others"),
    [
        ("aws_wafv2_web_acl", ("aws_wafv2_web_acl_association", "aws_wafv2_web_acl_logging_configuration")),
        ("aws_networkfirewall_firewall", ("aws_networkfirewall_firewall_policy",)),
        ("aws_guardduty_detector", ("aws_guardduty_detector_feature",)),
    ],
)
@pytest.mark.parametrize("entry", [WEB, None], ids=["of an entry", "of a module"])
def test_a_guard_stands_for_its_settings_and_its_log(head: str, others: tuple[str, ...], entry: Entry | None) -> None:
    module = "module.app.module.guard"
    rest = [lost(f"{module}.{kind}.this", UNFILTERED, entry) for kind in others]
    said = headline(
        *rest,
        lost(f"{module}.aws_cloudwatch_log_group.this", LOST, entry),
        lost(f"{module}.{head}.this", UNFILTERED, entry),
    )
    assert said.startswith("HIGH (exposure: ")
    assert "is destroyed: requests are no longer filtered; data loss: log group)" in said
    for kind in others:
        assert kind.partition("_")[2].replace("_", " ") not in said


def test_data_comes_before_what_answers_before_what_runs() -> None:
    changes = [
        lost("module.web.aws_ecs_service.this", STOPS, WEB),
        lost("module.web.aws_cloudwatch_log_group.this", LOST, WEB),
        lost("module.public.aws_lb.this", STOPS, Entry("balancers/public")),
    ]
    assert headline(*changes).startswith("HIGH (downtime: load balancer of balancer public is destroyed")
    database = lost("module.main.aws_db_instance.this", GONE, Entry("databases/main"))
    assert "aws_db_instance of database main is destroyed" in headline(*changes, database)


def test_what_is_opened_goes_before_what_stops() -> None:
    opened = Risk(Level.HIGH, RiskKind.EXPOSURE, "port 22 opens to the whole internet")
    rule = known("aws_vpc_security_group_ingress_rule.a", Action.CREATE, risks=(opened,))
    said = headline(rule, lost("module.web.aws_ecs_service.this", STOPS, WEB))
    assert said.startswith("HIGH (exposure: port 22 opens")


@pytest.mark.parametrize("kind", ["aws_db_proxy", "aws_lb", "aws_elasticache_replication_group"])
def test_what_is_replaced_because_of_another_is_told_behind_that(kind: str) -> None:
    vpc = lost("module.network.aws_vpc.this", EMPTY, None, Action.REPLACE_DELETE_FIRST, stack="network")
    cause = Cause(
        "vpc_subnet_ids", "vpc_subnet_ids cannot be changed in place", ("module.network.aws_subnet.a", vpc.address)
    )
    change = lost(f"module.main.{kind}.this", STOPS, WEB, Action.REPLACE_DELETE_FIRST, causes=(cause,))
    assert f"VPC of stack network is replaced, and with it {kind} of service web" in headline(change, vpc)


def test_a_use_that_is_taken_away_is_told_by_who_loses_what() -> None:
    orders, name = Entry("databases/order-data"), "aws_secretsmanager_secret"
    changes = [
        lost(f'module.passwords.{name}.this["web"]', RECOVERABLE, orders, index='"web"'),
        lost('module.sg.aws_vpc_security_group_egress_rule.this["x"]', DENIED, WEB, index='"proxy-order-data"'),
    ]
    assert headline(*changes).startswith(
        "MEDIUM (downtime: service web is cut off from database order-data; data loss: "
    )
    alone = headline(lost(f'module.passwords.{name}.this["web"]', RECOVERABLE, orders, index='"web"'))
    assert "cut off" not in alone


@pytest.mark.parametrize("name", ["markdown", "html", "github", "svg", "json"])
def test_every_headline_is_the_same(name: str) -> None:
    changes = (
        lost("module.web.aws_cloudwatch_log_group.this", LOST, WEB),
        lost("module.web.aws_ecs_service.this", STOPS, WEB),
    )
    said = FORMATS[name](
        ChangeSet(changes=changes, summary=Summary.of(changes)), "demo/prod", Options(is_printed=False)
    )
    assert "ECS service of service web is destroyed" in said.replace("\u00a0", " ").replace("&#160;", " ")
    if name == "json":
        report = json.loads(json_report.render(ChangeSet(changes=changes), "demo/prod"))
        assert report["headline"].startswith("HIGH (downtime: ECS service of service web is destroyed")


@pytest.mark.parametrize(
    ("serving", "before", "needs", "words"),
    [
        ("aws_ecs_service", {"name": "web"}, True, "aws_ecs_service.web is destroyed"),
        ("aws_lambda_function", {"function_name": "web"}, True, "aws_lambda_function.web is destroyed"),
        ("aws_lb", {"name": "web"}, False, "aws_lb.web is destroyed"),
    ],
)
def test_without_entries_and_modules_the_state_says_what_goes_with_what(
    serving: str, before: dict[str, Any], needs: bool, words: str
) -> None:
    head, log = f"{serving}.web", "aws_cloudwatch_log_group.web"
    items = [
        resource(address, ["delete"], values, None) for address, values in ((log, {"name": "/web"}), (head, before))
    ]
    stood = [
        {"address": head, "mode": "managed", "depends_on": [log] if needs else []},
        {"address": log, "mode": "managed", "depends_on": [] if needs else [head]},
    ]
    document = json.loads(plan(*items)) | {"prior_state": {"values": {"root_module": {"resources": stood}}}}
    said = terminal.render(parse_plan(json.dumps(document).encode()), "demo/prod", width=160)
    assert words in said.splitlines()[0]
    unknown = terminal.render(parse_plan(plan(*items)), "demo/prod", width=160)
    assert words not in unknown.splitlines()[0], "nothing says that they belong together"


@pytest.mark.parametrize(
    ("address", "risk", "said"),
    [
        (
            "module.web.aws_ecs_service.this",
            Risk(Level.MEDIUM, RiskKind.DOWNTIME, "its tasks run on Spot: AWS may stop them"),
            "MEDIUM (downtime: its tasks run on Spot: AWS may stop them: aws_ecs_service of service web)",
        ),
        (
            "module.web.aws_ecr_lifecycle_policy.this",
            Risk(Level.MEDIUM, RiskKind.DATA_LOSS, "all images but the newest 3 are deleted"),
            "(data loss: all images but the newest 3 are deleted: aws_ecr_lifecycle_policy of service web)",
        ),
        (
            "module.web.aws_ecs_service.this",
            Risk(Level.MEDIUM, RiskKind.DOWNTIME, "none of its tasks run until the new one is created"),
            "(downtime: none of its tasks run until the new one is created: aws_ecs_service of service web)",
        ),
        (
            "module.web.aws_cloudwatch_log_group.this",
            Risk(Level.MEDIUM, RiskKind.DATA_LOSS, "its log events are lost with it"),
            "MEDIUM (data loss: aws_cloudwatch_log_group of service web is replaced)",
        ),
    ],
)
def test_what_a_new_object_says_is_not_hidden_behind_its_replacement(address: str, risk: Risk, said: str) -> None:
    changes = (known(address, Action.REPLACE_DELETE_FIRST, risks=(risk,), entry=WEB),)
    text = terminal.render(ChangeSet(changes=changes, summary=Summary.of(changes)), "demo/prod", width=80)
    assert said in " ".join(text.split())


@pytest.mark.parametrize(
    ("before", "after", "was"),
    [
        ("module.queue_orders.aws_sqs_queue.this", "module.queue_outgoing.aws_sqs_queue.this", "queue_orders"),
        ("aws_db_instance.old", "aws_db_instance.new", "old"),
        ('aws_s3_bucket.b["x.y"]', "aws_s3_bucket.c", 'b["x.y"]'),
        ("aws_dynamodb_table.a", "module.m.aws_dynamodb_table.a", ""),
    ],
)
def test_what_moves_and_is_lost_is_named_by_what_it_was_too(before: str, after: str, was: str) -> None:
    replaced = lost(after, GONE, WEB, Action.REPLACE_DELETE_FIRST, previous_address=before)
    assert (f"(it was {was})" in headline(replaced)) == bool(was)
    assert "(it was" not in headline(known(after, Action.UPDATE, risks=(GONE,), previous_address=before))
