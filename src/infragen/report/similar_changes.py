"""The same change in many places, found without keeping what the changes hold inside."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from infragen.plan import LOOKS, Action, Cause, Change, Level, Risk, RiskKind
from infragen.plan.change_parts import Fingerprint
from infragen.plan.lenses import LENSES
from infragen.plan.risks.harmless import WITHOUT_STATE, of_action
from infragen.plan.risks.types import aws
from infragen.plan.shown_address import address_parts, names_of, relative_address, shape_of, starred, without_names
from infragen.redaction.values import UNKNOWN_TEXT
from infragen.report.change_details import ChangeDetails, details_of
from infragen.report.labels import entry_label, kind_plural, type_plural

FOLD_FROM = 3
NAME = "<name>"
_OWN = "<its own>"
COMPARED = frozenset(action for action in Action if action is Action.UPDATE or action.is_replace)
_COUNTED = frozenset({Action.CREATE, *LOOKS})
_MOST_ASKED = 500  # changes of one type that are asked for their words: that is not cheap
_GONE = frozenset({Action.DELETE, Action.FORGET})
_NOTHING = Fingerprint()
_RULES = frozenset(
    aws(
        "alb_listener_rule iam_role_policy lb_listener_rule security_group_rule vpc_security_group_egress_rule",
        "vpc_security_group_ingress_rule",
    )
)


class RatedChange(NamedTuple):
    """A change with its worst risk, its address with stars for its names, and what tells whether others are like it."""

    change: Change
    risk: Risk
    shape: str
    fingerprint: Fingerprint


class Fold(Struct, frozen=True):
    """Changes that are the same, and those like them in all but the values.

    With `is_pattern`, they are the same but for their names; with `is_tags`, they are of many types and change the same
    tags.
    """

    like: tuple[RatedChange, ...]
    exceptions: tuple[RatedChange, ...] = ()
    is_pattern: bool = False
    is_tags: bool = False


def rate(change: Change) -> RatedChange:
    risk = change.risks[0]
    fingerprint = change.body.fingerprint(change, names_of(change)) if change.action in COMPARED else _NOTHING
    return RatedChange(change, risk, shape_of(change), fingerprint)


def is_counted(change: Change, risk: Risk) -> bool:
    if change.action not in _COUNTED or risk.level > Level.LOW or risk.kind is RiskKind.UNKNOWN:
        return False
    return not is_told(change, risk) and change.previous_address is None and change.importing is None


def is_told(change: Change, risk: Risk) -> bool:
    """Whether a risk is what a new rule lets through or sends where, so that it is worth a line though it is low."""
    return (
        change.action is Action.CREATE
        and (change.type in _RULES or change.type.endswith("_firewall_rule"))
        and risk not in (*of_action(Action.CREATE), *WITHOUT_STATE)
    )


def fold_similar(changes: Iterable[RatedChange]) -> tuple[tuple[Fold, ...], tuple[RatedChange, ...]]:
    """Fold what is the same in three places or more, and return the rest; what differs in values only joins a fold."""
    # What changes the same tags and nothing else, whatever it is, is folded when it is of several types.
    others: list[RatedChange] = []
    by_tags: dict[int, list[RatedChange]] = {}
    for rated in changes:
        change = rated.change
        is_moved = change.previous_address or change.deposed or change.importing is not None
        is_plain = change.action is Action.UPDATE and not is_moved
        is_tags = rated.fingerprint.tags and is_plain and rated.risk.level <= Level.LOW
        (by_tags.setdefault(rated.fingerprint.tags, []) if is_tags else others).append(rated)
    folds = []
    for found in by_tags.values():
        if len(found) >= FOLD_FROM and len({rated.change.type for rated in found}) > 1:
            folds.append(Fold(tuple(found), is_tags=True))
        else:
            others += found
    # What one value changes in entries of several kinds, such as how long all logs are kept.
    its, changes = _folds_of_values(others, lambda rated: rated.change.action is Action.UPDATE, across_kinds=True)
    folds += its
    similar: dict[object, list[RatedChange]] = {}
    rest: list[RatedChange] = []
    for rated in changes:
        if is_counted(rated.change, rated.risk):
            rest.append(rated)
        else:
            key = (*_facts(rated), rated.shape, rated.fingerprint.fields)
            similar.setdefault(key, []).append(rated)
    alone: list[RatedChange] = []
    for found in similar.values():
        its, left = _folds(found)
        folds += its
        alone += left
    its, alone = _folds_of_words(alone)
    folds += its
    # What changes or goes alike in resources of one type, whatever they are called; an entry's stays with it.
    its, left = _folds_of_values(alone, lambda one: not one.change.entry and one.change.action in COMPARED | _GONE)
    return (*folds, *its), (*rest, *left)


def _folds_of_values(
    changes: Iterable[RatedChange], is_asked: Callable[[RatedChange], bool], *, across_kinds: bool = False
) -> tuple[list[Fold], list[RatedChange]]:
    often, left = _often(changes, lambda rated: (*_facts(rated)[across_kinds:], rated.fingerprint.values), is_asked)
    folds = []
    for found in often:
        if across_kinds and len({_facts(rated)[0] for rated in found}) == 1:
            left += found
            continue
        alike, others = _verified(found, is_pattern=False)
        folds += [Fold(tuple(one)) for one, _ in alike]
        left += others
    return folds, left


def _folds_of_words(changes: Sequence[RatedChange]) -> tuple[list[Fold], list[RatedChange]]:
    """Fold what a lens describes in the same words, such as one variable in many containers."""
    types = Counter(rated.change.type for rated in changes if _is_told_by_lens(rated))
    if types.total() > _MOST_ASKED:
        return [], [*changes]
    asked = {kind for kind, count in types.items() if count >= FOLD_FROM}
    folds, left = [], [*changes]
    for is_pattern in (False, True):
        words = partial(_words, is_pattern=is_pattern)
        often, left = _often(left, words, lambda rated: rated.change.type in asked and _is_told_by_lens(rated))
        folds += [Fold(tuple(one), is_pattern=is_pattern) for one in often]
    return folds, left


def _words(rated: RatedChange, *, is_pattern: bool) -> object:
    return *_facts(rated)[1:], _detail_texts(rated.change, is_pattern=is_pattern)


def _is_told_by_lens(rated: RatedChange) -> bool:
    return rated.change.action in COMPARED and rated.change.type in LENSES


def _folds(similar: Sequence[RatedChange]) -> tuple[list[Fold], list[RatedChange]]:
    """Return one fold for each value found often enough; what is left joins the largest while it is the minority."""
    if len(similar) < FOLD_FROM:
        return [], list(similar)
    same, left = _often(similar, lambda rated: rated.fingerprint.values)
    patterns, left = _often(left, lambda rated: rated.fingerprint.pattern)
    found: list[tuple[list[RatedChange], bool]] = []
    for one, is_pattern in [(one, False) for one in same] + [(one, True) for one in patterns]:
        its, others = _verified(one, is_pattern=is_pattern)
        found += its
        left += others
    largest = max((len(one) for one, _ in found), default=0)
    folds: list[Fold] = []
    for one, is_pattern in found:
        joins = one[0].change.action in COMPARED and len(one) == largest and len(left) <= largest
        folds.append(Fold(tuple(one), tuple(left) if joins else (), is_pattern))
        left = [] if joins else left
    return folds, left


def _often(
    changes: Iterable[RatedChange],
    key: Callable[[RatedChange], object],
    is_asked: Callable[[RatedChange], bool] = lambda _: True,
) -> tuple[list[list[RatedChange]], list[RatedChange]]:
    by_key: dict[object, list[RatedChange]] = {}
    rest: list[RatedChange] = []
    for rated in changes:
        (by_key.setdefault(key(rated), []) if is_asked(rated) else rest).append(rated)
    often = [found for found in by_key.values() if len(found) >= FOLD_FROM]
    return often, [*rest, *(rated for found in by_key.values() if len(found) < FOLD_FROM for rated in found)]


def _verified(
    like: Sequence[RatedChange], *, is_pattern: bool
) -> tuple[list[tuple[list[RatedChange], bool]], list[RatedChange]]:
    """Compare all that is shown of look-alikes with more than differences: causes, reasons, a lens's words."""
    first = like[0]
    if first.risk.level <= Level.LOW and not first.change.action.is_replace and first.change.type not in LENSES:
        return [(list(like), is_pattern)], []
    often, left = _often(like, lambda rated: _detail_texts(rated.change, is_pattern=is_pattern))
    return [(one, is_pattern) for one in often], left


