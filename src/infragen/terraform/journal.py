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
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any, NamedTuple, Self

from msgspec.json import encode

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.storage import Confined, InTheWayError, internal_folder, journal
from infragen.storage.journal import Writer
from infragen.terraform.engine import Forwarding, Progress, StackResult, Status
from infragen.terraform.events import Counts, Event, EventKind
from infragen.terraform.findings import KILLED
from infragen.terraform.run_files import (
    RUNS,
    SHOWN,
    TREE,
    SavedTree,
    delete_run_files,
    mark,
    next_number,
    save_run_file,
    unmark,
)  # fmt: skip
from infragen.terraform.run_history import JOURNAL, earlier_runs, list_runs, open_runs, those_before
from infragen.terraform.run_records import Begin, End, Run, StackRun, files_of
from infragen.terraform.runner import Folder
from infragen.terraform.running_processes import Started

_LOGS = "logs"
_RECORDED = {EventKind.STARTED, EventKind.DONE, EventKind.FAILED}
"""Events that say what became of a resource; all others stand in the stack's log alone."""
_CHANGES = {"create", "update", "delete"}
"""What terraform does to an object; a replacement is shown as a deletion and a creation."""
LONGEST_LOG = 16_000_000  # characters of a stack's log; further output of terraform is dropped
_CREDENTIALS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_SHORTEST_SECRET = 12  # characters; the emulated AWS has the word `sandbox` for a secret key, which is none


def both(*listeners: Progress) -> Progress:
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
        self._journal.planning(stack)

    def event(self, stack: str, event: Event) -> None:
        """Take no notice: a plan changes nothing."""

    def finished(self, result: StackResult[object]) -> None:
        if any(one.code == KILLED for one in result.diagnostics):
            self._journal.finished(result)
        else:
            self._journal.planned(result.stack)


