"""How many entries a system has: what costs are shared among."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.environment import environments, resolve

if TYPE_CHECKING:
    from pathlib import Path


def entries_of(folder: Path, system: str) -> int:
    """Count the entries of all environments on AWS."""
    project = Project(folder)
    catalogue = load(project, system)
    found = (resolve(project, catalogue, name).environment() for name in environments(project, system))
    return sum(len(named) for one in found for named in one.entries.values())
