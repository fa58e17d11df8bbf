"""What every stack has besides its resources: versions, backend, provider, upstream and own outputs, moved blocks."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from infragen.core.build_context import identifier
from infragen.core.expressions import Reference
from infragen.core.part import Provider
from infragen.core.resolved_system import Environment
from infragen.stacks.layout import region_of
from infragen.stacks.model import StackFile


class Output(Struct, frozen=True):
    """One published value of a stack."""

    name: str
    description: str
    value: Reference | tuple[Reference, ...]
    is_sensitive: bool = False


def files(  # noqa: PLR0913
    environment: Environment,
    stack: str,
    upstreams: Iterable[str],
    *,
    region: str | None = None,
    providers: tuple[Provider, ...] = (),
    by_hand: tuple[Provider, ...] = (),
    key: str | None = None,
) -> tuple[StackFile, ...]:
    """`by_hand` are providers that hand-written files configure; `key` names the state's object if it is unusual."""
    place = region or region_of(environment, stack)
    aws = {"region": place, "accounts": (environment.settings.account,), "tags": tags(environment)}
    every = tuple(sorted((*providers, *by_hand), key=lambda one: one.name))
    shell = [
        _file(environment, "versions", {"providers": every, "aws_provider": environment.aws_provider}),
        _file(environment, "backend", {"backend": _backend(environment, stack, key)}),
        _file(environment, "providers", {"provider": aws, "providers": providers}),
    ]
    read = tuple(_upstream(environment, name) for name in upstreams)
    if read:
        shell.append(_file(environment, "upstream", {"upstreams": read}))
    return tuple(shell)


def outputs(environment: Environment, published: Iterable[Output]) -> StackFile:
    return _file(environment, "outputs", {"outputs": tuple(sorted(published, key=lambda output: output.name))})


def own_tags(environment: Environment) -> dict[str, str]:
    return {"Environment": environment.name, "ManagedBy": "infragen", "System": environment.system.name}


def tags(environment: Environment) -> dict[str, str]:
    return dict(sorted((own_tags(environment) | environment.settings.tags).items()))


CONTEXT: Final = ("account", "environment", "permissions_boundary_arn", "region", "system", "tags")
"""What hand-written files know of the place they are in, as local values."""


def context(environment: Environment, region: str, names: Iterable[str]) -> StackFile:
    system, name = environment.system.name, environment.name
    values: dict[str, object] = {
        "account": environment.settings.account,
        "environment": name,
        "permissions_boundary_arn": environment.permissions_boundary_arn,
        "region": region,
        "system": system,
        "tags": tags(environment),
    }
    return _file(environment, "extra", {"values": tuple((Reference(one), values[one]) for one in sorted(names))})


def moved(environment: Environment, labels: Mapping[str, str]) -> StackFile:
    blocks = [
        {"before": Reference(f"module.{before}"), "after": Reference(f"module.{after}")}
        for after, before in sorted(labels.items())
    ]
    return _file(environment, "moved", {"moves": blocks})


def _file(environment: Environment, name: str, context: dict[str, object]) -> StackFile:
    return StackFile(f"{name}.tf", f"stacks/_shell/{name}.tf", context, None, environment.source("environment"))


def _backend(environment: Environment, stack: str, key: str | None = None) -> dict[str, object]:
    return {
        "bucket": environment.state_bucket,
        "key": key or f"{environment.system.name}/{environment.name}/{stack}.tfstate",
        "region": environment.state_region,
        "accounts": (environment.settings.account,),
    }


def _upstream(environment: Environment, stack: str) -> dict[str, object]:
    label = identifier(stack)
    return {
        "label": label,
        "name": Reference(label),
        "outputs": Reference(f"data.terraform_remote_state.{label}.outputs"),
        "backend": _backend(environment, stack),
    }
