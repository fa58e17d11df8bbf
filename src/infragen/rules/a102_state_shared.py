"""A102: whoever may read one environment's state reads the other's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environments: tuple[Environment, ...]) -> Iterator[Finding]:
    first: dict[str, Environment] = {}
    for environment in environments:
        bucket = environment.state_bucket
        other = first.setdefault(bucket, environment)
        if other is not environment:
            message = f"{environment.target} and {other.target} keep their state in one bucket, `{bucket}`"
            hint = f"give it its own: `bucket: {bucket}-{environment.name}`"
            yield Finding(message, environment.at("environment", "state", "bucket"), hint)


RULE = Rule(
    "A102",
    "two environments keep their state in one bucket",
    Severity.WARNING,
    Scope.ENVIRONMENTS,
    _check,
    "HashiCorp Terraform: Backend type s3, multi-account architecture",
)
