"""F104: a situation in force that no container has a size for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container
from infragen.rules.places import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    known = {name for _, container in environment.each(Container) for name in container.sizes}
    for index, profile in enumerate(environment.settings.profiles):
        if profile not in known:
            message = f"the profile `{profile}` changes nothing: no service has a size with that name"
            yield Finding(message, environment.at("environment", "profiles", index), nearest(profile, known, "sizes"))


RULE = Rule(
    "F104",
    "a profile of the environment is not a size of any container",
    Severity.WARNING,
    Scope.ENVIRONMENT,
    _check,
    "TN-04",
)
