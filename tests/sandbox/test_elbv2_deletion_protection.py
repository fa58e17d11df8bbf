from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.balancers import make_balancer

if TYPE_CHECKING:
    from collections.abc import Callable


def _protect(elbv2: Any, arn: str, wanted: str) -> None:
    attribute = {"Key": "deletion_protection.enabled", "Value": wanted}
    elbv2.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[attribute])


def test_a_protected_load_balancer_stays_until_the_protection_is_lifted(
    aws: Callable[[str], Any], vpc: dict[str, str]
) -> None:
    elbv2 = aws("elbv2")
    arn = make_balancer(elbv2, vpc)
    _protect(elbv2, arn, "true")
    with pytest.raises(elbv2.exceptions.OperationNotPermittedException, match="deletion protection"):
        elbv2.delete_load_balancer(LoadBalancerArn=arn)

    _protect(elbv2, arn, "false")
    elbv2.delete_load_balancer(LoadBalancerArn=arn)
    with pytest.raises(elbv2.exceptions.LoadBalancerNotFoundException):
        elbv2.describe_load_balancers(LoadBalancerArns=[arn])
