"""What terraform says while it works: its `-json` stream as typed events.

The format is documented as "Machine-readable UI"; unknown messages and fields are ignored, as it asks. Values never
come through: outputs and what provisioners print are left out, because either may hold a secret.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import Any

from msgspec import DecodeError, Raw, Struct
from msgspec.json import decode

from infragen.diagnostics import Diagnostic
from infragen.terraform.findings import finding


class EventKind(StrEnum):
    """What an event is about."""

    DRIFT = "drift"  # a resource changed outside of terraform
    PLANNED = "planned"  # a resource is going to change
    STARTED = "started"  # a change of a resource begins
    PROGRESS = "progress"  # ... still runs
    DONE = "done"
    FAILED = "failed"
    READING = "reading"  # a resource is about to be read
    READ = "read"  # a resource was read: refreshed, or an ephemeral one opened
    COUNTS = "counts"  # terraform's own summary
    DIAGNOSTIC = "diagnostic"
    NOTE = "note"  # anything else worth a line


@dataclass(frozen=True, slots=True)
class Counts:
    """Terraform's own summary of a plan, an apply or a destroy."""

    add: int = 0
    change: int = 0
    remove: int = 0
    imported: int = 0
    forget: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(sum(pair) for pair in zip(astuple(self), astuple(other), strict=True)))


class Event(Struct, frozen=True):
    """One thing that happened. `message` is terraform's own line; `elapsed` counts seconds since the change began.

    `identifier` is the `id` of an object whose change is complete.
    """

    kind: EventKind
    message: str
    address: str | None = None
    action: str | None = None
    elapsed: float | None = None
    counts: Counts | None = None
    diagnostic: Diagnostic | None = None
    identifier: str | None = None


HOOKS = {
    "apply_start": EventKind.STARTED,
    "apply_progress": EventKind.PROGRESS,
    "apply_complete": EventKind.DONE,
    "apply_errored": EventKind.FAILED,
    "refresh_start": EventKind.READING,
    "refresh_complete": EventKind.READ,
    "ephemeral_op_complete": EventKind.READ,
    "ephemeral_op_errored": EventKind.FAILED,
}
CHANGES = {"planned_change": EventKind.PLANNED, "resource_drift": EventKind.DRIFT}
NOTES = {"init_output", "log"}
_COUNTED = ("add", "change", "remove", "import", "forget")
OUTPUTS = b'"outputs"'


def parse_event(line: bytes, shown: str) -> Event | None:
    """Return the event of one line of the stream, or None for what no one needs.

    `shown` is the folder, as people know it, to which the file names of diagnostics are relative. A line that is not
    JSON (a crash, a wrapper's words) is a note, so that it is not lost.
    """
    try:
        message: Any = json.loads(line)
    except ValueError:
        message = {"type": "log", "@message": line.decode("utf-8", "replace")}
    if not isinstance(message, dict):
        return None
    try:
        kind, text = message.get("type"), str(message.get("@message", "")).strip()
        if kind in HOOKS:
            hook = message.get("hook") or {}
            elapsed, identifier = hook.get("elapsed_seconds"), hook.get("id_value")
            return Event(
                HOOKS[kind],
                text,
                _address(hook),
                hook.get("action"),
                float(elapsed) if isinstance(elapsed, int | float) else None,
                identifier=identifier if isinstance(identifier, str) and hook.get("id_key") == "id" else None,
            )
        if kind in CHANGES:
            change = message.get("change") or {}
            return Event(CHANGES[kind], text, _address(change), change.get("action"))
        if kind == "change_summary":
            changes = message.get("changes") or {}
            counts = Counts(*(value if isinstance(value := changes.get(name), int) else 0 for name in _COUNTED))
            return Event(EventKind.COUNTS, text, counts=counts)
        if kind == "diagnostic":
            reported = message.get("diagnostic") or {}
            return Event(EventKind.DIAGNOSTIC, text, reported.get("address"), diagnostic=finding(reported, shown))
        return Event(EventKind.NOTE, text) if kind in NOTES and text else None
    except (AttributeError, TypeError, ValueError):  # a message of its kind has another form
        return None


class _Dump(Struct):
    state: Raw = Raw()


def dumped_state(line: bytes) -> bytes:
    """Source: `StateDump` of terraform's JSON view."""
    with suppress(DecodeError, UnicodeDecodeError):
        return bytes(decode(line, type=_Dump).state) if b'"Emergency state dump"' in line else b""
    return b""


def planned_outputs(line: bytes) -> dict[str, str]:
    """Return what a plan does to outputs, by name, when this line says it; never a value."""
    if OUTPUTS not in line:
        return {}
    try:
        message = json.loads(line)
        said = message.get("outputs") or {} if message.get("type") == "outputs" else {}
        return {name: str(output.get("action", "noop")) for name, output in said.items()}
    except (AttributeError, TypeError, ValueError):  # a message of this kind has another form
        return {}


def _address(of: dict[str, Any]) -> str | None:
    address = (of.get("resource") or {}).get("addr")
    return address if isinstance(address, str) else None
