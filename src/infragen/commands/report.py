"""`infragen report`: what any Terraform plan will do, infragen's own or anybody's."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from infragen.commands.formats import Options, present, write_reports
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import change_sets, compare_change_sets, merge, open_plan
from infragen.redaction.provider_schemas import shipped_schemas
from infragen.report.text import visible
from infragen.workflow import console
from infragen.workflow.attribution.change_sets import of_files, of_target
from infragen.workflow.fail_on import read_gate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infragen.plan import ChangeSet, OpenPlan
    from infragen.redaction.provider_schemas import ProviderSchemas
    from infragen.workflow.attribution.change_sets import Wording

__all__ = ["Request", "report"]

_STDIN = "-"
_COMPARED = ("terminal", "markdown", "json")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of one report."""

    plans: tuple[str, ...]
    target: str | None
    title: str | None
    config: Path | None
    schema: Path | None
    output: str
    files: tuple[Path, ...]
    options: Options
    fail_on: tuple[str, ...]
    compare: bool
    detailed_exitcode: bool


def report(folder: Path, request: Request) -> int:
    """Print the report of one plan or many; 2 when `--fail-on` finds something, or there are changes to tell of."""
    gate = read_gate(request.fail_on)
    opened = [_open(plan) for plan in _checked(request)]
    wording = of_target(folder, request.target) if request.target else of_files(request.config, request.plans[0])
    sets = change_sets(opened, _facts(request.schema))
    if request.compare:
        return _compare(request, sets, wording)
    change_set = _together(request.plans, sets, wording)
    title = request.title or request.target or _title(request.plans)
    write_reports(change_set, title, request.files, replace(request.options, is_printed=False))
    console.out(present(change_set, title, request.output, request.options))
    failures = gate.failures(change_set)
    if failures:
        console.to_stderr(f"--fail-on: {', '.join(failures)}")
        return 2
    return 2 if request.detailed_exitcode and not change_set.is_empty else 0


def _checked(request: Request) -> tuple[str, ...]:
    """Return the plans; InfragenError X009 for what cannot be asked together."""
    plans = request.plans
    problem = None
    if plans.count(_STDIN) > 1:
        problem = "standard input (`-`) can be read once"
    elif request.compare and len(plans) != 2:
        named = "1 is" if len(plans) == 1 else f"{len(plans)} are"
        problem = f"--compare takes two plans, the old one and the new one; {named} named"
    elif request.compare and (request.files or request.fail_on):
        problem = "--compare prints what differs; --out and --fail-on are about one plan"
    elif request.compare and request.output not in _COMPARED:
        problem = f"--compare is shown as {', '.join(_COMPARED)}, not as {request.output}"
    elif request.options.base_url and not request.options.base_url.startswith(("https://", "http://")):
        problem = "--base-url is what links begin with: https://HOST/OWNER/NAME/blob/REF"
    if problem:
        raise InfragenError(Diagnostic("X009", problem, hint="`infragen report --help` shows the forms"))
    return plans


def _open(plan: str) -> OpenPlan:
    if plan == _STDIN:
        if sys.stdin is None:  # it was closed, as `<&-` does
            hint = "pipe `terraform show -json PLANFILE` into it, or name a file"
            raise InfragenError(Diagnostic("P214", "cannot read the plan: standard input is closed", hint=hint))
        return open_plan(sys.stdin.buffer, "<stdin>")
    return open_plan(Path(plan), plan)


def _facts(schema: Path | None) -> ProviderSchemas:
    """Return what is known of providers; InfragenError P219 when the file is no `terraform providers schema -json`."""
    if schema is None:
        return shipped_schemas()
    try:
        document = json.loads(schema.read_bytes())
        schemas = document["provider_schemas"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        hint = f"terraform providers schema -json > {schema}"
        raise InfragenError(Diagnostic("P219", f"{schema} holds no provider schemas", hint=hint)) from None
    return shipped_schemas().with_schemas(schemas)


def _together(plans: Sequence[str], sets: Sequence[ChangeSet], wording: Wording) -> ChangeSet:
    if len(sets) == 1:
        found = wording.apply(sets[0])
    else:
        found = merge(wording.apply(one, name) for name, one in zip(_stack_names(plans), sets, strict=True))
    return replace(found, notices=(*found.notices, *wording.notices()))


def _stack_names(plans: Sequence[str]) -> list[str]:
    """Return a short name for each plan: its file's, or with its folder's where two files are named alike."""
    paths = [Path("stdin") if plan == _STDIN else Path(plan) for plan in plans]
    candidates = ([path.stem for path in paths], [path.absolute().parent.name for path in paths], list(map(str, paths)))
    for names in candidates:
        if len(set(names)) == len(names):
            return names
    return [f"{number}: {path}" for number, path in enumerate(paths, start=1)]


def _title(plans: Sequence[str]) -> str:
    if len(plans) > 1:
        return f"{len(plans)} plans"
    return "plan" if plans[0] == _STDIN else Path(plans[0]).name


def _compare(request: Request, sets: Sequence[ChangeSet], wording: Wording) -> int:
    from infragen.report import comparison

    old, new = (wording.apply(one) for one in sets)
    found = compare_change_sets(old, new)
    title = request.title or request.target or " and ".join(map(visible, request.plans))
    if request.output == "json":
        text = comparison.json(found, title)
    elif request.output == "markdown":
        text = comparison.markdown(found, title, budget=request.options.budget or comparison.DEFAULT_BUDGET)
    else:
        text = comparison.terminal(found, title, width=console.columns(), details=request.options.details)
    console.out(text)
    return 2 if request.detailed_exitcode and not found.is_same else 0
