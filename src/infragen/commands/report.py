"""Show what any Terraform plans would change."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, BinaryIO

from msgspec.structs import replace
from typer import Option

from infragen.commands import completion, flags
from infragen.commands.formats import Options, columns, print_changes, refuse_first, write_reports
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import ChangeSet, OpenPlan, change_sets, compare_change_sets, merge, open_plan, open_plans
from infragen.plan.compare import Comparison
from infragen.plan.without_state import difference
from infragen.redaction.provider_schemas import ProviderSchemas, shipped_schemas
from infragen.text import visible
from infragen.workflow.attribution.change_sets import Attribution, attribute_to_files, attribute_to_target
from infragen.workflow.ci.fail_on import parse_fail_on
from infragen.workflow.console import note, out_text

_STDIN = "-"
_COMPARED = ("terminal", "markdown", "json")
_BASE_URL = "https://HOST/OWNER/NAME/blob/REF"


def report(
    plans: Annotated[
        list[str], flags.argument("PLAN.json ...", "Output of `terraform show -json`; `-` is standard input.")
    ],
    output: flags.ReportFormat = "terminal",
    report_file: flags.Reports = [],
    fail_on: Annotated[
        list[str],
        flags.option(
            "--fail-on",
            "CONDITION",
            "Exit 2 on destroy, replace, forget, change, drift, check, errored or 'risk>=high'. Repeatable.",
        ),
    ] = [],
    compare: Annotated[
        bool,
        Option(
            "--compare",
            help="Compare two plans, an old one and a new one: show what differs, as terminal, markdown or json.",
        ),
    ] = False,
    details: flags.Details = False,
    target: Annotated[
        str | None,
        flags.option(
            "--target",
            "TARGET",
            f"Environment or stack of the plans, whose catalogue entries are named: {flags.EXAMPLE}.",
            completion.targets,
        ),
    ] = None,
    config: Annotated[
        Path | None, flags.option("--config", "FOLDER", "Folder of the .tf files planned; by default the plan's own.")
    ] = None,
    title: flags.Title = None,
    budget: Annotated[
        int | None, flags.option("--budget", "BYTES", "Size limit of Markdown; 65,000 by default.", min=1)
    ] = None,
    base_url: Annotated[
        str | None, flags.option("--base-url", "URL", f"Base of links in Markdown: {_BASE_URL}.")
    ] = None,
    schema: Annotated[
        Path | None,
        flags.option(
            "--schema",
            "FILE",
            "Output of `terraform providers schema -json`: more sensitive attributes, and which lists are sets.",
        ),
    ] = None,
    detailed_exitcode: flags.DetailedExitcode = False,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print the report of one plan or many; 2 when `--fail-on` finds something, or there are changes to tell of."""
    options = Options(budget=budget, base_url=base_url, details=details)
    named = "1 is" if len(plans) == 1 else f"{len(plans)} are"
    is_reported, is_link = report_file or fail_on, not base_url or base_url.startswith(("https://", "http://"))
    cases = (
        (plans.count(_STDIN) > 1, "standard input (`-`) can be read once"),
        (compare and len(plans) != 2, f"--compare takes two plans, the old one and the new one; {named} named"),
        (compare and is_reported, "--compare prints what differs; --report and --fail-on are about one plan"),
        (compare and output not in _COMPARED, f"--compare is shown as {', '.join(_COMPARED)}, not as {output}"),
        (not is_link, f"--base-url is the prefix of links: {_BASE_URL}"),
    )
    refuse_first("X009", *((*case, "`infragen report --help` shows the forms") for case in cases))
    gate = parse_fail_on(fail_on)
    opened = [(plan, open_plan(*_source(plan))) for plan in plans] if compare else [*_open_all(plans)]
    names = [name for name, _ in opened]
    wording = attribute_to_target(folder, target) if target else attribute_to_files(config, plans[0])
    sets = change_sets([one for _, one in opened], _facts(schema))
    title = title or target
    if compare:
        title = title or " and ".join(map(visible, plans))
        if all(one.without_state for one in sets):
            configured = wording.apply(difference(opened[0][1], opened[1][1], _facts(schema)))
            print_changes(configured, title, output, options)
            return 2 if detailed_exitcode and (configured.summary.untold or not configured.is_empty) else 0
        old, new = (wording.apply(one) for one in sets)
        found = compare_change_sets(old, new)
        out_text(_compared(found, title, output, options))
        return 2 if detailed_exitcode and (not found.is_same or old.partial or new.partial) else 0
    change_set = _together(names, sets, wording)
    of_one = "plan" if names[0] == _STDIN else Path(names[0]).name
    title = title or (f"{len(names)} plans" if len(names) > 1 else of_one)
    write_reports(change_set, title, report_file, replace(options, is_printed=False))
    print_changes(change_set, title, output, options)
    if failures := gate.failures(change_set):
        note(f"--fail-on: {', '.join(failures)}")
        return 2
    return 2 if detailed_exitcode and not change_set.is_empty else 0


def _open_all(plans: Sequence[str]) -> Iterator[tuple[str, OpenPlan]]:
    """Yield plans with what they were named by, numbered where one file holds several."""
    for plan in plans:
        found = open_plans(*_source(plan))
        name = "stdin" if plan == _STDIN else Path(plan).with_suffix("")
        for number, one in enumerate(found, start=1):
            yield f"{name} {number}" if len(found) > 1 else plan, one


def _source(plan: str) -> tuple[Path | BinaryIO, str]:
    if plan != _STDIN:
        return Path(plan), plan
    if sys.stdin is None:  # it was closed, as `<&-` does
        hint = "pipe `terraform show -json PLANFILE` into it, or name a file"
        raise InfragenError(Diagnostic("P214", "cannot read the plan: standard input is closed", hint=hint))
    return sys.stdin.buffer, "<stdin>"


def _facts(schema: Path | None) -> ProviderSchemas:
    """Return what is known of providers; InfragenError P219 when the file is no `terraform providers schema -json`."""
    if schema is None:
        return shipped_schemas()
    try:
        schemas = json.loads(schema.read_bytes())["provider_schemas"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        hint = f"terraform providers schema -json > {schema}"
        raise InfragenError(Diagnostic("P219", f"{schema} holds no provider schemas", hint=hint)) from None
    return shipped_schemas().with_schemas(schemas)


def _together(plans: Sequence[str], sets: Sequence[ChangeSet], wording: Attribution) -> ChangeSet:
    if len(sets) == 1:
        found = wording.apply(sets[0])
    else:
        found = merge(wording.apply(one, name) for name, one in zip(_stack_names(plans), sets, strict=True))
    return replace(found, notices=(*found.notices, *wording.notices()))


def _stack_names(plans: Sequence[str]) -> list[str]:
    """Return a short name for each plan: its file's, or with its folder's where two files are named alike."""
    paths = [Path("stdin") if plan == _STDIN else Path(plan) for plan in plans]
    candidates = ([path.stem for path in paths], [path.absolute().parent.name for path in paths], list(map(str, paths)))
    numbered = [f"{number}: {path}" for number, path in enumerate(paths, start=1)]
    return next((names for names in candidates if len(set(names)) == len(names)), numbered)


def _compared(found: Comparison, title: str, output: str, options: Options) -> str:
    from infragen.report import comparison

    if output == "json":
        return comparison.json(found, title)
    if output == "markdown":
        return comparison.markdown(found, title, budget=options.budget or comparison.DEFAULT_BUDGET)
    return comparison.terminal(found, title, width=columns(), details=options.details)
