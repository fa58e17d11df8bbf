"""What is wrong with a catalogue, and with the project's settings: everything at once."""

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Final

from infragen.catalog import Catalogue, Environment, Project, load
from infragen.catalog.imports import FOLDER as IMPORTS
from infragen.catalog.imports import import_problems
from infragen.catalog.project import SUFFIXES, unread
from infragen.diagnostics import Diagnostic, InfragenError, Location, Severity, sort_diagnostics
from infragen.environment import environments, no_environment
from infragen.kinds import kinds
from infragen.kinds.compose import ComposeEnvironment
from infragen.render.published import reads_outputs
from infragen.rules import run
from infragen.source import read_text
from infragen.stacks.build import draft
from infragen.storage import files_below
from infragen.workflow.rendering.compose_files import mounted_files
from infragen.workflow.rendering.orphaned_environments import orphaned_environments
from infragen.workflow.target import resolve_all, resolve_composed
from infragen.workspace import foreign_files


def findings(
    project: Project,
    chosen: tuple[tuple[Catalogue, tuple[str, ...]], ...],
    profiles: tuple[str, ...],
    *,
    composed: Mapping[str, tuple[str, ...]] | None = None,
    today: date | None = None,
) -> tuple[Diagnostic, ...]:
    """`composed` are those on Docker Compose, with their mounted files; `today` decides what has ended its life."""
    problems = list(unread(project, {catalogue.name for catalogue, _ in chosen}, {*kinds(), IMPORTS}))
    problems += orphaned_environments(project)
    others = _of_other_systems(project, {catalogue.name for catalogue, _ in chosen})
    for catalogue, names in chosen:
        on_compose = (composed or {}).get(catalogue.name, ())
        if not names and not on_compose:
            problems.append(no_environment(project, catalogue.name))
        base, resolved = resolve_all(project, catalogue, names, profiles)
        sound = [one.resolved for one in resolved if isinstance(one.resolved, Environment)]
        partly = [one.resolved for one in resolved if one.resolved and not isinstance(one.resolved, Environment)]
        beside = _beside(project, catalogue, names) if names else []
        local = resolve_composed(project, catalogue, on_compose, base)
        found = [problem for one in (base, *resolved, *local) for problem in one.problems]
        machines = [one.resolved for one in local if isinstance(one.resolved, ComposeEnvironment)]
        found += [problem for one in machines for problem in mounted_files(project, one)[1]]
        found += import_problems(project, catalogue.name, environments(project, catalogue.name), sound)
        complete = [one.complete() for one in sound]
        checked = [sound] + [complete] * any(one.disabled for one in sound)
        as_built, *later = (
            run(base.resolved, some, others, machines, beside=beside, partly=partly, today=today) for some in checked
        )
        found += as_built
        said = set(map(_but_for_figures, as_built))
        found += [_of_later(sound, one) for one in chain(*later) if _but_for_figures(one) not in said]
        found += _of_extras(project, catalogue.name)
        for name in names:
            found += said_by(_refuse_strays, project, catalogue.name, name)
        own = f"catalog/{catalogue.name}/"
        if any(one.code == _UNREAD and one.location and one.location.file.startswith(own) for one in problems):
            found = [one for one in found if one.code not in _OF_NOBODY]
        is_wrong = any(problem.severity == Severity.ERROR for problem in found)
        look = _by_hand_at_least if is_wrong else of_files
        found += dict.fromkeys(problem for one in dict.fromkeys([*sound, *complete]) for problem in look(project, one))
        problems += dict.fromkeys(found)
        others += sound
    return sort_diagnostics(problems)


def _but_for_figures(problem: Diagnostic) -> tuple[str, Location | None, str]:
    return problem.code, problem.location, re.sub(r"[\d,.]+", "", problem.message)


def _of_later(environments: Iterable[Environment], problem: Diagnostic) -> Diagnostic:
    """Return what is wrong only once everything is enabled: outside of the files of that, it says so."""
    disabled = ((one, kind, name) for one in environments for kind, named in one.disabled.items() for name in named)
    files = {one.source(f"{kind}/{name}") for one, kind, name in disabled}
    if problem.location is not None and problem.location.file in files:
        return problem
    return replace(problem, message=f"{problem.message} (once everything is `enabled`)")


