"""What state machines of Step Functions use their roles for, by their definitions."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from infragen.permissions.model import Parts, Used
from infragen.permissions.objects import FUNCTION, QUEUE, TOPIC, Object, Objects
from infragen.permissions.tasks import task_parts

MACHINE: Final = "aws_sfn_state_machine"
_OPTIMIZED: Final = "arn:aws:states:::"


def uses_of_machines(objects: Objects) -> Iterator[Used]:
    for machine in objects.of_type(MACHINE):
        if role := objects.role_of(machine, "role_arn"):
            yield Used("machine", role, {"source": [machine.arn]})
            if any(log.get("level") not in (None, "OFF") for log in machine.blocks("logging_configuration")):
                yield Used("machine-log", role, {})
            if any(one.get("enabled") is True for one in machine.blocks("tracing_configuration")):
                yield Used("tracing", role, {})
            for called, given in _calls(machine):
                for use, parts in _needed(objects, called, given):
                    yield Used(use, role, parts)
    for starter, target, source in objects.scheduled():
        if machines := objects.arns_of(target.get("arn"), MACHINE):
            yield Used("schedule-machine", starter, {"machine": machines, **source})


def unread_states(objects: Objects) -> Iterator[str]:
    for machine in objects.of_type(MACHINE):
        if Objects.json_of(machine.value("definition")) is None:
            yield machine.address
        for called, _ in _calls(machine):
            if called.startswith(_OPTIMIZED) and called.removeprefix(_OPTIMIZED).partition(".")[0] not in _WORK:
                yield called.removeprefix(_OPTIMIZED)


def _calls(machine: Object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from _tasks(Objects.json_of(machine.value("definition")))


def _tasks(value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, dict):
        if value.get("Type") == "Task" and isinstance(value.get("Resource"), str):
            given = value.get("Parameters") or value.get("Arguments")
            yield value["Resource"], given if isinstance(given, dict) else {}
            return
        value = list(value.values())
    for one in value if isinstance(value, list) else ():
        yield from _tasks(one)


def _needed(objects: Objects, called: str, given: Mapping[str, Any]) -> Iterator[tuple[str, Parts]]:
    """Yield the uses of one task: what a path or an expression names is known to nobody before it runs."""
    if not called.startswith(_OPTIMIZED):
        yield from _function(objects, {"FunctionName": called}, "")
        return
    action, _, how = called.removeprefix(_OPTIMIZED).partition(".")
    yield from _WORK[action](objects, given, how) if action in _WORK else ()


def _job(objects: Objects, given: Mapping[str, Any], how: str) -> Iterator[tuple[str, Parts]]:
    cluster = objects.meant(given.get("Cluster"), "aws_ecs_cluster")
    parts = task_parts(objects, given.get("TaskDefinition"), given.get("Cluster"))
    if not parts or cluster is None:
        return
    yield "machine-task", parts
    if given.get("PropagateTags") or given.get("Tags") or given.get("EnableECSManagedTags"):
        yield "machine-task-tags", {}
    if how == "sync":
        yield "machine-task-end", {"cluster": [cluster.text("name")]}


def _function(objects: Objects, given: Mapping[str, Any], _how: str) -> Iterator[tuple[str, Parts]]:
    if arns := _named(objects, given.get("FunctionName"), FUNCTION):
        yield "machine-function", {"function": arns}


def _queue(objects: Objects, given: Mapping[str, Any], _how: str) -> Iterator[tuple[str, Parts]]:
    if (queue := objects.meant(given.get("QueueUrl"), QUEUE)) is not None:
        yield "queues send", objects.queue_parts(queue)


def _topic(objects: Objects, given: Mapping[str, Any], _how: str) -> Iterator[tuple[str, Parts]]:
    if arns := _named(objects, given.get("TopicArn"), TOPIC):
        topic = objects.meant(arns[0], TOPIC)
        keys = objects.key_of(topic, "kms_master_key_id") if topic is not None else []
        yield "machine-topic", {"topic": arns, "key": keys}


def _machine(objects: Objects, given: Mapping[str, Any], how: str) -> Iterator[tuple[str, Parts]]:
    if arns := _named(objects, given.get("StateMachineArn"), MACHINE):
        yield "workflows start", {"resource": arns}
        machine = objects.meant(arns[0], MACHINE)
        name = machine.text("name") if machine is not None else arns[0].rpartition(":")[2]
        if how.startswith("sync"):
            yield "machine-machine-end", {"machine": [name]}


def _events(objects: Objects, given: Mapping[str, Any], _how: str) -> Iterator[tuple[str, Parts]]:
    entries = given.get("Entries")
    for entry in entries if isinstance(entries, list) else ():
        bus = entry.get("EventBusName", "default") if isinstance(entry, dict) else None
        if isinstance(bus, str) and not bus.startswith("{%"):
            arns = _named(objects, bus, "aws_cloudwatch_event_bus")
            yield "machine-events", {"bus": arns, "name": [] if arns else [bus]}


def _named(objects: Objects, text: object, kind: str) -> list[str]:
    found = objects.arns_of(text, kind)
    return found or ([objects.canonical(text)] if isinstance(text, str) and text.startswith("arn:") else [])


_WORK: Final[Mapping[str, Callable[[Objects, Mapping[str, Any], str], Iterable[tuple[str, Parts]]]]] = {
    "ecs:runTask": _job,
    "events:putEvents": _events,
    "lambda:invoke": _function,
    "sns:publish": _topic,
    "sqs:sendMessage": _queue,
    "states:startExecution": _machine,
}
"""What a task calls (AWS Step Functions Developer Guide: Integrating services), and what that needs."""
