"""The command line: its flags, its completion, and the one place that catches everything."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn, Optional, TextIO, cast

import typer
from typer.exceptions import TyperException

from infragen.cli import complete
from infragen.cli.lazy import Commands
from infragen.diagnostics import InfragenError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["app", "main", "run"]

app = typer.Typer(
    name="infragen",
    cls=Commands,
    help="Terraform from a catalogue of services and databases: validate, render, plan, apply, report.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
sandbox_app = typer.Typer(help="The emulated AWS on this machine.", no_args_is_help=True, rich_markup_mode=None)
new_app = typer.Typer(help="Write a good first file.", no_args_is_help=True, rich_markup_mode=None)
providers_app = typer.Typer(
    help="Terraform's providers: lock files, upgrades.", no_args_is_help=True, rich_markup_mode=None
)
state_app = typer.Typer(help="The states of an environment's stacks.", no_args_is_help=True, rich_markup_mode=None)
ci_app = typer.Typer(help="Files for the engines that run infragen.", no_args_is_help=True, rich_markup_mode=None)
Commands.groups |= {
    "state": state_app,
    "ci": ci_app,
    "sandbox": sandbox_app,
    "new": new_app,
    "providers": providers_app,
}

# Typer evaluates these annotations, so Optional stays spelled out for it.
Project = Annotated[
    Path,
    typer.Option(
        "--project", "-C", help="Folder with catalog/; found from here upwards when left out.", metavar="FOLDER"
    ),
]
Target = Annotated[str, typer.Argument(help="technova/prod or technova/prod/network.", autocompletion=complete.targets)]
AnyTarget = Annotated[
    Optional[str],  # noqa: UP045
    typer.Argument(help="technova, technova/prod ...; everything when left out.", autocompletion=complete.targets),
]
Profiles = Annotated[
    list[str],
    typer.Option(
        "--profile",
        help="Size in force: month-end, or order=exhibition-rush for one service. Repeatable.",
        metavar="SIZE",
    ),
]
Sandbox = Annotated[
    bool, typer.Option("--sandbox", help="Work on the emulated AWS of this machine; started if needed.")
]
PluginDir = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(help="Provider mirror; `infragen doctor` names the one found.", metavar="FOLDER"),
]
Jobs = Annotated[
    int | None,
    typer.Option(min=1, help="Stacks at once; decided by cores and memory when left out.", metavar="COUNT"),
]
Everything = Annotated[bool, typer.Option("--all", help="Plan stacks too that nothing changed since their apply.")]
LockTimeout = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        help="How long to wait for somebody else's lock of a state: 30s, 10m; 60s when left out.", metavar="TIME"
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
ReportFormat = Annotated[
    Literal["terminal", "markdown", "html", "json", "sarif", "junit", "github", "svg"],
    typer.Option("--format", help="How to report."),
]
HERE = Path()


def _version(value: bool) -> None:
    if value:
        from infragen import __version__

        typer.echo(f"infragen {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Say the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


@Commands.add
def validate(
    target: AnyTarget = None,
    output: Annotated[
        Literal["text", "json", "github", "sarif"], typer.Option("--format", help="How to report.")
    ] = "text",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Errors and warnings only.")] = False,
    profile: Profiles = [],  # noqa: B006
    project: Project = HERE,
) -> int:
    """Check the catalogue: every problem at once, with its line and how to mend it."""
    from infragen.commands.validate import validate as command

    return command(project, target, output, quiet=quiet, profiles=tuple(profile))


@Commands.add
def render(
    target: AnyTarget = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 2 if a file is not up to date.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what changes.")] = False,
    profile: Profiles = [],  # noqa: B006
    project: Project = HERE,
) -> int:
    """Write Terraform into generated/."""
    from infragen.commands.render import render as command

    return command(project, target, check=check, diff=diff, profiles=tuple(profile))


@Commands.add
def explain(
    target: Annotated[str, typer.Argument(help="technova/prod", autocompletion=complete.environments)],
    path: Annotated[
        str,
        typer.Argument(
            help="services.planning.tasks.max; all assumptions when left out.", autocompletion=complete.paths
        ),
    ] = "",
    profile: Profiles = [],  # noqa: B006
    project: Project = HERE,
) -> int:
    """Say what a value is and which files set it."""
    from infragen.commands.explain import explain as command

    return command(project, target, path, profiles=tuple(profile))


@Commands.add
def affected(
    target: AnyTarget = None,
    base: Annotated[
        str, typer.Option("--base", help="What this work started from: a branch, a tag, a commit.", metavar="REVISION")
    ] = "origin/main",
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="How to report.")] = "text",
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 2 when a stack is affected.")
    ] = False,
    project: Project = HERE,
) -> int:
    """Say which stacks this work affects, and why."""
    from infragen.commands.affected import affected as command

    return command(project, target, base=base, output=output, detailed_exitcode=detailed_exitcode)


@Commands.add
def plan(
    target: Target,
    sandbox: Sandbox = False,
    offline: Annotated[bool, typer.Option("--offline", help="No credentials, no network: one combined plan.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Keep the plan in this file, for `apply --plan`.", metavar="FILE")
    ] = None,
    encrypt_to: Annotated[
        list[str],
        typer.Option(
            "--encrypt-to",
            help="Encrypt what --out keeps: age1..., an ssh key, or a file of such. Repeatable.",
            metavar="KEY",
        ),
    ] = [],  # noqa: B006
    expires: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--expires", help="How long it may be applied: 30m, 24h, 7d; 24h when left out.", metavar="TIME"),
    ] = None,
    output: ReportFormat = "terminal",
    report: Annotated[
        list[Path],
        typer.Option(
            "--report",
            help="Also write the report to a file: .md .html .json .sarif .xml ... Repeatable.",
            metavar="FILE",
        ),
    ] = [],  # noqa: B006
    json_out: Annotated[
        Path | None,
        typer.Option("--json-out", help="Also keep terraform's own plan JSON (holds secrets).", metavar="FILE"),
    ] = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 2 when there are changes.")
    ] = False,
    everything: Everything = False,
    profile: Profiles = [],  # noqa: B006
    jobs: Jobs = None,
    lock_timeout: LockTimeout = None,
    plugin_dir: PluginDir = None,
    project: Project = HERE,
) -> int:
    """Say what apply would do."""
    from infragen.commands.plan import keeping
    from infragen.commands.plan import plan as command
    from infragen.workflow.invocation import wait_for_locks

    wait_for_locks(lock_timeout)
    return command(
        project, target, sandbox=sandbox, offline=offline, keeping=keeping(out, tuple(encrypt_to), expires),
        output=output, reports=tuple(report), json_out=json_out, detailed_exitcode=detailed_exitcode,
        profiles=tuple(profile), jobs=jobs, plugin_dir=plugin_dir, everything=everything,
    )  # fmt: skip


@Commands.add
def show(
    file: Annotated[Path, typer.Argument(help="What `plan --out` wrote.", metavar="FILE")],
    identity: Annotated[
        list[Path],
        typer.Option("--identity", help="Private key that opens an encrypted plan. Repeatable.", metavar="FILE"),
    ] = [],  # noqa: B006
    output: ReportFormat = "terminal",
) -> int:
    """Say again what a kept plan does."""
    from infragen.commands.show import show as command

    return command(file, tuple(identity), output)


@Commands.add
def apply(
    target: Annotated[
        str,
        typer.Argument(
            help="technova/dev, technova/dev/network, or the file of a kept plan.", autocompletion=complete.targets
        ),
    ],
    plan: Annotated[
        Path | None,
        typer.Option("--plan", help="File that `plan --out` wrote: exactly this is applied.", metavar="FILE"),
    ] = None,
    identity: Annotated[
        list[Path],
        typer.Option("--identity", help="Private key that opens an encrypted plan. Repeatable.", metavar="FILE"),
    ] = [],  # noqa: B006
    sandbox: Sandbox = False,
    yes: Yes = False,
    output: ReportFormat = "terminal",
    everything: Everything = False,
    profile: Profiles = [],  # noqa: B006
    jobs: Jobs = None,
    lock_timeout: LockTimeout = None,
    plugin_dir: PluginDir = None,
    project: Project = HERE,
) -> int:
    """Plan, show, ask, and apply what was shown, stack by stack."""
    from infragen.commands.apply import Request
    from infragen.commands.apply import apply as command
    from infragen.workflow.invocation import wait_for_locks

    wait_for_locks(lock_timeout)
    request = Request(
        target=target, plan=plan, identities=tuple(identity), sandbox=sandbox, yes=yes, output=output,
        profiles=tuple(profile), jobs=jobs, plugin_dir=plugin_dir, everything=everything,
    )  # fmt: skip
    return command(project, request)


@Commands.add
def destroy(
    target: Target,
    sandbox: Sandbox = False,
    yes: Yes = False,
    jobs: Jobs = None,
    lock_timeout: LockTimeout = None,
    plugin_dir: PluginDir = None,
    project: Project = HERE,
) -> int:
    """Destroy what stands, in reverse order."""
    from infragen.commands.destroy import destroy as command
    from infragen.workflow.invocation import wait_for_locks

    wait_for_locks(lock_timeout)
    return command(project, target, sandbox=sandbox, yes=yes, jobs=jobs, plugin_dir=plugin_dir)


@Commands.add
def runs(
    run_id: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help="A run's id, or its beginning or end; all runs when left out.", metavar="[ID]"),
    ] = None,
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="How to report.")] = "text",
    project: Project = HERE,
) -> int:
    """Say what was done, when, and how it ended."""
    from infragen.commands.runs import runs as command

    return command(project, run_id, output)


@Commands.add
def resume(
    run_id: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help="A run's id, or its beginning or end; the latest when left out.", metavar="[ID]"),
    ] = None,
    plugin_dir: PluginDir = None,
    project: Project = HERE,
) -> int:
    """Put right what a run left behind, and run its command again."""
    from infragen.commands.resume import resume as command
    from infragen.workflow.recovery.approval import RESUMED

    again = command(project, run_id, plugin_dir=plugin_dir)
    if again is None:
        return 0
    RESUMED.set(again.resumed)
    return run(list(again.arguments))


@Commands.add
def unlock(
    target: Target, sandbox: Sandbox = False, yes: Yes = False, plugin_dir: PluginDir = None, project: Project = HERE
) -> int:
    """Say who holds the locks of states, and release those of dead runs."""
    from infragen.commands.unlock import unlock as command

    return command(project, target, sandbox=sandbox, yes=yes, plugin_dir=plugin_dir)


@Commands.add
def drift(
    target: Target,
    sandbox: Sandbox = False,
    output: ReportFormat = "terminal",
    profile: Profiles = [],  # noqa: B006
    plugin_dir: PluginDir = None,
    project: Project = HERE,
) -> int:
    """Say what changed outside of Terraform; exit 2 when something did. Changes nothing."""
    from infragen.commands.drift import drift as command

    return command(
        project, target, sandbox=sandbox, output=output, profiles=tuple(profile), plugin_dir=plugin_dir
    )  # fmt: skip


@Commands.add
def import_(
    target: Annotated[str, typer.Argument(help="technova/prod", autocompletion=complete.environments)],
    entry: Annotated[str, typer.Argument(help="services/planning, or stacks/network for what no entry owns.")],
    pairs: Annotated[
        list[str],
        typer.Argument(
            help="aws_ecr_repository.this=ID: a resource of the entry, and what exists.", metavar="ADDRESS=ID"
        ),
    ],
    no_plan: Annotated[bool, typer.Option("--no-plan", help="Write it down and render; plan later.")] = False,
    sandbox: Sandbox = False,
    output: ReportFormat = "terminal",
    plugin_dir: PluginDir = None,
    project: Project = HERE,
) -> int:
    """Adopt what exists: write it down as imports of an entry, render, and show the plan."""
    from infragen.commands.import_ import Request
    from infragen.commands.import_ import adopt as command

    request = Request(
        owner=entry, pairs=tuple(pairs), plan=not no_plan, sandbox=sandbox, output=output,
        plugin_dir=plugin_dir,
    )  # fmt: skip
    return command(project, target, request)


@Commands.add
def bootstrap(
    target: Annotated[str, typer.Argument(help="technova/prod", autocompletion=complete.environments)],
    github: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            help="Repository whose jobs CI's roles trust; infragen.toml's when left out.", metavar="OWNER/NAME"
        ),
    ] = None,
    no_github: Annotated[bool, typer.Option("--no-github", help="The bucket alone, no roles for CI.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 2 if a file is not up to date.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what changes.")] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Plan, show, ask, apply, and move the state into the bucket.")
    ] = False,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Apply it on the emulated AWS of this machine; started if needed.")
    ] = False,
    adopt: Annotated[bool, typer.Option("--adopt", help="Take over the bucket if it is there already.")] = False,
    yes: Yes = False,
    lock_timeout: LockTimeout = None,
    output: ReportFormat = "terminal",
    plugin_dir: PluginDir = None,
    project: Project = HERE,
) -> int:
    """Write, and apply, what an environment stands on: the bucket of its states, CI's roles."""
    from infragen.commands.bootstrap import Applying
    from infragen.commands.bootstrap import bootstrap as command
    from infragen.workflow.invocation import wait_for_locks

    wait_for_locks(lock_timeout)
    applying = Applying(apply or sandbox, sandbox, yes, adopt, output, plugin_dir)
    return command(
        project, target, github=github, no_github=no_github, check=check, diff=diff, applying=applying
    )  # fmt: skip


