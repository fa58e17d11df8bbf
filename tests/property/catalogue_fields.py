"""Every field that the JSON Schema lets a catalogue's file have, a file that gives them all, and where each stands.

Nothing here knows a field by name: one that is added to a model is found, filled and tried like the others.
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import hypothesis
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Schema = dict[str, Any]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a file where somebody may put text: a value, a free key of a map, or a key that nobody knows."""

    path: Path
    what: str
    form: str
    """The path in the schema, with `*` for free keys and items: the same for every entry of every system."""
    is_text: bool = False
    """Whether any text at all fits the schema: no pattern, no list of words, no number."""
    is_held: bool = False
    """Whether the file has a good value there, so that text in its place is refused for what it is or written."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file's text, and the line and column of each value and key in it, both from 1."""

    text: str
    values: Mapping[Path, tuple[int, int]]
    keys: Mapping[Path, tuple[int, int]]


class Fields:
    """The schema of one kind of file."""

    def __init__(self, document: Schema) -> None:
        self.definitions: Schema = document["$defs"]
        self.top = document

    def only(self, *properties: str) -> Fields:
        """Return the schema with these of its top properties alone."""
        kept = {name: self.top["properties"][name] for name in properties if name in self.top["properties"]}
        return Fields({**self.top, "properties": kept})

    def without(self, *properties: str) -> Fields:
        """Return the schema without these of its top properties."""
        return self.only(*(name for name in self.top["properties"] if name not in properties))

    def at(self, *path: str) -> Fields:
        """Return the schema of the values at a path of properties and free keys."""
        schema = self.top
        for step in path:
            above = self.resolved(schema)
            schema = self.resolved(above.get("properties", {}).get(step) or above["additionalProperties"])
        return Fields({**schema, "$defs": self.definitions})

    def resolved(self, schema: Schema, data: Any = None) -> Schema:
        """Follow references and leave out the choice of null; of several choices, take that which `data` has made."""
        choices = self.choices(schema)
        return next((one for one in choices if _is_of(one, data)), choices[0])

    def choices(self, schema: Schema) -> list[Schema]:
        """Return what a value may be but null, with references followed."""
        if "$ref" in schema:
            return self.choices(self.definitions[schema["$ref"].removeprefix("#/$defs/")])
        if "anyOf" in schema:
            members = (member for member in schema["anyOf"] if member.get("type") != "null")
            return [choice for member in members for choice in self.choices(member)]
        return [schema]

    def complete(self, data: Any, examples: Mapping[str, Any] | None = None) -> Any:
        """Return `data` with every field it lacks.

        `examples` has values for dotted paths that need a certain one: text goes before what `data` has, and None
        leaves out even that.
        """
        whole = copy.deepcopy(data)
        for dotted, value in (examples or {}).items():
            *above, last = dotted.split(".")
            inner = whole
            for step in above:
                inner = inner.get(step) or {}
            if value is None:
                inner.pop(last, None)
            elif last in inner and isinstance(value, str):
                inner[last] = value
        return self._complete(self.top, whole, (), examples or {})

    def slots(self, data: Mapping[str, Any]) -> Iterator[Slot]:
        """Yield every slot of a complete file."""
        yield from self._slots(self.top, data, (), ())

    def forms(self) -> Iterator[tuple[str, str, bool]]:
        """Yield what every slot of every file of this kind has: its form, what it is, and whether it takes any text."""
        yield from dict.fromkeys(self._forms(self.top, ()))

    def _complete(self, schema: Schema, data: Any, path: Path, examples: Mapping[str, Any]) -> Any:
        schema = self.resolved(schema, data)
        dotted = ".".join(map(str, path))
        if dotted in examples and examples[dotted] is None:
            return None
        if data is None or data in ({}, []):
            data = copy.deepcopy(examples[dotted]) if dotted in examples else self._example(schema)
        if isinstance(data, dict):
            for name, inner in schema.get("properties", {}).items():
                data[name] = self._complete(inner, data.get(name), (*path, name), examples)
            values = _of_free_keys(schema)
            if values is not None:
                key = next(iter(data))
                data[key] = self._complete(values, data[key], (*path, key), examples)
        elif isinstance(data, list):
            data[0] = self._complete(schema["items"], data[0], (*path, 0), examples)
        return data

    def _example(self, schema: Schema) -> Any:
        if "const" in schema:
            return schema["const"]
        for key in ("enum", "examples"):
            if key in schema:
                return copy.deepcopy(next(value for value in schema[key] if value is not None))
        kind = _types(schema)[0]
        if kind == "object":
            free = schema.get("patternProperties")
            words = schema.get("propertyNames", {}).get("enum", ["example"])
            key = _matching(next(iter(free))) if free else words[0]
            return {key: None} if _of_free_keys(schema) is not None else {}
        simple = {"array": [None], "boolean": True, "integer": schema.get("minimum", 1), "number": 1}
        return simple[kind] if kind in simple else _matching(schema.get("pattern", "^example$"))

    def _slots(self, schema: Schema, data: Any, path: Path, form: Path) -> Iterator[Slot]:
        schema = self.resolved(schema, data)
        if isinstance(data, dict):
            known = schema.get("properties", {})
            values = _of_free_keys(schema)
            yield Slot(path, _of_keys(schema), _dotted(form), is_held=True)
            for name, inner in known.items():
                yield from self._slots(inner, data[name], (*path, name), (*form, name))
            if values is not None:
                key = next(iter(data))
                yield from self._slots(values, data[key], (*path, key), (*form, "*"))
        elif isinstance(data, list):
            yield from self._slots(schema["items"], data[0], (*path, 0), (*form, "*"))
        else:
            yield Slot(path, "value", _dotted(form), is_text=_is_text(schema), is_held=data is not None)

    def _forms(self, schema: Schema, form: Path) -> Iterator[tuple[str, str, bool]]:
        for choice in self.choices(schema):
            values = _of_free_keys(choice)
            if "items" in choice:
                yield from self._forms(choice["items"], (*form, "*"))
            elif "properties" in choice or values is not None:
                yield _dotted(form), _of_keys(choice), False
                for name, inner in choice.get("properties", {}).items():
                    yield from self._forms(inner, (*form, name))
                if values is not None:
                    yield from self._forms(values, (*form, "*"))
            else:
                yield _dotted(form), "value", _is_text(choice)


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))


