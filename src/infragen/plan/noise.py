"""Differences without new information: folded and counted."""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from infragen.plan.change_parts import AttributeChange, Noise
from infragen.redaction.paths import first_name
from infragen.redaction.values import UNKNOWN_TEXT

_EMPTY = frozenset({None, '""', "[]", "{}", "null"})
_NO_NOTES = frozenset({None, "null is added", "null is removed"})
# Attributes that the AWS provider 5.100.0 only computes and that hold when something was changed (its schema).
TIMESTAMP_NAMES = re.compile(
    r"(?:date_|state_)?(?:last_)?(?:updated?|modified|modification|launched|published|accessed|analyzed)"
    r"(?:_(?:at|on|date|time|timestamp))*\Z|latest_restorable_time\Z"
)
_TIMESTAMP = re.compile(r'"?(?:\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|\s?[+-]\d\d:?\d\d)?(?: UTC)?|\d{9,13})"?\Z')


def with_noise(attributes: Iterable[AttributeChange]) -> tuple[AttributeChange, ...]:
    """Spare what forces a replacement, which is never noise; where nothing else differs, nothing is."""
    found = tuple(attributes)
    paths = {one.path for one in found}
    forcing = {first_name(one.path) for one in found if one.forces_replacement and not _is_empty_either_way(one)}
    reasons = [_reason(attribute, paths, forcing) for attribute in found]
    if all(reasons) or not any(reasons):
        return found
    return tuple(
        replace(attribute, forces_replacement=False, noise=reason, about=()) if reason else attribute
        for attribute, reason in zip(found, reasons, strict=True)
    )


def _reason(attribute: AttributeChange, paths: set[str], forcing: set[str]) -> Noise | None:
    path, first = attribute.path, first_name(attribute.path)
    # Providers compare a forcing document without its empty parts.
    may_be_empty = not attribute.forces_replacement or (first != path and first in forcing)
    if may_be_empty and _is_empty_either_way(attribute):
        return Noise.EMPTY
    if attribute.forces_replacement:
        return None
    if attribute.after == UNKNOWN_TEXT:
        return None if attribute.comes_from else Noise.COMPUTED
    if path.startswith("tags_all") and _repeats_tags(path.removeprefix("tags_all"), paths):
        return Noise.ECHO
    if TIMESTAMP_NAMES.match(path) and _is_timestamp(attribute.before) and _is_timestamp(attribute.after):
        return Noise.TIMESTAMP
    return None


def _repeats_tags(rest: str, paths: set[str]) -> bool:
    if "tags" in paths or "tags" + rest in paths:
        return True
    return not rest and any(path.startswith(("tags.", "tags[")) for path in paths)


def _is_empty_either_way(attribute: AttributeChange) -> bool:
    return attribute.before in _EMPTY and attribute.after in _EMPTY and attribute.note in _NO_NOTES


def _is_timestamp(text: str | None) -> bool:
    return text is None or bool(_TIMESTAMP.match(text))
