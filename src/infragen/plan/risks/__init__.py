"""What can come of a change, and why: one file a kind of risk.

Each file has `JUDGES`, a table from resource types to judges. A judge reads a `View` (safe values only, attribute by
attribute) and yields the risks it sees; `harmless` speaks when no one else does. A type that no table knows costs one
look-up, and an update of it the names of what differs. To add a risk: a judge and its line in the table of its kind.

Levels: HIGH is data loss for good, something other than a web port open to the internet, the rights of an
administrator, a program that runs with the keys of the run; MEDIUM is downtime, a guard that lets more through, and
what can be brought back; LOW is the rest; NONE is what changes nothing. That nothing will be lost is said of what a
judge has compared (`judged`): of all else, the effect is unknown.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from infragen.plan.risk import LOOKS, REVISIONS, Action, Risk, RiskKind
from infragen.plan.risks import (
    behaviors,
    cost,
    data_loss,
    database_users,
    downtime,
    elsewhere,
    exposure,
    filters,
    fronts,
    harmless,
    judged,
    lifecycles,
    network_rules,
    one_way,
    permissions_lost,
    privilege,
    protections,
    revisions,
    routes,
    safeguards,
    silence,
    times,
    traffic,
    types,
    unseen,
)  # fmt: skip
from infragen.plan.view import View
from infragen.redaction.values import UNKNOWN
from infragen.text import first_of

__all__ = ["JUDGES", "precedence", "risks_of"]
# Those of the first line compare what could be lost: an update of which they know nothing is not judged.
_OF_LOSS = (
    behaviors, data_loss, safeguards, lifecycles, protections, downtime, silence, one_way, permissions_lost, revisions,
    routes, times, traffic, filters,
)  # fmt: skip
_OF_EXPOSURE = (network_rules, exposure, fronts)
_LONGEST = 240
_MOST = 12
_QUIET = frozenset({RiskKind.HARMLESS, RiskKind.UNKNOWN})
_OF_DESTRUCTION = frozenset({RiskKind.DATA_LOSS, RiskKind.DOWNTIME})
# What happens to the object, before anyone looks inside; a replacement that leaves the old one behind is judged too.
_ONLY_THE_ACTION = frozenset({Action.NO_OP, Action.MOVE, Action.IMPORT, Action.FORGET, Action.UNKNOWN, *LOOKS})
JUDGES = types.joined(*(kind.JUDGES for kind in (*_OF_LOSS, *_OF_EXPOSURE, elsewhere, privilege, database_users, cost)))
_JUDGES_OF_LOSS = types.joined(*(kind.JUDGES for kind in _OF_LOSS))
_OF_CREATION = frozenset().union(*(one.JUDGES for one in (*_OF_EXPOSURE, elsewhere, privilege)))
_GIVES = re.compile(
    r"(?<!random)(?<!tls)_(?:\w*_)?(?:access|acl|api_key|app_key|binding|cron|daemon|deployment|exec|file|grant|iam|job"
    r"|member|permission|pod|policy|role|script|stateful|token|user|webhook)"
)
"""Words in types of other providers that give rights, or run something: nobody has looked at what a new one brings."""


def risks_of(view: View) -> tuple[Risk, ...]:
    action = view.action
    judges = JUDGES.get(view.type, ())
    running = (*privilege.programs(view), *exposure.in_plain(view), *unseen.unseen(view), *elsewhere.others(view))
    is_seen = judges or action is Action.UPDATE or action.is_replace or action.destroys
    if not running and (action in _ONLY_THE_ACTION or not is_seen):
        return (unseen.UNJUDGED,) if _is_new_to_judges(view) else harmless.of_action(action)
    if action in _ONLY_THE_ACTION:
        return _in_order(view.type, running)
    heard = {judge: judged.hear(judge, view) for judge in judges}
    told = (risk for one in (*heard.values(), judged.hear(_of_action, view)) for risk in one.risks)
    found = {Risk(risk.level, risk.kind, _clause(view.redact(risk.reason))) for risk in (*running, *told)}
    # The object as it will be follows the one that it was: updated in place, or by its next revision.
    follows = view.action is Action.UPDATE or (view.action.is_replace and view.type in REVISIONS)
    if follows and all(risk.kind in _QUIET for risk in found):
        found.update(judged.unjudged(view, (heard[judge] for judge in _JUDGES_OF_LOSS.get(view.type, ()))))
    if _is_new_to_judges(view):
        found.add(unseen.UNJUDGED)
    return _refused(_in_order(view.type, found), protections.refusal(view)) if found else harmless.of_action(action)


def _of_action(view: View) -> Iterator[Risk]:
    if view.action is Action.UPDATE:
        yield from _made_anew(view)
    if view.action.destroys:
        yield from data_loss.guessed(view)
        yield from downtime.destroyed(view)
    if view.action is Action.REPLACE_FORGET:
        yield from data_loss.left_behind(view)
        yield from harmless.of_action(view.action)


def _made_anew(view: View) -> Iterator[Risk]:
    names = [name for name in types.MADE_ANEW.get(view.type, ()) if _differs(view, name)] if view.without_state else []
    if not names:
        return
    is_certain = any(view.before(name) is not None for name in names)
    unless = "" if is_certain else ", unless AWS chose the same before"
    anew = replace(view, action=Action.REPLACE_DELETE_FIRST)
    for judge in (*data_loss.JUDGES.get(view.type, ()), downtime.destroyed):
        for risk in judge(anew):
            yield risk._replace(reason=f"it is made anew by {first_of(names)}{unless}: {risk.reason}")


def _differs(view: View, name: str) -> bool:
    """Whether an argument asks for something else; what is no longer said stays as it is, except for a switch."""
    before, after = view.before(name), view.after(name)
    if after == UNKNOWN:
        return bool(view.comes_from((name,)))
    return before != after and bool(after or before is True)


def _is_new_to_judges(view: View) -> bool:
    if view.action is not Action.CREATE:
        return False
    if named := types.CREATED_ON.get(view.type):
        return bool(view.after(named)) and not view.is_for_new(named)
    if view.type in types.CREATED or view.type in _OF_CREATION:
        return False
    return view.type.startswith("aws_") or not data_loss.is_considered(view.type) or bool(_GIVES.search(view.type))


def _refused(found: tuple[Risk, ...], words: str) -> tuple[Risk, ...]:
    if not words:
        return found
    place = next((place for place, risk in enumerate(found) if risk.kind in _OF_DESTRUCTION), 0)
    refused = found[place]._replace(reason=_clause(found[place].reason, _LONGEST - len(words)) + words)
    return (*found[:place], refused, *found[place + 1 :])


def _clause(reason: str, longest: int = _LONGEST) -> str:
    line = " ".join(reason.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _in_order(resource_type: str, found: Iterable[Risk]) -> tuple[Risk, ...]:
    ordered = list(found)
    if len(ordered) > 1:  # mostly there is one
        ordered.sort(key=lambda risk: (-risk.level, precedence(resource_type, risk), _passes(risk), risk.reason))
    if len(ordered) <= _MOST:
        return tuple(ordered)
    rest = ordered[_MOST - 1 :]
    return (*ordered[: _MOST - 1], Risk(rest[0].level, rest[0].kind, f"{len(rest)} more reasons of this kind"))


def _passes(risk: Risk) -> int:
    """Return when a risk is told among its like: that all is another first, what is over soon last."""
    passing = ("it restarts", "the broker restarts", "connections drop", "the machine stops and")
    return 2 if risk.reason.startswith(passing) else not risk.reason.startswith("it is another database now")


_OF_KIND = {RiskKind.EXPOSURE: 3, RiskKind.PRIVILEGE: 4, RiskKind.UNKNOWN: 5, RiskKind.COST: 6, RiskKind.HARMLESS: 7}


def precedence(resource_type: str, risk: Risk) -> tuple[int, int]:
    # The smallest is told first. Data that is lost goes before what stops to serve, that before what leads to it; then
    # what is opened, and what no one watches or takes over any more; then rights; and last what only helps the others:
    # roles, rules, groups of parameters.
    if risk.kind is RiskKind.DATA_LOSS:
        groups = (*types.FIRST_LOST, {resource_type} - types.LAST_LOST, types.LAST_LOST)
        return 0, next(place for place, group in enumerate(groups) if resource_type in group)
    if risk.kind is not RiskKind.DOWNTIME:
        return _OF_KIND[risk.kind], 0
    if resource_type in types.WATCHES:
        return _OF_KIND[RiskKind.EXPOSURE], 1 + types.WATCHES.index(resource_type)
    if resource_type in types.SERVES:
        return 1, types.SERVES[resource_type]
    return 5 if resource_type in types.HELPS or resource_type not in types.WITHOUT else 2, 0
