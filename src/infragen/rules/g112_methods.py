"""G112: limited functions that nobody limited, or methods that change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.bffs import Bff

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, bff in landscape.all(Bff).items():
        if bff.functions == "limited" and not bff.methods:
            message = f"bffs/{name} has limited functions, and no method is routed to it"
            yield Finding(message, landscape.at(f"bffs/{name}", "functions"), "add `methods: [GET]`")
        elif bff.functions == "full" and bff.methods:
            message = f"`methods` changes nothing: bffs/{name} has full functions"
            hint = "write `functions: limited`, or remove `methods`"
            yield Finding(message, landscape.at(f"bffs/{name}", "methods"), hint)


RULE = Rule(
    "G112",
    "a BFF's methods contradict its functions",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-14",
)
