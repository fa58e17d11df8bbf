"""What a change in a folder of Terraform files can reach: its own outputs, through locals, resources and modules.

Nothing is evaluated. A statement can change when it says something else, or when something that it reads can; a module
is looked into, so that an argument reaches only the outputs that are made of it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from infragen.affected.blocks import Folder, Read, Statement, Value

_WHOLE_CALL: Final = frozenset({"source", "version", "count", "for_each", "providers", "depends_on"})
"""Arguments of a module call that are about all of its objects."""

_REPEATING: Final = ("count", "for_each")

_OF_EVERYTHING: Final = frozenset({"provider", "opaque", "lock"})
"""Statements that may change every object of their folder."""

_OF_NAMED: Final = frozenset({"import", "moved", "removed"})
"""Statements that are about the objects they name."""

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
        """Return the outputs of a module that can change when these variables do, each with its cause."""
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
        """Return why a statement can change: its own address, or that of what it reads; None when it cannot."""
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
        """Return what an attribute is made of when the configuration gives it, alike in both versions.

        Terraform keeps to what is given, whatever else changes about the object; what it computes, an id for example,
        may change with anything.
        """
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
        changed = tuple(sorted(self._changed_arguments(call)))
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

    def _changed_arguments(self, call: Statement) -> Iterator[str]:
        before = self._base.statements.get(call.address)
        old = before.arguments if before else {}
        for name in {**old, **call.arguments}:
            reads = call.arguments.get(name, Value()).reads
            if old.get(name) != call.arguments.get(name) or self._through(reads) is not None:
                yield name


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
