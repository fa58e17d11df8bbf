"""The schemas of providers of today, for the types of resources that infragen's templates have: `aws.json` and others.

Each block of the file maps the names of arguments to their types, and of blocks to what stands in them; signs behind a
name say more: `!` required, `[]` any number of blocks, `=` a block that may also be written as an argument. What stands
in a block that is `null` is not known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

FOLDER: Final = Path(__file__).parent
PROVIDERS: Final = {"aws": "AWS", "google": "Google"}
"""Whose schemas there are, and what people call them."""


class Nested(Struct, frozen=True):
    """A block in a block; `content` is None where it is not known what stands in it."""

    content: Schema | None
    is_repeatable: bool
    is_argument: bool


class Schema(Struct, frozen=True):
    """What may stand in a block, and the names of what must."""

    arguments: Mapping[str, str]
    """By name, the type: `string`, `list(string)` (also for a set), `map(string)`, or `any`."""
    blocks: Mapping[str, Nested]
    required: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        return frozenset((*self.arguments, *self.blocks))


class Resource(Struct, frozen=True):
    """A type of resources: what is written of one, and all that can be read of it."""

    schema: Schema
    reads: frozenset[str]


class Known(Struct, frozen=True):
    """What is known of a provider: its version (`6.25.0`), and the day that the extract is of (`2025-12-10`)."""

    name: str
    version: str
    as_of: str
    gone: frozenset[str]
    """Types of resources that provider 5.100 has and this one lacks."""
    provider: Schema
    """What may stand in a `provider` block."""
    types: Mapping[str, Mapping[str, Any]]

    @property
    def shown(self) -> str:
        return f"{PROVIDERS[self.name]} provider {self.version}"

    def resource(self, name: str) -> Resource | None:
        return _resource(self.name, name) if name in self.types else None


@cache
def known(name: str) -> Known:
    said = json.loads((FOLDER / f"{name}.json").read_bytes())
    gone, provider = frozenset(said["gone"]), _schema(said["provider"])
    return Known(name, said["version"], said["as_of"], gone, provider, said["resources"])


def has_region(kind: str) -> bool:
    """Whether AWS is known to have what goes by one name in each region: where provider 6 lets one be chosen."""
    found = known("aws").resource(kind)
    return found is not None and "region" in found.schema.names


@cache
def _resource(provider: str, name: str) -> Resource:
    said = known(provider).types[name]
    schema = _schema(said["arguments"])
    return Resource(schema, schema.names.union(said["reads"].split()))


def _schema(said: Mapping[str, Any]) -> Schema:
    arguments, blocks, required = {}, {}, set()
    for name, value in said.items():
        label = name.rstrip("!=[]")
        signs = name[len(label) :]
        if "!" in signs:
            required.add(label)
        if isinstance(value, str):
            arguments[label] = value
        else:
            blocks[label] = Nested(None if value is None else _schema(value), "[" in signs, "=" in signs)
    return Schema(arguments, blocks, frozenset(required))