class Journal:
    """Writes the journal of one run; a Progress, and a context that says how the run ended.

    `mask` takes secrets out of what terraform said; credentials of this process' environment are always taken out.
    """

    def __init__(self, project: Path, begin: Begin, mask: Callable[[str], str] | None = None) -> None:
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
        self._keep(TREE, encode(tree))

    def keep_shown(
        self, contract: bytes, creates: Mapping[str, Sequence[str]], changes: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._creates, self._changes = creates, changes or {}
        self._keep(SHOWN, contract)

    def planning(self, stack: str) -> None:
        self._write("planning", stack=stack, sync=True)

    def planned(self, stack: str) -> None:
        self._write("planned", stack=stack)

    def started(self, stack: str) -> None:
        self.is_empty = False
        creates = None if self._creates is None else self._creates.get(stack, ())
        self._write("started", stack=stack, creates=creates, changes=self._changes.get(stack, ()), sync=True)

    def event(self, stack: str, event: Event) -> None:
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
        if log.left > 0:
            log.write(self._masked(event.message))

    def process(self, folder: Folder, started: Started) -> None:
        self._write("process", place=folder.shown, **asdict(started))

    def finished(self, result: StackResult[object]) -> None:
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
        self._write("state", stack=stack, lineage=lineage, serial=serial, sync=True)

    def holds(self, stack: str, identifiers: Callable[[], Iterable[str]]) -> None:
        """Take note of the objects in a state, where earlier runs may have made some of them that none had."""
        if self._awaited is None:
            runs = (one for one in open_runs(self._project) if one.begin.environment == self.environment)
            self._awaited = frozenset(name for run in runs for name in run.left_behind)
        if stack in self._awaited:
            self._holds[stack] = frozenset(identifiers())

    def end(self, end: End, diagnostics: Sequence[Diagnostic] = ()) -> None:
        if not self._ended:
            self._ended = True
            self._write("ended", end=end, diagnostics=[self._plain(one) for one in diagnostics], sync=True)
            if self._writer is not None and not self._files.is_file(RUNS / self.id / JOURNAL):
                self.trouble = f"the journal of run {self.id} is gone: it was removed while the run was active"

    def close(self) -> None:
        for log in self._logs.values():
            log.close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            if self._ended:
                _settle(self._project, self.id, self._holds)

    def discard(self) -> None:
        if self._writer is not None:
            self._ended = False
            self.close()
            with suppress(OSError):
                self._files.remove_tree(RUNS / self.id)
                unmark(self._files, self.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, InfragenError):
            self.end(End.FAILED, error.diagnostics)
        elif isinstance(error, KeyboardInterrupt):
            self.end(End.STOPPED)
        elif error is not None:
            self.end(End.FAILED, (Diagnostic("B001", f"infragen itself failed: {type(error).__name__}"),))
        self.end(End.DONE)
        self.close()

    def _number(self) -> int:
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
            return journal.Writer(files, folder / JOURNAL)
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
    def __init__(self, files: Confined, path: PurePath) -> None:
        self.left = LONGEST_LOG
        try:
            descriptor = files.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._file = os.fdopen(descriptor, "w", encoding="utf-8", errors="replace")
        except (OSError, InTheWayError):
            self.left = 0

    def write(self, text: str) -> None:
        self.left -= len(text) + 1
        if self.left <= 0:
            text = "(more output follows; the log is full)"
        try:
            self._file.write(f"{datetime.now(UTC):%H:%M:%S} {text}\n")
            self._file.flush()
        except OSError:  # a full disk is said by the journal
            self.left = 0

    def close(self) -> None:
        try:
            if hasattr(self, "_file"):
                self._file.close()
        except OSError:
            self.left = 0


def note_recovering(run: Run, stacks: Iterable[str]) -> None:
    _note(run, "recovering", stacks=list(stacks))
    with suppress(OSError):
        mark(files_of(run), run.id)


def note_process(run: Run, folder: Folder, started: Started) -> None:
    _note(run, "process", place=folder.shown, **asdict(started))


def note_recovered(run: Run, stacks: Iterable[str] = (), unclear: Mapping[str, Sequence[str]] | None = None) -> None:
    """Settle earlier runs in the same stacks, too; `unclear` has, by run, what somebody has to look for."""
    told = unclear or {}
    _note(run, "recovered", unclear=told.get(run.id, ()))
    own = {*stacks, *(stack.stack for stack in run.stacks)}
    for other in earlier_runs(run):
        right = sorted(own.intersection(other.left_behind))
        if right or other.id in told:
            _note(other, "settled", stacks=right, by=run.id, unclear=told.get(other.id, ()))


def note_taken_over(project: Path, by: str, stack: str, objects: Mapping[str, str]) -> None:
    """Settle only what a `resume` looked at and named; `objects` are ids in the state by address, `by` is the run."""
    runs = open_runs(project)
    identifiers = set(objects.values())
    for run in (run for run in runs if run.id == by):
        for other in those_before(run, runs):
            found = next((one for one in other.stacks if one.stack == stack and one.waits(other.end)), None)
            if (
                found is not None
                and found.looked_at
                and objects.keys() >= found.possibly_created | found.possibly_begun
                and identifiers.issuperset(found.made.values())
            ):
                _note(other, "settled", stacks=[stack], by=by)


def _settle(project: Path, ended: str, holds: Mapping[str, frozenset[str]]) -> None:
    """Settle a stack that is done now where all that was made is in the state (`holds`) or deleted, and is told."""
    runs = open_runs(project)
    run = next((run for run in runs if run.id == ended), None)
    if run is None:
        return
    done = {stack.stack for stack in run.stacks if stack.status is Status.DONE}
    for other in those_before(run, runs):
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
    is_told = stack.status is not None or not stack.begun or stack.creates is not None
    is_unclear = stack.possibly_created or stack.possibly_begun
    return is_told and not is_unclear and known.get(stack.stack, frozenset()).issuperset(stack.made.values())


def deleted_since(run: Run, runs: Iterable[Run]) -> dict[str, frozenset[str]]:
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
    """Which run made, deleted or changed an object, and its end; `failed` where that run was told that it could not.

    `identifier` is the id of what it changed or deleted, empty if unknown: another commit has another address for it.
    """

    run: str
    failed: bool = False
    identifier: str = ""


def touched_and_not_stored(project: Path, environment: tuple[str, bool]) -> dict[str, dict[str, Touch]]:
    """Ask runs cut off since the state was stored last, and that one where a change failed: AWS may have made it."""
    found: dict[str, dict[str, Touch]] = {}
    stored: set[str] = set()
    for run in list_runs(project) if open_runs(project) else ():
        for stack in run.stacks if run.begin.environment == environment else ():
            if not stack.begun or stack.stack in stored:
                continue
            was_lost = stack.is_unstored and run.end is not End.RUNNING
            for address in stack.possibly_touched if was_lost else stack.refused:
                found.setdefault(stack.stack, {}).setdefault(
                    address, Touch(_told(run), not was_lost, stack.ids.get(address, ""))
                )
            if not was_lost and (stack.touched or stack.serial is not None or stack.status is Status.DONE):
                stored.add(stack.stack)
    return found


def made_and_not_read(
    project: Path, environment: tuple[str, bool], *, or_touched: bool = False
) -> dict[str, dict[str, Touch]]:
    """Ask each stack's latest run: one that ends well reads what AWS added, or others read of it (`or_touched`)."""
    found: dict[str, dict[str, Touch]] = {}
    for run in list_runs(project) if open_runs(project) else ():
        for stack in run.stacks if run.begin.environment == environment else ():
            if stack.begun and stack.stack not in found:
                made = {*stack.made, *stack.possibly_created, *(stack.possibly_touched if or_touched else ())}
                ended_well = run.end in {End.DONE, End.RUNNING}
                found[stack.stack] = {} if ended_well else dict.fromkeys(made, Touch(_told(run)))
    return found


def _close(run: Run) -> None:
    unmark(files_of(run), run.id)
    delete_run_files(files_of(run), RUNS / run.id)


def _note(run: Run, what: str, **fields: object) -> None:
    with suppress(OSError):
        journal.append(files_of(run), RUNS / run.id / JOURNAL, {"at": _now(), "what": what, **fields})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
