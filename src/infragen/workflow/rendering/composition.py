"""An environment's stacks and their text, with the way back from address to catalogue entry."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Final

from msgspec import Struct

from infragen.catalog import Catalogue, Environment, Project
from infragen.catalog.imports import read_imports
from infragen.diagnostics import Diagnostic, InfragenError, Location, Severity, raise_problems, sort_diagnostics
from infragen.diagnostics.hints import did_you_mean
from infragen.environment import environments
from infragen.hcl.addresses import without_keys
from infragen.hcl.blocks import import_block
from infragen.hcl.folders import Folders
from infragen.hcl.index import Block
from infragen.kinds import kinds_and_capabilities
from infragen.render.draft import render_draft
from infragen.render.external_programs import Program, programs, reading_imported, refused
from infragen.render.extra_files import ExtraFile, no_hcl, of_environment, read_extras
from infragen.render.holds import HeldBack, held_back, held_of
from infragen.render.import_blocks import Adopted, resolve_imports
from infragen.render.origins import Origins
from infragen.render.render import Held, entries_by_address, render_stacks, with_header
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates
from infragen.rules import forget
from infragen.rules import run as run_rules
from infragen.stacks.build import draft
from infragen.stacks.model import CONFIGURATION, IMPORTS, LOCK_FILE, README, Stack
from infragen.storage import Confined, text_of
from infragen.terraform.providers import left_out
from infragen.terraform.workfolder import read_files
from infragen.text import first_of
from infragen.workflow.rendering.readme import readme, runbook_pages, standby_of
from infragen.workflow.target import as_if_it_ran, generated_folder, primary_of, resolve_all
from infragen.workflow.trust import merged_first, trusted_settings
from infragen.workspace import compare, unusable

Written = Mapping[str, tuple[tuple[str, Path], ...]]
"""Files by path, each with where its text was written: how the place is shown, and where it lies."""


class Composed(Struct, frozen=True):
    """Everything that belongs below `generated/<system>/<environment>/`, in memory.

    `files` maps a path in that folder to its text; `adopted` are the existing resources that it takes over, `held` the
    modules that are as they were.
    """

    environment: Environment
    stacks: tuple[Stack, ...]
    files: Mapping[str, str]
    origins: Origins | None = None
    adopted: tuple[Adopted, ...] = ()
    held: tuple[HeldBack, ...] = ()

    def owners(self) -> Mapping[tuple[str, str], str]:
        """Map (stack, top-level block) to an entry's id; read from the text, so ask once."""
        return entries_by_address(self.stacks, self.files)

    def chosen(self, name: str | None) -> tuple[Stack, ...]:
        if name is None:
            return self.stacks
        found = tuple(stack for stack in self.stacks if stack.name == name)
        if not found:
            known = [stack.name for stack in self.stacks]
            hint = did_you_mean(name, known) or f"its stacks: {', '.join(known)}"
            raise InfragenError(Diagnostic("P006", f"{self.environment.target} has no stack {name!r}", hint=hint))
        return found

    def without_locks(self, root: Path) -> tuple[str, ...]:
        names = {stack.name for stack in self.stacks}
        unlocked = {name for name in names if not (root / name / LOCK_FILE).is_file()}
        elsewhere = left_out(self.files, self.stacks) if unlocked else ()  # no machine has their providers
        unlocked.difference_update(elsewhere)
        return tuple(sorted(unlocked)) if unlocked < names.difference(elsewhere) else ()


def templates_of(project: Project) -> Templates:
    """File by file the project's, packages', the shipped; K105 where a package would replace what is not its own."""
    brought = dict.fromkeys(one.templates for one in kinds_and_capabilities() if one.templates is not None)
    taken = {shipped_templates(): "infragen itself"}
    for folder in brought:
        for path in sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file()):
            other = next((owner for place, owner in taken.items() if (place / path).is_file()), None)
            if other is not None:
                message = f"{folder / path} would replace the template of {other} that has the same path"
                hint = "uninstall that package, or let it keep its template in a folder of its own kind"
                raise InfragenError(Diagnostic("K105", message, hint=hint))
        taken[folder] = str(folder)
    folders = (project.root / "templates", *brought, shipped_templates())
    return Templates(tuple(folder for folder in folders if folder.is_dir()), project.root)


def compose(project: Project, environment: Environment, templates: Templates) -> Composed:
    system = environment.system.name
    extras = hand_written(project, environment)
    made = draft(environment)
    held = held_modules(project, environment)
    stacks, files = render_draft(templates, made, extras, held=held)
    root = generated_folder(project, environment)
    lying = {path: root / path for some in held.values() for path in some}  # nobody asks who wrote a held module
    held_places = {path: ((project.relative(place), place),) for path, place in lying.items()}
    origins = {**_origins_of(templates, stacks, files, extras), **held_places}
    refuse_programs(project, system, files, origins)
    running, standby = as_if_it_ran(project, environment), standby_of(project, environment)
    files[README] = readme(templates, made, stacks, files, running, standby or primary_of(project, environment))
    if standby is not None:
        files.update(runbook_pages(running, standby))
    adopted: tuple[Adopted, ...] = ()
    if imports := read_imports(project, environment):
        from infragen.provider_schema import has_region  # which reads its tables: few environments import

        adopted = resolve_imports(imports, stacks, files, has_region)
        hcl = [(path, files[path]) for path in origins if path.endswith(CONFIGURATION)]
        _refuse(project, system, files, origins, [*reading_imported(hcl, _imported(adopted))])
        files.update(_import_files(adopted))
    files.sort()
    fields = Origins(environment, templates, made.wiring)
    return Composed(environment, stacks, files, fields, adopted, held_back(environment, templates, held))


