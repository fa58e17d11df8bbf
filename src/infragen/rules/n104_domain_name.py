"""N104: a name that DNS does not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


_LABEL: Final = r"(?!-)[a-z0-9-]{1,63}(?<!-)"


def _check(environment: Environment) -> Iterator[Finding]:
    settings = environment.settings
    for field, name in (("domain_name", settings.domain_name), ("internal_domain", settings.internal_domain)):
        if name is None:
            continue
        labels = name.split(".")
        wrong = next((label for label in labels if not re.fullmatch(_LABEL, label)), None)
        if wrong is not None or len(labels) < 2:
            why = f"`{wrong}` is not a label" if wrong is not None else "it has no dot"
            hint = "lower-case letters, digits and hyphens, with dots between: `shop.example.com`"
            yield Finding(f"`{name}` is not a domain name: {why}", environment.at("environment", field), hint)


RULE = Rule(
    "N104",
    "a domain name is not valid",
    Severity.ERROR,
    Scope.ENVIRONMENT,
    _check,
    "RFC 1035, section 2.3.1; RFC 1123, section 2.1",
)
