"""In whose words plans are told: those of their catalogue, or of the .tf files they were made from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import ChangeSet, Entry, Sources, assign_entries
from infragen.workflow.attribution.former_entries import FormerEntries
from infragen.workflow.attribution.source_lines import CatalogueSources, FolderSources, sources_of_folder

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
        return assign_entries(
            change_set,
            self.entries,
            stack or self.stack,
            stacks=self.stacks,
            sources=self.sources,
            former=self._former if self.former else None,
        )

    def _former(self, stack: str, block: str) -> Entry | None:
        owner = self.former.entry_of(stack, block) if self.former else None
        return self.known.get(owner) or Entry(owner) if owner is not None else None

    def notices(self) -> tuple[str, ...]:
        return self.sources.notices if isinstance(self.sources, FolderSources) else ()


def attribute_to_catalogue(
    composed: Composed, stack: str | None = None, *, root: Path | None = None, earlier: Mapping[str, str] | None = None
) -> Attribution:
    """Return the words of an environment's catalogue.

    What is no longer there is looked up in the project (`root`), and in the files of the version that a plan compares
    with (`earlier`).
    """
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
    """Return the lines of the .tf files in `config`, else beside a plan (of standard input: here), if there are any.

    InfragenError X012 when `config` is given and holds none.
    """
    beside = Path() if plan == "-" else Path(plan).parent
    sources = sources_of_folder(config or beside)
    if config is not None and sources is None:
        raise InfragenError(Diagnostic("X012", f"{config} holds no .tf files", hint="name the folder that was planned"))
    return Attribution(sources=sources)
