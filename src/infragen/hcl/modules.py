"""The modules of a root as Terraform calls them, and what their variables, locals, outputs and blocks come to.

    root = Module.root(files)
    root.called("app").called("api").instance("aws_sqs_queue.this").value("policy")

Nothing of a provider is asked: an attribute that no argument sets is known later, unless who asks knows it (`Knows`).
Modules that are not among the files (a registry's), and configuration in JSON, are not there; where a file overrides
parts of others (`override.tf`), nothing is told.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from infragen.hcl.expressions import Scope, bound, evaluated
from infragen.hcl.folders import Folders
from infragen.hcl.functions import FUNCTIONS, Functions
from infragen.hcl.index import META_ARGUMENTS, Argument, Block
from infragen.hcl.later import Later, UnevaluatedError, as_text, is_true

_MOST_PARTS: Final = 50_000
_WORDS: Final = {"terraform": {"workspace": "default"}}
Key = str | int | None  # the key of an instance: of `for_each`, of `count`, or none
Knows = Callable[[str, str], object]
"""What is known beside the files of an attribute (or of `var.x` of the root, which has no address); else a `Later`."""


class _Lazy(Mapping[str, object]):
    def __init__(self, names: Callable[[], Iterator[str]], work: Callable[[str], object]) -> None:
        self._names = names
        self._work = work

    def __getitem__(self, name: str) -> object:
        return self._work(name)

    def __iter__(self) -> Iterator[str]:
        return self._names()

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Module:
    """One instance of a module: `address` is the one that plans call it by, empty for the root."""

    def __init__(
        self, folders: Folders, folder: str = "", address: str = "", call: _Call | None = None, knows: Knows = Later
    ) -> None:
        self.address = address
        self.knows = knows
        self._folders = folders
        self._folder = folder
        self._call = call
        self._known: dict[tuple[str, str], object] = {}
        self._modules: dict[tuple[str, Key], Module] = {}

    @classmethod
    def root(cls, files: Mapping[str, str], knows: Knows = Later) -> Module:
        return cls(Folders(files), knows=knows)

    def value(self, expression: str, scope: Scope | None = None) -> object:
        return evaluated(expression, scope or self.scope)

    def called(self, label: str, key: Key = None) -> Module:
        if (label, key) not in self._modules:
            block = self._blocks.get(f"module.{label}")
            source = block.text("source") if block else ""
            if block is None or source[:1] != ".":
                raise UnevaluatedError(f"module.{label} is not among the files")
            folder = posixpath.normpath(posixpath.join(self._folder, source))
            address = _under(self.address, f"module.{label}{key_text(key)}")
            call = _Call(self, block, key)
            folder = "" if folder == "." else folder
            self._modules[label, key] = Module(self._folders, folder, address, call, self.knows)
        return self._modules[label, key]

    def resource(self, block: str) -> Block:
        if block not in self._blocks:
            raise UnevaluatedError(f"{block} is not among the files")
        return self._blocks[block]

    def instance(self, block: str, key: Key = None) -> Instance:
        return Instance(self, self.resource(block), key)

    def scope(self, name: str) -> object:
        if name in _WORDS:
            return _WORDS[name]
        if name in {"var", "local", "module", "data", "ephemeral"} or any(
            block.startswith(f"{name}.") for block in self._blocks
        ):
            return _Lazy(lambda: iter(self._locals if name == "local" else ()), lambda label: self._get(name, label))
        raise UnevaluatedError(f"nothing is called {name}")

    def _get(self, kind: str, label: str) -> object:
        if (kind, label) not in self._known:
            try:
                found = self._work_out(kind, label)
            except UnevaluatedError as error:
                found = error
            self._known[kind, label] = found if _is_small(found) else UnevaluatedError(f"{kind}.{label} is too large")
        if isinstance(known := self._known[kind, label], UnevaluatedError):
            raise UnevaluatedError(*known.args)
        return known

    def _work_out(self, kind: str, label: str) -> object:
        if kind == "var":
            return self._variable(label)
        if kind == "local":
            return self.value(self._locals[label].value)
        if kind == "output":
            return self.value(self.resource(f"output.{label}").arguments["value"].value)
        if kind == "module":
            block = self.resource(f"module.{label}")
            return self._each(block, lambda key: self.called(label, key).outputs)
        if kind in {"data", "ephemeral"}:
            return _Lazy(lambda: iter(()), lambda name: self._instances(f"{kind}.{label}.{name}"))
        return self._instances(f"{kind}.{label}")

    def _instances(self, address: str) -> object:
        return self._each(self.resource(address), lambda key: self.instance(address, key).attributes)

    def _each(self, block: Block, one: Callable[[Key], object]) -> object:
        keys = self.keys(block)
        if "count" in block.arguments:
            return [one(key) for key in keys]
        return {str(key): one(key) for key in keys} if "for_each" in block.arguments else one(None)

    def keys(self, block: Block) -> list[Key]:
        if "count" in block.arguments:
            number = self.value(block.arguments["count"].value)
            if not isinstance(number, int) or isinstance(number, bool):
                raise UnevaluatedError(f"{block.address}: count is no number")
            return list(range(number))
        return list(self.elements(block)) if "for_each" in block.arguments else [None]

    def elements(self, block: Block) -> Mapping[str, object]:
        found = self.value(block.arguments["for_each"].value)
        return found if isinstance(found, Mapping) else {str(one): one for one in _listed(found)}

    def _variable(self, name: str) -> object:
        block = self.resource(f"var.{name}")
        given = value = known = None
        is_required = "nullable" in block.arguments and block.arguments["nullable"].plain is False
        if self._call is None:
            known = self.knows("", f"var.{name}")
        elif name not in META_ARGUMENTS and (given := self._call.block.arguments.get(name)) is not None:
            value = self._call.module.value(given.value, keyed(*self._call))
        if known is not None and not isinstance(known, Later):
            value = known
        elif "default" in block.arguments and (given is None or (value is None and is_required)):
            value = self.value(block.arguments["default"].value)
        elif given is None:
            return Later(self.address, f"var.{name}")
        return _conversion(block.arguments["type"].value)(value) if "type" in block.arguments else value

    @cached_property
    def outputs(self) -> Mapping[str, object]:
        def names() -> Iterator[str]:
            return (address.removeprefix("output.") for address in self._blocks if address.startswith("output."))

        return _Lazy(names, lambda name: self._get("output", name))

    @cached_property
    def _blocks(self) -> Mapping[str, Block]:
        if self._folders.is_overridden(self._folder):
            raise UnevaluatedError("a file here overrides parts of others")
        return {block.address: block for block in self._folders.blocks(self._folder)}

    @cached_property
    def _locals(self) -> Mapping[str, Argument]:
        blocks = (block for block in self._folders.blocks(self._folder) if block.kind == "locals")
        return {name: argument for block in blocks for name, argument in block.arguments.items()}


class _Call(NamedTuple):
    module: Module
    block: Block
    key: Key


class Instance:
    """One instance of a resource, as its `block` says; `address` is the plan's."""

    def __init__(self, module: Module, block: Block, key: Key) -> None:
        self.address = _under(module.address, f"{block.address}{key_text(key)}")
        self._module = module
        self.block = block
        self._scope = keyed(module, block, key)

    def value(self, name: str) -> object:
        """Return an argument, or blocks of a name as a list of maps; what neither sets is known later."""
        known = self._module.knows(self.address, name)
        return self.written(name) if isinstance(known, Later) else known

    def written(self, name: str) -> object:
        arguments = self.block.arguments
        if name in arguments:
            return self._module.value(arguments[name].value, self._scope)
        return self.blocks(name) or Later(self.address, name)

    @property
    def attributes(self) -> Mapping[str, object]:
        return _Lazy(lambda: iter(()), self.value)

    def blocks(self, name: str) -> list[dict[str, Any]]:
        return [one for block in self.block.blocks for one in self._content(block, self._scope, name)]

    def _content(self, block: Block, scope: Scope, name: str) -> Iterator[dict[str, Any]]:
        if block.kind == name and name not in {"lifecycle", "provisioner", "connection", "timeouts"}:
            yield self._body(block, scope)
        elif block.kind == "dynamic" and block.labels[:1] == (name,):
            iterator = block.arguments["iterator"].value if "iterator" in block.arguments else name
            elements = self._module.value(block.arguments["for_each"].value, scope)
            pairs = elements.items() if isinstance(elements, Mapping) else ((one, one) for one in _listed(elements))
            for key, value in pairs:
                inner = bound(scope, {iterator: {"key": key, "value": value}})
                for content in block.nested("content"):
                    yield self._body(content, inner)

    def _body(self, block: Block, scope: Scope) -> dict[str, Any]:
        arguments = block.arguments.items()
        found: dict[str, Any] = {name: self._module.value(one.value, scope) for name, one in arguments}
        for kind in dict.fromkeys(one.labels[0] if one.kind == "dynamic" else one.kind for one in block.blocks):
            found[kind] = [one for inner in block.blocks for one in self._content(inner, scope, kind)]
        return found


