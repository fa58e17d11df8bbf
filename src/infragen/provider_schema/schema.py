"""The schema of the AWS provider of today, for the types of resources that infragen's templates have.

Each block of the file maps the names of arguments to their types, and of blocks to what stands in them; signs behind a
name say more: `!` required, `[]` any number of blocks, `=` a block that may also be written as an argument. What stands
in a block that is `null` is not known.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Final = Path(__file__).with_name("aws.json")


class Argument(Struct, frozen=True):
    """An argument: `string`, `list(string)`, `map(string)` ..."""

    type: str

    @property
    def shape(self) -> str:
        """What kind of value it takes: `string`, `list` (also for a set), `map`, or `any`."""
        return self.type.partition("(")[0]


class Nested(Struct, frozen=True):
    """A block in a block; `content` is None where it is not known what stands in it."""

    content: Schema | None
    is_repeatable: bool
    is_argument: bool


class Schema(Struct, frozen=True):
    """What may stand in a block, and the names of what must."""

    arguments: Mapping[str, Argument]
    blocks: Mapping[str, Nested]
    required: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """The names of both."""
        return frozenset((*self.arguments, *self.blocks))


class Resource(Struct, frozen=True):
    """A type of resources: what is written of one, and all that can be read of it."""

    schema: Schema
    reads: frozenset[str]


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(FILE.read_bytes())
    return data


VERSION: Final[str] = _data()["version"]
"""The provider's version, `6.25.0`."""
AS_OF: Final[str] = _data()["as_of"]
"""The day that the extract is of, `2025-12-10`."""
GONE: Final = frozenset(_data()["gone"])
"""Types of resources that provider 5.100 has and this one lacks."""


@cache
def provider() -> Schema:
    """Return what may stand in a `provider` block."""
    return _schema(_data()["provider"])


@cache
def resource(name: str) -> Resource | None:
    """Return a type of resources; None for one that the extract lacks."""
    said = _data()["resources"].get(name)
    if said is None:
        return None
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
            arguments[label] = Argument(value)
        else:
            blocks[label] = Nested(None if value is None else _schema(value), "[" in signs, "=" in signs)
    return Schema(arguments, blocks, frozenset(required))
