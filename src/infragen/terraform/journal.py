"""What a run did, kept so that a crash at any point leaves something to read.

    .infragen/runs/<id>/journal.jsonl    a line for each thing that happened
                        logs/<stack>.log what terraform said, secrets masked
                        tree.z, shown.z  until the run is done: its own files, what was shown of it (`run_files`)

`storage.journal` writes and reads it. Runs are ordered by their numbers (`run_numbers`), not by a clock. The writer
holds a lock on its journal for as long as it lives: so a run that is under way differs from one that was killed. That
a journal cannot be written (a full disk) never stops a run: it says so when it ends. A journal that this user's
infragen did not write here is not believed.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Any, NamedTuple, Self

import msgspec
from msgspec.json import decode, encode

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.stacks.model import BOOTSTRAP
from infragen.storage import Confined, InTheWayError, internal_folder, journal
from infragen.storage.journal import JournalContent, Writer
from infragen.terraform.engine import Forwarding, Progress, StackResult, Status
from infragen.terraform.events import Counts, Event, EventKind
from infragen.terraform.findings import KILLED, perhaps_made
from infragen.terraform.locks import LOCK_TIMEOUT
from infragen.terraform.run_files import (
    RUNS,
    SHOWN,
    TREE,
    SavedTree,
    delete_run_files,
    load_run_file,
    mark,
    marked,
    next_number,
    save_run_file,
    unmark,
)
from infragen.terraform.runner import UNSTORED, Folder
from infragen.terraform.running_processes import Started

_JOURNAL = "journal.jsonl"
_LOGS = "logs"
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, msgspec.ValidationError)
"""What comes of a line that another version wrote, or a disk that lost a part of it."""

_ID = re.compile(r"\d{8}-\d{9}-[0-9a-f]{6}")
_RECORDED = {EventKind.STARTED, EventKind.DONE, EventKind.FAILED}
"""Events that say what became of a resource; all others stand in the stack's log alone."""

_LAUNCHES = {"planning", "started", "recovering", "process"}
"""Lines behind which a terraform starts, or did: whoever dies in between writes none of its `process`."""

_CHANGES = {"create", "update", "delete"}
"""What terraform does to an object; a replacement is shown as a deletion and a creation."""

_SOON = 5.0
"""Seconds within which whoever made a run's folder begins its journal."""

LONGEST_LOG = 16_000_000
"""Characters of a stack's log; further output of terraform is dropped."""

_CREDENTIALS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_SHORTEST_SECRET = 12
"""Characters; the emulated AWS has the word `sandbox` for a secret key, which is none."""


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
        """The environment it is about (`technova/prod`), and whether that on the emulated AWS.

        What an environment stands on (`technova/prod/bootstrap`) is no stack of it: it is a place of its own.
        """
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
    delete or to change, `refused` those of them whose change failed. `begun` says that more than planning was,
    `creates` has the addresses of what it was to create; None where nothing had been shown.
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
    refused: frozenset[str] = frozenset()
    begun: bool = False
    creates: tuple[str, ...] | None = None
    changes: frozenset[str] = frozenset()

    @property
    def possibly_created(self) -> frozenset[str]:
        """The addresses of what may have been made, because no one said; what was changed or deleted, a state has."""
        return frozenset({*self.creating, *self.cut} - self.made.keys())

    @property
    def possibly_begun(self) -> frozenset[str]:
        """The addresses of what may have been begun: who dies hears no more of what terraform does."""
        was_left = self.status is None and self.begun
        return frozenset(self.creates or ()) - self.made.keys() if was_left else frozenset()

    @property
    def possibly_touched(self) -> frozenset[str]:
        """The addresses of what it changed or may have: who dies hears no more of what terraform does."""
        return self.touched | self.changes if self.status is None else self.touched

    @property
    def is_unstored(self) -> bool:
        """Whether terraform may not have come to store the state, so that no one knows what is in it."""
        return self.status is None or any(one.code in {KILLED, UNSTORED} for one in self.diagnostics)

    def was_cut_off(self, end: End) -> bool:
        """Whether it began and did not end by itself, in a run that ended so."""
        return end is not End.RUNNING and (self.is_unstored or bool(self.cut))

    def waits(self, end: End) -> bool:
        """Whether someone has to look at what it left behind, in a run that ended so."""
        return not self.settled and (self.was_cut_off(end) or (self.looked_at and end is not End.RUNNING))


