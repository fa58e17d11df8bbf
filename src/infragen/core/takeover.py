"""When an environment takes over from another one: what is done, in which order, and how one sees that it is done."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from shlex import quote
from typing import Final, Literal

from msgspec import Struct

from infragen.core.build_context import BuildContext
from infragen.core.measures import LEVELS
from infragen.core.resolved_system import Environment
from infragen.core.standby import Holding, Objective
from infragen.core.system import Recovery
from infragen.text import first_of

Action = Literal["failover", "failback", "rehearsal", "restore"]
"""To the standby, back from it, and the rehearsals of a failover and of a restore."""
Phase = Literal[
    "access", "detect", "prove", "return", "copy", "measure", "drill", "stop", "drain", "fence", "switch",
    "switch-back", "promote", "sign-in", "stop-again", "run", "start", "names", "verify", "rehearse", "enlarge",
    "code", "still", "clear", "renew", "undo",
]  # fmt: skip

TITLES: Final[dict[Phase, str]] = {
    "access": "Sign in to AWS without the region that is left",
    "detect": "See what has failed",
    "prove": "See that the standby has taken over",
    "return": "Make room for the data that comes back",
    "copy": "Bring the data back",
    "measure": "See what would be lost",
    "drill": "Make one more copy of each database, promote it, look at it, and remove it",
    "stop": "Stop what still runs in the region that is left",
    "drain": "See that nothing is missing",
    "fence": "Keep the names from leading back",
    "switch": "Have the global databases written to in the region that takes over",
    "switch-back": "Have the global databases written to where they were before",
    "promote": "Make the copies writable",
    "sign-in": "Let the services sign in",
    "stop-again": "Stop what runs in the region that is left, if it answers by now",
    "run": "Let everything run",
    "start": "Start the tasks, and wait for them",
    "names": "Lead the names there",
    "verify": "See that it works",
    "rehearse": "Restore one database beside the running one, look at the copy, and remove it",
    "enlarge": "Make as large as in the primary what was kept smaller",
    "code": "Bring new code, for as long as it takes",
    "still": "Keep the region that was left still, as soon as it answers again",
    "clear": "Make room for new copies in the standby",
    "renew": "Have the standby follow again",
    "undo": "Only if the region that is left goes on after all, and no database was switched: undo what stopped it",
}
"""The phases in their order, and what each does."""

_HEADINGS: Final = {
    "failover": "{taking} takes over from {left}",
    "failback": "{taking} takes back from {left}",
    "rehearsal": "A failover of {left} to {taking}, rehearsed",
    "restore": "A restore of {taking}, rehearsed",
}
_WHEN: Final = {
    "failover": "When {left} is lost; four times a year, `infragen runbook {target} rehearsal` rehearses it.",
    "failback": "When {taking} is available again, at a time of your choice.",
    "rehearsal": "Four times a year, at a time of your choice: both regions have to respond, and no data is lost.",
    "restore": "Once a month, for one database after the other.",
}


_AT_MOST: Final = " if every step takes its maximum time"
_DOWN: Final[tuple[Phase, ...]] = (
    "stop", "drain", "switch", "switch-back", "promote", "sign-in", "run", "start", "names",
)  # fmt: skip
"""In which phases of the way back, or of a rehearsal, nobody is served."""


def last_minutes(minutes: int) -> str:
    """`date` differs, so times are seconds since 1970 (AWS CLI User Guide); CloudWatch gives at most 1,440 values."""
    return f'--start-time "$(( $(date +%s) - {minutes * 60} ))" --end-time "$(date +%s)"'


AT_ONCE: Final = "`apply` leaves to the maintenance window what interrupts production; this does it at once"
"""Why a size is changed without Terraform, after its plan has the same one."""


def answers(host: str, path: str, code: str, options: str = "") -> Command:
    """`host` may be a command of the shell, in double quotes; a path is quoted as the catalogue has it."""
    url = f'"https://{host}"{quote(path)}' if "$(" in host else quote(f"https://{host}{path}")
    ask = "curl --silent --show-error --output /dev/null --write-out '%{http_code}\\n'"
    return Command(f"{ask}{options and f' {options}'} {url}", code)


def polled(condition: str, said: str) -> str:
    return f"for _ in $(seq 90); do {condition} && echo {said} && break || sleep 10; done"


class Command(Struct, frozen=True):
    """What is typed into a shell, in the project's folder; `shows` says what its answer has to be."""

    text: str
    shows: str = ""


class Step(Struct, frozen=True):
    """What is done in a phase for one entry, or for the environment.

    `minutes` is what it may take, an assumption unless `why` names a source, which has a line for each remark. `needs`
    is the region that has to answer: where it does not, the step is left out; empty where it goes without both.
    """

    phase: Phase
    what: str
    commands: tuple[Command, ...]
    minutes: int
    why: str = ""
    needs: str = ""

    @property
    def remarks(self) -> tuple[str, ...]:
        return tuple(one for one in (*self.why.splitlines(), self.needs and f"only if {self.needs} responds") if one)

    def typed(self) -> Iterator[tuple[str, str]]:
        for shows, found in groupby(self.commands, lambda one: one.shows):
            *before, last = (one.text for one in found)
            yield from ((one, "") for one in before)
            yield last, f"each: {shows}" if before and shows else shows


