"""What a module takes and gives: its variables and its outputs, and what of a call of it does not fit them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.hcl.expressions import evaluated
from infragen.hcl.functions import Functions
from infragen.hcl.index import META_ARGUMENTS, Block
from infragen.hcl.later import Later, UnevaluatedError


class _Type(Struct, frozen=True):
    """A type: attributes of an object, or what the elements of a collection are; neither for all others."""

    attributes: Mapping[str, _Type] | None = None
    element: _Type | None = None
    is_optional: bool = False


_ANY: Final = _Type()


_CONSTRUCTORS: Final = Functions(
    {
        "list": lambda of: _Type(element=of),
        "map": lambda of: _Type(element=of),
        "object": lambda attributes: _Type(attributes=attributes),
        "optional": lambda of, default=None: replace(of, is_optional=True),  # noqa: ARG005  # Terraform's own
        "set": lambda of: _Type(element=of),
        "tuple": lambda types: _ANY,  # noqa: ARG005  # elements of their own types, which are told by their place
    }
)


class Interface:
    """The variables and outputs of a module, given the blocks of its files."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        named = [block for block in blocks if block.labels]
        self._variables = {block.labels[0]: block for block in named if block.kind == "variable"}
        self._outputs = frozenset(block.labels[0] for block in named if block.kind == "output")

    def misfits(self, call: Block, read: Iterable[str]) -> Iterator[str]:
        """Attributes of objects count as far as the call writes them: Terraform would drop one that the type lacks."""
        given = {name: one for name, one in call.arguments.items() if name not in META_ARGUMENTS}
        for name in sorted(given.keys() - self._variables.keys()):
            yield f"takes no argument `{name}`"
        for name, variable in self._variables.items():
            if name in given:
                found: object = None
                if "type" in variable.arguments:
                    with suppress(UnevaluatedError):
                        found = evaluated(variable.arguments["type"].value, lambda _: _ANY, _CONSTRUCTORS)
                kind = found if isinstance(found, _Type) else _ANY
                yield from dict.fromkeys(_differences(kind, _value(given[name].value), name))
            elif "default" not in variable.arguments:
                yield f"needs the argument `{name}`, which is not given"
        for name in sorted({*read} - self._outputs):
            yield f"has no output `{name}`"


def _value(expression: str) -> object:
    with suppress(UnevaluatedError):
        return evaluated(expression, lambda name: Later(name, ""))
    return None


def _differences(type_: _Type, value: object, path: str) -> Iterator[str]:
    if type_.element is not None:
        items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
        for item in items:
            yield from _differences(type_.element, item, f"{path}[*]")
    if type_.attributes is None or not isinstance(value, Mapping):
        return
    for name in sorted(value.keys() - type_.attributes.keys()):
        yield f"takes no attribute `{path}.{name}`"
    for name, inner in type_.attributes.items():
        if name in value:
            yield from _differences(inner, value[name], f"{path}.{name}")
        elif not inner.is_optional:
            yield f"needs the attribute `{path}.{name}`, which is not given"
