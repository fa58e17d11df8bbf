"""N106: a domain that nobody can own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


_RESERVED: Final = (".example", ".test", ".invalid", ".localhost", ".internal", ".local", "example.com", "example.org")


def _check(environment: Environment) -> Iterator[Finding]:
    name = environment.settings.domain_name
    if name is not None and name.endswith(_RESERVED):
        message = f"`{name}` is reserved: no certificate authority issues a certificate for it"
        hint = "fine on the sandbox; write a domain you own before you apply to AWS"
        yield Finding(message, environment.at("environment", "domain_name"), hint)


RULE = Rule(
    "N106",
    "no certificate can be issued for the environment's domain",
    Severity.NOTICE,
    Scope.ENVIRONMENT,
    _check,
    "RFC 2606, RFC 6761: reserved names; AWS Certificate Manager User Guide: DNS validation",
)
