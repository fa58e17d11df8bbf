"""F114: a secret that everybody who reads the catalogue would know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


_WORDS: Final = (
    r"(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS?|PRIVATE_KEY|API_KEY|ACCESS_KEY)($|_(?!ARN$|NAME$|URL$))"
)
"""Words that name secrets, unless the variable only says where one is kept."""


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, container in landscape.each(Container):
        for name, value in container.environment.items():
            if re.search(_WORDS, name) and value and not value.startswith("arn:"):
                place = landscape.at(owner, "environment", name, key=True)
                hint = f"keep it in Secrets Manager and pass its ARN: `{name}_ARN: arn:aws:secretsmanager:...`"
                yield Finding(f"`{name}` looks like a secret, in plain text", place, hint)


RULE = Rule(
    "F114",
    "an environment variable looks like a secret",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "Amazon ECS Developer Guide: Pass sensitive data to a container",
)
