"""How a run begins, with a journal, is carried out, and ends, with the truth about every stack."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from msgspec import structs

from infragen import __version__
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan_contract import Contract
from infragen.plan_contract.expected_events import ExpectedEvents
from infragen.redaction.log_redaction import redacted
from infragen.terraform.apply_records import Applied
from infragen.terraform.child_process import GRACE
from infragen.terraform.engine import (
    Forwarding,
    Graph,
    Outcome,
    Progress,
    StackResult,
    Status,
    Step,
    apply_jobs,
    removals_left,
    run_stacks,
)
from infragen.terraform.events import Counts, Event, EventKind
from infragen.terraform.findings import CUT_SHORT, KILLED, LOCKED, address_of, perhaps_made
from infragen.terraform.journal import Journal, both
from infragen.terraform.run_files import SavedTree
from infragen.terraform.run_history import list_runs, open_runs
from infragen.terraform.run_records import Begin, End
from infragen.terraform.runner import FULL, LOST, UNSTORED, Folder, OnEvent, PlanOptions
from infragen.text import first_of
from infragen.workflow.attribution.findings import FindingLocator
from infragen.workflow.console import console, note
from infragen.workflow.invocation import ARGUMENTS, LOCK_TIMEOUT, same_command_line, typeable_command
from infragen.workflow.review.reviewed_plan import CODE as DEVIATES
from infragen.workflow.session import Session, command_line, plan_in, quoting_no_secret
from infragen.workflow.states.storage import applied_records, record_applied
from infragen.workflow.target import parse

Afterwards = Callable[[Journal, Outcome[Counts], Mapping[str, Collection[str]]], None]


@contextmanager
def open_run(session: Session, verb: str, stacks: Iterable[str]) -> Iterator[Journal]:
    begin = Begin(
        verb,
        session.target,
        command_of(session, verb),
        tuple(stacks),
        {"infragen": __version__, "terraform": session.runner.binary.version},
        session.on_sandbox,
        str(Path.cwd()),
        LOCK_TIMEOUT.get(),
    )
    tree = SavedTree({stack.name: stack.upstreams for stack in session.composed.stacks}, dict(session.tree))
    with begun(session.project.root, begin, tree) as journal, session.runner.on_process_start(journal.process):
        yield journal


@contextmanager
def begun(project: Path, begin: Begin, tree: SavedTree) -> Iterator[Journal]:
    """Begin a run; without work it is forgotten. Locks of what it plans before are told to a `Planning`."""
    with Journal(project, begin, redacted) as journal:
        journal.keep_tree(tree)
        try:
            yield journal
        finally:
            if journal.is_empty:
                journal.discard()


def command_of(session: Session, verb: str) -> tuple[str, ...]:
    return ARGUMENTS.get() or (verb, session.target, *(("--sandbox",) if session.on_sandbox else ()))


def execute(
    session: Session,
    verb: str,
    graph: Graph,
    step: Step[Counts],
    *,
    jobs: int | None = None,
    totals: Mapping[str, int] | None = None,
    on_done: Callable[[str, Applied | None], None] | None = None,
    run: Journal | None = None,
    shown: Contract | None = None,
    afterwards: Afterwards | None = None,
    records: bool = True,
    second: tuple[Graph, Step[Counts]] | None = None,
) -> int:
    """Do `step` for every stack of a graph, tell and journal what happens, and return the command's exit code.

    A stack that is done gets a record of the files it was made from, unless nothing asks for it (`records`); `on_done`
    hears of it and of its state. `run` began before this, `shown` is what was agreed to: only that is gone on with,
    should this be cut off. `second` is what some of the stacks do, and stacks outside of the graph, when all are done:
    only then are these done. When all that is done, `afterwards` is told which objects were made or changed; whatever
    becomes of it, the run is done. Until then those of which a part is done are told as that.
    """
    last, remove = second or ({}, step)
    every = tuple(dict.fromkeys((*graph, *last)))
    tally = _Tally()
    stopper = session.stopper
    opened = nullcontext(run) if run else open_run(session, verb, every)
    with stopper.orderly(), stopper.on_stop_request(_print_stopping), opened as journal:
        if shown is not None:
            journal.keep_shown(shown.to_json(), shown.creations, shown.alterations)

        def done_by(do: Step[Counts], name: str, on_event: Callable[[Event], None], *, is_last: bool) -> Counts:
            if records:
                applied_records(session).begin(name)
            counts = do(name, on_event)
            if is_last:
                applied = record_applied(session, name, journal, destroyed=verb == "destroy") if records else None
                if on_done is not None:
                    on_done(name, applied)
            return counts

        def first(name: str, on_event: Callable[[Event], None]) -> Counts:
            return done_by(step, name, on_event, is_last=name not in last)

        with console().progress(list(every), verb, totals) as progress:
            listeners = _Passes(both(journal, tally, progress), last.keys() & graph.keys())
            outcome = run_stacks(graph, first, stopper, jobs=jobs or apply_jobs(), progress=listeners)
            done = outcome.values

            def rest(name: str, on_event: Callable[[Event], None]) -> Counts:
                return done.get(name, Counts()) + done_by(remove, name, on_event, is_last=True)

            if last and outcome.done:
                ended = run_stacks(last, rest, stopper, jobs=jobs or apply_jobs(), progress=listeners)
                again = ended.results
            else:
                again = tuple(StackResult(name, Status.NOT_STARTED) for name in last if name not in graph)
            results = {result.stack: result for result in (*outcome.results, *again)}
            outcome = Outcome(tuple(listeners.told.get(name, result) for name, result in results.items()))
        if outcome.done and afterwards is not None:
            afterwards(journal, outcome, _with_unfinished(session, journal, tally.changed))
        ends = {0: End.DONE, 1: End.FAILED, 130: End.STOPPED}
        code = 0 if outcome.done else 130 if stopper.requested else 1
        journal.end(ends[code])
        _print_outcome(session, outcome, verb, tally, journal)
    return code


def _with_unfinished(
    session: Session, journal: Journal, changed: Mapping[str, Collection[str]]
) -> dict[str, frozenset[str]]:
    """Add what earlier runs made that came to no end, since nobody looked then, in the target's stacks."""
    target = {stack.name for stack in session.stacks}
    found = {name: frozenset(addresses) for name, addresses in changed.items()}
    looked_after: set[str] = set()
    for run in list_runs(session.project.root):
        if run.begin.environment != journal.environment or run.id == journal.id:
            continue
        if run.end is End.DONE:
            looked_after.update(run.begin.stacks)
        for stack in run.stacks:
            if run.end is not End.DONE and stack.stack in target - looked_after:
                # A resume has them.
                ours = {*stack.made, *stack.open, *stack.cut, *stack.possibly_touched, *stack.possibly_begun}
                found[stack.stack] = found.get(stack.stack, frozenset()) | ours
    return found


