"""Hand-written HCL that joins a stack: read from the catalogue, checked, and copied as it is.

`extra/<stack>/*.tf` joins the stack in every environment, `extra/<stack>/<environment>/*.tf` in one. Where both have a
file of one name, the environment has its own.
"""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Location, sort_diagnostics
from infragen.diagnostics.hints import nearest
from infragen.hcl.grammar import second_opinion, syntax_error
from infragen.hcl.index import Argument, Block, Index
from infragen.render.external_programs import OF_PROVIDERS, belongs_to_shell
from infragen.storage import entries, read_project_file, refuse_outside, text_of

_EJECTED = re.compile(r"# ejected: ([a-z][a-z-]*/[a-z0-9-]+) \(([0-9a-f]{12})\)[ \t]*\n")
_OVERRIDE = re.compile(r"(?:.*_)?override\.tf", re.DOTALL)
_BESIDE = frozenset({"README.md", "README"})  # files that may stand beside the others, and join nothing
_DEEPEST = 4  # names from `extra/` to what is too deep: a stack, an environment, a folder in it
_NAMED = frozenset({"module", "resource", "data", "ephemeral", "output", "variable", "check"})
"""Blocks of which a stack may have one of a name."""


class ExtraFile(Struct, frozen=True):
    """One hand-written file: the stack that it joins, its name without suffix, where it was read, and what it says.

    `environment` is the one that it is for, None for all of them.
    """

    stack: str
    name: str
    source: str
    text: str
    environment: str | None = None

    @property
    def path(self) -> str:
        return f"{self.stack}/{'extra_' if self.ejected is None else ''}{self.name}.tf"

    @property
    def ejected(self) -> tuple[str, str] | None:
        found = _EJECTED.match(self.text)
        return (found[1], found[2]) if found else None


def ejected_line(entry: str, text: str) -> str:
    return f"# ejected: {entry} ({digest(text)})"


def digest(text: str) -> str:
    return sha256(text.strip().encode()).hexdigest()[:12]


def read_extras(folder: Path, shown: str) -> tuple[ExtraFile, ...]:
    """InfragenError G010 for no UTF-8, S006 for a folder that cannot be read, G019 for files that join no stack."""
    project = Path(os.fspath(folder).removesuffix(shown))
    found: list[ExtraFile] = []
    strays: list[Diagnostic] = []
    for place, steps in _walk(folder, shown):
        if len(steps) in (2, 3) and steps[-1].endswith(".tf") and not _OVERRIDE.fullmatch(steps[-1]):
            found.append(_read(project, place, shown, steps))
        elif steps[-1] not in _BESIDE:
            strays.append(_stray(shown, steps))
    if strays:
        raise InfragenError(*sort_diagnostics(strays))
    return tuple(found)


def of_environment(extras: Sequence[ExtraFile], environment: str, environments: Sequence[str]) -> tuple[ExtraFile, ...]:
    """Prefer its own files to those of all. InfragenError G018 for an environment that is none of `environments`."""
    unknown = {extra.environment: extra for extra in reversed(extras) if extra.environment not in (None, *environments)}
    if unknown:
        raise InfragenError(*(_of_no_environment(extra, environments) for extra in unknown.values()))
    own = {(extra.stack, extra.name) for extra in extras if extra.environment == environment}
    return tuple(
        extra
        for extra in extras
        if extra.environment == environment or (extra.environment is None and (extra.stack, extra.name) not in own)
    )


def _walk(folder: Path, shown: str, steps: tuple[str, ...] = ()) -> Iterator[tuple[Path, tuple[str, ...]]]:
    inner: list[tuple[Path, tuple[str, ...]]] = []
    for entry in entries(folder, "/".join((shown, *steps))):
        path, way = Path(entry.path), (*steps, entry.name)
        if len(way) < _DEEPEST and _is_folder(entry):
            inner.append((path, way))
        else:
            yield path, way
    for path, way in inner:
        yield from _walk(path, shown, way)


