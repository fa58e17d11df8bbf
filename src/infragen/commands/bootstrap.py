"""Create an environment's state bucket and the roles of CI.

Generates their Terraform and, with --apply, applies it and moves its state into the bucket.
"""

from typing import Annotated

from typer import Option

from infragen.commands import flags
from infragen.commands.formats import print_diff, refuse_first
from infragen.stacks.model import BOOTSTRAP
from infragen.workflow.bootstrap.files import environment_of, render_bootstrap
from infragen.workflow.bootstrap.session import apply_bootstrap
from infragen.workflow.console import note, out
from infragen.workflow.invocation import typeable_command
from infragen.workflow.target import generated_folder, open_project
from infragen.workspace import compare, unified_diff, write


def bootstrap(
    target: flags.OneEnvironment,
    github: Annotated[
        str | None,
        flags.option(
            "--github", "OWNER/NAME", "Repository whose jobs the roles of CI trust; by default that of infragen.toml."
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
    needless = f"{'--adopt' if adopt else '--yes'} is for --apply"
    refuse_first(
        "X007",
        (check and apply, "--check writes nothing, so there is nothing to apply", "leave one out"),
        (not apply and (yes or adopt), needless, "add --apply, or --sandbox to try it"),
    )
    project = open_project(folder)
    environment = environment_of(project, target)
    root = generated_folder(project, environment) / BOOTSTRAP
    files = render_bootstrap(project, environment, github, no_github=no_github)
    shown = project.relative(root)
    if diff:
        print_diff(unified_diff(root, files, shown))
    if check:
        changes = compare(root, files)
        stale = sorted((*changes.created, *changes.changed, *changes.removed, *changes.blocking))
        out(*(f"not up to date: {shown}/{path}" for path in stale))
        return 2 if changes else 0
    changes = write(root, files, within=project.root)
    written = len(changes.created) + len(changes.changed) + len(changes.removed)
    note(f"{shown}: {written} of {len(files)} files written" if written else f"{shown}: up to date")
    if apply:
        return apply_bootstrap(
            project, environment, files, sandbox=sandbox, yes=yes, adopt=adopt, output=output, plugin_dir=plugin_dir,
            lock_timeout=lock_timeout,
        )  # fmt: skip
    note(f"to apply it: {typeable_command(f'infragen bootstrap {target} --apply')}")
    return 0