def _print_stopping(wishes: int) -> None:
    """Say what comes of a Ctrl-C, before somebody presses it again for want of an answer."""
    if wishes == 1:
        what = "terraform waits for nothing more and saves its states, and AWS goes on with what it was asked"
        note(f"stopping: {what}; Ctrl-C again stops at once")
    else:
        note(f"stopping now: what is still running in {GRACE:.0f} seconds is killed")


class _Passes(Forwarding):
    """Hands each call on; a stack that is among `stacks` is told as partly done until its second pass is."""

    def __init__(self, to: Progress, stacks: Collection[str]) -> None:
        self._to, self._stacks = to, stacks
        self.told: dict[str, StackResult[Any]] = {}

    def forward(self, call: Callable[[Progress], None]) -> None:
        call(self._to)

    def finished(self, result: StackResult[object]) -> None:
        former = self.told.get(result.stack)
        if former is None and result.stack in self._stacks and result.status is Status.DONE:
            result = structs.replace(result, status=Status.PARTLY_DONE)
        elif former is not None and result.status is Status.NOT_STARTED:
            result = structs.replace(former, waits_for=result.waits_for)
        self.told[result.stack] = result
        self._to.finished(result)


class _Tally:
    def __init__(self) -> None:
        self.done: dict[str, Counter[str]] = defaultdict(Counter)
        self.open: dict[str, dict[str, None]] = defaultdict(dict)
        self.failed: dict[str, list[str]] = defaultdict(list)
        self.changed: dict[str, set[str]] = defaultdict(set)
        """The addresses of what stands now as the run made it."""

    def started(self, stack: str) -> None:
        self.open[stack] = {}

    def event(self, stack: str, event: Event) -> None:
        if event.address is None or event.action not in _VERBS:
            return
        if event.kind is EventKind.STARTED:
            self.open[stack][event.address] = None
        elif event.kind in {EventKind.DONE, EventKind.FAILED}:
            begun = event.address in self.open[stack]
            self.open[stack].pop(event.address, None)
            self.done[stack][event.action] += begun and event.kind is EventKind.DONE
            if event.kind is EventKind.FAILED and event.action == "create":
                self.failed[stack].append(event.address)
            if event.kind is EventKind.DONE and event.action != "delete":
                self.changed[stack].add(event.address)

    def finished(self, _result: StackResult[object]) -> None:
        pass

    def perhaps_made(self, result: StackResult[Counts]) -> tuple[str, ...]:
        said = ((address_of(one), one.code, one.message) for one in result.diagnostics)
        return perhaps_made(self.failed[result.stack], said)

    def counts(self, result: StackResult[Counts]) -> Counts:
        if result.value is not None:
            return result.value
        done = self.done[result.stack]
        return Counts(done["create"], done["update"], done["delete"])


