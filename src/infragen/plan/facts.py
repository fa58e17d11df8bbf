"""What a provider's schema says and a plan does not: which attributes are secret, which lists are sets."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Facts", "TypeFacts", "known_facts"]

Path = tuple[str, ...]


class TypeFacts(NamedTuple):
    """What is known of one resource type; a path is attribute names without indices: `("ingress", "cidr_blocks")`."""

    sensitive: tuple[Path, ...] = ()
    sets: frozenset[Path] = frozenset()


_NOTHING = TypeFacts()


class Facts:
    """What is known of resource types; a schema that comes with a plan goes before the shipped facts."""

    __slots__ = ("_given", "_shipped")

    def __init__(self, given: Mapping[str, TypeFacts], shipped: Mapping[str, Mapping[str, list[str]]]) -> None:
        self._given = given
        self._shipped = shipped

    def of(self, resource_type: str | None) -> TypeFacts:
        """Return what is known of a type; nothing is an answer too."""
        name = resource_type or ""
        return self._given.get(name) or (_read(name) if name in self._shipped else _NOTHING)

    def with_schemas(self, schemas: object) -> Facts:
        """Return these facts and those of `terraform providers schema -json` (its `provider_schemas`)."""
        from infragen.plan.schema import facts_of_schemas

        return Facts({**self._given, **facts_of_schemas(schemas)}, self._shipped)


@cache
def known_facts() -> Facts:
    """Return what is shipped: facts of the AWS provider, drawn from its schema by `schema.py`."""
    return Facts({}, _shipped())


@cache
def _shipped() -> Mapping[str, Mapping[str, list[str]]]:
    content = files("infragen.plan").joinpath("aws-facts.json").read_text(encoding="utf-8")
    types: Mapping[str, Mapping[str, list[str]]] = json.loads(content)["types"]
    return types


@cache
def _read(name: str) -> TypeFacts:
    facts = _shipped()[name]
    return TypeFacts(
        tuple(tuple(path.split(".")) for path in facts.get("sensitive", ())),
        frozenset(tuple(path.split(".")) for path in facts.get("sets", ())),
    )
