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
