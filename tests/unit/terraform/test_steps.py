"""What is done to one stack, in which order."""

from __future__ import annotations

import pytest

from infragen.terraform.events import Counts
from infragen.terraform.runner import ApplyResult, PlanResult, silent
from infragen.terraform.steps import Steps


class FakeRunner:
    """Notes what it is asked for."""

    def __init__(self, *, changes=True, state=("a.b",)):
        self.changes, self.state, self.asked = changes, state, []

    def plan(self, folder, out, options, on_event):
        self.asked.append(("destroy" if options.destroy else "plan", folder, options.refresh, options.parallelism))
        return PlanResult(out, self.changes, Counts(add=1), ())

    def apply(self, folder, plan, *, parallelism, on_event):
        self.asked.append(("apply", folder, plan, parallelism))
        return ApplyResult(Counts(add=2), ())

    def show_json(self, folder, plan, to):
        self.asked.append(("show", folder, plan))
        return to

    def state_list(self, folder):
        return self.state


class Work:
    """Names the files of plans."""

    def __init__(self, root):
        self.root = root

    def plan_file(self, name):
        return self.root / f"{name}.tfplan"


@pytest.fixture
def steps(tmp_path):
    return lambda runner: Steps(runner, Work(tmp_path), {"network": "N"}, parallelism=50)


def test_a_plan_with_changes_is_read_back(steps, tmp_path):
    runner = FakeRunner()
    planned = steps(runner).plan(refresh=False)("network", silent)
    assert planned.json == tmp_path / "network.json"
    assert runner.asked == [("plan", "N", False, 50), ("show", "N", tmp_path / "network.tfplan")]


def test_a_plan_without_changes_is_not(steps):
    runner = FakeRunner(changes=False)
    assert steps(runner).plan()("network", silent).json is None
    assert [asked[0] for asked in runner.asked] == ["plan"]


def test_what_is_applied_is_what_was_just_planned(steps, tmp_path):
    runner = FakeRunner()
    assert steps(runner).apply()("network", silent).counts == Counts(add=2)
    assert runner.asked == [("plan", "N", True, 50), ("apply", "N", tmp_path / "network.tfplan", 50)]


def test_nothing_to_change_is_nothing_to_apply(steps):
    runner = FakeRunner(changes=False)
    steps(runner).apply()("network", silent)
    assert [asked[0] for asked in runner.asked] == ["plan"]


def test_a_saved_plan_is_applied_without_planning_again(steps, tmp_path):
    runner, saved = FakeRunner(), PlanResult(tmp_path / "saved", True, Counts(), ())
    steps(runner).apply_saved({"network": saved})("network", silent)
    assert runner.asked == [("apply", "N", tmp_path / "saved", 50)]


def test_destroying_plans_the_destruction_and_applies_it(steps):
    runner = FakeRunner()
    steps(runner).destroy()("network", silent)
    assert [asked[0] for asked in runner.asked] == ["destroy", "apply"]


def test_what_was_never_applied_is_not_destroyed(steps):
    runner = FakeRunner(state=())
    assert steps(runner).destroy()("network", silent).plan is None
    assert runner.asked == []