def _detail_texts(change: Change, *, is_pattern: bool) -> int:
    """Return a hash of everything that is shown of a change, without its names where others have others."""
    if change.action not in COMPARED and change.action not in _COUNTED:
        details = ChangeDetails(change, (), (), change.risks, ())
    else:
        details = in_common(details_of(change))
    details = general_details(details, with_values=is_pattern)
    texts: list[object] = [*details.risks, *details.causes]
    texts += [(one.path, one.note, one.before, one.after, one.lines, one.comes_from) for one in details.attributes]
    return hash(tuple(texts))


def in_common(details: ChangeDetails) -> ChangeDetails:
    """Return what is shown of one change as of all like it: each has its own value before one that is not known yet."""
    attributes = (
        one if one.after != UNKNOWN_TEXT or one.forces_replacement or one.before is None else replace(one, before=_OWN)
        for one in details.attributes
    )
    return replace(details, attributes=tuple(attributes))


def _facts(rated: RatedChange) -> tuple[object, ...]:
    change = rated.change
    kind = kind_plural(change.entry.id) if change.entry else None
    moved = change.previous_address and starred(change.previous_address)
    risk = (rated.risk.level, rated.risk.kind)
    return kind, change.type, change.action, moved, change.importing is None, change.deposed is None, risk


