"""What terraform says while it works: its `-json` stream as typed events.

The format is documented as "Machine-readable UI"; unknown messages and fields are ignored, as it asks. Values never
come through: outputs and what provisioners print are left out, because either may hold a secret.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from enum import StrEnum
from typing import Any

from msgspec import DecodeError, Raw, Struct
from msgspec.json import decode

from infragen.diagnostics import Diagnostic, Severity
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
    """Take a line that is not JSON (a crash, a wrapper's words) as a note, so that it is not lost."""
    try:
        message: Any = json.loads(line)
    except ValueError:
        message = {"type": "log", "@message": line.decode("utf-8", "replace")}
    if not isinstance(message, dict):
        return None
    with suppress(AttributeError, TypeError, ValueError):  # a message of its kind has another form
        kind, text = message.get("type"), str(message.get("@message", "")).strip()
        if kind in HOOKS:
            hook = message.get("hook") or {}
            elapsed, identifier = hook.get("elapsed_seconds"), hook.get("id_value")
            took = float(elapsed) if isinstance(elapsed, int | float) else None
            own = identifier if isinstance(identifier, str) and hook.get("id_key") == "id" else None
            return Event(HOOKS[kind], text, _address(hook), hook.get("action"), took, identifier=own)
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
    return None


def planned_outputs(line: bytes) -> dict[str, str]:
    if OUTPUTS not in line:
        return {}
    with suppress(AttributeError, TypeError, ValueError):  # a message of this kind has another form
        message = json.loads(line)
        said = message.get("outputs") or {} if message.get("type") == "outputs" else {}
        return {name: str(output.get("action", "noop")) for name, output in said.items()}
    return {}


def _address(of: dict[str, Any]) -> str | None:
    address = (of.get("resource") or {}).get("addr")
    return address if isinstance(address, str) else None


MOST_FINDINGS = 500  # diagnostics kept of one command: a thousand resources can all fail in the same way
MOST_WORDS = 1 << 20
"""Characters kept of the errors of one command, and of its warnings; what is left out stands in the stack's log."""
PREAMBLE = "Terraform encountered problems during initialisation"
"""Said by `init` as one more error beside the real ones."""


@dataclass(slots=True)
class StreamedOutput:
    """What a stream has said that outlives it; everything else goes through and is forgotten."""

    on_event: Callable[[Event], None]
    shown: str
    code: int = 0
    counts: Counts = field(default_factory=Counts)
    errors: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    left_out: int = 0
    is_whole: bool = False  # whether terraform's summary came, with which its output ends
    outputs: dict[str, str] = field(default_factory=dict)
    state: bytes = field(default=b"", repr=False)  # what terraform prints of a state that it could write nowhere
    _words: Counter[Severity] = field(default_factory=Counter)

    @property
    def all_errors(self) -> list[Diagnostic]:
        if not self.left_out:
            return self.errors
        more = f"terraform reported {self.left_out} more; the log of {self.shown} has them"
        return [*self.errors, Diagnostic("T020", more, severity=Severity.NOTICE)]

    def line(self, line: bytes) -> None:
        if b'"Emergency state dump"' in line:  # `StateDump` of terraform's JSON view
            with suppress(DecodeError, UnicodeDecodeError):
                self.state = bytes(decode(line, type=dict[str, Raw]).get("state", self.state))
        event = parse_event(line, self.shown)
        if event is None:
            self.outputs |= planned_outputs(line)
            return
        if event.counts is not None:
            self.counts, self.is_whole = event.counts, True
        if event.diagnostic is not None:
            diagnostic = event.diagnostic
            kept = self.warnings if diagnostic.severity is Severity.WARNING else self.errors
            if not (diagnostic.message.startswith(PREAMBLE) and kept):
                if len(kept) >= MOST_FINDINGS or self._words[diagnostic.severity] > MOST_WORDS:
                    self.left_out += 1
                elif diagnostic not in kept:
                    kept.append(diagnostic)
                    self._words[diagnostic.severity] += len(diagnostic.message)
        self.on_event(event)
