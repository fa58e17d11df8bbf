"""Who can no longer connect to whom, and what fails while a port changes."""

from __future__ import annotations

from typing import Any

import pytest

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import told

INGRESS, EGRESS = "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"


def rule(port: int, last: int | None = None, **more: Any) -> dict[str, Any]:
    return {"security_group_id": "sg-1", "from_port": port, "to_port": last or port, "ip_protocol": "tcp", **more}


@pytest.mark.parametrize(
    ("kind", "action"), [(INGRESS, "update"), (EGRESS, "update"), ("aws_security_group_rule", "replace")]
)
def test_a_port_that_changes_closes_before_anything_listens_on_the_new_one(kind: str, action: str) -> None:
    said = "MEDIUM downtime: requests fail until what listens on 9090 is deployed: port 8080 closes before"
    assert said in told(kind, action, rule(8080), rule(9090))
    assert not [one for one in told(kind, action, rule(8080), rule(8080, 9090)) if "requests fail" in one]
    assert not [one for one in told(kind, "create", None, rule(9090)) if "requests fail" in one]


@pytest.mark.parametrize("of", ["balancers/public", "gateways/api", "services/web", "functions/sync"])
@pytest.mark.parametrize("kind", [INGRESS, EGRESS])
def test_whose_requests_fail_meanwhile_is_told(kind: str, of: str) -> None:
    why = f"{of} to services/orders: requests"
    [said] = told(kind, "update", rule(8080, description=why), rule(9090, description=why))
    assert said.startswith(f"MEDIUM downtime: requests of {of} to services/orders fail until what listens on 9090 is")


@pytest.mark.parametrize(
    ("kind", "description", "said"),
    [
        (
            INGRESS,
            "services/web to databases/main: orders are kept there",
            "services/web can no longer connect to databases/main (tcp 5432)",
        ),
        (EGRESS, "services/web to services/stock", "services/web can no longer connect to services/stock (tcp 5432)"),
        (
            EGRESS,
            "jobs/export to internet: through NAT",
            "jobs/export can no longer connect to internet (tcp 5432)",
        ),
        ("aws_security_group_rule", "PostgreSQL", "the traffic it allows is blocked from then on (tcp 5432)"),
        (INGRESS, None, "the traffic it allows is blocked from then on (tcp 5432)"),
    ],
)
def test_a_rule_that_goes_says_who_can_no_longer_connect_to_whom(kind: str, description: str | None, said: str) -> None:
    assert told(kind, "delete", rule(5432, description=description), None) == [f"MEDIUM downtime: {said}"]


def test_a_rule_that_goes_with_its_group_is_told_with_that() -> None:
    gone = resource(f"{INGRESS}.a", ["delete"], rule(5432, description="services/web to databases/main"))
    group = resource("aws_security_group.b", ["delete"], {"id": "sg-1"})
    (risk,) = next(one.risks for one in parse_plan(plan(gone, group)).changes if one.type == INGRESS)
    assert (risk.level.name, risk.reason) == ("LOW", "it goes with its security group")
