"""A runbook as text, Markdown and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from infragen.core.takeover import TITLES
from infragen.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infragen.core.landscape import Environment
    from infragen.core.system import Recovery
    from infragen.core.takeover import Action, Step

VERSION: Final = 1
"""Of the JSON; a member may be added without a new one."""

_HEADINGS: Final = {
    "failover": "{taking} takes over from {left}",
    "failback": "{taking} takes back from {left}",
    "restore": "A restore of {taking}, rehearsed",
}
_WHEN: Final = {
    "failover": "When {left} is gone, and four times a year as a rehearsal.",
    "failback": "When {taking_region} is there again, at a time of your choice.",
    "restore": "Once a month.",
}


class Written:
    """A runbook's steps with their numbers, for any format."""

    def __init__(
        self, action: Action, environments: tuple[Environment, Environment], steps: Sequence[Step],
        promised: Recovery | None, minutes: int,
    ) -> None:  # fmt: skip
        """Take what `infragen.workflow.runbook` made."""
        self.action = action
        self.left, self.taking = environments
        self.steps = steps
        self.promised = promised
        self.minutes = minutes

    @property
    def heading(self) -> str:
        """What is done."""
        return _HEADINGS[self.action].format(left=self.left.target, taking=self.taking.target)

    @property
    def when(self) -> str:
        """When it is done."""
        return _WHEN[self.action].format(left=self.left.settings.region, taking_region=self.taking.settings.region)

    @property
    def time(self) -> str:
        """How long it may take, beside what is promised."""
        taken = f"{self.minutes} min if each step takes as long as it may"
        if self.promised is None or self.action != "failover":
            return taken
        allowed = self.promised.rto_hours * 60
        over = "" if self.minutes <= allowed else ": more than that"
        return f"{taken}; promised: {allowed} min, and {self.promised.rpo_hours} h of data at most are lost{over}"

    def phases(self) -> Iterator[tuple[str, list[Step]]]:
        """Yield the title and the steps of each phase that has some."""
        for phase, title in TITLES.items():
            found = [step for step in self.steps if step.phase == phase]
            if found:
                yield title, found


def text(found: Written) -> str:
    """Return it for a terminal: numbered phases, and below each what is typed and what has to be seen."""
    lines = [found.heading, found.when, found.time]
    for number, (title, steps) in enumerate(found.phases(), 1):
        lines += ["", f"{number}. {title}"]
        for step in steps:
            lines += [f"   {step.what} ({step.minutes} min)", *(f"     {one}" for one in _remarks(step))]
            for command in step.commands:
                lines.append(f"     $ {command.text}")
                if command.shows:
                    lines.append(f"       -> {command.shows}")
    return "\n".join(lines)


def markdown(found: Written) -> str:
    """Return it as a page."""
    lines = [f"# {found.heading}", "", f"{found.when} {found.time[0].upper()}{found.time[1:]}."]
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


def as_json(found: Written) -> str:
    """Return everything."""
    document: dict[str, Any] = {
        "version": VERSION,
        "action": found.action,
        "left": found.left.target,
        "taking": found.taking.target,
        "minutes": found.minutes,
        "promised": None
        if found.promised is None
        else {"rpo_hours": found.promised.rpo_hours, "rto_hours": found.promised.rto_hours},
        "steps": [
            {
                "phase": step.phase,
                "what": step.what,
                "minutes": step.minutes,
                "why": step.why,
                "needs": step.needs,
                "commands": [{"command": one.text, "shows": one.shows} for one in step.commands],
            }
            for step in found.steps
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def summary(found: Written) -> str:
    """Return how many steps there are."""
    return counted(len(found.steps), "step")


def _remarks(step: Step) -> Iterator[str]:
    if step.why:
        yield step.why
    if step.needs:
        yield f"only where {step.needs} answers"
