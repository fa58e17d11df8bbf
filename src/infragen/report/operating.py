"""How people operate a system, as a section of its page: incidents, tasks with their commands, compliance."""

from collections.abc import Iterable, Iterator, Sequence

from infragen.core.operating import ELSEWHERE, Operations, Task
from infragen.core.resolved_system import Environment, standbys
from infragen.markdown import Markdown, code
from infragen.report.tables import table
from infragen.secret_forms import without_secrets
from infragen.text import counted


def section(operations: Operations, environments: Iterable[object]) -> Iterator[str]:
    on_aws = [one for one in environments if isinstance(one, Environment)]
    levels = [[level, one.impact, one.begins, one.example or ""] for level, one in operations.incidents.items()]
    alerts = [(one.name, level, delivery) for one in on_aws for level, delivery in one.settings.alerts.items()]
    called = [[name, level, f"after {waited}", who] for name, level, one in alerts for waited, who in one.escalated]
    tasks = [[period, one.title, _commands(one, on_aws)] for period, some in operations.tasks.items() for one in some]
    kept = [[what, _values(path, on_aws), code(path)] for what, path in operations.given.items()]
    if operations.old_columns is not None:
        removed = f"removed {counted(operations.old_columns, 'day')} after the release without them"
        kept.append(["columns and tables that a migration replaces", removed, "a later migration"])
    points = [
        [standard, point, Markdown(", ".join(ELSEWHERE.get(path) or code(path) for path in paths))]
        for standard, asked in operations.compliance.items()
        for point, paths in asked.items()
    ]
    found = {
        ("Incidents", "level", "impact", "work begins", "example"): levels,
        ("Escalation", "environment", "alarms", "still open", "call"): called,
        ("Recurring tasks", "how often", "task", "command"): tasks,
        ("Figures that code keeps", "of", "value", "given by"): kept,
        ("Compliance", "by", "asks for", "met by"): points,
    }
    lines = [
        line for (title, *head), rows in found.items() if rows for line in ("", f"### {title}", "", *table(head, rows))
    ]
    yield from ("", "## Operations", *lines) if lines else ()


def _commands(task: Task, environments: Sequence[Environment]) -> str:
    verb, _, action = (task.command or "").partition(" ")
    with_standby = {primary.name for _, primary in standbys(environments)}
    own = [one for one in environments if verb and one.settings.production and not one.settings.standby_of]
    found = [one.target for one in own if action != "rehearsal" or one.name in with_standby]
    return Markdown(", ".join(code(f"infragen {verb} {target} {action}".rstrip()) for target in found))


def _values(path: str, environments: Sequence[Environment]) -> str:
    return without_secrets(", ".join(dict.fromkeys(str(value) for one in environments for value in one.values(path))))