_VERBS = {"create": "added", "update": "changed", "delete": "destroyed"}


def _print_outcome(session: Session, outcome: Outcome[Counts], verb: str, tally: _Tally, journal: Journal) -> None:
    counts = [tally.counts(result) for result in outcome.results]
    done = len(outcome.of(Status.DONE))
    lost = [result.stack for result in outcome.results if _is_lost(result)]
    unknown = f", and an unknown number in {', '.join(lost)}" if lost else ""
    note(f"{session.target}: {done} of {len(outcome.results)} stacks done: {_sum(counts)}{unknown}")
    if journal.trouble:
        note(f"  warning: {journal.trouble}")
    if outcome.done:
        return
    width = max(len(result.stack) for result in outcome.results)
    for result in outcome.results:
        if result.status is Status.NOT_STARTED:
            said = f"it needs {', '.join(result.waits_for)}" if result.waits_for else ""
        else:
            seen = _sum([tally.counts(result)])
            said = f"unknown changes: terraform's output was lost after {seen}" if _is_lost(result) else seen
            said += f"; {removals_left(result.waits_for)}" if result.status is Status.PARTLY_DONE else ""
        note(f"  {result.stack:{width}}  {result.status:11}  {said}".rstrip())
    # what was cut short by a person is counted
    blame = FindingLocator(session.composed)
    found = [_of_stack(one, of.stack) for of in outcome.results for one in blame.locate(of.diagnostics, of.stack)]
    if session.stopper.requested:
        found, cut_short = _without_cut_short(found)
        if cut_short:
            note(f"  {cut_short} change{'' if cut_short == 1 else 's'} interrupted: AWS may or may not have made them")
    if found:
        found = list({(one.code, one.message, one.location): one for one in found}.values())  # of several objects
        console().findings(found, session.project.root)
    _print_where_to_look(session, outcome, tally)
    looked_after = any(
        _is_killed(one) or _without_cut_short(one.diagnostics)[1] or tally.perhaps_made(one) for one in outcome.results
    )
    resumes = looked_after or _is_locked_by_the_dead(session, outcome, journal)
    resume = typeable_command(f"infragen resume {journal.id}")
    note(f"to continue: {resume if resumes else _again(session, verb, outcome)}")


