"""List past runs: what was done, when, and how it ended."""

import json
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from infragen.commands import flags
from infragen.commands.formats import findings_text, wants_colour
from infragen.report.tables import fields
from infragen.terraform.engine import Status, removals_left
from infragen.terraform.run_history import find_run, list_runs, untrusted_runs
from infragen.terraform.run_records import End, Run, StackRun, UntrustedRun
from infragen.text import visible
from infragen.workflow.console import out_text
from infragen.workflow.invocation import typeable_command
from infragen.workflow.target import open_project, warn_without_key


def runs(
    wanted: Annotated[
        str | None, flags.argument("[ID]", "A run's id, or its beginning or end; by default all runs.")
    ] = None,
    output: flags.ListFormat = "text",
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    project = open_project(folder)
    warn_without_key()
    found = list_runs(project.root)
    if wanted is None:
        doubted = untrusted_runs(project.root)
        plain = [*map(_plain, found), *({"id": run.id, "end": "not trusted", "doubt": run.doubt} for run in doubted)]
        out_text(json.dumps(plain, indent=2) if output == "json" else _list(found, doubted))
        return 0
    run = find_run(project.root, wanted, found)
    shown = json.dumps(_plain(run), indent=2) if output == "json" else _detail(run, found, project.root)
    out_text(shown, is_styled=True)
    return 0


def _list(found: tuple[Run, ...], doubted: tuple[UntrustedRun, ...]) -> str:
    not_believed = [f"{run.id}  not trusted: {visible(run.doubt)}" for run in doubted]
    if not found:
        return "\n".join(not_believed) or "no run yet: `infragen apply` and `infragen destroy` leave one"
    rows = [
        (run.id, run.begin.verb, visible(run.begin.target), f"{run.began:%Y-%m-%d %H:%M} UTC", _how(run))
        for run in found
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    cells = ([*(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)), row[4]] for row in rows)
    return "\n".join([*map("  ".join, cells), *not_believed])


def _how(run: Run) -> str:
    done = sum(stack.status is Status.DONE for stack in run.stacks)
    said = f"{run.end}, {done} of {len(run.stacks)} stacks done" + (", then recovered" if run.recovered else "")
    return said + (" (on the sandbox)" if run.begin.sandbox else "")


def _detail(run: Run, runs: tuple[Run, ...], root: Path) -> str:
    began, ended = f"{run.began:%Y-%m-%d %H:%M:%S} UTC", ""
    if run.ended is not None:
        ended = f", {(run.ended - run.began).total_seconds():.0f} s"
    elif run.end is End.RUNNING:
        ended = f", process {run.pid}"
    lines = [
        f"run {run.id}: {_how(run)}",
        f"  infragen {visible(shlex.join(run.begin.arguments))}",
        f"  {began}{ended}; " + ", ".join(f"{name} {version}" for name, version in run.begin.versions.items()),
        "",
    ]
    width = max((len(stack.stack) for stack in run.stacks), default=0)
    lines += [f"  {visible(stack.stack):{width}}  {_stack(stack, run.end)}" for stack in run.stacks]
    found = [*run.diagnostics, *(one for stack in run.stacks for one in stack.diagnostics)]
    if found:
        lines += ["", findings_text(found, colour=wants_colour(sys.stdout), root=root).rstrip()]
    lines += ["", f"  logs: {run.folder / 'logs'}"]
    if run.end in {End.FAILED, End.STOPPED, End.CUT_OFF}:
        latest = next((one for one in runs if one.begin.environment == run.begin.environment), run)
        if run.left_behind or latest.id == run.id:
            lines.append(f"  to continue: {typeable_command(f'infragen resume {run.id}')}")
        else:
            lines.append(f"  nothing of it is left to continue: run {latest.id} came after it")
    return "\n".join(lines)


def _stack(stack: StackRun, end: End) -> str:
    if stack.status is None:
        begun = f"; in progress: {', '.join(stack.open[:5])}" if stack.open else ""
        return f"{_status(stack, end):11}  {stack.done} changes done{begun}"
    if stack.status is Status.NOT_STARTED:
        return "not started" + (f"  it needs {', '.join(stack.waits_for)}" if stack.waits_for else "")
    if stack.counts is None:
        return f"{stack.status:11}  {stack.done} changes done, {stack.seconds:.0f} s"
    counts = stack.counts
    return (
        f"{stack.status:11}  {counts.add} added, {counts.change} changed, {counts.remove} destroyed, "
        f"{stack.seconds:.0f} s" + (f"; {removals_left(stack.waits_for)}" if stack.status is Status.PARTLY_DONE else "")
    )


def _status(stack: StackRun, end: End) -> str:
    """Return a stack's status; what began and did not end is still at work, or was cut off with its run."""
    return stack.status or (End.RUNNING if end is End.RUNNING else End.CUT_OFF)


def _plain(run: Run) -> dict[str, Any]:
    return {
        **fields(run, "id", "number"),
        **fields(run.begin, "verb", "target", "arguments", "sandbox"),
        "versions": dict(run.begin.versions),
        "began": run.began.isoformat(),
        "ended": run.ended.isoformat() if run.ended else None,
        **fields(run, "end", "recovered"),
        "doubt": None,
        "stacks": [_plain_stack(stack, run.end) for stack in run.stacks],
        "diagnostics": [asdict(one) for one in run.diagnostics],
        "logs": str(run.folder / "logs"),
    }


def _plain_stack(stack: StackRun, end: End) -> dict[str, Any]:
    return {
        "stack": stack.stack,
        "status": _status(stack, end),
        "seconds": stack.seconds,
        "counts": asdict(stack.counts) if stack.counts else None,
        "changes_done": stack.done,
        "under_way": list(stack.open),
        **fields(stack, "waits_for", "serial"),
        "diagnostics": [asdict(one) for one in stack.diagnostics],
    }