@Commands.add
def report(
    plans: Annotated[
        list[str],
        typer.Argument(help="`terraform show -json` of plans; `-` is standard input.", metavar="PLAN.json ..."),
    ],
    output: ReportFormat = "terminal",
    out: Annotated[
        list[Path],
        typer.Option(
            "--out", help="Also write it to a file; .md .html .json .sarif .xml .svg .txt. Repeatable.", metavar="FILE"
        ),
    ] = [],  # noqa: B006
    fail_on: Annotated[
        list[str],
        typer.Option(
            "--fail-on",
            help="Exit 2 on destroy, replace, forget, change, drift, check, errored or risk>=high. Repeatable.",
            metavar="WHAT",
        ),
    ] = [],  # noqa: B006
    compare: Annotated[
        bool, typer.Option("--compare", help="Of two plans, old and new: say what differs between them.")
    ] = False,
    details: Annotated[bool, typer.Option("--details", help="Everything, however long.")] = False,
    target: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            help="The plans are of this: technova/prod. Report in its catalogue's words.",
            metavar="TARGET",
            autocompletion=complete.targets,
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="Folder of the .tf files planned; by default the plan's own.", metavar="FOLDER"),
    ] = None,
    title: Annotated[Optional[str], typer.Option(help="What the report is called.", metavar="TEXT")] = None,  # noqa: UP045
    budget: Annotated[
        int | None, typer.Option(min=1, help="Bytes of Markdown; 65,000 when left out.", metavar="BYTES")
    ] = None,
    base_url: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Where files are, for links in Markdown: https://HOST/OWNER/NAME/blob/REF.", metavar="URL"),
    ] = None,
    schema: Annotated[
        Path | None,
        typer.Option(
            help="`terraform providers schema -json`: what else is secret, which lists are sets.", metavar="FILE"
        ),
    ] = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 2 when there are changes.")
    ] = False,
    project: Project = HERE,
) -> int:
    """Say what any Terraform plan will do."""
    from infragen.commands.formats import Options
    from infragen.commands.report import Request
    from infragen.commands.report import report as command

    options = Options(budget=budget, base_url=base_url, details=details)
    request = Request(
        plans=tuple(plans), target=target, title=title, config=config, schema=schema, output=output, files=tuple(out),
        options=options, fail_on=tuple(fail_on), compare=compare, detailed_exitcode=detailed_exitcode,
    )  # fmt: skip
    return command(project, request)


