"""In whose words plans are told: those of their catalogue, or of the .tf files they were made from.

The entries of blocks that are no longer rendered are those recorded when they were applied, else as committed earlier.
A label is never read for them: `queue_scaling_worker_mailer` scales a worker, and is no queue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.hcl.folders import SUFFIXES
from infragen.hcl.header import made_from
from infragen.hcl.index import Index
from infragen.plan import ChangeSet, Entry, Sources, assign_entries
from infragen.terraform.apply_records import AppliedRecords
from infragen.terraform.git import Git
from infragen.workflow.attribution.source_lines import CatalogueSources, FolderSources, sources_of_folder

_MOST_COMMITS: Final = 30
"""Versions of a stack that are looked through, the newest first."""
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class FormerEntries(Struct):
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
    from infragen.kinds import kinds  # a report without a catalogue needs none of them

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


if TYPE_CHECKING:
    from infragen.workflow.rendering.composition import Composed


class Attribution(Struct, frozen=True):
    """What is known about the objects of a plan besides the plan.

    `stack` is the one that a single plan is of; None when it is the plan of a combined root of `stacks`. `known` are
    the environment's entries by id, `former` finds those of blocks that are no longer there.
    """

    entries: Mapping[tuple[str, str], Entry] = field(default_factory=dict)
    sources: Sources | None = None
    stack: str | None = None
    stacks: tuple[str, ...] = ()
    known: Mapping[str, Entry] = field(default_factory=dict)
    former: FormerEntries | None = None

    def apply(self, change_set: ChangeSet, stack: str | None = None) -> ChangeSet:
        former, of = self._former if self.former else None, stack or self.stack
        return assign_entries(change_set, self.entries, of, stacks=self.stacks, sources=self.sources, former=former)

    def _former(self, stack: str, block: str) -> Entry | None:
        owner = self.former.entry_of(stack, block) if self.former else None
        return self.known.get(owner) or Entry(owner) if owner is not None else None

    def notices(self) -> tuple[str, ...]:
        return self.sources.notices if isinstance(self.sources, FolderSources) else ()


def attribute_to_catalogue(
    composed: Composed, stack: str | None = None, *, root: Path | None = None, earlier: Mapping[str, str] | None = None
) -> Attribution:
    """Look up what is gone in the project (`root`), and in the files that a plan compares with (`earlier`)."""
    environment = composed.environment
    models = dict(environment.every())
    owners = composed.owners()
    known = {owner: Entry(owner, models[owner].title, environment.at(owner, "name")) for owner in models}
    return Attribution(
        entries={block: known[owner] for block, owner in owners.items() if owner in known},
        sources=CatalogueSources(composed),
        stack=stack,
        stacks=tuple(one.name for one in composed.stacks),
        known=known,
        former=FormerEntries(root, environment.target, earlier or {}) if root else None,
    )


def attribute_to_target(folder: Path, target: str) -> Attribution:
    from infragen.workflow.rendering.composition import compose, templates_of
    from infragen.workflow.target import open_project, resolve_one

    project = open_project(folder)
    parsed, environment = resolve_one(project, target)
    composed = compose(project, environment, templates_of(project))
    composed.chosen(parsed.stack)
    return attribute_to_catalogue(composed, parsed.stack, root=project.root)


def attribute_to_files(config: Path | None, plan: str) -> Attribution:
    """InfragenError X012 when `config` is given and holds no .tf file; a plan may have none beside it."""
    beside = Path() if plan == "-" else Path(plan).parent
    sources = sources_of_folder(config or beside)
    if config is not None and sources is None:
        raise InfragenError(Diagnostic("X012", f"{config} holds no .tf files", hint="name the folder that was planned"))
    return Attribution(sources=sources)
