"""One entry's Terraform taken out of infragen's hands: copied into `extra/`, where it stands in place of what is made.

The addresses stay, so nothing changes by that: what is still to be applied, a rename for one, still is. The entry stays
in the catalogue, since others name it: what they get of it, its security group and what it asks for follow from its
file as before.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePath

from msgspec import Struct

from infragen.catalog import Environment, Project, load
from infragen.core.build_context import identifier
from infragen.diagnostics import Diagnostic, InfragenError, Location, raise_problems
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.environment import environments
from infragen.hcl.header import made_from
from infragen.hcl.index import Index, edited
from infragen.kinds import kinds
from infragen.render.extra_files import ejected_line
from infragen.stacks.build import draft
from infragen.storage import Confined, may_exist
from infragen.workflow.rendering.composition import compose, every_hand_written, sound_environments, templates_of


class Ejected(Struct, frozen=True):
    """What was written, what was not because it is an entry's security group alone, and the environments.

    `moving` are the written files with `moved` blocks: who has not applied them yet still has the state to move.
    """

    written: tuple[str, ...]
    left: tuple[str, ...]
    environments: tuple[str, ...]
    moving: tuple[str, ...] = ()


class _File(Struct, frozen=True):
    environment: str
    path: str
    text: str
    is_group: bool
    modules: Mapping[str, str]


def eject(
    project: Project, system: str, entry: str, environment: str | None, *, security_group: bool, modules: bool
) -> Ejected:
    """Write an entry's Terraform of each environment, or of one, into `extra/`.

    `security_group` takes along what holds nothing but its group, `modules` the modules that it calls, as copies of its
    own in `templates/modules/`. Nothing is written unless all is: InfragenError X057 for an entry or an environment
    that is not there, X058 where there is nothing to eject, X059 for files in the way.
    """
    catalogue = load(project, system)
    known = environments(project, system)
    if environment is not None and environment not in known:
        hint = nearest(environment, known, "its environments")
        raise InfragenError(Diagnostic("X057", f"{system} has no environment {environment}", hint=hint))
    kind, _, name = entry.partition("/")
    named = catalogue.entries.get(kind, {}) if kind in kinds() else {}
    if name not in named:
        every = [f"{one}/{other}" for one in kinds() for other in catalogue.entries.get(one, ())]
        hint = did_you_mean(entry, every) or "name it by its kind and its name: `services/web`"
        raise InfragenError(Diagnostic("X057", f"{system} has no entry {entry}", hint=hint))
    chosen = sound_environments(project, catalogue, known if environment is None else (environment,))
    made = [file for one in chosen for file in _files(project, one, entry, has_modules=modules)]
    files = [file for file in made if security_group or not file.is_group]
    if not files:
        names = ", ".join(one.name for one in chosen)
        message = f"infragen generates nothing for {entry} in {names} that can be ejected"
        hint = "it is already ejected, or not in that environment; its files in `extra/` begin with `# ejected:`"
        if made:
            message += ", but its security group"
            hint = "add `--security-group` to eject that too"
        raise InfragenError(Diagnostic("X058", message, hint=hint))
    texts = {file.path: file.text for file in files}
    # Nothing is written where a file is, or where one of all environments would be replaced by the new one.
    written = {extra.source for extra in every_hand_written(project, system)}
    problems = []
    for path in texts:
        place = PurePath(path)
        for taken in (path, str(place.parent.parent / place.name)):
            if taken in written:
                message = f"{path} would be written, but this hand-written file has its name"
                hint = f"rename it: `{place.stem}-own.tf`"
                problems.append(Diagnostic("X059", message, Location(taken), hint=hint))
    raise_problems(problems)
    for file in files:
        texts |= {path: text for path, text in file.modules.items() if not may_exist(project.root / path)}
    Confined(project.root).create_all({path: text.encode() for path, text in texts.items()})
    left = tuple(file.path for file in made if file not in files)
    moving = tuple(file.path for file in files if any(block.kind == "moved" for block in Index(file.text).blocks))
    return Ejected(tuple(texts), left, tuple(dict.fromkeys(file.environment for file in files)), moving)


def _files(project: Project, environment: Environment, entry: str, *, has_modules: bool) -> Iterator[_File]:
    if environment.find(entry) is None:
        return
    folder = f"catalog/{environment.system.name}/extra/"
    roles: dict[str, set[str]] = {}
    for name, part in ((name, part) for name, some in draft(environment).stacks.items() for part in some):
        if part.owner == entry:
            roles.setdefault(f"{name}/{part.path}", set()).add(part.role)
    composed = compose(project, environment, templates_of(project))
    for stack in composed.stacks:
        for file in stack.files:
            place = f"{stack.name}/{file.path}"
            source = (made_from(composed.files[place]) or ("", 0))[0]
            if file.entry == entry and file.path.endswith(".tf") and not source.startswith(folder):
                body = f"{_body(composed.files[place])}\n"
                path = f"{folder}{stack.name}/{environment.name}/{file.path}"
                first, stem = ejected_line(entry, body), file.path.removesuffix(".tf")
                body, modules = _with_own_modules(body, stem, composed.files if has_modules else {})
                is_group = roles.get(place) == {"security"}
                yield _File(environment.name, path, f"{first}\n\n{body}", is_group, modules)


def _with_own_modules(body: str, stem: str, files: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    changes: list[tuple[int, int, str]] = []
    copies: dict[str, str] = {}
    for call in Index(body).calls:
        of_module = f"modules/{call.module}/"
        named = {path.removeprefix(of_module): text for path, text in files.items() if path.startswith(of_module)}
        if call.module and named:
            own, source = f"{identifier(stem)}_{call.module}", call.arguments["source"]
            changes.append((source.value_start, source.end, f'"../modules/{own}"'))
            copies |= {f"templates/modules/{own}/{name}": f"{_body(text)}\n" for name, text in named.items()}
    return edited(body, changes), copies


def _body(text: str) -> str:
    return text[(made_from(text) or ("", 0))[1] :].strip()
