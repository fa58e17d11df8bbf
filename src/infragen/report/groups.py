"""Which changes stand together in a report, and in which order.

Changes found in many places are folded first (`similar_changes`), whatever they belong to; the others are with their
catalogue entry, else their stack, else their module. Every change is in exactly one group.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from infragen.diagnostics import Location
from infragen.diagnostics.hints import close_to
from infragen.hcl.addresses import without_keys
from infragen.plan import Action, Change, ChangeSet, Level, Risk, RiskKind
from infragen.plan.chosen_names import ONE_OF_A_NAME, coming, going
from infragen.plan.risks import precedence
from infragen.plan.risks.types import FIRST_LOST, HELPS, LAST_LOST, SERVES, WATCHES
from infragen.plan.shown_address import common_address, relative_address
from infragen.redaction.exact_json import collector_paused
from infragen.report.change_details import details_of
from infragen.report.labels import entry_label, kind_plural
from infragen.report.severity import destroys_something, overall_risk, urgency
from infragen.report.similar_changes import COMPARED, Fold, RatedChange, fold_similar, is_counted, member_labels, rate

_Rated = tuple[Change, Risk]
_HELPING: Final = LAST_LOST.union(HELPS, WATCHES)
_SERVES: Final = 1  # up to this rank is what people lose by itself: data, and what runs, answers or holds


class Heads:
    """The heads of what is destroyed, by entry and by module."""

    def __init__(self, rated: Iterable[_Rated]) -> None:
        self._heads: dict[tuple[str, str], _Rated] = {}
        for one in filter(_is_lost, rated):
            homes = [*_homes(one[0])]
            if _rank(one)[0] <= _SERVES:
                homes += [_link("block", one[0].address), *(_link("needed", need) for need in one[0].needs)]
            for home in homes:
                known = self._heads.get(home)
                if known is None or _rank(one) < _rank(known):
                    self._heads[home] = one

    def of(self, change: Change, risk: Risk) -> _Rated:
        """Return what a change goes with, or itself: whatever serves people or holds data stands for itself."""
        one = change, risk
        if not _is_lost(one) or _rank(one)[0] <= _SERVES:
            return one
        for place, home in enumerate(_homes(change)):
            head = self._heads.get(home, one)
            serves = _rank(head)[0] <= _SERVES
            if serves or (place == 0 and head[0].type != change.type and _rank(head) < _rank(one)):
                return head
        linked = (_link("needed", change.address), *(_link("block", need) for need in change.needs))
        return min((self._heads[home] for home in linked if home in self._heads), key=_rank, default=one)

    def urgency(self, change: Change, risk: Risk) -> tuple[object, ...]:
        head = self.of(change, risk)
        return urgency(head[0].type, head[1]), head[0] is not change, urgency(change.type, risk)


def _is_lost(one: _Rated) -> bool:
    return one[1].level > Level.LOW and destroys_something(one[0])


def _link(way: str, address: str) -> tuple[str, str]:
    return way, without_keys(address)


def _homes(change: Change) -> tuple[tuple[str, str], ...]:
    stack = change.stack or ""
    module = ((stack, change.module_address),) if "." in change.module_address else ()
    return (*module, *((("", change.entry.id),) if change.entry else ()))


def _rank(one: _Rated) -> tuple[int, tuple[int, int], int, int, str]:
    """Return a sort key: the smallest stands for the others. Of equals, the shortest type: others are named like it."""
    change, risk = one
    place = precedence(change.type, risk)
    if risk.kind is RiskKind.DATA_LOSS and place[1] < len(FIRST_LOST):
        group = 0
    elif change.type in SERVES:
        group = _SERVES
    else:
        group = 2 + (change.type in _HELPING or risk.kind is RiskKind.DATA_LOSS)
    return group, place, -risk.level, len(change.type), change.address


__all__ = ["Group", "Verdict", "Worst", "group_changes", "line_of", "natural", "relative_address", "verdict_of"]
_MOST_COMPARED = 300
_MOST_ASKED = 8  # replaced objects of an entry that are asked for their names: what they say is not cheap
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_NUMBER = re.compile(r"(\d{1,18})", re.ASCII)


class Group(Struct, frozen=True):
    """Changes that stand together, worst first; `kind` is `entry`, `stack`, `module` or `same`.

    Of kind `same`, one change (or one bundle of creations) that was found in many places: `members` names the places
    where it is exactly the same, `shown` are the changes of the first of them, and `exceptions` (their places are
    `exception_names`) differ from it in values only. `changes` holds all of them, and `risks` the worst risk of each.
    `location` is where it is written down, when that is one place; `has_one_origin` says whether the values of `shown`
    come from the same lines everywhere, `is_pattern` that they are the same but for the names of the places, `is_tags`
    that resources of several types change the same tags. `advice` says what to write for another outcome.
    """

    kind: str
    label: str
    title: str
    location: Location | None
    changes: tuple[Change, ...]
    risks: tuple[Risk, ...]
    shown: tuple[Change, ...]
    members: tuple[str, ...] = ()
    exceptions: tuple[Change, ...] = ()
    exception_names: tuple[str, ...] = ()
    star: str | None = None
    has_one_origin: bool = True
    is_pattern: bool = False
    is_tags: bool = False
    advice: str = ""

    @property
    def risk(self) -> Risk:
        worst = max(risk.level for risk in self.risks)
        return next(risk for risk in self.risks if risk.level is worst)

    @property
    def is_destructive(self) -> bool:
        return any(map(destroys_something, self.changes))

    @property
    def like(self) -> tuple[Change, ...]:
        exceptions = set(map(id, self.exceptions))
        return tuple(change for change in self.changes if id(change) not in exceptions)

    @property
    def rated(self) -> tuple[tuple[Change, Risk], ...]:
        return tuple(zip(self.changes, self.risks, strict=True))

    def address(self, change: Change) -> str:
        """Return a change's address inside its stack; a star stands for what differs between folded places."""
        return self.star if self.star is not None else relative_address(change)


