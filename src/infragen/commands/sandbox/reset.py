"""Delete everything in the emulated AWS, states included."""

from infragen.commands import flags
from infragen.workflow.console import note
from infragen.workflow.states.sandbox_inventory import running
from infragen.workflow.target import open_project


def reset(folder: flags.ProjectFolder = flags.HERE) -> int:
    running(open_project(folder)).reset()
    note("emptied, including all states in it")
    return 0
