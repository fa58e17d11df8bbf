"""What an ECS service goes through when it is applied: a deployment, which ends well or not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EcsService:
    """An ECS service by AWS's names."""

    region: str
    cluster: str
    name: str


@dataclass(frozen=True, slots=True)
class Rollout:
    """A service whose deployments Terraform starts, and the services that its tasks find by name.

    A task of ECS Service Connect knows the endpoints that were there when its deployment began (Amazon ECS Developer
    Guide, "Service Connect components", Client alias and deployment order).
    """

    service: EcsService
    finds: tuple[EcsService, ...] = ()
