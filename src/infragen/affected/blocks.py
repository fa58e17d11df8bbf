"""What a folder of Terraform files says, statement by statement, and what each statement reads.

Comments, layout, descriptions and the file that a statement stands in change nothing that Terraform does, so none of
them is part of a statement. What cannot be read as HCL stays one opaque text, which is never mistaken for something
that does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

from msgspec import Struct

from infragen.hcl.folders import SUFFIXES
from infragen.hcl.index import Argument, Block, Index, Traversal
from infragen.stacks.model import LOCK_FILE

_NOT_READ: Final = frozenset({"count", "each", "path", "self", "terraform"})
_FOR_PEOPLE: Final = frozenset({"description"})  # arguments of variables and outputs that only people read
_ALSO_READ: Final = re.compile(r"terraform\.tfvars(\.json)?|[^/]*(\.auto\.tfvars(\.json)?|\.tf\.json|\.tofu\.json)")
"""Other files that Terraform reads of its own accord (Terraform: "Files and directories", "Input variables")."""


class Read(Struct, frozen=True, order=True):
    """A name that an expression reads: `local.network.vpc_id`, `module.vpc.id`, `data.aws_x.y`; `part` may be empty."""

    root: str
    name: str
    part: str = ""


@dataclass(frozen=True)
class Value:
    """What stands behind a name: tokens without comments, and the arguments that they are the values of."""

    tokens: tuple[str, ...] = ()
    made_of: tuple[Argument, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def of(cls, said: Iterable[tuple[str, Value]]) -> Value:
        parts = tuple(said)
        tokens = tuple(token for name, value in parts for token in (name, *value.tokens, ";"))
        return cls(tokens, tuple(one for _, value in parts for one in value.made_of))

    @property
    def reads(self) -> frozenset[Read]:
        found = (one for argument in self.made_of for one in argument.references)
        return frozenset(_read(one) for one in found if one.root not in _NOT_READ)


@dataclass(frozen=True)
class Statement:
    """A block or a local value: its address, and what it says, each part by its name, in order.

    `nested` names those of the parts that are blocks themselves, `module` the folder that a module call calls.
    """

    address: str
    said: tuple[tuple[str, Value], ...]
    nested: frozenset[str] = frozenset()
    module: str = ""

    @cached_property
    def arguments(self) -> Mapping[str, Value]:
        found: dict[str, list[tuple[str, Value]]] = {}
        for name, value in self.said:
            found.setdefault(name, []).append((name, value))
        return {name: parts[0][1] if len(parts) == 1 else Value.of(parts) for name, parts in found.items()}

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        return Value.of(self.said).tokens

    @cached_property
    def reads(self) -> frozenset[Read]:
        """All names that it reads; `depends_on` of a resource is about order alone, of a data source also timing."""
        order = "depends_on" if self.kind == "resource" else None
        return Value.of(part for part in self.said if part[0] != order).reads

    @property
    def kind(self) -> str:
        return self.address.split(" ", 1)[0]


@dataclass(frozen=True)
class Folder:
    """A stack or a module: its statements by address."""

    statements: Mapping[str, Statement] = field(default_factory=dict)

    @cached_property
    def reads(self) -> frozenset[Read]:
        return frozenset(read for statement in self.statements.values() for read in statement.reads)


def meaning(path: str, text: str) -> object:
    """Return something that is equal for two texts of a file exactly when Terraform reads the same in both."""
    if path.endswith((*SUFFIXES, LOCK_FILE)):
        return {address: statement.tokens for address, statement in _statements(path, text).items()}
    return text


def is_alike(path: str, one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    old, new = one.get(path), other.get(path)
    if old is None or new is None:
        return old is new
    return old == new or meaning(path, old) == meaning(path, new)


def read_folder(files: Mapping[str, str]) -> Folder:
    """Return the statements of a folder's files, given by their names.

    Files of other kinds count when Terraform reads them of its own accord, or when some statement calls one of its
    functions that read files. Of an address that stands in two files, one overrides the other: both count.
    """
    statements: dict[str, Statement] = {}
    own = {name: text for name, text in files.items() if "/" not in name and name.endswith((*SUFFIXES, LOCK_FILE))}
    for name, text in own.items():
        for address, one in _statements(name, text).items():
            other = statements.get(address)
            statements[address] = one if other is None else _both(other, one)
    reads_files = any(_reads_a_file(statement.tokens) for statement in statements.values())
    for name in files:
        if name not in own and (reads_files or _ALSO_READ.fullmatch(name)):
            statements[f"opaque {name}"] = Statement(f"opaque {name}", ((name, Value((files[name],))),))
    return Folder(statements)


def _reads_a_file(tokens: tuple[str, ...]) -> bool:
    """Whether one of the functions that read files is called, or perhaps, in a text that something is inserted into."""
    called = (token for token, behind in pairwise(tokens) if behind == "(")
    inserting = (token for token in tokens if "file" in token and "${" in token)
    return any(inserting) or any(token.startswith(("file", "templatefile")) for token in called)


def _both(one: Statement, other: Statement) -> Statement:
    return Statement(one.address, one.said + other.said, one.nested | other.nested, other.module or one.module)


def _statements(path: str, text: str) -> dict[str, Statement]:
    index = Index(text)
    if index.problem is not None:
        return {f"opaque {path}": Statement(f"opaque {path}", ((path, Value((text,))),))}
    named = _locked if path.endswith(LOCK_FILE) else _named
    return {one.address: one for block in index.blocks for one in named(block)}


def _locked(block: Block) -> Iterator[Statement]:
    said = _said(block)
    yield Statement(f"lock {_name(block)}", tuple(part for part in said if part[0] == "version") or said)


def _named(block: Block) -> Iterator[Statement]:
    address, said = _name(block), _said(block)
    if block.kind == "locals":
        yield from (Statement(f"local {name}", ((name, value),)) for name, value in said)
        return
    if block.kind in {"variable", "output"}:
        said = tuple(part for part in said if part[0] not in _FOR_PEOPLE)
    elif block.kind not in {"resource", "data", "module", "ephemeral"}:  # there may be several alike: the text names it
        address = f"{address} {' '.join(Value.of(said).tokens)}"
    yield Statement(address, said, frozenset(map(_name, block.blocks)), block.module if block.kind == "module" else "")


def _said(block: Block) -> tuple[tuple[str, Value], ...]:
    found = [(one.start, one.name, Value(one.tokens, (one,))) for one in block.arguments.values()]
    found += [(one.start, _name(one), Value.of(_said(one))) for one in block.blocks]
    return tuple((name, value) for _, name, value in sorted(found, key=lambda one: one[0]))


def _name(block: Block) -> str:
    return " ".join((block.kind, *block.labels))


def _read(found: Traversal) -> Read:
    first, second, third, *_ = (*found.names, "", "", "")
    if found.root in {"data", "ephemeral"}:
        return Read(found.root, f"{first}.{second}", third)
    return Read(found.root, first, second)
