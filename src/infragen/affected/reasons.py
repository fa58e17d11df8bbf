"""Why a stack differs: which input, template, module, hand-written file or infragen itself is behind each file.

The input is found by trying: one difference alone is put into the old version, and taken out of the new one, and the
files that are rendered of these are compared. So no name is guessed, and no table has to be kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from infragen.affected.blocks import is_alike
from infragen.affected.trees import Difference
from infragen.core.resolved_system import Environment
from infragen.diagnostics import Location
from infragen.hcl.header import made_from
from infragen.secret_forms import without_secrets
from infragen.stacks.model import LOCK_FILE, Stack, StackFile
from infragen.text import cut_end, shorten_pair


class Status(StrEnum):
    """What became of a stack between two versions of the inputs."""

    NEW = "new"
    REMOVED = "removed"
    CHANGED = "changed"  # its own files, or modules that it calls
    DOWNSTREAM = "downstream"  # only outputs that it reads


class Kind(StrEnum):
    """What a reason is about."""

    ENTRY = "entry"
    ENVIRONMENT = "environment"
    SYSTEM = "system"
    TEMPLATE = "template"
    MODULE = "module"
    HAND_WRITTEN = "hand-written"
    PROVIDERS = "providers"
    UPSTREAM = "upstream"
    INFRAGEN = "infragen"


class Reason(Struct, frozen=True):
    """One thing that a stack is affected by; `location` is a line of the inputs, where there is one.

    `field` is a path in an entry, the environment or the system, with its values before and after as text; for an
    output of another stack, `stack` and `output` name it, and `via` what can change it.
    """

    kind: Kind
    text: str
    location: Location | None = None
    entry: str | None = None
    field: str | None = None
    before: str | None = None
    after: str | None = None
    stack: str | None = None
    output: str | None = None
    via: str | None = None


class AffectedStack(Struct, frozen=True):
    """A stack that is not what it was, or that reads what may change."""

    name: str
    status: Status
    level: int
    upstreams: tuple[str, ...]
    reasons: tuple[Reason, ...]


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
    """Return the edited line: of the strongest layer that both versions do not share, or a new entry's own file."""
    if not path and (owner in base.origins) != (owner in head.origins):
        return (head if owner in head.origins else base).origins[owner].home.locate(())
    old = base.origins[owner].setting(path) if owner in base.origins else ()
    new = head.origins[owner].setting(path) if owner in head.origins else ()
    for ours, others in ((new, old), (old, new)):
        for layer in ours:
            same = (one for one in others if (one.document.file, one.prefix) == (layer.document.file, layer.prefix))
            if not any(_at(layer.data, path) == _at(other.data, path) for other in same):
                return layer.locate(path, key=bool(path))
    known = head if owner in head.origins else base
    return known.at(owner, *path)


def _at(data: Any, path: Sequence[Step]) -> Any:
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


_LONGEST_VALUE: Final = 60
_OWN_FIELDS: Final = frozenset({"assumptions", "notes", "title"})


class Rendered(Struct, frozen=True):
    """An environment, the stacks that are built from it, and their files."""

    environment: Environment
    stacks: tuple[Stack, ...]
    files: Mapping[str, str]


class Sides(Struct, frozen=True):
    """Everything that is compared of one environment; `folder` is its own below `generated/`.

    `committed` are the files of the old version as they were committed, `old` what this infragen renders from the old
    inputs (None when it cannot). `retemplated` is the new version rendered with the old templates, None when these are
    the same; `templates` are the project's own ones that differ. `renders` renders the files of any version.
    `is_new` says that there was no such environment.
    """

    folder: str
    committed: Mapping[str, str]
    old: Rendered | None
    new: Rendered
    head: Mapping[str, str]
    renders: Renders
    retemplated: Mapping[str, str] | None = None
    templates: frozenset[str] = frozenset()
    is_new: bool = False


