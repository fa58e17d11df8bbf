from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.balancers import make_balancer

if TYPE_CHECKING:
    from collections.abc import Callable

FIXED = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain"}}]


def test_a_load_balancer_has_one_listener_on_a_port(aws: Callable[[str], Any], vpc: dict[str, str]) -> None:
    elbv2 = aws("elbv2")

    def listen(port: int, balancer: str) -> str:
        made = elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=port, DefaultActions=FIXED)
        return str(made["Listeners"][0]["ListenerArn"])

    balancer = make_balancer(elbv2, vpc)
    first, second = listen(80, balancer), listen(8080, balancer)
    with pytest.raises(elbv2.exceptions.DuplicateListenerException):
        listen(80, balancer)
    with pytest.raises(elbv2.exceptions.DuplicateListenerException):
        elbv2.modify_listener(ListenerArn=second, Port=80, DefaultActions=FIXED)
    elbv2.modify_listener(ListenerArn=first, Port=80, DefaultActions=FIXED)
    elbv2.delete_listener(ListenerArn=first)
    elbv2.modify_listener(ListenerArn=second, Port=80, DefaultActions=FIXED)
    assert [one["Port"] for one in elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"]] == [80]
