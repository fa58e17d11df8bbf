"""What stands where in HCL text: blocks, their arguments, and what these refer to.

    index = Index(text)
    index.blocks                          the blocks at the top, each with kind, labels and address
    index.calls                           those that call a module; `call.module` is the folder, `call.source` the text
    index.declared["aws_vpc.this"]        what the file declares, by address; a local value is one of its own
    block.arguments["image"].value        an argument's expression, as text and where
    index.argument_at(line, column)       the argument that a place is in; its `address` is `module.order.image`
    index.references                      `local.network.vpc_id` and the like, each with its place
    index.place(block.start)              line and column of a place: everything has a `start` and an `end`

Nothing is evaluated, and nothing is read before it is asked for: the blocks of a file are found without reading what
stands in them. Text that is no HCL is read as far as it goes, and `problem` says where that ends.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from infragen.hcl.tokens import (
    BRACKETS,
    CLOSING,
    COMMENT,
    DEEPEST,
    NAME,
    STRING,
    Token,
    UnreadableError,
    closing,
    closing_brace,
    end_of,
    inserted,
    tokens,
    unescaped,
    value_end,
    words,
)

_GAP: Final = r"(?:[ \t\r]++|/\*(?s:.*?)\*/)*+"
_LABEL: Final = re.compile(rf"/\*(?s:.*?)\*/|({STRING}|{NAME})")
_STATEMENT: Final = re.compile(
    rf"(?:[ \t\r\n]++|{COMMENT})*+(?:({NAME})((?:{_GAP}(?:{STRING}|{NAME}))*+){_GAP}(?:(\{{)|=(?!=)){_GAP}|\Z)"
)
_ENTRY: Final = re.compile(rf"(?:[ \t\r\n,]++|{COMMENT})*+(?:({NAME}|{STRING}|\d++)(){_GAP}()(?:=(?!=)|:){_GAP}|\Z)")
_BETWEEN: Final = re.compile(rf"(?:[ \t\r\n]++|{COMMENT})*+")
_APART: Final = rf"(?:\s++|{COMMENT})*+"
"""What may stand between a name and its steps: in brackets, on several lines as well."""
_SHORT_VALUE: Final = re.compile(rf"(?:{STRING}|\d++|{NAME}(?:\.{NAME})*+)(?=[ \t\r]*+(?:[\n,}}#]|\Z))")
"""A value that needs no look at its tokens to see where it ends: most are such."""
_TO_NAME: Final = re.compile(
    rf'(?:[\x00-!$-\-:;=-@\[-^`{{-\x7f]++|\d++|"(?:[^"\\$%\n]++|\\[^\n]|[$%](?!\{{))*+"|{COMMENT}|/(?![/*])|<(?!<)'
    rf'|\.{_APART}(?:{NAME})?+|{NAME}(?!{_APART}[.\[]))*+(?:({NAME})|("|<<))'
)
"""The next name that has steps, or the next text that something may be inserted into."""
_STEP: Final = re.compile(rf"{_APART}(?:\.{_APART}({NAME}|\d++|\*)|\[)")
_SOURCE: Final = re.compile(rf"(?:[ \t\r\n]++|{COMMENT})*+source{_GAP}={_GAP}({STRING})[ \t\r]*+$", re.MULTILINE)
"""The source of a module call where it comes first, as it does nearly everywhere."""
_MERGED: Final = re.compile(r"merge\(\s*\{")
_WORDS: Final[Mapping[str, object]] = {"true": True, "false": False}
_PREFIXES: Final = {"resource": "", "variable": "var.", "locals": "local"}
OVERRIDE: Final = re.compile(r"(^|[_/])override\.(tf|tofu)(\.json)?$")
"""How files are called whose blocks are merged into those of the same address (Terraform: Override Files)."""
META_ARGUMENTS: Final = frozenset({"source", "version", "providers", "depends_on", "for_each", "count"})
"""Arguments of a module call that are Terraform's own, and no variables of the module."""


class _Extent(NamedTuple):
    text: str
    start: int
    end: int
    address: str = ""
    bound: frozenset[str] = frozenset()