def _imported(adopted: Sequence[Adopted]) -> set[str]:
    return {".".join(without_keys(one.address).split(".")[-2:]) for one in adopted}


def held_modules(project: Project, environment: Environment) -> Held:
    """Return what is on disk of the modules that an environment holds; InfragenError W001 for what cannot be read."""
    files: dict[str, str] = {}
    confined = Confined(project.root)
    for module in environment.settings.holds:
        folder = PurePath("generated", environment.system.name, environment.name, "modules", module)
        try:
            for name in confined.names(folder):
                if confined.is_file(folder / name):
                    with suppress(UnicodeDecodeError):  # infragen writes UTF-8, so that is none of its files
                        files[f"modules/{module}/{name}"] = text_of(confined.read(folder / name))
        except OSError as error:
            raise unusable(error, "read") from error
    return held_of(environment, files)


def render_checked(
    project: Project, system: str, templates: Templates, stacks: Sequence[Stack], module_context: Mapping[str, object]
) -> dict[str, str]:
    """Render stacks, and refuse what the project's own text in them would run: InfragenError as `refuse_programs`."""
    files = render_stacks(templates, stacks, module_context)
    refuse_programs(project, system, files, _origins_of(templates, stacks, files, ()))
    return files


def _origins_of(
    templates: Templates, stacks: Sequence[Stack], files: Mapping[str, str], extras: Sequence[ExtraFile]
) -> Written:
    named = {f"{stack.name}/{file.path}": file.template for stack in stacks for file in stack.files}
    named |= {path: path for path in files if path.startswith("modules/")}
    own = {path: parts for path, name in named.items() if (parts := templates.own(name))}
    changed = {_module_of(path): parts for path, parts in own.items() if path.startswith(_MODULES)}
    own |= {path: changed[_module_of(path)] for path in named if path not in own and _module_of(path) in changed}
    places = {part: templates.path(part) for parts in own.values() for part in parts}
    shown = {part: (templates.shown(str(place)), place) for part, place in places.items() if place is not None}
    found = {path: tuple(shown[part] for part in parts if part in shown) for path, parts in own.items()}
    return found | {extra.path: ((extra.source, templates.project / extra.source),) for extra in extras}


def _module_of(path: str) -> str:
    """Return the folder of a module, whose files are one text: one of them can show what another one reads."""
    return path.rpartition("/")[0]


def refuse_programs(
    project: Project, system: str, files: Mapping[str, str], origins: Written, *, is_whole: bool = True
) -> None:
    """InfragenError G015 unless infragen.toml allows it; if not `is_whole`, rendering itself says more of some."""
    read = (path for path in origins if path.endswith((*CONFIGURATION, ".hcl")))
    texts = ((path, files[path]) for path in read if path.rpartition("/")[2] != LOCK_FILE)
    found = [one for one in programs(texts, files if is_whole else None) if is_whole or not one.is_told]
    _refuse(project, system, files, origins, found)


def _refuse(
    project: Project, system: str, files: Mapping[str, str], origins: Written, found: Sequence[Program]
) -> None:
    if not found:
        return
    from infragen.settings import load_settings

    written: dict[str, dict[str, int]] = {}
    rendered: dict[str, list[str]] = {}

    def line_of(program: Program, origin: Path) -> int | None:
        if program.path not in rendered:
            rendered[program.path] = files[program.path].split("\n")
        if str(origin) not in written:
            lines = origin.read_text(encoding="utf-8").split("\n")
            written[str(origin)] = {line.strip(): number for number, line in reversed([*enumerate(lines, 1)])}
        return written[str(origin)].get(rendered[program.path][program.line - 1].strip())

    def place(program: Program) -> Location:
        places = origins[program.path]
        lines = [(shown, line_of(program, origin)) for shown, origin in places]
        shown, line = next(((shown, line) for shown, line in lines if line is not None), (places[0][0], None))
        return Location(shown, line or 1, program.column)

    settings = load_settings(project.root, trusted_settings(project))
    problems = refused(found, system, settings, place)
    raise_problems(sort_diagnostics([replace(one, hint=merged_first(one.hint or "")) for one in problems]))


