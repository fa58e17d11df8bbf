"""Runs a graph of stacks: dependencies first, side by side, stopping cleanly; prints nothing."""

from __future__ import annotations

import errno
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.diagnostics.hints import FULL
from infragen.stacks.model import Stack
from infragen.terraform.child_process import Stopper
from infragen.terraform.environment_variables import cores, free_memory
from infragen.terraform.events import Event
from infragen.terraform.runner import OnEvent, StoppedError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Graph = Mapping[str, Collection[str]]  # each stack's name with the names of those that must be done before it
Step = Callable[[str, OnEvent], T]
"""The work on one stack; InfragenError is its failure, and events may be reported from any thread."""
REFUSALS = FULL | {errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE}
"""What the system says of itself; any other error of its is a mistake of infragen's."""
BYTES_EACH = 900_000_000  # memory of one terraform with the AWS provider, measured (docs/terraform.md)


class Status(StrEnum):
    """How far a stack came."""

    DONE = "done"
    PARTLY_DONE = "partly done"  # its first pass is done, its removals are not
    FAILED = "failed"
    STOPPED = "stopped"  # it ran when someone asked to stop, and ended cleanly before its end
    NOT_STARTED = "not started"


class StackResult(Struct, Generic[T_co], frozen=True):
    """What became of one stack: `value` when it is done, or partly, `diagnostics` when it is not.

    `waits_for` names the stacks that it needed and that are not done; `seconds` is wall time.
    """

    stack: str
    status: Status
    value: T_co | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    waits_for: tuple[str, ...] = ()
    seconds: float = 0.0


class Outcome(Struct, Generic[T_co], frozen=True):
    """What became of every stack, dependencies first."""

    results: tuple[StackResult[T_co], ...]

    def of(self, status: Status) -> tuple[StackResult[T_co], ...]:
        return tuple(result for result in self.results if result.status is status)

    @property
    def done(self) -> bool:
        return all(result.status is Status.DONE for result in self.results)

    @property
    def values(self) -> dict[str, T_co]:
        return {result.stack: result.value for result in self.results if result.value is not None}


class Progress(Protocol):
    """Is told what happens, one call at a time, from any thread."""

    def started(self, stack: str) -> None:
        """Hear that a stack's work begins."""

    def event(self, stack: str, event: Event) -> None:
        """Hear what terraform says about a stack."""

    def finished(self, result: StackResult[object]) -> None:
        """Hear how a stack's work ended; also of one that never started."""


def dependencies(stacks: Sequence[Stack], *, reverse: bool = False) -> dict[str, tuple[str, ...]]:
    """Upstreams that are not among the stacks are left out; `reverse` is the order to destroy in."""
    names = {stack.name for stack in stacks}
    forward = {stack.name: tuple(name for name in stack.upstreams if name in names) for stack in stacks}
    return {name: tuple(one for one in forward if name in forward[one]) for name in forward} if reverse else forward


def affected(graph: Graph, changed: Collection[str]) -> tuple[str, ...]:
    hit = set(changed)
    order = _topological(graph)
    for name in order:
        if name not in hit and not hit.isdisjoint(graph.get(name, ())):
            hit.add(name)
    return tuple(name for name in order if name in hit)


def removals_left(waits_for: Collection[str]) -> str:
    return f"its removals need {', '.join(waits_for)}" if waits_for else "its removals are left"


plan_jobs = cores  # plans compute: as many side by side as this process may use cores


