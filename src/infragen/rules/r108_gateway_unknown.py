"""R108: a BFF behind a gateway that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.bffs import Bff
from infragen.kinds.gateways import Gateway
from infragen.rules.places import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, bff in landscape.all(Bff).items():
        if not landscape.knows("gateways", bff.gateway):
            message = f"bffs/{name} is behind a gateway `{bff.gateway}`, which does not exist"
            hint = nearest(bff.gateway, landscape.all(Gateway), "gateways")
            yield Finding(message, landscape.at(f"bffs/{name}", "gateway"), hint)


RULE = Rule(
    "R108",
    "a BFF's gateway does not exist",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-13, TN-14",
)
