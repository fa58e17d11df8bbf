"""What a command works on: `technova`, `technova/prod`, `technova/prod/network`."""

import os
import re
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Final

from msgspec import Struct

from infragen.catalog import Catalogue, Environment, Project, load
from infragen.core.entry import Slug, has_form
from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.environment import (
    Resolved,
    compose_environments,
    compose_problem,
    environments,
    every_environment,
    lost_files,
    no_environment,
    on_compose,
    resolve,
    resolve_by_file_alone,
    resolve_compose,
    resolve_system,
    resolve_unled,
    restoring,
    unknown_environment,
)
from infragen.kinds.compose import ComposeEnvironment
from infragen.storage import INTERNAL, Confined, entries, user_key
from infragen.text import first_of
from infragen.workflow.console import note
from infragen.workflow.invocation import PROJECT
from infragen.workspace import unusable

_TOLD: ContextVar[bool] = ContextVar("told", default=False)
_PLAIN: Final = re.compile(r"[\w-]+/[\w-]*")
_LONGEST_PART: Final = 255
"""Bytes of a file's name on every usual file system; a name in the catalogue has at most 40 characters."""


class Target(Struct, frozen=True):
    """A system, perhaps one environment of it, perhaps one stack of that."""

    system: str
    environment: str | None = None
    stack: str | None = None


def open_project(folder: Path) -> Project:
    project = Project.find(folder.resolve())
    if PROJECT.get() != project.root:  # some commands open it several times
        PROJECT.set(project.root)
        _refuse_tracked(project.root)
        _refuse_foreign(project.root)
    return project


def only_system(project: Project) -> str:
    """Return the name of the only system; InfragenError X003 where there is none, or several."""
    systems = project.systems()
    if len(systems) != 1:
        hint = f"add `--system` with one of {', '.join(systems)}" if systems else "`infragen init --add` writes one"
        raise InfragenError(Diagnostic("X003", f"the catalogue has {len(systems)} systems", hint=hint))
    return systems[0]


def warn_without_key() -> None:
    """Say, once a command, that nothing which this user's infragen keeps here can be believed, and what to do."""
    trouble = user_key().trouble
    if trouble is not None and not _TOLD.get():
        _TOLD.set(True)
        lost = "a run that is interrupted here cannot be resumed, nor a state move finished"
        mend = "set INFRAGEN_STATE_DIR to a folder of your own that persists (`chmod 700`)"
        slow = "every command initialises terraform again"
        note(f"notice: there is no signing key ({trouble}): {lost}, and {slow}; {mend}")


_OF_TERRAFORM: Final = (".terraform", "terraform.tfstate*")
"""What terraform finds in the folder of a stack that it is run in by hand, or by Atlantis: providers, a state."""
_KEPT: Final = re.compile(rf"{re.escape(INTERNAL)}|/\.terraform(?=/|$)|/terraform\.tfstate[^/]*", re.IGNORECASE)


def _refuse_tracked(root: Path) -> None:
    """Raise InfragenError Y003 where git tracks what infragen or terraform keeps: it would be believed."""
    kept = (root.glob(f"generated/*/*/*/{name}") for name in _OF_TERRAFORM)
    if not (os.path.lexists(root / INTERNAL) or any(map(any, (root.glob(f"generated/*/.*{INTERNAL}"), *kept)))):
        return
    if not any(os.path.lexists(folder / ".git") for folder in (root, *root.parents)):
        return
    from infragen.terraform.git import Git

    terraforms = (f":(icase,glob)generated/*/*/*/{name}{end}" for name in _OF_TERRAFORM for end in ("", "/**"))
    infragens = (f":(icase,glob)generated/**/.*{INTERNAL}/**", f":(icase,glob)generated/*/.*{INTERNAL}")
    tracked = Git(root).tracked(f":(icase){INTERNAL}", *infragens, *terraforms)
    if tracked:
        folders = dict.fromkeys(path[: found.end()] for path in tracked if (found := _KEPT.search(path)))
        message = f"git tracks {first_of(tracked)}, but what infragen and terraform keep must not be committed"
        hint = f"see who committed it, then `git rm -r -f -- {' '.join(map(shlex.quote, folders))}`"
        raise InfragenError(Diagnostic("Y003", message, hint=hint))