class Worst(NamedTuple):
    """The worst that can come of all groups: the risk that each format has in its headline, and whose it is.

    `head` is what a headline is about, with its risk: what serves people, where the worst only goes with it.
    """

    risk: Risk
    change: Change
    group: Group
    number: int
    head: tuple[Change, Risk]


def worst_of(groups: Sequence[Group]) -> Worst | None:
    """Return the worst of all groups, as `risk_of` says it of their changes; `number` counts the groups from 1."""
    numbered = [(number, group, one) for number, group in enumerate(groups, 1) for one in group.rated]
    rated = [one for one in numbered if one[2][1].level > Level.LOW] or numbered
    if not rated:
        return None
    heads = Heads(one for _, _, one in rated)
    number, group, (change, risk) = min(rated, key=lambda one: (urgency(one[2][0].type, one[2][1]), one[2][1].reason))
    _, _, head = min(rated, key=lambda one: (heads.urgency(*one[2]), one[2][1].reason))
    return Worst(risk, change, group, number, head)


class Verdict(NamedTuple):
    """What a headline is made of: groups, the worst of them, and the worst with what else apply does."""

    change_set: ChangeSet
    groups: tuple[Group, ...]
    worst: Worst | None
    risk: Risk

    @property
    def of_changes(self) -> Worst | None:
        return self.worst if self.worst is not None and self.worst.risk == self.risk else None


def verdict_of(change_set: ChangeSet) -> Verdict:
    groups = group_changes(change_set)
    worst = worst_of(groups)
    return Verdict(change_set, groups, worst, overall_risk(change_set, worst and worst.risk))


def group_changes(change_set: ChangeSet) -> tuple[Group, ...]:
    with collector_paused():
        folds, rest = fold_similar(map(rate, change_set.changes))
        everything = (one for fold in folds for one in (*fold.like, *fold.exceptions))
        heads = Heads((one.change, one.risk) for one in (*everything, *rest))
        groups = [*map(_same, folds)]
        homes: dict[tuple[str, str], list[RatedChange]] = {}
        for rated in rest:
            homes.setdefault(_home(rated.change), []).append(rated)
        groups.extend(_advised(_bundled(homes, heads)))
        return tuple(sorted(groups, key=lambda group: _worst_group_first(group, heads)))


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts numbers in a text by their value: [9] before [10]."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBER.split(text))


def line_of(location: Location | None) -> Location | None:
    """Return a place without its column: two values on one line are in one place."""
    return location and Location(location.file, location.line)


