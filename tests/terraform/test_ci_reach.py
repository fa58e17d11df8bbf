"""What CI's role may change is held against the names of everything that is planned: it reaches all of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from infragen.workflow.bootstrap.files import render_bootstrap
from infragen.workflow.target import open_project, resolve_one
from tests.ci_calls import APPLIES, Role
from tests.offline_plans import every_environment, offline_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.terraform

ROOT: Final = Path(__file__).parents[2]
FORMS: Final[Mapping[str, tuple[str, str]]] = {
    "aws_appautoscaling_policy": (
        "cloudwatch:PutMetricAlarm", "cloudwatch:*:{account}:alarm:TargetTracking-{resource_id}-AlarmHigh-1",
    ),
    "aws_appautoscaling_target": ("ecs:UpdateService", "ecs:*:{account}:{resource_id}"),
    "aws_athena_workgroup": ("athena:CreateWorkGroup", "athena:*:{account}:workgroup/{name}"),
    "aws_backup_vault": ("backup:CreateBackupVault", "backup:*:{account}:backup-vault:{name}"),
    "aws_budgets_budget": ("budgets:ModifyBudget", "budgets::{account}:budget/{name}"),
    "aws_cloudtrail": ("cloudtrail:CreateTrail", "cloudtrail:*:{account}:trail/{name}"),
    "aws_cloudwatch_dashboard": ("cloudwatch:PutDashboard", "cloudwatch::{account}:dashboard/{dashboard_name}"),
    "aws_cloudwatch_event_rule": ("events:PutRule", "events:*:{account}:rule/{name}"),
    "aws_cloudwatch_log_group": ("logs:CreateLogGroup", "logs:*:{account}:log-group:{name}"),
    "aws_cloudwatch_metric_alarm": ("cloudwatch:PutMetricAlarm", "cloudwatch:*:{account}:alarm:{alarm_name}"),
    "aws_codedeploy_app": ("codedeploy:CreateApplication", "codedeploy:*:{account}:application:{name}"),
    "aws_db_instance": ("rds:CreateDBInstance", "rds:*:{account}:db:{identifier}"),
    "aws_db_parameter_group": ("rds:CreateDBParameterGroup", "rds:*:{account}:pg:{name}"),
    "aws_db_subnet_group": ("rds:CreateDBSubnetGroup", "rds:*:{account}:subgrp:{name}"),
    "aws_ecr_repository": ("ecr:CreateRepository", "ecr:*:{account}:repository/{name}"),
    "aws_ecs_cluster": ("ecs:CreateCluster", "ecs:*:{account}:cluster/{name}"),
    "aws_elasticache_replication_group": (
        "elasticache:CreateReplicationGroup", "elasticache:*:{account}:replicationgroup:{replication_group_id}",
    ),
    "aws_iam_role": ("iam:CreateRole", "iam::{account}:role{path}{name}"),
    "aws_kms_alias": ("kms:CreateAlias", "kms:*:{account}:{name}"),
    "aws_lambda_function": ("lambda:CreateFunction", "lambda:*:{account}:function:{function_name}"),
    "aws_lb": (
        "elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:*:{account}:loadbalancer/app/{name}/*",
    ),
    "aws_lb_target_group": (
        "elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:*:{account}:targetgroup/{name}/*",
    ),
    "aws_lb_trust_store": (
        "elasticloadbalancing:CreateTrustStore", "elasticloadbalancing:*:{account}:truststore/{name}/*",
    ),
    "aws_opensearch_domain": ("es:UpdateDomainConfig", "es:*:{account}:domain/{domain_name}"),
    "aws_rds_cluster": ("rds:CreateDBCluster", "rds:*:{account}:cluster:{cluster_identifier}"),
    "aws_rds_cluster_instance": ("rds:CreateDBInstance", "rds:*:{account}:db:{identifier}"),
    "aws_rds_cluster_parameter_group": ("rds:CreateDBClusterParameterGroup", "rds:*:{account}:cluster-pg:{name}"),
    "aws_rds_global_cluster": (
        "rds:CreateGlobalCluster", "rds::{account}:global-cluster:{global_cluster_identifier}",
    ),
    "aws_s3_bucket": ("s3:CreateBucket", "s3:::{bucket}"),
    "aws_secretsmanager_secret": ("secretsmanager:CreateSecret", "secretsmanager:*:{account}:secret:{name}-*"),
    "aws_sfn_state_machine": ("states:CreateStateMachine", "states:*:{account}:stateMachine:{name}"),
    "aws_sns_topic": ("sns:CreateTopic", "sns:*:{account}:{name}"),
    "aws_sqs_queue": ("sqs:CreateQueue", "sqs:*:{account}:{name}"),
    "aws_ssm_parameter": ("ssm:PutParameter", "ssm:*:{account}:parameter{name}"),
    "aws_wafv2_ip_set": ("wafv2:CreateIPSet", "wafv2:*:{account}:regional/ipset/{name}/*"),
    "aws_wafv2_regex_pattern_set": (
        "wafv2:CreateRegexPatternSet", "wafv2:*:{account}:regional/regexpatternset/{name}/*",
    ),
    "aws_wafv2_web_acl": ("wafv2:CreateWebACL", "wafv2:*:{account}:regional/webacl/{name}/*"),
}  # fmt: skip
"""What is asked for once at least, and the ARN of what that is about (Service Authorization Reference)."""

_FIELD: Final = re.compile(r"{(\w+)}")


def unreached(plan: Mapping[str, Any], role: Role, account: str, region: str) -> set[str]:
    """Return why the role may not change things of a plan whose names are known."""
    found = {""}
    for one in plan["resource_changes"]:
        action, form = FORMS.get(one["type"], ("", ""))
        after = {"path": "/", "account": account, **(one["change"]["after"] or {})}
        fields = _FIELD.findall(form)
        is_known = fields and all(after.get(field) for field in fields)  # before the apply
        is_task = one["type"] != "aws_appautoscaling_target" or after["service_namespace"] == "ecs"
        if one["mode"] == "managed" and is_known and is_task:
            arn = "arn:aws:" + form.format_map(after).replace(":*:", f":{region}:", 1)
            context = {"aws:RequestedRegion": region, "iam:PermissionsBoundary": after.get("permissions_boundary")}
            found.add(role.why_not(action, [arn], {key: value for key, value in context.items() if value}))
    return found - {""}


@every_environment
def test_ci_s_role_reaches_everything_that_is_planned(target: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    project = open_project(ROOT)
    environment = resolve_one(project, target)[1]
    role = Role(render_bootstrap(project, environment, "technova/infrastructure", no_github=False), *APPLIES)
    plan = json.loads(offline_plan(tmp_path_factory, target).read_text("utf-8"))
    settings = environment.settings
    assert unreached(plan, role, settings.account, settings.region) == set()