class Traversal(Struct, frozen=True):
    """A reference: `var.a.b[0].c` is the root `var` and the steps `a`, `b`, `[0]`, `c`; a splat is a step, too."""

    root: str
    steps: tuple[str, ...]
    start: int
    ends: tuple[int, ...]  # where each step ends

    @property
    def end(self) -> int:
        return self.ends[-1]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(step for step in self.steps if step[0] not in "[*")


class Argument(Struct, frozen=True):
    """An argument, a local value, or an entry of an object: from its name at `start` to the `end` of its value."""

    name: str
    start: int
    value_start: int
    end: int
    address: str  # `module.order.image`, `local.tags`
    _text: str
    _bound: frozenset[str]

    @property
    def value(self) -> str:
        return self._text[self.value_start : self.end]

    @property
    def tokens(self) -> tuple[str, ...]:
        """The value's tokens; ends of lines are none, and what cannot be read has none."""
        with suppress(UnreadableError):
            return words(self._text, self.value_start, self.end)
        return ()

    @property
    def problem(self) -> int | None:
        try:
            words(self._text, self.value_start, self.end)
        except UnreadableError as error:
            return error.offset
        return None

    @property
    def references(self) -> tuple[Traversal, ...]:
        """What the value refers to, but for what a `for` or a `dynamic` block around it calls its items."""
        with suppress(UnreadableError):
            return tuple(_traversals(_Extent(self._text, self.value_start, self.end, bound=self._bound)))
        return ()

    @property
    def plain(self) -> object:
        """The value where it is a text, a whole number, a truth value or a list of these, otherwise None."""
        return _plain(self.tokens)

    @property
    def items(self) -> Mapping[str, Argument] | None:
        text, start, end = self._text, self.value_start, self.end
        if text[start] != "{" or closing_brace(text, start + 1) < end - 1:
            return None
        return self._entries(start + 1, end - 1)

    @property
    def first_items(self) -> Mapping[str, Argument]:
        """The entries of an object that is written out, alone or as the first of those that `merge` makes one of."""
        merged = _MERGED.match(self._text, self.value_start, self.end)
        found = self._entries(merged.end(), closing_brace(self._text, merged.end())) if merged else self.items
        return found or {}

    def _entries(self, start: int, end: int) -> Mapping[str, Argument] | None:
        found = _read(_Extent(self._text, start, end, self.address, self._bound), _ENTRY)
        return None if found.problem is not None else found.arguments


class Block(Struct, frozen=True, dict=True):
    """A block, from its kind at `start` to its closing brace at `end`."""

    kind: str
    labels: tuple[str, ...]
    start: int
    body_start: int
    end: int
    address: str
    """What expressions call it, or `output.x`, `provider.aws`; in another block that one's address and its kind."""
    _text: str
    _bound: frozenset[str]

    @property
    def body(self) -> str:
        return self._text[self.body_start : self.end]

    @property
    def arguments(self) -> Mapping[str, Argument]:
        return self._content.arguments

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self._content.blocks

    @property
    def problem(self) -> UnreadableError | None:
        return self._content.problem

    @property
    def source(self) -> str:
        first = _SOURCE.match(self._text, self.body_start, self.end)
        found = _plain((first[1],)) if first else None
        return found if isinstance(found, str) else self.text("source")

    @property
    def module(self) -> str:
        return module_folder(self.source)

    def text(self, name: str) -> str:
        value = self.arguments[name].plain if name in self.arguments else None
        return value if isinstance(value, str) else ""

    def is_true(self, name: str) -> bool:
        return name in self.arguments and self.arguments[name].plain is True

    def nested(self, kind: str) -> Iterator[Block]:
        return (block for block in self.blocks if block.kind == kind)

    @property
    def ignored(self) -> Iterator[tuple[str, bool, Argument]]:
        """The names in a resource's `ignore_changes` (`all` is one): whether a part is not meant, and that argument."""
        rules = (rule.arguments.get("ignore_changes") for rule in self.nested("lifecycle"))
        for rule in (rule for rule in rules if rule):
            around = zip(("[", *rule.tokens), rule.tokens, (*rule.tokens[1:], "]"), strict=False)
            for before, name, after in around:
                if before in {"[", ","} and name.isidentifier():
                    yield name, after in {",", "]"}, rule

    def walk(self) -> Iterator[Block]:
        yield self
        for block in self.blocks:
            yield from block.walk()

    @cached_property
    def _content(self) -> _Content:
        extent = _Extent(self._text, self.body_start, self.end, self.address, self._bound)
        found = _read(extent, _STATEMENT)
        if self.kind != "dynamic":
            return found
        iterator = found.arguments.get("iterator")
        bound = self._bound.union((iterator.value,) if iterator else self.labels)
        within = _read(extent._replace(bound=bound), _STATEMENT)
        repeated = {name: one for name, one in found.arguments.items() if name == "for_each"}  # which has no items yet
        return replace(within, arguments={**within.arguments, **repeated})