def _of_keys(schema: Schema) -> str:
    return "unknown key" if _of_free_keys(schema) is None else "key"


def _types(schema: Schema) -> list[str]:
    types = schema.get("type", "object")
    return [types] if isinstance(types, str) else types


def _is_text(schema: Schema) -> bool:
    return "string" in _types(schema) and not schema.keys() & {"pattern", "enum", "const"}


def _is_of(schema: Schema, data: Any) -> bool:
    """Tell whether a value is of a schema's JSON type; a map, a list or a single value is all that choices need."""
    wanted = "object" if isinstance(data, dict) else "array" if isinstance(data, list) else "string"
    return data is not None and wanted in _types(schema)


def _of_free_keys(schema: Schema) -> Schema | None:
    """Return the schema of the values of a map whose keys are free; None when its keys are all known."""
    found = schema.get("patternProperties")
    if found:
        return next(iter(found.values()))
    values = schema.get("additionalProperties")
    return values if isinstance(values, dict) else {"type": "string"} if values is True else None


@cache
def _matching(pattern: str) -> str:
    """Return the shortest text of a form."""
    return hypothesis.find(st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True), lambda _: True)


def put(data: Any, slot: Slot, text: str) -> None:
    """Put `text` into a slot; a free key gets the value of the map's first one."""
    target = data
    inner = slot.path if slot.what != "value" else slot.path[:-1]
    for step in inner:
        target = target[step]
    if slot.what == "value":
        target[slot.path[-1]] = text
    else:
        target[text] = "x" if slot.what == "unknown key" else copy.deepcopy(next(iter(target.values())))


def write(data: Mapping[str, Any]) -> Written:
    """Write a file as YAML, every text in double quotes, and note where everything stands."""
    writer = _Writer()
    writer.mapping(data, (), 0)
    return Written("".join(writer.lines), writer.values, writer.keys)


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.values: dict[Path, tuple[int, int]] = {(): (1, 1)}
        self.keys: dict[Path, tuple[int, int]] = {}

    def mapping(self, data: Mapping[str, Any], path: Path, depth: int) -> None:
        indent = "  " * depth
        for key, value in data.items():
            shown = _quoted(key)
            line = len(self.lines) + 1
            if len(shown) > 900:  # YAML 1.2, 7.4.2: a key before its colon has at most 1024 characters
                self.keys[*path, key] = (line, len(indent) + 3)
                self.lines.append(f"{indent}? {shown}\n")
                self.value(value, (*path, key), depth, f"{indent}: ")
            else:
                self.keys[*path, key] = (line, len(indent) + 1)
                self.value(value, (*path, key), depth, f"{indent}{shown}: ")

    def value(self, value: Any, path: Path, depth: int, before: str) -> None:
        if value and isinstance(value, dict | list):
            self.lines.append(f"{before.rstrip()}\n")
            self.values[path] = (len(self.lines) + 1, 2 * depth + 3)
            if isinstance(value, dict):
                self.mapping(value, path, depth + 1)
            else:
                for index, item in enumerate(value):
                    self.value(item, (*path, index), depth + 1, "  " * (depth + 1) + "- ")
        else:
            shown = _quoted(value) if isinstance(value, str) else json.dumps(value)
            self.values[path] = (len(self.lines) + 1, len(before) + 1)
            self.lines.append(f"{before}{shown}\n")


_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]')


def _quoted(text: str) -> str:
    """Write YAML's double-quoted style (YAML 1.2, 5.7); what is no printable character of YAML's is escaped."""
    return f'"{_ESCAPED.sub(lambda found: _escape(found[0]), text)}"'


def _escape(character: str) -> str:
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04x}"
