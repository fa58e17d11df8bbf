"""What a stack is made of, before any text: files, templates, values and wiring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

BOOTSTRAP: Final = "bootstrap"
"""The folder, beside an environment's stacks, of what those stand on: rendered and applied by itself."""
README: Final = "README.md"
"""The file of an environment, beside its stacks, that says what no `.tf` file does."""
IMPORTS: Final = "imports.tf"
"""The file of a stack that says what existing resources it takes over."""
LOCK_FILE: Final = ".terraform.lock.hcl"
"""Terraform's own file beside a stack's: which version of each provider it was made with."""
CONFIGURATION: Final = (".tf", ".tofu", ".tf.json", ".tofu.json")
"""How files end that terraform or tofu reads as configuration."""


class StackFile(Struct, frozen=True):
    """One file of a stack: which template makes it, from which values, and for which catalogue entry.

    `path` is relative to the stack's folder, `template` to a templates folder; `entry` is an id like
    `services/planning`, or None for what belongs to the stack as a whole; `source` is the catalogue or environment
    file that the header names.
    """

    path: str
    template: str
    context: Mapping[str, object]
    entry: str | None
    source: str

    def rendered(self) -> StackFile:
        """Return it without its values, which take room, and which nobody asks for once its text is there."""
        return replace(self, context={})


class Stack(Struct, frozen=True):
    """One Terraform root with its own state.

    `upstreams` are the stacks whose outputs it reads; `modules` the folders below `modules/` that it calls; `region`
    is that of its AWS provider, empty for the environment's.
    """

    name: str
    files: tuple[StackFile, ...]
    upstreams: tuple[str, ...]
    modules: tuple[str, ...]
    region: str = ""

    @property
    def identifier(self) -> str:
        return self.name.replace("-", "_")
