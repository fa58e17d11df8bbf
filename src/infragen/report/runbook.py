"""A runbook as text, Markdown and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infragen.report import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def _time(found: Runbook) -> str:
    """Return how long it may take, beside what is promised."""
    taken = f"{found.minutes} min if every step takes its maximum time"
    if found.promised is None or found.action != "failover":
        return taken
    allowed = found.promised.rto_hours * 60
    over = "" if found.minutes <= allowed else "; this takes longer"
    return f"{taken}; promised: {allowed} min, with at most {found.promised.rpo_hours} h of data lost{over}"


def text(found: Runbook) -> str:
    """Return it for a terminal: numbered phases, and below each what is typed and what has to be seen."""
    lines = [_heading(found), _when(found), _time(found)]
    for number, (title, steps) in enumerate(found.phases(), 1):
        lines += ["", f"{number}. {title}"]
        for step in steps:
            lines += [f"   {step.what} ({step.minutes} min)", *(f"     {one}" for one in _remarks(step))]
            for command in step.commands:
                lines.append(f"     $ {command.text}")
                if command.shows:
                    lines.append(f"       -> {command.shows}")
    return "\n".join(lines)


def markdown(found: Runbook) -> str:
    """Return it as a page."""
    time = _time(found)
    lines = [f"# {_heading(found)}", "", f"{_when(found)} {time[0].upper()}{time[1:]}."]
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
    return "\n".join(lines)


def as_json(found: Runbook) -> str:
    """Return everything."""
    promised = found.promised
    return tables.as_json(
        action=found.action,
        left=found.left.target,
        taking=found.taking.target,
        minutes=found.minutes,
        promised=None if promised is None else {"rpo_hours": promised.rpo_hours, "rto_hours": promised.rto_hours},
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
