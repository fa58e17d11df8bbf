"""What a folder of Terraform files says, statement by statement, and what each statement reads.

Comments, layout, descriptions and the file that a statement stands in change nothing that Terraform does, so none of
them is part of a statement. Only infragen's and other formatted HCL is read fast and exactly; what cannot be read stays
one opaque text, which is never mistaken for something that does not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["LOCK_FILE", "Folder", "Read", "Statement", "meaning", "read_folder"]

LOCK_FILE: Final = ".terraform.lock.hcl"

_PLAIN: Final = re.compile(r"[A-Za-z_][\w-]*|[^\s\w\"#/{}()\[\]<]+|\d[\w.]*")
_SPACE: Final = re.compile(r"[ \t\r\f]+")
_COMMENT: Final = re.compile(r"#[^\n]*|//[^\n]*|/\*.*?\*/", re.DOTALL)
_HEREDOC: Final = re.compile(r"<<-?([A-Za-z_][\w-]*)\n(?:.*?\n)??[ \t]*\1(?=\r?\n|\Z)", re.DOTALL)
_IN_STRING: Final = re.compile(r'[^"\\$%]+|\\.|\$\$\{|%%\{|[$%](?!\{)', re.DOTALL)
_INTERPOLATION: Final = re.compile(r"[$%]\{")
_OPENING: Final = "{[("
_CLOSING: Final = "}])"
_TIGHT: Final = re.compile(r"\s*([.\[\]])\s*")
_READ: Final = re.compile(
    r"(?<![\w.-])(?=([A-Za-z_][\w-]*)\.([A-Za-z_][\w-]*)(?:\[[^\]]*\])*(?:\.([A-Za-z_*][\w-]*))?(?:\.([A-Za-z_][\w-]*))?)"
)
"""Looks ahead only, so that what an index reads is found as well."""
_NOT_READ: Final = frozenset({"count", "each", "path", "self", "terraform"})
_FILE_FUNCTIONS: Final = re.compile(r"\b(?:file\w*|templatefile)\(")
_SAID: Final = frozenset({"description"})
"""Arguments of variables and outputs that only people read."""

_TEXT: Final = (".tf", ".tofu")
_ALSO_READ: Final = re.compile(r"terraform\.tfvars(\.json)?|[^/]*(\.auto\.tfvars(\.json)?|\.tf\.json|\.tofu\.json)")
"""Other files that Terraform reads of its own accord (Terraform: "Files and directories", "Input variables")."""


class _UnreadableError(Exception):
    """This text is not laid out like HCL."""


@dataclass(frozen=True, slots=True, order=True)
class Read:
    """A name that an expression reads: `local.network.vpc_id`, `module.vpc.id`, `data.aws_x.y`; `part` may be empty."""

    root: str
    name: str
    part: str = ""


@dataclass(frozen=True)
class Statement:
    """A block, a local value or an argument: its address, its tokens without comments, and its arguments if a block.

    `nested` names those of the arguments that are blocks themselves.
    """

    address: str
    tokens: tuple[str, ...]
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    nested: frozenset[str] | None = None

    @cached_property
    def reads(self) -> frozenset[Read]:
        """Return every name that the statement reads, and perhaps some that only stand in its texts.

        `depends_on` of a resource is about order alone; of a data source it decides when that is read.
        """
        if self.kind != "resource":
            return reads_of(self.tokens)
        kept = (tokens for name, tokens in self.arguments.items() if name != "depends_on")
        return frozenset(read for tokens in kept for read in reads_of(tokens))

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
        """Return the source of each module call, by its label."""
        return {
            statement.address.removeprefix("module "): source_of(statement)
            for statement in self.statements.values()
            if statement.kind == "module"
        }


def source_of(call: Statement) -> str:
    """Return the `source` of a module call, or nothing when it has no plain one."""
    tokens = call.arguments.get("source", ())
    return tokens[0][1:-1] if len(tokens) == 1 and tokens[0].startswith('"') else ""


def reads_of(tokens: tuple[str, ...]) -> frozenset[Read]:
    """Return what an expression reads."""
    found = set()
    for root, name, part, last in _READ.findall(_TIGHT.sub(r"\1", " ".join(tokens))):
        if root in _NOT_READ:
            continue
        if root in ("data", "ephemeral"):
            found.add(Read(root, f"{name}.{part}", last))
        else:
            found.add(Read(root, name, last if part == "*" else part))
    return frozenset(found)


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
    reads_files = any(_FILE_FUNCTIONS.search(text) for text in own.values())
    others = (name for name in files if name not in own)
    for name in others:
        if reads_files or _ALSO_READ.fullmatch(name):
            statements[f"opaque {name}"] = Statement(f"opaque {name}", (files[name],))
    return Folder(statements)


def _both(one: Statement, other: Statement) -> Statement:
    return Statement(
        one.address,
        one.tokens + other.tokens,
        {**one.arguments, **other.arguments},
        (one.nested or frozenset()) | (other.nested or frozenset()),
    )


def _statements(path: str, text: str) -> dict[str, Statement]:
    found: dict[str, Statement] = {}
    try:
        for statement in _Reader(text).statements():
            for one in _named(statement, is_lock=path.endswith(LOCK_FILE)):
                found[one.address] = one
    except _UnreadableError:
        return {f"opaque {path}": Statement(f"opaque {path}", (text,))}
    return found


def _named(statement: Statement, *, is_lock: bool) -> Iterator[Statement]:
    """Yield a statement by the name that others read it by; each local value is one of its own."""
    if is_lock:
        yield Statement(f"lock {statement.address}", statement.arguments.get("version", statement.tokens))
    elif statement.address == "locals":
        for name, tokens in statement.arguments.items():
            yield Statement(f"local {name}", tokens)
    elif statement.kind in ("variable", "output"):
        kept = {name: tokens for name, tokens in statement.arguments.items() if name not in _SAID}
        tokens = tuple(piece for name, value in kept.items() for piece in (name, *value))
        yield Statement(statement.address, tokens, kept)
    elif statement.kind in ("resource", "data", "module", "ephemeral"):
        yield statement
    else:  # there may be several alike, so the text is the name
        yield replace(statement, address=f"{statement.address} {' '.join(statement.tokens)}")


class _Reader:
    """Reads one file from its start to its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def statements(self) -> Iterator[Statement]:
        while True:
            piece = self._next()
            if piece is None:
                return
            if piece == "\n":
                continue
            yield self._statement(piece)

    def _statement(self, first: str) -> Statement:
        """Read a block, or an argument: its name, and tokens up to the end of its line."""
        words = [first]
        while True:
            piece = self._next()
            if piece == "{" and _may_be_label(words):
                return self._block(words)
            if piece == "=":
                return Statement(first, tuple(self._expression()))
            if piece is None or piece == "\n":
                raise _UnreadableError
            words.append(piece)

    def _block(self, words: list[str]) -> Statement:
        tokens: list[str] = []
        arguments: dict[str, tuple[str, ...]] = {}
        nested: set[str] = set()
        while True:
            piece = self._next()
            if piece == "}":
                break
            if piece is None:
                raise _UnreadableError
            if piece == "\n":
                continue
            inner = self._statement(piece)
            arguments[inner.address] = (*arguments.get(inner.address, ()), *inner.tokens)
            tokens += (inner.address, "=", *inner.tokens, ";")
            if inner.nested is not None:
                nested.add(inner.address)
        return Statement(" ".join(word.strip('"') for word in words), tuple(tokens), arguments, frozenset(nested))

    def _expression(self) -> Iterator[str]:
        depth = 0
        while True:
            before = self._at
            piece = self._next()
            if piece is None or (piece == "\n" and depth == 0):
                return
            if piece in _OPENING:
                depth += 1
            elif piece in _CLOSING:
                if depth == 0:  # the block's own end, on the same line
                    self._at = before
                    return
                depth -= 1
            if piece != "\n":
                yield piece

    def _next(self) -> str | None:
        """Return the next piece; a line's end is one, space and comments are none."""
        text = self._text
        while self._at < len(text):
            start = self._at
            if skipped := _SPACE.match(text, start) or _COMMENT.match(text, start):
                self._at = skipped.end()
                continue
            if text[start] == '"':
                self._at = self._string_end(start + 1)
            elif found := _HEREDOC.match(text, start) or _PLAIN.match(text, start):
                self._at = found.end()
            else:
                self._at = start + 1
            return text[start : self._at]
        return None

    def _string_end(self, at: int) -> int:
        text = self._text
        while at < len(text):
            if text[at] == '"':
                return at + 1
            if plain := _IN_STRING.match(text, at):
                at = plain.end()
            elif _INTERPOLATION.match(text, at):
                at = self._inserted_end(at + 2)
            else:
                at += 1
        raise _UnreadableError

    def _inserted_end(self, at: int) -> int:
        """Return where an inserted expression ends, which may hold strings of its own."""
        depth = 1
        while at < len(self._text):
            letter = self._text[at]
            at += 1
            if letter == '"':
                at = self._string_end(at)
            elif letter == "{":
                depth += 1
            elif letter == "}":
                depth -= 1
                if depth == 0:
                    return at
        raise _UnreadableError


def _may_be_label(words: list[str]) -> bool:
    return all(word.startswith('"') or word.isidentifier() or "-" in word for word in words)
