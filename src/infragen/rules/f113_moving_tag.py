"""F113: a tag that means another image tomorrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, container in landscape.each(Container):
        if container.image.tag in ("latest", "main", "master", "stable"):
            tag = container.image.tag
            message = f"the tag `{tag}` moves: tasks may differ, and a rollback may not find the old image"
            yield Finding(message, landscape.at(owner, "image", "tag"), "write a release or a commit: `tag: v1.0.0`")


RULE = Rule(
    "F113",
    "an image's tag moves",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "Amazon ECR User Guide: Image tag mutability; DT-04",
)