@dataclass(frozen=True, slots=True)
class Run:
    """A run as recorded in its journal; `recovered` when `resume` put right what it left behind.

    `number` says in which order runs began, `keeps` has the digests of what it keeps beside its journal. `processes`
    are the terraforms that it started, the last of them at `launched`; `last_event` is when it last reported on
    a stack. `unclear` has what a `resume` said of objects that AWS may have and no state is known to have.
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
    launched: datetime | None = None
    unclear: tuple[str, ...] = ()

    @property
    def last(self) -> datetime:
        """When it was heard of last: it worked until then, or little longer."""
        return self.last_event or self.began

    @property
    def locks_until(self) -> datetime:
        """Until when a terraform of it, or of a `resume` of it, may have taken a lock that it waited for."""
        return (self.launched or self.began) + timedelta(seconds=max(self.begin.lock_timeout, LOCK_TIMEOUT))

    @property
    def order(self) -> tuple[int, str]:
        """Its place among all runs; those of an older infragen have no number, and were before all others."""
        return self.number, self.id

    @property
    def left_behind(self) -> tuple[str, ...]:
        """The stacks that were cut off in the middle, as far as no one put them right since."""
        return tuple(stack.stack for stack in self.stacks if stack.waits(self.end))

    @property
    def tree(self) -> SavedTree | None:
        """The files that it ran, while it is not done and they are still what it kept."""
        content = load_run_file(_files_of(self), RUNS / self.id, TREE, self.keeps.get(TREE))
        try:
            return None if content is None else decode(content, type=SavedTree)
        except msgspec.DecodeError:
            return None

    @property
    def shown(self) -> bytes | None:
        """The contract of what was shown of it and agreed to, while it is not done."""
        return load_run_file(_files_of(self), RUNS / self.id, SHOWN, self.keeps.get(SHOWN))


@dataclass(frozen=True, slots=True)
class UntrustedRun:
    """A run whose journal is not believed, and why: nothing is done on its word, `says`, where it has one."""

    id: str
    folder: Path
    doubt: str
    says: Run | None = None


def both(*listeners: Progress) -> Progress:
    """Return a Progress that notifies several, in this order."""
    return _Several(listeners)


class _Several(Forwarding):
    """Hands each call on to several; one that cannot write any more (a closed terminal) silences no other."""

    def __init__(self, listeners: Sequence[Progress]) -> None:
        self._listeners = tuple(listeners)

    def forward(self, call: Callable[[Progress], None]) -> None:
        for listener in self._listeners:
            try:
                call(listener)
            except OSError:
                self._listeners = tuple(other for other in self._listeners if other is not listener)


class Planning:
    """A Progress for what is planned in a run before anything is shown: it takes locks, and changes nothing else."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def started(self, stack: str) -> None:
        """Note that from now on a lock of the stack may be held."""
        self._journal.planning(stack)

    def event(self, stack: str, event: Event) -> None:
        """Take no notice: a plan changes nothing."""

    def finished(self, result: StackResult[object]) -> None:
        """Note that no lock is held any more, unless terraform was killed."""
        if any(one.code == KILLED for one in result.diagnostics):
            self._journal.finished(result)
        else:
            self._journal.planned(result.stack)