@Commands.add
def schema(
    kind: Annotated[
        str | None,
        typer.Argument(help="service, database ...; a list when left out.", autocompletion=complete.schemas),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write all schemas to catalog/.schema/, for editors.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 2 if catalog/.schema/ is not up to date.")] = False,
    project: Project = HERE,
) -> int:
    """Print the JSON Schema of a kind of file."""
    from infragen.commands.schema import schema as command

    return command(project, kind, write=write, check=check)


@Commands.add
def doctor(plugin_dir: PluginDir = None, project: Project = HERE) -> int:
    """Say which terraform and which providers are used, and what is missing."""
    from infragen.commands.doctor import doctor as command

    return command(project, plugin_dir)


Platforms = Annotated[
    list[str],
    typer.Option(
        "--platform",
        help="linux_amd64, darwin_arm64 ...; those of infragen.toml when left out. Repeatable.",
        metavar="OS_ARCH",
    ),
]


@providers_app.command("lock")
def providers_lock(
    target: AnyTarget = None,
    platform: Platforms = [],  # noqa: B006
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 2 if a file is not up to date.")] = False,
    plugin_dir: PluginDir = None,
    project: Project = HERE,
) -> int:
    """Write the lock file of every stack, for all platforms."""
    from infragen.commands.providers import lock_files

    return lock_files(project, target, platforms=tuple(platform), check=check, plugin_dir=plugin_dir)


@providers_app.command("upgrade")
def providers_upgrade(
    wanted: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help="aws=5.101; the newest version that is allowed when left out.", metavar="NAME=VERSION"),
    ] = None,
    platform: Platforms = [],  # noqa: B006
    plugin_dir: PluginDir = None,
    project: Project = HERE,
) -> int:
    """Raise the version of a provider everywhere, as a change of its own."""
    from infragen.commands.providers import upgrade

    return upgrade(project, wanted, platforms=tuple(platform), plugin_dir=plugin_dir)