def _refuse_foreign(root: Path) -> None:
    """Raise InfragenError Y004 where others can write what infragen keeps for itself: they could have it believed."""
    files = Confined(root)
    top = files.look(INTERNAL)
    if top is None or not stat.S_ISDIR(top.st_mode):
        return
    below = ((f"{INTERNAL}/{name}", files.look(f"{INTERNAL}/{name}")) for name in files.names(INTERNAL))
    for path, found in ((INTERNAL, top), *below):
        if found is None or stat.S_ISLNK(found.st_mode):
            continue
        if found.st_uid != os.geteuid():
            message, hint = f"{path} belongs to another user", f"run infragen as its owner, or `rm -r {INTERNAL}`"
        elif found.st_mode & 0o022:
            message = f"{path} is writable by other users"
            hint = f"if nobody else wrote into it, `chmod -R go-w {INTERNAL}`; else `rm -r {INTERNAL}`"
        else:
            continue
        raise InfragenError(Diagnostic("Y004", message, Location(path), hint=hint))


def refuse_foreign_project(root: Path) -> None:
    """Y004 where others could exchange a folder while terraform runs; trust as git does (`safe.directory`)."""
    from infragen.terraform.git import trusts

    own = {"0", str(os.geteuid()), os.environ.get("SUDO_UID", "0") if os.geteuid() == 0 else "0"}
    for folder in (root, *root.parents):
        found = folder.stat()
        if str(found.st_uid) not in own:
            message = "belongs to another user, who could have another program run here"
        elif found.st_mode & 0o002 and not found.st_mode & stat.S_ISVTX:
            message = "is writable by every user, who could have another program run here"
        else:
            continue
        if not trusts(root):
            trust = f"`git config --global --add safe.directory {shlex.quote(str(root))}`"
            hint = f"run infragen as its owner, or if you trust everyone who writes there: {trust}"
            raise InfragenError(Diagnostic("Y004", f"{folder} {message}", hint=hint))
        return


def parse(text: str) -> Target:
    """Read a target; InfragenError P004 when it has more than three parts, or one that is no name."""
    parts = text.strip("/").split("/")
    if len(parts) > 3 or any(part in ("", ".", "..") or len(part) > _LONGEST_PART for part in parts):
        hint = "write SYSTEM, SYSTEM/ENVIRONMENT or SYSTEM/ENVIRONMENT/STACK"
        raise InfragenError(Diagnostic("P004", f"{text[:100]!r} is not a target", hint=hint))
    return Target(*parts)


def refuse_named_stack(text: str) -> None:
    if parse(text).stack is not None:
        hint = "name the environment: " + "/".join(text.split("/")[:2])
        raise InfragenError(Diagnostic("P004", f"{text!r} names a stack", hint=hint))


def refuse_stack(text: str | None, message: str) -> None:
    target = parse(text) if text else None
    if target is not None and target.stack is not None:
        raise InfragenError(Diagnostic("X016", message, hint=f"write {target.system}/{target.environment}"))


class Chosen(Struct, frozen=True):
    """A catalogue that a target names, and its environments that it names: those on AWS, those on Docker Compose."""

    catalogue: Catalogue
    names: tuple[str, ...]
    composed: tuple[str, ...]


def select(project: Project, text: str | None) -> tuple[tuple[Catalogue, tuple[str, ...]], ...]:
    """InfragenError as `choose`, and P012 where a target is, or a system has, nothing but Docker Compose."""
    chosen = choose(project, text)
    for one in chosen:
        if text and one.composed and not one.names:
            raise InfragenError(compose_problem(one.catalogue.name, one.composed[0]))
    return tuple((one.catalogue, one.names) for one in chosen if one.names or not one.composed)


def choose(project: Project, text: str | None, *, may_be_empty: bool = False) -> tuple[Chosen, ...]:
    """InfragenError P002, P003 for what does not exist, P005 without a system, P010 without an environment."""
    target = parse(text) if text else None
    systems = (target.system,) if target else project.systems()
    if not systems:
        hint = _nearly(project) or _former(project) or "`infragen init --add` writes one"
        raise InfragenError(Diagnostic("P005", "the catalogue has no system", hint=hint))
    chosen: list[Chosen] = []
    for system in systems:
        with _remembering(project, target or Target(system)):
            catalogue = load(project, system)
            known = every_environment(project, system)
            if not known and not (may_be_empty and (target is None or target.environment is None)):
                raise InfragenError(no_environment(project, system))
            if target and target.environment and target.environment not in known:
                raise InfragenError(unknown_environment(project, system, target.environment))
        wanted = (target.environment,) if target and target.environment else known
        composed = tuple(name for name in wanted if on_compose(project, system, name))
        chosen.append(Chosen(catalogue, tuple(name for name in wanted if name not in composed), composed))
    return tuple(chosen)


def generated_folder(project: Project, environment: Environment | ComposeEnvironment) -> Path:
    """InTheWayError where a link stands above it, InfragenError W001 where nobody may look."""
    path = PurePath("generated", environment.system.name, environment.name)
    try:
        Confined(project.root).look(path)
    except OSError as error:
        raise unusable(error, "read") from error
    return project.root / path


