"""What a provider's schema says and a plan does not: which attributes are sensitive, which lists are sets.

`python -m infragen.redaction.provider_schemas < schema.json > aws-schemas.json` makes the shipped file from the AWS
provider's schema (`terraform providers schema -json`). `other-schemas.json`, for plans without marks, has well-known
secrets of other providers, written by hand after what their source marks as sensitive.
"""

from __future__ import annotations

import json
import sys
from collections import ChainMap
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from infragen.redaction.exact_json import object_members, object_or_empty

_SHIPPED = ("aws-schemas.json", "other-schemas.json")
Path = tuple[str, ...]


class TypeSchema(NamedTuple):
    """What is known of one resource type; a path is attribute names without indices: `("ingress", "cidr_blocks")`."""

    sensitive: tuple[Path, ...] = ()
    sets: frozenset[Path] = frozenset()


class ProviderSchemas:
    """What is known of resource types; a schema that comes with a plan goes before the shipped facts."""

    def __init__(self, given: Mapping[str, TypeSchema]) -> None:
        self._given = given

    def of(self, resource_type: str | None) -> TypeSchema:
        name = resource_type or ""
        return self._given.get(name) or _read(name)

    def with_schemas(self, schemas: object) -> ProviderSchemas:
        return ProviderSchemas({**self._given, **_schemas_of(schemas)})


@cache
def shipped_schemas() -> ProviderSchemas:
    return ProviderSchemas({})


@cache
def _shipped() -> Mapping[str, Mapping[str, list[str]]]:
    folder = files("infragen.redaction")
    found = (json.loads(folder.joinpath(name).read_text(encoding="utf-8"))["types"] for name in _SHIPPED)
    return ChainMap(*found)


@cache
def _read(name: str) -> TypeSchema:
    schema = _shipped().get(name, {})
    return TypeSchema(
        tuple(tuple(path.split(".")) for path in schema.get("sensitive", ())),
        frozenset(tuple(path.split(".")) for path in schema.get("sets", ())),
    )


def _schemas_of(schemas: object) -> dict[str, TypeSchema]:
    found: dict[str, TypeSchema] = {}
    for _, provider in object_members(schemas):
        for kind in ("resource_schemas", "data_source_schemas"):
            for name, resource in object_members(provider.get(kind)):
                block = object_or_empty(resource.get("block"))
                walked = list(_walk(block, ()))
                sensitive = sorted(path for path, is_sensitive, _ in walked if is_sensitive)
                schema = TypeSchema(tuple(sensitive), frozenset(path for path, _, is_set in walked if is_set))
                if schema.sensitive or schema.sets:
                    old = found.get(name, TypeSchema())
                    found[name] = TypeSchema(tuple(sorted({*old.sensitive, *schema.sensitive})), old.sets | schema.sets)
    return found


def _walk(block: dict[str, object], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool, bool]]:
    for name, attribute in object_members(block.get("attributes")):
        here = (*path, name)
        nested = object_or_empty(attribute.get("nested_type"))
        is_set = nested.get("nesting_mode") == "set" or _is_set(attribute.get("type"))
        is_secret = attribute.get("sensitive") is True or attribute.get("write_only") is True
        yield here, is_secret, is_set
        yield from _walk(nested, here)
        yield from _sets_inside(attribute.get("type"), here)
    for name, nested in object_members(block.get("block_types")):
        here = (*path, name)
        yield here, False, nested.get("nesting_mode") == "set"
        yield from _walk(object_or_empty(nested.get("block")), here)


def _sets_inside(kind: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool, bool]]:
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


def _main() -> None:
    document = json.load(sys.stdin)
    types = {
        name: {
            key: sorted(".".join(path) for path in paths)
            for key, paths in (("sensitive", schema.sensitive), ("sets", schema.sets))
            if paths
        }
        for name, schema in sorted(_schemas_of(document["provider_schemas"]).items())
    }
    texts = ((json.dumps(name), json.dumps(schema, separators=(",", ":"))) for name, schema in types.items())
    lines = ",\n".join(f"{name}: {schema}" for name, schema in texts)
    sys.stdout.write('{"types": {\n' + lines + "\n}}\n")


if __name__ == "__main__":
    _main()
