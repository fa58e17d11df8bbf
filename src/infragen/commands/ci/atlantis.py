"""Generate atlantis.yaml, with a project for each stack."""

from infragen.commands import flags
from infragen.workflow.ci import files as ci_files


def atlantis(
    target: flags.AnyTarget = None,
    file: flags.GeneratedFile = None,
    check: flags.Check = False,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    return ci_files.atlantis(folder, target, file=file, check=check)
