"""YAML 1.2: libyaml's events, our own scalars, bounded aliases; files that tell where values stand; values as text."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import yaml
from msgspec import Struct
from msgspec.structs import replace
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.diagnostics.look_alikes import as_ascii, named
from infragen.storage import read_project_file

MAX_VALUES: Final = 200_000
"""Values one file may come to once aliases are expanded; a large catalogue file has a few hundred."""
MAX_DEPTH: Final = 64
"""Levels of nesting; the catalogue's deepest value stands at seven."""
_DEEPEST: Final = 100
"""Levels at which composing ends: libyaml's composer calls itself for each, and 200,000 of them end the process."""

_STRING: Final = "s"
_INTEGER: Final = "i"
_TRUE: Final = "t"
_FALSE: Final = "f"
_NULL: Final = "n"
_WORDS: Final = {
    "": _NULL, "~": _NULL, "null": _NULL, "Null": _NULL, "NULL": _NULL,
    "true": _TRUE, "True": _TRUE, "TRUE": _TRUE,
    "false": _FALSE, "False": _FALSE, "FALSE": _FALSE,
}  # fmt: skip
_UNFIT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""Control characters but tab, line feed and next line, and halves of characters; YAML has them only as escapes."""
_DECIMAL: Final = re.compile(r"(?:0|-?[1-9][0-9]{0,17})\Z")
_EXPLICIT: Final = {
    ("tag:yaml.org,2002:str", "scalar"): _STRING,
    ("tag:yaml.org,2002:map", "mapping"): "m",
    ("tag:yaml.org,2002:seq", "sequence"): "l",
}
"""A tag of the core schema and the kind of node that it may stand before."""

_TOO_MUCH: Final = "the file expands to more than {}"
_LESS: Final = "use fewer aliases, or split the file"

_Parser: Any
try:
    from yaml.cyaml import CParser as _Parser  # type: ignore[attr-defined]  # the stubs leave it out
except ImportError:  # PyYAML built without libyaml: the same events, slower
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _PurePython(Reader, Scanner, Parser, Composer):
        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)

        def forward(self, length: int = 1) -> None:
            """Go on; U+FEFF is one column wide, as libyaml counts it, but for the mark that a text may start with."""
            uncounted = self.prefix(length).count("\ufeff") if self.index else 0
            Reader.forward(self, length)
            self.column += uncounted

    _Parser = _PurePython


class _TooDeepError(yaml.MarkedYAMLError):
    """More levels, or values, than any catalogue has."""


class _Nodes(_Parser):  # type: ignore[misc]
    """Composes nodes whose tags are our own one-letter kinds."""

    depth = nodes = 0

    def resolve(self, kind: type, value: str | None, implicit: Any) -> str:
        if kind is ScalarNode:
            if not implicit[0] or value is None:
                return _STRING
            if (word := _WORDS.get(value)) is not None:
                return word
            return _INTEGER if _DECIMAL.match(value) else _STRING
        return "m" if kind is MappingNode else "l"

    def descend_resolver(self, node: Any, _index: Any) -> None:
        """Count the levels and the values; nothing else depends on the path."""
        self.depth += 1
        self.nodes += 1
        if self.depth > _DEEPEST or self.nodes > 2 * MAX_VALUES:  # keys are nodes, too
            limit = f"{MAX_DEPTH} levels" if self.depth > _DEEPEST else f"{MAX_VALUES:,} values"
            raise _TooDeepError(None, None, limit, node.start_mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1


class _Reading:
    """One walk over a node tree; collects every problem instead of stopping at the first."""

    def __init__(self, file: str, *, suspect: bool) -> None:
        self.file = file
        self.suspect = suspect
        """Whether a text of the file may be unfit; most files show at a glance that none is."""
        self.problems: list[Diagnostic] = []
        self.left = MAX_VALUES
        self.open: set[int] = set()

    def report(self, code: str, message: str, node: Any, hint: str) -> None:
        if len(self.problems) > _MOST_PROBLEMS:
            return
        if len(self.problems) == _MOST_PROBLEMS:
            code, message, hint = "S004", "more errors from here on are not shown", "mend those that are shown first"
        mark = node.start_mark
        self.problems.append(Diagnostic(code, message, Location(self.file, mark.line + 1, mark.column + 1), hint=hint))

    def value(self, node: Any, depth: int = 0) -> Any:
        tag = node.tag
        if tag == _STRING:
            return self.text(node) if self.suspect else node.value
        if tag == "m":
            return self.collection(node, depth, self.mapping)
        if tag == "l":
            return self.collection(node, depth, self.sequence)
        if tag == _INTEGER:
            return int(node.value)
        if tag in (_TRUE, _FALSE):
            return tag == _TRUE
        return None if tag == _NULL else self.tagged(node, depth)

    def text(self, node: Any) -> str:
        text: str = node.value
        if found := _UNFIT.search(text):
            message = f"the text contains the character U+{ord(found[0]):04X}, which is not allowed"
            self.report("S007", message, node, "remove it")
        elif not unicodedata.is_normalized("NFC", text):
            composed = unicodedata.normalize("NFC", text)
            start = next((i for i, (old, new) in enumerate(zip(text, composed, strict=False)) if old != new), 0)
            message = f"the text is not in Unicode's NFC form: Terraform would change it at {composed[start:][:20]!r}"
            self.report("S007", message, node, "type it again, or convert the file with a tool that writes NFC")
        return text

    def collection(self, node: Any, depth: int, read: Any) -> Any:
        identity = id(node)
        if identity in self.open:
            self.report("S003", "an alias refers to the value that contains it", node, "write the value out")
            return None
        self.left -= len(node.value) + 1
        if self.left < 0 or depth > MAX_DEPTH:
            if not any(problem.code == "S003" for problem in self.problems):
                limit = f"{MAX_VALUES:,} values" if self.left < 0 else f"{MAX_DEPTH} levels"
                self.report("S003", _TOO_MUCH.format(limit), node, _LESS)
            return None
        self.open.add(identity)
        try:
            return read(node, depth + 1)
        finally:
            self.open.discard(identity)

    def mapping(self, node: Any, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                self.report("S004", "a key must be a plain string", key_node, "quote it or write a name")
                continue
            if self.suspect:
                self.text(key_node)
            if not key_node.style and key[:1].isspace() and not key[:1].isascii():
                self.report("S007", f"the key begins with {named(key[0])}", key_node, "indent it with plain spaces")
                continue
            if key in data:
                self.report("S002", f"the key {key!r} is defined twice", key_node, "keep one of the two lines")
                continue
            if key == "<<":
                self.report("S004", "YAML 1.2 has no merge key", key_node, "put shared values into `defaults`")
                continue
            data[key] = self.value(value_node, depth)
        return data

    def sequence(self, node: Any, depth: int) -> list[Any]:
        return [self.value(item, depth) for item in node.value]

    def tagged(self, node: Any, depth: int) -> Any:
        if (kind := _EXPLICIT.get((node.tag, node.id))) is None:
            self.report("S004", f"the tag {node.tag!r} is not supported", node, "remove the tag, or quote the value")
            return None
        node.tag = kind
        return self.value(node, depth)


_MOST_PROBLEMS: Final = 500
"""Errors of one file that are told: a file has room for 100,000."""


@lru_cache(maxsize=256)
def node_of(text: str) -> Any:
    """Return the root node of a YAML text; the last few hundred are kept, since all of a large catalogue take room."""
    return _Nodes(text).get_single_node()


def parse(text: str, file: str) -> tuple[dict[str, Any], Any]:
    """InfragenError S001 syntax, S002 duplicate key, S003 too much nesting, S004 tags, S007 not NFC or control sign."""
    try:
        root = node_of(text)
    except yaml.MarkedYAMLError as error:
        raise InfragenError(_syntax_error(error, text, file)) from None
    except (yaml.YAMLError, ValueError) as error:  # a character that YAML does not allow, or that does not exist
        message = " ".join(str(error).split())
        raise InfragenError(Diagnostic("S001", f"invalid YAML: {message}", Location(file), hint="remove it")) from None
    if root is None:
        raise InfragenError(Diagnostic("S001", "the file is empty", Location(file), hint="write at least `title:`"))
    if not isinstance(root, MappingNode):
        kind = "a list" if isinstance(root, SequenceNode) else "a single value"
        message = f"the file contains {kind}, not a mapping"
        raise InfragenError(Diagnostic("S001", message, Location(file), hint="start with `key: value` lines"))
    # Part of a text in NFC is in NFC, and only an escape makes a character that YAML itself does not allow.
    reading = _Reading(file, suspect="\\" in text or not unicodedata.is_normalized("NFC", text))
    data = reading.value(root)
    if reading.problems:
        raise InfragenError(*reading.problems)
    return data, root


def _syntax_error(error: yaml.MarkedYAMLError, text: str, file: str) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    place = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file)
    if isinstance(error, _TooDeepError):
        return Diagnostic("S003", _TOO_MUCH.format(error.problem), place, hint=_LESS)
    what = ", ".join(part for part in (error.context, error.problem) if part)
    if found := _look_alike(error, text):
        line, column, hint = found
        return Diagnostic("S001", f"invalid YAML: {what}", Location(file, line + 1, column + 1), hint=hint)
    hint = "check quotes, colons and indentation near this position"
    is_of_a_block = "did not find expected key" in what or "mapping values are not allowed" in what
    if mark and is_of_a_block and _is_further_in(text, mark.line):
        hint = "begin the line below the first letter of the line above it"
    if "flow" in what and (opened := _unclosed(text)):
        line, column, bracket = opened
        place, hint = Location(file, line + 1, column + 1), f"close this `{bracket}`"
    if mark and "\t" in "".join(text.splitlines()[mark.line : mark.line + 1])[: mark.column + 1]:
        hint = "use spaces, not tabs"
    if "anchor" in what or "alias" in what:
        hint = "define the anchor `&name` above its use, in the same file"
    return Diagnostic("S001", f"invalid YAML: {what}", place, hint=hint)


_TRIED: Final = 20
"""Characters that are taken for those of ASCII to see whether YAML is read then; fewer in a long text."""


def _look_alike(error: yaml.MarkedYAMLError, text: str) -> tuple[int, int, str] | None:
    """Return line and column of a character that only looks like YAML's, and what to type: the file goes on then."""
    lines, end = text.splitlines(keepends=True), error.problem_mark or error.context_mark
    if end is None:
        return None
    rows = range((error.context_mark or end).line, min(end.line + 1, len(lines)))
    places = ((row, at) for row in rows for at, one in enumerate(lines[row]) if as_ascii(one) != one)
    for number, column in islice(places, min(_TRIED, 500_000 // len(text))):
        line = lines[number]
        plain = as_ascii(line[: column + 1].replace("：", ": ")) + line[column + 1 :]
        if _goes_on("".join((*lines[:number], plain, *lines[number + 1 :])), end.line):
            first = next(at for at, one in enumerate(line) if as_ascii(one) != one)
            return number, first, f"{named(line[first])} is not YAML's: write `{plain.strip()}`"
    return None


def _goes_on(text: str, line: int) -> bool:
    try:
        node_of.__wrapped__(text)
    except yaml.MarkedYAMLError as error:
        return all(mark.line > line for mark in (error.context_mark, error.problem_mark) if mark)
    return True


def _is_further_in(text: str, number: int) -> bool:
    lines = text.splitlines()
    above = next((line for line in reversed(lines[:number]) if line.strip() and not line.lstrip().startswith("#")), "")
    inner, outer = (len(line) - len(line.lstrip(" ")) for line in ("".join(lines[number : number + 1]), above))
    return inner > outer and not above.rstrip().endswith(":")


_PIECES: Final = re.compile(r"""(?<![^\s\[{,:])"(?:[^"\\]|\\.)*"|(?<![^\s\[{,:])'(?:[^']|'')*'|(?<!\S)#.*|[\[\]{}]""")
"""What stands in quotes, remarks, and brackets."""


def _unclosed(text: str) -> tuple[int, int, str] | None:
    opened: list[re.Match[str]] = []
    for found in _PIECES.finditer(text):
        if found[0] in "[{":
            opened.append(found)
        elif found[0] in "]}" and opened:
            opened.pop()
    if not opened:
        return None
    before = text[: opened[0].start()]
    return before.count("\n"), len(before) - before.rfind("\n") - 1, opened[0][0]


def yaml_text(value: Any, *, is_inner: bool = False) -> str:
    """`is_inner` means inside a list or a map on one line, where commas and brackets have a meaning."""
    inner = partial(yaml_text, is_inner=True)
    if isinstance(value, dict):
        pairs = (f"{inner(str(key))}: {inner(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(inner, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if not isinstance(value, str):
        return str(value)
    return value if _reads_as_itself(value, is_inner=is_inner) else json.dumps(value, ensure_ascii=False)


_BASE_60: Final = re.compile(r"[-+]?[0-9]+(:[0-5]?[0-9])+")
"""A clock time, which other programs that read YAML 1.1 take for a number: `12:30` for 750."""


def _reads_as_itself(text: str, *, is_inner: bool) -> bool:
    if _BASE_60.fullmatch(text):
        return False
    line = f"key: [{text}]\n" if is_inner else f"key: {text}\n"
    try:
        return parse(line, "key")[0] == {"key": [text] if is_inner else text}
    except InfragenError:
        return False


class Document(Struct, frozen=True):
    """One YAML file: its mapping as plain data, and its text, which is read once more when a position is asked for."""

    file: str
    data: dict[str, Any]
    text: str

    def locate(self, path: Sequence[str | int] = (), *, key: bool = False) -> Location:
        key_node, node = self._nodes(path)
        mark = (key_node if key and key_node is not None else node).start_mark
        return Location(self.file, mark.line + 1, mark.column + 1)

    def spelling(self, path: Sequence[str | int]) -> str:
        """Return the text of the scalar at `path`: `True` and `1_000` as they are written."""
        return str(self._nodes(path)[1].value)

    def _nodes(self, path: Sequence[str | int]) -> tuple[Any, Any]:
        key, node = None, node_of(self.text)
        for step in path:
            found = None
            if node.id == "mapping":
                if not hasattr(node, "by_key"):  # once a node: a file has as many findings as it has keys
                    node.by_key = {one[0].value: one for one in reversed(node.value) if isinstance(one[0].value, str)}
                found = node.by_key.get(step)
            elif node.id == "sequence" and isinstance(step, int) and 0 <= step < len(node.value):
                found = None, node.value[step]
            if found is None:
                break
            key, node = found
        return key, node

    def called(self, field: str, name: str) -> Document:
        """Return it with the name that its place gives it, where it says none itself; that stands where it begins."""
        return self if field in self.data else replace(self, data={field: name, **self.data})

    def has(self, path: Sequence[str | int]) -> bool:
        return holds(self.data, path)


def holds(data: Any, path: Sequence[str | int]) -> bool:
    for step in path:
        known: Any = range(len(data)) if isinstance(data, list | tuple) else data if isinstance(data, dict) else ()
        if step not in known:
            return False
        data = data[step]
    return True


def read(path: Path, file: str) -> Document:
    """InfragenError with every problem of the file; `file` is its name in diagnostics."""
    text = read_text(path, file)
    return Document(file, parse(text, file)[0], text)


def read_text(path: Path, file: str) -> str:
    """InfragenError S005 when it is not UTF-8, S006 when it cannot be read, S009 when it links out of the project."""
    whole = os.fspath(path)
    project = Path(whole[: -len(file)]) if whole.endswith(f"{os.sep}{file}") else path.parent
    try:
        return read_project_file(project, path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message, hint = f"the file is not UTF-8 (byte {error.start})", "save it as UTF-8"
        raise InfragenError(Diagnostic("S005", message, Location(file), hint=hint)) from None
    except OSError as error:
        message, hint = f"the file cannot be read: {error.strerror}", "check its permissions"
        raise InfragenError(Diagnostic("S006", message, Location(file), hint=hint)) from None


_NUMBER: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@lru_cache(maxsize=64)
def json_values(text: str) -> Any:
    """Return the values of a file that has been read once, so that its keys are sound; they are not to be changed."""
    return _value(node_of(text))


def _value(node: Any) -> Any:
    if node.tag == "m":
        return {key.value: _value(value) for key, value in node.value}
    if node.tag == "l":
        return [_value(item) for item in node.value]
    if node.tag in ("t", "f"):
        return node.tag == "t"
    if node.tag == "n":
        return None
    if node.tag == "i":
        return int(node.value)
    is_number = not node.style and _NUMBER.fullmatch(node.value)
    return float(node.value) if is_number else node.value