class Reasons:
    """Finds the reasons for one environment; what differs in the inputs is worked out when first asked."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides

    def of(self, difference: Difference) -> tuple[Reason, ...]:
        """Return the reasons for one stack, each once: what was written by hand first, outputs of others last."""
        if not difference.in_head:
            stack, old = difference.stack, self._sides.old
            if old is None:
                text = f"{self._sides.folder}/{stack}/ was committed and is no longer rendered"
                return (Reason(Kind.INFRAGEN, text),)
            return tuple(self._inputs({f"{stack}/{file.path}" for file in _stack_files(old.stacks, stack)}, stack))
        if not difference.in_base:
            return tuple(self._new(difference.stack))
        found = [*self._of_files(difference)]
        for stack, outputs in difference.outputs.items():
            for output, via in outputs.items():
                text = f"{stack}: output {output} may change, through {via}"
                found.append(Reason(Kind.UPSTREAM, text, stack=stack, output=output, via=via))
        return tuple(dict.fromkeys(found))

    def _new(self, stack: str) -> Iterator[Reason]:
        if self._sides.is_new:
            source = self._sides.new.environment.source("environment")
            yield Reason(Kind.ENVIRONMENT, f"{source} is new", Location(source))
            return
        files = _stack_files(self._sides.new.stacks, stack)
        if self._sides.old is not None:
            yield from self._inputs({f"{stack}/{file.path}" for file in files}, stack)
        else:
            for source in dict.fromkeys(file.source for file in files):
                yield Reason(Kind.ENTRY, f"{source}: not rendered before", Location(source))

    def _of_files(self, difference: Difference) -> Iterator[Reason]:
        waiting: set[str] = set()
        for path in difference.paths:
            if (by_hand := self._by_hand(difference.stack, path)) is not None:
                yield by_hand
                continue
            old = self._sides.old
            if old is not None and not is_alike(path, self._sides.committed, old.files):
                shown = f"{self._sides.folder}/{path}"
                text = f"{shown}: this version of infragen renders it differently from what was committed"
                yield Reason(Kind.INFRAGEN, text, Location(shown))
            mixed = self._sides.retemplated
            if mixed is not None and not is_alike(path, mixed, self._sides.new.files):
                kind = Kind.MODULE if path.startswith("modules/") else Kind.TEMPLATE
                own = path if kind is Kind.MODULE else next((file.template for file in self._stack_file(path)), None)
                names = [own] if own in self._sides.templates else sorted(self._sides.templates)
                for name in names:
                    yield Reason(kind, f"templates/{name}", Location(f"templates/{name}"))
            if old is None or not is_alike(path, old.files, self._sides.new.files if mixed is None else mixed):
                waiting.add(path)
        if waiting:
            yield from self._inputs(waiting, difference.stack)

    def _by_hand(self, stack: str, path: str) -> Reason | None:
        shown = f"{self._sides.folder}/{path}"
        if path.endswith(LOCK_FILE):
            return Reason(Kind.PROVIDERS, f"{shown}: different provider versions", Location(shown))
        written = made_from(self._sides.head.get(path) or self._sides.committed.get(path, ""))
        if path.startswith(f"{stack}/extra_") and written:
            what = "" if path in self._sides.head and path in self._sides.committed else " (new or removed)"
            return Reason(Kind.HAND_WRITTEN, f"{written[0]}{what}", Location(written[0]))
        if path.startswith("modules/") and path.split("/")[1] in self._sides.new.environment.settings.holds:
            text = f"{shown}, of a held module, differs from what was committed"
            return Reason(Kind.HAND_WRITTEN, text, Location(shown))
        old = self._sides.old.files if self._sides.old else {}
        if path not in self._sides.new.files and path not in old and written is None:
            return Reason(Kind.HAND_WRITTEN, f"{shown}, which infragen did not generate", Location(shown))
        return None

    def _inputs(self, files: set[str], stack: str) -> Iterator[Reason]:
        proved = [one for one, effect in self._effects if effect is not None and not files.isdisjoint(effect)]
        if not proved:
            owners = {one.entry for file in files for one in self._stack_file(file) if one.entry is not None}
            proved = [one for one, effect in self._effects if effect is None and (one.owner in owners or not owners)]
            proved = proved or [one for one, effect in self._effects if effect is None]
        for one in proved:  # of a rename, both halves are the same reason
            renamed = self._renamed.get(one.owner) if one.is_removed and not one.path else None
            yield reason_of(renamed or one)
        if not proved:
            for source in sorted({one.source for file in files for one in self._stack_file(file)}):
                yield Reason(Kind.ENTRY, f"{source}: its rendered result for {stack} differs", Location(source))

    @cached_property
    def _renamed(self) -> Mapping[str, InputChange]:
        return {before: one for one, _ in self._effects if (before := _former_name(one)) is not None}

    @cached_property
    def _effects(self) -> tuple[tuple[InputChange, frozenset[str] | None], ...]:
        old, new = self._sides.old, self._sides.new
        if old is None:
            return ()
        found = changes(old.environment, new.environment)
        tried = groups(found)
        if found and not tried:
            return tuple((one, None) for one in found)
        trials = Trials(old.environment, new.environment, self._sides.renders)
        return tuple((one, effect) for group in tried for effect in [trials.effects(group)] for one in group)

    def _stack_file(self, path: str) -> Iterator[StackFile]:
        stack, _, name = path.partition("/")
        for side in (self._sides.new, self._sides.old):
            if side is not None:
                yield from (one for one in _stack_files(side.stacks, stack) if one.path == name)


def reason_of(change: InputChange) -> Reason:
    kind = Kind.ENTRY
    if change.location.file.startswith("environments/") or change.owner == "environment":
        kind = Kind.ENVIRONMENT
    elif change.owner == "system":
        kind = Kind.SYSTEM
    field_path = ".".join(map(str, change.path))
    place = f"{change.location.file}:{change.location.line}"
    name = str(change.path[-1]) if change.path else ""
    before = None if change.is_added else _written(change.before, name)
    after = None if change.is_removed else _written(change.after, name)
    if before is None or after is None:
        before, after = (side and cut_end(side, _LONGEST_VALUE) for side in (before, after))
    else:
        before, after = shorten_pair(before, after, 2 * _LONGEST_VALUE)
    owner = "" if change.owner in ("environment", "system") else f"{change.owner} "
    if (former := _former_name(change)) is not None:
        return Reason(kind, f"{place} {change.owner} was {former}", change.location, change.owner)
    if not change.path:
        text = f"{place} {change.owner} is {'new' if change.is_added else 'gone'}"
        return Reason(kind, text, change.location, change.owner)
    text = f"{place} {owner}{field_path}: {before or 'nothing'} -> {after or 'nothing'}"
    return Reason(kind, text, change.location, change.owner, field_path, before, after)


def _former_name(change: InputChange) -> str | None:
    before = getattr(change.after, "renamed_from", None) if change.is_added and not change.path else None
    return None if before is None else f"{change.owner.split('/')[0]}/{before}"


def _written(value: Any, name: str = "") -> str:
    """Return the value of a field as it would stand in YAML, on one line, without secrets."""
    if isinstance(value, BaseModel):
        value = value.model_dump(by_alias=True, exclude_defaults=True, exclude=set(_OWN_FIELDS))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_written(item, str(key))}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple, frozenset)):
        return "[" + ", ".join(_written(item, name) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else without_secrets(str(value), name)


def _stack_files(stacks: Sequence[Stack], name: str) -> tuple[StackFile, ...]:
    return next((stack.files for stack in stacks if stack.name == name), ())
