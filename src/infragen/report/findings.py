"""What the formats for code scanning and annotations have in common: the changes that need a look, as findings.

A finding is a change whose risk is MEDIUM or HIGH or that destroys something, a check that did not pass, or a plan
that failed. All other changes are only counted.
"""

from msgspec import Struct

from infragen.diagnostics import Location
from infragen.plan import WITHOUT_STATE, Change, ChangeSet, Check, Level, RiskKind
from infragen.plan.model import INCOMPLETE, Effect
from infragen.report.labels import action_word
from infragen.text import shorten, visible

CHECK = "failed-check"
ERRORED = "failed-plan"
PARTIAL = "incomplete-plan"
STATELESS = "planned-without-state"
_KIND_RULES = {kind: kind.value.replace(" ", "-") for kind in RiskKind}
RULES = {
    _KIND_RULES[RiskKind.DATA_LOSS]: "Data is lost, or its protection is reduced",
    _KIND_RULES[RiskKind.EXPOSURE]: "Something can be reached, read or intercepted by more people",
    _KIND_RULES[RiskKind.PRIVILEGE]: "Someone gains permissions",
    _KIND_RULES[RiskKind.DOWNTIME]: "Something in use is destroyed, restarted or scaled to zero",
    _KIND_RULES[RiskKind.UNKNOWN]: "Something is done that is not judged",
    _KIND_RULES[RiskKind.COST]: "Costs rise",
    _KIND_RULES[RiskKind.HARMLESS]: "Something is destroyed without further impact",
    CHECK: "A check of the configuration did not pass",
    ERRORED: "Planning failed: the plan contains only a part of the changes",
    PARTIAL: INCOMPLETE[0].upper() + INCOMPLETE[1:],
    STATELESS: WITHOUT_STATE[0].upper() + WITHOUT_STATE[1:],
}
"""What can be found, from worst to harmless: an id and a sentence."""
_ORDER = {rule: place for place, rule in enumerate((ERRORED, PARTIAL, STATELESS, *RULES))}
_TITLE = 200
_MESSAGE = 2_000


class Finding(Struct, frozen=True):
    """One thing to look at. Texts are on one line each, with nothing in them that is not printed.

    `name` is the address it is about, `title` that with what happens to it. `identity` is the same for the same finding
    in every plan, whatever line it is written on.
    """

    rule: str
    level: Level
    name: str
    title: str
    message: str
    identity: tuple[str, ...]
    location: Location | None = None


def findings(change_set: ChangeSet) -> tuple[Finding, ...]:
    worth_a_look = [one for one in change_set.changes if one.risks[0].level >= Level.MEDIUM or one.action.destroys]
    found = [*map(_check, change_set.checks), *map(_change, worth_a_look), *map(_effect, change_set.effects)]
    if change_set.errored:
        found.append(Finding(ERRORED, Level.HIGH, "terraform plan", "planning failed", RULES[ERRORED], (ERRORED,)))
    elif change_set.partial:
        found.append(Finding(PARTIAL, Level.MEDIUM, "terraform plan", "incomplete plan", INCOMPLETE, (PARTIAL,)))
    if change_set.without_state:
        found.append(Finding(STATELESS, Level.MEDIUM, "plan", "planned without a state", WITHOUT_STATE, (STATELESS,)))
    return tuple(sorted(found, key=lambda one: (-one.level, _ORDER[one.rule], one.title, one.message, one.identity)))


def _check(check: Check) -> Finding:
    level = Level.LOW if check.status == "unknown" else Level.HIGH
    words = "is evaluated only during apply" if check.status == "unknown" else "does not pass"
    problems = "; ".join(check.problems)
    message = f"{check.address} {words}{f': {problems}' if problems else ''}"
    identity = (CHECK, check.stack or "", check.address)
    name, title = (_line(text, _TITLE) for text in (check.address, f"{check.kind} {check.address}"))
    return Finding(CHECK, level, name or CHECK, title, _line(message, _MESSAGE), identity)


def _effect(effect: Effect) -> Finding:
    rule = _KIND_RULES[effect.risk.kind]
    name, title = (_line(text, _TITLE) for text in (effect.name, effect.words))
    message = f"{effect.words}: {effect.risk.kind.value}: {effect.risk.reason}"
    return Finding(rule, effect.risk.level, name, title, _line(message, _MESSAGE), (rule, effect.stack or "", name))


def _change(change: Change) -> Finding:
    risks = change.risks
    rule, reasons = _KIND_RULES[risks[0].kind], [f"{risk.kind.value}: {risk.reason}" for risk in risks]
    causes = tuple(dict.fromkeys(cause.words for cause in change.causes))
    because = f" (replaced because {', and '.join(causes)})" if causes else ""
    place = f" in stack {change.stack}" if change.stack else ""
    deposed = f" (deposed object {change.deposed})" if change.deposed else ""
    name, title = (_line(text, _TITLE) for text in (change.address, f"{action_word(change.action)} {change.address}"))
    message = f"{change.action.value} {change.address}{deposed}{place}: {'; '.join(reasons)}{because}"
    identity = (rule, change.stack or "", change.address, change.deposed or "")
    return Finding(rule, risks[0].level, name, title, _line(message, _MESSAGE), identity, change.location)


def _line(text: str, room: int) -> str:
    return shorten(visible(" ".join(text.split("\n"))), room)
