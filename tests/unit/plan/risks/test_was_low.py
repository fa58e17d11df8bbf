"""What an attacker found to be LOW that is not: rights, ways in and copies whose wording hides what they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import ACTIONS, told
from tests.unit.plan.risks.test_elsewhere import OTHER, OWN, PROVIDERS, told_of

RULE = "aws_vpc_security_group_ingress_rule"
SIXTEENTHS = [f"{16 * place}.0.0.0/4" for place in range(16)]


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def for_all(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*", **more}


def inline(*networks: str, low: int = 5432, high: int = 5432, protocol: str = "tcp") -> dict[str, Any]:
    one = {"from_port": low, "to_port": high, "protocol": protocol}
    return {"ingress": [{**one, "cidr_blocks": [network]} for network in networks]}


def worst(kind: str, before: Any, after: Any, **more: Any) -> str:
    action = "create" if before is None else "delete" if after is None else "update"
    return told(kind, action, before, after, **more)[0]


@pytest.mark.parametrize(
    ("kind", "name", "before", "after", "is_less"),
    [
        ("aws_db_parameter_group", "pgaudit.log", "all", "role", True),
        ("aws_db_parameter_group", "pgaudit.log", "ddl,role", "role", True),
        ("aws_db_parameter_group", "pgaudit.log", "all", "all,-misc", True),
        ("aws_db_parameter_group", "pgaudit.log", "role", "ddl, role", False),
        ("aws_db_parameter_group", "pgaudit.log", "none", "ddl", False),
        ("aws_db_parameter_group", "pgaudit.log", "ddl", "all", False),
        ("aws_rds_cluster_parameter_group", "server_audit_events", "CONNECT,QUERY", "CONNECT", True),
        ("aws_docdb_cluster_parameter_group", "audit_logs", "all", "ddl", True),
        ("aws_docdb_cluster_parameter_group", "audit_logs", "disabled", "ddl", False),
        ("aws_docdb_cluster_parameter_group", "tls", "tls1.3+", "enabled", True),
        ("aws_docdb_cluster_parameter_group", "tls", "enabled", "tls1.2+", False),
        ("aws_db_parameter_group", "log_statement", "all", "ddl", True),
        ("aws_db_parameter_group", "log_statement", "mod", "ddl", True),
        ("aws_db_parameter_group", "log_statement", "ddl", "mod", False),
    ],
)
def test_less_that_is_recorded_is_told(kind: str, name: str, before: str, after: str, is_less: bool) -> None:
    old, new = ({"parameter": [{"name": name, "value": value}]} for value in (before, after))
    assert worst(kind, old, new).startswith("MEDIUM exposure" if is_less else "LOW harmless")


def test_a_rule_that_is_asked_sooner_may_take_what_others_took() -> None:
    kind = "aws_lb_listener_rule"
    said = "MEDIUM downtime: requests may go to it that a rule took which this plan does not have: it is asked sooner"
    assert worst(kind, {"priority": 10}, {"priority": 1}) == said
    assert worst(kind, {"priority": 1}, {"priority": 10}).startswith("LOW")
