"""Differences that say nothing new: folded and counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from infragen.plan.model import Noise
from infragen.plan.values import UNKNOWN_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infragen.plan.model import AttributeChange
    from infragen.plan.view import View

__all__ = ["with_noise"]

_EMPTY = frozenset({None, '""', "[]", "{}", "null"})
_TIMESTAMPS = frozenset({"last_modified", "last_updated", "updated_at", "modified_date", "last_modified_date"})


def with_noise(view: View, attributes: Iterable[AttributeChange]) -> tuple[AttributeChange, ...]:
    """Return the differences, each that only repeats or echoes another with the reason why it may be folded.

    What forces a replacement is never noise; where nothing else differs, nothing is.
    """
    found = tuple(attributes)
    paths = {attribute.path for attribute in found}
    judged = tuple(_judged(view, attribute, paths) for attribute in found)
    return found if all(attribute.noise for attribute in judged) else judged


def _judged(view: View, attribute: AttributeChange, paths: set[str]) -> AttributeChange:
    reason = next(_reasons(view, attribute, paths), None)
    return replace(attribute, noise=reason) if reason else attribute


def _reasons(view: View, attribute: AttributeChange, paths: set[str]) -> Iterator[Noise]:
    is_nested = "." in attribute.path or "[" in attribute.path
    is_empty = attribute.before in _EMPTY and attribute.after in _EMPTY and not attribute.note
    if is_empty and view.action.is_replace and (is_nested or not attribute.forces_replacement):
        yield Noise.EMPTY
    if attribute.forces_replacement:
        return
    if attribute.after == UNKNOWN_TEXT:
        yield Noise.COMPUTED
    if attribute.path.startswith("tags_all") and "tags" + attribute.path.removeprefix("tags_all") in paths:
        yield Noise.ECHO
    if attribute.path in _TIMESTAMPS:
        yield Noise.TIMESTAMP