def keyed(module: Module, block: Block, key: Key) -> Scope:
    def scope(name: str) -> object:
        if name == "each" and isinstance(key, str):
            return _Lazy(lambda: iter(("key", "value")), lambda one: key if one == "key" else elements()[key])
        if name == "count" and isinstance(key, int):
            return {"index": key}
        return module.scope(name)

    def elements() -> Mapping[Key, object]:
        return module.elements(block)  # type: ignore[return-value]

    return scope


def key_text(key: Key) -> str:
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f'["{key}"]'


def key_of(text: str) -> Key:
    try:
        found = json.loads(text[1:-1]) if text else None
    except ValueError:
        raise UnevaluatedError("a key that cannot be read") from None
    return found if isinstance(found, str | int) else None


def _under(module: str, own: str) -> str:
    return f"{module}.{own}" if module else own


def _is_small(value: object) -> bool:
    """Whether a value has few enough parts to be read again wherever it is named: lists of one list twice have many."""
    waiting, parts = [value], 0
    while waiting and parts < _MOST_PARTS:
        one = waiting.pop()
        parts += 1 if not isinstance(one, str) else 1 + len(one) // 1000
        if isinstance(one, dict | list):
            parts += len(one)
            waiting += (one.values() if isinstance(one, dict) else one) if parts < _MOST_PARTS else ()
    return parts < _MOST_PARTS


