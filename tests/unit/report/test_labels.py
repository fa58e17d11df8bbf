from __future__ import annotations

import pytest

from infragen.plan import parse_plan
from infragen.report.labels import headline_counts, plan_line, type_plural
from tests.unit.plan.plans import plan, resource


@pytest.mark.parametrize(
    ("resource_type", "plural"),
    [
        ("aws_db_proxy", "RDS Proxies"),
        ("aws_s3_bucket_ownership_controls", "s3 bucket ownership controls"),
        ("aws_cloudwatch_log_group", "log groups"),
        ("aws_kms_alias", "KMS aliases"),
        ("aws_iam_role_policy", "IAM role policies"),
        ("aws_nat_gateway", "NAT gateways"),
        ("aws_appmesh_mesh", "appmesh meshes"),
    ],
)
def test_plurals_are_english(resource_type: str, plural: str) -> None:
    assert type_plural(resource_type).lower() == plural.lower()


def test_a_new_revision_is_no_replacement_in_a_headline_and_is_one_in_terraform_s_own_sentence() -> None:
    tasks = resource("aws_ecs_task_definition.a", ["delete", "create"], {"cpu": "256"}, {"cpu": "512"})
    database = resource("aws_db_instance.b", ["create", "delete"], {"engine": "mysql"}, {"engine": "postgres"})
    summary = parse_plan(plan(tasks, database)).summary
    assert headline_counts(summary) == "1 replace, 1 new revision"
    assert plan_line(summary).startswith("Plan: 2 to add, 0 to change, 2 to destroy")
    assert "revise" not in summary.as_dict()
