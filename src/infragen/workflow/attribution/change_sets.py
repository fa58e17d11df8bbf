"""In whose words plans are told: those of their catalogue, or of the .tf files they were made from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from infragen.core.build_context import identifier
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.kinds import kinds
from infragen.plan import Action, Entry, assign_entries
from infragen.workflow.attribution.source_lines import CatalogueSources, FolderSources, sources_of_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infragen.plan import ChangeSet, Sources
    from infragen.workflow.rendering.composition import Composed


class Attribution(Struct, frozen=True):
    """What is known about the objects of a plan besides the plan.

    `stack` is the one that a single plan is of; None when it is the plan of a combined root of `stacks`. `owners` are
    the ids of entries by stack and block.
    """

    entries: Mapping[tuple[str, str], Entry] = field(default_factory=dict)
    sources: Sources | None = None
    stack: str | None = None
    stacks: tuple[str, ...] = ()
    owners: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def apply(self, change_set: ChangeSet, stack: str | None = None) -> ChangeSet:
        """Return the change set with stacks, entries and lines; `stack` names a plan among others."""
        known = {entry.id: entry for entry in self.entries.values()}
        gone = [change.address for change in change_set.changes if change.action is Action.DELETE]
        former = FormerEntries.of(known, self.owners, gone) if self.owners and gone else None
        return assign_entries(
            change_set,
            self.entries,
            stack or self.stack,
            stacks=self.stacks,
            sources=self.sources,
            former=former.of_block if former else None,
        )

    def notices(self) -> tuple[str, ...]:
        """Return which files could not be read for their lines."""
        return self.sources.notices if isinstance(self.sources, FolderSources) else ()


def attribute_to_catalogue(composed: Composed, stack: str | None = None) -> Attribution:
    """Return the words of an environment's catalogue."""
    environment = composed.environment
    models = dict(environment.every())
    owners = composed.owners()
    known = {owner: Entry(owner, models[owner].title, environment.at(owner, "name")) for owner in models}
    return Attribution(
        entries={block: known[owner] for block, owner in owners.items() if owner in known},
        sources=CatalogueSources(composed),
        stack=stack,
        stacks=tuple(one.name for one in composed.stacks),
        owners=owners,
    )


def attribute_to_target(folder: Path, target: str) -> Attribution:
    """Return the words of the catalogue of `technova/prod` or `technova/prod/network`."""
    from infragen.workflow.rendering.composition import compose, templates_of
    from infragen.workflow.target import open_project, resolve_one

    project = open_project(folder)
    parsed, environment = resolve_one(project, target)
    composed = compose(project, environment, templates_of(project))
    composed.chosen(parsed.stack)
    return attribute_to_catalogue(composed, parsed.stack)


def attribute_to_files(config: Path | None, plan: str) -> Attribution:
    """Return the lines of the .tf files in `config`, else beside a plan (of standard input: here), if there are any.

    InfragenError X012 when `config` is given and holds none.
    """
    beside = Path() if plan == "-" else Path(plan).parent
    sources = sources_of_folder(config or beside)
    if config is not None and sources is None:
        raise InfragenError(Diagnostic("X012", f"{config} holds no .tf files", hint="name the folder that was planned"))
    return Attribution(sources=sources)


_MODULE = "module."


class FormerEntries(Struct, frozen=True):
    """The entries that are there, and the beginnings of labels by which each kind calls its modules.

    `beginnings` are sorted longest first: `security_group_database_` before `proxy_`. One that holds the kind's own
    word says it; of any other, a name counts only where the entry is there, or where it is in `certain`.
    """

    known: Mapping[str, Entry]
    beginnings: tuple[tuple[str, str], ...]
    certain: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, known: Mapping[str, Entry], owners: Mapping[tuple[str, str], str], addresses: Iterable[str] = ()
    ) -> FormerEntries:
        """Learn from the labels that are there, and from the addresses of what there is to do."""
        kinds_of: dict[str, set[str]] = {}
        for folder, word in _words().items():
            kinds_of.setdefault(f"{word}_", set()).add(folder)
        for (_, block), owner in owners.items():
            kind, _, name = owner.partition("/")
            label = block.removeprefix(_MODULE)
            if label != block and name and label.endswith(f"_{identifier(name)}"):
                kinds_of.setdefault(label.removesuffix(identifier(name)), set()).add(kind)
        sure = [(beginning, next(iter(found))) for beginning, found in kinds_of.items() if len(found) == 1]
        found = cls(known, tuple(sorted(sure, key=lambda one: (-len(one[0]), one))))
        labels = {label for address in addresses for label in address.split(".")[1:4:2]}
        names = (found._owner(label) for label in labels)
        return cls(known, found.beginnings, frozenset(owner for owner, is_said in filter(None, names) if is_said))

    def of_block(self, block: str) -> Entry | None:
        """Return the entry that a block of a stack was of, when its label tells; it may still be there."""
        label = block.removeprefix(_MODULE)
        found = self._owner(label) if label != block else None
        if found is None or not (found[1] or found[0] in self.known or found[0] in self.certain):
            return None
        return self.known.get(found[0]) or Entry(found[0])

    def _owner(self, label: str) -> tuple[str, bool] | None:
        """Return the entry that a label names, and whether the label holds the word for its kind."""
        for beginning, kind in self.beginnings:
            name = label.removeprefix(beginning).replace("_", "-")
            if label.startswith(beginning) and name:
                word = _words()[kind]
                return f"{kind}/{name}", beginning == f"{word}_" or beginning.endswith(f"_{word}_")
        return None


def _words() -> dict[str, str]:
    """Return what each kind is called in a label, by its folder."""
    return {folder: identifier(kind.model.SINGULAR) for folder, kind in kinds().items()}
