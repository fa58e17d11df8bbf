"""Rules about what entries use of each other: `uses` names any kind, so no kind has these beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.place import Place
from infragen.core.rule import Finding, Severity, rule
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.kinds import kinds
from infragen.stacks.build import in_force

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.entry import Use
    from infragen.core.landscape import Environment, Landscape


def _uses(landscape: Landscape) -> Iterator[tuple[str, str, Use]]:
    """Yield who uses what, and how."""
    for owner, entry in landscape.every():
        for used, use in sorted(getattr(entry, "uses", {}).items()):
            yield owner, used, use


@rule("R114", "what an entry uses does not exist", Severity.ERROR, "docs/catalogue.md, Services")
def _unknown(landscape: Landscape) -> Iterator[Finding]:
    for owner, used, _ in _uses(landscape):
        kind, _, name = used.partition("/")
        place = landscape.at(owner, "uses", used, key=True)
        if kind not in kinds():
            usable = [name for name, one in kinds().items() if one.is_usable]
            there = [f"{one}/{name}" for one in usable for name in landscape.entries[one]]
            hint = did_you_mean(used, there) or f"entries of these kinds can be used: {', '.join(usable)}"
            yield Finding(f"{owner} uses {used}, and there is no kind `{kind}`", place, hint)
        elif not landscape.knows(kind, name):
            hint = nearest(name, landscape.entries[kind], kind)
            yield Finding(f"{owner} uses {used}, which does not exist", place, hint)


@rule("R115", "an entry uses what `uses` does not reach", Severity.ERROR, "docs/catalogue.md, Services")
def _unusable(landscape: Landscape) -> Iterator[Finding]:
    for owner, used, _ in _uses(landscape):
        kind, _, name = used.partition("/")
        if kind not in kinds() or kinds()[kind].is_usable or used == owner:
            continue
        instead = kinds()[kind].instead.format(name=name)
        hint = f"write `{instead}` instead" if instead else f"remove it from `uses`: {kind} offer nothing to others"
        place = landscape.at(owner, "uses", used, key=True)
        yield Finding(f"{owner} cannot reach {used} by `uses`", place, hint)


@rule("R116", "`access` is no word of the kind that is used", Severity.ERROR, "docs/catalogue.md, Services")
def _access(landscape: Landscape) -> Iterator[Finding]:
    for owner, used, use in _uses(landscape):
        kind = kinds().get(used.partition("/")[0])
        if kind is None or not kind.is_usable or use.access in (None, *kind.access):
            continue
        known = ", ".join(f"`access: {word}`" for word in kind.access)
        hint = did_you_mean(str(use.access), kind.access) or (f"write {known}" if known else "remove `access`")
        message = f"{use.access!r} is nothing that {owner} can do with {used}"
        yield Finding(message, landscape.at(owner, "uses", used, "access"), hint)


@rule("R117", "two uses of an entry contradict each other", Severity.ERROR, "docs/catalogue.md, Services")
def _contradicting(environment: Environment) -> Iterator[Finding]:
    for owner, entry in environment.every():
        uses = [*entry.used()] if hasattr(entry, "used") else []
        if len({use.beginning(used) for used, use, _ in uses}) == len({used for used, _, _ in uses}) == len(uses):
            continue
        taken: dict[str, str] = {}
        for used, use, path in uses:
            names = {f"{use.beginning(used)}{name}" for name in _variables(environment, owner, used)}
            other = next((taken[name] for name in sorted(names & set(taken))), used if used in taken.values() else None)
            if other is not None:
                again = f"{owner} uses {used} twice"
                both = f"{owner} would be told of {other} and of {used} in the same variables, `{use.beginning(used)}...`"
                hint = "remove one of the two" if other == used else f"write another `prefix` for {used}"
                place = environment.at(owner, *path, key=True)
                yield Finding(again if other == used else both, place, hint)
            taken |= dict.fromkeys(names, used)


def _variables(environment: Environment, owner: str, used: str) -> Iterator[str]:
    """Yield what a variable that tells of a used entry is called, without its beginning."""
    place, entry = Place(environment, in_force(environment)), environment.find(used)
    if entry is not None:
        for offer in kinds()[entry.KIND].offer(entry, place.of(used), place.of(owner)):
            yield from offer.variables
