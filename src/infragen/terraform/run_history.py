"""Runs of a project, read from their journals: the latest, all open ones, or one by its id."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.storage import Confined, journal
from infragen.storage.journal import JournalContent
from infragen.terraform.engine import Status
from infragen.terraform.events import Counts, EventKind
from infragen.terraform.findings import perhaps_made
from infragen.terraform.run_files import RUNS, marked
from infragen.terraform.run_records import Begin, End, Run, StackRun, UntrustedRun
from infragen.terraform.running_processes import Started

JOURNAL = "journal.jsonl"
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, msgspec.ValidationError)
"""What comes of a line that another version wrote, or a disk that lost a part of it."""
_ID = re.compile(r"\d{8}-\d{9}-[0-9a-f]{6}")
_LAUNCHES = {"planning", "started", "recovering", "process"}
"""Lines behind which a terraform starts, or did: whoever dies in between writes none of its `process`."""
_SOON = 5.0  # seconds within which whoever made a run's folder begins its journal


def latest_run(project: Path, target: str, *, sandbox: bool) -> Run | None:
    """Prefer the latest run that left something behind to the latest open one; one of a single stack hides no other."""
    return _waiting([run for run in open_runs(project) if run.begin.environment == (target, sandbox)])


def open_runs(project: Path) -> tuple[Run, ...]:
    """Those under way, those that left something behind, and of those that failed an environment's last."""
    return _in_order(run for run in _marked(project) if isinstance(run, Run))


def untrusted_left_behind(project: Path, target: str, *, sandbox: bool) -> tuple[UntrustedRun, ...]:
    """For a notice, and no more. One that does not tell where it worked may have worked anywhere."""
    doubted = (run for run in _marked(project) if isinstance(run, UntrustedRun))
    here = target, sandbox
    return tuple(
        one for one in doubted if one.says is None or (one.says.begin.environment == here and one.says.left_behind)
    )


def _marked(project: Path) -> Iterator[Run | UntrustedRun]:
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
    """Prefer the latest that left something behind, then one that is not done and its environment's last."""
    places: dict[tuple[str, bool], list[Run]] = {}
    for one in list_runs(project):
        places.setdefault(one.begin.environment, []).append(one)
    waiting = [run for runs in places.values() if (run := _waiting(runs)) is not None]
    waiting.sort(key=lambda run: (run.end is not End.RUNNING, run.order), reverse=True)
    left = [run for run in waiting if run.left_behind]
    unfinished = [run for run in waiting if run.end is not End.DONE]
    return next(iter(left or unfinished), None) or find_run(project, None)


def earlier_runs(run: Run) -> tuple[Run, ...]:
    return tuple(those_before(run, open_runs(run.folder.parents[len(RUNS.parts)])))


def those_before(run: Run, runs: Iterable[Run]) -> Iterator[Run]:
    return (one for one in runs if one.begin.environment == run.begin.environment and one.order < run.order)


def list_runs(project: Path) -> tuple[Run, ...]:
    return _in_order(run for name in _ids(project) if isinstance(run := _read(project, name), Run))


def _in_order(runs: Iterable[Run]) -> tuple[Run, ...]:
    return tuple(sorted(runs, key=lambda run: run.order, reverse=True))


def untrusted_runs(project: Path) -> tuple[UntrustedRun, ...]:
    return tuple(run for name in _ids(project) if isinstance(run := _read(project, name), UntrustedRun))


def _ids(project: Path) -> list[str]:
    try:
        names = Confined(project).names(RUNS)
    except OSError:
        return []
    return sorted(filter(_ID.fullmatch, names), reverse=True)


def find_run(project: Path, wanted: str | None, known: tuple[Run, ...] | None = None) -> Run:
    """Return the run whose id is, begins or ends with `wanted`; the latest without one; InfragenError J001."""
    runs = list_runs(project) if known is None else known  # all of them, where the caller has read them
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
    folder = project / RUNS / name
    try:
        content = journal.read(Confined(project), RUNS / name / JOURNAL)
    except FileNotFoundError:
        return None if _is_new(folder) else UntrustedRun(name, folder, "the journal is gone")
    except OSError as error:
        return UntrustedRun(name, folder, f"the journal cannot be read ({error.strerror})")
    run = _run_in(name, folder, content)
    if run is None and not (content.held or content.doubt):
        return UntrustedRun(name, folder, "the start of the journal is missing")
    return run if content.doubt is None else UntrustedRun(name, folder, content.doubt, run)


def _run_in(name: str, folder: Path, content: JournalContent) -> Run | None:
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
    number = number if isinstance(number := first.get("number"), int) else 0
    return replace(reading.run, stacks=tuple(reading.stacks.values()), pid=first.get("pid"), number=number)


def _is_new(folder: Path) -> bool:
    with suppress(OSError):
        return abs(time.time() - folder.lstat().st_mtime) < _SOON
    return True


@dataclass(slots=True)
class _Reading:
    run: Run
    stacks: dict[str, StackRun]
    replaced: set[tuple[str, str]] = field(default_factory=set)
    """Objects (stack and address) whose predecessor, made by an earlier run, is being deleted after them."""

    going: dict[tuple[str, str], str] = field(default_factory=dict)
    """Ids of what is being deleted, by stack and address."""

    def take(self, line: Mapping[str, Any]) -> None:
        if line["what"] in _LAUNCHES:
            self.run = replace(self.run, launches=(*self.run.launches, datetime.fromisoformat(line["at"])))
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
        for name in tuple(stacks):
            stack = self.stacks.get(name, StackRun(name))
            self.stacks[name] = replace(stack, settled=settled, looked_at=not settled)

    def _is_of_another(self, stack: StackRun, line: Mapping[str, Any]) -> bool:
        """With `create_before_destroy` the old object is deleted last; terraform names it when that begins."""
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
            said = ((one.get("address"), str(one["code"]), str(one["message"])) for one in line["diagnostics"])
            return replace(
                stack,
                status=Status(line["status"]),
                seconds=float(line["seconds"]),
                counts=msgspec.convert(line["counts"], Counts | None),
                waits_for=tuple(line["waits_for"]),
                diagnostics=_diagnostics(line),
                cut=perhaps_made(stack.failed, said),
            )
    return stack


def _after_event(stack: StackRun, line: Mapping[str, Any]) -> StackRun:
    address, kind, action = str(line["address"]), line["kind"], line["action"]
    creating = tuple(other for other in stack.creating if other != address)
    if kind == EventKind.STARTED:
        creating = (*creating, address) if action == "create" else creating
        begun = replace(stack, open=(*stack.open, address), creating=creating)
        if action == "create":
            return begun
        return replace(begun, touched=stack.touched | {address}, ids={**stack.ids, address: str(line.get("id") or "")})
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
