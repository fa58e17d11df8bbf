"""Encryption within the mesh: TLS between tasks, with certificates of the private CA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.kind import Capability, Reason, free_of_charge
from infragen.core.part import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

NAME: Final = "mesh-encryption"


def _reasons(environment: Environment) -> Iterator[Reason]:
    mesh = environment.settings.mesh
    if mesh is not None and mesh.encrypted:
        yield Reason(ENVIRONMENT, ("mesh", "encrypted"), "TLS between tasks")


CAPABILITY: Final = Capability(
    name=NAME,
    title="encrypted mesh",
    setting="mesh: {encrypted: true}",
    monthly_costs=free_of_charge,
    reasons=_reasons,
    requires=("mesh", "private-ca"),
)
