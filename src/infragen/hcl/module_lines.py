"""Which line of a Terraform module says what: its blocks, their arguments, and the variables these are made of.

Nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Final

from msgspec import Struct, field

from infragen.diagnostics import Location
from infragen.hcl import index

_HARMLESS_ROOTS: Final = frozenset({"count", "path", "self", "terraform"})
"""No variable and no object decides what these are; `count.index` is a number."""
_DEEPEST_LOCAL: Final = 100


class Variable(Struct, frozen=True):
    """A module's variable that an expression reads, or one part of it: `port` of `var.health_check.port`.

    `by_key` says that it is read through `each`, whose key is the resource's own.
    """

    name: str
    part: str | None = None
    by_key: bool = False


class Reads(Struct, frozen=True):
    """What an expression reads: variables, and perhaps other objects."""

    variables: frozenset[Variable] = frozenset()
    objects: bool = False

    def __or__(self, other: Reads) -> Reads:
        return Reads(self.variables | other.variables, self.objects or other.objects)


_NOTHING: Final = Reads()


class ArgumentLine(Struct, frozen=True):
    """An argument or a nested block: its line, and what it reads."""

    location: Location
    reads: Reads


class BlockLine(Struct, frozen=True):
    """A block at the top level of a module; `source` is what a module call calls.

    The keys of `arguments` are names, or for what stands in nested blocks and in maps paths: `ingress`, `ingress.port`.
    `ignored` are a resource's arguments in `ignore_changes`, named without a part.
    """

    location: Location
    arguments: Mapping[str, ArgumentLine]
    source: str | None = None
    ignored: frozenset[str] = frozenset()


class ModuleLines(Struct, frozen=True):
    """A module's blocks by address (`aws_vpc.this`, `data.aws_x.y`, `module.a`), and notices of what was not read."""

    blocks: Mapping[str, BlockLine] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def module_lines(files: Mapping[str, str]) -> ModuleLines:
    """Name files that are no HCL in the notices, and read the others. Override files change what they name."""
    ordered = sorted(files, key=lambda name: (bool(index.OVERRIDE.search(name)), name))
    indexes = {file: index.Index(files[file]) for file in ordered}
    readable = {file: one for file, one in indexes.items() if one.problem is None}
    declared = (pair for found in readable.values() for pair in found.declared.items())
    reading = _Reading({name: one.references for name, one in declared if isinstance(one, index.Argument)})
    blocks: dict[str, BlockLine] = {}
    for file, found in readable.items():
        for block in (one for one in found.blocks if one.labels):
            known, now = blocks.get(block.address), reading.block(file, found, block)
            if known:
                both = {**known.arguments, **now.arguments}
                now = BlockLine(known.location, both, now.source or known.source, now.ignored or known.ignored)
            blocks[block.address] = now
    broken = ((file, one, one.problem) for file, one in indexes.items() if one.problem is not None)
    lines = ((file, one.place(problem)[0]) for file, one, problem in broken)
    notices = (f"{file}:{line}: cannot be read as HCL, so lines of this file are not shown" for file, line in lines)
    return ModuleLines(blocks, tuple(notices))


class _Reading:
    def __init__(self, definitions: Mapping[str, tuple[index.Traversal, ...]]) -> None:
        self._locals = definitions
        self._known: dict[str, Reads] = {}
        self._depth = 0

    def block(self, file: str, found: index.Index, block: index.Block) -> BlockLine:
        repeated = block.arguments.get("for_each")
        each = self._read(repeated.references) if repeated else Reads()
        each = Reads(frozenset(Variable(one.name, one.part, by_key=True) for one in each.variables), each.objects)
        arguments: dict[str, ArgumentLine] = {}
        twice: set[str] = set()
        for name, at, references in _named(block):
            old, read = arguments.get(name), self._read(references, each)
            arguments[name] = ArgumentLine(Location(file, *found.place(at)), read)
            if old is not None:
                twice.add(name)
                arguments[name] = ArgumentLine(old.location, old.reads | read)
        single = {name: one for name, one in arguments.items() if "." not in name or twice.isdisjoint(_paths(name))}
        ignored = frozenset(name for name, is_whole, _ in block.ignored if is_whole)
        return BlockLine(Location(file, *found.place(block.start)), single, block.source or None, ignored)

    def _read(self, references: Iterable[index.Traversal], each: Reads = _NOTHING) -> Reads:
        read = Reads()
        for one in references:
            name, part = (*takewhile(lambda step: step[0] not in "[*", one.steps), None, None)[:2]
            if one.root == "var" and name:
                read |= Reads(frozenset({Variable(name, part)}))
            elif one.root == "each":
                read |= each
            elif one.root == "local":
                read |= self._local(f"local.{name}")
            elif one.root not in _HARMLESS_ROOTS:
                read |= Reads(objects=True)
        return read

    def _local(self, name: str) -> Reads:
        if name in self._known or name not in self._locals or self._depth >= _DEEPEST_LOCAL:
            return self._known.get(name, Reads())
        self._known[name] = Reads()
        self._depth += 1
        self._known[name] = self._read(self._locals[name])
        self._depth -= 1
        return self._known[name]


def _named(block: index.Block, prefix: str = "") -> Iterator[tuple[str, int, tuple[index.Traversal, ...]]]:
    for argument in block.arguments.values():
        yield prefix + argument.name, argument.start, argument.references
        for entry in argument.first_items.values():
            yield f"{prefix}{argument.name}.{entry.name}", entry.start, entry.references
    for inner in block.blocks:
        name = prefix + (inner.labels[0] if inner.kind == "dynamic" and inner.labels else inner.kind)
        nested = (argument for one in inner.walk() for argument in one.arguments.values())
        yield name, inner.start, tuple(reference for argument in nested for reference in argument.references)
        if inner.kind != "dynamic":
            yield from _named(inner, f"{name}.")


def _paths(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]
