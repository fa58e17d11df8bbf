"""What a load balancer may be called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from infragen_sandbox.gate.calls import Call

_NAME = re.compile(r"(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)")


def _check(call: Call) -> Refused | None:
    name = call.parameters["Name"]
    if _NAME.fullmatch(name):
        return None
    text = (
        f"The load balancer name '{name}' has at most 32 letters, digits and hyphens, no hyphen at either end, "
        "and does not begin with 'internal-'"
    )
    return Refused("ValidationError", text)


RULE = Rule(
    "A load balancer's name has at most 32 letters, digits and hyphens, none at an end, and no `internal-` in front",
    "Elastic Load Balancing API Reference (2015-12-01): CreateLoadBalancer, Name",
    "elbv2",
    ("CreateLoadBalancer",),
    _check,
)
