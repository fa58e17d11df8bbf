"""The engine's own part of a plan and of an apply, beside a program that poses as terraform."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.apart import TARGET
from benchmarks.graph_run import cost as graph_cost
from benchmarks.measure import ENVIRONMENT, INFRAGEN, ROOT, Cost, Limit, best, once, row, scratch
from benchmarks.posing import write_posing
from benchmarks.report_run import cost as report_cost

if TYPE_CHECKING:
    from benchmarks.posing import Posing

__all__ = ["measure"]

_START, _A_STACK = 0.5, 0.02
"""CPU seconds that infragen may take for a plan, beside its report: once, and for each stack."""
_TRAFFIC = 2
"""CPU seconds that `paths` may take beside the plan."""
_PARENT = 60
"""MiB that infragen may have beside the change set."""
_CHATTER = 100
"""Megabytes of output."""
_GRAPHS = (2_000, 200)
_SECONDS = 2.0
"""An apply takes so long, and a second more for every hundred resources."""


def measure(rounds: int) -> None:
    """Measure plans and an apply of TechNova's production, and a graph of 2,000 stacks."""
    with scratch() as name:
        folder = Path(name)
        for part in ("catalog", "environments", "generated"):
            shutil.copytree(ROOT / part, folder / part)
        plan = folder / "plan.json"
        row("first plan of prod / of its stacks alone", *_first_plans(folder, plan), Limit(0.25))
        ways = best([Cost(*report_cost(sys.executable, "traffic", plan)) for _ in range(rounds)])
        row("who reaches whom in prod's plan / 2 s", ways, Cost(_TRAFFIC, 0), Limit(1))
        posing = write_posing(folder / "posing", plan)
        report = best([Cost(*report_cost(sys.executable, "markdown", plan)) for _ in range(rounds)])
        allowed = Cost(_START + _A_STACK * len(posing.stacks) + report.cpu, report.memory)
        limit = Limit(1, report.memory + _PARENT)
        row("first plan, infragen alone / its allowance", _own(folder, posing, rounds), allowed, limit)
        row("apply of prod / its critical path", *_applied(folder, posing), Limit(1.1), note="by the clock")
        row("plan on states, infragen alone / allowance", _own(folder, posing, rounds), allowed, limit)
        posing.say_more("combined", _CHATTER)
        row(f"{_CHATTER} MB of output, infragen alone", _own(folder, posing, 1), allowed, Limit(2, limit.memory))
    many, few = (best([Cost(*graph_cost(sys.executable, count)) for _ in range(rounds)]) for count in _GRAPHS)
    row(f"graph of {_GRAPHS[0]:,} stacks / 1 s", many, Cost(1, 0), Limit(1.5))
    row(f"{_GRAPHS[0]:,} stacks / {_GRAPHS[1]:,}", many, few, Limit(10.5, 100))


def _first_plans(folder: Path, plan: Path) -> tuple[Cost, Cost]:
    """Plan all stacks as one root, and each alone; the plan of all goes to a file."""
    command = (sys.executable, "-m", "benchmarks.apart", str(folder), str(plan))
    ended = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise SystemExit(f"terraform and the AWS provider are needed:\n{ended.stderr[-2000:]}")
    together, apart = (Cost(float(seconds), 0) for seconds in ended.stdout.split())
    return together, apart


def _own(folder: Path, posing: Posing, rounds: int) -> Cost:
    """Plan, and return what infragen itself used."""
    written = folder / "cost"
    plan = ("plan", TARGET, "--all", "--format", "markdown", "-C", str(folder))
    command = (sys.executable, "-m", "benchmarks.own_run", str(written), *plan)
    costs = []
    for _ in range(rounds):
        once(command, ROOT, variables=posing.variables)
        cpu, memory = written.read_text("utf-8").split()
        costs.append(Cost(float(cpu), int(memory)))
    if posing.count("show") != posing.count("plan"):
        raise SystemExit("a plan is to be shown once")
    return best(costs)


def _applied(folder: Path, posing: Posing) -> tuple[Cost, Cost]:
    """Apply all stacks; return how long that took, and how long it must take, seconds of the clock."""
    posing.take(_SECONDS)
    once((*INFRAGEN, "apply", TARGET, "--yes"), folder, variables=posing.variables)
    listed = subprocess.run((*INFRAGEN, "runs", "--format", "json"), cwd=folder, capture_output=True, check=True)
    run = json.loads(listed.stdout)[0]
    began, ended = (datetime.fromisoformat(run[when]).timestamp() for when in ("began", "ended"))
    return Cost(ended - began, 0), Cost(posing.critical_path(began), 0)
