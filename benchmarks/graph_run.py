"""A graph of many stacks, measured from inside: `python -m benchmarks.graph_run COUNT`.

Prints CPU seconds of the order, of what is affected, and of the status of every stack, and the peak of memory in MiB.
Each stack reads the five before it, calls one of twenty modules, and is rendered into five files. One of the first is
changed, one in the middle fails.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from benchmarks.measure import ROOT, peak, scratch
from infragen.affected import Tree, compare, levels
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.stacks.model import Stack
from infragen.terraform.apply_records import Applied, stack_digests, unchanged_stacks
from infragen.terraform.child_process import Stopper
from infragen.terraform.engine import affected, dependencies, run_stacks
from infragen.terraform.events import Counts
from infragen.terraform.journal import Journal
from infragen.terraform.run_history import find_run
from infragen.terraform.run_records import Begin, End
from infragen.terraform.states import State, StateIdentity, StateOutput

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen.terraform.runner import OnEvent

READS = 5
MODULES = 20
_LINEAGE = "measured"


def cost(python: str, count: int) -> tuple[float, int]:
    """Do it in a process of its own; return its CPU seconds and its peak of memory in MiB."""
    command = (python, "-m", "benchmarks.graph_run", str(count))
    *_, total = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.splitlines()
    cpu, memory = total.split()
    return float(cpu), int(memory)


def main() -> None:
    count = int(sys.argv[1])
    gc.set_threshold(50_000, 50, 1_000)  # as the console script does
    names = [f"s{number}" for number in range(count)]
    stacks = [Stack(name, (), tuple(names[max(0, number - READS) : number]), ()) for number, name in enumerate(names)]
    before, after = _tree(stacks, ""), _tree(stacks, names[3])
    records = {name: Applied(digest, _LINEAGE, 1) for name, digest in stack_digests(before, stacks).items()}
    states = {stack.name: _state(stack) for stack in stacks}
    total = 0.0
    for work in (
        lambda: _order(stacks, fails=names[count // 2]),
        lambda: affected(dependencies(stacks), {names[3]}),
        lambda: compare(Tree(before), Tree(after), {stack.name: stack.upstreams for stack in stacks}),
        lambda: unchanged_stacks(before, stacks, states, records),
    ):
        total += _timed(work)
    print(total, peak())


def _timed(work: Callable[[], object]) -> float:
    begin = time.process_time()
    kept = work()
    used = time.process_time() - begin
    del kept
    print(used)
    return used


def _order(stacks: list[Stack], fails: str) -> None:
    """Run nothing for every stack in its order, under a journal, and read from that what became of each."""

    def step(name: str, _on_event: OnEvent) -> Counts:
        if name == fails:
            raise InfragenError(Diagnostic("T020", "measured"))
        return Counts(1, 0, 0)

    levels({stack.name: stack.upstreams for stack in stacks})
    graph = dependencies(stacks)
    with scratch() as name:
        with Journal(Path(name), Begin("apply", "measured/prod", (), tuple(graph))) as journal:
            outcome = run_stacks(graph, step, Stopper(), jobs=4, progress=journal)
            journal.end(End.FAILED)
        found = find_run(Path(name), journal.id)
    assert len(found.stacks) == len(outcome.results) == len(stacks)


def _tree(stacks: list[Stack], changed: str) -> dict[str, str]:
    """Return rendered files."""
    module = 'variable "value" {\n  type = string\n}\n\noutput "value" {\n  value = var.value\n}\n'
    files = {f"modules/m{number}/main.tf": module for number in range(MODULES)}
    for number, stack in enumerate(stacks):
        reads = "".join(f"${{local.{one}.value}}" for one in stack.upstreams)
        value = "after" if stack.name == changed else "before"
        call = f'  source = "../modules/m{number % MODULES}"\n\n  value = "{value}{reads}"\n'
        read = "".join(f'data "terraform_remote_state" "{one}" {{\n  backend = "s3"\n}}\n' for one in stack.upstreams)
        files |= {
            f"{stack.name}/backend.tf": f'terraform {{\n  backend "s3" {{\n    key = "{stack.name}"\n  }}\n}}\n',
            f"{stack.name}/main.tf": f'module "this" {{\n{call}}}\n',
            f"{stack.name}/outputs.tf": 'output "value" {\n  value = module.this.value\n}\n',
            f"{stack.name}/providers.tf": 'provider "aws" {\n  region = "ap-northeast-1"\n}\n',
            f"{stack.name}/upstream.tf": read,
        }
    return files


def _state(stack: Stack) -> State:
    """Return what an apply left behind."""
    instances = _raw([{"attributes": {"outputs": {"value": {"value": "before"}}}}])
    kind, mode = _raw("terraform_remote_state"), _raw("data")
    read = tuple({"mode": mode, "type": kind, "name": _raw(one), "instances": instances} for one in stack.upstreams)
    outputs = {"value": StateOutput(_raw("before"), _raw("string"))}
    return State(StateIdentity(_LINEAGE, 1, ""), "1.11.4", outputs, read)


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


if __name__ == "__main__":
    main()
