"""Texts that hold something: a JSON or YAML document, or another text in base64 or gzip."""

import re
from json import JSONDecodeError
from typing import NamedTuple

from infragen.plan.differences.yaml_texts import read_yaml
from infragen.redaction.encodings import decoded_text
from infragen.redaction.exact_json import decode_value
from infragen.redaction.redactor import Redactor
from infragen.redaction.safe import safe
from infragen.redaction.values import Redacted, Value

_BASE64_START = re.compile(r"[A-Za-z0-9+/=\s]*\Z")


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
