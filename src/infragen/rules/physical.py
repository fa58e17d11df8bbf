"""The names that AWS gets of an environment: those of every part that is built, and those of what it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.core.names import LIMITS, Names
from infragen.core.part import ENVIRONMENT
from infragen.stacks.build import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment
    from infragen.core.names import Limit

__all__ = ["Physical", "physical"]


@dataclass(frozen=True, slots=True)
class Physical:
    """A name that will be given to AWS, its limit, and the entry it comes from (or `environment`)."""

    owner: str
    limit: Limit
    name: str


def physical(environment: Environment) -> Iterator[Physical]:
    """Yield every name of an environment and its entries."""
    for part in parts(environment):
        owner = part.owner if "/" in part.owner else ENVIRONMENT
        for limit, name in part.names():
            yield Physical(owner, limit, name)
    names = Names.of(environment)
    for role in ("apply", "plan"):
        yield Physical(ENVIRONMENT, LIMITS["role"], names.plain("ci", role))
    yield Physical(ENVIRONMENT, LIMITS["key"], names.plain("terraform-state"))
