"""Two rendered trees of an environment: which stacks differ, where, and which outputs and stacks that can reach.

No expression is evaluated. A statement can change when its own text does, or when something that it reads can; a module
is looked into, so that an argument reaches only the outputs that are made of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from msgspec import Struct, field

from infragen.affected.blocks import Folder, Read, Statement, Value, is_alike, read_folder
from infragen.hcl.folders import Folders, by_folder

_WHOLE_CALL: Final = frozenset({"source", "version", "count", "for_each", "providers", "depends_on"})
"""Arguments of a module call that are about all of its objects."""
_REPEATING: Final = ("count", "for_each")
_OF_EVERYTHING: Final = frozenset({"provider", "opaque", "lock"})
"""Statements that may change every object of their folder."""
_OF_NAMED: Final = frozenset({"import", "moved", "removed"})  # statements that are about the objects they name
_OBJECTS: Final = frozenset({"resource", "data", "module", "ephemeral"})
_NOTHING: Final = Folder()


def differing(base: Folder, head: Folder) -> tuple[str, ...]:
    every = {**base.statements, **head.statements}
    return tuple(sorted(address for address in every if _tokens(base, address) != _tokens(head, address)))


class Modules:
    """The modules of an environment before and after; what their arguments reach is worked out once."""

    def __init__(self, base: Mapping[str, Folder], head: Mapping[str, Folder]) -> None:
        self.base = base
        self.head = head
        self._known: dict[tuple[str, tuple[str, ...]], Mapping[str, str]] = {}

    def outputs(self, name: str, variables: tuple[str, ...]) -> Mapping[str, str]:
        key = (name, variables)
        if key not in self._known:
            self._known[key] = {}  # of a module that calls itself
            base, head = self.base.get(name, _NOTHING), self.head[name]
            flow = Impact(base, head, self, variables={variable: f"var.{variable}" for variable in variables})
            self._known[key] = flow.outputs()
        return self._known[key]


class Impact:
    """One folder before and after.

    `variables` are those that change, each with its cause; `upstream` the outputs of other stacks that do, by the name
    of the local value that holds them, and their own.
    """

    def __init__(
        self,
        base: Folder,
        head: Folder,
        modules: Modules,
        *,
        variables: Mapping[str, str] | None = None,
        upstream: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._base = base
        self._head = head
        self._modules = modules
        self._variables = variables or {}
        self._upstream = upstream or {}
        self._causes: dict[str, str | None] = {}
        self._calls: dict[str, Mapping[str, str]] = {}
        everything = None
        named: set[str] = set()
        for address in differing(self._base, self._head):
            statement = self._head.statements.get(address) or self._base.statements[address]
            if statement.kind in _OF_EVERYTHING:
                everything = " ".join(address.split()[:2])
            elif statement.kind in _OF_NAMED:
                named.update(_address(read) for read in statement.reads)
        self._everything, self._named = everything, frozenset(named)

    def outputs(self) -> Mapping[str, str]:
        found = {}
        for address in {**self._base.statements, **self._head.statements}:
            if address.startswith("output ") and (cause := self._cause(address)):
                found[address.removeprefix("output ")] = cause
        return found

    def _cause(self, address: str) -> str | None:
        if address not in self._causes:
            self._causes[address] = None  # of one that reads itself
            statement = self._head.statements.get(address)
            if statement is not None and self._everything and statement.kind in _OBJECTS:
                self._causes[address] = self._everything
            elif statement is None or address in self._named or _tokens(self._base, address) != statement.tokens:
                self._causes[address] = _shown(address)
            else:
                self._causes[address] = self._through(statement.reads)
        return self._causes[address]

    def _through(self, reads: frozenset[Read]) -> str | None:
        return next((cause for cause in map(self._of_read, sorted(reads)) if cause), None)

    def _of_read(self, read: Read) -> str | None:
        if read.root == "var":
            default = f"variable {read.name}"
            has_default = default in self._head.statements
            return self._variables.get(read.name) or (self._cause(default) if has_default else None)
        if read.root == "local" and read.name in self._upstream:
            outputs = self._upstream[read.name]
            name = read.part or next(iter(outputs), "")
            return f"{read.name}.{name}" if name in outputs else None
        if read.root == "module":
            if read.name not in self._calls:
                self._calls[read.name] = {}  # of a call that reads itself
                self._calls[read.name] = dict(self._call(read.name))
            outputs = self._calls[read.name]
            return outputs.get(read.part) if read.part else next(iter(outputs.values()), None)
        address = _address(read)
        if (given := self._given(address, read.part)) is not None:
            return self._through(given)
        return self._cause(address) if address in self._base.statements or address in self._head.statements else None

    def _given(self, address: str, attribute: str) -> frozenset[Read] | None:
        """Return what an argument that is alike in both versions is made of, else None: Terraform keeps to it."""
        statement, before = self._head.statements.get(address), self._base.statements.get(address)
        if statement is None or before is None or statement.kind != "resource" or attribute in statement.nested:
            return None
        value = statement.arguments.get(attribute)
        if value is None or before.arguments.get(attribute) != value or self._is_repeated_otherwise(statement, before):
            return None
        return value.reads

    def _is_repeated_otherwise(self, statement: Statement, before: Statement) -> bool:
        return any(
            before.arguments.get(name) != statement.arguments.get(name)
            or self._through(statement.arguments.get(name, Value()).reads) is not None
            for name in _REPEATING
        )

    def _call(self, label: str) -> Iterator[tuple[str, str]]:
        address = f"module {label}"
        if (call := self._head.statements.get(address)) is None:
            return
        name = call.module
        before = self._base.statements.get(address)
        old, new = before.arguments if before else {}, call.arguments
        differs = (one for one in {**old, **new} if old.get(one) != new.get(one) or self._through(new[one].reads))
        changed = tuple(sorted(differs))
        swept = self._everything or address in self._named or not _WHOLE_CALL.isdisjoint(changed)
        if name not in self._modules.head:
            if changed or swept:  # those that are read
                reads = (read for read in self._head.reads if read.root == "module" and read.name == label)
                yield from ((read.part, _shown(address)) for read in reads)
        elif swept:
            outputs = self._modules.head[name].statements
            yield from ((one.split(" ", 1)[1], _shown(address)) for one in outputs if one.startswith("output "))
        else:
            yield from ((output, _shown(address)) for output in self._modules.outputs(name, changed))


def _tokens(folder: Folder, address: str) -> tuple[str, ...] | None:
    found = folder.statements.get(address)
    return None if found is None else found.tokens


def _address(read: Read) -> str:
    if read.root in ("local", "module"):
        return f"{read.root} {read.name}"
    if read.root == "var":
        return f"variable {read.name}"
    if read.root in ("data", "ephemeral"):
        return f"{read.root} {read.name.replace('.', ' ')}"
    return f"resource {read.root} {read.name}"


def _shown(address: str) -> str:
    kind, _, rest = address.partition(" ")
    return rest.replace(" ", ".") if kind == "resource" else f"{kind}.{rest.replace(' ', '.')}"


_MODULES: Final = "modules/"


@dataclass(frozen=True)
class Tree:
    """The files of an environment's folder by path: stacks, and the modules that they share."""

    files: Mapping[str, str]

    @cached_property
    def folders(self) -> Folders:
        return Folders(self.files)

    @cached_property
    def stacks(self) -> Mapping[str, Mapping[str, str]]:
        return {name: files for name, files in by_folder(self.files).items() if f"{name}/" != _MODULES}

    @cached_property
    def modules(self) -> Mapping[str, Folder]:
        inside = {path.removeprefix(_MODULES): text for path, text in self.files.items() if path.startswith(_MODULES)}
        return {name: read_folder(files) for name, files in by_folder(inside).items()}

    def folder(self, stack: str) -> Folder:
        return read_folder(self.stacks.get(stack, {}))