def _worst_group_first(group: Group, heads: Heads) -> tuple[object, ...]:
    first = group.changes[0]
    of_equals = (-len(group.members), natural(group.label), group.star or "", group.members)
    return heads.urgency(first, group.risks[0]), first.action.rank, *of_equals


def _home(change: Change) -> tuple[str, str]:
    if change.entry is not None:
        return "entry", change.entry.id
    return ("stack", change.stack) if change.stack is not None else ("module", change.module_address)


def _bundled(homes: dict[tuple[str, str], list[RatedChange]], heads: Heads) -> Iterator[Group]:
    """Join homes that hold nothing but the same creations (or reads), from three on; the others stand alone."""
    bundles: dict[object, list[tuple[str, str]]] = {}
    for home, changes in homes.items():
        bundles.setdefault(_bundle(home, changes), []).append(home)
    for key, same in bundles.items():
        if key == same[0] or len(same) < 3:
            yield from (_alone(kind, name, homes[kind, name], heads) for kind, name in same)
        else:
            names = sorted((_label(kind, name) for kind, name in same), key=natural)
            first = min(same, key=lambda home: natural(_label(*home)))
            ordered = sorted((rated for home in same for rated in homes[home]), key=_worst_first)
            plural = kind_plural(same[0][1]) if same[0][0] == "entry" else "modules"
            yield Group(
                kind="same",
                label=f"{len(same)} {plural}",
                title="",
                location=None,
                changes=tuple(rated.change for rated in ordered),
                risks=tuple(rated.risk for rated in ordered),
                shown=tuple(rated.change for rated in sorted(homes[first], key=_worst_first)),
                members=tuple(name.partition(" ")[2] or name for name in names),
            )


def _advised(groups: Iterable[Group]) -> Iterator[Group]:
    """Add how to keep an entry that may have a new name, or lost the line (`renamed_from`) of its former names."""
    every = tuple(groups)
    went, came = (
        [one for one in every if one.kind == "entry" and all(change.action is action for change in one.changes)]
        for action in (Action.DELETE, Action.CREATE)
    )
    leaving = set(map(id, went if came else ()))
    for group in every:
        heir = _heir(group, went, came) if id(group) in leaving else None
        if heir is not None and heir.location:
            lines = f"`renamed_from: {_entry_name(group)}`"
            if coming(heir.changes).keys() & going(group.changes).keys():  # they stay those of the other name
                lines += f" and `physical_name: {_entry_name(heir)}`"
            setting = f"{lines} in {heir.location.file}"
            keeps = "keep" if " and " in lines else "keeps"
            yield replace(group, advice=f"if {heir.label} is the same one, {setting} {keeps} it")
        elif (former := _former_name(group)) and (entry := group.changes[0].entry) and (written := entry.location):
            what = f"its names in AWS change from {former} to {_entry_name(group)}, so it is recreated"
            yield replace(group, advice=f"{what}: `physical_name: {former}` in {written.file} keeps them")
        else:
            yield group


def _former_name(group: Group) -> str | None:
    """Return what an entry was called in AWS, where its own name now takes that place and forces a replacement."""
    name = _entry_name(group) if group.kind == "entry" else ""
    replaced = [change for change in group.changes if change.action.is_replace] if name else []
    for change in replaced[:_MOST_ASKED]:
        argument = ONE_OF_A_NAME.get(change.type, "name")
        for one in change.attributes:
            if one.path == argument and one.forces_replacement and one.before and one.after:
                former = _in_place_of(name, one.before, one.after)
                if former is not None:
                    return former
    return None


