"""The entries of blocks that are no longer rendered: as recorded when they were applied, else as committed earlier.

A label is never read for them: `queue_scaling_worker_mailer` scales a worker, and is no queue.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from infragen.diagnostics import InfragenError
from infragen.hcl.folders import SUFFIXES
from infragen.hcl.header import made_from
from infragen.hcl.index import Index
from infragen.kinds import kinds
from infragen.terraform.apply_records import AppliedRecords
from infragen.terraform.git import Git

_MOST_COMMITS: Final = 30
"""Versions of a stack that are looked through, the newest first."""

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(slots=True)
class FormerEntries:
    """Finds them for one environment (`shop/dev`); `tree` holds the files of an earlier version, if one was planned."""

    root: Path
    target: str
    tree: Mapping[str, str] = field(default_factory=dict)
    _found: dict[str, dict[str, str]] = field(default_factory=dict)
    _versions: dict[str, Iterator[Mapping[str, str]]] = field(default_factory=dict)

    def entry_of(self, stack: str, block: str) -> str | None:
        found = self._found.setdefault(stack, {})
        versions = self._versions.setdefault(stack, self._of_stack(stack))
        while block not in found and (version := next(versions, None)) is not None:
            found.update({**version, **found})
        owner = found.get(block, "")
        return owner if "/" in owner else None  # a capability's

    def _of_stack(self, stack: str) -> Iterator[Mapping[str, str]]:
        yield _entries({path: text for path, text in self.tree.items() if path.startswith(f"{stack}/")})
        system, _, environment = self.target.partition("/")
        for sandbox in (False, True):
            yield AppliedRecords(self.root, system, environment, sandbox=sandbox).owners().get(stack, {})
        git, folder = Git(self.root), f"generated/{self.target}/{stack}"
        with suppress(InfragenError):  # git cannot say
            for commit in git.versions(folder, _MOST_COMMITS):
                files = git.files(commit, [folder])
                yield _entries({path: content.decode(errors="replace") for path, content in files.items()})


def _entries(files: Mapping[str, str]) -> dict[str, str]:
    words = {kind: f"{found.model.SINGULAR}-" for kind, found in kinds().items()}
    entries: dict[str, str] = {}
    for path, text in files.items():
        source = made_from(text) if path.endswith(SUFFIXES) else None
        folder = source[0].split("/")[2:3] if source and source[0].startswith("catalog/") else []
        word = words.get(*folder) if folder else None
        _, found, name = f"-{path.rpartition('/')[2].rpartition('.')[0]}".partition(f"-{word}")
        if word and found and _NAME.fullmatch(name):
            entries.update((block.address, f"{folder[0]}/{name}") for block in Index(text).blocks)
    return entries
