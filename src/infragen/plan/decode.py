"""Bytes of a plan file to data, with exact numbers and an answer to "this is not a plan"."""

from __future__ import annotations

import gc
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from infragen.diagnostics import Diagnostic, InfragenError, Location

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Number", "decode_json", "decode_plan", "reject"]

_HINT = "make one with `terraform show -json PLANFILE > plan.json`"


class Number(NamedTuple):
    """A JSON number as its digits: a float would hide a change of the 17th."""

    text: str


def decode_plan(content: bytes, name: str) -> dict[str, object]:
    """Return the top-level object of a plan; `name` is the file that errors speak of.

    UTF-8 and UTF-16 are read, with or without a byte order mark. Anything else raises InfragenError (codes P201 to
    P213) that says what was found instead of a plan.
    """
    text = _decode_text(content, name)
    if not text.strip():
        reject("P201", "the file is empty", name)
    try:
        document = decode_json(text)
    except RecursionError:
        reject("P202", "the JSON is nested too deeply to be a plan", name)
    except json.JSONDecodeError as error:
        _explain_syntax_error(text, error, name)
    return _check_shape(document, name)


def decode_json(text: str) -> object:
    """Return JSON text as data with every number as Number; NaN and Infinity are refused as JSON does."""
    with _collector_paused():
        return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=_refuse_constant)


def reject(code: str, message: str, name: str, hint: str = _HINT, at: tuple[int, int] = (1, 1)) -> NoReturn:
    """Raise InfragenError about the file `name`, at a line and column."""
    raise InfragenError(Diagnostic(code, message, Location(name, *at), hint=hint))


def _decode_text(content: bytes, name: str) -> str:
    if content.startswith(b"PK\x03\x04"):
        reject("P203", "this is a saved plan file (binary), not its JSON form", name, _show_hint(name))
    if content.startswith(b"\x1f\x8b"):
        reject("P203", "this is gzip-compressed data", name, f"unpack it first: gunzip < {name} > plan.json")
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        reject("P204", f"byte {error.start} is not {encoding} text", name)
    return text.removeprefix("\ufeff")


def _show_hint(name: str) -> str:
    return f"terraform show -json {name} > plan.json"


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if content[1:2] == b"\0":
        return "utf-16-le"
    if content[:1] == b"\0":
        return "utf-16-be"
    return "utf-8"


def _explain_syntax_error(text: str, error: json.JSONDecodeError, name: str) -> NoReturn:
    place = (error.lineno, error.colno)
    first = text.lstrip().split("\n", 1)[0]
    if error.msg == "Extra data" and _is_stream_message(first):
        reject("P205", "this is the message stream of `terraform plan -json`, not a plan", name)
    if error.msg == "Extra data":
        reject("P206", "there is more text after the JSON", name, at=place)
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
        reject("P207", "the JSON ends in the middle: the file was cut off", name, at=place)
    reject("P208", f"this is not JSON ({error.msg})", name, at=place)


def _is_stream_message(line: str) -> bool:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(message, dict) and "@level" in message


def _check_shape(document: object, name: str) -> dict[str, object]:
    if not isinstance(document, dict):
        kinds = {list: "an array", str: "a string", bool: "a boolean", Number: "a number", type(None): "null"}
        reject("P209", f"a plan is a JSON object, this is {kinds[type(document)]}", name)
    if "@level" in document:
        reject("P205", "this is a message of the stream of `terraform plan -json`, not a plan", name)
    if "lineage" in document or ("serial" in document and "version" in document):
        reject("P210", "this is a state file (terraform.tfstate), not a plan", name)
    if "provider_schemas" in document:
        reject("P211", "this is the output of `terraform providers schema -json`, not a plan", name)
    _check_version(document, name)
    if "values" in document and "planned_values" not in document and "resource_changes" not in document:
        reject("P210", "this is `terraform show -json` of a state, not of a plan", name)
    return document


def _check_version(document: dict[str, object], name: str) -> None:
    version = document.get("format_version")
    if version is None:
        reject("P212", "there is no format_version: this is not `terraform show -json` of a plan", name)
    text = version.text if isinstance(version, Number) else version
    if not isinstance(text, str) or text.partition(".")[0] not in {"0", "1"}:
        shown = text if isinstance(text, str) else "of another type"
        reject("P213", f"format_version is {shown[:20]!r}, infragen reads 0.x and 1.x", name)


def _refuse_constant(text: str) -> NoReturn:
    raise json.JSONDecodeError(f"{text} is not a value of JSON", text, 0)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the cyclic collector: it finds nothing in fresh JSON and costs four fifths of the decoding time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
