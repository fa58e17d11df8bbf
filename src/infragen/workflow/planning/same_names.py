"""What gets a name that another object has until it goes: a rename that was taken back, entries that swap names.

AWS refuses the second, or takes both for one, which then goes; terraform knows no order between two addresses.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from infragen.catalog import Environment
from infragen.diagnostics import Diagnostic, raise_problems
from infragen.plan import Action, Change, ChangeSet
from infragen.plan.chosen_names import coming, going
from infragen.text import first_of

_ONE_IN_ALL_REGIONS: Final = "aws_s3_bucket"
"""What has a name that no other region has, whichever stack makes it (S3 User Guide, "Bucket naming rules")."""


def refuse_same_names(environment: Environment, change_set: ChangeSet) -> None:
    """Refuse to give a name that something has until it goes: InfragenError M008 for each entry."""
    raise_problems(_found(environment, change_set))


def same_name_notices(environment: Environment, change_set: ChangeSet) -> tuple[str, ...]:
    return tuple(f"{one.message}; {one.hint}" for one in _found(environment, change_set))


def _found(environment: Environment, change_set: ChangeSet) -> Iterator[Diagnostic]:
    stacks: dict[str, list[Change]] = defaultdict(list)
    for change in change_set.changes:
        stacks["" if change.type == _ONE_IN_ALL_REGIONS else change.stack or ""].append(change)
    names: dict[tuple[str, str, bool, bool], list[str]] = defaultdict(list)
    for changes in stacks.values():
        comes, goes = coming(changes), going(changes)
        for kind, name in comes.keys() & goes.keys():
            new, old = comes[kind, name], goes[kind, name]
            owner, former = (change.entry.id if change.entry else change.stack or "" for change in (new, old))
            key = owner, former, new.action is Action.CREATE, old.action is Action.DELETE
            names[key].append(f"{kind} {name}")
    for (owner, former, is_new, is_gone), found in sorted(names.items()):
        until = "it is destroyed" if is_gone else "it has another one"
        message = f"{owner} would get {first_of(sorted(found))}, which {former} has until {until}"
        hint = f"apply without {owner}, then add it again"
        if is_new and is_gone and "/" not in former:  # an entry that this catalogue does not know
            hint = f"if another commit renamed it, take that commit; if not, {hint}: what has the name goes first"
        if is_new and is_gone and owner == former:  # a copy that goes to another region
            hint = f"write {owner} without what has this name, apply that, then write it again as it is now"
        if is_gone and not is_new:
            hint = f"apply without {former}, and with the names of before, first"
        elif not is_new:
            hint = f"let {former} have a name that nobody has, and apply that first; what is replaced loses its data"
        yield Diagnostic("M008", message, None, hint=f"{_kept(environment, owner, former) if is_new else ''}{hint}")


def _kept(environment: Environment, owner: str, former: str) -> str:
    (kind, _, name), (before, _, then) = owner.partition("/"), former.partition("/")
    entry = dict(environment.every()).get(owner)
    if entry is None or kind != before or name == then:
        return ""
    lines = f"`renamed_from: {then}`"
    if entry.identity != then:
        lines += f" and `physical_name: {entry.identity}`"
    return f"if {owner} is the same one, write {lines} in {environment.source(owner)}: nothing is destroyed; if not, "
