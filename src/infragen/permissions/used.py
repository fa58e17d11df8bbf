"""A use of a role or of a resource's policy, and what many uses are read from: roles, keys, containers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infragen.permissions.subjects import KEY, ROLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.permissions.objects import Object, Objects

TASKS: Final = "aws_ecs_task_definition"
FUNCTION: Final = "aws_lambda_function"
BUCKET: Final = "aws_s3_bucket"
ENCRYPTION: Final = "aws_s3_bucket_server_side_encryption_configuration"
REPLICATION: Final = "aws_s3_bucket_replication_configuration"
_SCHEDULE: Final = "aws_scheduler_schedule"
_GROUP: Final = "aws_scheduler_schedule_group"
SCHEDULES: Final = (_SCHEDULE, _GROUP)

Parts = Mapping[str, Sequence[str]]
"""What a use is of, by the names of the places in `actions.toml`; `source` is what takes the role, if known."""


class Used(NamedTuple):
    """A use: a table of `actions.toml`, whose role or policy it is of (an address), and its parts, by name."""

    use: str
    subject: str
    parts: Parts
    actions: tuple[str, ...] = ()
    """For a permission that a catalogue writes out: these, on `parts["resource"]`."""


def role_of(objects: Objects, one: Object, name: str) -> str | None:
    """Return the address of the role that an attribute names."""
    found = objects.meant(one.value(name), ROLE)
    return found.address if found is not None else None


def key_of(objects: Objects, one: Object, name: str) -> list[str]:
    """Return the key of the account's that something is encrypted with; AWS's own key needs nothing."""
    found = objects.meant(one.value(name), KEY)
    return [found.arn] if found is not None else []


def bucket_key_of(objects: Objects, bucket: Object) -> list[str]:
    """Return the ARN of the key of the account's that a bucket's objects are encrypted with."""
    return [key.arn for key in bucket_keys_of(objects, bucket)]


def bucket_keys_of(objects: Objects, bucket: Object) -> list[Object]:
    """Return the key of the account's that a bucket's objects are encrypted with."""
    for one in objects.of_type(ENCRYPTION):
        if objects.meant(one.value("bucket"), BUCKET) is bucket:
            blocks = one.blocks("rule", "apply_server_side_encryption_by_default")
            found = [objects.meant(block.get("kms_master_key_id"), KEY) for block in blocks]
            return [key for key in found if key is not None]
    return []


def copies_of(objects: Objects, replication: Object) -> list[str]:
    """Return the buckets that a bucket's objects are copied to."""
    return [objects.canonical(str(to.get("bucket"))) for to in replication.blocks("rule", "destination")]


def told(objects: Objects, topic: Object, who: str) -> Iterator[Used]:
    """Yield that somebody publishes to a topic, and uses the key of its messages: `alarms`, `budgets`."""
    yield Used(f"topic-{who}", topic.address, {"topic": [topic.arn]})
    if (key := objects.meant(topic.value("kms_master_key_id"), KEY)) is not None:
        yield Used(f"key-{who}", key.address, {})


def scheduled(objects: Objects) -> Iterator[tuple[str, Mapping[str, Any], Parts]]:
    """Yield what the clock starts: the role that does, by its address, the target, and who takes that role."""
    for schedule in objects.of_type(_SCHEDULE):
        group = objects.meant(schedule.value("group_name"), _GROUP)
        source = {"source": [group.arn] if group is not None else []}
        for target in schedule.blocks("target"):
            role = objects.meant(target.get("role_arn"), ROLE)
            if role is not None:
                yield role.address, target, source


def environment_of(tasks: Object) -> Iterator[tuple[str, str]]:
    """Yield the variables that the containers of tasks are given, or a function is."""
    for block in tasks.blocks("environment") if tasks.type == FUNCTION else ():
        variables = block.get("variables")
        for name, value in variables.items() if isinstance(variables, dict) else ():
            if isinstance(value, str):
                yield name, value
    for container in containers_of(tasks) or ():
        for one in container.get("environment") or ():
            if isinstance(one.get("value"), str):
                yield one["name"], one["value"]


def containers_of(tasks: Object) -> Sequence[Mapping[str, Any]] | None:
    """Return the containers of tasks; None where they cannot be told."""
    text = tasks.value("container_definitions")
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if isinstance(found, list) else None
