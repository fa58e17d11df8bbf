"""The environments of a system, the names of their files, and the error for a missing one."""

from contextlib import suppress
from shlex import quote

from infragen.catalog.project import Project, yaml_file, yaml_stems
from infragen.core.resolved_system import Environment
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.diagnostics.hints import did_you_mean
from infragen.kinds.compose import is_compose
from infragen.source import read, read_text
from infragen.storage import may_exist


def environments(project: Project, system: str) -> tuple[str, ...]:
    return tuple(name for name in every_environment(project, system) if not on_compose(project, system, name))


def compose_environments(project: Project, system: str) -> tuple[str, ...]:
    return tuple(name for name in every_environment(project, system) if on_compose(project, system, name))


def every_environment(project: Project, system: str) -> tuple[str, ...]:
    return yaml_stems(project, project.root / "environments" / system)


def on_compose(project: Project, system: str, name: str) -> bool:
    try:
        path = yaml_file(project, project.root / "environments" / system, name)
        shown = project.relative(path)
        if not may_exist(path) or "platform" not in read_text(path, shown):
            return False
        return is_compose(read(path, shown).data)
    except InfragenError:
        return False  # who resolves it says why


def compose_problem(system: str, name: str) -> Diagnostic:
    target = f"{system}/{name}"
    file = f"generated/{target}/compose.yaml"
    message = f"{target} is Docker Compose on a developer's machine: nothing of it is on AWS"
    hint = (
        f"`docker compose -p {system}-{name} -f {file} up -d` starts it, and `down` in place of `up -d` ends it; "
        f"`infragen render {target} --check --diff` shows what the catalogue makes of it"
    )
    return Diagnostic("P012", message, hint=hint)


def no_environment(project: Project, system: str) -> Diagnostic:
    others = {name for name in project.environment_folders() if name not in project.systems()}
    message = f"{system} has no environment: there is no YAML file in environments/{system}/"
    hint = f"`infragen new environment dev --system {system}` writes environments/{system}/dev.yaml"
    if others:
        name = min(others)
        hint = f"rename environments/{name}/ to environments/{system}/ if that is meant; {hint}"
    return Diagnostic("P010", message, hint=hint)


def name_of_standby(project: Project, primary: Environment) -> str | None:
    for name in environments(project, primary.system.name):
        path = yaml_file(project, project.root / "environments" / primary.system.name, name)
        with suppress(InfragenError):  # its own resolution says what is wrong with it
            if read(path, project.relative(path)).data.get("standby_of") == primary.name:
                return name
    return None


def unknown_environment(project: Project, system: str, environment: str) -> Diagnostic:
    known = every_environment(project, system)
    if not known:
        return no_environment(project, system)
    shown = f"environments/{system}/{environment}.yaml"
    hint = did_you_mean(environment, known) or f"environments of {system}: {', '.join(known)}"
    if may_exist(project.root / "generated" / system / environment):
        hint = f"what was applied of it may still exist; restore the file to work on that: {restoring(shown)}"
    return Diagnostic("P003", f"there is no environment {environment!r}: {shown} does not exist", hint=hint)


def lost_files(project: Project, system: str, environment: str | None) -> tuple[str, ...]:
    catalogue, own = f"catalog/{system}", f"environments/{system}"
    lost = []
    if system not in project.systems():
        lost.append(f"{catalogue}/system.yaml" if may_exist(project.root / catalogue) else catalogue)
    if not every_environment(project, system) and (lost or environment is None):
        lost.append(own)
    elif environment is not None and environment not in every_environment(project, system):
        lost.append(f"{own}/{environment}.yaml")
    return tuple(lost)


def restoring(*paths: str) -> str:
    quoted = [*map(quote, paths)]
    before = f"`git restore -SW {' '.join(quoted)}` before that is committed, else"
    each = (f"`git checkout $(git rev-list -1 HEAD -- {path})^ -- {path}`" for path in quoted)
    return f"{before} {' and '.join(each)} (what git never had, write again)"