def apply_jobs() -> int:
    """Return how many applies to run side by side: they wait, so as many as fit into the free memory."""
    return max(1, free_memory() // BYTES_EACH)


def run_stacks(
    graph: Graph, step: Step[T], stopper: Stopper, *, jobs: int, progress: Progress | None = None
) -> Outcome[T]:
    """Do `step` for every stack of a graph, each after those it waits for, at most `jobs` at a time.

    What waits for a stack that fails is not started; everything else is. Once `stopper` is asked to stop nothing new
    starts. Raises InfragenError T040 where stacks wait for each other in a circle.
    """
    run = _Run(graph, step, stopper, _OneAtATime(progress))
    with stopper.orderly(), ThreadPoolExecutor(max(1, jobs), thread_name_prefix="stack") as pool:
        try:
            run.everything(pool)
        except BaseException:
            stopper.stop_once()  # the pool waits for what runs; no one would wait for its result
            raise
    return run.outcome()


class _Run(Generic[T]):
    def __init__(self, graph: Graph, step: Step[T], stopper: Stopper, progress: _OneAtATime) -> None:
        self._graph = graph
        self._step = step
        self._stopper = stopper
        self._progress = progress
        self._order = _topological(graph)
        # The stack with the longest way still to go after it is started first.
        behind = dict.fromkeys(self._order, 0)
        for name in reversed(self._order):
            for before in graph[name]:
                behind[before] = max(behind[before], behind[name] + 1)
        self._rank = {name: (-length, name) for name, length in behind.items()}
        self._results: dict[str, StackResult[T]] = {}

    def everything(self, pool: ThreadPoolExecutor) -> None:
        sorter = TopologicalSorter(self._graph)
        sorter.prepare()
        ended: SimpleQueue[Future[StackResult[T]]] = SimpleQueue()
        running = 0
        while True:
            if not self._stopper.requested:
                for name in sorted(sorter.get_ready(), key=self._rank.__getitem__):
                    pool.submit(copy_context().run, self._one, name).add_done_callback(ended.put)
                    running += 1
            if not running:
                return
            result = ended.get().result()
            running -= 1
            self._results[result.stack] = result
            if result.status is Status.DONE:
                sorter.done(result.stack)

    def outcome(self) -> Outcome[T]:
        for name in self._order:
            if name not in self._results:
                self._not_started(name)
        return Outcome(tuple(self._results[name] for name in self._order))

    def _one(self, name: str) -> StackResult[T]:
        if self._stopper.requested:  # it waited for a free worker meanwhile
            return self._not_started(name)
        self._progress.started(name)
        begin = time.monotonic()
        try:
            value = self._step(name, lambda event: self._progress.event(name, event))
            result = StackResult(name, Status.DONE, value)
        except InfragenError as error:
            status = Status.STOPPED if isinstance(error, StoppedError) else Status.FAILED
            result = StackResult(name, status, diagnostics=error.diagnostics)
        except OSError as error:  # a full disk, most likely; it is this stack's, and the others may have room
            result = StackResult(name, Status.FAILED, diagnostics=(refused_by_system(error),))
        result = replace(result, seconds=time.monotonic() - begin)
        self._progress.finished(result)
        return result

    def _not_started(self, name: str) -> StackResult[T]:
        done = {one for one, result in self._results.items() if result.status is Status.DONE}
        waits_for = tuple(other for other in self._graph[name] if other not in done)
        result: StackResult[T] = StackResult(name, Status.NOT_STARTED, waits_for=waits_for)
        self._results[name] = result
        self._progress.finished(result)
        return result


class Forwarding(ABC):
    """A Progress that hands each call on, in a way of its own."""

    @abstractmethod
    def forward(self, call: Callable[[Progress], None]) -> None:
        """Call whoever is to be told."""

    def started(self, stack: str) -> None:
        self.forward(lambda progress: progress.started(stack))

    def event(self, stack: str, event: Event) -> None:
        self.forward(lambda progress: progress.event(stack, event))

    def finished(self, result: StackResult[object]) -> None:
        self.forward(lambda progress: progress.finished(result))


class _OneAtATime(Forwarding):
    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._lock = threading.Lock()

    def forward(self, call: Callable[[Progress], None]) -> None:
        if self._progress is not None:
            with self._lock:
                call(self._progress)


def _topological(graph: Graph) -> tuple[str, ...]:
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise InfragenError(Diagnostic("T040", f"these stacks depend on each other: {circle}")) from error


def refused_by_system(error: OSError) -> Diagnostic:
    place = f": {error.filename}" if error.filename else ""
    hint = "free disk space, or raise the limit" if error.errno in FULL else None
    return Diagnostic("T034", f"the operating system refused: {error.strerror or error}{place}", hint=hint)