class Index(Struct, frozen=True, dict=True):
    """The index of a file's text."""

    text: str

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self._content.blocks

    @property
    def arguments(self) -> Mapping[str, Argument]:
        return self._content.arguments

    @cached_property
    def calls(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.kind == "module")

    @cached_property
    def declared(self) -> Mapping[str, Block | Argument]:
        found: dict[str, Block | Argument] = {}
        for block in self.blocks:
            if block.kind == "locals":
                found.update((argument.address, argument) for argument in block.arguments.values())
            else:
                found[block.address] = block
        return found

    @cached_property
    def references(self) -> tuple[Traversal, ...]:
        return tuple(one for argument in self._every_argument for one in argument.references)

    @cached_property
    def problem(self) -> int | None:
        contents = [self.top_problem, *(block.problem for top in self.blocks for block in top.walk())]
        problems = [one.offset for one in contents if one is not None]
        problems += (one for argument in self._every_argument if (one := argument.problem) is not None)
        return min(problems, default=None)

    @property
    def top_problem(self) -> UnreadableError | None:
        return self._content.problem

    def argument_at(self, line: int, column: int | None = None) -> Argument | None:
        start = self._lines[line - 1] if 0 < line <= len(self._lines) else len(self.text)
        rest = self.text[start:].partition("\n")[0]
        at = start + (column - 1 if column else len(rest) - len(rest.lstrip()))
        return next((one for one in self._every_argument if one.start <= at < one.end), None)

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of a place, both from 1."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    @cached_property
    def _content(self) -> _Content:
        return _read(_Extent(self.text, int(self.text.startswith("\ufeff")), len(self.text)), _STATEMENT)

    @cached_property
    def _every_argument(self) -> tuple[Argument, ...]:
        nested = (one for top in self.blocks for block in top.walk() for one in block.arguments.values())
        return tuple(sorted((*self.arguments.values(), *nested), key=lambda argument: argument.start))


def module_folder(source: str) -> str:
    place, _, path = source.partition("/")
    name = path.removeprefix("modules/").rstrip("/")
    return name if place in {".", ".."} and name != ".." and "/" not in name else ""


