"""Create an environment's state bucket and the roles of CI.

Generates their Terraform and, with --apply, applies it and moves its state into the bucket.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from typer import Option

from infragen.commands import flags
from infragen.commands.formats import refuse_first
from infragen.stacks.bootstrap import NAME
from infragen.workflow.bootstrap.files import environment_of, render_bootstrap
from infragen.workflow.bootstrap.session import Applying, apply_bootstrap
from infragen.workflow.console import note, out
from infragen.workflow.invocation import typeable_command
from infragen.workflow.target import generated_folder, open_project
from infragen.workspace import compare, unified_diff, write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infragen.catalog import Project


def bootstrap(
    target: flags.OneEnvironment,
    github: Annotated[
        str | None,
        Option(
            "--github",
            metavar="OWNER/NAME",
            help="Repository whose jobs the roles of CI trust; by default that of infragen.toml.",
        ),
    ] = None,
    no_github: Annotated[bool, Option("--no-github", help="Create the bucket only, no roles for CI.")] = False,
    check: flags.Check = False,
    diff: flags.Diff = False,
    apply: flags.Apply = False,
    sandbox: flags.Sandbox = False,
    adopt: Annotated[bool, Option("--adopt", help="Take over the bucket if it exists already.")] = False,
    yes: flags.Yes = False,
    lock_timeout: flags.LockTimeout = None,
    output: flags.ReportFormat = "terminal",
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Render (2 when `check` finds a difference) and, when asked to, apply; 1 when nobody agreed to it."""
    apply = apply or sandbox
    _refuse_contradictions(apply=apply, check=check, adopt=adopt, yes=yes)
    project = open_project(folder)
    environment = environment_of(project, target)
    root = generated_folder(project, environment) / NAME
    files = render_bootstrap(project, environment, github, no_github=no_github)
    if diff:
        out(unified_diff(root, files, project.relative(root)))
    if check:
        return _check(root, files, project.relative(root))
    _write(project, root, files)
    if apply:
        how = Applying(sandbox, yes, adopt, output, plugin_dir, lock_timeout)
        return apply_bootstrap(project, environment, files, how)
    note(f"to apply it: {typeable_command(f'infragen bootstrap {target} --apply')}")
    return 0


def _check(root: Path, files: Mapping[str, str], shown: str) -> int:
    changes = compare(root, files)
    stale = (*changes.created, *changes.changed, *changes.removed, *changes.blocking)
    out("".join(f"not up to date: {shown}/{path}\n" for path in sorted(stale)))
    return 2 if changes else 0


def _write(project: Project, root: Path, files: Mapping[str, str]) -> None:
    changes, shown = write(root, files, within=project.root), project.relative(root)
    written = len(changes.created) + len(changes.changed) + len(changes.removed)
    note(f"{shown}: {written} of {len(files)} files written" if written else f"{shown}: up to date")


def _refuse_contradictions(*, apply: bool, check: bool, adopt: bool, yes: bool) -> None:
    """Refuse flags that exclude or need each other: InfragenError X007."""
    needless = f"{'--adopt' if adopt else '--yes'} is for --apply"
    refuse_first(
        "X007",
        (check and apply, "--check writes nothing, so there is nothing to apply", "leave one out"),
        (not apply and (yes or adopt), needless, "add --apply, or --sandbox to try it"),
    )
