"""The files of an environment that is Docker Compose, in memory, with those that people wrote beside its YAML."""

from collections.abc import Mapping
from pathlib import Path, PurePath

from infragen.catalog import Catalogue, Project
from infragen.diagnostics import Diagnostic, Severity, raise_problems, sort_diagnostics
from infragen.diagnostics.hints import nearest
from infragen.environment import resolve_system
from infragen.kinds.compose import ComposeEnvironment
from infragen.rules import run as run_rules
from infragen.storage import Confined, text_of
from infragen.workflow.target import generated_folder, resolve_composed
from infragen.workspace import unusable


def mounted_files(project: Project, environment: ComposeEnvironment) -> tuple[Mapping[str, str], list[Diagnostic]]:
    """O001 for what is not there, is no text, or could not have infragen's header."""
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
                    texts[path] = text_of(confined.read(folder / path))
            except UnicodeDecodeError:
                message = f"{folder / path} is not UTF-8 text"
                problems.append(Diagnostic("O001", message, place, hint="save it as UTF-8"))
            except OSError as error:
                raise unusable(error, "read") from error
    return texts, problems


def sound_composed(
    project: Project, catalogue: Catalogue, names: tuple[str, ...]
) -> list[tuple[Path, Mapping[str, str]]]:
    if not names:
        return []
    from infragen.compose import compose, files

    base = resolve_system(catalogue)
    resolved = resolve_composed(project, catalogue, names, base)
    raise_problems(sort_diagnostics(problem for one in (base, *resolved) for problem in one.problems))
    found = [one.composed() for one in resolved]
    mounted = [mounted_files(project, one) for one in found]
    said = (*run_rules(base.resolved, (), (), found), *(problem for _, problems in mounted for problem in problems))
    raise_problems(sort_diagnostics(one for one in said if one.severity is Severity.ERROR))
    return [
        (generated_folder(project, one), files(compose(one), texts, _folder(one).as_posix()))
        for one, (texts, _) in zip(found, mounted, strict=True)
    ]


def _folder(environment: ComposeEnvironment) -> PurePath:
    return PurePath("environments", environment.system.name, environment.name)


def _no_file(confined: Confined, folder: PurePath, path: str) -> tuple[str, str]:
    kind = confined.kind(folder / path)
    if kind is not None:
        return f"{folder / path} is {kind}, and containers mount plain files", "put a copy of the file in its place"
    names = confined.names(folder) if confined.look(folder) is not None else ()
    hint = nearest(path, names, "files there") if names else f"write it into {folder}/"
    return f"there is no file {folder / path}", hint
