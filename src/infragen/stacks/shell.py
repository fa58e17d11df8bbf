"""What every stack has besides its resources: versions, backend, provider, upstream and own outputs, moved blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from infragen.stacks.model import Reference, StackFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.core.entry import Entry
    from infragen.core.landscape import Environment

__all__ = ["Move", "Output", "files", "identifier", "moves", "outputs"]

_UNFIT = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Output:
    """One published value of a stack."""

    name: str
    description: str
    value: Reference | tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A `moved` block: an address that a renamed entry had, and the one it has."""

    before: Reference
    after: Reference


@dataclass(frozen=True, slots=True)
class Backend:
    """Where a state lies: an object of the environment's bucket."""

    bucket: str
    key: str
    region: str
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Provider:
    """The account and region of an environment, and the tags that everything in it carries."""

    region: str
    accounts: tuple[str, ...]
    system: str
    environment: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """A stack whose outputs are read as `local.<name>`."""

    label: str
    name: Reference
    outputs: Reference
    backend: Backend


@lru_cache(maxsize=100_000)
def identifier(*parts: str) -> str:
    """Return a Terraform label or output name: `service`, `order-desk` to `service_order_desk`.

    The kind comes first, so that a name which ends like another kind's suffix collides with nothing.
    """
    return _UNFIT.sub("_", "_".join(parts))


def files(
    environment: Environment, stack: str, upstreams: Iterable[str], *, key: str | None = None
) -> tuple[StackFile, ...]:
    """Return versions.tf and the deployed shell of a stack: backend.tf, providers.tf, and upstream.tf where needed.

    `key` names the state's object when it is not the one that the stack's name gives.
    """
    settings = environment.settings
    provider = Provider(settings.region, (settings.account,), environment.system.name, environment.name)
    shell = [
        _file(environment, "versions", {}),
        _file(environment, "backend", {"backend": _backend(environment, stack, key)}),
        _file(environment, "providers", {"provider": provider}),
    ]
    read = tuple(_upstream(environment, name) for name in upstreams)
    if read:
        shell.append(_file(environment, "upstream", {"upstreams": read}))
    return tuple(shell)


def outputs(environment: Environment, published: Iterable[Output]) -> StackFile:
    """Return outputs.tf with the published values, sorted by name."""
    return _file(environment, "outputs", {"outputs": tuple(sorted(published, key=lambda output: output.name))})


def moves(entry: Entry, *labels: str) -> tuple[Move, ...]:
    """Return the moved blocks of a renamed entry; `labels` are those of its modules, with `{}` for the name."""
    if entry.renamed_from is None or entry.renamed_from == entry.name:
        return ()
    before, after = identifier(entry.renamed_from), identifier(entry.name)
    return tuple(_move(label.format(before), label.format(after)) for label in labels)


def _move(before: str, after: str) -> Move:
    return Move(Reference(f"module.{before}"), Reference(f"module.{after}"))


def _file(environment: Environment, name: str, context: dict[str, object]) -> StackFile:
    return StackFile(f"{name}.tf", f"stacks/_shell/{name}.tf", context, None, environment.source("environment"))


def _backend(environment: Environment, stack: str, key: str | None = None) -> Backend:
    settings = environment.settings
    usual = f"{environment.system.name}/{environment.name}/{stack}.tfstate"
    return Backend(settings.state.bucket, key or usual, settings.region, (settings.account,))


def _upstream(environment: Environment, stack: str) -> Upstream:
    label = identifier(stack)
    published = Reference(f"data.terraform_remote_state.{label}.outputs")
    return Upstream(label, Reference(label), published, _backend(environment, stack))