CheckFile = Annotated[bool, typer.Option("--check", help="Write nothing; exit 2 if the file is not up to date.")]


@ci_app.command("github")
def ci_github(
    target: AnyTarget = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write here instead of .github/workflows/infragen.yml.", metavar="FILE"),
    ] = None,
    check: CheckFile = False,
    one_job: Annotated[
        bool, typer.Option("--one-job", help="Apply an environment in one job, not each stack on a machine of its own.")
    ] = False,
    project: Project = HERE,
) -> int:
    """Write a workflow for GitHub Actions: plan pull requests, apply what was reviewed."""
    from infragen.commands.ci import github as command

    return command(project, target, file=out, check=check, by_level=not one_job)


@ci_app.command("atlantis")
def ci_atlantis(
    target: AnyTarget = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write here instead of atlantis.yaml.", metavar="FILE")
    ] = None,
    check: CheckFile = False,
    project: Project = HERE,
) -> int:
    """Write atlantis.yaml: a project for each stack, in order."""
    from infragen.commands.ci import atlantis as command

    return command(project, target, file=out, check=check)


@new_app.command("service")
def new_service(
    name: Annotated[str, typer.Argument(help="Its name: lower case, digits, hyphens.")],
    system: Annotated[
        str | None,
        typer.Option(help="The system; the only one when left out.", metavar="NAME", autocompletion=complete.systems),
    ] = None,
    domain: Annotated[
        str | None, typer.Option(help="The business domain; the only one when left out.", metavar="NAME")
    ] = None,
    title: Annotated[Optional[str], typer.Option(help="What people call it.", metavar="TEXT")] = None,  # noqa: UP045
    database: Annotated[bool, typer.Option("--database/--no-database", help="Also write its database.")] = False,
    project: Project = HERE,
) -> int:
    """Write a service's file, ready to edit."""
    from infragen.commands.new import new_service as command

    return command(project, name, system=system, domain=domain, title=title, database=database)


