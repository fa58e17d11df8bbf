"""Generate atlantis.yaml, with a project for each stack."""

from __future__ import annotations

from infragen.commands.flags import HERE, AnyTarget, Check, GeneratedFile, ProjectFolder
from infragen.workflow import ci_files

__all__ = ["atlantis"]


def atlantis(
    target: AnyTarget = None,
    file: GeneratedFile = None,
    check: Check = False,
    folder: ProjectFolder = HERE,
) -> int:
    """Write `atlantis.yaml`; 2 when `check` finds a difference."""
    return ci_files.atlantis(folder, target, file=file, check=check)
