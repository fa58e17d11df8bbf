"""Values in layers: defaults below, overrides above. Maps merge, lists replace, `null` unsets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

from infragen.diagnostics import Location
from infragen.source import Document, holds


class Layer(Struct, frozen=True):
    """Part of one file: the mapping found at `prefix`.

    Where `brought_by` names a setting, nobody wrote the values: they are what that one line at `prefix` means.
    """

    document: Document
    prefix: tuple[str, ...]
    data: Mapping[str, Any]
    brought_by: str | None = None

    @classmethod
    def of(cls, document: Document, *prefix: str) -> Layer | None:
        data: Any = document.data
        for step in prefix:
            data = data.get(step) if isinstance(data, dict) else None
        return cls(document, prefix, data) if isinstance(data, dict) else None

    def has(self, path: Sequence[str | int]) -> bool:
        return self.document.has((*self.prefix, *path)) or holds(self.data, path)

    def locate(self, path: Sequence[str | int], *, key: bool = False) -> Location:
        return self.document.locate((*self.prefix, *path), key=key)

    def spelling(self, path: Sequence[str | int]) -> str:
        return self.document.spelling((*self.prefix, *path))

    def value(self, path: Sequence[str | int]) -> Any:
        return reduce(lambda data, step: data[step], path, cast("Any", self.data))


class Layers(Struct, frozen=True):
    """Layers from the weakest to the strongest; `home` is the one that the thing itself is written in."""

    layers: tuple[Layer, ...]
    home: Layer

    @classmethod
    def of(cls, layers: Iterable[Layer | None], home: Layer) -> Layers:
        return cls(tuple(layer for layer in layers if layer is not None), home)

    def written_out(self, form: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Layers:
        home = replace(self.home, data=form(self.home.data))
        layers = (home if one is self.home else replace(one, data=form(one.data)) for one in self.layers)
        return Layers(tuple(layers), home)

    def merged(self) -> dict[str, Any]:
        nothing: dict[str, Any] = {}
        return reduce(merged, (layer.data for layer in self.layers), nothing)

    def written(self) -> Layers:
        return replace(self, layers=tuple(layer for layer in self.layers if layer.brought_by is None))

    def setting(self, path: Sequence[str | int]) -> tuple[Layer, ...]:
        return tuple(layer for layer in reversed(self.layers) if layer.has(path))

    def has(self, path: Sequence[str | int]) -> bool:
        return any(layer.has(path) for layer in self.layers)

    def locate(self, path: Sequence[str | int], *, key: bool = False) -> Location:
        for length in range(len(path), 0, -1):
            for layer in reversed(self.layers):
                if layer.has(path[:length]):
                    return layer.locate(path[:length], key=key and length == len(path))
        return self.home.locate(())

    def spelling(self, path: Sequence[str | int]) -> str:
        return self.setting(path)[0].spelling(path)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            inner = result.get(key)
            result[key] = merged(inner if isinstance(inner, dict) else {}, value)
        else:
            result[key] = value
    return result
