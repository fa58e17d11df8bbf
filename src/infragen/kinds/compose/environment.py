"""One deployment of a system on a developer's machine: the resolved system, and what its file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.resolved_system import ResolvedSystem

if TYPE_CHECKING:
    from infragen.kinds.compose.model import ComposeSettings


class ComposeEnvironment(ResolvedSystem, frozen=True, eq=False):
    """A system as it runs on Docker Compose: no `Environment`, so that nothing of AWS's takes it for one."""

    settings: ComposeSettings
    is_only_one: bool
    """Whether no other environment of the system is Docker Compose, so that its containers need no name of its own."""

    @property
    def name(self) -> str:
        """The environment's name, `dev`."""
        return self.settings.environment

    @property
    def target(self) -> str:
        """What commands call it: `shop/dev`."""
        return f"{self.system.name}/{self.name}"

    @property
    def project(self) -> str:
        """What Docker's network and volumes begin with, so that no other environment's are taken for its own."""
        return f"{self.system.name}-{self.name}"

    @property
    def containers_begin(self) -> str:
        """What the names of containers begin with; Docker has each name once on a machine."""
        return self.system.name if self.is_only_one else self.project
