"""How two environments of a system differ: each value that is not the same, and the lines that set it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fnmatch import fnmatchcase
from itertools import compress
from operator import itemgetter
from typing import Any, Final

from msgspec import Struct

from infragen.core.part import ENVIRONMENT
from infragen.core.resolved_system import Environment
from infragen.core.units import written
from infragen.diagnostics import Location
from infragen.secret_forms import masked

_NAMES: Final = ("environment", "account", "state", "holds", "differs")
"""Settings that say which environment it is, and how it is kept; no two have the same."""
_FOR_PEOPLE: Final = ("title", "notes", "assumptions", "reason", "configurations", "document_costs", "usage")

LEFT_OUT: Final = "left out"
"""What stands for a value that is as infragen has it without a word."""
THERE: Final = "there"
NOT_THERE: Final = "not there"
"""What stands for a whole entry."""


class Difference(Struct, frozen=True):
    """What differs alike in one place or in several entries of a kind.

    `paths` are as `explain` takes them: `services.web.tasks.min`. `values` are those of each environment, as a
    catalogue writes them, `places` the lines that set them, each once and in order; `expected` is the reason where one
    is given, or a standby brings it by itself, and `because` its line.
    """

    paths: tuple[str, ...]
    values: tuple[tuple[Any, ...], tuple[Any, ...]]
    places: tuple[tuple[Location, ...], tuple[Location, ...]]
    expected: str | None = None
    because: Location | None = None

    @property
    def path(self) -> str:
        first = self.paths[0].split(".")
        return self.paths[0] if len(self.paths) == 1 else ".".join((first[0], "*", *first[2:]))


class Parity(Struct, frozen=True):
    """All differences of two environments, and what is expected to differ and does not."""

    names: tuple[str, str]
    differences: tuple[Difference, ...]
    idle: tuple[tuple[str, Location], ...]

    @property
    def unexpected(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if one.expected is None)


class _Reason(Struct, frozen=True):
    """A line of `differs`; without a path, the line of a standby that brings differences by itself."""

    path: str
    why: str
    place: Location

    def meets(self, steps: Sequence[str]) -> bool:
        wanted = self.path.split(".")
        return len(wanted) <= len(steps) and all(map(fnmatchcase, steps, wanted))


class _Reasons:
    def __init__(self, reasons: Iterable[_Reason]) -> None:
        self.known: dict[tuple[bool, ...], dict[tuple[str, ...], list[tuple[int, _Reason]]]] = {}
        for numbered in enumerate(reasons):
            steps = numbered[1].path.split(".")
            plain = tuple("*" not in step for step in steps)
            self.known.setdefault(plain, {}).setdefault((*compress(steps, plain),), []).append(numbered)

    def first(self, path: str) -> _Reason | None:
        steps = path.split(".")
        near = (one for plain, by_steps in self.known.items() for one in by_steps.get((*compress(steps, plain),), ()))
        return min((one for one in near if one[1].meets(steps)), key=itemgetter(0), default=(0, None))[1]


class _Found(Struct, frozen=True):
    owner: str
    steps: tuple[str | int, ...]
    values: tuple[Any, Any]
    places: tuple[Location, Location]

    @property
    def path(self) -> str:
        return ".".join((*(() if self.owner == ENVIRONMENT else self.owner.split("/")), *map(str, self.steps)))


def parity(one: Environment, other: Environment) -> Parity:
    reasons = (*_reasons(one, other), *_reasons(other, one))
    lines = _Reasons(reasons)
    files = {side.source(ENVIRONMENT) for side in (one, other)}
    groups: dict[object, tuple[_Reason | None, list[_Found]]] = {}
    used: set[_Reason] = set()
    owners = sorted({owner for side in (one, other) for owner, _ in side.every()})
    for owner in (ENVIRONMENT, *owners):
        for steps, values in _leaves(_data(one, owner), _data(other, owner)):
            found = _Found(owner, steps, values, (_place(one, owner, steps), _place(other, owner, steps)))
            reason = lines.first(found.path) or _of_itself(found, one, other)
            if reason is not None:
                used.add(reason)
            groups.setdefault((_alike(found, files), reason), (reason, []))[1].append(found)
    idle = tuple((each.path, each.place) for each in reasons if each not in used)
    return Parity((one.target, other.target), tuple(_difference(*group) for group in groups.values()), idle)


def _reasons(of: Environment, other: Environment) -> Iterator[_Reason]:
    for path, why in of.settings.differs.get(other.name, {}).items():
        yield _Reason(path, why, of.at(ENVIRONMENT, "differs", other.name, path, key=True))


def _of_itself(found: _Found, one: Environment, other: Environment) -> _Reason | None:
    """Return the line of a standby that brings a difference, if it would not be there without that line."""
    for side, against in ((one, other), (other, one)):
        standby_of, follows, by = side.settings.standby_of, side.settings.follows, side.settings.stands_still_by
        if by is not None and _is_of_waiting(found, side, against):
            why = f"{side.name} waits: nothing runs there"
            if follows is not None:
                why = f"{side.name} follows {follows}: until it takes over, nothing runs there"
            return _Reason("", why, side.at(ENVIRONMENT, by))
        if standby_of is not None and _is_of_place(found, side, against):
            why = f"{side.name} is the standby of {standby_of}, and stands in another region"
            return _Reason("", why, side.at(ENVIRONMENT, "standby_of"))
    return None


def _is_of_waiting(found: _Found, side: Environment, against: Environment) -> bool:
    if found.owner == ENVIRONMENT:
        return found.steps == (side.settings.stands_still_by,)
    layers = side.origins[found.owner].setting(found.steps)[:1] if found.steps else ()
    is_brought = any(layer.brought_by is not None for layer in layers)
    return is_brought and _as_written(side, found) == _as_written(against, found)


def _is_of_place(found: _Found, side: Environment, against: Environment) -> bool:
    if found.owner != ENVIRONMENT:
        return False
    if found.steps == ("standby_of",):
        return True
    if side.primary is None or side.primary.region != against.settings.region:
        return False
    zone = str(found.steps[-1]) if found.steps[:2] == ("network", "subnets") else ""
    return found.steps == ("region",) or zone.startswith((side.settings.region, against.settings.region))


def _as_written(of: Environment, found: _Found) -> Any:
    value: Any = of.origins[found.owner].written().merged()
    for step in found.steps:
        value = value.get(step, LEFT_OUT) if isinstance(value, dict) else LEFT_OUT
    return value


def _data(of: Environment, owner: str) -> Mapping[str, Any] | str:
    model = of.settings if owner == ENVIRONMENT else of.find(owner)
    if model is None:
        return NOT_THERE
    data: Mapping[str, Any] = written(model, type(model))
    left_out = (*_FOR_PEOPLE, *_NAMES) if owner == ENVIRONMENT else _FOR_PEOPLE
    return {name: value for name, value in data.items() if name not in left_out}


def _leaves(one: Any, other: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, tuple[Any, Any]]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            yield from _leaves(one.get(key, LEFT_OUT), other.get(key, LEFT_OUT), (*above, key))
    elif NOT_THERE in (one, other) and not above:
        yield above, (one if one == NOT_THERE else THERE, other if other == NOT_THERE else THERE)
    elif one != other:
        name = str(above[-1]) if above else ""
        yield above, (masked(one, name), masked(other, name))


def _place(of: Environment, owner: str, steps: tuple[str | int, ...]) -> Location:
    if owner in of.origins and (owner == ENVIRONMENT or of.find(owner) is not None):
        return of.at(owner, *steps)
    return of.origins[ENVIRONMENT].home.document.locate(tuple(owner.split("/")), key=True)


def _alike(found: _Found, files: AbstractSet[str]) -> object:
    lines = tuple(place if place.file in files else None for place in found.places)
    if found.owner == ENVIRONMENT or not any(lines):
        return found.owner, found.steps
    return found.owner.partition("/")[0], found.steps, lines


def _difference(reason: _Reason | None, group: list[_Found]) -> Difference:
    return Difference(
        tuple(found.path for found in group),
        (_each([found.values[0] for found in group]), _each([found.values[1] for found in group])),
        (_each([found.places[0] for found in group]), _each([found.places[1] for found in group])),
        None if reason is None else reason.why,
        None if reason is None else reason.place,
    )


def _each(values: list[Any]) -> tuple[Any, ...]:
    return tuple(value for index, value in enumerate(values) if value not in values[:index])
