"""What a load balancer may be called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

import pytest


@pytest.mark.parametrize("name", ["internal-web", "a" * 33, "web-", "-web", "web_1"])
def test_a_name_that_aws_does_not_take_is_refused(aws: Callable[[str], Any], vpc: dict[str, str], name: str) -> None:
    subnets = [vpc["subnet"], vpc["other_subnet"]]
    code, message = refused(aws("elbv2").create_load_balancer, Name=name, Subnets=subnets)

    assert code == "ValidationError"
    assert f"The load balancer name '{name}'" in message


def test_thirty_two_letters_are_a_name(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    assert aws("elbv2").create_load_balancer(Name="a" * 32, Subnets=[vpc["subnet"], vpc["other_subnet"]])
