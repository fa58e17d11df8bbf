"""Show whether and where the emulated AWS is running.

The exit code is 1 when it is not running.
"""

from infragen.commands import flags
from infragen.terraform.sandbox import Sandbox
from infragen.workflow.console import out
from infragen.workflow.target import open_project


def status(folder: flags.ProjectFolder = flags.HERE) -> int:
    found = Sandbox.status(open_project(folder).root)
    out(*found.detail.splitlines())
    return 0 if found.running else 1
