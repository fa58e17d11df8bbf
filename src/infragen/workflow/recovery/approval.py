"""What goes on after a run was cut off: what it had shown, under the `--yes` of then; anything else is asked for.

`resume` runs a command again, which plans again. The world may have changed since: the catalogue, AWS, what another run
did. So the new plan is held against the contract that the cut-off run kept when it was agreed to, with what it had done
already subtracted (`plan.refining`).
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from pathlib import Path

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import ChangeSet, OpenPlan, open_plan
from infragen.plan.shown_address import relative_address
from infragen.plan_contract import Contract, Deviation, deviations_by_stack, find_deviations
from infragen.stacks.model import BOOTSTRAP
from infragen.terraform.run_history import list_runs
from infragen.terraform.run_records import Run
from infragen.text import first_of
from infragen.workflow.attribution.source_lines import CatalogueSources
from infragen.workflow.console import can_be_asked, confirm, console
from infragen.workflow.invocation import ARGUMENTS, same_command_line
from infragen.workflow.recovery.orphans import Recovered
from infragen.workflow.review.bundle import Bundle
from infragen.workflow.review.reviewed_plan import count_objects, object_messages
from infragen.workflow.session import Session

Unshown = tuple[Diagnostic, ...]
"""What a resumed run had not shown; nothing when it had shown all, or when no run is resumed."""


class Resumed(Struct, frozen=True):
    """The run whose command runs again: what it had shown, or why that is not to be gone on with."""

    run: str
    shown: Contract | None
    why_not: str = ""
    destroyed: frozenset[tuple[str, str]] = frozenset()
    """What it had destroyed, by stack and address within it: what stands there now is somebody's, made anew."""
    unlocked: frozenset[str] = frozenset()
    """The stacks in which it was cut off, whose lock somebody has released since."""
    on_word: frozenset[tuple[str, str]] = frozenset()
    """Objects that a person confirmed for import since, by stack and address: their changes were not reviewed."""


RESUMED: ContextVar[Resumed | None] = ContextVar("resumed", default=None)


def resumed_from(project: Path, run: Run, found: Recovered | None = None) -> Resumed:
    stacks = {stack.stack for stack in run.stacks}
    later = (one for one in list_runs(project) if one.order > run.order and one.begin.verb != run.begin.verb)
    same = (one for one in later if one.begin.environment == run.begin.environment)
    other = next((one for one in same if not stacks.isdisjoint(stack.stack for stack in one.stacks)), None)
    if other is not None:
        return Resumed(run.id, None, f"`{other.begin.verb} {other.begin.target}` (run {other.id}) came after it")
    if (content := run.shown) is None:
        return Resumed(run.id, None, "it had shown nothing yet, or that was not saved")
    destroyed = frozenset((stack.stack, address) for stack in run.stacks for address, _ in stack.deleted)
    found = Recovered() if found is None else found
    cut = frozenset(stack.stack for stack in run.stacks if stack.status is None).intersection(found.unlocked)
    try:
        return Resumed(run.id, Contract.from_json(content), "", destroyed, cut, frozenset(found.on_word))
    except ValueError:
        return Resumed(run.id, None, "what it had shown was written by another version of infragen")


class ResumedPlanCheck:
    """Looks at a combined plan, beside what `on_plan` does with it, for what a resumed run had not shown."""

    def __init__(self, session: Session, on_plan: Callable[[Path], None], *, yes: bool) -> None:
        self._session = session
        self._on_plan = on_plan
        self._resumed = RESUMED.get() if yes else None  # who is asked anyway needs no news
        self._deviations: Mapping[str, tuple[Deviation, ...]] = {}

    def __call__(self, shown: Path) -> None:
        self._on_plan(shown)
        if self._resumed is not None and self._resumed.shown is not None:
            stacks = self._session.composed.stacks
            labels = {stack.identifier: stack.name for stack in stacks}
            plan = open_plan(shown, self._session.target)
            ignored = CatalogueSources(self._session.composed).ignored
            names = (stack.name for stack in stacks)
            self._deviations = deviations_by_stack(self._resumed.shown, plan, labels, names, ignored)

    def unshown(self, bundle: Bundle) -> Unshown:
        if self._resumed is None:
            return ()
        planned = {name for name, part in bundle.manifest.stacks.items() if part.is_planned}
        found = {name: some for name, some in self._deviations.items() if name in planned}
        return _unshown(self._session, self._resumed, bundle.change_set, found)


def unshown_destruction(
    session: Session, change_set: ChangeSet, plans: Mapping[str, OpenPlan], *, yes: bool
) -> Unshown:
    resumed = RESUMED.get() if yes else None
    if resumed is None:
        return ()
    places = ((str(one.stack), relative_address(one)) for one in change_set.changes)
    back = {stack for stack, address in places if stack in resumed.unlocked or (stack, address) in resumed.destroyed}
    if back:
        why = f"somebody released the lock of {first_of(sorted(back))} since, or made anew what it had destroyed there"
        return (_headline(resumed, why),)
    shown = resumed.shown
    answers = ((name, find_deviations(shown, plan, name, partly_applied=True)) for name, plan in plans.items() if shown)
    return _unshown(session, resumed, change_set, {name: some for name, some in answers if some})


def unshown_saved_plan(bundle: Bundle, *, yes: bool) -> Unshown:
    resumed = RESUMED.get() if yes else None
    if resumed is None or (resumed.shown is not None and resumed.shown.to_json() == bundle.contract.to_json()):
        return ()
    return (_headline(resumed, resumed.why_not or "the file contains another plan now"),)


def _unshown(
    session: Session, resumed: Resumed, change_set: ChangeSet, found: Mapping[str, tuple[Deviation, ...]]
) -> Unshown:
    if resumed.shown is None:
        return (_headline(resumed, resumed.why_not),)
    changed = {(one.stack or BOOTSTRAP, relative_address(one)) for one in change_set.changes}
    imported = [f"{address} of {stack}" for stack, address in sorted(changed & resumed.on_word)]
    if imported:
        return (_headline(resumed, f"it changes what was imported because you said so: {first_of(imported)}"),)
    if not found:
        return ()
    objects = [told for stack, some in found.items() for told in object_messages(session, change_set, stack, some)]
    counts = ", ".join(f"{stack}: {count_objects(some)}" for stack, some in found.items())
    return (_headline(resumed, counts), *objects)


def _headline(resumed: Resumed, why: str) -> Diagnostic:
    message = f"this differs from what run {resumed.run} had shown: {why}; its `--yes` does not apply"
    return Diagnostic("J005", message, hint=f"if it is what you want: `{same_command_line(ARGUMENTS.get())}`")


def approved(question: str, unshown: Unshown, *, yes: bool) -> bool:
    """Ask, whatever `yes`, about what is new to a resumed run: InfragenError J005 where there is nobody to ask."""
    if not unshown:
        return yes or confirm(question)
    if not can_be_asked():
        raise InfragenError(*unshown)
    console().findings(unshown)
    return confirm(question)
