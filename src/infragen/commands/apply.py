"""Apply changes after confirmation, stack by stack.

What is shown is applied, and nothing else: of a target, a plan that is made now; of a saved plan, the plan as it is.
"""

from pathlib import Path
from typing import Annotated

from typer import Argument

from infragen.commands import completion, flags
from infragen.commands.formats import refuse_first
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.workflow.apply import apply_saved, apply_target
from infragen.workflow.review.bundle import read
from infragen.workflow.states.storage import open_with_standing_stacks


def apply(
    target: Annotated[
        str,
        Argument(
            help=f"Environment, stack, or saved plan: {flags.EXAMPLE}, {flags.EXAMPLE}/network, reviewed.plan.",
            autocompletion=completion.targets,
        ),
    ],
    plan: Annotated[Path | None, flags.option("--plan", "FILE", "Saved plan to apply, unchanged.")] = None,
    identity: flags.Identities = [],
    sandbox: flags.Sandbox = False,
    yes: flags.Yes = False,
    output: flags.ReportFormat = "terminal",
    everything: flags.Everything = False,
    profile: flags.Profiles = [],
    jobs: flags.Jobs = None,
    lock_timeout: flags.LockTimeout = None,
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Apply a target's stacks, or a saved plan; 1 when a stack fails."""
    file = plan or _named_file(target)
    planning = "selects what to plan, and a saved plan is applied unchanged"
    refuse_first(
        "X007",
        (file and everything, f"--all {planning}", "leave one of them out"),
        (file and profile, f"--profile {planning}", "leave one of them out"),
        (identity and not file, "--identity decrypts a saved plan, and none is given", "add `--plan FILE`"),
    )
    bundle = read(file, tuple(identity)) if file else None
    if bundle is not None:
        target, profile = target if plan else bundle.manifest.target, list(bundle.manifest.profiles)
    with open_with_standing_stacks(
        folder, target, sandbox=sandbox, profiles=tuple(profile), plugin_dir=plugin_dir, everything=everything,
        lock_timeout=lock_timeout, named=bundle.manifest.stacks if bundle else (),
    ) as session:  # fmt: skip
        if file and bundle:
            return apply_saved(session, bundle, file, yes=yes, jobs=jobs, output=output)
        return apply_target(session, tuple(profile), yes=yes, jobs=jobs, output=output)


def _named_file(target: str) -> Path | None:
    """Return the file that is named instead of a target: targets have no dot, and no slash before them."""
    path = Path(target)
    if not path.exists() and ("." in target or path.is_absolute()):
        hint = "`infragen plan --out FILE` makes one"
        raise InfragenError(Diagnostic("K002", f"there is no file {target}", hint=hint))
    return path if path.is_file() else None
