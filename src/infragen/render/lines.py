"""Which line of a Terraform module says what: its blocks, their arguments, and the variables these are made of.

python-hcl2 parses; its positions are those of the text. Nothing is evaluated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from infragen.diagnostics import Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lark import Tree

__all__ = ["Argument", "Block", "GeneratedCall", "ModuleLines", "Variable", "generated_calls", "module_lines"]

_CALL: Final = re.compile(
    r'^module "([^"]+)" \{\n  source += "\.\./modules/([^"/]+)"\n(.*?)^\}', re.MULTILINE | re.DOTALL
)
_ARGUMENT: Final = re.compile(r"^  (\w+) += (.*?)(?=^  \w+ += |\Z)", re.MULTILINE | re.DOTALL)
_INSERTED: Final = re.compile(r"[$%]\{(.*?)\}", re.DOTALL)
_IN_TEXT: Final = re.compile(r"\b([A-Za-z_]\w*)\.([A-Za-z_][\w-]*)")
_OVERRIDE: Final = re.compile(r"(^|_)override\.(tf|tofu)$")
_TYPED: Final = frozenset({"resource", "data", "ephemeral", "action"})
_HARMLESS_ROOTS: Final = frozenset({"count", "path", "self", "terraform"})
"""No variable and no object decides what these are; `count.index` is a number."""
_DEEPEST_LOCAL: Final = 100


@dataclass(frozen=True, slots=True)
class Variable:
    """A module's variable that an expression reads, or one part of it: `port` of `var.health_check.port`.

    `by_key` says that it is read through `each`, whose key is the resource's own.
    """

    name: str
    part: str | None = None
    by_key: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument or a nested block: its line, what it reads, and whether it also reads other objects."""

    location: Location
    variables: frozenset[Variable] = frozenset()
    reads_objects: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A block at the top level of a module; `source` is what a module call calls.

    The keys of `arguments` are names, or for what stands in nested blocks paths: `ingress`, `ingress.port`.
    """

    location: Location
    arguments: Mapping[str, Argument]
    source: str | None = None


@dataclass(frozen=True, slots=True)
class ModuleLines:
    """A module's blocks by address (`aws_vpc.this`, `data.aws_x.y`, `module.a`), and notices of what was not read."""

    blocks: Mapping[str, Block] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GeneratedCall:
    """A module call in a generated file: which module, and its arguments as they stand there."""

    module: str
    arguments: Mapping[str, str]


def generated_calls(text: str) -> dict[str, GeneratedCall]:
    """Return the calls of modules in a generated file, by label; the layout of these files is infragen's own."""
    return {
        label: GeneratedCall(module, {name: value.strip() for name, value in _ARGUMENT.findall(body)})
        for label, module, body in _CALL.findall(text)
    }


def module_lines(files: Mapping[str, str]) -> ModuleLines:
    """Return the lines of one module, given its files; `Location.file` is the key of `files`.

    A file that does not parse is named in the notices, and the others are read. Override files change what they name.
    """
    from hcl2 import parses_to_tree
    from lark.exceptions import LarkError

    notices: list[str] = []
    parsed: list[tuple[str, Tree[Any]]] = []
    for file in sorted(files, key=lambda name: (bool(_OVERRIDE.search(name)), name)):
        try:
            parsed.append((file, parses_to_tree(files[file].removeprefix("\ufeff"))))
        except LarkError as error:
            notices.append(f"{file}:{getattr(error, 'line', 1)}: not read as HCL, so no line of this file is named")
    reading = _Reading({name: tree for _, root in parsed for name, tree in _locals(root)})
    blocks: dict[str, Block] = {}
    for file, root in parsed:
        for address, block in reading.blocks(file, root):
            known = blocks.get(address)
            blocks[address] = _overridden(known, block) if known else block
    return ModuleLines(blocks, tuple(notices))


def _overridden(block: Block, by: Block) -> Block:
    return Block(block.location, {**block.arguments, **by.arguments}, by.source or block.source)


def _locals(root: Tree[Any]) -> Iterator[tuple[str, Tree[Any]]]:
    for block in _children(_body(root), "block"):
        if _words(block) == ["locals"]:
            for attribute in _children(_body(block), "attribute"):
                yield _name(attribute), attribute


@dataclass(frozen=True, slots=True)
class _Read:
    """What an expression reads."""

    variables: frozenset[Variable] = frozenset()
    objects: bool = False

    def __or__(self, other: _Read) -> _Read:
        return _Read(self.variables | other.variables, self.objects or other.objects)