class Journal:
    """Writes the journal of one run; a Progress, and a context that says how the run ended.

    `mask` takes secrets out of what terraform said; credentials of this process' environment are always taken out.
    """

    def __init__(self, project: Path, begin: Begin, mask: Callable[[str], str] | None = None) -> None:
        """Begin the run's folder; where that cannot be written the run goes on without a journal."""
        now = datetime.now(UTC)
        self.id = f"{now:%Y%m%d-%H%M%S}{now.microsecond // 1000:03}-{secrets.token_hex(3)}"
        self.folder = project / RUNS / self.id
        self.trouble: str | None = None
        self.is_empty = True
        self._project = project
        self._begin = begin
        self._awaited: frozenset[str] | None = None
        self._holds: dict[str, frozenset[str]] = {}
        self._creates: Mapping[str, Sequence[str]] | None = None
        self._changes: Mapping[str, Sequence[str]] = {}
        self._mask = mask or (lambda text: text)
        self._known = [value for name in _CREDENTIALS if len(value := os.environ.get(name, "")) >= _SHORTEST_SECRET]
        self._files = Confined(project)
        number = self._number()
        self._writer = self._open()
        self._logs: dict[str, _Log] = {}
        self._writing = threading.Lock()
        self._ended = False
        self._write("run", **asdict(begin), number=number, pid=os.getpid(), sync=True)

    @property
    def environment(self) -> tuple[str, bool]:
        return self._begin.environment

    def keep_tree(self, tree: SavedTree) -> None:
        """Keep the files that are run: what is made by them can only be put right with them."""
        self._keep(TREE, encode(tree))

    def keep_shown(
        self, contract: bytes, creates: Mapping[str, Sequence[str]], changes: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Keep what was shown and agreed to, which only may be gone on with, and what each stack is to do by it."""
        self._creates, self._changes = creates, changes or {}
        self._keep(SHOWN, contract)

    def planning(self, stack: str) -> None:
        """Note that a stack is planned, which may take its lock."""
        self._write("planning", stack=stack, sync=True)

    def planned(self, stack: str) -> None:
        """Note that a stack's plan came to its end, whichever: no lock is held."""
        self._write("planned", stack=stack)

    def started(self, stack: str) -> None:
        """Note that a stack's work begins."""
        self.is_empty = False
        creates = None if self._creates is None else self._creates.get(stack, ())
        self._write("started", stack=stack, creates=creates, changes=self._changes.get(stack, ()), sync=True)

    def event(self, stack: str, event: Event) -> None:
        """Log what terraform said, and note what became of a resource."""
        if event.kind in _RECORDED and event.action in _CHANGES:
            self._write(
                "event",
                stack=stack,
                kind=event.kind,
                address=event.address,
                action=event.action,
                id=self._masked(event.identifier or "") or None,
                took=event.elapsed,
                sync=event.action == "create",  # after a power cut, nothing else tells what was made
            )
        log = self._logs.get(stack)
        if log is None:
            log = self._logs[stack] = _Log(self._files, RUNS / self.id / _LOGS / f"{stack.replace('/', '_')}.log")
        if log.has_room:
            log.write(self._masked(event.message))

    def process(self, folder: Folder, started: Started) -> None:
        """Note a terraform that starts: a provider that it leaves behind when it is killed is ours to end."""
        self._write("process", place=folder.shown, **asdict(started))

    def finished(self, result: StackResult[object]) -> None:
        """Note how a stack's work ended."""
        log = self._logs.pop(result.stack, None)
        if log is not None:
            log.close()
        self.is_empty = False
        counts = asdict(result.value) if isinstance(result.value, Counts) else None
        self._write(
            "finished",
            stack=result.stack,
            status=result.status,
            seconds=round(result.seconds, 3),
            counts=counts,
            waits_for=result.waits_for,
            diagnostics=[self._plain(diagnostic) for diagnostic in result.diagnostics],
            sync=True,
        )

    def state(self, stack: str, lineage: str, serial: int) -> None:
        """Note which state an apply left behind."""
        self._write("state", stack=stack, lineage=lineage, serial=serial, sync=True)

    def holds(self, stack: str, identifiers: Callable[[], Iterable[str]]) -> None:
        """Take note of the objects in a state, where earlier runs may have made some of them that none had."""
        if self._awaited is None:
            runs = (one for one in open_runs(self._project) if one.begin.environment == self.environment)
            self._awaited = frozenset(name for run in runs for name in run.left_behind)
        if stack in self._awaited:
            self._holds[stack] = frozenset(identifiers())

    def end(self, end: End, diagnostics: Sequence[Diagnostic] = ()) -> None:
        """Note how the run ended; only the first time counts."""
        if not self._ended:
            self._ended = True
            self._write("ended", end=end, diagnostics=[self._plain(one) for one in diagnostics], sync=True)
            if self._writer is not None and not self._files.is_file(RUNS / self.id / _JOURNAL):
                self.trouble = f"the journal of run {self.id} is gone: it was removed while the run was active"

    def close(self) -> None:
        """Let go of the journal: from now on it is one of the past."""
        for log in self._logs.values():
            log.close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            if self._ended:
                _settle(self._project, self.id, self._holds)

    def discard(self) -> None:
        """Forget a run in which nothing was done: no one agreed to it, or there was nothing to do."""
        if self._writer is not None:
            self._ended = False
            self.close()
            with suppress(OSError):
                self._files.remove_tree(RUNS / self.id)
                unmark(self._files, self.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Note how the run ended, unless that was said."""
        if isinstance(error, InfragenError):
            self.end(End.FAILED, error.diagnostics)
        elif isinstance(error, KeyboardInterrupt):
            self.end(End.STOPPED)
        elif error is not None:
            self.end(End.FAILED, (Diagnostic("B001", f"infragen itself failed: {type(error).__name__}"),))
        self.end(End.DONE)
        self.close()

    def _number(self) -> int:
        """Take the next number, and mark the run as open before it can leave anything behind."""

        def highest(runs: Iterable[Run]) -> int:
            return max((run.number for run in runs), default=0)

        number = 0
        try:
            files = internal_folder(self._project)
            files.make_folder(RUNS)
            unfinished = highest(open_runs(self._project))
            number = next_number(files, lambda: highest(list_runs(self._project)), unfinished)
            mark(files, self.id)
        except OSError as error:  # a full disk, most likely
            self.trouble = f"no command will be able to report that run {self.id} was interrupted: {error.strerror}"
        return number or highest(list_runs(self._project)) + 1

    def _keep(self, name: str, content: bytes) -> None:
        if self._writer is None:
            return
        try:
            self._write("kept", name=name, digest=save_run_file(self._files, RUNS / self.id, name, content), sync=True)
        except OSError as error:
            self.trouble = f"the files needed to resume run {self.id} are incomplete: {error.strerror}"

    def _open(self) -> Writer | None:
        folder = RUNS / self.id
        try:
            files = internal_folder(self._files.root)
            files.make_folder(folder, mode=0o700)
            files.make_folder(folder / _LOGS, mode=0o700)
            return journal.Writer(files, folder / _JOURNAL)
        except OSError as error:
            self.trouble = f"no journal is written: {error.strerror}"
            return None

    def _write(self, what: str, *, sync: bool = False, **fields: Any) -> None:
        if self._writer is None:
            return
        with self._writing:  # stacks work side by side, each in its thread
            try:
                self._writer.write({"at": _now(), "what": what, **fields}, sync=sync)
            except OSError as error:
                self.trouble = f"the journal of run {self.id} is incomplete: {error.strerror}"

    def _plain(self, diagnostic: Diagnostic) -> dict[str, Any]:
        plain = asdict(diagnostic)
        plain["message"] = self._masked(diagnostic.message)
        return plain

    def _masked(self, text: str) -> str:
        for known in self._known:
            text = text.replace(known, "(masked)")
        return self._mask(text)


class _Log:
    """What terraform said of one stack, up to a size."""

    def __init__(self, files: Confined, path: PurePath) -> None:
        self._left = LONGEST_LOG
        try:
            descriptor = files.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._file = os.fdopen(descriptor, "w", encoding="utf-8", errors="replace")
        except (OSError, InTheWayError):
            self._left = 0

    @property
    def has_room(self) -> bool:
        return self._left > 0

    def write(self, text: str) -> None:
        self._left -= len(text) + 1
        if self._left <= 0:
            text = "(more output follows; the log is full)"
        try:
            self._file.write(f"{datetime.now(UTC):%H:%M:%S} {text}\n")
            self._file.flush()
        except OSError:  # a full disk is said by the journal
            self._left = 0

    def close(self) -> None:
        try:
            if hasattr(self, "_file"):
                self._file.close()
        except OSError:
            self._left = 0


def latest_run(project: Path, target: str, *, sandbox: bool) -> Run | None:
    """Return the latest run of an environment (`technova/prod`) that left something behind, else the latest open one.

    A run of a single stack counts, and hides nothing that an earlier run left behind in another one.
    """
    return _waiting([run for run in open_runs(project) if run.begin.environment == (target, sandbox)])


def open_runs(project: Path) -> tuple[Run, ...]:
    """Return the runs that someone may have to look at, the latest first; all others are not even opened.

    These are those under way, those that left something behind, and of those that failed an environment's last.
    """
    return _in_order(run for run in _marked(project) if isinstance(run, Run))


def untrusted_left_behind(project: Path, target: str, *, sandbox: bool) -> tuple[UntrustedRun, ...]:
    """Return the runs that left something behind in an environment, were they believed; for a notice, and no more.

    One that does not say where it worked may have worked anywhere.
    """
    doubted = (run for run in _marked(project) if isinstance(run, UntrustedRun))
    return tuple(
        run
        for run in doubted
        if run.says is None or (run.says.begin.environment == (target, sandbox) and run.says.left_behind)
    )


def _marked(project: Path) -> Iterator[Run | UntrustedRun]:
    """Yield the runs that are marked as open, believed or not."""

    def every() -> list[str]:
        return [run.id for run in list_runs(project) if run.end is not End.DONE or run.left_behind]

    try:
        names = sorted(marked(Confined(project), every))
    except OSError:  # no project folder to speak of
        return
    for name in filter(_ID.fullmatch, names):
        if (run := _read(project, name)) is not None:
            yield run


def _waiting(runs: Sequence[Run]) -> Run | None:
    return next((run for run in runs if run.left_behind), None) or next(iter(runs), None)


def run_to_resume(project: Path) -> Run:
    """Return the run that waits most urgently for someone to go on with it: the latest that left something behind.

    Otherwise the latest that is not done, unless its environment had another one since; else the latest of all.
    InfragenError J001 where there is none.
    """
    places: dict[tuple[str, bool], list[Run]] = {}
    for one in list_runs(project):
        places.setdefault(one.begin.environment, []).append(one)
    waiting = [run for runs in places.values() if (run := _waiting(runs)) is not None]
    waiting.sort(key=lambda run: (run.end is not End.RUNNING, run.order), reverse=True)
    left = [run for run in waiting if run.left_behind]
    unfinished = [run for run in waiting if run.end is not End.DONE]
    return next(iter(left or unfinished), None) or find_run(project, None)


def note_recovering(run: Run, stacks: Iterable[str]) -> None:
    """Note in a run's journal that someone is about to put stacks right, which takes their locks."""
    _note(run, "recovering", stacks=list(stacks))
    with suppress(OSError):
        mark(_files_of(run), run.id)


def note_process(run: Run, folder: Folder, started: Started) -> None:
    """Note in a run's journal a terraform that someone starts to put it right."""
    _note(run, "process", place=folder.shown, **asdict(started))


def note_recovered(run: Run, stacks: Iterable[str] = (), unclear: Mapping[str, Sequence[str]] | None = None) -> None:
    """Note in a run's journal that what it left behind was put right, as far as that can be told.

    In those of earlier runs, too: what they left behind in the same stacks, and in these, was. `unclear` has, by run,
    what was said of objects that somebody has to look for.
    """
    told = unclear or {}
    _note(run, "recovered", unclear=told.get(run.id, ()))
    own = {*stacks, *(stack.stack for stack in run.stacks)}
    for other in earlier_runs(run):
        right = sorted(own.intersection(other.left_behind))
        if right or other.id in told:
            _note(other, "settled", stacks=right, by=run.id, unclear=told.get(other.id, ()))


def note_taken_over(project: Path, by: str, stack: str, objects: Mapping[str, str]) -> None:
    """Note in earlier runs of an environment that nothing of a stack is left to look for: a state has it by now.

    Only of what a `resume` looked at and named; `objects` are the ids in the state by their addresses, `by` is the run
    in which a person had them taken over.
    """
    runs = open_runs(project)
    identifiers = set(objects.values())
    for run in (run for run in runs if run.id == by):
        for other in _earlier(run, runs):
            found = next((one for one in other.stacks if one.stack == stack and one.waits(other.end)), None)
            if (
                found is not None
                and found.looked_at
                and objects.keys() >= found.possibly_created | found.possibly_begun
                and identifiers.issuperset(found.made.values())
            ):
                _note(other, "settled", stacks=[stack], by=by)


def _settle(project: Path, ended: str, holds: Mapping[str, frozenset[str]]) -> None:
    """Close a run that ended by itself, and those before it that no one has to look at any more because of it.

    What an earlier one left behind in a stack that is done now is settled where all that it made is in the state
    (`holds`) or was deleted since, and nothing was being made that no one spoke of.
    """
    runs = open_runs(project)
    run = next((run for run in runs if run.id == ended), None)
    if run is None:
        return
    done = {stack.stack for stack in run.stacks if stack.status is Status.DONE}
    for other in _earlier(run, runs):
        waiting = [stack for stack in other.stacks if stack.waits(other.end)]
        known = deleted_since(other, runs)
        for name, objects in holds.items():
            known[name] = known.get(name, frozenset()) | objects
        settled = [stack.stack for stack in waiting if stack.stack in done and _is_known(stack, known)]
        if settled:
            _note(other, "settled", stacks=settled, by=run.id)
        if len(settled) == len(waiting) and other.end is not End.RUNNING:
            _close(other)
    if run.end is End.DONE and not run.left_behind:
        _close(run)


def _is_known(stack: StackRun, known: Mapping[str, frozenset[str]]) -> bool:
    """Whether it is known of all that a stack's run made or may have made where it is, or that it is gone."""
    is_told = stack.status is not None or not stack.begun or stack.creates is not None
    return (
        is_told
        and not (stack.possibly_created or stack.possibly_begun)
        and known.get(stack.stack, frozenset()).issuperset(stack.made.values())
    )


def deleted_since(run: Run, runs: Iterable[Run]) -> dict[str, frozenset[str]]:
    """Return the ids of what those of some runs deleted, by stack, that began after a run of their environment."""
    gone: dict[str, frozenset[str]] = {}
    for one in runs:
        if one.begin.environment == run.begin.environment and one.order > run.order:
            for stack in one.stacks:
                gone[stack.stack] = gone.get(stack.stack, frozenset()).union(one for _, one in stack.deleted)
    return gone


def _told(run: Run) -> str:
    how = {End.FAILED: "failed", End.STOPPED: "was stopped"}.get(run.end, "was cut off")
    return f"run {run.id} {how}"


class Touch(NamedTuple):
    """Which run made, deleted or changed an object, and its end; `failed` where that run was told that it could not."""

    run: str
    failed: bool = False


def touched_and_not_stored(project: Path, environment: tuple[str, bool]) -> dict[str, dict[str, Touch]]:
    """Return, by stack and address, which run deleted or changed an object that no state may have so yet, and its end.

    These are the objects of every run that was cut off since a run last stored the stack's state, and those of that run
    whose change failed: AWS may have made it. A run that got no lock touched nothing, and stored nothing.
    """
    found: dict[str, dict[str, Touch]] = {}
    stored: set[str] = set()
    for run in list_runs(project) if open_runs(project) else ():
        for stack in run.stacks if run.begin.environment == environment else ():
            if not stack.begun or stack.stack in stored:
                continue
            was_lost = stack.is_unstored and run.end is not End.RUNNING
            for address in stack.possibly_touched if was_lost else stack.refused:
                found.setdefault(stack.stack, {}).setdefault(address, Touch(_told(run), not was_lost))
            if not was_lost and (stack.touched or stack.serial is not None or stack.status is Status.DONE):
                stored.add(stack.stack)
    return found


def made_and_not_read(
    project: Path, environment: tuple[str, bool], *, or_touched: bool = False
) -> dict[str, dict[str, Touch]]:
    """Return, by stack and address, which run made an object of which no state has yet what AWS added to it.

    Only a run that ends well reads that; the latest one of a stack is asked. Or that it changed or deleted: no state
    has yet what others read of it.
    """
    found: dict[str, dict[str, Touch]] = {}
    for run in list_runs(project) if open_runs(project) else ():
        for stack in run.stacks if run.begin.environment == environment else ():
            if stack.begun and stack.stack not in found:
                made = {*stack.made, *stack.possibly_created, *(stack.possibly_touched if or_touched else ())}
                ended_well = run.end in {End.DONE, End.RUNNING}
                found[stack.stack] = {} if ended_well else dict.fromkeys(made, Touch(_told(run)))
    return found


def earlier_runs(run: Run) -> tuple[Run, ...]:
    """Return the open runs of the same environment that began before a run, the latest first."""
    return tuple(_earlier(run, open_runs(run.folder.parents[len(RUNS.parts)])))


def _earlier(run: Run, runs: Iterable[Run]) -> Iterator[Run]:
    return (one for one in runs if one.begin.environment == run.begin.environment and one.order < run.order)


def _close(run: Run) -> None:
    """Let go of what was kept for whoever would have to go on with a run."""
    unmark(_files_of(run), run.id)
    delete_run_files(_files_of(run), RUNS / run.id)


def _files_of(run: Run) -> Confined:
    return Confined(run.folder.parents[len(RUNS.parts)])


def _note(run: Run, what: str, **fields: object) -> None:
    with suppress(OSError):
        journal.append(_files_of(run), RUNS / run.id / _JOURNAL, {"at": _now(), "what": what, **fields})


def list_runs(project: Path) -> tuple[Run, ...]:
    """Return every run that left a readable journal which is believed, the latest first."""
    return _in_order(run for name in _ids(project) if isinstance(run := _read(project, name), Run))


def _in_order(runs: Iterable[Run]) -> tuple[Run, ...]:
    return tuple(sorted(runs, key=lambda run: run.order, reverse=True))


def untrusted_runs(project: Path) -> tuple[UntrustedRun, ...]:
    """Return every run whose journal is not believed, the latest first."""
    return tuple(run for name in _ids(project) if isinstance(run := _read(project, name), UntrustedRun))


def _ids(project: Path) -> list[str]:
    """Return the runs that left a folder, the latest first; InTheWayError where a link leads elsewhere."""
    try:
        names = Confined(project).names(RUNS)
    except OSError:
        return []
    return sorted(filter(_ID.fullmatch, names), reverse=True)


def find_run(project: Path, wanted: str | None) -> Run:
    """Return the run whose id is, begins or ends with `wanted`; the latest without one; InfragenError J001."""
    runs = list_runs(project)
    if wanted is None:
        found = runs[:1]
    else:
        found = tuple(run for run in runs if run.id == wanted) or tuple(run for run in runs if _is_called(run, wanted))
    if len(found) == 1:
        return found[0]
    if not found:
        for run in untrusted_runs(project):
            if wanted is None or _is_called(run, wanted):
                message = f"the journal of run {run.id} cannot be trusted: {run.doubt}"
                hint = f"nothing is done based on it; check {run.folder}, and remove it if it is not needed"
                raise InfragenError(Diagnostic("J004", message, hint=hint))
    if not runs:
        raise InfragenError(Diagnostic("J001", "no run is recorded in this project"))
    message = f"{len(found)} runs match {wanted!r}" if found else f"there is no run {wanted!r}"
    raise InfragenError(Diagnostic("J001", message, hint="`infragen runs` lists all runs"))


def _is_called(run: Run | UntrustedRun, wanted: str) -> bool:
    return run.id.startswith(wanted) or run.id.endswith(wanted)


def _read(project: Path, name: str) -> Run | UntrustedRun | None:
    """Return the run of a folder; None for one that another process is about to begin."""
    folder = project / RUNS / name
    try:
        content = journal.read(Confined(project), RUNS / name / _JOURNAL)
    except FileNotFoundError:
        return None if _is_new(folder) else UntrustedRun(name, folder, "the journal is gone")
    except OSError as error:
        return UntrustedRun(name, folder, f"the journal cannot be read ({error.strerror})")
    run = _run_in(name, folder, content)
    if run is None and not (content.held or content.doubt):
        return UntrustedRun(name, folder, "the start of the journal is missing")
    return run if content.doubt is None else UntrustedRun(name, folder, content.doubt, run)


def _run_in(name: str, folder: Path, content: JournalContent) -> Run | None:
    """Return the run that a journal records, unless it cannot be understood."""
    try:
        first, *lines = content.lines or ({},)
        begin, began = msgspec.convert(first, Begin), datetime.fromisoformat(first["at"])
        run = Run(name, folder, begin, began, End.RUNNING if content.held else End.CUT_OFF, None, ())
        reading = _Reading(run, {name: StackRun(name) for name in begin.stacks})
        if first["what"] != "run":
            return None
    except _UNREADABLE:
        return None
    for line in lines:
        with suppress(*_UNREADABLE):
            reading.take(line)
    number = first.get("number")
    return replace(
        reading.run,
        stacks=tuple(reading.stacks.values()),
        pid=first.get("pid"),
        number=number if isinstance(number, int) else 0,
    )


def _is_new(folder: Path) -> bool:
    """Whether a run's folder was just made: its journal is what comes next."""
    try:
        return abs(time.time() - folder.lstat().st_mtime) < _SOON
    except OSError:
        return True


@dataclass(slots=True)
class _Reading:
    """What the lines read so far add up to."""

    run: Run
    stacks: dict[str, StackRun]
    replaced: set[tuple[str, str]] = field(default_factory=set)
    """Objects (stack and address) whose predecessor, made by an earlier run, is being deleted after them."""

    going: dict[tuple[str, str], str] = field(default_factory=dict)
    """Ids of what is being deleted, by stack and address."""

    def take(self, line: Mapping[str, Any]) -> None:
        """Take the next line; what a later infragen writes and this one does not know is passed over."""
        if line["what"] in _LAUNCHES:
            self.run = replace(self.run, launched=datetime.fromisoformat(line["at"]))
        if line["what"] == "ended":
            self.run = replace(self.run, end=End(line["end"]), ended=datetime.fromisoformat(line["at"]))
            self.run = replace(self.run, diagnostics=_diagnostics(line))
        elif line["what"] == "kept":
            self.run = replace(self.run, keeps={**self.run.keeps, str(line["name"]): str(line["digest"])})
        elif line["what"] == "recovered":
            self.run = replace(self.run, recovered=True, unclear=tuple(map(str, line.get("unclear", ()))))
            self._look(self.stacks, settled=True)
        elif line["what"] == "settled":
            self.run = replace(self.run, unclear=tuple(map(str, line.get("unclear", ()))))
            self._look(map(str, line["stacks"]), settled=True)
        elif line["what"] == "recovering":
            self._look(map(str, line["stacks"]), settled=False)
        elif line["what"] == "process":
            self.run = replace(self.run, processes=(*self.run.processes, msgspec.convert(line, Started)))
        elif "stack" in line:
            self.run = replace(self.run, last_event=datetime.fromisoformat(line["at"]))
            name = str(line["stack"])
            before = self.stacks.get(name, StackRun(name))
            after = _after(before, line)
            after = replace(after, made={**before.made}) if self._is_of_another(before, line) else after
            gone = self._gone(name, line)
            self.stacks[name] = replace(after, deleted=(*after.deleted, gone)) if gone else after

    def _gone(self, stack: str, line: Mapping[str, Any]) -> tuple[str, str] | None:
        """Return the address and the id of what was deleted; terraform says the id when that begins."""
        if line["what"] != "event" or line["action"] != "delete":
            return None
        key = stack, str(line["address"])
        if line["kind"] == EventKind.STARTED and line.get("id"):
            self.going[key] = str(line["id"])
        gone = self.going.pop(key, None) if line["kind"] == EventKind.DONE else None
        return (key[1], gone) if gone else None

    def _look(self, stacks: Iterable[str], *, settled: bool) -> None:
        """Take note that someone looks at stacks, or has seen that nothing is left to look at."""
        for name in tuple(stacks):
            stack = self.stacks.get(name, StackRun(name))
            self.stacks[name] = replace(stack, settled=settled, looked_at=not settled)

    def _is_of_another(self, stack: StackRun, line: Mapping[str, Any]) -> bool:
        """Whether a deletion is not that of the object which this run made at the same address.

        With `create_before_destroy` the old one goes after the new one was made; terraform names it when that begins.
        """
        if line["what"] != "event" or line["action"] != "delete":
            return False
        address = str(line["address"])
        if line["kind"] == EventKind.STARTED and line.get("id") and line["id"] != stack.made.get(address):
            self.replaced.add((stack.stack, address))
        return (stack.stack, address) in self.replaced


def _after(stack: StackRun, line: Mapping[str, Any]) -> StackRun:
    match line["what"]:
        case "started":
            creates = line.get("creates")
            changes, creates = frozenset(line.get("changes") or ()), None if creates is None else tuple(creates)
            return replace(stack, status=None, begun=True, creates=creates, changes=changes)
        case "planning":
            return replace(stack, status=None)
        case "planned":
            return replace(stack, status=Status.NOT_STARTED)
        case "event":
            return _after_event(stack, line)
        case "state":
            return replace(stack, serial=int(line["serial"]))
        case "finished":
            return replace(
                stack,
                status=Status(line["status"]),
                seconds=float(line["seconds"]),
                counts=msgspec.convert(line["counts"], Counts | None),
                waits_for=tuple(line["waits_for"]),
                diagnostics=_diagnostics(line),
                cut=perhaps_made(
                    stack.failed,
                    ((one.get("address"), str(one["code"]), str(one["message"])) for one in line["diagnostics"]),
                ),
            )
    return stack


def _after_event(stack: StackRun, line: Mapping[str, Any]) -> StackRun:
    address, kind, action = str(line["address"]), line["kind"], line["action"]
    creating = tuple(other for other in stack.creating if other != address)
    if kind == EventKind.STARTED:
        creating = (*creating, address) if action == "create" else creating
        touched = stack.touched if action == "create" else stack.touched | {address}
        return replace(stack, open=(*stack.open, address), creating=creating, touched=touched)
    still = tuple(other for other in stack.open if other != address)
    if len(still) == len(stack.open) or kind != EventKind.DONE:
        failed = (*stack.failed, address) if kind == EventKind.FAILED and action == "create" else stack.failed
        refused = stack.refused | ({address} & stack.touched) if kind == EventKind.FAILED else stack.refused
        return replace(stack, open=still, creating=creating, failed=failed, refused=refused)
    made = {**stack.made}
    if action == "create" and line.get("id"):
        made[address] = str(line["id"])
    elif action == "delete":
        made.pop(address, None)
    return replace(stack, open=still, creating=creating, done=stack.done + 1, made=made)


def _diagnostics(line: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    return msgspec.convert(line.get("diagnostics", ()), tuple[Diagnostic, ...])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
