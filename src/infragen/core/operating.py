"""How people operate a system, as its design document says: incidents, recurring tasks, and what is complied with."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from infragen.core.entry import Form, Model, SettingPath, Title
from infragen.core.units import Days

ELSEWHERE: Final = {"code": "the application's code", "people": "a manual process"}
"""Words in place of a path, where no value of the catalogue complies with a requirement."""

Answered = Annotated[
    str, Form(r"at once|[1-9][0-9]{0,2} (min|h)|[1-9] working days?", "`at once`, `4 h` or `1 working day`", 15)
]
Period = Literal["daily", "weekly", "monthly", "quarterly"]
Verb = Literal["cost", "drift", "permissions", "promises", "runbook rehearsal", "runbook restore", "signals"]


class Incident(Model):
    """A level of incidents."""

    impact: Title
    within: Answered
    """How soon somebody begins to work on one."""
    example: Title | None = None

    @property
    def begins(self) -> str:
        return self.within if self.within == "at once" else f"within {self.within}"


class Task(Model):
    """A recurring task of the people who operate the system."""

    title: Title
    command: Verb | None = None
    """The command of infragen for it, which the page prints for each environment in production."""


_Points = Annotated[
    dict[Title, Annotated[tuple[SettingPath, ...], Field(min_length=1, max_length=10)]], Field(max_length=20)
]


class Operations(Model):
    """What people do to operate the system, and where the requirements of standards and laws are met."""

    incidents: dict[Title, Incident] = Field(
        default_factory=dict, examples=[{"P0": {"impact": "nothing works", "within": "at once"}}]
    )
    """Levels of incidents, the most urgent first."""
    tasks: dict[Period, tuple[Task, ...]] = Field(
        default_factory=dict, examples=[{"monthly": [{"title": "restore a backup", "command": "runbook restore"}]}]
    )
    given: dict[Title, SettingPath] = Field(
        default_factory=dict,
        max_length=50,
        examples=[{"lifetime of master data": "services.api.environment.CACHE_TTL_MASTER"}],
    )
    """Figures that code keeps, by what they are for: the path of the value that gives one to it."""
    old_columns: Days | None = None
    """How long columns and tables that a migration replaces are kept after the release that no longer uses them."""
    compliance: dict[Title, _Points] = Field(
        default_factory=dict,
        max_length=10,
        examples=[{"GDPR": {"encryption at rest": ["customer_keys"], "deletion": ["code"]}}],
    )
    """By standard or law, and by what it asks for: the paths of the values that meet it, `*` for any name; or `code`
    for the application's code, and `people` for a manual process."""

    def paths(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        yield from ((("given", what), path) for what, path in self.given.items())
        for standard, points in self.compliance.items():
            for point, paths in points.items():
                for number, path in enumerate(paths):
                    if path not in ELSEWHERE:
                        yield ("compliance", standard, point, number), path

    def head(self, command: str) -> Iterator[str]:
        for level, one in self.incidents.items():
            yield f"{level}, {one.impact}: work begins {one.begins}{f', such as {one.example}' if one.example else ''}"
        for period, tasks in self.tasks.items():
            yield from (f"{period}: {one.title}" for one in tasks if one.command == command)
