"""How far each stack of a run is; computed from what the run reports, printed by others."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from infragen.diagnostics import Severity
from infragen.hcl.addresses import without_keys
from infragen.redaction.log_redaction import redacted
from infragen.terraform.engine import StackResult, Status
from infragen.terraform.events import Event, EventKind
from infragen.text import counted

WAITING = "waiting"
_STEPS = {"create": 1, "update": 1, "delete": 1, "replace": 2}
"""Changes that one planned action comes to; a read, a move or nothing at all is none."""
_DOING = {"plan": "planning", "apply": "applying", "destroy": "destroying"}
_DONE = {"plan": "planned", "apply": "applied", "destroy": "destroyed"}


@dataclass(slots=True)
class Row:
    """One stack: `done` changes of `total` (None while unknown), `running` ones and reads with when they began."""

    stack: str
    state: str = WAITING
    done: int = 0
    read: int = 0
    total: int | None = None
    began: float | None = None
    ended: float | None = None
    waits_for: tuple[str, ...] = ()
    running: dict[str, float] = field(default_factory=dict)
    planned: dict[str, int] = field(default_factory=dict)
    has_passed: bool = False

    def elapsed(self, now: float) -> float:
        return (self.ended or now) - self.began if self.began is not None else 0.0

    def oldest(self) -> tuple[str, float] | None:
        return min(self.running.items(), key=lambda item: item[1]) if self.running else None

    @property
    def is_at_work(self) -> bool:
        return self.began is not None and self.ended is None

    @property
    def is_over(self) -> bool:
        return self.ended is not None

    def count(self) -> str:
        """Return `12/40`, `12` without a known total, `3 read`; after a first pass, `4 of 8 in this pass`."""
        if self.has_passed and self.total is not None and not self.waits_for:
            return f"{self.done} of {self.total} in this pass"
        if self.total is not None and (self.done or not self.read or self.total):
            return f"{self.done}/{self.total}"
        if self.done:
            return str(self.done)
        return f"{self.read} read" if self.read else ""


class Board:
    """The rows of a run, in the order of the stacks; updated by one thread at a time."""

    def __init__(
        self, stacks: Sequence[str], verb: str, totals: Mapping[str, int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rows = {stack: Row(stack, total=totals.get(stack)) for stack in stacks}
        self.verb = verb
        self.now = clock
        self.began = clock()

    def started(self, stack: str) -> Row:
        row = self._row(stack)
        row.state = _DOING.get(self.verb, self.verb)
        row.began, row.ended, row.has_passed = self.now(), None, False
        return row

    def event(self, stack: str, event: Event) -> Row:
        row = self._row(stack)
        address = event.address or ""
        steps = _STEPS.get(event.action or "update", 0)
        if event.kind is EventKind.PLANNED and self.verb == "plan":
            row.done += steps > 0
        elif event.kind is EventKind.PLANNED:  # an apply that plans first learns how much there is to do
            row.planned[address] = steps  # the apply of the saved plan says them all again
            row.total = sum(row.planned.values())
        elif event.kind is EventKind.READ:
            row.read += 1
            row.running.pop(self.shown(event), None)
        elif event.kind in {EventKind.STARTED, EventKind.READING}:
            row.running[self.shown(event)] = self.now()
        elif event.kind in {EventKind.DONE, EventKind.FAILED}:
            began = row.running.pop(self.shown(event), None)
            row.done += steps if event.kind is EventKind.DONE and began is not None else 0
        return row

    def shown(self, event: Event) -> str:
        """Return which object an event is of: by its key only once a plan was read, for a key may hold a secret."""
        if self.verb == "plan":
            return without_keys(event.address or "an object")
        return redacted(event.address or event.message)

    def finished(self, result: StackResult[object]) -> Row:
        row = self._row(result.stack)
        row.state = _DONE.get(self.verb, "done") if result.status is Status.DONE else result.status.value
        row.has_passed = result.status is Status.PARTLY_DONE
        row.ended = self.now()
        row.waits_for = result.waits_for
        row.running.clear()
        return row

    def why(self, result: StackResult[object]) -> tuple[str, ...]:
        """Return the first lines of what is wrong with a stack, while others are not over; at the end all is told."""
        if all(row.is_over for row in self.rows.values()):
            return ()
        errors = [one for one in result.diagnostics if one.severity is Severity.ERROR]
        lines = [" ".join(("error", one.code, one.message.partition("\n")[0])) for one in errors[:3]]
        more = len(errors) - len(lines)
        return (*lines, *([f"and {counted(more, 'more error')}"] if more else []))

    def _row(self, stack: str) -> Row:
        return self.rows.setdefault(stack, Row(stack))
