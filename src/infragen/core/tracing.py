"""Models that take note of what is read of them, so that nobody has to list which field drives what.

A traced environment behaves as the environment does. Whatever reads a value of it, directly or through a property or a
function, leaves a note with the value's owner and its path.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache, wraps
from types import FunctionType, MethodType
from typing import Any, Final, Protocol, Self, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from infragen.core.expressions import Published, Record
from infragen.core.resolved_system import Environment

_KEPT: Final = 256
"""Views whose properties are kept: those of a thousand entries would take more memory than working them out time."""

Made = TypeVar("Made")
Made_co = TypeVar("Made_co", covariant=True)


Viewed = TypeVar("Viewed")
"""A view: what a part reads as `own`, worked out of an entry's context."""


class Read(Struct, frozen=True, order=True):
    """What was read: whose (`services/planning`, `environment`, `system`), where in it, whether it is set.

    `is_value` is not true of what holds other values: all that was read of it is that it is there. `is_choice` is true
    of what only chose the template that wrote something.
    """

    owner: str
    path: tuple[str, ...]
    is_set: bool = True
    is_value: bool = True
    is_choice: bool = False


@dataclass(slots=True)
class Notes:
    """What was read since `begin`, in that order."""

    reads: list[Read] = field(default_factory=list)

    def begin(self) -> None:
        self.reads.clear()

    def taken(self) -> tuple[Read, ...]:
        holders = {(read.owner, read.path[:end]) for read in self.reads for end in range(len(read.path))}
        return tuple(dict.fromkeys(read for read in self.reads if (read.owner, read.path) not in holders))


def traced(environment: Environment, notes: Notes) -> Environment:
    entries = {
        kind: {name: _wrapped(entry, f"{kind}/{name}", (), notes) for name, entry in named.items()}
        for kind, named in environment.entries.items()
    }
    settings = _wrapped(environment.settings, "environment", (), notes)
    system = _wrapped(environment.system, "system", (), notes)
    return replace(environment, settings=settings, system=system, entries=entries)


def _wrapped(value: Any, owner: str, path: tuple[str, ...], notes: Notes) -> Any:
    is_set = value is not None and value not in ({}, ())
    read = Read(owner, path, is_set, is_value=not (is_set and isinstance(value, BaseModel | dict)))
    if path:
        notes.reads.append(read)
    if isinstance(value, BaseModel):
        return _Traced(value, owner, path, notes)
    if isinstance(value, dict) and value:
        return {key: _wrapped(inner, owner, (*path, str(key)), notes) for key, inner in value.items()}
    if isinstance(value, tuple) and any(isinstance(inner, BaseModel) for inner in value):
        return tuple(_wrapped(inner, owner, path, notes) for inner in value)
    tagged = _TAGGED.get(type(value))
    return tagged(value, read) if tagged else value


class _Tagged:
    """A text or a number that knows where it was read."""

    read: Read

    def __new__(cls, value: object, read: Read) -> Self:
        made: Self = cast("Any", super()).__new__(cls, value)
        made.read = read
        return made


_TAGGED: Final[Mapping[type, Callable[[Any, Read], Any]]] = {
    kind: type(f"_{kind.__name__}", (_Tagged, kind), {}) for kind in (str, int, Decimal)
}


def note(environment: Environment, reads: Iterable[Read]) -> None:
    if _is_traced(environment):
        cast("Any", environment.settings)._notes.reads.extend(reads)  # noqa: SLF001 -- of this module


class Once(Protocol[Made_co]):
    """What is worked out once for an environment, until it is told to forget that."""

    cache_clear: Callable[[], None]

    def __call__(self, environment: Environment) -> Made_co:
        """Return it."""


def once(work: Callable[[Environment], Made]) -> Once[Made]:
    """Work something out once for an environment; for a traced one each time, so that all that is read is noted."""
    known = lru_cache(maxsize=16)(work)

    @wraps(work)
    def found(environment: Environment) -> Made:
        return work(environment) if _is_traced(environment) else known(environment)

    remembered = cast("Once[Made]", found)
    remembered.cache_clear = known.cache_clear
    return remembered


def kept(work: Callable[[Viewed], Made]) -> Callable[[Viewed], Made]:
    """Work a property of a view out once while that is looked at; in a traced environment each time, as `once` does."""
    return _kept(work, lambda view: view)


def kept_of_entry(work: Callable[[Viewed], Made]) -> Callable[[Viewed], Made]:
    """Do as `kept` for all views of its class on one entry; the value must follow from the entry's context alone."""

    def key(view: Viewed) -> tuple[object, ...]:
        ctx = cast("Any", view)._ctx  # noqa: SLF001 -- what every view has
        return type(view), ctx.environment, ctx.owner, frozenset(ctx.capabilities)

    return _kept(work, key)


def _kept(work: Callable[[Viewed], Made], key_of: Callable[[Viewed], Hashable]) -> Callable[[Viewed], Made]:
    known = lru_cache(maxsize=_KEPT)(lambda one: work(one.view))

    @wraps(work)
    def found(view: Viewed) -> Made:
        is_traced = _is_traced(cast("Any", view)._ctx.environment)  # noqa: SLF001 -- what every view has
        return work(view) if is_traced else known(_Keyed(key_of(view), view))

    return found


@dataclass(frozen=True, slots=True)
class _Keyed:
    key: Hashable
    view: Any = field(compare=False)


def _is_traced(environment: Environment) -> bool:
    return type(cast("object", environment.settings)) is _Traced


def reads_within(value: Any) -> Iterator[Read]:
    """Yield where parts of a value were read, as far as they were handed on unchanged, or say who asks for them."""
    if isinstance(value, Record):
        yield from reads_within(value.origin)
    if isinstance(value, Read):
        yield value
    elif isinstance(value, Published):
        yield from reads_within(value.output)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from reads_within(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from reads_within(inner)
    elif isinstance(value, _Tagged):
        yield value.read
    elif type(value) is _Traced:
        yield Read(value._owner, value._path, is_value=False)  # noqa: SLF001 -- of this module


class _Traced:
    """A model whose fields are noted when they are read; `isinstance` takes it for the model itself."""

    __slots__ = ("_model", "_notes", "_owner", "_path")

    def __init__(self, model: BaseModel, owner: str, path: tuple[str, ...], notes: Notes) -> None:
        self._model = model
        self._owner = owner
        self._path = path
        self._notes = notes

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(self._model)

    def __getattr__(self, name: str) -> Any:
        kind = type(self._model)
        if (field := kind.model_fields.get(name)) is not None:
            path = (*self._path, field.alias or name)
            return _wrapped(getattr(self._model, name), self._owner, path, self._notes)
        found = next((vars(cls)[name] for cls in kind.__mro__ if name in vars(cls)), None)
        if isinstance(found, property) and found.fget is not None:
            return found.fget(self)
        if isinstance(found, FunctionType):
            return MethodType(found, self)
        return getattr(self._model, name)

    def __eq__(self, other: object) -> bool:
        return self._model == getattr(other, "_model", other)

    def __hash__(self) -> int:
        return hash(self._model)

    def __str__(self) -> str:
        return str(self._model)