def edited(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    for start, end, by in sorted(changes, reverse=True):
        text = text[:start] + by + text[end:]
    return text


class _Content(Struct, frozen=True):
    arguments: Mapping[str, Argument]
    blocks: tuple[Block, ...]
    problem: UnreadableError | None


def _read(extent: _Extent, pattern: re.Pattern[str]) -> _Content:
    arguments: dict[str, Argument] = {}
    blocks: list[Block] = []
    text, at = extent.text, extent.start
    try:
        while head := pattern.match(text, at, extent.end):
            if head[1] is None:
                return _Content(arguments, tuple(blocks), None)
            if head[3]:
                blocks.append(_block(extent, head))
                at = blocks[-1].end + 1
            else:
                name = _unquoted(head[1])
                address = f"{extent.address}.{name}" if extent.address else name
                short = _SHORT_VALUE.match(text, head.end(), extent.end)
                end = short.end() if short else value_end(text, head.end(), extent.end, is_entry=pattern is _ENTRY)
                argument = Argument(name, head.start(1), head.end(), end, address, text, extent.bound)
                if name in arguments and pattern is _STATEMENT:
                    twice = UnreadableError(argument.start, f"`{name}` is set twice in this block")
                    return _Content(arguments, tuple(blocks), twice)
                arguments[name] = argument
                at = end
        found = _BETWEEN.match(text, at)
        problem = UnreadableError(found.end() if found else at)
    except UnreadableError as error:
        problem = error
    return _Content(arguments, tuple(blocks), problem)


def _block(extent: _Extent, head: re.Match[str]) -> Block:
    text, kind, start = extent.text, head[1], head.end(3)
    labels = tuple(_unquoted(label) for label in _LABEL.findall(head[2]) if label)
    if extent.address and kind != "data":  # a check's own data source is called like any other
        address = f"{extent.address}.{'.'.join(labels) if kind == 'dynamic' else kind}"
    else:
        address = _PREFIXES.get(kind, f"{kind}." if labels else kind) + ".".join(labels)
    return Block(kind, labels, head.start(1), start, closing_brace(text, start), address, text, extent.bound)


def _plain(value: tuple[str, ...]) -> object:
    if len(value) == 1:
        (piece,) = value
        if piece[0] == '"':
            return None if any(inserted(Token(0, piece))) else _unquoted(piece)
        return int(piece) if piece.isascii() and piece.isdigit() else _WORDS.get(piece)
    if value[:1] != ("[",) or value[-1] != "]" or any(piece != "," for piece in value[2:-1:2]):
        return None
    items = [_plain((piece,)) for piece in value[1:-1:2]]
    return None if None in items else items


def _unquoted(text: str) -> str:
    return unescaped(text[1:-1]) if text[0] == '"' else text


def _traversals(extent: _Extent) -> Iterator[Traversal]:
    text, at, end, _, bound = extent
    turns = sorted(_loops(list(tokens(text, at, end)))) if text.find("for", at, end) >= 0 else []
    items, turn = Counter[str](), 0
    while found := _TO_NAME.match(text, at, end):
        at = found.end()
        while turn < len(turns) and turns[turn][0] < at:
            _, by, name = turns[turn]
            items[name] += by
            turn += 1
            if not items[name]:
                del items[name]
        if found[1]:
            steps, ends = _steps(text, at, end)
            if steps and found[1] not in bound and found[1] not in items and found[1] not in {"for", "if", "in"}:
                yield Traversal(found[1], steps, found.start(1), ends)
            continue
        start, at = found.start(2), end_of(text, found.start(2))
        within = [bound.union(items) if items else bound]
        for part in inserted(Token(start, text[start:at])):
            yield from _traversals(_Extent(text, part.start, part.end, bound=within[-1]))
            pieces = [one.text for one in tokens(text, part.start, part.end) if one.text not in {"~", "\n"}]
            if items_here := _items(pieces):
                within.append(within[-1].union(items_here if len(within) < DEEPEST else ()))
            elif pieces == ["endfor"] and len(within) > 1:
                within.pop()


def _loops(pieces: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Yield where each `for` begins (1) and ends (-1) to name items: behind its `:`, not in what it goes through."""
    written = [one for one in pieces if one.text != "\n"]
    texts = [one.text for one in written]
    open_brackets: list[_Bracket] = []
    for number, (start, piece) in enumerate(written):
        if piece in BRACKETS:
            open_brackets.append(_Bracket(_items(texts[number + 1 : number + 5])))
        elif open_brackets and piece in CLOSING:
            bracket = open_brackets.pop()
            yield from ((start, -1, name) for name in bracket.items if bracket.is_body)
        elif open_brackets and (around := open_brackets[-1]).items and not around.is_body:
            is_scope = ":" in texts[number - 1 : number] + texts[number + 1 : number + 2]  # of `provider::aws::f`
            around.conditions += (piece == "?") - (piece == ":" and not is_scope)
            if around.conditions < 0:
                around.is_body = True
                yield from ((start, 1, name) for name in around.items)


@dataclass(slots=True)
class _Bracket:
    items: tuple[str, ...]
    conditions: int = 0
    is_body: bool = False


def _items(pieces: Sequence[str]) -> tuple[str, ...]:
    word, first, comma, second, *_ = (*pieces, *[""] * 4)
    names = (first, second) if comma == "," else (first,)
    return names if word == "for" else ()


def _steps(text: str, at: int, end: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
    steps: list[str] = []
    ends: list[int] = []
    while found := _STEP.match(text, at, end):
        at = found.end() if found[1] else closing(text, found.end(), end, "]")
        steps.append(found[1] or text[found.end() - 1 : at])
        ends.append(at)
    return tuple(steps), tuple(ends)
