"""Print shell commands that select the emulated AWS, for `eval`."""

import os
import shlex

from infragen.commands import flags
from infragen.workflow.console import out
from infragen.workflow.states.sandbox_inventory import running
from infragen.workflow.target import open_project, resolve_one


def env(target: flags.OneEnvironment, folder: flags.ProjectFolder = flags.HERE) -> int:
    project = open_project(folder)
    _, environment = resolve_one(project, target)
    settings = environment.settings
    variables = running(project).environment(settings.account, settings.region)
    accounts = sorted(name for name in os.environ if name.startswith("AWS_") and name not in variables)
    forgotten = [f"unset {' '.join(accounts)}"] if accounts else []
    lines = [f"export {name}={shlex.quote(value)}" for name, value in sorted(variables.items())]
    first = "# This shell can reach only 127.0.0.1; exit it to go back."
    out(first, *forgotten, *lines)
    return 0
