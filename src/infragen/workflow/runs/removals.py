"""What an apply removes first, and what it removes last.

First, of a REST API, what its next deployment must not hold. A deployment is a snapshot of its API at the moment it is
made (API Gateway Developer Guide: Deploy REST APIs). Terraform makes it before it destroys what left the configuration:
`create_before_destroy` holds for whatever the deployment depends on, too (Terraform: The lifecycle Meta-Argument), and
what left would be served until the deployment after it. So a stack that loses parts of an API while one is deployed is
applied without those first; the API's callers see no difference until the deployment, which is part of the rest.

Last, of a stack that others read: they may use it until they are done themselves. A security group goes when the tasks
that were in it are gone: AWS refuses it before (DependencyViolation). So a stack that loses whole blocks (those of an
entry that left the catalogue) is applied in two passes where others that read it have work, too: first without those
blocks, and when all others are done, the rest, those that read others first. While a stack that left the catalogue
stands, nothing at all goes in the first pass: what that stack uses, only its state knows.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.hcl.addresses import type_of
from infragen.hcl.folders import Folders
from infragen.plan.address import top_block
from infragen.plan_contract import Contract
from infragen.plan_contract.expected_events import ExpectedEvents
from infragen.plan_contract.planned_changes import LEAVES, REPLACES
from infragen.terraform.engine import Graph
from infragen.workflow.session import Session, command_line
from infragen.workflow.states.storage import state_now

TOGETHER: Final = "K013"
TOO_EARLY: Final = "K014"
_DEPLOYMENT: Final = "aws_api_gateway_deployment"
_PARTS: Final = "authorizer gateway_response integration integration_response method method_response resource"
_DEPLOYED: Final = frozenset(f"aws_api_gateway_{part}" for part in (*_PARTS.split(), "rest_api_policy"))
"""What a change of reaches callers with the next deployment only (API Gateway Developer Guide: Updates to a REST API
that require redeployment). Not models and request validators: without a method that has one nobody notices it, and API
Gateway deletes none before."""


def early_removals(contract: Contract, graph: Graph) -> dict[str, tuple[str, ...]]:
    stacks = {name: contract.of(name).changes for name in graph}
    if not any(
        "create" in one.actions and type_of(one.address) == _DEPLOYMENT for some in stacks.values() for one in some
    ):
        return {}
    found = {}
    for name, changes in stacks.items():
        if gone := {one.address for one in changes if one.actions in LEAVES and type_of(one.address) in _DEPLOYED}:
            moved = {address for one in changes if one.previous for address in (one.address, one.previous)}
            found[name] = tuple(sorted(gone | moved))  # terraform plans no targets without what is moved
    return found


def refuse_deployment(name: str, expected: ExpectedEvents) -> None:
    """Refuse a pass before the deployment that would make one, since what is renamed needs it: InfragenError K013."""
    made = [address for address, action in expected.changes if action == "create" and type_of(address) == _DEPLOYMENT]
    if made:
        message = f"{name}: parts of an API cannot be removed before {made[0]}: something that needs it is renamed"
        hint = "apply the new name first, without the removals; then apply the removals"
        raise InfragenError(Diagnostic(TOGETHER, message, hint=hint))


NONE: Final[Mapping[str, Collection[str]]] = MappingProxyType({})


def first_passes(
    contract: Contract, tree: Mapping[str, str], graph: Graph, removed: Mapping[str, Collection[str]] = NONE
) -> dict[str, tuple[str, ...]]:
    """Return no addresses where nothing else is left; `removed` has what is below stacks that left the catalogue."""
    files = Folders(tree)
    found = {}
    for name in graph:
        changes = contract.of(name).changes
        leaving = {one.address for one in changes if one.actions in LEAVES}
        holds_up = on_top(name, removed)
        if not leaving or not (holds_up or _readers(graph, name)):
            continue
        blocks = {block.address for block in files.blocks(name) if block.kind in ("module", "resource")}
        less = {top_block(address) for address in leaving}
        if holds_up:
            kept = (one.address for one in changes if one.address not in leaving and top_block(one.address) in less)
            blocks = {*(blocks - less), *kept}
        elif less <= blocks:
            continue
        former = {top_block(one.previous) for one in changes if one.previous is not None}
        found[name] = tuple(sorted(blocks | former))
    return found


def removed_first(removed: Mapping[str, Collection[str]], contract: Contract) -> bool:
    """Whether stacks that left the catalogue go before all others, because something below them is replaced."""
    names = {name for below in removed.values() for name in below}
    return any(change.actions in REPLACES for name in names for change in contract.of(name).changes)


def removed_before(graph: Graph, removed: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    return removals({}, (), removed) | {name: (*before, *removed) for name, before in graph.items()}


def on_top(name: str, removed: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    return tuple(one for one, below in removed.items() if name in below)


def refuse_early_removal(
    session: Session, name: str, expected: ExpectedEvents, removed: Mapping[str, Collection[str]]
) -> None:
    """Refuse a first pass that destroys what stacks that left the catalogue may stand on: InfragenError K014."""
    gone = [address for address, action in expected.changes if action == "delete"]
    standing = on_top(name, removed)
    if gone and standing:
        commands = ", ".join(f"`{command_line(session, 'destroy', one)}`" for one in standing)
        message = f"{name}: {gone[0]} would be destroyed before {', '.join(standing)}, which may use it"
        raise InfragenError(Diagnostic(TOO_EARLY, message, hint=f"{commands} first, then apply the rest"))


def refuse_removal_below(session: Session, name: str, removed: Mapping[str, Collection[str]]) -> None:
    """Refuse to remove what a stack that left the catalogue stood on, and that another machine made anew meanwhile."""
    for one in on_top(name, removed):
        state = state_now(session, one)
        if state is not None and not state.is_empty:
            message = f"{name}: nothing of it is removed, because {one}, which may use it, was applied again meanwhile"
            hint = "a checkout whose catalogue still has it did that; with the new catalogue there, apply again"
            raise InfragenError(Diagnostic(TOO_EARLY, message, hint=hint))


def removals(
    graph: Graph, passes: Collection[str], removed: Mapping[str, Collection[str]] = NONE
) -> dict[str, tuple[str, ...]]:
    mine = {name: [one for one in _readers(graph, name) if one in passes] for name in graph if name in passes}
    later = {name: (*readers, *on_top(name, removed)) for name, readers in mine.items()}
    return later | {
        name: (*on_top(name, removed), *(one for one in later if one not in below)) for name, below in removed.items()
    }


def _readers(graph: Graph, name: str) -> tuple[str, ...]:
    found = [name]
    for one in found:
        found += [other for other, before in graph.items() if one in before and other not in found]
    return tuple(found[1:])