def _again(session: Session, verb: str, outcome: Outcome[Counts]) -> str:
    """Plan anew what a saved plan promised and cannot keep; without `--yes`, so that somebody looks at it."""
    words = command_of(session, verb)
    refused = any(one.code == DEVIATES for result in outcome.results for one in result.diagnostics)
    kept = session.target not in words or any(word.startswith("--plan") for word in words)
    return command_line(session, verb, parse(session.target).stack) if refused and kept else same_command_line(words)


def _of_stack(found: Diagnostic, stack: str) -> Diagnostic:
    if found.location is not None or re.search(rf"\b{re.escape(stack)}\b", found.message):
        return found
    return replace(found, message=f"{stack}: {found.message}")


def _print_where_to_look(session: Session, outcome: Outcome[Counts], tally: _Tally) -> None:
    for result in outcome.results:
        perhaps = tally.perhaps_made(result)
        if perhaps:
            note(f"check {result.stack}: AWS may have created what failed: {first_of(list(perhaps), 5)}")
        if not _is_killed(result):
            continue
        open_ones = list(tally.open[result.stack])
        under_way = f"; in progress: {first_of(open_ones, 5)}" if open_ones else ""
        note(f"check {result.stack}: its state and its lock{under_way}")
        note(f"  the lock:  {command_line(session, 'unlock', result.stack)}")


def _is_locked_by_the_dead(session: Session, outcome: Outcome[Counts], journal: Journal) -> bool:
    """Whether an earlier run was cut off in a stack whose lock is held: `resume` puts right that one, too."""
    locked = {one.stack for one in outcome.results if any(found.code == LOCKED for found in one.diagnostics)}
    runs = (one for one in (open_runs(session.project.root) if locked else ()) if one.id != journal.id)
    return any(locked.intersection(one.left_behind) for one in runs if one.begin.environment == journal.environment)


def _is_killed(result: StackResult[Counts]) -> bool:
    return any(diagnostic.code in {KILLED, UNSTORED} for diagnostic in result.diagnostics)


def _is_lost(result: StackResult[Counts]) -> bool:
    return any(diagnostic.code in {LOST, FULL} for diagnostic in result.diagnostics)


def _without_cut_short(found: Sequence[Diagnostic]) -> tuple[list[Diagnostic], int]:
    others = [diagnostic for diagnostic in found if CUT_SHORT not in diagnostic.message]
    return others, len(found) - len(others)


def _sum(counts: list[Counts]) -> str:
    added, changed, removed = (sum(getattr(one, field) for one in counts) for field in ("add", "change", "remove"))
    imported = sum(one.imported for one in counts)
    also = f", {imported} imported" if imported else ""
    return f"{added} added, {changed} changed, {removed} destroyed{also}"


INCOMPLETE: Final = "T043"


def store_gone(session: Session, folder: Folder, plan: Path, on_event: OnEvent) -> None:
    """Store that AWS has nothing of a stack any more: no plan does, and until then it counts as one that stands."""
    options = PlanOptions(refresh_only=True, parallelism=session.parallelism)
    if plan_in(session, folder, plan, options, on_event).changes:
        session.runner.apply(folder, plan, parallelism=session.parallelism, on_event=on_event)


def apply_verified(session: Session, folder: Folder, plan: Path, expected: ExpectedEvents, on_event: OnEvent) -> Counts:
    reported: Counter[tuple[str, str]] = Counter()

    def hear(event: Event) -> None:
        if event.kind is EventKind.DONE and event.address is not None and event.action is not None:
            reported[event.address, event.action] += 1
        on_event(event)

    with quoting_no_secret(session.runner, folder, plan, is_read=True):
        done = session.runner.apply(folder, plan, parallelism=session.parallelism, on_event=hear)
    missing = expected.missing(reported, done.counts.imported)
    if missing:
        what = first_of(missing, 5)
        message = f"`terraform apply` of {folder.shown} ended successfully, but did not report as done: {what}"
        hint = f"is {session.runner.binary.command[0]} terraform itself? Plan again: the plan shows what is left"
        raise InfragenError(Diagnostic(INCOMPLETE, message, hint=hint))
    return done.counts