_ACCOUNT: Final = re.compile(r"(?<![\w-])\d{12}(?![\w-])")
_UNREAD: Final = "C011"
_OF_NOBODY: Final = frozenset({"R103", "R122"})
"""What is said of entries that nobody uses: a file that is not read may be what does."""
_BY_HAND: Final = frozenset({"G010", "G011", "G012", "G013", "G014", "G017", "G018", "G019", "G020", "G021", "G025"})


def _of_other_systems(project: Project, chosen: AbstractSet[str]) -> list[Environment]:
    """Leave out systems that share no account, unless a bucket has a name: that alone is unique beyond an account."""
    others = [system for system in project.systems() if system not in chosen]
    asked = "".join(_text_of(project, system) for system in chosen) if others else ""
    found: list[Environment] = []
    for system in others:
        with suppress(InfragenError):
            text = _text_of(project, system)
            is_shared = set(_ACCOUNT.findall(asked)).intersection(_ACCOUNT.findall(text))
            if is_shared or "bucket_name" in asked or "bucket_name" in text:
                found += _beside(project, load(project, system), ())
    return found


def _text_of(project: Project, system: str) -> str:
    texts: list[str] = []
    for folder in (project.root / "catalog" / system, project.root / "environments" / system):
        for file in files_below(folder, project.relative(folder), SUFFIXES) if folder.is_dir() else ():
            with suppress(InfragenError):
                texts.append(read_text(file, project.relative(file)))
    return "\n".join(texts)


def _beside(project: Project, catalogue: Catalogue, names: tuple[str, ...]) -> list[Environment]:
    rest = tuple(name for name in environments(project, catalogue.name) if name not in names)
    resolved = resolve_all(project, catalogue, rest, ())[1] if rest else ()
    return [one.resolved for one in resolved if isinstance(one.resolved, Environment)]


def of_files(project: Project, environment: Environment) -> tuple[Diagnostic, ...]:
    """Write the files where needed: references between stacks and calls of held modules show only then."""
    try:
        made = draft(environment)
        system = environment.system
        has_extras = (project.root / "catalog" / system.name / "extra").is_dir()
        is_told = has_extras or reads_outputs(environment) or bool(environment.settings.holds)
        if is_told or not isinstance(system.layout, str):
            from infragen.render.draft import render_draft
            from infragen.workflow.rendering.composition import hand_written, held_modules, templates_of

            warnings: list[Diagnostic] = []
            extras, held = hand_written(project, environment), held_modules(project, environment)
            render_draft(templates_of(project), made, extras, warnings, held)
            return tuple(warnings)
    except InfragenError as error:
        return error.diagnostics
    return ()


def _by_hand_at_least(project: Project, environment: Environment) -> tuple[Diagnostic, ...]:
    with suppress(Exception):  # what breaks a rule may be impossible to draft, and the rule has said so
        if not environment.broken:
            return tuple(problem for problem in of_files(project, environment) if problem.code in _BY_HAND)
    return ()


def _of_extras(project: Project, system: str) -> tuple[Diagnostic, ...]:
    if not (project.root / "catalog" / system / "extra").is_dir():
        return ()
    from infragen.render.extra_files import check_text
    from infragen.workflow.rendering.composition import every_hand_written, refuse_programs_of_extras

    refused = said_by(refuse_programs_of_extras, project, system)
    with suppress(InfragenError):  # it has been refused
        refused += tuple(problem for extra in every_hand_written(project, system) for problem in check_text(extra))
    return refused


def _refuse_strays(project: Project, system: str, environment: str) -> None:
    root = project.root / "generated" / system / environment
    strays = foreign_files(root)
    if strays:
        from infragen.workflow.rendering.composition import refuse_by_hand

        refuse_by_hand(project, system, root, strays)


def settings_findings(root: Path) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the policies of `infragen.toml`; its models are imported only where there is one."""
    if not (root / "infragen.toml").exists():
        return ()
    from infragen.settings import load_policies

    return said_by(load_policies, root)


def said_by(check: Callable[..., object], *about: object) -> tuple[Diagnostic, ...]:
    try:
        check(*about)
    except InfragenError as error:
        return error.diagnostics
    return ()
