"""What a provider's schema says and a plan does not: which attributes are sensitive, which lists are sets.

`python -m infragen.redaction.provider_schemas < schema.json > aws-schemas.json` makes the shipped file from the AWS
provider's schema (`terraform providers schema -json`).
"""

from __future__ import annotations

import json
import sys
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ProviderSchemas", "TypeSchema", "shipped_schemas"]

Path = tuple[str, ...]


class TypeSchema(NamedTuple):
    """What is known of one resource type; a path is attribute names without indices: `("ingress", "cidr_blocks")`."""

    sensitive: tuple[Path, ...] = ()
    sets: frozenset[Path] = frozenset()


_NOTHING = TypeSchema()


class ProviderSchemas:
    """What is known of resource types; a schema that comes with a plan goes before the shipped facts."""

    __slots__ = ("_given", "_shipped")

    def __init__(self, given: Mapping[str, TypeSchema], shipped: Mapping[str, Mapping[str, list[str]]]) -> None:
        self._given = given
        self._shipped = shipped

    def of(self, resource_type: str | None) -> TypeSchema:
        """Return what is known of a type; nothing is an answer too."""
        name = resource_type or ""
        return self._given.get(name) or (_read(name) if name in self._shipped else _NOTHING)

    def with_schemas(self, schemas: object) -> ProviderSchemas:
        """Return these facts and those of `terraform providers schema -json` (its `provider_schemas`)."""
        return ProviderSchemas({**self._given, **_schemas_of(schemas)}, self._shipped)


@cache
def shipped_schemas() -> ProviderSchemas:
    """Return what is shipped: facts of the AWS provider, drawn from its schema."""
    return ProviderSchemas({}, _shipped())


@cache
def _shipped() -> Mapping[str, Mapping[str, list[str]]]:
    content = files("infragen.redaction").joinpath("aws-schemas.json").read_text(encoding="utf-8")
    types: Mapping[str, Mapping[str, list[str]]] = json.loads(content)["types"]
    return types


@cache
def _read(name: str) -> TypeSchema:
    schemas = _shipped()[name]
    return TypeSchema(
        tuple(tuple(path.split(".")) for path in schemas.get("sensitive", ())),
        frozenset(tuple(path.split(".")) for path in schemas.get("sets", ())),
    )


def _schemas_of(schemas: object) -> dict[str, TypeSchema]:
    """Return the facts of every resource type that has any; anything that is no schema gives none."""
    found: dict[str, TypeSchema] = {}
    for _, provider in _items(schemas):
        for kind in ("resource_schemas", "data_source_schemas"):
            for name, resource in _items(provider.get(kind)):
                schemas = _schema_of(_dict(resource.get("block")))
                if schemas.sensitive or schemas.sets:
                    old = found.get(name, TypeSchema())
                    found[name] = TypeSchema(
                        tuple(sorted({*old.sensitive, *schemas.sensitive})), old.sets | schemas.sets
                    )
    return found


def _schema_of(block: dict[str, object]) -> TypeSchema:
    sensitive: list[tuple[str, ...]] = []
    sets: list[tuple[str, ...]] = []
    for path, is_sensitive, is_set in _walk(block, ()):
        if is_sensitive:
            sensitive.append(path)
        if is_set:
            sets.append(path)
    return TypeSchema(tuple(sorted(sensitive)), frozenset(sets))


def _walk(block: dict[str, object], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool, bool]]:
    for name, attribute in _items(block.get("attributes")):
        here = (*path, name)
        nested = _dict(attribute.get("nested_type"))
        is_set = nested.get("nesting_mode") == "set" or _is_set(attribute.get("type"))
        is_secret = attribute.get("sensitive") is True or attribute.get("write_only") is True
        yield here, is_secret, is_set
        yield from _walk(nested, here)
        yield from _sets_inside(attribute.get("type"), here)
    for name, nested in _items(block.get("block_types")):
        here = (*path, name)
        yield here, False, nested.get("nesting_mode") == "set"
        yield from _walk(_dict(nested.get("block")), here)


def _sets_inside(kind: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool, bool]]:
    """Yield the sets inside an attribute whose type is written as `["list", ["object", {...}]]`."""
    if not isinstance(kind, list) or len(kind) != 2:
        return
    inner = kind[1]
    if kind[0] == "object" and isinstance(inner, dict):
        for name, member in inner.items():
            yield (*path, name), False, _is_set(member)
            yield from _sets_inside(member, (*path, name))
    elif kind[0] in ("list", "set"):  # not a set: a damaged schema may hold what has no hash
        yield from _sets_inside(inner, path)


def _is_set(kind: object) -> bool:
    return isinstance(kind, list) and len(kind) == 2 and kind[0] == "set"


def _items(value: object) -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(value, dict):
        yield from ((key, item) for key, item in value.items() if isinstance(item, dict))


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _main() -> None:
    document = json.load(sys.stdin)
    types = {
        name: {
            key: sorted(".".join(path) for path in paths)
            for key, paths in (("sensitive", schemas.sensitive), ("sets", schemas.sets))
            if paths
        }
        for name, schemas in sorted(_schemas_of(document["provider_schemas"]).items())
    }
    lines = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(schemas, separators=(',', ':'))}" for name, schemas in types.items()
    )
    sys.stdout.write('{"types": {\n' + lines + "\n}}\n")


if __name__ == "__main__":
    _main()
