"""A runbook as text and JSON; its page in Markdown is rendered beside the stacks."""

from itertools import groupby

from infragen.core.standby import by_need
from infragen.core.takeover import Runbook
from infragen.report import tables


def text(found: Runbook) -> str:
    lines = [found.heading, *found.head()]
    for number, (title, steps) in enumerate(found.phases(), 1):
        lines += ["", f"{number}. {title}"]
        for step in steps:
            lines += [f"   {step.what} ({step.minutes} min)", *(f"     {one}" for one in step.remarks)]
            for command, shows in step.typed():
                lines.append(f"     $ {command}")
                if shows:
                    lines.append(f"       -> {shows}")
    if found.held:
        lines += ["", f"What {found.taking.target} holds"]
        for need, held in groupby(by_need(found.held), lambda one: one.held.need):
            lines.append(f"   {need}")
            lines += (line for one in held for line in tables.wrapped(f"{one.owner}: {one.words}", "     "))
    return "\n".join(lines)


def as_json(found: Runbook) -> str:
    promised = found.promised
    return tables.as_json(
        action=found.action,
        heading=found.heading,
        left=found.left.target,
        taking=found.taking.target,
        warning=found.warning,
        minutes=found.minutes,
        minutes_without_service=found.minutes_without_service,
        escalation={level: dict(one.escalated) for level, one in found.left.settings.alerts.items() if one.escalation},
        operations=list(found.left.system.operations.head(f"runbook {found.action}")),
        promised=None if promised is None else {"rpo_hours": promised.rpo_hours, "rto_hours": promised.rto_hours},
        unmet={"RPO": found.unmet("RPO"), "RTO": found.unmet("RTO"), "late": found.is_late},
        holds=[
            {"owner": one.owner, **tables.fields(one.held, "need", "state", "has"), "excluded": one.excluded}
            for one in found.held
        ],
        unrehearsed=dict(found.unrehearsed),
        steps=[
            tables.fields(step, "phase", "what", "minutes", "why", "needs")
            | {"commands": [{"command": one.text, "shows": one.shows} for one in step.commands]}
            for step in found.steps
        ],
    )
