"""R112: a rename from a name that another entry still has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, entry in landscape.every():
        kind = owner.partition("/")[0]
        former = entry.renamed_from
        if former is not None and landscape.knows(kind, former):
            message = f"{owner} was renamed from `{former}`, but there is still an entry {kind}/{former}"
            hint = "remove `renamed_from`, or the entry that has the old name"
            yield Finding(message, landscape.at(owner, "renamed_from"), hint)


RULE = Rule(
    "R112",
    "an entry's former name is still in use",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Terraform language: `moved` blocks",
)
