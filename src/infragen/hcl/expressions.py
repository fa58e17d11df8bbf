"""Expressions of HCL, evaluated as far as text alone allows.

    evaluated('"${var.name}-logs"', scope)

A scope says what a name means (`var`, `local`, `aws_vpc`); what it does not know raises `UnevaluatedError`, which `try`
and `can` catch as Terraform does. What is known only after apply is a `Later`: a text with a mark in it that survives
being put into other texts, so that a policy with an ARN in it is a policy, and the ARN tells whose it is.

The grammar is that of HCL's native syntax (hashicorp/hcl, hclsyntax/spec.md); directives in templates (`%{ if }`) are
left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from textwrap import dedent
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from infragen.hcl.functions import FUNCTIONS, Functions
from infragen.hcl.later import Later, UnevaluatedError, as_text, is_true
from infragen.hcl.tokens import Token, UnreadableError, inserted, tokens, unescaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Later", "Scope", "UnevaluatedError", "bound", "evaluated", "step"]

Scope = Callable[[str], object]
"""What a name at the start of a reference means; UnevaluatedError for one that means nothing."""

_Node = Callable[[Scope], object]
_Operator = Callable[[object, object], object]

_JOINED: Final = frozenset({"==", "!=", "<=", ">=", "&&", "||", "=>"})
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_HEREDOC: Final = re.compile(r"<<(-?)[^\n]*\n")
_WORDS: Final[Mapping[str, object]] = {"true": True, "false": False, "null": None}


class _Operation(NamedTuple):
    binds: int
    work: _Operator


def evaluated(text: str, scope: Scope, functions: Functions = FUNCTIONS) -> object:
    """Return the value of an expression: texts, numbers, truth values, None, lists and maps.

    Raises UnevaluatedError where it asks for what nobody knows, or is no HCL.
    """
    try:
        return _compiled(text, functions)(scope)
    except (UnreadableError, ArithmeticError, RecursionError, TypeError, ValueError, LookupError) as error:
        raise UnevaluatedError(f"{text.strip()[:80]}: {error}") from error


def step(value: object, key: object) -> object:
    """Return what an index or an attribute of a value is; of what is known later that is known later, too."""
    if isinstance(value, Later):
        return value.of(key)
    if isinstance(value, Mapping):
        return value[key if isinstance(key, str) else as_text(key)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value[int(as_text(key))]
    raise UnevaluatedError(f"{value!r} has no {key!r}")


@lru_cache(maxsize=4096)
def _compiled(text: str, functions: Functions) -> _Node:
    return _Parser(tokens(f"{text}\n"), functions).whole()  # a heredoc ends with its line


def _equal(first: object, second: object) -> bool:
    """Compare as Terraform does; what is known later is only known not to be null, and to be itself."""
    if first is None or second is None:
        return first is second
    later = isinstance(first, Later) or isinstance(second, Later)
    if later and first != second:
        raise UnevaluatedError("it depends on what is known after apply")
    return bool(first == second) and isinstance(first, bool) == isinstance(second, bool)


def _number(value: object) -> int | float:
    if isinstance(value, bool | Later):
        raise UnevaluatedError(f"{value!r} is no number")
    if isinstance(value, int | float):
        return value
    text = as_text(value)
    return int(text) if text.lstrip("-").isdigit() else float(text)


_OPERATIONS: Final[Mapping[str, _Operation]] = {
    "||": _Operation(1, lambda a, b: is_true(a) or is_true(b)),
    "&&": _Operation(2, lambda a, b: is_true(a) and is_true(b)),
    "==": _Operation(3, _equal),
    "!=": _Operation(3, lambda a, b: not _equal(a, b)),
    "<": _Operation(4, lambda a, b: _number(a) < _number(b)),
    ">": _Operation(4, lambda a, b: _number(a) > _number(b)),
    "<=": _Operation(4, lambda a, b: _number(a) <= _number(b)),
    ">=": _Operation(4, lambda a, b: _number(a) >= _number(b)),
    "+": _Operation(5, lambda a, b: _number(a) + _number(b)),
    "-": _Operation(5, lambda a, b: _number(a) - _number(b)),
    "*": _Operation(6, lambda a, b: _number(a) * _number(b)),
    "/": _Operation(6, lambda a, b: _number(a) / _number(b)),
    "%": _Operation(6, lambda a, b: _number(a) % _number(b)),
}


class _Parser:
    """Makes a function of an expression's tokens."""

    def __init__(self, pieces: Iterable[Token], functions: Functions) -> None:
        self._pieces = list(_joined(pieces))
        self._functions = functions
        self._at = 0
        self._lines_end = [False]
        """Whether the end of a line ends what is read: in an object, between its entries."""

    def expression(self) -> _Node:
        """Read one expression."""
        condition = self._operation(0)
        if not self._takes("?"):
            return condition
        yes = self.expression()
        self._expect(":")
        no = self.expression()
        return lambda scope: yes(scope) if is_true(condition(scope)) else no(scope)

    def whole(self) -> _Node:
        """Read one expression, and refuse what stands behind it."""
        node = self.expression()
        if self._peek():
            self._refuse()
        return node

    def _operation(self, least: int) -> _Node:
        node = self._unary()
        while (found := _OPERATIONS.get(self._peek())) and found.binds > least:
            self._at += 1
            node = _both(found.work, node, self._operation(found.binds))
        return node

    def _unary(self) -> _Node:
        if self._takes("!"):
            denied = self._unary()
            return lambda scope: not is_true(denied(scope))
        if self._takes("-"):
            negated = self._unary()
            return lambda scope: -_number(negated(scope))
        return self._steps(self._primary())

    def _steps(self, node: _Node) -> _Node:
        while (piece := self._peek()) in {".", "["}:
            self._at += 1
            if self._takes("*"):
                if piece == "[":
                    self._expect("]")
                return _splat(node, self._steps(lambda scope: scope("*")))
            if piece == ".":
                name = self._next()
                node = _stepped(node, _always(int(name) if name.isdigit() else name))
            else:
                self._lines_end.append(False)
                key = self.expression()
                self._lines_end.pop()
                self._expect("]")
                node = _stepped(node, key)
        return node

    def _primary(self) -> _Node:
        piece = self._next()
        if piece == "(":
            self._lines_end.append(False)
            node = self.expression()
            self._expect(")")
            self._lines_end.pop()
            return node
        if piece == "[":
            return self._list()
        if piece == "{":
            return self._object()
        if piece[0] == '"' or piece.startswith("<<"):
            return self._template(piece)
        if _NUMBER.fullmatch(piece):
            return _always(int(piece) if piece.isdigit() else float(piece))
        if not (piece[0].isalpha() or piece[0] == "_"):
            self._refuse()
        if self._peek() == "(":
            return self._call(piece)
        if piece in _WORDS:
            return _always(_WORDS[piece])
        return lambda scope: scope(piece)

    def _call(self, name: str) -> _Node:
        self._expect("(")
        self._lines_end.append(False)
        arguments: list[_Node] = []
        spread = False
        while self._peek() != ")":
            arguments.append(self.expression())
            spread = self._takes("...")
            if not self._takes(","):
                break
        self._expect(")")
        self._lines_end.pop()
        if name in {"try", "can"}:
            return _trying(name, arguments)
        work = self._functions.table.get(name)

        def called(scope: Scope) -> object:
            if work is None:
                raise UnevaluatedError(f"the function {name} is not known")
            values = [one(scope) for one in arguments]
            last = values.pop() if spread else []
            return work(*values, *(last if isinstance(last, list) else []))

        return called

    def _list(self) -> _Node:
        self._lines_end.append(False)
        if self._takes("for"):
            node = self._for("]")
        else:
            items: list[_Node] = []
            while self._peek() != "]":
                items.append(self.expression())
                if not self._takes(","):
                    break
            self._expect("]")
            node = lambda scope: [one(scope) for one in items]  # noqa: E731
        self._lines_end.pop()
        return node

    def _object(self) -> _Node:
        self._lines_end.append(False)
        if self._takes("for"):
            node = self._for("}")
            self._lines_end.pop()
            return node
        entries: list[tuple[_Node, _Node]] = []
        while self._peek() != "}":
            key = self._key()
            if not self._takes("="):
                self._expect(":")
            self._lines_end.append(True)
            entries.append((key, self.expression()))
            self._lines_end.pop()
            self._takes(",")
        self._expect("}")
        self._lines_end.pop()
        return lambda scope: {as_text(key(scope)): value(scope) for key, value in entries}

    def _key(self) -> _Node:
        """Read an object's key: a bare name is a text."""
        start, piece = self._at, self._next()
        if (piece[0].isalpha() or piece[0] == "_") and self._peek() in {"=", ":"}:
            return _always(piece)
        self._at = start
        return self.expression()

    def _for(self, end: str) -> _Node:
        names = [self._next()]
        if self._takes(","):
            names.append(self._next())
        self._expect("in")
        collection = self.expression()
        self._expect(":")
        first = self.expression()
        second = self.expression() if self._takes("=>") else None
        grouped = self._takes("...")
        wanted = self.expression() if self._takes("if") else None
        self._expect(end)

        def items(scope: Scope) -> Iterator[Scope]:
            for key, value in _pairs(collection(scope)):
                inner = bound(scope, dict(zip(names, (key, value) if len(names) == 2 else (value,), strict=True)))
                if wanted is None or is_true(wanted(inner)):
                    yield inner

        if second is None:
            return lambda scope: [first(inner) for inner in items(scope)]
        value = second
        if not grouped:
            return lambda scope: {as_text(first(inner)): value(inner) for inner in items(scope)}

        def groups(scope: Scope) -> dict[str, list[object]]:
            found: dict[str, list[object]] = {}
            for inner in items(scope):
                found.setdefault(as_text(first(inner)), []).append(value(inner))
            return found

        return groups

    def _template(self, piece: str) -> _Node:
        parts: list[_Node] = []
        heredoc = _HEREDOC.match(piece)
        text, at = piece, 0
        if heredoc:
            at, end = heredoc.end(), piece.rstrip().rfind("\n") + 1
        else:
            at, end = 1, len(piece) - 1
        start = at
        for one in inserted(Token(0, piece)):
            if text[one.start - 2] == "%" or one.text[:1] == "~" or one.text[-1:] == "~":
                raise UnevaluatedError("directives in templates are not evaluated")
            parts += [
                _constant(text[at : one.start - 2], is_raw=bool(heredoc)),
                _Parser(tokens(one.text), self._functions).whole(),
            ]
            at = one.end + 1
        rest = text[at:end]
        if len(parts) == 2 and at == end and text[start : start + 2] == "${":
            return parts[1]  # a template of one insertion is its value
        parts.append(_constant(rest, is_raw=bool(heredoc)))
        if heredoc and heredoc[1]:
            return lambda scope: dedent("".join(as_text(part(scope)) for part in parts))
        return lambda scope: "".join(as_text(part(scope)) for part in parts)

    def _peek(self) -> str:
        """Return the next piece; nothing where there is none, or where the line ends what is read."""
        while self._at < len(self._pieces) and self._pieces[self._at] == "\n" and not self._lines_end[-1]:
            self._at += 1
        piece = self._pieces[self._at] if self._at < len(self._pieces) else ""
        return "" if piece == "\n" else piece

    def _next(self) -> str:
        piece = self._peek()
        if not piece:
            self._refuse()
        self._at += 1
        return piece

    def _takes(self, piece: str) -> bool:
        if self._peek() != piece:
            return False
        self._at += 1
        return True

    def _expect(self, piece: str) -> None:
        if not self._takes(piece):
            self._refuse()

    def _refuse(self) -> NoReturn:
        raise UnevaluatedError(f"not HCL at {' '.join(self._pieces[self._at : self._at + 3])!r}")


