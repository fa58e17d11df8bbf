"""What stands for code of the project on a developer's machine: a container with the variables that AWS gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.delivery import Program, Used

if TYPE_CHECKING:
    from infragen.kinds.workloads.model import Task


def compose_service(task: Task) -> Program:
    """Return the container of its code; one of a kind without health check or port has none here either."""
    health = getattr(task, "health", None)
    used = (Used(owner=owner, prefix=use.beginning(owner)) for owner, use, _ in task.used())
    return Program(
        port=getattr(task, "port", None),
        image=task.image.text if task.image.name is not None else None,
        command=task.command,
        environment={
            **task.own_variables,
            **{name: value for name, value in task.environment.items() if isinstance(value, str)},
        },
        health=tuple(getattr(health, "command", ())),
        used=tuple(used),
        ends=task.KIND == "jobs",
    )
