"""The values of a YAML file as JSON has them: figures are numbers."""

import re
from functools import lru_cache
from typing import Any, Final

from infragen.source.yaml12 import node_of

_NUMBER: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@lru_cache(maxsize=64)
def json_values(text: str) -> Any:
    """Return the values of a file that has been read once, so that its keys are sound; they are not to be changed."""
    return _value(node_of(text))


def _value(node: Any) -> Any:
    if node.tag == "m":
        return {key.value: _value(value) for key, value in node.value}
    if node.tag == "l":
        return [_value(item) for item in node.value]
    if node.tag in ("t", "f"):
        return node.tag == "t"
    if node.tag == "n":
        return None
    if node.tag == "i":
        return int(node.value)
    is_number = not node.style and _NUMBER.fullmatch(node.value)
    return float(node.value) if is_number else node.value
