"""The record of a run in its journal: created, deleted, and possibly changed objects."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec.json import decode

from infragen.diagnostics import Diagnostic
from infragen.stacks.model import BOOTSTRAP
from infragen.storage import Confined
from infragen.terraform.engine import Status
from infragen.terraform.events import Counts
from infragen.terraform.findings import KILLED
from infragen.terraform.locks import LOCK_TIMEOUT
from infragen.terraform.run_files import RUNS, SHOWN, TREE, SavedTree, load_run_file
from infragen.terraform.runner import UNSTORED
from infragen.terraform.running_processes import Started


class End(StrEnum):
    """How a run ended."""

    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"  # by Ctrl-C, SIGTERM or a closed terminal
    RUNNING = "running"  # it has not ended
    CUT_OFF = "cut off"  # it was killed, or the machine went down


@dataclass(frozen=True, slots=True)
class Begin:
    """What a run was asked for: enough to ask for it again.

    `place` is the folder its relative paths start from, `lock_timeout` how many seconds it waits for a lock.
    """

    verb: str
    target: str
    arguments: tuple[str, ...]
    stacks: tuple[str, ...]
    versions: dict[str, str] = field(default_factory=dict)
    sandbox: bool = False
    place: str = ""
    lock_timeout: int = LOCK_TIMEOUT

    @property
    def environment(self) -> tuple[str, bool]:
        """With whether it is on the emulated AWS. `technova/prod/bootstrap` is a place, no stack of `technova/prod`."""
        parts = self.target.split("/")
        return "/".join(parts if parts[2:] == [BOOTSTRAP] else parts[:2]), self.sandbox


@dataclass(frozen=True, slots=True)
class StackRun:
    """How far a stack came: `status` is None while it runs, or where the run was cut off in the middle of it.

    `done` counts the resources whose change is complete, `open` are those whose change had begun and was never said
    to have ended, `creating` those of them that were to be created. `made` has the address and terraform's `id` of what
    was created, `cut` the addresses whose creation failed, and that AWS may have made all the same: no one said.
    `settled` says that no one has to look at it any more, `looked_at` that a `resume` began to and did not come to an
    end. `deleted` has the address and the id of what was deleted, `touched` the addresses of all that it began to
    delete or to change, `ids` their ids, `refused` those of them whose change failed. `begun` says that more than
    planning was, `creates` has the addresses of what it was to create; None where nothing had been shown.
    """

    stack: str
    status: Status | None = Status.NOT_STARTED
    seconds: float = 0.0
    counts: Counts | None = None
    done: int = 0
    open: tuple[str, ...] = ()
    creating: tuple[str, ...] = ()
    made: Mapping[str, str] = field(default_factory=dict)
    failed: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    serial: int | None = None
    settled: bool = False
    looked_at: bool = False
    deleted: tuple[tuple[str, str], ...] = ()
    touched: frozenset[str] = frozenset()
    ids: Mapping[str, str] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    begun: bool = False
    creates: tuple[str, ...] | None = None
    changes: frozenset[str] = frozenset()

    @property
    def possibly_created(self) -> frozenset[str]:
        return frozenset({*self.creating, *self.cut} - self.made.keys())

    @property
    def possibly_begun(self) -> frozenset[str]:
        """The addresses of what may have been begun: who dies hears no more of what terraform does."""
        was_left = self.status is None and self.begun
        return frozenset(self.creates or ()) - self.made.keys() if was_left else frozenset()

    @property
    def possibly_touched(self) -> frozenset[str]:
        return self.touched | self.changes if self.status is None else self.touched

    @property
    def is_unstored(self) -> bool:
        return self.status is None or any(one.code in {KILLED, UNSTORED} for one in self.diagnostics)

    def waits(self, end: End) -> bool:
        was_left = self.is_unstored or bool(self.cut) or self.looked_at
        return not self.settled and end is not End.RUNNING and was_left


@dataclass(frozen=True, slots=True)
class Run:
    """A run as recorded in its journal; `recovered` when `resume` put right what it left behind.

    `number` says in which order runs began, `keeps` has the digests of what it keeps beside its journal. `processes`
    are the terraforms that it started, or a `resume` of it, at the times of `launches`; `last_event` is when it last
    reported on a stack. `unclear` has what a `resume` said of objects that AWS may have and no state is known to have.
    """

    id: str
    folder: Path
    begin: Begin
    began: datetime
    end: End
    ended: datetime | None
    stacks: tuple[StackRun, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    pid: int | None = None
    recovered: bool = False
    number: int = 0
    keeps: Mapping[str, str] = field(default_factory=dict)
    processes: tuple[Started, ...] = ()
    last_event: datetime | None = None
    launches: tuple[datetime, ...] = ()
    unclear: tuple[str, ...] = ()

    @property
    def last(self) -> datetime:
        return self.last_event or self.began

    @property
    def lock_windows(self) -> tuple[tuple[datetime, datetime], ...]:
        waits = timedelta(seconds=max(self.begin.lock_timeout, LOCK_TIMEOUT))
        return tuple((one, one + waits) for one in (self.began, *self.launches))

    @property
    def order(self) -> tuple[int, str]:
        """Its place among all runs; those of an older infragen have no number, and were before all others."""
        return self.number, self.id

    @property
    def left_behind(self) -> tuple[str, ...]:
        return tuple(stack.stack for stack in self.stacks if stack.waits(self.end))

    @property
    def tree(self) -> SavedTree | None:
        content = load_run_file(files_of(self), RUNS / self.id, TREE, self.keeps.get(TREE))
        with suppress(msgspec.DecodeError):
            return None if content is None else decode(content, type=SavedTree)
        return None

    @property
    def shown(self) -> bytes | None:
        return load_run_file(files_of(self), RUNS / self.id, SHOWN, self.keeps.get(SHOWN))


@dataclass(frozen=True, slots=True)
class UntrustedRun:
    """A run whose journal is not believed, and why: nothing is done on its word, `says`, where it has one."""

    id: str
    folder: Path
    doubt: str
    says: Run | None = None


def files_of(run: Run) -> Confined:
    return Confined(run.folder.parents[len(RUNS.parts)])
