"""What follows from a field: every field of an environment is changed, one at a time, and what is rendered is compared.

One pass serves all who ask: whether anything is built of a field, and which arguments it changes. Of a changed field,
the files of its own entry are rendered, and those that read it by what tracing says; whatever else there is, for a
share of the fields that the commit chooses, for all where the pass is `whole`, and for a field of which nothing is
built so far.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from infragen.diagnostics import InfragenError
from infragen.hcl.index import Index
from infragen.render.draft import bodies, render_draft
from infragen.render.origins import Origins
from infragen.stacks.build import draft, in_force
from tests.by_commit import chosen
from tests.unit.stacks.variations import variations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.core.resolved_system import Environment
    from infragen.render.templates import Templates
    from infragen.stacks.build import Draft
    from tests.unit.stacks.variations import Driver

    File = tuple[str, str]
    """Stack and path."""
    Place = tuple[str, str, str]
    """Stack, path, and the address of an argument: `module.service_web.port`."""

__all__ = ["Changed", "FieldChanges", "covers"]

SHARES = 16
"""Of so many variations, one is rendered whole."""


def covers(read: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Whether a field that was read is the one that was changed, or one holds the other."""
    return read[: len(path)] == path[: len(read)]


@lru_cache(maxsize=1000)
def arguments_in(text: str) -> dict[str, str]:
    """Return the text of every argument of every module call in a file, by its address."""
    return {argument.address: argument.value for call in Index(text).calls for argument in call.arguments.values()}


@dataclass(frozen=True)
class Changed:
    """An environment in which one field has another value, and what it made of the files that were rendered."""

    driver: Driver
    environment: Environment
    before: Mapping[File, str]
    after: Mapping[File, str]

    @property
    def is_any(self) -> bool:
        """Whether any file differs, is new or gone."""
        return self.after != self.before

    def places(self) -> Iterator[Place]:
        """Yield every argument that was there before and has another text."""
        for file, text in self.before.items():
            if file[1].endswith(".tf") and file in self.after and self.after[file] != text:
                after = arguments_in(self.after[file])
                for address, old in arguments_in(text).items():
                    if after.get(address, old) != old:
                        yield *file, address


@dataclass
class FieldChanges:
    """An environment, what is rendered of it, and what becomes of that with each field."""

    environment: Environment
    templates: Templates
    whole: bool = False
    made: Draft = field(init=False)
    before: Mapping[File, str] = field(init=False)
    origins: Origins = field(init=False)

    def __post_init__(self) -> None:
        self.made = draft(self.environment)
        self.before = bodies(self.templates, self.made)
        self.origins = Origins(self.environment, self.templates, self.made.wiring)
        self._usual = set(in_force(self.environment))
        self._number = 0

    def variations(self) -> Iterator[tuple[Driver, Environment]]:
        """Yield each field with the environment in which it alone has another value; names stay."""
        return variations(self.environment, left_out={"name"})

    def changed(self, driver: Driver, other: Environment) -> Changed | None:
        """Return what a field changes; None where its other value is refused for what other fields say."""
        self._number += 1
        is_whole = self.whole or self._number % SHARES == chosen(SHARES)
        try:
            made = draft(other)
            files = self._files(made)
            asked = {*files, *self.before} if is_whole else self._asked(driver, files)
            stacks = {
                stack: tuple(part for part in parts if (stack, part.path) in asked)
                for stack, parts in made.stacks.items()
            }
            after = bodies(self.templates, replace(made, stacks=stacks))
        except InfragenError:
            return None
        before = {file: text for file, text in self.before.items() if file in asked}
        return Changed(driver, other, before, after)

    def asks_for_more(self, other: Environment) -> bool:
        """Whether an environment has a capability in force that the usual one has not."""
        return not self._usual.issuperset(in_force(other))

    def is_built(self, changed: Changed) -> bool:
        """Whether anything at all is rendered otherwise: bodies, shells or modules."""
        if changed.is_any:
            return True
        try:
            return render_draft(self.templates, draft(changed.environment))[1] != self._all_files
        except InfragenError:
            return False

    @cached_property
    def _all_files(self) -> Mapping[str, str]:
        return render_draft(self.templates, draft(self.environment))[1]

    @cached_property
    def _readers(self) -> Mapping[str, set[tuple[tuple[str, ...], File]]]:
        """The fields that each file reads, by their owner."""
        found: dict[str, set[tuple[tuple[str, ...], File]]] = {}
        for file in self.before:
            for read in self.origins.reads(*file).get("", ()):
                found.setdefault(read.owner, set()).add((read.path, file))
        return found

    def _files(self, made: Draft) -> dict[File, str]:
        """Return whose each file is."""
        return {(stack, part.path): part.owner for stack, parts in made.stacks.items() for part in parts}

    def _asked(self, driver: Driver, files: Mapping[File, str]) -> set[File]:
        """Return the files that are new, gone, the owner's own, readers of the field, or cannot be traced."""
        owner, path = driver
        readers = {file for read, file in self._readers.get(owner, ()) if covers(read, path)}
        own = {file for file, whose in files.items() if whose == owner or not file[1].endswith(".tf")}
        return readers | own | (files.keys() ^ self.before.keys())