def refuse_by_hand(
    project: Project, system: str, root: Path, paths: Sequence[str], adopted: Sequence[Adopted] = ()
) -> None:
    """InfragenError G015, Y001, S005 for files that could run a program, are none, or read what is `adopted`."""
    if paths:
        files = read_files(root, paths)
        origins = {path: ((project.relative(root / path), root / path),) for path in files}
        refuse_programs(project, system, files, origins)
        hcl = [(path, text) for path, text in files.items() if path.endswith(CONFIGURATION)]
        _refuse(project, system, files, origins, [*reading_imported(hcl, _imported(adopted))])


def refuse_programs_of_extras(project: Project, system: str) -> None:
    """InfragenError as `refuse_programs`, G010; rendering says more of modules in folders (G020)."""
    readable = [extra for extra in every_hand_written(project, system) if no_hcl(extra) is None]
    extras = {f"{extra.stack}/{extra.environment or '*'}_{extra.name}.tf": extra for extra in readable}
    origins = {path: ((extra.source, project.root / extra.source),) for path, extra in extras.items()}
    refuse_programs(project, system, {path: extra.text for path, extra in extras.items()}, origins, is_whole=False)


def hand_written(project: Project, environment: Environment) -> tuple[ExtraFile, ...]:
    """InfragenError G010 and G019 for what cannot be read or joins nothing, G018 for an unknown environment."""
    system = environment.system.name
    return of_environment(every_hand_written(project, system), environment.name, environments(project, system))


def every_hand_written(project: Project, system: str) -> tuple[ExtraFile, ...]:
    """Return the hand-written files of all environments of a system; InfragenError G010 and G019."""
    folder = project.root / "catalog" / system / "extra"
    return read_extras(folder, project.relative(folder))


def _import_files(adopted: Sequence[Adopted]) -> dict[str, str]:
    files = {}
    for stack in dict.fromkeys(one.stack for one in adopted):
        own = [one for one in adopted if one.stack == stack]
        blocks = sorted((one.address, one.written.id) for one in own)
        path, text = f"{stack}/{IMPORTS}", "\n".join(import_block(*one) for one in blocks)
        files[path] = with_header(path, text, own[0].written.location.file)
    return files


def refuse_unless_rendered(project: Project, composed: Composed) -> None:
    """InfragenError P007; pages run nowhere, and may say what another environment's file has changed since."""
    root = generated_folder(project, composed.environment)
    changes = compare(root, composed.files)
    every = {*changes.created, *changes.changed, *changes.removed}
    different = sorted(one for one in every if not one.endswith(".md"))
    if different:
        message = f"{project.relative(root)}/ is not up to date with the catalogue: {first_of(different)}"
        hint = f"run `infragen render {composed.environment.target}`, then review what changed"
        raise InfragenError(Diagnostic("P007", message, hint=hint))


def sound_environments(
    project: Project, catalogue: Catalogue, names: tuple[str, ...], profiles: tuple[str, ...] = ()
) -> list[Environment]:
    """InfragenError with all that is wrong with any; what is not built yet is checked as if it were."""
    base, resolved = resolve_all(project, catalogue, names, profiles)
    raise_problems(sort_diagnostics(problem for one in (base, *resolved) for problem in one.problems))
    found = [one.environment() for one in resolved]
    refuse_errors(run_rules(base.resolved, found))
    if any(one.disabled for one in found):
        complete = [one.complete() for one in found]
        refuse_errors(run_rules(base.resolved, complete))
        for one in complete:
            draft(one)
    forget()
    return found


def refuse_errors(found: tuple[Diagnostic, ...]) -> None:
    raise_problems(finding for finding in found if finding.severity == Severity.ERROR)


_MODULES: Final = "modules/"
_COMPARED: Final = frozenset({"secret_string", "secret_binary"})
"""Arguments whose value a state has, which a plan compares with the secret's."""
_REPLICA: Final = "custom_header_replica"
"""The module that reads what a balancer or a gateway requires: what a plan shows is made of it."""


def replicas_read(files: Mapping[str, str]) -> frozenset[str]:
    folders = Folders(files)
    calls = (call for stack in folders.names if "/" not in stack for call in folders.calls(stack))
    return frozenset(call.text("secret_name") for call in calls if call.module == _REPLICA)


def reads_secret_values(files: Mapping[str, str]) -> bool:
    """Return whether planning an environment's files takes the values of secrets that exist already.

    What modules read in ephemeral resources ends in write-only arguments, which no plan has. Not so what a data source
    reads (`replicas_read` names those of a standby), what a state keeps, and what hand-written Terraform of a stack
    makes of it, such as another provider's login.
    """
    folders = Folders(files)
    return any(_takes_value(folder, block) for folder in folders.names for block in folders.blocks(folder))


def _takes_value(folder: str, block: Block) -> bool:
    if not block.labels or not block.labels[0].startswith("aws_secretsmanager_secret_version"):
        return False
    if block.kind == "resource":
        return bool(_COMPARED & block.arguments.keys())
    if folder == f"{_MODULES}{_REPLICA}":
        return False
    return block.kind == "data" or not f"{folder}/".startswith(_MODULES)
