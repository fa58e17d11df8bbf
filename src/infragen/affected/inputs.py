"""What differs between two versions of a catalogue and its environment, and which generated files show each difference.

That is found out by trying: one difference alone is put into the old version, and taken out of the new one, and the
files that are rendered of these are compared. So nothing is guessed from names, and no one has to keep a table.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from infragen.core.resolved_system import Environment
from infragen.diagnostics import Location

Renders = Callable[[Environment], Mapping[str, str]]
"""What renders the files of an environment, by path."""

MOST_TRIALS: Final = 120
"""Versions of an environment that are rendered to show differences apart: 0.15 s each for fifty services."""

_ABSENT: Final[Any] = object()

Step = str | int


class InputChange(Struct, frozen=True):
    """One value that differs: whose (`services/planning`, `environment`, `system`), where in it, what it was and is.

    An empty path is a whole entry. `location` is the line that was changed: of the new version, or of the old one for
    what was taken away.
    """

    owner: str
    path: tuple[Step, ...]
    before: Any
    after: Any
    location: Location

    @property
    def is_added(self) -> bool:
        return self.before is _ABSENT

    @property
    def is_removed(self) -> bool:
        return self.after is _ABSENT


def changes(base: Environment, head: Environment) -> tuple[InputChange, ...]:
    old, new = dict(base.every()), dict(head.every())
    pairs = [("system", base.system, head.system), ("environment", base.settings, head.settings)]
    pairs += [(owner, old.get(owner, _ABSENT), new.get(owner, _ABSENT)) for owner in sorted({**old, **new})]
    return tuple(
        InputChange(owner, path, before, after, _edited(base, head, owner, path))
        for owner, one, other in pairs
        for path, before, after in _leaves(one, other, ())
    )


def _leaves(old: Any, new: Any, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], Any, Any]]:
    if old is new or (type(old) is type(new) and old == new):
        return
    if isinstance(old, BaseModel) and type(old) is type(new):
        for name in type(old).model_fields:
            yield from _leaves(getattr(old, name), getattr(new, name), (*path, name))
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({**old, **new}, key=str):
            yield from _leaves(old.get(key, _ABSENT), new.get(key, _ABSENT), (*path, key))
    else:
        yield path, old, new


def _edited(base: Environment, head: Environment, owner: str, path: tuple[Step, ...]) -> Location:
    """Return the line that someone edited: the strongest layer of either version that the other has not alike.

    An entry that is new or gone stands in its own file, whatever else says something about it.
    """
    if not path and (owner in base.origins) != (owner in head.origins):
        return (head if owner in head.origins else base).origins[owner].home.locate(())
    old = base.origins[owner].setting(path) if owner in base.origins else ()
    new = head.origins[owner].setting(path) if owner in head.origins else ()
    for ours, others in ((new, old), (old, new)):
        for layer in ours:
            same = (one for one in others if (one.document.file, one.prefix) == (layer.document.file, layer.prefix))
            if not any(_written(layer.data, path) == _written(other.data, path) for other in same):
                return layer.locate(path, key=bool(path))
    known = head if owner in head.origins else base
    return known.at(owner, *path)


def _written(data: Any, path: Sequence[Step]) -> Any:
    for step in path:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return _ABSENT
    return data


def groups(found: Sequence[InputChange]) -> tuple[tuple[InputChange, ...], ...]:
    """Return which differences to try together: each alone, or when there are too many, all those of one entry.

    What concerns the whole environment stays alone even then, as long as that is not too much as well: then what is
    below one of its settings goes together. Nothing is tried when that is still too much.
    """
    if 2 * len(found) <= MOST_TRIALS:
        return tuple((one,) for one in found)
    for steps in (None, 1):
        together: dict[tuple[str, tuple[Step, ...]], list[InputChange]] = {}
        for one in found:
            together.setdefault((one.owner, () if "/" in one.owner else one.path[:steps]), []).append(one)
        if 2 * len(together) <= MOST_TRIALS:
            return tuple(map(tuple, together.values()))
    return ()


class Trials:
    """Two versions of an environment, for putting single differences from one into the other."""

    def __init__(self, base: Environment, head: Environment, renders: Renders) -> None:
        self._renders = renders
        self._sides = ((base, renders(base), "after"), (head, renders(head), "before"))

    def effects(self, group: Sequence[InputChange]) -> frozenset[str] | None:
        """Return the files that some differences alone have an effect on; None when they mean nothing alone."""
        found: set[str] = set()
        is_built = False
        for environment, files, side in self._sides:
            values = [(one, getattr(one, side)) for one in group]
            system, settings = environment.system, environment.settings
            entries = {kind: dict(named) for kind, named in environment.entries.items()}
            for change, value in values:
                if change.owner == "system":
                    system = _put(system, change.path, value)
                elif change.owner == "environment":
                    settings = _put(settings, change.path, value)
                else:
                    kind, name = change.owner.split("/", 1)
                    entries[kind] = dict(sorted(_put(entries[kind], (name, *change.path), value).items()))
            changed = replace(environment, system=system, settings=settings, entries=entries)
            try:
                made = self._renders(changed)
            except Exception:  # noqa: BLE001, S112 - half of a change may not stand alone, however that shows
                continue
            is_built = True
            found |= {path for path in {**files, **made} if files.get(path) != made.get(path)}
        return frozenset(found) if is_built else None


def _put(holder: Any, path: Sequence[Step], value: Any) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(holder, BaseModel):
        return holder.model_copy(update={str(step): _put(getattr(holder, str(step)), rest, value)})
    held = holder if isinstance(holder, dict) else {}
    inner = _put(held.get(step, _ABSENT), rest, value)
    others = {key: item for key, item in held.items() if key != step}
    return others if inner is _ABSENT else {**others, step: inner}