def member_labels(changes: Sequence[Change]) -> tuple[str, tuple[str, ...]]:
    owners = [change.entry.id if change.entry else "" for change in changes]
    times = Counter(owners)
    kinds = {owner and kind_plural(owner) for owner in owners}
    if len(kinds) > 1:
        several = any(times[owner] > 1 or not owner for owner in owners)
        noun = _types(changes) if several else "entries"
        return noun, tuple(
            entry_label(owner) if owner and times[owner] == 1 else relative_address(change)
            for owner, change in zip(owners, changes, strict=True)
        )
    if owners[0] and len(times) == len(changes):
        return kinds.pop(), tuple(owner.rpartition("/")[2] for owner in owners)
    split = [address_parts(relative_address(change)) for change in changes]
    noun = _types(changes)
    addresses = tuple(map(relative_address, changes))
    if len({len(parts) for parts in split}) > 1:
        return noun, addresses
    columns = list(zip(*split, strict=True))
    labels = [i for i, column in enumerate(columns) if len({label for label, _ in column}) > 1]
    keys = [i for i, column in enumerate(columns) if len({key for _, key in column}) > 1]
    if len(labels) + len(keys) != 1:
        return noun, addresses
    if labels:
        noun = "modules" if labels[0] < len(columns) - 1 else noun
        return noun, tuple(parts[labels[0]][0] for parts in split)
    return noun, tuple(parts[keys[0]][1][1:-1] for parts in split)


def _types(changes: Iterable[Change]) -> str:
    types = {change.type for change in changes}
    return type_plural(types.pop()) if len(types) == 1 else "resources"


def in_ranges(names: Sequence[str]) -> list[str]:
    if not all(name.isdecimal() and len(name) < 10 for name in names):
        return list(names)
    ranges: list[list[int]] = []
    for number in sorted(map(int, names)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return [f"{low} to {high}" if low < high else str(low) for low, high in ranges]


def general_details(details: ChangeDetails, *, with_values: bool = True) -> ChangeDetails:
    """Return what is shown of one change without its names in addresses, and in values with `with_values`."""
    names = names_of(details.change)

    def general(text: str) -> str:
        return without_names(text, names, NAME)

    attributes = tuple(replace(one, comes_from=tuple(map(general, one.comes_from))) for one in details.attributes)
    if with_values:
        attributes = tuple(
            replace(
                one,
                path=general(one.path),
                note=one.note and general(one.note),
                before=one.before and general(one.before),
                after=one.after and general(one.after),
                lines=tuple(map(general, one.lines)),
            )
            for one in attributes
        )
    risks = tuple(risk._replace(reason=general(risk.reason)) for risk in details.risks)
    causes = tuple(
        Cause(cause.attribute and general(cause.attribute), general(cause.words), tuple(map(general, cause.chain)))
        for cause in details.causes
    )
    return replace(details, attributes=attributes, risks=risks, causes=causes)
