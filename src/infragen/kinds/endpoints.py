"""Interface endpoints: AWS services that are reached inside the VPC; and S3's gateway endpoint, which costs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infragen.core.kind import Capability, Reason
from infragen.core.names import LIMITS
from infragen.core.part import ENVIRONMENT, Group, named
from infragen.core.place import View
from infragen.kinds.network import task_subnets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.expressions import Export, Label, Module
    from infragen.core.landscape import Environment
    from infragen.core.part import Part
    from infragen.core.place import Place

__all__ = ["CAPABILITY", "NAME", "endpoint", "interface_endpoints", "object_store"]

NAME: Final = "endpoints"


def interface_endpoints(environment: Environment) -> tuple[str, ...]:
    """Return the AWS services that get an interface endpoint, sorted: those asked for, and what gateways need.

    A private REST API is reached through `execute-api` only (Amazon API Gateway: private REST APIs).
    """
    wanted = set(environment.settings.network.endpoints)
    if any(getattr(entry, "reach", None) == "vpc" for _, entry in environment.every()):
        wanted.add("execute-api")
    return tuple(sorted(wanted))


def endpoint(place: Place, service: str) -> Module:
    """Return the module of a service's interface endpoint."""
    return place.of(NAME).module("network", "endpoint", service)


def object_store(place: Place) -> Export:
    """Return the prefix list of S3 behind its gateway endpoint."""
    export: Export = place.of("object-store").module("network", "endpoint_s3").prefix_list_id
    return export


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of a service."""

    label: Label
    name: str
    service_name: str


def named_endpoint(place: Place, service: str) -> Endpoint:
    """Return an endpoint by the short name of its service: `ecr.api`."""
    name = place.names.plain(service.replace(".", "-"))
    return Endpoint(place.label("endpoint", service), name, f"com.amazonaws.{place.settings.region}.{service}")


class EndpointsView(View):
    """The interface endpoints and their security group."""

    @named(LIMITS["security_group"])
    def group_name(self) -> str:
        """The security group of all endpoints."""
        return self._place.names.plain("endpoints")

    @property
    def group_description(self) -> str:
        """What it is."""
        return f"Interface endpoints of {self._place.names.prefix}"

    @property
    def subnets(self) -> Export:
        """Where they stand: beside the tasks."""
        return task_subnets(self._place)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """One for each service."""
        return tuple(named_endpoint(self._place, service) for service in interface_endpoints(self._place.environment))


def _reasons(environment: Environment) -> Iterator[Reason]:
    if environment.settings.network.endpoints:
        yield Reason(ENVIRONMENT, ("network", "endpoints"), "AWS APIs are reached inside the VPC")
    for owner, entry in environment.every():
        if getattr(entry, "reach", None) == "vpc":
            yield Reason(owner, ("reach",), "a private API is reached through execute-api")


def _groups(place: Place) -> Iterator[Group]:
    module = place.module("network", "security_group", "endpoints")
    yield Group(NAME, NAME, "", "", module, NAME, is_shared=True)


def _parts(place: Place) -> Iterator[Part]:
    yield place.part("network", "kinds/endpoints/main.tf", EndpointsView(place))


CAPABILITY: Final = Capability(
    name=NAME,
    title="interface endpoints",
    price="10 USD for each service and zone",
    reasons=_reasons,
    needs=("network",),
    parts=_parts,
    groups=_groups,
)