@state_app.command("moves")
def state_moves(
    target: Annotated[str, typer.Argument(help="technova/prod", autocompletion=complete.environments)],
    apply: Annotated[bool, typer.Option("--apply", help="Move them, when the proof holds.")] = False,
    push: Annotated[bool, typer.Option("--push", help="Store the states anew, even where imports would do.")] = False,
    former: Annotated[
        list[str],
        typer.Option("--from", help="A stack that the catalogue no longer has. Repeatable.", metavar="STACK"),
    ] = [],  # noqa: B006
    yes: Yes = False,
    sandbox: Sandbox = False,
    output: ReportFormat = "terminal",
    plugin_dir: PluginDir = None,
    project: Project = HERE,
) -> int:
    """Show which resources belong to another stack by now, and prove that moving them changes nothing."""
    from infragen.commands.state_moves import state_moves as command

    return command(
        project, target, former=tuple(former), apply=apply, by_push=push, yes=yes, sandbox=sandbox, output=output,
        plugin_dir=plugin_dir,
    )  # fmt: skip


@sandbox_app.command("start")
def sandbox_start(
    port: Annotated[
        int | None,
        typer.Option(help="Loopback port; a free one when left out.", metavar="PORT", min=1024, max=65535),
    ] = None,
    project: Project = HERE,
) -> int:
    """Start the emulated AWS."""
    from infragen.commands.sandbox import start

    return start(project, port)


@sandbox_app.command("status")
def sandbox_status(project: Project = HERE) -> int:
    """Say whether it runs, and where; exit 1 when it does not."""
    from infragen.commands.sandbox import status

    return status(project)


@sandbox_app.command("stop")
def sandbox_stop(project: Project = HERE) -> int:
    """Stop it; everything in it is gone."""
    from infragen.commands.sandbox import stop

    return stop(project)


@sandbox_app.command("reset")
def sandbox_reset(project: Project = HERE) -> int:
    """Empty it, states included."""
    from infragen.commands.sandbox import reset

    return reset(project)


@sandbox_app.command("ls")
def sandbox_ls(
    target: Annotated[
        str | None,
        typer.Argument(help="technova/prod; every environment when left out.", autocompletion=complete.environments),
    ] = None,
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="How to report.")] = "text",
    project: Project = HERE,
) -> int:
    """List what exists, by catalogue entry."""
    from infragen.commands.sandbox import ls

    return ls(project, target, output)


