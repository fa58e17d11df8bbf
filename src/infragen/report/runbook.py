"""A runbook as text, Markdown and JSON."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from infragen.core.measures import LEVELS
from infragen.core.standby import by_need
from infragen.core.takeover import TITLES
from infragen.report import tables
from infragen.text import in_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.standby import Objective
    from infragen.core.takeover import Runbook, Step

_HEADINGS: Final = {
    "failover": "{taking} takes over from {left}",
    "failback": "{taking} takes back from {left}",
    "restore": "A restore of {taking}, rehearsed",
}
_WHEN: Final = {
    "failover": "When {left} is lost, and four times a year as a rehearsal.",
    "failback": "When {taking} is available again, at a time of your choice.",
    "restore": "Once a month.",
}


def _heading(found: Runbook) -> str:
    return _HEADINGS[found.action].format(left=found.left.target, taking=found.taking.target)


def _when(found: Runbook) -> str:
    return _WHEN[found.action].format(left=found.left.settings.region, taking=found.taking.settings.region)


def _time(found: Runbook) -> Iterator[str]:
    """Yield how long it may take, and each promise with whether it is kept."""
    yield f"{found.minutes} min if every step takes its maximum time"
    if found.promised is not None and found.action == "failover":
        yield f"RTO of {found.promised.rto_hours} h: {_kept_time(found)}"
        yield f"RPO of {found.promised.rpo_hours} h: {_kept_data(found)}"


def _escalated(found: Runbook) -> Iterator[str]:
    """Yield whom people call where nobody answers, by the level of the alarm."""
    alerts = found.left.settings.alerts
    for level in (one for one in LEVELS if one in alerts and alerts[one].escalation):
        called = ", ".join(f"after {waited} {who}" for waited, who in alerts[level].escalated)
        yield f"{level} alarms that nobody answers: {called}"


def _kept_time(found: Runbook) -> str:
    if unmet := found.unmet("RTO"):
        return f"not met: {found.taking.target} cannot run without what it lacks of {', '.join(unmet)}"
    return "not met: the steps may take longer" if found.is_late else f"met{_uncovered(found, 'RTO')}"


def _kept_data(found: Runbook) -> str:
    if unmet := found.unmet("RPO"):
        return f"not met: {', '.join(unmet)}"
    lags = any(one.held.state == "lags" for one in found.held)
    measured = f" if “{TITLES['measure']}” shows no longer lag" if lags else ""
    return f"met{measured}{_uncovered(found, 'RPO')}"


def _uncovered(found: Runbook, objective: Objective) -> str:
    """Return what a promise does not cover."""
    owners = [one.owner for one in found.held if one.objective == objective and not one.held.is_enough]
    return f"; not covered: {', '.join(dict.fromkeys(owners))}" if owners else ""


def text(found: Runbook) -> str:
    """Return it for a terminal: numbered phases, and below each what is typed and what has to be seen."""
    lines = [_heading(found), _when(found), *_time(found), *_escalated(found)]
    for number, (title, steps) in enumerate(found.phases(), 1):
        lines += ["", f"{number}. {title}"]
        for step in steps:
            lines += [f"   {step.what} ({step.minutes} min)", *(f"     {one}" for one in _remarks(step))]
            for command in step.commands:
                lines.append(f"     $ {command.text}")
                if command.shows:
                    lines.append(f"       -> {command.shows}")
    if found.held:
        lines += ["", f"What {found.taking.target} holds"]
        for need, held in groupby(by_need(found.held), lambda one: one.held.need):
            lines += [
                f"   {need}",
                *(line for one in held for line in tables.wrapped(f"{one.owner}: {one.words}", "     ")),
            ]
    return "\n".join(lines)


def markdown(found: Runbook) -> str:
    """Return it as a page."""
    lines = [f"# {_heading(found)}", "", _when(found), "", *(f"- {one}" for one in (*_time(found), *_escalated(found)))]
    for number, (title, steps) in enumerate(found.phases(), 1):
        lines += ["", f"## {number}. {title}"]
        for step in steps:
            lines += ["", f"**{step.what}** ({step.minutes} min)"]
            lines += [f"- {one}" for one in _remarks(step)]
            lines += ["", "```sh"]
            for command in step.commands:
                lines.append(command.text)
                if command.shows:
                    lines.append(f"# {command.shows}")
            lines.append("```")
    if found.held:
        rows = ((one.held.need, f"`{one.owner}`", in_cell(one.words)) for one in by_need(found.held))
        lines += ["", f"## What {found.taking.target} holds", "", *tables.table(("of its", "entry", "there is"), rows)]
    return "\n".join(lines)


def as_json(found: Runbook) -> str:
    """Return everything."""
    promised = found.promised
    return tables.as_json(
        action=found.action,
        left=found.left.target,
        taking=found.taking.target,
        minutes=found.minutes,
        escalation={level: dict(one.escalated) for level, one in found.left.settings.alerts.items() if one.escalation},
        promised=None if promised is None else {"rpo_hours": promised.rpo_hours, "rto_hours": promised.rto_hours},
        unmet={"RPO": found.unmet("RPO"), "RTO": found.unmet("RTO"), "late": found.is_late},
        holds=[
            {
                "owner": one.owner,
                **{field: getattr(one.held, field) for field in ("need", "state", "has")},
                "excluded": one.excluded,
            }
            for one in found.held
        ],
        steps=[_json(step) for step in found.steps],
    )


def _json(step: Step) -> dict[str, Any]:
    commands = [{"command": one.text, "shows": one.shows} for one in step.commands]
    said = {"phase": step.phase, "what": step.what, "minutes": step.minutes, "why": step.why, "needs": step.needs}
    return {**said, "commands": commands}


def _remarks(step: Step) -> Iterator[str]:
    if step.why:
        yield step.why
    if step.needs:
        yield f"only if {step.needs} responds"
