"""Shipped modules as a project gets them: what several modules share, and what tells variants apart, is written out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Final

from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates

NAMES: Final = SimpleNamespace(services=None)
NETWORK: Final = SimpleNamespace(only_zone=None)
NO_STANDBY: Final = {
    "environment": SimpleNamespace(
        standby_of=None, entry_tags={}, names=NAMES, network=NETWORK, permissions_boundary=None
    )
}
"""What modules are rendered with here: an environment that takes over from no other one."""


def module_files(module: str) -> dict[str, str]:
    """Return the text of each file of a shipped module by its name, `main.tf`."""
    templates = Templates([shipped_templates()])
    names = templates.names(f"modules/{module}", ".tf")
    return {name.rpartition("/")[2]: templates.render(name, NO_STANDBY) for name in names}
