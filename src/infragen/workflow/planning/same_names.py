"""What a plan makes under a name that another object has until it is destroyed: an entry whose rename was taken back.

AWS refuses the second, or takes both for one, which then goes; terraform knows no order between two addresses.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from infragen.diagnostics import Diagnostic, raise_problems
from infragen.plan import Action
from infragen.plan.chosen_names import by_name
from infragen.text import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.catalog import Environment
    from infragen.plan import Change, ChangeSet


def refuse_same_names(environment: Environment, change_set: ChangeSet) -> None:
    """Refuse to make what has the name of something that goes: InfragenError M008 for each entry."""
    raise_problems(_found(environment, change_set))


def same_name_notices(environment: Environment, change_set: ChangeSet) -> tuple[str, ...]:
    """Return the same as it stands in a plan, which can be looked at all the same."""
    return tuple(f"{one.message}; {one.hint}" for one in _found(environment, change_set))


def _found(environment: Environment, change_set: ChangeSet) -> Iterator[Diagnostic]:
    stacks: dict[tuple[str, Action], list[Change]] = defaultdict(list)
    for change in change_set.changes:
        stacks[change.stack or "", change.action].append(change)
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for stack in sorted({stack for stack, action in stacks if action is Action.DELETE}):
        made, goes = (by_name(stacks[stack, action]) for action in (Action.CREATE, Action.DELETE))
        for kind, name in made.keys() & goes.keys():
            owner, former = (
                change.entry.id if change.entry else stack for change in (made[kind, name], goes[kind, name])
            )
            names[owner, former].append(f"{kind} {name}")
    for (owner, former), found in sorted(names.items()):
        message = f"{owner} would get {first_of(sorted(found))}, which {former} has until it is destroyed"
        hint = f"apply without {owner}, then add it again"
        yield Diagnostic("M008", message, None, hint=f"{_kept(environment, owner, former)}{hint}")


def _kept(environment: Environment, owner: str, former: str) -> str:
    """Return how an entry takes over what a former one of its kind has, if it is the same one."""
    (kind, _, name), (before, _, then) = owner.partition("/"), former.partition("/")
    entry = dict(environment.every()).get(owner)
    if entry is None or kind != before or name == then:
        return ""
    lines = f"`renamed_from: {then}`"
    if entry.identity != then:
        lines += f" and `physical_name: {entry.identity}`"
    return f"if {owner} is the same one, write {lines} in {environment.source(owner)}: nothing is destroyed; if not, "
