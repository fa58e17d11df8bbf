"""The files of an environment that is Docker Compose, in memory, with those that people wrote beside its YAML."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Severity, sort_diagnostics
from infragen.diagnostics.hints import nearest
from infragen.environment import resolve_system
from infragen.rules import run as run_rules
from infragen.storage import Confined
from infragen.workflow.target import generated_folder, resolve_composed
from infragen.workspace import unusable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infragen.catalog import Catalogue, Project
    from infragen.kinds.compose import ComposeEnvironment


class MountedFiles(Struct, frozen=True):
    """The files of `environments/SYSTEM/ENVIRONMENT/` that containers mount, and what is wrong with them."""

    texts: Mapping[str, str]
    problems: tuple[Diagnostic, ...]


class ComposeFiles(Struct, frozen=True):
    """Everything that belongs below `generated/SYSTEM/ENVIRONMENT/` of one on Docker Compose."""

    environment: ComposeEnvironment
    files: Mapping[str, str]
    root: Path


def mounted_files(project: Project, environment: ComposeEnvironment) -> MountedFiles:
    """Read what containers mount; O001 for what is not there, is no text, or could not have infragen's header."""
    from infragen.compose.text import comment_of

    folder = _folder(environment)
    confined = Confined(project.root)
    texts: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for name, container in environment.settings.containers.items():
        for target, path in container.files.items():
            place = environment.at("environment", "containers", name, "files", target)
            try:
                if not confined.is_file(folder / path):
                    message, hint = _no_file(confined, folder, path)
                    problems.append(Diagnostic("O001", message, place, hint=hint))
                elif comment_of(path) is None:
                    message = f"infragen knows no comment for {path}, and could not mark its copy as generated"
                    hint = "mount a file with an end such as .sql, .js, .sh, .py or .conf"
                    problems.append(Diagnostic("O001", message, place, hint=hint))
                else:
                    texts[path] = confined.read(folder / path).decode()
            except UnicodeDecodeError:
                message = f"{folder / path} is no text in UTF-8"
                problems.append(Diagnostic("O001", message, place, hint="save it as UTF-8"))
            except OSError as error:
                raise unusable(error, "read") from error
    return MountedFiles(texts, tuple(problems))


def sound_composed(project: Project, catalogue: Catalogue, names: tuple[str, ...]) -> list[ComposeFiles]:
    """Return the files of environments on Docker Compose; InfragenError with all that is wrong with any of them."""
    if not names:
        return []
    from infragen.compose import compose, files

    base = resolve_system(catalogue)
    resolved = resolve_composed(project, catalogue, names, base)
    problems = [problem for one in (base, *resolved) for problem in one.problems]
    if problems:
        raise InfragenError(*sort_diagnostics(problems))
    found = [one.composed() for one in resolved]
    mounted = [mounted_files(project, one) for one in found]
    said = (*run_rules(base.resolved, (), (), found), *(problem for one in mounted for problem in one.problems))
    errors = [one for one in said if one.severity is Severity.ERROR]
    if errors:
        raise InfragenError(*sort_diagnostics(errors))
    return [
        ComposeFiles(one, files(compose(one), given.texts, _folder(one).as_posix()), generated_folder(project, one))
        for one, given in zip(found, mounted, strict=True)
    ]


def _folder(environment: ComposeEnvironment) -> PurePath:
    return PurePath("environments", environment.system.name, environment.name)


def _no_file(confined: Confined, folder: PurePath, path: str) -> tuple[str, str]:
    """Return what is wrong where no plain file stands, and what to do."""
    kind = confined.kind(folder / path)
    if kind is not None:
        return f"{folder / path} is {kind}, and containers mount plain files", "put a copy of the file in its place"
    names = _names(confined, folder)
    hint = nearest(path, names, "files there") if names else f"write it into {folder}/"
    return f"there is no file {folder / path}", hint


def _names(confined: Confined, folder: PurePath) -> list[str]:
    return list(confined.names(folder)) if confined.look(folder) is not None else []
