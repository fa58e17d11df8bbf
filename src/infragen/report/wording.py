"""Names of changes in reports, from their addresses, and remarks on them."""

import re
from collections.abc import Iterable, Sequence

from infragen.plan import Action, Change
from infragen.plan.shown_address import common_address, relative_address
from infragen.text import visible

_INSTANCE = re.compile(r"(.*)\[(\d{1,9})\]", re.ASCII)
WAYS = {
    Action.REPLACE_CREATE_FIRST: "new one created first",
    Action.REPLACE_FORGET: "the old one stays, unmanaged",
    Action.FORGET: "it stays, unmanaged",
}


def full_name(change: Change) -> str:
    address = visible(relative_address(change))
    return f"{address} (deposed {visible(change.deposed)})" if change.deposed else address


def full_names(changes: Iterable[Change]) -> list[str]:
    """Return the addresses; those of a `count` that follow each other as one, `aws_eip.nat[0 to 3]`."""
    names: list[str] = []
    last: tuple[str, int, int] | None = None
    for change in changes:
        name = full_name(change)
        match = _INSTANCE.fullmatch(name)
        if match and last and match[1] == last[0] and int(match[2]) == last[2] + 1:
            last = (last[0], last[1], last[2] + 1)
            names[-1] = f"{last[0]}[{last[1]} to {last[2]}]"
            continue
        last = (match[1], int(match[2]), int(match[2])) if match else None
        names.append(name)
    return names


def about(change: Change) -> str:
    return _facts(
        f"deposed object {visible(change.deposed)}" if change.deposed else None,
        f"moved from {visible(change.previous_address)}" if change.previous_address else None,
        f"imported from {visible(change.importing)}" if change.importing is not None else None,
        change.action,
    )


def about_all(changes: Sequence[Change]) -> str:
    change = changes[0]
    previous = [one.previous_address or "" for one in changes]
    return _facts(
        "deposed objects" if change.deposed else None,
        f"moved from {visible(common_address(previous, change.entry))}" if change.previous_address else None,
        "each imported by its own id" if change.importing is not None else None,
        change.action,
    )


def _facts(deposed: str | None, moved: str | None, imported: str | None, action: Action) -> str:
    facts = (deposed, moved, imported, WAYS.get(action))
    return "".join(f"  ({fact})" for fact in facts if fact)
