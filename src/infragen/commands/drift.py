"""Detect changes made outside of Terraform.

Nothing is changed; the exit code is 2 when there is drift.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from infragen.commands import flags
from infragen.commands.formats import print_changes
from infragen.diagnostics import InfragenError
from infragen.plan import Change, ChangeSet, Level, Risk
from infragen.plan.shown_address import relative_address
from infragen.report.severity import drifted
from infragen.text import first_of
from infragen.workflow.console import note
from infragen.workflow.planning.notices import unmoved
from infragen.workflow.planning.plans import drift_plan
from infragen.workflow.session import command_line
from infragen.workflow.states.storage import (
    missing_states,
    only_removed_stacks,
    open_with_removed_stacks,
    pull_states,
    refuse_elsewhere,
    with_former_providers,
)


def drift(
    target: flags.Target,
    sandbox: flags.Sandbox = False,
    output: flags.ReportFormat = "terminal",
    profile: flags.Profiles = [],
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print what differs from the states, 2 when something does; only the target's own stacks are looked at.

    InfragenError T046, after that, where a state is gone.
    """
    with open_with_removed_stacks(
        folder, target, sandbox=sandbox, profiles=tuple(profile), plugin_dir=plugin_dir, only_plans=True,
        as_applied=True,
    ) as session:  # fmt: skip
        states = pull_states(session, session.closure())
        refuse_elsewhere(session, states)
        stands = {name: state for name, state in states.items() if not state.is_empty}
        session = with_former_providers(only_removed_stacks(session, stands), stands)  # noqa: PLW2901
        standing = tuple(stack for stack in session.stacks if stack.name in stands)
        lost = missing_states(session, states, session.stacks)
        if not standing:
            if lost:
                raise InfragenError(*lost.values())
            note(f"{target}: nothing is applied, so nothing can drift")
            return 0
        absent = [stack.name for stack in session.stacks if stack not in standing and stack.name not in lost]
        try:
            found = drift_plan(session, states, standing, has_all=not lost)
        except InfragenError as error:  # what reads of a state that is gone is not what is wrong
            raise type(error)(*lost.values(), *error.diagnostics) from error
        moving = unmoved(session.composed, {name: stands[name] for name in session.removed if name in stands})
        removed = [command_line(session, "destroy", name) for name in session.removed if name not in moving]
        moves = command_line(session, "state moves")
    worded = _in_words(found, f"{target}, as far as states are there" if lost else target, absent, removed)
    if moving:
        notice = f"{first_of(sorted(moving))}: other stacks declare what is there; `{moves}` moves the state"
        worded = replace(worded, notices=(*worded.notices, notice))
    print_changes(worded, f"drift of {target}", output)
    if lost:
        raise InfragenError(*lost.values())
    return 2 if found.drift else 0


def _in_words(found: ChangeSet, target: str, absent: Sequence[str], removed: Sequence[str] = ()) -> ChangeSet:
    """Say first what was found: a refresh-only plan has no changes, and is not therefore without news."""
    worst_first = drifted(found)
    said = [*_worst(worst_first), *_by_entry(change for change, _ in worst_first)]
    if not said:
        said.append(f"{target}: " + ("nothing has drifted" if found.notices else "everything is as Terraform left it"))
    if absent:
        said.append(f"in no state, so not checked: {', '.join(absent)}")
    if removed:
        commands = ", ".join(f"`{one}`" for one in removed)
        said.append(f"stacks that are no longer in the catalogue still exist; to destroy them: {commands}")
    # What stacks publish differs by what was not applied yet; what changed outside is an object.
    summary = replace(found.summary, outputs_changed=0)
    return replace(found, notices=(*said, *found.notices), outputs=(), summary=summary)


def _worst(worst_first: Sequence[tuple[Change, Risk]]) -> Iterator[str]:
    bad = [(change, risk) for change, risk in worst_first if risk.level > Level.LOW]
    for change, risk in bad[:_MOST_NAMED]:
        yield f"{risk.level.name} ({risk.kind}): {_owner(change)}: {relative_address(change)}: {risk.reason}"
    if len(bad) > _MOST_NAMED:
        yield f"{len(bad) - _MOST_NAMED} more are {Level.MEDIUM.name} or {Level.HIGH.name}, listed below"


def _by_entry(changes: Iterable[Change]) -> Iterator[str]:
    counts = Counter((_owner(change), change.action.word) for change in changes)
    owners = dict.fromkeys(owner for owner, _ in counts)
    for owner in owners:
        words = [f"{count} {_WORDS.get(action, action)}" for (who, action), count in counts.items() if who == owner]
        yield f"{owner}: {', '.join(words)} outside of Terraform"


_MOST_NAMED: Final = 5
_WORDS: Final = {"update": "changed", "delete": "deleted"}


def _owner(change: Change) -> str:
    return change.entry.id if change.entry else f"stack {change.stack}"
