"""Environments in which one field alone has another value: to see what follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from msgspec.structs import replace
from pydantic import BaseModel

from infragen.core.units import RequestRate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from infragen.core.resolved_system import Environment

    Driver = tuple[str, tuple[str, ...]]
    """Whose field, and its path."""

__all__ = ["Driver", "variations"]

OTHER_TEXTS = {
    r"\d\d:\d\d-\d\d:\d\d": "01:00-02:00",
    r"\d\d:\d\d": "09:15",
    r"[\d.]+/\d+": "172.16.0.0/16",
    r"(\S+ ){5}\S+": "5 3 ? * TUE *",
    r"\w+/\w+": "Europe/Berlin",
    r"[a-z]+-[a-z]+-\d": "eu-west-1",
    r"\d{12}": "999900009999",
    r"\d{4}-\d\d-\d\d": "2031-03-04",
    r"\d+ req/(day|week)|none": "5 req/month",
}
"""What a text becomes that cannot be any other one, by its form."""

REFERENCES = {"name", "renamed_from", "moved_from", "domain", "database", "gateway", "routes", "uses", "layout"}
"""Fields that say which entry is meant: what is built moves with them, rather than an argument of it."""
WORDS = {"notes", "assumptions", "reason", "volumes", "defaults", "document"}


def variations(
    of: Environment, left_out: AbstractSet[str] = REFERENCES | WORDS
) -> Iterator[tuple[Driver, Environment]]:
    """Yield each field with the environment in which that field alone has another value."""
    for owner, entry in of.every():
        kind, _, name = owner.partition("/")
        siblings = {
            one: other for named in of.entries.values() for one, other in zip(named, [*named][1:], strict=False)
        }
        siblings |= {other: one for one, other in siblings.items() if other not in siblings}
        for path, changed in Varying(left_out, siblings).models(entry):
            entries = {**of.entries, kind: {**of.entries[kind], name: changed}}
            yield (owner, path), replace(of, entries=entries)
    own = Varying(left_out, {})
    yield from ((("environment", path), replace(of, settings=other)) for path, other in own.models(of.settings))
    yield from ((("system", path), replace(of, system=other)) for path, other in own.models(of.system))


@dataclass(frozen=True)
class Varying:
    """How other values are found: `siblings` are other entries of the kind, for fields that name one."""

    left_out: AbstractSet[str]
    siblings: Mapping[str, str]

    def models(self, model: BaseModel, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
        for name, field in type(model).model_fields.items():
            if name == "profile":
                sizes = getattr(model, "sizes", {})
                yield from (((*path, name), model.model_copy(update={name: size})) for size in sizes)
            elif name not in self.left_out:
                for inner, value in self.values(getattr(model, name), (*path, name), field.annotation):
                    yield inner, model.model_copy(update={name: value})

    def values(
        self, value: Any, path: tuple[str, ...], annotation: Any = None
    ) -> Iterator[tuple[tuple[str, ...], Any]]:
        """Yield the path inside of `value`, and the value with another one there."""
        if isinstance(value, BaseModel):
            yield from self.models(value, path)
        elif isinstance(value, dict):
            for key, item in value.items():
                if path != ("sizes",):  # one of them is the size that is built
                    yield (*path, key), {name: one for name, one in value.items() if name != key}
                inner_values = self.values(item, (*path, str(key)))
                yield from ((inner, {**value, key: other}) for inner, other in inner_values)
        elif isinstance(value, tuple):
            yield from ((path, value[:place] + value[place + 1 :]) for place in range(len(value)))
            for place, item in enumerate(value):
                for inner, other in self.models(item, path) if isinstance(item, BaseModel) else ():
                    yield inner, (*value[:place], other, *value[place + 1 :])
        elif value is not None:
            named = self.siblings.get(value) if REFERENCES.intersection(path[:1]) - {"name"} else None
            yield from ((path, other) for other in ([named] if named else others(value, annotation)))
        if value is not None and type(None) in get_args(annotation):
            yield path, None


def others(value: Any, annotation: Any) -> Iterator[Any]:
    """Yield other values that the field may have: each word that it knows, or one that it may well be."""
    parts = (annotation, *get_args(annotation))
    choices = [one for part in parts if get_origin(part) is Literal for one in get_args(part)]
    if choices:
        yield from (choice for choice in choices if choice != value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value * 2 or 1
    elif isinstance(value, Decimal):
        yield value / 2
    elif isinstance(value, RequestRate):
        yield RequestRate(value.requests * 2, value.seconds)
    else:
        known = (other for pattern, other in OTHER_TEXTS.items() if re.fullmatch(pattern, value))
        yield next(known, f"{value}x")
