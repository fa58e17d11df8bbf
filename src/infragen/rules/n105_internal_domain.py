"""N105: a private zone that answers for names which belong to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


_PRIVATE: Final = ("internal", "test", "example", "home.arpa")


def _check(environment: Environment) -> Iterator[Finding]:
    name, public = environment.settings.internal_domain, environment.settings.domain_name
    if name is None:
        return
    place = environment.at("environment", "internal_domain")
    own = f"{environment.name}.{environment.system.name}.internal"
    if public is not None and (name == public or public.endswith(f".{name}")):
        message = f"inside the VPC, the private namespace `{name}` hides the public names of `{public}`"
        yield Finding(message, place, f"write `internal_domain: {own}`")
    elif not name.endswith((*(f".{end}" for end in _PRIVATE), *((f".{public}",) if public else ()))):
        message = f"`{name}` may belong to someone else on the internet; inside the VPC it would be hidden"
        yield Finding(message, place, f"write `internal_domain: {own}`")


RULE = Rule(
    "N105",
    "the private namespace hides names of the internet",
    Severity.WARNING,
    Scope.ENVIRONMENT,
    _check,
    "AWS Cloud Map Developer Guide: private DNS namespaces; RFC 6761; ICANN: `.internal` is reserved for private use",
)
