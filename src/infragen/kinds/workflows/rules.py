"""Rules about workflows: what their definitions say, and what they name."""

from collections.abc import Callable
from typing import Final

from infragen.core.resolved_system import ResolvedSystem
from infragen.core.rule import At, Finding, Findings, Rule, rule
from infragen.diagnostics import Location
from infragen.diagnostics.hints import nearest
from infragen.kinds import instead_of, kinds
from infragen.kinds.workflows import language
from infragen.kinds.workflows.build import OFFERS
from infragen.kinds.workflows.model import Workflow

_STARTED: Final = ", ".join(f"`{kind}/NAME`" for kind in OFFERS)


def _place(at: At, found: Location | None) -> Location:
    whole, layer = at("definition"), at.resolved.origins[at.owner].setting(("definition",))[0]
    lines, inner = layer.document.text.splitlines(), layer.value(("definition",)).splitlines()
    line = min(found.line, len(inner)) if found is not None else 1
    number = whole.line + line  # of a block's lines the first follows its `|`
    is_block = lines[whole.line - 1][whole.column - 1 :].startswith("|")
    if found is None or not is_block or number > len(lines) or not lines[number - 1].endswith(inner[line - 1]):
        return whole
    return Location(whole.file, number, found.column + len(lines[number - 1]) - len(inner[line - 1]))


def _at(workflow: Workflow, at: At, *path: str | int, key: bool = False) -> Location:
    return _place(at, language.read(workflow.definition).document.locate(path, key=key))


@rule("E112", of=Workflow)
def _unreadable(workflow: Workflow, at: At) -> Findings:
    for one in language.read(workflow.definition).broken:
        yield Finding(f"the definition is neither JSON nor YAML: {one.message}", _place(at, one.location), one.hint)


def _of(code: str) -> Callable[[Workflow, At], Findings]:
    def check(workflow: Workflow, at: At) -> Findings:
        for one in language.read(workflow.definition).problems:
            if one.code == code:
                yield Finding(one.message, _at(workflow, at, *one.path, key=one.is_key), one.hint)

    return check


_form: Final[Rule] = rule("E113", of=Workflow)(_of("E113"))
_leads_nowhere: Final[Rule] = rule("E114", of=Workflow)(_of("E114"))
_unreached: Final[Rule] = rule("E115", of=Workflow)(_of("E115"))
_without_end: Final[Rule] = rule("E116", of=Workflow)(_of("E116"))


@rule("E117", of=Workflow)
def _unknown(workflow: Workflow, at: At, resolved: ResolvedSystem) -> Findings:
    for task in workflow.tasks:
        kind, slash, name = task.resource.partition("/")
        if not task.resource or task.resource.startswith(("arn:", "{%")):
            continue
        if kind in OFFERS and slash and resolved.knows(kind, name):
            continue
        place = _at(workflow, at, *task.path, "Resource")
        if kind in OFFERS and slash:
            if not resolved.knows(kind, name):
                hint = instead_of(resolved, kind, name)
                yield Finding(f"a state starts {task.resource}, which does not exist", place, hint)
        elif kind in kinds() and slash:
            hint = f"name one of {_STARTED}, or write an ARN, and `permissions` for what it does"
            yield Finding(f"no state starts {kind}", place, hint)
        else:
            hint = f"write an ARN, or {nearest(kind, OFFERS, 'an entry of')}"
            yield Finding(f"`{task.resource}` is neither an ARN nor an entry", place, hint)


@rule("E118", of=Workflow)
def _waits(workflow: Workflow, at: At) -> Findings:
    for task in workflow.tasks if workflow.type == "express" else ():
        if task.resource.startswith("jobs/") or task.resource.endswith((".sync", ".sync:2", ".waitForTaskToken")):
            message = f"an express workflow does not wait for the end of {task.resource}"
            yield Finding(message, _at(workflow, at, *task.path, "Resource"), "write `type: standard`")


@rule("W140", of=Workflow)
def _not_allowed(workflow: Workflow, at: At) -> Findings:
    for task in workflow.tasks if not workflow.permissions else ():
        if task.resource.startswith("arn:"):
            hint = "write `permissions: {NAME: {actions: [...], resources: [...]}}`, with what that does"
            message = f"nothing allows {at.owner} to use `{task.resource}`"
            yield Finding(message, _at(workflow, at, *task.path, "Resource"), hint)


@rule("W141", of=Workflow)
def _without_limit(workflow: Workflow, at: At) -> Findings:
    data = language.read(workflow.definition).data
    if workflow.type == "standard" and data and "TimeoutSeconds" not in data:
        message = f"an execution of {at.owner} that hangs goes on for up to a year, and nobody hears of it"
        hint = "write `TimeoutSeconds: 3600`, or what it takes at most, above `StartAt`"
        yield Finding(message, _at(workflow, at, "StartAt", key=True), hint)