def _joined(pieces: Iterable[Token]) -> Iterator[str]:
    """Yield the tokens' texts, those of operators of several characters joined."""
    held: Token | None = None
    for piece in pieces:
        if held is not None and held.end == piece.start and (both := held.text + piece.text) in {*_JOINED, "..", "..."}:
            held = Token(held.start, both)
            continue
        if held is not None:
            yield held.text
        held = piece
    if held is not None:
        yield held.text


def _constant(text: str, *, is_raw: bool) -> _Node:
    return _always(re.sub(r"([$%])\1(?=\{)", r"\1", text) if is_raw else unescaped(text))


def _splat(collection: _Node, of_each: _Node) -> _Node:
    def work(scope: Scope) -> object:
        value = collection(scope)
        many = value if isinstance(value, list) else [] if value is None else [value]
        return [of_each(bound(scope, {"*": one})) for one in many]

    return work


def _always(value: object) -> _Node:
    return lambda _: value


def _stepped(node: _Node, key: _Node) -> _Node:
    return lambda scope: step(node(scope), key(scope))


def _both(work: _Operator, first: _Node, second: _Node) -> _Node:
    return lambda scope: work(first(scope), second(scope))


def _trying(name: str, arguments: Sequence[_Node]) -> _Node:
    def work(scope: Scope) -> object:
        for one in arguments:
            try:
                found = one(scope)
            except (UnevaluatedError, LookupError, TypeError, ValueError):
                continue
            return True if name == "can" else found
        if name == "can":
            return False
        raise UnevaluatedError("nothing that is tried succeeds")

    return work


def bound(scope: Scope, names: Mapping[str, object]) -> Scope:
    """Return a scope in which some names mean something of their own."""
    return lambda name: names[name] if name in names else scope(name)


def _pairs(value: object) -> Iterable[tuple[object, object]]:
    if isinstance(value, str) or not isinstance(value, Mapping | Sequence):
        raise UnevaluatedError(f"{value!r} is no collection")
    return value.items() if isinstance(value, Mapping) else enumerate(value)
