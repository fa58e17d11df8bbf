"""Models that take note of what is read of them, so that nobody has to list which field drives what.

A traced environment behaves as the environment does. Whatever reads a value of it, directly or through a property or a
function, leaves a note with the value's owner and its path.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

if TYPE_CHECKING:
    from infragen.core.landscape import Environment

__all__ = ["Notes", "Read", "traced"]


@dataclass(frozen=True, slots=True, order=True)
class Read:
    """A value that was read: whose (`services/planning`, `environment`, `system`), where in it, and whether it is set."""

    owner: str
    path: tuple[str, ...]
    is_set: bool = True


@dataclass(slots=True)
class Notes:
    """What was read since `begin`, in that order; `key_of` has what single parts of a value that is a map are made of."""

    reads: list[Read] = field(default_factory=list)

    def begin(self) -> None:
        """Forget what was read so far."""
        self.reads.clear()

    def taken(self) -> tuple[Read, ...]:
        """Return what was read, each once."""
        return tuple(dict.fromkeys(self.reads))


def traced(environment: Environment, notes: Notes) -> Environment:
    """Return an environment that takes note of what is read of it."""
    entries = {
        kind: {name: _wrapped(entry, f"{kind}/{name}", (), notes) for name, entry in named.items()}
        for kind, named in environment.entries.items()
    }
    settings = _wrapped(environment.settings, "environment", (), notes)
    return replace(
        environment, settings=settings, system=_wrapped(environment.system, "system", (), notes), entries=entries
    )


def _wrapped(value: Any, owner: str, path: tuple[str, ...], notes: Notes) -> Any:
    """Return a value with notes on what is read of it; one that has no parts is read by now."""
    if isinstance(value, BaseModel):
        return _Traced(value, owner, path, notes)
    if isinstance(value, dict) and value:
        return {key: _wrapped(inner, owner, (*path, str(key)), notes) for key, inner in value.items()}
    if isinstance(value, tuple) and any(isinstance(inner, BaseModel) for inner in value):
        return tuple(_wrapped(inner, owner, path, notes) for inner in value)
    notes.reads.append(Read(owner, path, value is not None and value not in ({}, ())))
    return value


class _Traced:
    """Stands for a model; it says that it is one."""

    def __init__(self, model: BaseModel, owner: str, path: tuple[str, ...], notes: Notes) -> None:
        self._model = model
        self._owner = owner
        self._path = path
        self._notes = notes

    @property
    def __class__(self) -> Any:
        return type(self._model)

    def __getattr__(self, name: str) -> Any:
        kind = type(self._model)
        if name in kind.model_fields:
            return _wrapped(getattr(self._model, name), self._owner, (*self._path, name), self._notes)
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
