"""Data sources in a plan without network: they wait for an object that is not there yet, so terraform reads none.

What comes of them is known after apply, as it is of every object that does not exist yet. Those that are computed from
their arguments alone are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.hcl.blocks import block
from infragen.hcl.folders import SUFFIXES, by_folder
from infragen.hcl.index import Index, edited
from infragen.stacks.data_sources import COMPUTED_LOCALLY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.hcl.index import Block

UNREAD: Final = ("terraform_data", "not_read_offline")
"""Type and name of the object that they wait for."""
_FILE: Final = "not_read_offline.tf"


def without_reading(files: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the files with their data sources waiting, and what those are: `data.aws_vpc.main in network`."""
    changed = dict(files)
    found: list[str] = []
    for folder, texts in by_folder(files).items():
        known = len(found)
        for name, text in texts.items():
            if not name.endswith(SUFFIXES) or "data" not in text:
                continue
            blocks = list(_asking(Index(text)))
            found += (f"{one.address} in {folder}" for one in blocks)
            changed[f"{folder}/{name}"] = edited(text, (change for one in blocks for change in _waiting(text, one)))
        if len(found) > known:
            changed[f"{folder}/{_FILE}"] = block("resource", *UNREAD)
    return changed, tuple(found)


def _asking(index: Index) -> Iterator[Block]:
    for top in index.blocks:
        for one in (top, *(top.blocks if top.kind == "check" else ())):
            if one.kind == "data" and one.labels and one.labels[0] not in COMPUTED_LOCALLY:
                yield one


def _waiting(text: str, one: Block) -> Iterator[tuple[int, int, str]]:
    """Yield the edits that let a data source wait.

    What is written in goes to its end, and takes the place of an empty line behind it, so that other lines stay where
    they are: what terraform says of them is shown at the file that a person wrote.
    """
    waits, given = ".".join(UNREAD), one.arguments.get("depends_on")
    if given is not None:
        yield given.value_start + 1, given.value_start + 1, f"{waits}, "
        return
    line = text.rfind("\n", 0, one.end) + 1
    if text[line : one.end].isspace() or line == one.end:
        yield line, line, f"  depends_on = [{waits}]\n"
    else:
        yield one.end, one.end, f"\n  depends_on = [{waits}]\n"
    if text.startswith("\n\n", one.end + 1):
        yield one.end + 1, one.end + 2, ""
