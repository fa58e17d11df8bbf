"""What one plan of all stacks costs beside the plans of each stack: `python -m benchmarks.apart PROJECT plan.json`.

Prints terraform's CPU seconds (its providers' too) for the one plan, as infragen makes it, then for the plans of all
stacks one after another, as terraform makes them by itself; each time `init` in a new folder, `plan`, `show -json`.

Nothing is applied, so a stack alone lacks what it reads of others. It is given exactly what the one plan knows of that:
values that are known there are written down, any other is unknown until the apply. So both plan the same resources
from the same knowledge.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from infragen.terraform.adapter import TerraformRunner
from infragen.terraform.binary import find_binary
from infragen.terraform.combined import combined_root
from infragen.terraform.environment_variables import LOGS, child_environment
from infragen.terraform.offline import offline_environment
from infragen.terraform.provider_mirror import find_mirror
from infragen.terraform.runner import PlanOptions
from infragen.terraform.states import StateOutput
from infragen.terraform.workfolder import Basis, open_work_folders
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.target import open_project, resolve_one

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.stacks.model import Stack
    from infragen.terraform.workfolder import WorkFolders
    from infragen.workflow.rendering.composition import Composed

    Given = Mapping[str, Mapping[str, str]]
    """Each stack's outputs by name, as HCL."""

__all__ = ["TARGET"]

TARGET = "technova/prod"

_UNKNOWN = "coalesce(timestamp())"
"""A text that is unknown until the apply, and never null."""

_TUNED = ("GOGC", "GOMEMLIMIT", *LOGS)
"""What infragen sets and terraform alone would not."""

_NOTHING = StateOutput(msgspec.Raw(b"null"), msgspec.Raw(b'"dynamic"'))


def main() -> None:
    project, to = open_project(Path(sys.argv[1])), Path(sys.argv[2])
    composed = compose(project, resolve_one(project, TARGET)[1], templates_of(project))
    binary, mirror = find_binary(os.environ.get("INFRAGEN_TERRAFORM")), find_mirror(None, os.environ, Path.home())
    with offline_environment(os.environ) as closed:
        tuned = child_environment(os.environ) | closed
        plain = {name: value for name, value in tuned.items() if name not in _TUNED}
        with open_work_folders(project.root, "together", "all") as work:
            together = _together(work, TerraformRunner(binary, mirror, tuned), composed, to)
        given = _given(composed.stacks, json.loads(to.read_bytes())["output_changes"])
        apart = 0.0
        for stack in composed.stacks:
            with open_work_folders(project.root, "alone", stack.name) as work:
                apart += _alone(work, TerraformRunner(binary, mirror, plain), composed, stack, given)
    print(together, apart)


def _together(work: WorkFolders, runner: TerraformRunner, composed: Composed, to: Path) -> float:
    """Plan all stacks as one root that publishes their outputs; the plan's JSON goes `to` a file."""
    outputs = combined_root(composed.files, composed.stacks).files["outputs.tf"]
    begin = _children()
    with work.open_combined(composed.files, composed.stacks, runner, basis=Basis(offline=True)):
        (work.combined.path / "outputs.tf").write_text(outputs)
        _plan(work, runner, to)
    return _children() - begin


def _alone(work: WorkFolders, runner: TerraformRunner, composed: Composed, stack: Stack, given: Given) -> float:
    """Plan one stack on what is known of its upstreams' outputs."""
    basis = Basis(offline=True, given={name: dict.fromkeys(given[name], _NOTHING) for name in stack.upstreams})
    begin = _children()
    with work.open_combined(composed.files, (stack,), runner, basis=basis) as root:
        folder = work.combined.path
        (folder / "infragen.auto.tfvars.json").unlink(missing_ok=True)
        names = {
            f"{one.replace('-', '_')}__{name}": text for one in stack.upstreams for name, text in given[one].items()
        }
        values = "".join(f"  {name} = {text}\n" for name, text in names.items())
        (folder / "variables.tf").write_text(f"locals {{\n{values}}}\n")
        (folder / "main.tf").write_text(root.files["main.tf"].replace("= var.", "= local."))
        _plan(work, runner, folder / "alone.json")
    return _children() - begin


def _plan(work: WorkFolders, runner: TerraformRunner, to: Path) -> None:
    out = work.plan_file("combined")
    runner.plan(work.combined, out, PlanOptions(refresh=False))
    runner.show_json(work.combined, out, to)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _given(stacks: tuple[Stack, ...], changes: Mapping[str, Any]) -> Given:
    """Return what a plan knows of the outputs of all stacks."""
    return {
        stack.name: {
            name.removeprefix(f"{stack.identifier}__"): _hcl(change.get("after"), change["after_unknown"])
            for name, change in changes.items()
            if name.startswith(f"{stack.identifier}__")
        }
        for stack in stacks
    }


def _hcl(value: Any, unknown: Any) -> str:
    """Return a value as HCL, with the unknown where a plan has it."""
    if unknown is True:
        return _UNKNOWN
    if isinstance(unknown, dict) or isinstance(value, dict):
        value, unknown = value or {}, unknown or {}
        keys = dict.fromkeys([*value, *unknown])
        return "{ " + ", ".join(f"{json.dumps(key)} = {_hcl(value.get(key), unknown.get(key))}" for key in keys) + " }"
    if isinstance(unknown, list) or isinstance(value, list):
        value, unknown = list(value or ()), list(unknown or ())
        count = max(len(value), len(unknown))
        value += [None] * (count - len(value))
        unknown += [False] * (count - len(unknown))
        return "[" + ", ".join(map(_hcl, value, unknown)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


if __name__ == "__main__":
    main()
