"""A new entry's file: what its kind asks for, and as comments everything else that it may say.

All of it comes from the kind's model: which fields there are, what they are for, and what they are when left out. A
line that begins with `#` and no space is a setting, which is in force once the `#` is removed; `# ` is text, and so is
what does nothing beside what the file says.
"""

import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, get_args

from msgspec import Struct, field
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from infragen.catalog.examples import choices, example, members_of
from infragen.catalog.schema import descriptions
from infragen.core.entry import Model
from infragen.core.units import written
from infragen.source import yaml_text

_WIDTH: Final = 80
_LATER: Final = (
    "configurations", "holds", "notes", "assumptions", "physical_name", "renamed_from", "moved_from",
    "password_versions", "usage",
)  # fmt: skip
"""What an entry says once it has a history, or a design document; none of it is for a new one."""
_PLACE: Final = re.compile(r"\{([a-z-]+)\}")
_LINES: Final = re.compile(r"([!-~][ -~]*\n)+")
"""A text of lines that YAML takes as they are, such as a key."""
_LISTED: Final = 8
"""Values that a comment lists at most."""


class NewEntry(Struct, frozen=True):
    """What is known of a new entry: the values it has, what defaults below give it, and names it may refer to."""

    model: type[Model]
    values: Mapping[str, Any]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By a field's name: the entries that it may name, `gateway: (public,)`."""
    example: Mapping[str, Any] = field(default_factory=dict)
    """What a new entry of the kind says; `{name}` in a text is its name, `{zone}` another entry's. Of what names one
    that is not there, only what the model asks for is said."""
    samples: Mapping[str, Any] = field(default_factory=dict)
    """What fields are when left out, or examples of them, where the model does not know it; of a field that is among
    the values, those of its own fields, each of which then has a line or a comment."""

    def unknown_references(self) -> tuple[str, ...]:
        lacking = self._lacking()
        named = (kind for name in lacking for kind in self.names if f"{{{kind}}}" in str(self.example.get(name)))
        asked = (*(name for name in lacking if name not in self.example), *named)  # an example is no entry's name
        own = getattr(self.model, "SINGULAR", "")  # what a metric calls `metric` is no other entry
        others = (name for name in dict.fromkeys(asked) if name in self.names and name != own)
        return tuple(name for name in others if not self.names[name])

    def _can_be_said(self) -> frozenset[str]:
        """Return the fields of the example but for those that only others' names make sense of, which are not there."""
        names = [word for value in self.example.values() for word in _PLACE.findall(str(value)) if word != "name"]
        if all(self.names.get(name) for name in names):
            return frozenset(self.example)
        return frozenset(name for name in self.example if _field(self.model, name).is_required())

    def text(self) -> str:
        noun = str(getattr(self.model, "SINGULAR", "part"))
        lines = [*self.said()]
        comments = [*self.comments()]
        if comments:
            article = "an" if noun[0] in "aeiou" else "a"
            what = f"What else {article} {noun} may say, each as it is when left out, or as an example."
            lines += ["", *_prose(f"{what} Remove the `#` of a setting to have it.")]
        return "\n".join([*lines, *comments]) + "\n"

    def said(self) -> Iterator[str]:
        given = {**self.values, **{name: self._example_of(name) for name in self._lacking()}}
        noun = getattr(self.model, "SINGULAR", None)
        by_file = noun if noun in (None, "environment") else "name"  # what the file's name says, nobody need write
        own = [name for name in _own_first(self.model) if name in given and name != by_file]
        for name in sorted(own, key=self._is_spread):
            inner = _field(self.model, name).annotation
            if self._is_spread(name) and isinstance(inner, type) and issubclass(inner, Model):
                within = NewEntry(inner, given[name], samples=self.samples[name])
                yield f"{name}:"
                yield from (f"  {line}".rstrip() for line in (*within.said(), *within.comments()))
            else:
                yield from assigned(name, given[name])

    def _is_spread(self, name: str) -> bool:
        return name in self.values and name in self.samples

    def comments(self) -> Iterator[str]:
        known = {*self.values, *self._lacking(), *_LATER}  # its own name is among the values
        for name in (name for name in _own_first(self.model) if name not in known):
            yield from ("", *self._comment(name))

    def _lacking(self) -> tuple[str, ...]:
        known = {*self.values, *self.defaults}
        more = frozenset() if known & {*self.example} else self._can_be_said()  # of another engine, it would be wrong
        return tuple(
            found.alias or name
            for name, found in self.model.model_fields.items()
            if (found.is_required() or name in more) and not {name, found.alias} & known
        )

    def _example_of(self, name: str) -> Any:
        found = _field(self.model, name)
        if name in self.samples:
            return self.samples[name]
        if name in self.example:
            others = {kind: names[0] for kind, names in self.names.items() if names}
            return _named(self.example[name], {**others, "name": self.values["name"]})
        known = self.names.get(name)
        return known[0] if known and str in members_of(found.annotation) else example(found)

    def _comment(self, name: str) -> Iterator[str]:
        found = _field(self.model, name)
        text = descriptions(self.model).get(name) or _about(found.annotation)
        words = self.names.get(name) or choices(found.annotation)
        if len(words) > 1:
            more = f" and {len(words) - _LISTED} more" if len(words) > _LISTED else ""
            text = f"{text} One of: {', '.join(words[:_LISTED])}{more}.".strip()
        if name in self.defaults:
            text = f"{text} Given by a default of the system or the domain.".strip()
        said = {**self.defaults, **self.values, **{one: self._example_of(one) for one in self._lacking()}}
        beside = self.model.idle(said).get(name)
        mark = "#" if beside is None else "# "
        yield from _prose(text if beside is None else f"{text} Only with {beside}.".strip())
        value = self.defaults[name] if name in self.defaults else self._usual(name, found)
        yield from (f"{mark}{line}" for line in assigned(name, value, _WIDTH - len(mark)))

    def _usual(self, name: str, found: FieldInfo) -> Any:
        if found.is_required():
            return self._example_of(name)
        default = found.get_default(call_default_factory=True)
        if isinstance(default, BaseModel):
            return found.examples[0] if found.examples else _whole(type(default))
        if default in (None, (), {}, ""):
            return self._example_of(name)
        return written(default, found.annotation, tuple(found.metadata))


