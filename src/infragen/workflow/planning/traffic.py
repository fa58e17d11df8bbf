"""Who reaches whom in an environment, from the plan of all its stacks."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, raise_problems
from infragen.diagnostics.hints import nearest
from infragen.plan import open_plan
from infragen.plan.entries import Places
from infragen.reachability import INTERNET, traffic_of
from infragen.workflow.planning.plans import read_offline, refuse_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from infragen.reachability import Traffic
    from infragen.workflow.rendering.composition import Composed
    from infragen.workflow.session import Session

_FROM_PLAN: Final = ("module.", "aws_", "AWS ")
"""How ends begin that only the plan knows."""


def planned_traffic(session: Session, sources: Sequence[str] = (), targets: Sequence[str] = ()) -> Traffic:
    """Plan an environment offline, as if nothing existed, and return who reaches whom.

    `sources` and `targets` are ends, or entries with several, whose ways are asked for; all without any. InfragenError
    X015 for what is no end, all of them at once and before minutes of planning where that can be known; X016 for a
    session with one stack.
    """
    environment = session.environment
    refuse_part(session, "paths lead through several stacks: name an environment")
    known = {INTERNET, *(owner for owner, _ in environment.every())}
    asked = (*sources, *targets)
    _refuse([one for one in asked if one not in known and not _is_of_plan(one)], known, environment.target)
    owner = owner_of(session.composed)
    traffic = read_offline(session, lambda file: traffic_of(open_plan(file), environment.target, owner))
    _refuse([one for one in asked if not any(map(_matches(one), traffic.ends))], traffic.ends, environment.target)
    return traffic.between(_any_of(sources), _any_of(targets))


def owner_of(composed: Composed) -> Callable[[str], str]:
    """Return what says whose an address of the combined plan is: an entry's id, else its module's name or its own."""
    owners, places = composed.owners(), Places(stack.name for stack in composed.stacks)

    def owner(address: str) -> str:
        stack, block = places.of(address)
        label = block.removeprefix("module.").replace("_", "-") if block.startswith("module.") else address
        return owners.get((stack or "", block), label)

    return owner


def _any_of(names: Sequence[str]) -> Callable[[str], bool]:
    wanted = [_matches(name) for name in names]
    return lambda end: not wanted or any(matches(end) for matches in wanted)


def _matches(name: str) -> Callable[[str], bool]:
    """Return what says of an end whether it is meant: it itself, or a part of the entry (`databases/order proxy`)."""
    return lambda end: end == name or end.startswith(f"{name} ")


def _is_of_plan(name: str) -> bool:
    """Whether only the plan can say if there is such an end: by its start, `databases/order proxy`, a range."""
    if name.startswith(_FROM_PLAN) or " " in name:
        return True
    try:
        ip_network(name)
    except ValueError:
        return False
    return "/" in name


def _refuse(unknown: Iterable[str], known: Iterable[str], target: str) -> None:
    names = sorted(known)
    raise_problems(
        Diagnostic(
            "X015", f"{target} has no {name!r} that could reach or be reached", hint=nearest(name, names, "ends")
        )
        for name in dict.fromkeys(unknown)
    )
