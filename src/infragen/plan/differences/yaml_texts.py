"""Texts that are clearly YAML, read without trust.

Scalars keep their text (numbers exactly as written), an alias is refused, since a few of them can stand for billions of
nodes, and so is a key that occurs twice. The events of the parser are read one by one, so that neither its stack nor
ours grows with the text.
"""

import re
from collections.abc import Callable

import yaml

from infragen.redaction.values import Number, Value

_DEEPEST = 50
_CLEARLY = re.compile(r"(?:-\s+\S|[\w.\"'/-]+:(?:\s|$)|---\s*$)")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_WORD_TAGS = frozenset({"tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"})
_NUMBER_TAGS = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"})


class _NotClearError(Exception):
    """The text is YAML, but not of the plain kind that is read here."""


def read_yaml(text: str) -> Value:
    """Return None when it is not clearly a mapping or a list. The result is not cleaned of secrets."""
    lines = (line.strip() for line in text.split("\n", 20)[:20])
    first = next((line for line in lines if line and not line.startswith("#")), "")
    if len(text) > 256 * 1024 or "\n" not in text.strip() or not _CLEARLY.match(first):
        return None
    loader = yaml.CSafeLoader(text)
    try:
        value = _document(loader)
    except (yaml.YAMLError, _NotClearError, ValueError):
        return None
    finally:
        loader.dispose()
    return value if isinstance(value, dict | list) else None


def _document(loader: yaml.CSafeLoader) -> Value:
    result: list[Value] = []
    open_collections: list[_Open] = []
    while (event := loader.get_event()) is not None:
        if isinstance(event, yaml.AliasEvent) or len(open_collections) > _DEEPEST:
            raise _NotClearError
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            open_collections.append(_Open(is_mapping=isinstance(event, yaml.MappingStartEvent)))
            continue
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(loader, event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            value = open_collections.pop().value
        else:
            continue
        if open_collections:
            open_collections[-1].add(value)
        else:
            result.append(value)
    if len(result) != 1:
        raise _NotClearError
    return result[0]


class _Open:
    __slots__ = ("_key", "value")

    def __init__(self, *, is_mapping: bool) -> None:
        self.value: dict[str, Value] | list[Value] = {} if is_mapping else []
        self._key: str | None = None

    def add(self, value: Value) -> None:
        if isinstance(self.value, list):
            self.value.append(value)
        elif self._key is None:
            self._key = _key(value)
            if self._key in self.value:
                raise _NotClearError
        else:
            self.value[self._key] = value
            self._key = None


def _key(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Number):
        return value.text
    raise _NotClearError


def _scalar(loader: yaml.CSafeLoader, event: yaml.ScalarEvent) -> Value:
    text: str = event.value
    resolve: Callable[..., str] = loader.resolve
    tag = event.tag or (resolve(yaml.ScalarNode, text, (True, False)) if event.implicit[0] else "")
    if tag in _NUMBER_TAGS:
        return Number(text)
    if tag in _WORD_TAGS and text.lower() in _WORDS:
        return _WORDS[text.lower()]
    return f"{event.tag} {text}" if event.tag else text
