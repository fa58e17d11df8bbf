"""`infragen validate`: every problem of the catalogue and of `infragen.toml` at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

from infragen.catalog import Environment
from infragen.catalog.imports import import_problems
from infragen.diagnostics import InfragenError, Severity, sort_diagnostics
from infragen.environment import environments
from infragen.rules import run
from infragen.settings import load_policies
from infragen.workflow.console import out, source_of, to_stderr, wants_colour, width_of
from infragen.workflow.target import open_project, resolve_all, select

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.catalog import Catalogue, Project
    from infragen.diagnostics import Diagnostic

__all__ = ["Format", "findings", "validate"]

Format = Literal["text", "json", "github", "sarif"]


def validate(folder: Path, target: str | None, output: Format, *, quiet: bool, profiles: tuple[str, ...]) -> int:
    """Print all findings; 1 when one of them is an error, else 0."""
    project = open_project(folder)
    found = list(_of_settings(project.root))
    for catalogue, names in select(project, target):
        found.extend(findings(project, catalogue, names, profiles))
    shown = [finding for finding in sort_diagnostics(found) if not quiet or finding.severity != Severity.NOTICE]
    out(_render(shown, output, project.root))
    if output == "text":
        to_stderr(_summary(found, hidden=len(set(found)) - len(shown)))
    return 1 if any(finding.severity == Severity.ERROR for finding in found) else 0


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


def _of_settings(root: Path) -> tuple[Diagnostic, ...]:
    try:
        load_policies(root)
    except InfragenError as error:
        return error.diagnostics
    return ()


def _render(found: list[Diagnostic], output: Format, root: Path) -> str:
    if output == "text":
        from infragen.report.diagnostics import text

        return text.render(found, colour=wants_colour(sys.stdout), source=source_of(root), width=width_of(sys.stdout))
    if output == "json":
        from infragen.report.diagnostics import json

        return json.render(found)
    if output == "github":
        from infragen.report.diagnostics import github

        return github.render(found)
    from infragen.report.diagnostics import sarif

    return sarif.render(found)


def _summary(found: list[Diagnostic], hidden: int) -> str:
    counts = [sum(finding.severity == severity for finding in set(found)) for severity in Severity]
    words = [f"{count} {severity}{'' if count == 1 else 's'}" for count, severity in zip(counts, Severity, strict=True)]
    return ", ".join(words) + (f" ({hidden} notices not shown)" if hidden else "")
