"""API Gateway's patch operations, understood once for all resources that moto patches wrongly or not at all.

Source: API Gateway API Reference, PatchOperation and "Patch operations" (a path's `/` is written `~1`, values are
strings, `add` and `remove` work on list items and map entries, `replace` on everything). Not a correction itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


def _text(value: str) -> str:
    return value


@dataclass(frozen=True, slots=True)
class Field:
    """Where a resource keeps what stands under a path's first word, and how its text is read."""

    attribute: str
    read: Callable[[str], Any] = _text


def truth(value: str) -> bool:
    """Read a boolean as patch operations write it."""
    return value.lower() == "true"


def apply_patches(thing: Any, fields: Mapping[str, Field], operations: Iterable[Mapping[str, Any]]) -> None:
    """Apply the operations whose path begins with one of `fields` to `thing`; others are left to the caller."""
    for operation in operations:
        first, *rest = (part.replace("~1", "/").replace("~0", "~") for part in operation["path"].strip("/").split("/"))
        if first in fields:
            _apply(thing, fields[first], rest, operation)


def _apply(thing: Any, field: Field, rest: list[str], operation: Mapping[str, Any]) -> None:
    value = operation.get("value")
    held = getattr(thing, field.attribute, None)
    if operation["op"] == "remove":
        setattr(thing, field.attribute, _without(held, rest, value))
    elif rest and isinstance(held, list):
        setattr(thing, field.attribute, [*held, *(rest if value is None or value == rest[0] else [value])])
    elif rest:
        setattr(thing, field.attribute, {**(held or {}), rest[0]: field.read(value or "")})
    elif isinstance(held, list):
        setattr(thing, field.attribute, [*held, value] if operation["op"] == "add" else [value])
    else:
        setattr(thing, field.attribute, None if value is None else field.read(value))


def _without(held: Any, rest: list[str], value: str | None) -> Any:
    if isinstance(held, list):
        gone = rest[0] if rest else value
        return [item for item in held if item != gone]
    if rest and isinstance(held, dict):
        return {key: item for key, item in held.items() if key != rest[0]}
    return None


def apply_endpoint_patches(configuration: dict[str, Any], operations: Iterable[Mapping[str, Any]]) -> None:
    """Apply the operations on an EndpointConfiguration, `/endpointConfiguration/types/REGIONAL`; others are left."""
    for operation in operations:
        first, *rest = operation["path"].strip("/").split("/")
        value = operation.get("value")
        if first != "endpointConfiguration":
            continue
        if rest[0] == "types":
            configuration["types"] = [value]
        elif rest[0] == "vpcEndpointIds":
            others = [known for known in configuration.get("vpcEndpointIds", []) if known != value]
            configuration["vpcEndpointIds"] = others if operation["op"] == "remove" else [*others, value]
        else:
            configuration[rest[0]] = value