class Takeover(Struct, frozen=True):
    """What is done: an entry's place in the environment that is left, and in the one that takes over.

    `promised` are the seconds of data that may be lost; 0 where nobody promises any.
    """

    action: Action
    left: BuildContext
    taking: BuildContext
    promised: int = 0

    @property
    def is_return(self) -> bool:
        return self.action == "failback"


class Runbook(Struct, frozen=True):
    """What is done when `taking` takes over from `left`, in its order, beside what is promised."""

    action: Action
    left: Environment
    taking: Environment
    steps: tuple[Step, ...]
    promised: Recovery | None
    held: tuple[Holding, ...] = ()
    """What `taking` holds of each entry, where `left` is lost."""
    warning: str = ""
    """Why it is not for now, as the catalogue says."""
    unrehearsed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What else is kept, and whose it is, that the rehearsal of a restore leaves out."""

    @property
    def is_broken(self) -> bool:
        if self.promised is None or self.action != "failover":
            return False
        return bool(self.warning) or self.is_late or any(one.is_unmet for one in self.held)

    @property
    def is_late(self) -> bool:
        return self.promised is not None and bool(self.held) and self.minutes > self.promised.rto_hours * 60

    def unmet(self, objective: Objective) -> list[str]:
        return list(dict.fromkeys(one.owner for one in self.held if one.is_unmet and one.objective == objective))

    @property
    def minutes(self) -> int:
        """How long all of it may take, one step after the other, until it works; what is done later does not count."""
        afterwards = ("enlarge", "code", "still", "clear", "renew", "undo")
        return sum(step.minutes for step in self.steps if step.phase not in afterwards)

    @property
    def minutes_without_service(self) -> int:
        """For how long nothing may run in either region, where it is planned: from the stop until names lead there."""
        is_planned = self.action in ("failback", "rehearsal")
        return sum(step.minutes for step in self.steps if is_planned and step.phase in _DOWN)

    def phases(self) -> Iterator[tuple[str, list[Step]]]:
        for phase, title in TITLES.items():
            found = [step for step in self.steps if step.phase == phase]
            if found:
                yield title, found

    @property
    def heading(self) -> str:
        return _HEADINGS[self.action].format(left=self.left.target, taking=self.taking.target)

    def head(self) -> Iterator[str]:
        if self.warning:
            yield f"warning: {self.warning}"
        regions = {"left": self.left.settings.region, "taking": self.taking.settings.region}
        yield _WHEN[self.action].format(target=self.left.target, **regions)
        yield from self._rehearsed() if self.action == "restore" else (f"{self.minutes} min{_AT_MOST}",)
        if down := self.minutes_without_service:
            phases = [phase for phase in _DOWN if any(step.phase == phase for step in self.steps)]
            ends = f"“{TITLES[phases[0]]}” to “{TITLES[phases[-1]]}”"
            yield f"{down} min of these without service, from {ends}: tell those who use it beforehand"
        if self.promised is not None and self.action == "failover":
            yield f"RTO of {self.promised.rto_hours} h: {self._kept('RTO')}"
            yield f"RPO of {self.promised.rpo_hours} h: {self._kept('RPO')}"
        alerts = self.left.settings.alerts
        for level in (one for one in LEVELS if one in alerts and alerts[one].escalation):
            called = ", ".join(f"after {waited} {who}" for waited, who in alerts[level].escalated)
            yield f"{level} alarms that are still open: {called}"
        operations = self.left.system.operations
        yield from operations.head(f"runbook {self.action}")
        if operations.tasks or operations.incidents:
            yield f"`infragen describe {self.left.system.name}` prints all recurring tasks and requirements"

    def _rehearsed(self) -> Iterator[str]:
        longest = max((step.minutes for step in self.steps), default=0)
        if not self.steps:
            yield "nothing to do: there is no database, and infragen rehearses the restore of databases alone"
        elif len(self.steps) == 1:
            yield f"{longest} min{_AT_MOST}"
        else:
            yield f"{longest} min for one database{_AT_MOST}: `--only databases/NAME` shows the steps of one"
            yield f"{self.minutes:,} min for all {len(self.steps)}, one after the other"
        yield from (f"not rehearsed: {what} ({first_of(owners)})" for what, owners in self.unrehearsed)

    def _kept(self, objective: Objective) -> str:
        if self.warning:
            return f"not met: {self.taking.target} is no standby now"
        if unmet := ", ".join(self.unmet(objective)):
            lacks = f"{self.taking.target} cannot run without what it lacks of " if objective == "RTO" else ""
            return f"not met: {lacks}{unmet}"
        if objective == "RTO" and self.is_late:
            return "not met: the steps may take longer"
        lags = objective == "RPO" and any(one.held.state == "lags" for one in self.held)
        met = f"met if “{TITLES['measure']}” shows no longer lag" if lags else "met"
        owners = [one.owner for one in self.held if one.objective == objective and not one.held.is_enough]
        return f"not met for {', '.join(dict.fromkeys(owners))}; the rest: {met}" if owners else met
