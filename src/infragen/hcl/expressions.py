"""Expressions of HCL, evaluated as far as text alone allows.

    evaluated('"${var.name}-logs"', scope)

A scope says what a name means (`var`, `local`, `aws_vpc`); what it does not know raises `UnevaluatedError`. What
Terraform would make something else of is not known either: a report must not say what an apply does not do. What is
known only after apply is a `Later`: a text with a mark in it that survives being put into other texts, so that a policy
with an ARN in it is a policy, and the ARN tells whose it is.

The grammar is that of HCL's native syntax (hashicorp/hcl, hclsyntax/spec.md); directives in templates (`%{ if }`) are
left out.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache
from itertools import islice
from textwrap import dedent
from typing import Final, NamedTuple, NoReturn

from infragen.effort import Effort
from infragen.hcl.functions import FUNCTIONS, OPERATORS, Functions, step
from infragen.hcl.later import FailsError, UnevaluatedError, as_text, is_true
from infragen.hcl.tokens import BRACKETS, DEEPEST, NAME, Token, UnreadableError, inserted, tokens, unescaped

Scope = Callable[[str], object]
"""What a name at the start of a reference means; UnevaluatedError for one that means nothing."""
MOST_ROUNDS: Final = 500_000
ROUNDS: Final[ContextVar[Effort | None]] = ContextVar("rounds", default=None)
"""How many rounds of loops are left to what is evaluated: one takes some two microseconds."""
_Node = Callable[[Scope], object]
_JOINED: Final = frozenset({"==", "!=", "<=", ">=", "&&", "||", "=>", "..", "...", "::"})
_CLOSING_WORDS: Final[Mapping[str, Collection[str]]] = {"if": ("else", "endif"), "else": ("endif",), "for": ("endfor",)}
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_HEREDOC: Final = re.compile(r"<<(-?)([^\r\n]*)\r?\n")
_NAME: Final = re.compile(NAME)
_BAD_ESCAPE: Final = re.compile(
    r'(?:\\["\\nrt]|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|\\U00(?:0(?!0[dD][89a-fA-F])|10)[0-9a-fA-F]{4}|[^\\])*+\\'
)
_SIMPLE: Final = re.compile(r'[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*+|[0-9]+|"[^"\\$%\n]*"', re.ASCII)
"""Most expressions, which need no further look."""
_TEXT: Final = r'"(?:[^"\\$%]|\\.|[$%](?!\{))*"'
_REFERENCE: Final = rf"[A-Za-z_][\w-]*(?:\.(?:[A-Za-z_][\w-]*|[0-9]+)|\[(?:[0-9]+|{_TEXT})\])*+"
_TRIED: Final = re.compile(rf"{_REFERENCE}|[0-9]+|{_TEXT}|\[\]|\{{\}}|regex\({_TEXT},{_REFERENCE}\)", re.ASCII)
"""A reference, a literal, or whether a pattern matches: of these alone is known where Terraform fails."""
_LONGEST: Final = 1_000_000  # characters of a text that is evaluated: texts that double at each step end here
_MOST: Final = 150_000
_EACH: Final = 15  # tokens of a text that are read, and how many each expression counts for on top: more take too long
_WORDS: Final[Mapping[str, object]] = {"true": True, "false": False, "null": None}


def evaluated(text: str, scope: Scope, functions: Functions = FUNCTIONS) -> object:
    """Raise UnevaluatedError for what nobody knows, no HCL, or more rounds of loops than `ROUNDS` has left."""
    own = ROUNDS.set(Effort(MOST_ROUNDS)) if ROUNDS.get() is None else None
    try:
        return _compiled(text, functions)(scope)
    except (UnreadableError, ArithmeticError, RecursionError, TypeError, ValueError, LookupError, re.error) as error:
        raise UnevaluatedError(f"{text.strip()[:80]}: {error}"[:500]) from error
    finally:
        if own is not None:
            ROUNDS.reset(own)


class Call(NamedTuple):
    """A call of a function: its name, where it starts, and the tokens of each of its arguments."""

    name: str
    start: int
    arguments: tuple[tuple[str, ...], ...]


class Reader:
    """Reads expressions of one text, and bounds how much that takes: `calls` are the function calls that it met."""

    def __init__(self, text: str, functions: Functions = FUNCTIONS) -> None:
        self.text = text
        self.functions = functions
        self.calls: list[Call] = []
        self.tokens = 0

    def spend(self, tokens: int, at: int) -> None:
        self.tokens += tokens
        if self.tokens >= _MOST:
            raise UnreadableError(at, f"up to here, this is too long to be read: more than {_MOST:,} tokens")

    def read(self, start: int, end: int) -> None:
        self.spend(_EACH, start)
        if not _SIMPLE.fullmatch(self.text, start, end):
            try:
                _Parser(self, start, end).whole()
            except RecursionError:
                raise UnreadableError(start, f"this is nested deeper than {DEEPEST} levels") from None


@lru_cache(maxsize=4096)
def _compiled(text: str, functions: Functions) -> _Node:
    return _Parser(Reader(f"{text}\n", functions), 0, len(text) + 1).whole()  # a heredoc ends with its line


class _Parser:
    def __init__(self, reader: Reader, start: int, end: int, depth: int = 0) -> None:
        self._reader = reader
        self._end = end
        self._pieces = list(islice(_joined(tokens(reader.text, start, end)), _MOST))
        reader.spend(len(self._pieces) + _EACH, start)
        self._depth = depth
        self._at = 0
        self._lines_end = [False]  # whether the end of a line ends what is read: in an object, between its entries

    def expression(self) -> _Node:
        self._go_deeper()
        condition = self._operation(0)
        if self._takes("?"):
            yes = self.expression()
            self._expect(":")
            no = self.expression()
            node: _Node = lambda scope: yes(scope) if is_true(condition(scope)) else no(scope)  # noqa: E731
        else:
            node = condition
        self._depth -= 1
        return node

    def _go_deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse(f"this is nested deeper than {DEEPEST} levels")

    def whole(self) -> _Node:
        node = self.expression()
        if self._peek():
            self._refuse()
        return node

    def _operation(self, least: int) -> _Node:
        signs: list[str] = []
        while (sign := self._peek()) in {"!", "-"}:
            self._at += 1
            signs.append(sign)
        node = self._steps(self._primary())
        for sign in reversed(signs[-DEEPEST:]):
            node = _signed(sign, node)
        if len(signs) > DEEPEST:
            self._refuse(f"this is nested deeper than {DEEPEST} levels")
        while (found := OPERATORS.get(self._peek())) and found[0] > least:
            self._at += 1
            node = _both(found[1], node, self._operation(found[0]))
        return node

    def _steps(self, node: _Node) -> _Node:
        while (piece := self._peek()) in {".", "["}:
            self._at += 1
            if self._takes("*"):
                if piece == "[":
                    self._expect("]")
                self._go_deeper()
                node = _splat(node, self._steps(lambda scope: scope("*")))
                self._depth -= 1
                return node
            if piece == ".":
                for name in self._attribute():
                    node = _both(step, node, _always(name))
            else:
                self._lines_end.append(False)
                key = self.expression()
                self._lines_end.pop()
                self._expect("]")
                node = _both(step, node, key)
        return node

    def _attribute(self) -> list[str | int]:
        """Read a name or a number after a full stop; `.0.1` is two of these, and looks like one number."""
        piece = self._peek()
        if not (is_name(piece) or re.fullmatch(r"[0-9]+(\.[0-9]+)?", piece)):
            self._refuse()
        self._at += 1
        return [piece] if is_name(piece) else [int(part) for part in piece.split(".")]

    def _primary(self) -> _Node:
        start, piece = self._at, self._next()
        if piece in BRACKETS:
            return self._bracket(BRACKETS[piece])
        if piece[0] == '"' or piece.startswith("<<"):
            return self._template(self._pieces[self._at - 1])
        if piece.isascii() and _NUMBER.fullmatch(piece):
            return _always(int(piece) if piece.isdigit() else float(piece))
        if not is_name(piece):
            self._at -= 1
            self._refuse()
        while self._takes("::"):
            piece += f"::{self._name()}"
        if self._peek() == "(" or "::" in piece:
            return self._call(piece, self._pieces[start].start)
        if piece in _WORDS:
            return _always(_WORDS[piece])
        return lambda scope: scope(piece)

    def _call(self, name: str, start: int) -> _Node:
        self._expect("(")
        self._lines_end.append(False)
        arguments: list[_Node] = []
        read: list[tuple[str, ...]] = []
        spread = False
        for _ in self._separated(")"):
            if spread:
                self._refuse()
            at = self._at
            arguments.append(self.expression())
            read.append(tuple(one.text for one in self._pieces[at : self._at] if one.text != "\n"))
            spread = self._takes("...")
        self._lines_end.pop()
        self._reader.calls.append(Call(name, start, tuple(read)))
        if name in {"try", "can"}:
            known = all(_TRIED.fullmatch("".join(tokens)) for tokens in read)
            return _trying(name, arguments) if known else _unknown(f"{name} of more than a reference")
        work = self._reader.functions.table.get(name)

        def called(scope: Scope) -> object:
            if work is None:
                raise UnevaluatedError(f"the function {name} is not known")
            values = [one(scope) for one in arguments]
            last = values.pop() if spread else []
            return work(*values, *(last if isinstance(last, list) else []))

        return called

    def _bracket(self, end: str) -> _Node:
        self._lines_end.append(False)
        if end != ")" and self._takes("for"):
            node = self._for(end)
        elif end == "}":
            node = self._object()
        elif end == "]":
            items = [self.expression() for _ in self._separated(end)]
            node = lambda scope: [one(scope) for one in items]  # noqa: E731
        else:
            node = self.expression()
            self._expect(end)
        self._lines_end.pop()
        return node

    def _separated(self, end: str) -> Iterator[None]:
        while self._peek() != end:
            yield
            if not self._takes(","):
                break
        self._expect(end)

    def _object(self) -> _Node:
        entries: list[tuple[_Node, _Node]] = []
        while self._peek() != "}":
            self._lines_end.append(True)
            start, piece = self._at, self._next()
            if is_name(piece) and self._peek() in {"=", ":"}:
                key = _always(piece)
            else:
                self._at = start
                key = self.expression()
            if not self._takes("="):
                self._expect(":")
            entries.append((key, self.expression()))
            is_separated = self._takes(",") or not self._peek()
            self._lines_end.pop()
            if not is_separated and self._peek() != "}":
                self._refuse()
        self._expect("}")
        return lambda scope: {as_text(key(scope)): value(scope) for key, value in entries}

    def _for(self, end: str) -> _Node:
        names = [self._name()]
        if self._takes(","):
            names.append(self._name())
        self._expect("in")
        collection = self.expression()
        self._expect(":")
        first = self.expression()
        second = self.expression() if self._takes("=>") else None
        grouped = self._takes("...")
        if (second is None) != (end == "]") or (second is None and grouped):
            self._refuse()
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

    def _template(self, token: Token) -> _Node:
        parts: list[_Node] = []
        text, heredoc = token.text, _HEREDOC.match(token.text)
        start, end = (heredoc.end(), text.rstrip().rfind("\n") + 1) if heredoc else (1, len(text) - 1)
        if heredoc and not is_name(heredoc[2]):
            self._refuse()
        opened: list[str] = []
        at = start
        for one in inserted(token):
            begin = one.start - token.start - 2
            parts.append(self._constant(token, at, begin, is_raw=bool(heredoc)))
            parts.append(self._insertion(one, text[begin], opened))
            at = one.end - token.start + 1
        if opened:
            raise UnreadableError(token.start, f"`%{{ {opened[-1]} }}` has no end in this text")
        if len(parts) == 2 and at == end and text[start : start + 2] == "${":
            return parts[1]  # a template of one insertion is its value
        parts.append(self._constant(token, at, end, is_raw=bool(heredoc)))

        def joined(scope: Scope) -> str:
            found = "".join(as_text(part(scope)) for part in parts)
            if len(found) > _LONGEST:
                raise UnevaluatedError(f"a text of {len(found):,} characters")
            return dedent(found) if heredoc and heredoc[1] else found

        return joined

    def _insertion(self, token: Token, mark: str, opened: list[str]) -> _Node:
        inner = token.text.removeprefix("~")
        start, end = token.end - len(inner), token.end - inner.endswith("~")
        parser = _Parser(self._reader, start, end, self._depth + 1)
        if mark == "$":
            node = parser.whole()
            return node if inner == token.text and not inner.endswith("~") else _unknown("`~` in a text")
        parser.directive(opened)
        return _unknown("directives in templates are not evaluated")

    def directive(self, opened: list[str]) -> None:
        self._go_deeper()
        word = self._next()
        if word == "if":
            self.expression()
        elif word == "for":
            self._name()
            if self._takes(","):
                self._name()
            self._expect("in")
            self.expression()
        elif not opened or word not in _CLOSING_WORDS[opened[-1]]:
            self._refuse(f"`%{{ {word} }}` is not expected here")
        if word in {"if", "for"}:
            opened.append(word)
        elif word == "else":
            opened[-1] = word
        else:
            opened.pop()
        if self._peek():
            self._refuse()

    def _constant(self, token: Token, start: int, end: int, *, is_raw: bool) -> _Node:
        text = token.text[start:end]
        if is_raw:
            return _always(re.sub(r"([$%])\1(?=\{)", r"\1", text))
        if bad := _BAD_ESCAPE.match(text):
            raise UnreadableError(token.start + start + bad.end() - 1, "there is no such escape sequence")
        return _always(unescaped(text))

    def _name(self) -> str:
        if not is_name(self._peek()):
            self._refuse()
        return self._next()

    def _peek(self) -> str:
        while self._at < len(self._pieces) and self._pieces[self._at].text == "\n" and not self._lines_end[-1]:
            self._at += 1
        piece = self._pieces[self._at].text if self._at < len(self._pieces) else ""
        return "" if piece == "\n" else piece

    def _next(self) -> str:
        piece = self._peek()
        if not piece:
            self._refuse()
        self._at += 1
        return piece

    def _takes(self, piece: str) -> bool:
        is_there = self._peek() == piece
        self._at += is_there
        return is_there

    def _expect(self, piece: str) -> None:
        if not self._takes(piece):
            self._refuse()

    def _refuse(self, message: str = "") -> NoReturn:
        here = self._pieces[self._at] if self._at < len(self._pieces) else None
        raise UnreadableError(here.start if here else self._end, message)


def is_name(piece: str) -> bool:
    return _NAME.fullmatch(piece) is not None and piece.replace("-", "_").isidentifier()


def _joined(pieces: Iterable[Token]) -> Iterator[Token]:
    held: Token | None = None
    for piece in pieces:
        if held is not None and held.end == piece.start and (both := held.text + piece.text) in _JOINED:
            held = Token(held.start, both)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def _unknown(message: str) -> _Node:
    def work(_scope: Scope) -> NoReturn:
        raise UnevaluatedError(message)

    return work


def _signed(sign: str, node: _Node) -> _Node:
    return (lambda scope: not is_true(node(scope))) if sign == "!" else _both(OPERATORS["-"][1], _always(0), node)


def _splat(collection: _Node, of_each: _Node) -> _Node:
    def work(scope: Scope) -> object:
        value = collection(scope)
        many = value if isinstance(value, list) else [] if value is None else [value]
        return [of_each(bound(scope, {"*": one})) for one in many]

    return work


def _always(value: object) -> _Node:
    return lambda _: value


def _both(work: Callable[[object, object], object], first: _Node, second: _Node) -> _Node:
    return lambda scope: work(first(scope), second(scope))


def _trying(name: str, arguments: Sequence[_Node]) -> _Node:
    def work(scope: Scope) -> object:
        for one in arguments:
            with suppress(FailsError):
                found = one(scope)
                return True if name == "can" else found
        if name == "can":
            return False
        raise UnevaluatedError("nothing that is tried succeeds")

    return work


def bound(scope: Scope, names: Mapping[str, object]) -> Scope:
    if (rounds := ROUNDS.get()) is not None:
        rounds.left -= 1
        if rounds.left < 0:
            raise UnevaluatedError("its loops take too long")
    return lambda name: names[name] if name in names else scope(name)


def _pairs(value: object) -> Iterable[tuple[object, object]]:
    if isinstance(value, str) or not isinstance(value, Mapping | Sequence):
        raise UnevaluatedError(f"{value!r} is no collection")
    return sorted(value.items()) if isinstance(value, Mapping) else enumerate(value)
