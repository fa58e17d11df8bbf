"""Whether a plan depends on what a secret contains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.hcl.folders import Folders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.hcl.index import Block

_VERSION: Final = "aws_secretsmanager_secret_version"
_MODULES: Final = "modules/"
_COMPARED: Final = frozenset({"secret_string", "secret_binary"})
"""Arguments whose value a state has, which a plan compares with the secret's."""


def reads_secret_values(files: Mapping[str, str]) -> bool:
    """Return whether planning an environment's files takes the values of secrets that exist already.

    What modules read in ephemeral resources ends in write-only arguments, which no plan has. Not so what a data source
    reads, what a state keeps, and what hand-written Terraform of a stack makes of it, such as another provider's login.
    """
    folders = Folders(files)
    return any(_takes_value(folder, block) for folder in folders.names for block in folders.blocks(folder))


def _takes_value(folder: str, block: Block) -> bool:
    if not block.labels or not block.labels[0].startswith(_VERSION):
        return False
    if block.kind == "resource":
        return bool(_COMPARED & block.arguments.keys())
    return block.kind == "data" or not f"{folder}/".startswith(_MODULES)