def _in_place_of(name: str, before: str, after: str) -> str | None:
    """Return the word that stands before where a name stands after, all else being the same."""
    for found in re.finditer(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", after):
        start, end = after[: found.start()], after[found.end() :]
        if before.startswith(start) and before.endswith(end):
            former = before[len(start) : len(before) - len(end)]
            if _SLUG.fullmatch(former) and former != name:
                return former
    return None


def _heir(group: Group, went: Iterable[Group], came: Iterable[Group]) -> Group | None:
    """Return what an entry that goes may be from now on: the only one like it, or the one whose name is closest."""
    heirs = {_entry_name(one): one for one in came if _is_like(one, group)}
    kind = kind_plural(_entry_id(group))
    rivals = [_entry_name(one) for one in went if kind_plural(_entry_id(one)) == kind]
    if len(heirs) == len(rivals) == 1:
        return next(iter(heirs.values()))
    closest = next(iter(close_to(_entry_name(group), heirs)), None)
    if closest is None or close_to(closest, rivals) != [_entry_name(group)]:
        return None
    return heirs[closest]


def _entry_name(group: Group) -> str:
    return _entry_id(group).partition("/")[2]


def _entry_id(group: Group) -> str:
    entry = group.changes[0].entry
    return entry.id if entry else ""


def _is_like(one: Group, other: Group) -> bool:
    types, others = ({change.type for change in group.changes} for group in (one, other))
    same_kind = kind_plural(_entry_id(one)) == kind_plural(_entry_id(other))
    return same_kind and 2 * len(types & others) >= len(types | others)


def _bundle(home: tuple[str, str], changes: Sequence[RatedChange]) -> object:
    if home[0] == "stack" or not all(is_counted(rated.change, rated.risk) for rated in changes):
        return home
    kind = kind_plural(home[1]) if home[0] == "entry" else ""
    return home[0], kind, tuple(sorted((rated.change.action.rank, rated.shape) for rated in changes))


def _alone(kind: str, name: str, changes: Iterable[RatedChange], heads: Heads) -> Group:
    ordered = sorted(changes, key=lambda one: (heads.urgency(one.change, one.risk), _worst_first(one)))
    first = ordered[0].change
    entry = first.entry if kind == "entry" else None
    inside = tuple(rated.change for rated in ordered)
    location = entry.location if entry else _only(change.location for change in inside)
    risks = tuple(rated.risk for rated in ordered)
    return Group(kind, _label(kind, name), entry.title if entry else "", location, inside, risks, inside)


def _same(fold: Fold) -> Group:
    like = sorted(fold.like, key=_worst_first)
    exceptions = sorted(fold.exceptions, key=_worst_first)
    every = sorted([*like, *exceptions], key=_worst_first) if exceptions else like
    changes = tuple(rated.change for rated in like)
    if changes[0].sources is None:
        has_one_origin = True
    elif len(changes) > _MOST_COMPARED or changes[0].action not in COMPARED:  # too many places to show them all
        has_one_origin = False
    else:
        first, *others = (
            tuple((one.path, one.origin) for one in details_of(change).attributes if one.origin) for change in changes
        )
        has_one_origin = all(other == first for other in others)
    every_place = [*changes, *(rated.change for rated in exceptions)]
    addresses = tuple(map(relative_address, changes))
    noun, names = ("resources", addresses) if fold.is_tags else member_labels(every_place)
    kinds = {kind_plural(change.entry.id) for change in changes if change.entry}
    entry = changes[0].entry if len(kinds) == 1 else None
    owners = {rated.change.entry.id if rated.change.entry else "" for rated in every}
    whose = f" of {entry_label(owners.pop())}" if len(owners) == 1 and "" not in owners else ""
    types = len({one.type for one in changes})
    location = _only(change.location for change in changes)
    if location is None and has_one_origin and changes[0].sources:
        location = _only(one.origin.location for one in details_of(changes[0]).attributes if one.origin)
    return Group(
        kind="same",
        label=f"{len(every)} {noun}{whose}",
        title="",
        location=location,
        changes=tuple(rated.change for rated in every),
        risks=tuple(rated.risk for rated in every),
        shown=changes[:1],
        members=names[: len(like)],
        exceptions=tuple(rated.change for rated in exceptions),
        exception_names=names[len(like) :],
        has_one_origin=has_one_origin,
        is_pattern=fold.is_pattern,
        is_tags=fold.is_tags,
        star=f"tags of {types} types" if fold.is_tags else common_address(addresses, entry),
    )


def _only(places: Iterable[Location | None]) -> Location | None:
    lines = map(line_of, places)
    first = next(lines, None)
    return first if first and all(line == first for line in lines) else None


def _label(kind: str, name: str) -> str:
    if kind == "entry":
        return entry_label(name)
    if kind == "stack":
        return f"stack {name}"
    return name.replace("module.", "module ", 1) if name else "root module"


def _worst_first(rated: RatedChange) -> tuple[object, ...]:
    change = rated.change
    place = (natural(change.address), change.address, change.stack or "", change.deposed or "")
    return urgency(change.type, rated.risk), change.action.rank, *place
