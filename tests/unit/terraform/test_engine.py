"""A graph of stacks: order, width, failure, a person who stops it."""

from __future__ import annotations

import threading
import time
from contextvars import ContextVar

import pytest

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.stacks.model import Stack
from infragen.terraform.child_process import Stopper
from infragen.terraform.engine import Status, affected, apply_jobs, dependencies, plan_jobs, run_stacks
from infragen.terraform.events import Event, EventKind
from infragen.terraform.runner import StoppedError
from tests.waiting import PATIENCE, calls, peak

DIAMOND = {"network": (), "left": ("network",), "right": ("network",), "top": ("left", "right")}


def failing(*names):
    def step(name, _on_event):
        if name in names:
            raise InfragenError(Diagnostic("T020", f"{name} broke"))
        return name.upper()

    return step


class Recorder:
    """A Progress that would notice two calls at once."""

    def __init__(self):
        self.calls = []
        self.inside = False

    def _note(self, *call):
        assert not self.inside
        self.inside = True
        time.sleep(0.001)
        self.calls.append(call)
        self.inside = False

    def started(self, stack):
        self._note("started", stack)

    def event(self, stack, event):
        self._note("event", stack, event.message)

    def finished(self, result):
        self._note("finished", result.stack, result.status)


def test_a_step_knows_what_was_noted_of_the_command():
    noted = ContextVar("noted", default="nothing")
    noted.set("resumed")
    outcome = run_stacks(DIAMOND, lambda _name, _on_event: noted.get(), Stopper(), jobs=2)
    assert set(outcome.values.values()) == {"resumed"}


def test_a_stack_starts_only_when_all_it_waits_for_is_done():
    done = []

    def step(name, _on_event):
        assert set(DIAMOND[name]) <= set(done)
        done.append(name)

    assert run_stacks(DIAMOND, step, Stopper(), jobs=4).done
    assert (done[0], done[-1]) == ("network", "top")


def test_results_come_back_with_values_dependencies_first():
    outcome = run_stacks(DIAMOND, failing(), Stopper(), jobs=2)
    assert next(result.stack for result in outcome.results) == "network"
    assert outcome.values == {name: name.upper() for name in DIAMOND}


def test_stacks_run_side_by_side_but_never_more_than_asked_for():
    running, most, lock, three = 0, 0, threading.Lock(), threading.Barrier(3)

    def step(_name, _on_event):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        three.wait(PATIENCE)
        with lock:
            running -= 1

    run_stacks({str(number): () for number in range(12)}, step, Stopper(), jobs=3)
    assert most == 3


def test_a_failure_stops_what_depends_on_it_and_nothing_else():
    outcome = run_stacks(DIAMOND | {"edge": ("right",)}, failing("left"), Stopper(), jobs=2)
    assert {result.stack: result.status for result in outcome.results} == {
        "network": Status.DONE,
        "left": Status.FAILED,
        "right": Status.DONE,
        "edge": Status.DONE,
        "top": Status.NOT_STARTED,
    }
    (failed,), (waiting,) = outcome.of(Status.FAILED), outcome.of(Status.NOT_STARTED)
    assert failed.diagnostics[0].message == "left broke"
    assert waiting.waits_for == ("left",)
    assert not outcome.done


def test_after_a_stop_running_stacks_end_and_nothing_new_starts():
    stopper = Stopper()

    def step(name, _on_event):
        stopper.stop()
        if name == "left":
            raise StoppedError(Diagnostic("T020", "execution halted"))

    outcome = run_stacks({"left": (), "right": (), "more": (), "top": ("left",)}, step, stopper, jobs=1)
    statuses = [result.status for result in outcome.results]
    assert statuses.count(Status.NOT_STARTED) == 3
    assert statuses.count(Status.STOPPED) + statuses.count(Status.DONE) == 1


def test_a_mistake_in_a_step_is_not_swallowed_and_stops_the_others():
    stopper = Stopper()

    def step(name, _on_event):
        if name == "bad":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_stacks({"bad": (), "good": ("bad",)}, step, stopper, jobs=1)
    assert stopper.requested


def test_progress_hears_everything_one_call_at_a_time():
    recorder = Recorder()

    def step(name, on_event):
        on_event(Event(EventKind.NOTE, f"hello from {name}"))
        if name == "left":
            raise InfragenError(Diagnostic("T020", "broke"))

    run_stacks(DIAMOND, step, Stopper(), jobs=4, progress=recorder)
    assert recorder.calls[:3] == [
        ("started", "network"),
        ("event", "network", "hello from network"),
        ("finished", "network", Status.DONE),
    ]
    assert ("finished", "top", Status.NOT_STARTED) in recorder.calls
    assert ("started", "top") not in recorder.calls


