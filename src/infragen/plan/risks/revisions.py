"""Revisions: what changes from one to the next, part by part, as it would be judged of an update.

Sources: ECS API Reference "ContainerDefinition", "RuntimePlatform" and "Volume"; AWS Batch API Reference
"ContainerProperties"; Lambda Developer Guide "Selecting and configuring an instruction set architecture for your Lambda
function" and "Lambda runtimes"; EC2 User Guide "Amazon EC2 instance type naming conventions" (a `g`: Graviton).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from infragen.plan.differences.documents import open_documents
from infragen.plan.lenses.ecs_task_definition import DEFAULTS, HEALTH_DEFAULTS, Container
from infragen.plan.risk import Level, Risk, RiskKind
from infragen.plan.risks.judged import said
from infragen.plan.risks.lookups import became, blocks, number, shown, sides, texts, word
from infragen.plan.risks.types import joined, judging, of_updates, rows, table
from infragen.plan.view import View
from infragen.redaction.values import UNKNOWN, Number, Redacted, Value
from infragen.text import first_of

_PARTS: Final[Mapping[str, tuple[tuple[str, str, RiskKind], ...]]] = {
    "cpu": (("lower", "there is less for {}", RiskKind.DOWNTIME),),
    "dependsOn": (("gone", "{} no longer waits for others", RiskKind.DOWNTIME),),
    "essential": (
        ("off", "the task goes on when {} has stopped", RiskKind.DOWNTIME),
        ("on", "the whole task stops when {} stops", RiskKind.DOWNTIME),
    ),
    "healthCheck": (("gone", "no one notices when {} hangs", RiskKind.DOWNTIME),),
    "logConfiguration": (("gone", "what {} logs is no longer kept", RiskKind.DOWNTIME),),
    "memory": (("lower", "there is less for {}", RiskKind.DOWNTIME),),
    "memoryReservation": (("lower", "there is less for {}", RiskKind.DOWNTIME),),
    "portMappings": (("gone", "nothing reaches {}", RiskKind.DOWNTIME),),
    "privileged": (("on", "{} has all rights of its machine", RiskKind.PRIVILEGE),),
    "readonlyRootFilesystem": (("off", "files can be written in {}", RiskKind.EXPOSURE),),
    "startTimeout": (("lower", "{} has less time to start", RiskKind.DOWNTIME),),
    "stopTimeout": (("lower", "{} has less time to stop before it is killed", RiskKind.DOWNTIME),),
    "user": (("root", "{} runs as root", RiskKind.PRIVILEGE),),
}
"""A part of a container: what becomes of it, what comes of that, the kind."""
_USUAL: Final[Container] = {**DEFAULTS, "stopTimeout": Number("30")}
_USUAL_INSIDE: Final = {"healthCheck": HEALTH_DEFAULTS, "portMappings": {"protocol": "tcp"}}
"""What AWS fills in. Sources: ECS API Reference "ContainerDefinition", "HealthCheck" and "PortMapping"."""
_VARIABLES: Final = ("environment", "secrets")
_ROOT: Final = re.compile(r"(?:root|0)(?::.*)?")
_ARM: Final = re.compile(r"arm|.*_arm_64|a1\.|[a-z]+\d+[a-z]*g[a-z]*\.|(?:c4a|n4a|t2a)-", re.IGNORECASE)
_INTEL: Final = re.compile(r"x86|.*_x86_64|linux_|(?!mac)[a-z]+[\d-][a-z\d-]*\.|[a-z]\d[a-z]?-", re.IGNORECASE)
_down: Final = RiskKind.DOWNTIME.risk


def _containers(view: View, name: str) -> Iterator[Risk]:
    before, after = view.before(name), view.after(name)
    if view.is_whole or before == after:
        return
    old, new = _by_name(before), _by_name(view.expected(name))
    if old is None or new is None:
        yield _unjudged([name])
        return
    left = [f"container {called}" for called in sorted(old.keys() ^ new.keys())]
    for called in sorted(old.keys() & new.keys()):
        before_vars, after_vars = map(_variables, (old[called], new[called]))
        names = {*before_vars, *after_vars}
        if changed := sorted(name for name in names if before_vars.get(name) != after_vars.get(name)):
            left.append(f"variable{'s' if len(changed) > 1 else ''} {first_of(changed)}")
        whose = shown(called) if called else "its container"
        for part in sorted({*old[called], *new[called]} - {*_VARIABLES, "image"}):
            was, becomes = (_plain(part, side.get(part, _USUAL.get(part))) for side in (old[called], new[called]))
            if was == becomes:
                continue
            found = [*_part(part, was, becomes, whose)]
            yield from found
            ways = {way for way, _, _ in _PARTS.get(part, ())}
            left.extend([] if found or (ways and ways <= {"lower", "off", "on"}) else [part])
    if left:
        yield _unjudged(list(dict.fromkeys(left)))


def _unjudged(left: list[str]) -> Risk:
    return Risk(Level.LOW, RiskKind.UNKNOWN, f"not judged: {first_of(left)}")


def _by_name(value: Value) -> Mapping[str, Container] | None:
    documents = open_documents(value, value) if isinstance(value, str | Redacted) else None
    found = documents.before if documents else value
    if not isinstance(found, list | dict) or (isinstance(found, list) and UNKNOWN in found):
        return None
    return {word(one.get("name")) or "": one for one in blocks(found)}


def _plain(part: str, value: Value) -> Value:
    usual = _USUAL_INSIDE.get(part)
    if not usual or value is None:
        return said(value)
    found: list[Value] = []
    for one in blocks(value):
        ports = {"hostPort": one["containerPort"]} if "containerPort" in one else {}
        ports = ports if one.get("hostPort") in (None, Number("0")) else {}
        inner = {name: kept for name, each in one.items() if (kept := said(each)) is not None}
        found.append({**usual, **inner, **ports})
    return found or None


def _variables(container: Container) -> Mapping[str, list[Value]]:
    listed = (one for kind in _VARIABLES for one in blocks(container.get(kind)))
    return {word(one.get("name")) or "?": [one.get("value"), one.get("valueFrom")] for one in listed}


def _part(part: str, before: Value, after: Value, whose: str) -> Iterator[Risk]:
    for way, words, kind in _PARTS.get(part, ()):
        was, becomes = number(before), number(after)
        if way == "lower" and was and becomes and becomes < was:
            level = Level.MEDIUM if becomes * 2 <= was else Level.LOW
            yield kind.risk(level, f"{words.format(whose)}: {part} {was:g} -> {becomes:g}")
        elif way == "gone" and before and after is None:
            yield kind.risk(Level.MEDIUM, f"{words.format(whose)}: {part} is removed")
        elif (way == "off" and before is True and after is None) or (way == "on" and after is True):
            yield kind.risk(Level.MEDIUM, f"{words.format(whose)}: {part} {became(before is True, after is True)}")
        elif way == "root" and _ROOT.fullmatch(word(after) or "") and not _ROOT.fullmatch(word(before) or ""):
            yield kind.risk(Level.MEDIUM, f"{words.format(whose)}: {part} {became(before, after)}")


def _volumes(view: View) -> Iterator[Risk]:
    if view.is_whole:
        return
    before, after = sides(view, "volume")
    old, new = ({word(one.get("name")) or "": one for one in blocks(side)} for side in (before, after))
    for name in sorted(old):
        if name not in new:
            yield _down(Level.MEDIUM, f"its tasks no longer see the volume {shown(name)}")
        elif said(dict(old[name])) != said(dict(new[name])):
            yield _down(Level.MEDIUM, f"its tasks see another volume as {shown(name)}")


def _processor(view: View, path: str, what: str, usual: str = "") -> Iterator[Risk]:
    named = [next(iter(texts(side)), usual) for side in sides(view, path)]
    before, after = ("ARM64" if _ARM.match(one) else "X86_64" if _INTEL.match(one) else None for one in named)
    if not view.is_whole and before and after and before != after:
        change = became(*(side or usual for side in sides(view, path)))
        words = f"{what} made for {before} do not start on {after}"
        yield _down(Level.MEDIUM, f"{words}: {path.rpartition('.')[2]} {change}")


def _language(view: View) -> Iterator[Risk]:
    """Source: Lambda Developer Guide "Lambda runtimes"."""
    before, after = map(word, sides(view, "runtime"))
    if before and after and before != after:
        is_other = before.rstrip(".x0123456789") != after.rstrip(".x0123456789")
        words = "code made for another language does not start" if is_other else "its code runs on another version"
        yield _down(Level.MEDIUM if is_other else Level.LOW, f"{words}: runtime {before} -> {after}")


JUDGES = joined(
    of_updates((_language, "lambda_function")),
    table(
        *rows("revisions", processor=_processor),
        (judging(_containers, "container_definitions"), "ecs_task_definition"),
        (judging(_containers, "container_properties"), "batch_job_definition"),
        (_volumes, "ecs_task_definition"),
    ),
)