def _listed(value: object) -> list[object]:
    if not isinstance(value, list):
        raise UnevaluatedError(f"{value!r} is no collection")
    return value


Conversion = Callable[[object], object]


@lru_cache(maxsize=1024)
def _conversion(text: str) -> Conversion:
    """Return what a type (`map(object({ name = optional(string, "x") }))`) makes of a value: defaults, sets' order."""
    found = evaluated(text, _type, _CONSTRUCTORS)
    return found if callable(found) else _any


def _type(name: str) -> object:
    if name not in _TYPES:
        raise UnevaluatedError(f"{name} is no type")
    return _TYPES[name]


def _any(value: object) -> object:
    return value


_TYPES: Final[Mapping[str, Conversion]] = {
    "any": _any,
    "string": lambda value: value if value is None else as_text(value),
    "number": lambda value: (
        FUNCTIONS.table["tonumber"](value) if isinstance(value, str) and not isinstance(value, Later) else value
    ),
    "bool": lambda value: is_true(value) if isinstance(value, str) and not isinstance(value, Later) else value,
}


def _if_list(make: Callable[[list[object]], object]) -> Conversion:
    return lambda value: make(value) if isinstance(value, list) else value


def _if_map(make: Callable[[Mapping[str, object]], object]) -> Conversion:
    return lambda value: make(value) if isinstance(value, Mapping) else value


_CONSTRUCTORS: Final = Functions(
    {
        "list": lambda of: _if_list(lambda many: [*map(of, many)]),
        "map": lambda of: _if_map(lambda found: {key: of(one) for key, one in found.items()}),
        "object": lambda attributes: _if_map(
            lambda found: {name: of(found.get(name)) for name, of in attributes.items()}
        ),
        "optional": lambda of, default=None: lambda value: of(default if value is None else value),
        "set": lambda of: _if_list(lambda many: FUNCTIONS.table["toset"]([*map(of, many)])),
        "tuple": lambda types: _if_list(lambda many: [of(one) for of, one in zip(types, many, strict=False)]),
    }
)
