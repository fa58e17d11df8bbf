"""Texts that hold something: a JSON or YAML document, an IAM policy, or another text in base64 or gzip.

YAML is read without trust, where it is clearly that. Scalars keep their text (numbers exactly as written), an alias is
refused, since a few of them can stand for billions of nodes, and so is a key that occurs twice. The events of the
parser are read one by one, so that neither its stack nor ours grows with the text.

Policies are put in one form, so that two ways to write the same statement are equal: by the "Grammar of the IAM JSON
policy language" (IAM User Guide), one value may stand where a list may, the order of statements, actions, resources,
principals and values of a condition says nothing, and one statement needs no list.
"""

import re
from collections.abc import Callable
from json import JSONDecodeError
from typing import NamedTuple

import yaml

from infragen.plan.differences.lists import Members, frozen
from infragen.redaction.encodings import decoded_text
from infragen.redaction.exact_json import decode_value
from infragen.redaction.redactor import Redactor
from infragen.redaction.safe import safe
from infragen.redaction.values import Number, Redacted, Value

_BASE64_START = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
_CLEARLY = re.compile(r"(?:-\s+\S|[\w.\"'/-]+:(?:\s|$)|---\s*$)")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_WORD_TAGS = frozenset({"tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"})
_NUMBER_TAGS = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"})


class Documents(NamedTuple):
    """What two texts hold, and what to say when that is the same."""

    before: Value
    after: Value
    same_note: str


class Wrapped(NamedTuple):
    """The texts inside two encoded ones, and the name of the encoding."""

    before: Value
    after: Value
    encoding: str


def open_documents(before: Value, after: Value, redactor: Redactor | None = None) -> Documents | None:
    """Return None when they are not of one kind; YAML only with `redactor`: what it holds is not cleaned."""
    old = _json(before)
    new = old if after is before else _json(after)
    if old is not None and new is not None and type(old) is type(new):
        return Documents(old, new, "the same JSON, formatted differently")
    if redactor is None or not isinstance(before, str) or not isinstance(after, str):
        return None
    if "\n" not in before or "\n" not in after or _first_comment(before) != _first_comment(after):
        return None
    old, new = read_yaml(before), read_yaml(after)
    if old is None or new is None or type(old) is not type(new):
        return None
    return Documents(safe(old, redactor), safe(new, redactor), "the same YAML, formatted differently")


def unwrapped(before: Value, after: Value, redactor: Redactor) -> Wrapped | None:
    if not _may_be_base64(before) or not _may_be_base64(after):
        return None
    old, new = _decoded(before), _decoded(after)
    if old is None or new is None:
        return None
    is_gzip = all(isinstance(text, str) and text.lstrip().startswith("H4sI") for text in (before, after))
    return Wrapped(safe(old, redactor), safe(new, redactor), "gzip in base64" if is_gzip else "base64")


def _json(text: Value) -> Value:
    if isinstance(text, dict | list):
        return text
    if isinstance(text, Redacted):
        return text.inside
    if not isinstance(text, str) or not text.lstrip().startswith(("{", "[")):
        return None
    try:
        value = decode_value(text)
    except (JSONDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None  # safe: the text has no secret, nor have its parts


def _first_comment(text: str) -> str:
    """Return the first line when it is a comment: `#cloud-config` and `#!` say what reads the text."""
    first = text.partition("\n")[0]
    return first if first.startswith("#") else ""


def _may_be_base64(text: Value) -> bool:
    return isinstance(text, str) and len(text) >= 16 and bool(_BASE64_START.match(text[:64]))


def _decoded(text: Value) -> str | None:
    return decoded_text("".join(text.split())) if isinstance(text, str) else None


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
        if isinstance(event, yaml.AliasEvent) or len(open_collections) > 50:
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


def is_policy(document: Value) -> bool:
    statements = document.get("Statement") if isinstance(document, dict) else None
    found = statements if isinstance(statements, list) else [statements]
    return bool(found) and all(isinstance(one, dict) and "Effect" in one for one in found)


def normal_policy(document: dict[str, Value]) -> dict[str, Value]:
    statements = document.get("Statement")
    found = statements if isinstance(statements, list) else [statements]
    return {**document, "Statement": Members(_statement(one) for one in found)}


def same_policy(before: dict[str, Value], after: dict[str, Value]) -> bool:
    statements = (side["Statement"] for side in (before, after))
    old, new = (sorted(map(repr, map(frozen, one if isinstance(one, list) else []))) for one in statements)
    return old == new and {**before, "Statement": None} == {**after, "Statement": None}


def _statement(statement: Value) -> Value:
    if not isinstance(statement, dict):
        return statement
    normal: dict[str, Value] = {}
    for key, value in statement.items():
        if key in {"Action", "NotAction", "Resource", "NotResource"}:
            normal[key] = _members(value)
        elif key in {"Principal", "NotPrincipal"} and isinstance(value, dict):
            normal[key] = {kind: _members(part) for kind, part in value.items()}
        elif key == "Condition" and isinstance(value, dict):
            normal[key] = {
                operator: {name: _members(part) for name, part in tests.items()} if isinstance(tests, dict) else tests
                for operator, tests in value.items()
            }
        else:
            normal[key] = value
    return normal


def _members(value: Value) -> Value:
    if isinstance(value, list):
        return Members(sorted(value, key=lambda one: repr(frozen(one))))
    return value if isinstance(value, dict) or value is None else Members([value])