@sandbox_app.command("env")
def sandbox_env(
    target: Annotated[str, typer.Argument(help="technova/prod", autocompletion=complete.environments)],
    project: Project = HERE,
) -> int:
    """Print what to `eval` before terraform or the AWS CLI."""
    from infragen.commands.sandbox import env

    return env(project, target)


class _UnwritableError(OSError):
    """The result cannot be written."""


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code: 0, 1 error, 2 changes, 130 interrupted."""
    return copy_context().run(_run, arguments)  # what is noted of this command, the next one does not know


def _run(arguments: list[str]) -> int:
    from infragen.workflow.invocation import ARGUMENTS, PROJECT, WORKED_ON

    if not ARGUMENTS.get():  # otherwise it is run by another, which worked on the same project
        PROJECT.set(None)
    ARGUMENTS.set(tuple(arguments))
    WORKED_ON.set(None)
    try:
        command = typer.main.get_command(app)
        return int(command.main(arguments, prog_name="infragen", standalone_mode=False) or 0)
    except InfragenError as error:
        from infragen.workflow.console import errors

        return errors(error)
    except TyperException as error:
        return _usage(error)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted", err=True)
        return 130
    except BrokenPipeError:
        _discard(1)
        return 1
    except _UnwritableError as error:
        return _unwritable(error)
    except OSError as error:
        return _refused(error)
    except Exception as error:  # noqa: BLE001  # the one place: a bug becomes a file, not a traceback
        return _crash(error)


def _usage(error: TyperException) -> int:
    """Show a usage error; 1, because 2 means changes."""
    show = getattr(error, "show", None)
    if show is not None:
        show()
    return 1


def _refused(error: OSError) -> int:
    """Say what the system refused, a full disk for example; any other error of its kind is a bug."""
    from infragen.terraform.engine import REFUSALS, refused_by_system
    from infragen.workflow.console import errors

    return errors(InfragenError(refused_by_system(error))) if error.errno in REFUSALS else _crash(error)


def _crash(error: Exception) -> int:
    import tempfile
    import traceback

    what = "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="infragen-crash-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(what)
        report = f"please report it with {file.name}"
    except OSError:
        report = f"please report it with this:\n{what}"
    typer.echo(f"error B001 infragen itself failed: {type(error).__name__}: {error}\n  {report}", err=True)
    return 1


def _unwritable(error: OSError) -> int:
    """Say that the result could not be written: a full disk behind `> FILE`, for example."""
    _discard(1)
    typer.echo(f"error X041 the output cannot be written: {error.strerror or error}", err=True)
    return 1


def _discard(descriptor: int) -> None:
    """Let go of what is still to be written to a stream that fails; Python would fail at it once more at its end."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)


class _Stream:
    """A standard stream that says by `_fails` what becomes of a text which cannot be written."""

    def __init__(self, stream: TextIO, fails: Callable[[OSError | ValueError], None]) -> None:
        self._stream = stream
        self._fails = fails

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text."""
        try:
            return self._stream.write(text)
        except (OSError, ValueError) as error:
            self._fails(error)
            return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        try:
            self._stream.flush()
        except (OSError, ValueError) as error:
            self._fails(error)


def _lost(error: OSError | ValueError) -> None:
    """Take no more of stdout: a result that is not written is an error."""
    raise error if isinstance(error, BrokenPipeError) else _UnwritableError(*error.args)


def _unheard(_error: OSError | ValueError) -> None:
    """Go on without stderr: what is told about the work must not end the work."""
    _discard(2)


def _open_streams() -> None:
    """Have both streams, also where the shell closed one (`2>&-`)."""
    nowhere = Path(os.devnull)
    sys.stdout = cast("TextIO", _Stream(sys.stdout or nowhere.open("w", encoding="utf-8"), _lost))
    sys.stderr = cast("TextIO", _Stream(sys.stderr or nowhere.open("w", encoding="utf-8"), _unheard))


def main() -> NoReturn:
    """Run the console script."""
    _open_streams()
    # A command makes much and throws little away: to search all of it for garbage again and again costs a tenth.
    gc.set_threshold(50_000, 50, 1_000)
    # Pydantic would read the metadata of every installed package in search of plugins, of which a catalogue needs none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _discard(1)
        code = 1
    except _UnwritableError as error:
        code = _unwritable(error)
    sys.stderr.flush()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said: one more Ctrl-C would only spoil the exit code
    sys.exit(code)
