"""Values as they stand in YAML, on one line."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from infragen.diagnostics import InfragenError
from infragen.source.yaml12 import parse


def yaml_text(value: Any, *, is_inner: bool = False) -> str:
    """Return plain data as YAML on one line; a text is quoted where it would read as something else.

    `is_inner` says that it stands in a list or a map on one line, where commas and brackets mean something.
    """
    if isinstance(value, dict):
        pairs = (
            f"{yaml_text(str(key), is_inner=True)}: {yaml_text(item, is_inner=True)}" for key, item in value.items()
        )
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(yaml_text(item, is_inner=True) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if not isinstance(value, str):
        return str(value)
    return value if _reads_as_itself(value, is_inner=is_inner) else json.dumps(value, ensure_ascii=False)


_BASE_60: Final = re.compile(r"[-+]?[0-9]+(:[0-5]?[0-9])+")
"""A clock time, which other programs that read YAML 1.1 take for a number: `12:30` for 750."""


def _reads_as_itself(text: str, *, is_inner: bool) -> bool:
    if _BASE_60.fullmatch(text):
        return False
    line = f"key: [{text}]\n" if is_inner else f"key: {text}\n"
    try:
        return parse(line, "key")[0] == {"key": [text] if is_inner else text}
    except InfragenError:
        return False
