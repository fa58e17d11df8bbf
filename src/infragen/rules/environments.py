"""Rules about environments side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment


@rule(
    "A101",
    "two environments share one AWS account",
    Severity.WARNING,
    "AWS Well-Architected, Security Pillar: SEC01-BP01; TN-01",
)
def _account_shared(environments: tuple[Environment, ...]) -> Iterator[Finding]:
    first: dict[str, Environment] = {}
    for environment in environments:
        other = first.setdefault(environment.settings.account, environment)
        if other is not environment:
            message = f"{environment.target} and {other.target} share the account {environment.settings.account}"
            hint = "give each environment its own account; quotas, mistakes and permissions then end at its border"
            yield Finding(message, environment.at("environment", "account"), hint)


@rule(
    "A102",
    "two environments keep their state in one bucket",
    Severity.WARNING,
    "HashiCorp Terraform: Backend type s3, multi-account architecture",
)
def _state_shared(environments: tuple[Environment, ...]) -> Iterator[Finding]:
    first: dict[str, Environment] = {}
    for environment in environments:
        bucket = environment.state_bucket
        other = first.setdefault(bucket, environment)
        if other is not environment:
            message = f"{environment.target} and {other.target} keep their state in one bucket, `{bucket}`"
            hint = f"give it its own: `bucket: {bucket}-{environment.name}`"
            yield Finding(message, environment.at("environment", "state", "bucket"), hint)
