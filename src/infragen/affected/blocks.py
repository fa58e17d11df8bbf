"""What a folder of Terraform files says, statement by statement, and what each statement reads.

Comments, layout, descriptions and the file that a statement stands in change nothing that Terraform does, so none of
them is part of a statement. What cannot be read as HCL stays one opaque text, which is never mistaken for something
that does not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from infragen.hcl.index import Argument, Index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.hcl.index import Block, Traversal

__all__ = ["LOCK_FILE", "NOTHING", "Folder", "Read", "Statement", "Value", "meaning", "read_folder"]

LOCK_FILE: Final = ".terraform.lock.hcl"

_NOT_READ: Final = frozenset({"count", "each", "path", "self", "terraform"})
_SAID: Final = frozenset({"description"})
"""Arguments of variables and outputs that only people read."""

_TEXT: Final = (".tf", ".tofu")
_ALSO_READ: Final = re.compile(r"terraform\.tfvars(\.json)?|[^/]*(\.auto\.tfvars(\.json)?|\.tf\.json|\.tofu\.json)")
"""Other files that Terraform reads of its own accord (Terraform: "Files and directories", "Input variables")."""


@dataclass(frozen=True, slots=True, order=True)
class Read:
    """A name that an expression reads: `local.network.vpc_id`, `module.vpc.id`, `data.aws_x.y`; `part` may be empty."""

    root: str
    name: str
    part: str = ""


@dataclass(frozen=True)
class Value:
    """What stands behind a name: tokens without comments, and the names that they read."""

    tokens: tuple[str, ...]
    made_of: tuple[Argument, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def joined(cls, values: Iterable[Value]) -> Value:
        """Return values one after the other."""
        parts = tuple(values)
        tokens = tuple(token for part in parts for token in part.tokens)
        return cls(tokens, tuple(one for part in parts for one in part.made_of))

    @cached_property
    def reads(self) -> frozenset[Read]:
        """Return every name that is read."""
        found = (one for argument in self.made_of for one in argument.references)
        return frozenset(_read(one) for one in found if one.root not in _NOT_READ)


NOTHING: Final = Value(())
_END: Final = Value((";",))


@dataclass(frozen=True)
class Statement:
    """A block, a local value or an argument: its address, what it says, and its arguments if it is a block.

    `nested` names those of the arguments that are blocks themselves, `module` the folder that a module call calls.
    """

    address: str
    value: Value
    arguments: Mapping[str, Value] = field(default_factory=dict)
    nested: frozenset[str] = frozenset()
    module: str = ""

    @property
    def tokens(self) -> tuple[str, ...]:
        """Return all that is said."""
        return self.value.tokens

    @cached_property
    def reads(self) -> frozenset[Read]:
        """Return every name that the statement reads.

        `depends_on` of a resource is about order alone; of a data source it decides when that is read.
        """
        if self.kind != "resource":
            return self.value.reads
        kept = (value for name, value in self.arguments.items() if name != "depends_on")
        return frozenset(read for value in kept for read in value.reads)

    @property
    def kind(self) -> str:
        """Return `resource`, `module`, `local` and so on; `opaque` for what could not be read."""
        return self.address.split(" ", 1)[0]


@dataclass(frozen=True)
class Folder:
    """A stack or a module: its statements by address."""

    statements: Mapping[str, Statement] = field(default_factory=dict)

    @cached_property
    def reads(self) -> frozenset[Read]:
        """Return every name that any statement reads."""
        return frozenset(read for statement in self.statements.values() for read in statement.reads)

    @cached_property
    def modules(self) -> Mapping[str, str]:
        """Return which module each call calls, by its label; nothing for one from elsewhere."""
        calls = (one for one in self.statements.values() if one.kind == "module")
        return {call.address.removeprefix("module "): call.module for call in calls}


def meaning(path: str, text: str) -> object:
    """Return something that is equal for two texts of a file exactly when Terraform reads the same in both."""
    if path.endswith((*_TEXT, LOCK_FILE)):
        return {address: statement.tokens for address, statement in _statements(path, text).items()}
    return text


def read_folder(files: Mapping[str, str]) -> Folder:
    """Return the statements of a folder's files, given by their names.

    Files of other kinds count when Terraform reads them of its own accord, or when some statement calls one of its
    functions that read files. Of an address that stands in two files, one overrides the other: both count.
    """
    statements: dict[str, Statement] = {}
    own = {name: text for name, text in files.items() if "/" not in name and name.endswith((*_TEXT, LOCK_FILE))}
    for name, text in own.items():
        for address, one in _statements(name, text).items():
            other = statements.get(address)
            statements[address] = one if other is None else _both(other, one)
    reads_files = any(_reads_a_file(statement.tokens) for statement in statements.values())
    others = (name for name in files if name not in own)
    for name in others:
        if reads_files or _ALSO_READ.fullmatch(name):
            statements[f"opaque {name}"] = _opaque(name, files[name])
    return Folder(statements)


def _reads_a_file(tokens: tuple[str, ...]) -> bool:
    """Whether one of the functions that read files is called, or perhaps, in a text that something is inserted into."""
    called = (token for token, behind in pairwise(tokens) if behind == "(")
    inserting = (token for token in tokens if "file" in token and "${" in token)
    return any(inserting) or any(token.startswith(("file", "templatefile")) for token in called)


def _opaque(path: str, text: str) -> Statement:
    return Statement(f"opaque {path}", Value((text,)))


def _both(one: Statement, other: Statement) -> Statement:
    arguments = {**one.arguments, **other.arguments}
    value, module = Value.joined((one.value, other.value)), other.module or one.module
    return Statement(one.address, value, arguments, one.nested | other.nested, module)


def _statements(path: str, text: str) -> dict[str, Statement]:
    index = Index(text)
    if index.problem is not None:
        return {f"opaque {path}": _opaque(path, text)}
    is_lock = path.endswith(LOCK_FILE)
    return {one.address: one for block in index.blocks for one in _named(block, is_lock=is_lock)}


def _named(block: Block, *, is_lock: bool) -> Iterator[Statement]:
    """Yield a statement by the name that others read it by; each local value is one of its own."""
    said = [pair for pair in _inside(block) if block.kind not in {"variable", "output"} or pair[0] not in _SAID]
    arguments: dict[str, Value] = {}
    for name, one in said:
        arguments[name] = Value.joined([arguments[name], one]) if name in arguments else one
    address, value = _name(block), _whole(said)
    nested = frozenset(map(_name, block.blocks))
    if is_lock:
        yield Statement(f"lock {address}", arguments.get("version", value))
    elif block.kind == "locals":
        yield from (Statement(f"local {name}", one) for name, one in arguments.items())
    elif block.kind in {"resource", "data", "module", "ephemeral", "variable", "output"}:
        yield Statement(address, value, arguments, nested, block.module if block.kind == "module" else "")
    else:  # there may be several alike, so the text is the name
        yield Statement(f"{address} {' '.join(value.tokens)}", value, arguments, nested)


def _inside(block: Block) -> list[tuple[str, Value]]:
    """Return what stands in a block, each by its name, in the order of the text."""
    found = [(one.start, one.name, Value(one.tokens, (one,))) for one in block.arguments.values()]
    found += [(one.start, _name(one), _whole(_inside(one))) for one in block.blocks]
    return [(name, value) for _, name, value in sorted(found, key=lambda one: one[0])]


def _name(block: Block) -> str:
    return " ".join((block.kind, *block.labels))


def _whole(said: Iterable[tuple[str, Value]]) -> Value:
    return Value.joined(part for name, value in said for part in (Value((name, "=")), value, _END))


def _read(found: Traversal) -> Read:
    first, second, third, *_ = (*found.names, "", "", "")
    if found.root in {"data", "ephemeral"}:
        return Read(found.root, f"{first}.{second}", third)
    return Read(found.root, first, second)
