"""When an environment takes over from another one: what is done, in which order, and how one sees that it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.build_context import BuildContext
    from infragen.core.resolved_system import Environment
    from infragen.core.standby import Holding, Objective
    from infragen.core.system import Recovery

Action = Literal["failover", "failback", "restore"]
"""To the standby, back from it, and the rehearsal of a restore."""
Phase = Literal[
    "detect", "return", "copy", "measure", "stop", "drain", "fence", "switch", "promote", "sign-in", "stop-again",
    "run", "start", "names", "verify", "enlarge", "still", "clear", "renew",
]  # fmt: skip

TITLES: Final[dict[Phase, str]] = {
    "detect": "See what has failed",
    "return": "Make room for the data that comes back",
    "copy": "Bring the data back",
    "measure": "See what would be lost",
    "stop": "Stop what still runs in the region that is left",
    "drain": "See that nothing is missing",
    "fence": "Keep the names from leading back",
    "switch": "Have the global databases written to in the region that takes over",
    "promote": "Make the copies writable",
    "sign-in": "Let the services sign in",
    "stop-again": "Stop what runs in the region that is left, if it answers by now",
    "run": "Let everything run",
    "start": "Start the tasks, and wait for them",
    "names": "Lead the names there",
    "verify": "See that it works",
    "enlarge": "Make as large as in the primary what was kept smaller",
    "still": "Keep the region that was left still, as soon as it answers again",
    "clear": "Make room for new copies in the standby",
    "renew": "Have the standby follow again",
}
"""The phases in their order, and what each does."""


LAST_MINUTES: Final = '--start-time "$(date -u -d "-10 minutes" +%FT%TZ)" --end-time "$(date -u +%FT%TZ)"'
"""What has CloudWatch answer for the last ten minutes."""
LAST_DAY: Final = LAST_MINUTES.replace("-10 minutes", "-23 hours")
"""For nearly a day: more than 1,440 minutes it refuses (CloudWatch API Reference: GetMetricStatistics)."""


AT_ONCE: Final = "`apply` leaves to the maintenance window what interrupts production; this does it at once"
"""Why a size is changed without Terraform, after its plan has the same one."""


def answers(url: str, code: str) -> Command:
    """Return the command that asks an address, and the code that it has to answer with."""
    return Command(f"curl --silent --show-error --output /dev/null --write-out '%{{http_code}}\\n' {url}", code)


class Command(Struct, frozen=True):
    """What is typed into a shell, in the project's folder; `shows` says what its answer has to be."""

    text: str
    shows: str = ""


class Step(Struct, frozen=True):
    """What is done in a phase for one entry, or for the environment.

    `minutes` is what it may take, an assumption unless `why` names a source. `needs` is the region that has to answer:
    where it does not, the step is left out; empty where it goes without both.
    """

    phase: Phase
    what: str
    commands: tuple[Command, ...]
    minutes: int
    why: str = ""
    needs: str = ""


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
        """Whether it is the way back, to the environment that the other one stood in for."""
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

    @property
    def is_broken(self) -> bool:
        """Whether a promise is not kept."""
        return self.promised is not None and (self.is_late or any(one.is_unmet for one in self.held))

    @property
    def is_late(self) -> bool:
        """Whether it may take longer than is promised."""
        return self.promised is not None and bool(self.held) and self.minutes > self.promised.rto_hours * 60

    def unmet(self, objective: Objective) -> list[str]:
        """Return the ids of the entries that break a promise."""
        return list(dict.fromkeys(one.owner for one in self.held if one.is_unmet and one.objective == objective))

    @property
    def minutes(self) -> int:
        """How long all of it may take, one step after the other, until it works; what is done later does not count."""
        return sum(step.minutes for step in self.steps if step.phase not in ("enlarge", "still", "clear", "renew"))

    def phases(self) -> Iterator[tuple[str, list[Step]]]:
        """Yield the title and the steps of each phase that has some."""
        for phase, title in TITLES.items():
            found = [step for step in self.steps if step.phase == phase]
            if found:
                yield title, found
