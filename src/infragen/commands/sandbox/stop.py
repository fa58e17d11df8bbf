"""Stop the emulated AWS; everything in it is lost."""

from infragen.commands import flags
from infragen.terraform.sandbox import Sandbox
from infragen.workflow.console import note
from infragen.workflow.target import open_project


def stop(folder: flags.ProjectFolder = flags.HERE) -> int:
    note("stopped" if Sandbox.stop_any(open_project(folder).root) else "it was not running")
    return 0
