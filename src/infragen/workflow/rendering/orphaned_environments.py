"""Rendered trees of environments that the project no longer has: what they built may still exist."""

from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from infragen.catalog import Project
from infragen.diagnostics import Diagnostic, Severity
from infragen.environment import every_environment, lost_files, restoring
from infragen.stacks.model import CONFIGURATION
from infragen.storage import entries, files_below, may_exist


def orphaned_environments(project: Project) -> Iterator[Diagnostic]:
    for system in _folders(project, Path("generated")):
        known = every_environment(project, system) if system in project.systems() else ()
        for environment in _folders(project, Path("generated", system)):
            if environment not in known and (found := _orphan(project, system, environment)):
                yield found


def _orphan(project: Project, system: str, environment: str) -> Diagnostic | None:
    from infragen.compose.text import COMPOSE  # few projects have such a tree

    tree, lost = f"generated/{system}/{environment}", lost_files(project, system, environment)
    told = f"{tree}/ belongs to no environment: {lost[-1]} is gone"
    if may_exist(project.root / tree / COMPOSE):
        message = f"{told}, but its containers and volumes may still exist"
        command = f"docker compose -p {quote(f'{system}-{environment}')} -f {quote(f'{tree}/{COMPOSE}')} down --volumes"
        hint = f"`{command}` removes those; then remove the folder: `rm -r {quote(tree)}`"
    elif any(True for _ in files_below(project.root / tree, tree, CONFIGURATION)):
        message = f"{told}, and what was applied of it may still exist"
        destroy = f"`infragen destroy {quote(f'{system}/{environment}')}`"
        needed = [one for one in lost if one.startswith("environments/")]  # whose file is enough
        first = f"{restoring(*lost)}, then {destroy}" if needed else destroy
        hint = f"to destroy it: {first}; then remove the folder: `rm -r {quote(tree)}`"
        hint += "" if needed else f"; to keep it: {restoring(*lost)}"
    else:
        return None
    return Diagnostic("P011", message, None, Severity.WARNING, hint)


def _folders(project: Project, path: Path) -> Iterator[str]:
    for entry in entries(project.root / path, path.as_posix()):
        if entry.is_dir(follow_symlinks=False):
            yield entry.name