class Difference(Struct, frozen=True):
    """What is different about one stack: `paths` of its own and of its modules' files, and outputs that it reads.

    `outputs` maps each upstream stack to its outputs that can change, each with what can change it.
    """

    stack: str
    in_base: bool
    in_head: bool
    paths: tuple[str, ...] = ()
    outputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def compare(base: Tree, head: Tree, upstreams: Mapping[str, Sequence[str]]) -> tuple[Difference, ...]:
    """Return the stacks that differ or read what may, in the order of `upstreams`; stacks of `base` alone come last."""
    comparison = _Comparison(base, head, upstreams)
    found = [comparison.of(stack) for stack in upstreams]
    gone = [Difference(name, in_base=True, in_head=False) for name in base.stacks if name not in head.stacks]
    return (*(one for one in found if one is not None), *gone)


def levels(upstreams: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return how many stacks must come before each one, on the longest way to it; upstreams come first in the map."""
    found: dict[str, int] = {}
    for stack, before in upstreams.items():
        found[stack] = max((found[name] + 1 for name in before if name in found), default=0)
    return found


class _Comparison:
    """One comparison; a folder that is the same text in both trees is only read when something reaches it."""

    def __init__(self, base: Tree, head: Tree, upstreams: Mapping[str, Sequence[str]]) -> None:
        self._base = base
        self._head = head
        self._upstreams = upstreams
        self._readers = {name for before in upstreams.values() for name in before}
        self._changing: dict[str, Mapping[str, str]] = {}
        found: dict[str, tuple[str, ...]] = {}
        for path in sorted({**base.files, **head.files}):
            if path.startswith(_MODULES) and base.files.get(path) != head.files.get(path):
                name = path.split("/")[1]
                if not is_alike(path, base.files, head.files):
                    found[name] = (*found.get(name, ()), path)
        self._changed_modules = found

    @cached_property
    def _modules(self) -> Modules:
        return Modules(self._base.modules, self._head.modules)

    def of(self, stack: str) -> Difference | None:
        upstream = {name: self._changing[name] for name in self._upstreams[stack] if self._changing.get(name)}
        same = self._base.stacks.get(stack) == self._head.stacks.get(stack)
        if same and not upstream and not self._changed_modules:
            return None
        head = self._head.folder(stack)
        base = head if same else self._base.folder(stack)
        read = _read_of(base, head, upstream)
        before, after = self._base.stacks.get(stack, {}), self._head.stacks.get(stack, {})
        names = sorted({**before, **after}) if differing(base, head) else ()
        paths = tuple(f"{stack}/{name}" for name in names if not is_alike(name, before, after))
        if self._changed_modules:
            called = {*self._base.folders.modules(stack)}.intersection(self._head.folders.modules(stack))
            paths += tuple(path for name in sorted(called) for path in self._changed_modules.get(name, ()))
        if not paths and not read:
            return None
        if stack in self._readers:
            by_label = {_label(name): outputs for name, outputs in upstream.items()}
            self._changing[stack] = Impact(base, head, self._modules, upstream=by_label).outputs()
        return Difference(stack, stack in self._base.stacks, in_head=True, paths=paths, outputs=read)


def _read_of(base: Folder, head: Folder, upstream: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """Return which of the outputs that can change a stack reads, as before: a new reading is its own change."""
    found: dict[str, dict[str, str]] = {}
    if not upstream:
        return {}
    by_label = {_label(name): name for name in upstream}
    for read in sorted(base.reads & head.reads):
        name = by_label.get(read.name) if read.root == "local" else None
        if name is not None:
            outputs = upstream[name]
            wanted = outputs if not read.part else {read.part: outputs[read.part]} if read.part in outputs else {}
            found.setdefault(name, {}).update(wanted)
    return {name: outputs for name, outputs in found.items() if outputs}


def _label(stack: str) -> str:
    """Return the local value that holds a stack's outputs, as `Stack.identifier` has it."""
    return stack.replace("-", "_")
