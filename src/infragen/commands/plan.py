"""Show what apply would change."""

from pathlib import Path
from typing import Annotated

from msgspec.structs import replace
from typer import Option

from infragen.commands import flags
from infragen.commands.formats import Options, format_of, print_changes, refuse_first, write_reports
from infragen.workflow.planning.plans import combined_plan, plan_environment
from infragen.workflow.planning.policies import PolicyCheck
from infragen.workflow.planning.protections import note_placeholders
from infragen.workflow.review.reviewed_plan import saving
from infragen.workflow.session import open_session
from infragen.workflow.states.storage import open_with_standing_stacks
from infragen.workflow.target import open_project


def plan(
    target: flags.Target,
    sandbox: flags.Sandbox = False,
    offline: Annotated[
        bool, Option("--offline", help="Plan without credentials, network or state, as if nothing existed.")
    ] = False,
    save_to: Annotated[
        Path | None, flags.option("--out", "FILE", "Save the plan to a file, for `apply --plan`.")
    ] = None,
    encrypt_to: Annotated[
        list[str],
        flags.option(
            "--encrypt-to",
            "KEY",
            "Encrypt the saved plan to a key: age1..., an ssh key, or a file of keys. Repeatable.",
        ),
    ] = [],
    expires: Annotated[
        str | None,
        flags.option("--expires", "TIME", "How long the saved plan may be applied: 30m, 7d; 24h by default."),
    ] = None,
    output: flags.ReportFormat = "terminal",
    report: flags.Reports = [],
    json_out: Annotated[
        Path | None,
        flags.option("--json-out", "FILE", "Also write terraform's own plan as JSON (contains secrets; do not share)."),
    ] = None,
    base: flags.PerhapsBase = None,
    detailed_exitcode: flags.DetailedExitcode = False,
    everything: flags.Everything = False,
    profile: flags.Profiles = [],
    jobs: flags.Jobs = None,
    lock_timeout: flags.LockTimeout = None,
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print the report of a plan and save it; 2 with `detailed_exitcode` when there are changes.

    1 when a policy refuses the plan, which is not saved then.
    """
    unsaved = "an offline plan has no state and cannot be applied, so there is nothing to save with --out"
    only_saved = bool(encrypt_to or expires) and not save_to
    refuse_first(
        "X007",
        (only_saved, "--encrypt-to and --expires are for a saved plan", "add `--out FILE`"),
        (sandbox and offline, "--sandbox and --offline exclude each other", "leave one of them out"),
        (offline and save_to, unsaved, "leave one of them out; `--report FILE` saves the report"),
    )
    for file in report:
        format_of(file)  # a suffix that names no format is an error before minutes of planning
    save = saving(save_to, tuple(encrypt_to), expires) if save_to else None
    json_out = json_out.absolute() if json_out else None
    profiles = tuple(profile)
    edits = since = None
    if base is not None:
        from infragen.workflow.ci.affected_stacks import edits_since, version_since  # they render two versions

        edits = edits_since(open_project(folder), target, base)
        version = version_since(open_project(folder), target, base) if offline else None
        since = version if version is None or isinstance(version, str) else (version.stacks, version.files)
    opened = open_session if offline else open_with_standing_stacks  # offline there is no state, so nothing that stands
    with opened(
        folder, target, sandbox=sandbox, offline=offline, profiles=profiles, plugin_dir=plugin_dir,
        everything=everything, lock_timeout=lock_timeout, only_plans=True,
    ) as session:  # fmt: skip
        policies = PolicyCheck(session)
        if offline:
            planned = combined_plan(session, json_out=json_out, on_plan=policies, since=since)
        elif save:
            planned = save.plan(session, policies, profiles=profiles, jobs=jobs, json_out=json_out)
        else:
            planned = plan_environment(session, json_out=json_out, on_plan=policies)
        note_placeholders(session)
    warnings = edits.warnings if edits else ()
    change_set = replace(planned.change_set, edits=edits, notices=(*warnings, *planned.change_set.notices))
    write_reports(change_set, target, report, Options(is_printed=False))
    print_changes(change_set, target, output)
    if policies.tell():
        return 1
    return 2 if detailed_exitcode and not planned.change_set.is_empty else 0
