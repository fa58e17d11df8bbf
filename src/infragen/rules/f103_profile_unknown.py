"""F103: an active profile that is none of the container's sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container
from infragen.rules.places import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, container in landscape.each(Container):
        profile = container.profile
        if profile is not None and profile not in container.sizes:
            hint = nearest(profile, container.sizes, "its sizes")
            yield Finding(f"{owner} has no size `{profile}`", landscape.at(owner, "profile"), hint)


RULE = Rule(
    "F103",
    "a container's profile is not one of its sizes",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-04",
)
