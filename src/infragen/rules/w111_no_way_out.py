"""W111: tasks with no way to their image or their logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.network import in_public

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


_NEEDED: Final = {
    "ecr.api": "images are requested",
    "ecr.dkr": "images are fetched",
    "logs": "logs are written",
    "secretsmanager": "secrets are read",
}
"""What a task on Fargate reaches before its first line runs; image layers come from S3 through its gateway endpoint."""


def _check(environment: Environment) -> Iterator[Finding]:
    network = environment.settings.network
    if network.nat != "none" or in_public(environment):
        return
    for service, why in _NEEDED.items():
        if service not in network.endpoints:
            message = f"tasks have no route out (`nat: none`) and no endpoint `{service}`, through which {why}"
            place = environment.at("environment", "network", "endpoints" if network.endpoints else "nat")
            yield Finding(message, place, f"add `{service}` to `endpoints`")


RULE = Rule(
    "W111",
    "without NAT, an endpoint is missing that tasks need to start",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "Amazon ECS Developer Guide: interface VPC endpoints; WA-01",
)
