"""Headlines of a report: the worst changes, one line each."""

import re
from collections.abc import Sequence

from infragen.plan import WITHOUT_STATE, Action, Change, Level, Risk, RiskKind
from infragen.plan.address import split_address
from infragen.plan.risks.data_loss import JUDGES as HOLDERS
from infragen.plan.risks.lifecycles import JUDGES as LIFECYCLES
from infragen.plan.shown_address import relative_address
from infragen.report.groups import Group, Verdict, Worst
from infragen.report.labels import entry_label, type_words
from infragen.report.severity import NOT_JUDGED, drifted, grade, severity, urgency
from infragen.text import cut_end, first_of, visible

_DONE = {"delete": "is destroyed", "replace": "is replaced", "forget": "is forgotten"}
_TELLING = frozenset({RiskKind.EXPOSURE, RiskKind.PRIVILEGE})
_OF_THE_ACTION = (" from then on", " until the new one is created", "it is destroyed")
_OF_ANY_ACTION = frozenset({"it is destroyed", "it does not exist until the new one is created"})


def graded(verdict: Verdict) -> str:
    if grade(verdict.change_set, verdict.risk) == NOT_JUDGED:
        return f"{NOT_JUDGED} ({WITHOUT_STATE})"
    return risk_words(verdict)[0]


def risk_words(verdict: Verdict) -> tuple[str, ...]:
    change_set, groups, _, risk = verdict
    said, reason = grade(change_set, risk), visible(risk.reason)
    if risk.level <= Level.LOW:
        left = _unjudged(groups) if risk.kind is RiskKind.UNKNOWN or change_set.without_state else []
        if change_set.without_state:
            return (*(f"{said} ({one})" for one in left), said)
        return tuple(f"{NOT_JUDGED} ({one})" for one in left) if left else (f"{said} ({reason})",)
    if verdict.of_changes is not None:
        alike = sum(severity(other) == severity(risk) for group in groups for other in group.risks)
        texts = headlines(groups, verdict.of_changes)
    else:
        names = [one.name for one in change_set.effects if one.risk == risk]
        names = names or [_whose(change) for change, found in drifted(change_set) if severity(found) == severity(risk)]
        texts = [*(f"{risk.kind}: {reason}: {visible(one)}" for one in names[:1]), f"{risk.kind}: {reason}"]
        alike = len(names)
    more = f", and {alike - 1} more" if alike > 1 else ""
    return (
        *(f"{said} ({text}{more})" for text in texts),
        f"{said} ({risk.kind}{f', {alike} changes' if more else ''})",
        f"{said} ({risk.kind})",
    )


def _whose(change: Change) -> str:
    return relative_address(change) if change.entry is None else f"{change.type} of {entry_label(change.entry.id)}"


def _unjudged(groups: Sequence[Group]) -> list[str]:
    prefix = f"{NOT_JUDGED}: "
    left = [one for group in groups for one in group.rated if one[1].reason.startswith(prefix)]
    left.sort(key=lambda one: (urgency(one[0].type, one[1]), one[0].address))
    said = [f"{risk.reason.removeprefix(prefix)} of {type_words(change.type)}" for change, risk in left]
    each = [visible(one) for one in dict.fromkeys(said)]
    return [first_of(each, few) for few in range(min(len(each), 3), 0, -1)]


def headlines(groups: Sequence[Group], worst: Worst) -> list[str]:
    change, risk = worst.change, worst.risk
    reason = visible(risk.reason)
    head, its = worst.head
    if head is not change:
        owner = "" if head.entry == change.entry else f" of {_owner(change)}"
        rest = f"{risk.kind}: {type_words(change.type)}{visible(owner)}"
        lost = f"{its.kind}: {_happening(head)}"
        return [f"{lost}: {visible(its.reason)}; {rest}", f"{lost}; {rest}"]
    chain = next((cause.chain for cause in change.causes if cause.chain), ()) if change.action.is_replace else ()
    every = (one for group in groups for one in group.changes) if chain else ()
    origin = next((one for one in every if one.action.is_replace and one.address == chain[-1]), None)
    if origin is not None:
        return [f"{risk.kind}: {_happening(origin)}, and with it {visible(_what(change, worst.group))}"]
    if cut_off := _cut_off(groups, change):
        return [f"{RiskKind.DOWNTIME}: {visible(cut_off)}; {risk.kind}: {type_words(change.type)}"]
    what = visible(_what(change, worst.group))
    done = _DONE.get(change.action.word)
    short = cut_end(reason, 80)
    said = [f"{reason}: {what}", f"{short}: {what}", reason, short]
    if done and risk.kind not in _TELLING and _is_of_the_action(change, risk):
        said = [*(() if _is_in_the_action(change, risk) else said[:1]), f"{what} {done}"]
    texts = [f"{risk.kind}: {text}" for text in said]
    beside = [one for one in change.risks if one.level is risk.level and one != risk]
    return [*(f"{texts[0]}; {one.kind}: {visible(one.reason)}" for one in beside[:1]), *texts]


def _happening(change: Change) -> str:
    owner = _owner(change)
    what = f"{type_words(change.type)} of {owner}" if owner else relative_address(change)
    return visible(f"{what}{_formerly(change)} {_DONE.get(change.action.word, 'changes')}")


def _owner(change: Change) -> str:
    if change.entry is not None:
        return entry_label(change.entry.id)
    return f"stack {change.stack}" if change.stack else ""


def _cut_off(groups: Sequence[Group], change: Change) -> str:
    """`service api is cut off from database orders`: an egress rule is the user's, all else of what is used."""
    every = (one for group in groups for one in group.changes if change.action is one.action is Action.DELETE)
    for one in every:
        if _is_called_after(one, change) and _is_called_after(change, one):
            user, used = (change, one) if change.type.endswith("egress_rule") else (one, change)
            return f"{_owner(user)} is cut off from {_owner(used)}"
    return ""


def _is_called_after(change: Change, other: Change) -> bool:
    if change.index is None or change.entry is None or other.entry is None or change.entry.id == other.entry.id:
        return False
    name = re.escape(other.entry.id.partition("/")[2].replace("_", "-"))
    return re.search(rf"(?<![a-z0-9]){name}(?![a-z0-9])", change.index.replace("_", "-")) is not None


def _is_of_the_action(change: Change, risk: Risk) -> bool:
    """Whether a reason says what comes of the destruction or replacement, and not of what the new object says."""
    if risk.kind is RiskKind.DATA_LOSS:
        return change.type not in LIFECYCLES
    return risk.kind is not RiskKind.DOWNTIME or risk.reason.endswith(_OF_THE_ACTION)


def _is_in_the_action(change: Change, risk: Risk) -> bool:
    """Whether it says enough that something is destroyed, or replaced: data goes with it, or nothing serves from it."""
    if risk.kind is RiskKind.DATA_LOSS:
        return change.type in HOLDERS and change.action.destroys
    return risk.reason in _OF_ANY_ACTION


def _what(change: Change, group: Group) -> str:
    if change.entry is None:
        return f"{relative_address(change)}{_formerly(change)}"
    kind, _, name = group.label.partition(" ") if group.kind == "entry" else ("", "", "")
    owner = group.label if kind and name else change.entry.id
    return f"{change.type} of {owner}{_formerly(change)}"


def _formerly(change: Change) -> str:
    if change.previous_address is None or not change.action.destroys:
        return ""
    now = split_address(change.address)
    former = [part for part in split_address(change.previous_address) if part not in now]
    return f" (it was {former[0]})" if former else ""
