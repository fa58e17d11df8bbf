"""Safe values and paths as one-line texts that read like HCL."""

import json
import re
from collections.abc import Sequence

from infragen.redaction.paths import Label
from infragen.redaction.values import Number, Redacted, Unknown, Value

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def literal(value: Value) -> str:
    """Return a value as HCL-like text: sorted maps, hidden parts as `(sensitive)`, unknown as `(known after apply)`."""
    if isinstance(value, Redacted):
        return value.text if value.marked or value.text == "(sensitive)" else quoted(value.text)
    if isinstance(value, Unknown | Number):
        return value.text
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        keys = {key: key if _IDENTIFIER.match(key) else quoted(key) for key in sorted(value)}
        return "{" + ", ".join(f"{shown} = {literal(value[key])}" for key, shown in keys.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return "null" if value is None else str(value).lower()


def path_text(path: Sequence[str | int]) -> str:
    """Return `rule[0].tags["a b"]` for ("rule", 0, "tags", "a b"), and `rule["web"]` for an item called so."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif not isinstance(step, Label) and _IDENTIFIER.match(step):
            text += f".{step}" if text else step
        else:
            text += f"[{quoted(step)}]"
    return text


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
