"""What is done to one stack in a run: planned, applied, destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.terraform.events import Counts
from infragen.terraform.runner import PARALLELISM, OnEvent, PlanOptions, PlanResult, TerraformRunner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from infragen.terraform.runner import Folder
    from infragen.terraform.workfolder import WorkFolders

__all__ = ["AppliedStack", "PlannedStack", "Steps"]


@dataclass(frozen=True, slots=True)
class PlannedStack:
    """A stack's saved plan, and its JSON form where there is something in it."""

    plan: PlanResult
    json: Path | None


@dataclass(frozen=True, slots=True)
class AppliedStack:
    """What was done to a stack; `plan` is None where there was nothing to plan."""

    plan: PlanResult | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of the engine over prepared folders; `parallelism` is the number of resources at once in a stack."""

    runner: TerraformRunner
    work: WorkFolders
    folders: Mapping[str, Folder]
    parallelism: int = PARALLELISM

    def plan(self, *, refresh: bool = True, destroy: bool = False) -> Callable[[str, OnEvent], PlannedStack]:
        """Return the step that plans a stack and reads the plan back as JSON, unless nothing changes."""

        def step(name: str, on_event: OnEvent) -> PlannedStack:
            plan = self._planned(name, PlanOptions(refresh, destroy, self.parallelism), on_event)
            if not plan.changes:
                return PlannedStack(plan, None)
            json = self.runner.show_json(self.folders[name], plan.path, plan.path.with_suffix(".json"))
            return PlannedStack(plan, json)

        return step

    def apply(self) -> Callable[[str, OnEvent], AppliedStack]:
        """Return the step that plans a stack and applies exactly that plan."""

        def step(name: str, on_event: OnEvent) -> AppliedStack:
            plan = self._planned(name, PlanOptions(parallelism=self.parallelism), on_event)
            return self._applied(name, plan, on_event)

        return step

    def apply_saved(self, plans: Mapping[str, PlanResult]) -> Callable[[str, OnEvent], AppliedStack]:
        """Return the step that applies the plans that were made before, and nothing else."""

        def step(name: str, on_event: OnEvent) -> AppliedStack:
            return self._applied(name, plans[name], on_event)

        return step

    def destroy(self) -> Callable[[str, OnEvent], AppliedStack]:
        """Return the step that destroys a stack; one that was never applied is left alone.

        Its plan would fail where an upstream was never applied either.
        """

        def step(name: str, on_event: OnEvent) -> AppliedStack:
            if not self.runner.state_list(self.folders[name]):
                return AppliedStack(None, Counts())
            plan = self._planned(name, PlanOptions(destroy=True, parallelism=self.parallelism), on_event)
            return self._applied(name, plan, on_event)

        return step

    def _planned(self, name: str, options: PlanOptions, on_event: OnEvent) -> PlanResult:
        return self.runner.plan(self.folders[name], self.work.plan_file(name), options, on_event)

    def _applied(self, name: str, plan: PlanResult, on_event: OnEvent) -> AppliedStack:
        if not plan.changes:
            return AppliedStack(plan, plan.counts)
        done = self.runner.apply(self.folders[name], plan.path, parallelism=self.parallelism, on_event=on_event)
        return AppliedStack(plan, done.counts)