class _Reading:
    """Reads the blocks of one module, whose locals stand for what they are made of."""

    def __init__(self, definitions: Mapping[str, Tree[Any]]) -> None:
        self._locals = definitions
        self._known: dict[str, _Read] = {}
        self._depth = 0

    def blocks(self, file: str, root: Tree[Any]) -> Iterator[tuple[str, Block]]:
        for tree in _children(_body(root), "block"):
            words = _words(tree)
            address = _address(words)
            if address:
                arguments = dict(self._arguments(file, tree))
                source = _plain_text(_body(tree), "source") if words[0] == "module" else None
                yield address, Block(_location(file, tree), arguments, source)

    def _arguments(self, file: str, block: Tree[Any]) -> Iterator[tuple[str, Argument]]:
        """Yield the arguments and nested blocks; the first of many nested blocks stands for all of its name."""
        each = self._repeated(_body(block))
        found: dict[str, Argument] = {}
        twice: set[str] = set()
        for name, tree in _named(_body(block)):
            read = self._read(tree, each)
            if name not in found:
                found[name] = Argument(_location(file, tree), read.variables, read.objects)
                continue
            twice.add(name)
            old = found[name]
            found[name] = Argument(old.location, old.variables | read.variables, old.reads_objects or read.objects)
        for name, argument in found.items():
            if "." not in name or not any(name == path or name.startswith(f"{path}.") for path in twice):
                yield name, argument

    def _repeated(self, body: Tree[Any]) -> _Read:
        """Return what `each` stands for."""
        read = _Read()
        for attribute in _children(body, "attribute"):
            if _name(attribute) == "for_each":
                read |= self._read(attribute, _Read())
        return _Read(frozenset(Variable(one.name, one.part, by_key=True) for one in read.variables), read.objects)

    def _read(self, tree: Tree[Any], each: _Read) -> _Read:
        read = _Read()
        own = set(_bound_names(tree))
        for root, steps in _chains(tree):
            if root in own or root in _HARMLESS_ROOTS:
                continue
            if root == "var":
                read |= _Read(frozenset({Variable(steps[0], steps[1] if len(steps) > 1 else None)}))
            elif root == "each":
                read |= each
            elif root == "local":
                read |= self._local(steps[0])
            else:
                read |= _Read(objects=True)
        return read

    def _local(self, name: str) -> _Read:
        """Return what a local is made of; nothing for one that is not there, or is made of itself."""
        if name in self._known or name not in self._locals or self._depth >= _DEEPEST_LOCAL:
            return self._known.get(name, _Read())
        self._known[name] = _Read()
        self._depth += 1
        self._known[name] = self._read(self._locals[name], _Read())
        self._depth -= 1
        return self._known[name]


def _children(tree: Tree[Any], kind: str) -> list[Tree[Any]]:
    return [child for child in tree.children if getattr(child, "data", None) == kind]


def _body(tree: Tree[Any]) -> Tree[Any]:
    """Return the body of a block or of a whole file."""
    return _children(tree, "body")[0]


def _words(block: Tree[Any]) -> list[str]:
    """Return a block's kind and labels, which may stand without quotes."""
    return [_text(child) for child in block.children if getattr(child, "data", None) in {"identifier", "string"}]


def _text(tree: Tree[Any]) -> str:
    """Return an identifier, or the text between a string's quotes as it stands there."""
    return "".join(str(token) for token in tree.scan_values(lambda _: True)).removeprefix('"').removesuffix('"')


def _address(words: list[str]) -> str | None:
    """Return what expressions call a block; None for `locals`, `terraform` and the like."""
    kind, *labels = words
    if kind in _TYPED and len(labels) == 2:
        return ".".join(labels if kind == "resource" else words)
    return ".".join(words) if len(labels) == 1 else None


def _plain_text(body: Tree[Any], name: str) -> str | None:
    """Return the value of an argument that is a plain string or name."""
    for attribute in _children(body, "attribute"):
        if _name(attribute) == name:
            value = _text(attribute.children[-1])
            return value if "${" not in value else None
    return None


def _name(attribute: Tree[Any]) -> str:
    return str(attribute.children[0].children[0])


def _named(body: Tree[Any], prefix: str = "") -> Iterator[tuple[str, Tree[Any]]]:
    """Yield the arguments and nested blocks of a body, those inside of nested blocks by their path."""
    for child in body.children:
        kind = getattr(child, "data", None)
        if kind == "attribute":
            yield prefix + _name(child), child
        elif kind == "block":
            words = _words(child)
            dynamic = words[0] == "dynamic" and len(words) == 2
            name = prefix + (words[1] if dynamic else words[0])
            yield name, child
            if not dynamic:
                yield from _named(_body(child), f"{name}.")


def _bound_names(tree: Tree[Any]) -> Iterator[str]:
    """Yield what `for` expressions and dynamic blocks call their items."""
    for intro in tree.find_data("for_intro"):
        yield from (_text(name) for name in _children(intro, "identifier"))
    for block in tree.find_data("block"):
        words = _words(block)
        if words[0] == "dynamic" and len(words) == 2:
            yield _plain_text(_body(block), "iterator") or words[1]


def _chains(tree: Tree[Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield every name with steps behind it: `var.a.b` as `var`, `[a, b]`; what follows an index is left out."""
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        kind = getattr(node, "data", None)
        if kind is None:
            continue
        if kind == "get_attr_expr_term":
            base, steps = _unwound(node)
            if base.data == "identifier":
                yield _text(base), steps
                continue
            node = base
        elif str(kind).startswith("heredoc"):
            for inserted in _INSERTED.findall(_text(node)):
                yield from ((root, [name]) for root, name in _IN_TEXT.findall(inserted))
            continue
        waiting.extend(node.children)


def _unwound(node: Tree[Any]) -> tuple[Tree[Any], list[str]]:
    steps: list[str] = []
    current = node
    while current.data == "get_attr_expr_term" or (current.data == "expr_term" and len(current.children) == 1):
        if current.data == "get_attr_expr_term":
            steps.insert(0, _text(current.children[1]).removeprefix("."))
        inner = current.children[0]
        if not hasattr(inner, "data"):
            break
        current = inner
    return current, steps


def _location(file: str, tree: Tree[Any]) -> Location:
    return Location(file, tree.meta.line, tree.meta.column)
