"""What an entry of the kind workflows says."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from infragen.core.entry import Entry, Slug
from infragen.core.measures import Thresholds
from infragen.core.units import LogDays
from infragen.kinds.workflows import language
from infragen.kinds.workloads.model import NIGHTLY, ON_SCHEDULE, Run
from infragen.kinds.workloads.permissions import READ_REPORTS, Permission

_IN_DEFINITION: Final = "write it in `definition: |`, in the Amazon States Language, below `States`"
EXAMPLE: Final = "StartAt: Do\nStates: {Do: {Type: Pass, End: true}}"


def _text(given: Any) -> Any:
    if isinstance(given, dict | list):
        raise ValueError("write `definition: |`, and its JSON or YAML on the next lines, indented")  # noqa: TRY004  # for Pydantic
    return given


class Workflow(Entry):
    """A state machine of AWS Step Functions: jobs, functions and queues in an order."""

    KIND: ClassVar = "workflows"
    SINGULAR: ClassVar = "workflow"
    INSTEAD: ClassVar = {
        **dict.fromkeys(("cron", "rate", "schedule", "timer", "runs"), ON_SCHEDULE),
        **dict.fromkeys(("steps", "states", "start_at", "StartAt", "States"), _IN_DEFINITION),
        **dict.fromkeys(("uses", "calls"), "write `Resource: jobs/NAME` in a state of `definition`"),
        **dict.fromkeys(("timeout", "time_limit"), "write `TimeoutSeconds: 3600` in `definition`"),
        **dict.fromkeys(("logging", "logs", "log"), "write `log_level: all`, `error`, `fatal` or `off`"),
    }

    definition: Annotated[
        str, BeforeValidator(_text), StringConstraints(min_length=2, max_length=1_048_576), Field(examples=[EXAMPLE])
    ]
    """The state machine in the Amazon States Language, as JSON or YAML below `definition: |`. A `Resource` may be an
    entry: `jobs/report`, `functions/check` or `queues/orders`."""
    type: Literal["standard", "express"] = "standard"
    """`standard`: up to a year, each step exactly once. `express`: up to five minutes, each step at least once."""
    permissions: dict[Slug, Permission] = Field(default_factory=dict, examples=[READ_REPORTS])
    """What else its states may do, as IAM statements, by purpose: for each `Resource` that is an ARN."""
    schedules: dict[Slug, Run] = Field(default_factory=dict, examples=[NIGHTLY])
    """When it is started, by name; without any, by hand or by whoever `uses` it."""
    log_level: Literal["all", "error", "fatal", "off"] = "error"
    """Which events of an execution are logged."""
    log_data: bool = False
    """Also log the input and output of each state: they may hold what nobody should read in a log."""
    log_retention: LogDays | None = None
    """How long its log is kept; the environment's `log_retention` when left out."""
    tracing: bool = False
    """Send traces of executions to AWS X-Ray."""
    alarms: Thresholds = Field(default_factory=dict, examples=[{"slow": {"above": "120 min"}}])
    """Additional alarms, or other thresholds, by measure; `none` turns one off."""

    def crons(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield from ((run.cron, ("schedules", name, "cron")) for name, run in self.schedules.items())

    @property
    def tasks(self) -> tuple[language.Task, ...]:
        return language.read(self.definition).tasks

    @property
    def started(self) -> tuple[str, ...]:
        return tuple(sorted({task.resource for task in self.tasks if not task.resource.startswith("arn:")} - {""}))