def _of_no_environment(extra: ExtraFile, environments: Sequence[str]) -> Diagnostic:
    message = f"there is no environment {extra.environment} to add this file to"
    hint = nearest(str(extra.environment), environments, "the folder below the stack's names an environment, one of")
    return Diagnostic("G018", message, Location(extra.source), hint=hint)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether this is a folder, or a link to one; a link that leads round in a circle is none."""
    with suppress(OSError):
        return entry.is_dir()
    return False


def _stray(shown: str, steps: tuple[str, ...]) -> Diagnostic:
    name, place = steps[-1], Location("/".join((shown, *steps)))
    if name.endswith(".tf") and len(steps) == 1:
        message, hint = "this file is in no stack's folder", f"move it into one: `{shown}/network/{name}`"
    elif _OVERRIDE.fullmatch(name):
        message, hint = "terraform takes a file of this name for changes to others", "rename it: `more.tf`"
    elif name.endswith(".tf"):
        message = "this is deeper than a stack and an environment"
        hint = f"move it to `{shown}/{steps[0]}/{name}`, or into the folder of one environment there"
    elif name.endswith((".tf.json", ".tofu", ".tofu.json")):
        message, hint = "only files in Terraform's own language join a stack", "write it as a `.tf` file"
    elif len(steps) >= _DEEPEST:
        message = "this is deeper than a stack and an environment"
        hint = "a module of your own belongs in `templates/modules/<name>/`, and is called as `../modules/<name>`"
    else:
        message = "only `.tf` files join a stack"
        hint = "write its text into a `.tf` file (`jsonencode`, or between `<<-EOT` and `EOT`), or move it elsewhere"
    return Diagnostic("G019", message, place, hint=hint)


def _read(project: Path, path: Path, shown: str, steps: tuple[str, ...]) -> ExtraFile:
    source = "/".join((shown, *steps))
    refuse_outside(project, path)
    try:
        text = text_of(read_project_file(project, path))
        return ExtraFile(steps[0], path.stem, source, text, steps[1] if len(steps) > 2 else None)
    except UnicodeDecodeError:
        problem = "this is not UTF-8 text"
    except OSError as error:
        problem = f"this cannot be read: {error.strerror}"
    raise InfragenError(Diagnostic("G010", problem, Location(source)))


def check_extras(
    extras: Sequence[ExtraFile], files: Mapping[str, str], stacks: Collection[str]
) -> tuple[Diagnostic, ...]:
    """G010 no HCL, G011 an address twice, G012 a block of the shell, G013 reads another state, G014 no such stack."""
    problems: list[Diagnostic] = []
    for stack in sorted({extra.stack for extra in extras}):
        joining = [extra for extra in extras if extra.stack == stack]
        if stack in stacks:
            parts = ((path, one) for path in configuration_of(files, stack) for one in _parts(Index(files[path])))
            declared = {one.address: path for path, one in parts if isinstance(one, Argument) or one.kind in _NAMED}
            problems += _check_stack(joining, declared)
        else:
            hint = nearest(stack, stacks, "the folder names the stack, one of")
            message = f"there is no stack {stack} to add this file to"
            problems += [Diagnostic("G014", message, Location(extra.source), hint=hint) for extra in joining]
    return sort_diagnostics(problems)


def no_hcl(extra: ExtraFile) -> Diagnostic | None:
    """Return G010 for a file that is no HCL: it is never written, so that nothing in it can run."""
    problem = syntax_error(extra.text) or second_opinion(extra.text)
    if problem is None:
        return None
    message, *place = problem
    return Diagnostic("G010", message, Location(extra.source, *place), hint="`terraform fmt` shows details")


def _check_stack(extras: Iterable[ExtraFile], declared: dict[str, str]) -> Iterator[Diagnostic]:
    for extra in extras:
        problems = tuple(check_text(extra))
        yield from problems
        if any(problem.code == "G010" for problem in problems):
            continue
        index = Index(extra.text)
        for one in _parts(index):
            location = Location(extra.source, *index.place(one.start))
            if one.address in declared:
                message = f"{one.address} is declared twice in the stack {extra.stack}: also in {declared[one.address]}"
                yield Diagnostic("G011", message, location, hint="rename this one")
            elif isinstance(one, Argument) or one.kind in _NAMED:
                declared[one.address] = str(location)


def check_text(extra: ExtraFile) -> Iterator[Diagnostic]:
    if (problem := no_hcl(extra)) is not None:
        yield problem
        return
    index = Index(extra.text)
    for one in _parts(index):
        if isinstance(one, Block):
            if told := belongs_to_shell(one):
                message = f"a `{one.kind}` block is not allowed in a hand-written file: {told[0]}"
                yield Diagnostic("G012", message, Location(extra.source, *index.place(one.start)), hint=told[1])
            if one.kind == "data" and one.labels[:1] == ("terraform_remote_state",):
                message = "a hand-written file reads no state: infragen does, and orders the stacks by what they read"
                hint = "read the stack's output as `local.<stack>.<output>`"
                yield Diagnostic("G013", message, Location(extra.source, *index.place(one.start)), hint=hint)


def providers_used(indexes: Iterable[Index]) -> set[str]:
    found: set[str] = set()
    for block in (block for index in indexes for block in index.blocks if block.labels):
        if block.kind == "provider":
            found.add(block.labels[0])
        elif block.kind in OF_PROVIDERS:
            found.add(block.labels[0].partition("_")[0])
            found.update(one.tokens[0] for name, one in block.arguments.items() if name == "provider" and one.tokens)
    return found


def configuration_of(files: Iterable[str], stack: str) -> Iterator[str]:
    return (path for path in files if path.startswith(f"{stack}/") and path.endswith(".tf"))


def _parts(index: Index) -> Iterator[Block | Argument]:
    for block in index.blocks:
        yield block
        if block.kind == "check":
            yield from block.blocks
        elif block.kind == "locals":
            yield from block.arguments.values()
