"""Facts drawn from `terraform providers schema -json`.

`python -m infragen.plan.schema < schema.json > aws-facts.json` makes the shipped file from the AWS provider's schema.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from infragen.plan.facts import TypeFacts

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["facts_of_schemas"]


def facts_of_schemas(schemas: object) -> dict[str, TypeFacts]:
    """Return the facts of every resource type that has any; anything that is no schema gives none."""
    found: dict[str, TypeFacts] = {}
    for _, provider in _items(schemas):
        for kind in ("resource_schemas", "data_source_schemas"):
            for name, resource in _items(provider.get(kind)):
                facts = _facts(_dict(resource.get("block")))
                if facts.sensitive or facts.sets:
                    old = found.get(name, TypeFacts())
                    found[name] = TypeFacts(tuple(sorted({*old.sensitive, *facts.sensitive})), old.sets | facts.sets)
    return found


def _facts(block: dict[str, object]) -> TypeFacts:
    sensitive: list[tuple[str, ...]] = []
    sets: list[tuple[str, ...]] = []
    for path, is_sensitive, is_set in _walk(block, ()):
        if is_sensitive:
            sensitive.append(path)
        if is_set:
            sets.append(path)
    return TypeFacts(tuple(sorted(sensitive)), frozenset(sets))


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
            for key, paths in (("sensitive", facts.sensitive), ("sets", facts.sets))
            if paths
        }
        for name, facts in sorted(facts_of_schemas(document["provider_schemas"]).items())
    }
    lines = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(facts, separators=(',', ':'))}" for name, facts in types.items()
    )
    sys.stdout.write('{"types": {\n' + lines + "\n}}\n")


if __name__ == "__main__":
    _main()
