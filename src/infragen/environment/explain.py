"""Why a value is what it is: the chain of files that set it."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from pydantic import BaseModel

from infragen.catalog.check import fields_at
from infragen.core.entry import is_within, path_steps
from infragen.core.figures import rest_of
from infragen.core.resolved_system import Environment
from infragen.core.units import inner_type, written
from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.diagnostics.hints import did_you_mean
from infragen.kinds import kinds
from infragen.kinds.compose import ComposeEnvironment
from infragen.source import holds, yaml_text


class Origin(Struct, frozen=True):
    """One file that says something about a value; the strongest decides."""

    location: Location
    value: Any
    """As written there; None unsets."""
    brought_by: str | None = None
    """The line that means the value, where it is not written itself: `follows: prod`."""


class Explanation(Struct, frozen=True):
    """A value, the places that set it (the strongest first), and what the catalogue says about it."""

    path: str
    value: Any
    written: Any
    """The value as a catalogue writes it: figures with their units."""
    origins: tuple[Origin, ...]
    assumption: str | None
    rows: tuple[str, ...]
    """Of the document, which say this figure."""
    notes: tuple[str, ...]


def explain(environment: Environment | ComposeEnvironment, path: str) -> Explanation:
    """InfragenError X001 for an unknown path, with the nearest name."""
    owner, model, steps = _owner(environment, path)
    value, kind = model, type(model)
    for step in steps:
        kind = inner_type(kind, step)
        if isinstance(value, BaseModel) and str(step) in type(value).model_fields:
            value = getattr(value, str(step))
        elif holds(value, (step,)):
            value = value[step]
        else:
            parts = type(value).model_fields if isinstance(value, BaseModel) else value
            raise _nothing(path, str(step), parts if isinstance(parts, dict) else ())
    layers = environment.origins[owner]
    set_by = layers.setting(steps)
    origins = tuple(
        Origin(layer.locate(steps), layer.value(steps), by and f"{by}: {yaml_text(layer.document.data[by])}")
        for layer in set_by
        for by in [layer.brought_by]
    )
    if not steps:
        origins = (Origin(layers.home.locate(()), None),)
    assumed = environment.assumption(owner, steps)
    of_rows, rest = rest_of(environment, owner, steps) if steps and assumed is None else ((), assumed)
    notes = tuple(_notes(environment, owner, steps))
    return Explanation(path, value, written(value, kind), origins, rest, of_rows, notes)


def _owner(environment: Environment | ComposeEnvironment, path: str) -> tuple[str, Any, tuple[str | int, ...]]:
    kind, _, rest = path.partition("/")
    dotted = f"{kind}.{rest}" if kind in kinds() else path  # names can have slashes: `uses.buckets/papers`
    parts = path_steps(dotted if "." in path else path.replace("/", "."))
    first = str(parts[0])
    if first in kinds():
        named = environment.complete().entries[first]
        name = str(parts[1]) if len(parts) > 1 else ""
        if name not in named:
            raise _nothing(path, name, named)
        return f"{first}/{name}", named[name], parts[2:]
    if first == "system":
        return "system", environment.system, parts[1:]
    known = fields_at(type(environment.settings), ())
    if first not in known:
        raise _nothing(path, first, (*kinds(), "system", *known))
    return "environment", environment.settings, parts


def _notes(environment: Environment | ComposeEnvironment, owner: str, steps: Sequence[str | int]) -> Iterable[str]:
    for model, whole in environment.about(owner, steps) if steps else ():
        for note in getattr(model, "notes", ()):
            if note.at and (is_within(whole, note.at) or is_within(note.at, whole)):
                yield f"{note.id}: specified: {note.says}; built: {note.built}"


def _nothing(path: str, word: str, known: Iterable[str]) -> InfragenError:
    names = list(known)
    hint = did_you_mean(word, names) or (f"known here: {', '.join(names)}" if names else "the value has no parts")
    why = f"{word!r} is unknown" if word else "the path is incomplete"
    return InfragenError(Diagnostic("X001", f"there is no value at `{path}`: {why}", hint=hint))