def test_the_stack_with_the_longest_way_to_go_starts_first():
    graph = {"a": (), "z": (), "z2": ("z",), "z3": ("z2",)}
    started = []
    run_stacks(graph, lambda name, _on_event: started.append(name), Stopper(), jobs=1)
    assert started[0] == "z"


def test_a_circle_is_named():
    with pytest.raises(InfragenError, match="T040 these stacks depend on each other: "):
        run_stacks({"a": ("b",), "b": ("a",)}, failing(), Stopper(), jobs=1)


def stacks():
    return [
        Stack("network", (), (), ()),
        Stack("data-sales", (), ("network",), ()),
        Stack("services-sales", (), ("network", "data-sales"), ()),
    ]


def test_the_graph_of_some_stacks_leaves_out_the_others():
    assert dependencies(stacks()[1:]) == {"data-sales": (), "services-sales": ("data-sales",)}


def test_to_destroy_each_stack_waits_for_those_that_read_it():
    assert dependencies(stacks(), reverse=True) == {
        "network": ("data-sales", "services-sales"),
        "data-sales": ("services-sales",),
        "services-sales": (),
    }


def chain_of_five(count):
    return {f"s{number}": tuple(f"s{other}" for other in range(max(0, number - 5), number)) for number in range(count)}


def side_by_side(count):
    return {f"s{number}": () for number in range(count)}


class CountingGraph(dict):
    """A graph that counts how often anybody looks at a stack."""

    looks = 0

    def __getitem__(self, name):
        CountingGraph.looks += 1
        return super().__getitem__(name)


@pytest.mark.parametrize("fails", [(), ("s0",), ("s100",)])
def test_looks_at_the_graph_grow_with_its_size_alone(fails):
    looks = []
    for count in (500, 1000, 2000):
        CountingGraph.looks = 0
        run_stacks(CountingGraph(chain_of_five(count)), failing(*fails), Stopper(), jobs=2)
        looks.append(CountingGraph.looks)
    assert looks[1] < 2.5 * looks[0]
    assert looks[2] < 2.5 * looks[1]


@pytest.mark.parametrize("graph_of", [chain_of_five, side_by_side])
def test_work_grows_with_the_number_of_stacks(graph_of):
    def work(count):
        ran = []
        spent = calls(lambda: ran.append(run_stacks(graph_of(count), failing(), Stopper(), jobs=1)))
        assert ran[0].done
        return spent

    assert work(1000) < 2.5 * work(500)


def test_work_to_turn_stacks_round_grows_with_their_number():
    def work(count):
        every = [Stack(name, (), before, ()) for name, before in chain_of_five(count).items()]
        behind = {}
        spent = calls(lambda: behind.update(dependencies(every, reverse=True)))
        assert behind[f"s{count - 1}"] == ()
        assert behind["s0"] == tuple(f"s{number}" for number in range(1, 6))
        return spent

    assert work(2000) < 2.5 * work(1000)


def test_memory_grows_with_the_size_of_the_graph_alone():
    peaks = []
    for count in (1000, 2000):
        graph = chain_of_five(count)
        peaks.append(peak(lambda graph=graph: run_stacks(graph, failing(), Stopper(), jobs=2)))
    assert peaks[1] < 2.5 * peaks[0]


def test_affected_is_what_changed_and_what_is_behind_it():
    assert affected(DIAMOND, {"left"}) == ("left", "top")
    assert set(affected(DIAMOND, {"network"})) == set(DIAMOND)
    assert affected(DIAMOND, set()) == ()


def test_what_the_system_refuses_is_that_stacks_failure_alone():
    def step(name, _on_event):
        if name == "left":
            raise OSError(28, "No space left on device", "/work/left")

    outcome = run_stacks(DIAMOND, step, Stopper(), jobs=1)
    statuses = {result.stack: result.status for result in outcome.results}
    assert statuses == {"network": Status.DONE, "left": Status.FAILED, "right": Status.DONE, "top": Status.NOT_STARTED}
    (said,) = outcome.of(Status.FAILED)[0].diagnostics
    assert (said.code, said.message) == ("T034", "the operating system refused: No space left on device: /work/left")
    assert "free disk space" in (said.hint or "")


def test_there_is_always_room_for_one():
    assert plan_jobs() >= 1
    assert apply_jobs() >= 1
