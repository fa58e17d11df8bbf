"""What is wrong with a catalogue, and with the project's settings: everything at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.catalog import Environment
from infragen.catalog.imports import import_problems
from infragen.diagnostics import InfragenError, sort_diagnostics
from infragen.environment import environments
from infragen.rules import run
from infragen.settings import load_policies
from infragen.workflow.target import resolve_all

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.catalog import Catalogue, Project
    from infragen.diagnostics import Diagnostic


def findings(
    project: Project, catalogue: Catalogue, names: tuple[str, ...], profiles: tuple[str, ...]
) -> tuple[Diagnostic, ...]:
    """Return the schema's and the rules' findings for some environments of a system."""
    base, resolved = resolve_all(project, catalogue, names, profiles)
    sound = [one.landscape for one in resolved if isinstance(one.landscape, Environment)]
    problems = [problem for one in (base, *resolved) for problem in one.problems]
    problems += import_problems(project, catalogue.name, environments(project, catalogue.name), sound)
    return sort_diagnostics((*problems, *run(base.landscape, sound), *_of_extras(project, catalogue.name)))


def _of_extras(project: Project, system: str) -> tuple[Diagnostic, ...]:
    """Return what hand-written files would run that nobody allowed."""
    if not (project.root / "catalog" / system / "extra").is_dir():
        return ()
    from infragen.workflow.composition import refuse_programs_of_extras

    try:
        refuse_programs_of_extras(project, system)
    except InfragenError as error:
        return error.diagnostics
    return ()


def settings_findings(root: Path) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the policies of `infragen.toml`."""
    try:
        load_policies(root)
    except InfragenError as error:
        return error.diagnostics
    return ()
