"""A task on Fargate is run whose containers name no memory; when it has stopped, its network interface is gone.

AWS: on Fargate the task has the memory, and a container's own is optional (Amazon ECS API Reference,
ContainerDefinition, memory); a task's elastic network interface is deleted with it (Amazon ECS Developer Guide, "Task
networking for tasks hosted on Fargate"). moto adds the containers' memory up, and fails without; and the interface
stays, in the way of its security group and its subnet.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from moto.ec2.models import ec2_backends
from moto.ecs.models import EC2ContainerServiceBackend

from infragen_sandbox.corrections.patching import around, replace

if TYPE_CHECKING:
    from collections.abc import Callable


def _requirements(original: Callable[..., Any], task_definition: Any) -> Any:
    if "FARGATE" in (task_definition.requires_compatibilities or ()):
        return {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}  # no instance of anybody's has to have them
    return original(task_definition)


def _describe(original: Callable[..., Any], backend: Any, *args: Any, **kwargs: Any) -> Any:
    tasks = original(backend, *args, **kwargs)
    for task in tasks:
        if task.last_status == "STOPPED":
            _give_back(backend, task)
    return tasks


def _give_back(backend: Any, task: Any) -> None:
    interfaces = ec2_backends[backend.account_id][task.region_name]
    for attachment in task.attachments:
        details = {one["name"]: one["value"] for one in attachment["details"]}
        if attachment["status"] != "DELETED":
            attachment["status"] = "DELETED"
            interfaces.delete_network_interface(details["networkInterfaceId"])


def apply() -> None:
    """Install the correction."""
    name = "_calculate_task_resource_requirements"
    original = getattr(EC2ContainerServiceBackend, name)
    replace(EC2ContainerServiceBackend, name, staticmethod(partial(_requirements, original)))
    around(EC2ContainerServiceBackend, "describe_tasks", _describe)