def _whole(model: type[BaseModel]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, found in model.model_fields.items():
        default = None if found.is_required() else found.get_default(call_default_factory=True)
        usual = written(default, found.annotation, tuple(found.metadata))
        result[found.alias or name] = example(found) if usual in (None, [], {}, "") else usual
    return result


def _named(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {_named(key, names): _named(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    return _PLACE.sub(lambda found: names.get(found[1], "order-desk"), value) if isinstance(value, str) else value


def _prose(text: str) -> Iterator[str]:
    yield from (f"# {line}" for line in textwrap.wrap(text, _WIDTH - 2, break_on_hyphens=False))


def _own_first(model: type[BaseModel]) -> list[str]:
    order = ["name", "environment", "title", "domain", "account", "region", "production"]
    for cls in model.__mro__:
        if isinstance(cls, type) and issubclass(cls, BaseModel):
            order += [name for name in cls.__annotations__ if name in model.model_fields]
    return [model.model_fields[name].alias or name for name in dict.fromkeys(order) if name in model.model_fields]


def _field(model: type[BaseModel], name: str) -> FieldInfo:
    return next(found for known, found in model.model_fields.items() if name in (known, found.alias))


def _about(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return inspect.cleandoc(annotation.__doc__ or "").partition("\n\n")[0]
    return next((text for one in get_args(annotation) if (text := _about(one))), "")


def assigned(name: str, value: Any, width: int = _WIDTH, indent: str = "") -> Iterator[str]:
    is_short = len(f"{indent}{name}: {yaml_text(value)}") <= width
    if is_short or not (isinstance(value, (dict, list)) and value):
        yield from _put(f"{indent}{name}:", value, f"{indent}  ")
    elif isinstance(value, dict):
        yield f"{indent}{name}:"
        for key, item in value.items():
            yield from assigned(yaml_text(key), item, width, f"{indent}  ")
    else:
        yield f"{indent}{name}:"
        for item in value:
            yield from _put(f"{indent}  -", item, f"{indent}    ")


def _put(before: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, str) and _LINES.fullmatch(value):
        yield f"{before} |"
        yield from (f"{indent}{line}" for line in value.splitlines())
    else:
        yield f"{before} {yaml_text(value)}"
