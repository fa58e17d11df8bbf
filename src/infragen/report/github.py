"""The changes that need a look as workflow commands: GitHub Actions shows each as an annotation at its line.

HIGH is an error, MEDIUM a warning, LOW a notice. GitHub keeps 10 of each a step (docs.github.com, "Workflow commands
for GitHub Actions" and the limits in "REST API endpoints for check runs"), so that no more are printed; the last notice
says what the plan does and how many findings are not shown. Each line begins with a command of ours, and no text of a
plan can begin another one, since none of its line ends is left.
"""

from collections import Counter
from itertools import islice

from infragen.plan import ChangeSet, Level
from infragen.report.diagnostics.github import workflow_command
from infragen.report.findings import Finding, findings
from infragen.report.groups import verdict_of
from infragen.report.headlines import graded
from infragen.report.labels import headline_counts
from infragen.text import visible

_COMMANDS = {Level.HIGH: "error", Level.MEDIUM: "warning", Level.LOW: "notice", Level.NONE: "notice"}
_SHOWN = {"error": 10, "warning": 10, "notice": 9}  # how many of each are printed; the tenth notice is the last line


def render(change_set: ChangeSet, target: str) -> str:
    found = findings(change_set)
    of_command = {name: [one for one in found if _COMMANDS[one.level] == name] for name in _SHOWN}
    lines = [
        workflow_command(name, {**_place(one), "title": one.title}, visible(one.message))
        for name, room in _SHOWN.items()
        for one in islice(of_command[name], room)
    ]
    left_out = Counter({name: max(len(of_command[name]) - room, 0) for name, room in _SHOWN.items()})
    parts = [f"{count} more {name}{'' if count == 1 else 's'}" for name, count in left_out.items() if count]
    more = f" Not shown here: {', '.join(parts)}." if parts else ""
    words = f"{headline_counts(change_set.summary)}. Risk: {graded(verdict_of(change_set))}.{more}"
    return "".join(f"{line}\n" for line in [*lines, workflow_command("notice", {"title": target}, visible(words))])


def _place(finding: Finding) -> dict[str, str]:
    place = finding.location
    return {"file": place.file, "line": str(max(place.line, 1)), "col": str(max(place.column, 1))} if place else {}