def resolve_one(
    project: Project, text: str, profiles: tuple[str, ...] = (), *, as_applied: bool = False
) -> tuple[Target, Environment]:
    """P004 for a system alone; for what was applied (`as_applied`) the file is enough where the system's are gone."""
    target = parse(text)
    with _remembering(project, target):
        if as_applied and target.environment and _PLAIN.fullmatch(f"{target.system}/{target.environment}"):
            gone = lost_files(project, target.system, target.environment)
            if gone and target.environment in every_environment(project, target.system):
                found = resolve_by_file_alone(project, target.system, target.environment).environment()
                other = f"if its system.yaml named another bucket: {restoring(*gone)} first"
                says = f"{found.source('environment')} alone says that the states are in s3://{found.state_bucket}"
                note(f"notice: {gone[0]} is gone, so {says}; {other}")
                return target, found
        catalogue = load(project, target.system)
        if target.environment is not None:
            return target, resolve(project, catalogue, target.environment, profiles=profiles).environment()
        known = environments(project, target.system) or compose_environments(project, target.system)
        hint = f"write one of {', '.join(f'{target.system}/{name}' for name in known)}" if known else None
        raise InfragenError(Diagnostic("P004", f"{text!r} names no environment", hint=hint))


def _nearly(project: Project) -> str | None:
    folders = (one for one in entries(project.root / "catalog", "catalog") if one.is_dir())
    names = [one.name for one in folders if has_form(Slug, one.name)]
    if not names:
        return None
    return f"write catalog/{names[0]}/system.yaml: `schema: 1`, `name: {names[0]}` and `title: ...`, each on a line"


def _former(project: Project) -> str | None:
    rendered = {one.name for one in entries(project.root / "generated", "generated") if one.is_dir()}
    names = sorted(one for one in rendered.union(project.environment_folders()) if _PLAIN.fullmatch(f"{one}/"))
    destroy = {name: [f"`infragen destroy {name}/{one}`" for one in every_environment(project, name)] for name in names}
    hints = (" or ".join((restoring(*lost_files(project, name, None)), *destroy[name])) for name in names)
    return "; ".join(f"what was applied of it may still exist: {one}" for one in hints) or None


@contextmanager
def _remembering(project: Project, target: Target) -> Iterator[None]:
    try:
        yield
    except InfragenError as error:
        first, names = error.diagnostics[0], f"{target.system}/{target.environment or ''}"
        own = f"environments/{target.system}"
        if not _PLAIN.fullmatch(names):
            raise
        paths = {
            "P002": [" ".join(lost_files(project, target.system, target.environment))],
            "P003": [f"environments/{names}.yaml", f"environments/{names}.yml"],
            "P010": [own],
        }.get(first.code, [])
        if first.code == "P003" and os.path.lexists(project.root / "generated" / names):
            raise  # what was rendered of it is told of already
        from infragen.terraform.git import Git

        found = [one for one in paths if all(map(Git(project.root).had, one.split()))]
        if not found:
            raise
        again = f"{restoring(*found[0].split())}, then `infragen render {target.system}`"
        hint = f"git remembers it, and what was applied of it may still exist: {again}"
        raise InfragenError(replace(first, hint=hint)) from None


def as_if_it_ran(project: Project, environment: Environment) -> Environment:
    if environment.settings.stands_still_by is None:
        return environment
    return resolve_unled(project, load(project, environment.system.name), environment.name).environment()


def primary_of(project: Project, environment: Environment) -> Environment | None:
    name = environment.settings.standby_of
    if name is None or name not in environment.others:
        return None
    found = resolve_unled(project, load(project, environment.system.name), name)
    return None if found.problems else found.environment()


def resolve_any(
    project: Project, text: str, profiles: tuple[str, ...] = ()
) -> tuple[Target, Environment | ComposeEnvironment]:
    target = parse(text)
    if target.environment is None or not on_compose(project, target.system, target.environment):
        return resolve_one(project, text, profiles)
    catalogue = load(project, target.system)
    return target, resolve_compose(project, catalogue, target.environment).composed()


def resolve_all(
    project: Project, catalogue: Catalogue, names: tuple[str, ...], profiles: tuple[str, ...]
) -> tuple[Resolved, tuple[Resolved, ...]]:
    base = resolve_system(catalogue)
    return base, tuple(resolve(project, catalogue, name, profiles=profiles, base=base) for name in names)


def resolve_composed(
    project: Project, catalogue: Catalogue, names: tuple[str, ...], base: Resolved
) -> tuple[Resolved, ...]:
    return tuple(resolve_compose(project, catalogue, name, base=base) for name in names)
