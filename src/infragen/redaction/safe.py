"""The only way from a plan's own values to safe ones."""

import json
from itertools import count

from infragen.redaction.exact_json import json_inside
from infragen.redaction.marks import is_unknown, is_whole, mark_at, members_with_unknown, unknown_at
from infragen.redaction.redactor import Redactor
from infragen.redaction.values import MASK, UNKNOWN, HiddenKey, Number, Redacted, Value


def safe(value: object, redactor: Redactor, mark: object = False, unknown: object = False) -> Value:
    """Hide the whole value where its mark is not a tree of its shape."""
    if mark is not False or unknown is not False:  # of most values, nothing is
        if is_unknown(value, unknown):
            return UNKNOWN
        if value is not None and is_whole(mark, value):
            return Redacted(MASK, redactor.token(json.dumps(value, sort_keys=True)), marked=True)
    if isinstance(value, str):
        cleaned = redactor.redact(value)
        is_clean = cleaned == value
        return value if is_clean else Redacted(cleaned, redactor.token(value), inside=_inside(value, cleaned, redactor))
    if isinstance(value, dict):
        return _safe_map(value, redactor, mark, unknown)
    if isinstance(value, list):
        if mark is False and unknown is False:
            return [safe(item, redactor) for item in value]
        items = ((item, mark_at(mark, value, at), unknown_at(unknown, at)) for at, item in enumerate(value))
        return [safe(item, redactor, its_mark, part) for item, its_mark, part in items]
    if isinstance(value, Number):
        cleaned = redactor.redact(value.text)
        return value if cleaned == value.text else Redacted(cleaned, redactor.token(value.text))
    return value if isinstance(value, bool) else None


def _safe_map(value: dict[str, object], redactor: Redactor, mark: object, unknown: object) -> Value:
    found: dict[str, Value] = {}
    if mark is False and unknown is False:
        for key in sorted(value):
            found[_safe_key(key, redactor, found)] = safe(value[key], redactor)
        return found
    for key, member, part in members_with_unknown(value, unknown):
        found[_safe_key(key, redactor, found)] = safe(member, redactor, mark_at(mark, value, key), part)
    return found


def _safe_key(key: str, redactor: Redactor, taken: dict[str, Value]) -> str:
    """Return a key as it may be shown; a number tells those apart that are alike once their secrets are out."""
    shown = redactor.redact(key)
    if shown == key:
        return key
    texts = {*map(str, taken)}
    numbered = (shown if number == 1 else f"{shown} ({number})" for number in count(1))
    return HiddenKey(next(text for text in numbered if text not in texts), redactor.token(key))


def _inside(text: str, cleaned: str, redactor: Redactor) -> Value:
    """Keep the text closed where a secret reaches over several parts: it would show in them one by one."""
    whole = json_inside(text)
    return safe(whole, redactor) if _have_one_shape(whole, json_inside(cleaned)) else None


def _have_one_shape(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return len(one) == len(other) and all(map(_have_one_shape, one.values(), other.values()))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_have_one_shape, one, other))
    return type(one) is type(other)
