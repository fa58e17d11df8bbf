"""After an apply: what AWS added by itself to the objects that were made or changed is taken into their states.

One plan of the stacks concerned reads their objects. A difference is taken in where terraform plans nothing on it and
the run made or changed the object, or another one that names it (a rule its security group, a policy its role): that is
how AWS's own additions come about. Whatever else differs is somebody's change, and stays what `infragen drift` tells.
So does what an attacker would add to an object of the run: a difference that is a risk, unless the objects that the run
made bring the same. That something is missing, or a default is replaced, is no such risk where all that is new is what
an object of the run says: a role's policy with fewer statements, a topic's own policy in the place of AWS's.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.diagnostics import InfragenError
from infragen.plan import ChangeSet, Level, RiskKind
from infragen.plan_contract.unplanned_drift import DriftedObject, UnplannedDrift, read_unplanned_drift, same_form
from infragen.redaction.sensitive_values import leaves
from infragen.settings import load_settings
from infragen.stacks.model import Stack
from infragen.terraform.apply_records import Applied
from infragen.terraform.engine import Outcome, StackResult, Status
from infragen.terraform.events import Counts
from infragen.terraform.findings import KILLED
from infragen.terraform.journal import Journal
from infragen.terraform.states import State, with_attributes
from infragen.terraform.workfolder import Basis
from infragen.text import first_of
from infragen.workflow.attribution.source_lines import CatalogueSources
from infragen.workflow.console import announce, note
from infragen.workflow.invocation import typeable_command
from infragen.workflow.planning.plans import plan_combined
from infragen.workflow.session import Session, command_line
from infragen.workflow.states.storage import pull_states, record_applied

_FEW: Final = 100
"""Objects that a plan is limited to; of more, all of their stacks are read, which then is no great difference."""


class PostApplyRefresh(Struct, frozen=True):
    """Takes in what AWS added, when everything is applied; that it fails is a warning, and what is applied stands.

    `on_stored` hears of each state that it stores, `before_store` of the stack before that.
    """

    session: Session
    on_stored: Callable[[str, Applied | None], None] | None = None
    before_store: Callable[[str], None] | None = None

    def __call__(self, journal: Journal, outcome: Outcome[Counts], changed: Mapping[str, Collection[str]]) -> None:
        made = {name: frozenset(addresses) for name, addresses in changed.items() if addresses}
        try:
            if made and load_settings(self.session.project.root).apply.refresh_after:
                announce("reading what AWS added by itself")
                _Refresh(self.session, journal, outcome, made, self.on_stored, self.before_store).import_left_behind()
        except (InfragenError, OSError, KeyboardInterrupt) as error:
            why = error.diagnostics[0].message if isinstance(error, InfragenError) else str(error) or "it was stopped"
            drift = command_line(self.session, "drift")
            note(f"warning: what AWS added by itself is not in the states, so `{drift}` reports it: {why}")


@dataclass(slots=True)
class _Refresh:
    """One taking in; `made` are the addresses, by stack, of what the run made or changed."""

    session: Session
    journal: Journal
    outcome: Outcome[Counts]
    made: Mapping[str, frozenset[str]]
    on_stored: Callable[[str, Applied | None], None] | None
    before_store: Callable[[str], None] | None = None
    states: Mapping[str, State] = field(default_factory=dict)

    def import_left_behind(self) -> None:
        session = self.session
        self.states = pull_states(session, session.closure())
        held = {name: {address for address, _ in state.objects()} for name, state in self.states.items()}
        # An earlier run may have made what a later one removed.
        self.made = {name: there for name, made in self.made.items() if (there := made & held.get(name, set()))}
        # The stacks that were changed, and those that they read: what is put into an object may be theirs.
        stacks = self.session.closure()
        wanted = {name for stack in stacks if stack.name in self.made for name in (stack.name, *stack.upstreams)}
        root = tuple(stack for stack in stacks if stack.name in wanted and stack.name in self.states)
        known = self.states.keys() - {stack.name for stack in root}
        given = {name: self.states[name].outputs for stack in root for name in stack.upstreams if name in known}
        read: list[UnplannedDrift] = []
        basis = Basis({stack.name: self.states[stack.name] for stack in root}, given)
        made = ((stack, address) for stack in root for address in sorted(self.made.get(stack.name, ())))
        targets = tuple(f"module.{stack.identifier}.{address}" for stack, address in made)
        few = targets if len(targets) <= _FEW else ()
        found = plan_combined(
            session, root, basis, on_plan=lambda plan: read.append(read_unplanned_drift(plan)), targets=few
        )
        ours, others = self._parted(read[0], found, root)
        sources = CatalogueSources(session.composed)
        left = {one for one in others if _is_left(sources, *_placed(one, root), read[0].found[one])}
        for stack in session.stacks:  # what is outside of the target, others may be applying at this moment
            if stack.name in ours:
                self._store(stack.name, ours[stack.name])
        if others := sorted({*others} - left):
            how = f"`{command_line(session, 'drift')}` shows how"
            note(f"notice: changed outside of Terraform since it was last applied: {first_of(others)}; {how}")

    def _parted(
        self, additions: UnplannedDrift, found: ChangeSet, root: Iterable[Stack]
    ) -> tuple[dict[str, dict[str, DriftedObject]], list[str]]:
        risky = ((change.address, [one for one in change.risks if one.level > Level.LOW]) for change in found.drift)
        risks = {address: {(one.kind, one.reason) for one in some} for address, some in risky}
        made = ((stack, address) for stack in root for address in self.made.get(stack.name, ()))
        texts = {
            f"module.{stack.identifier}.{address}": frozenset(leaves(self.states[stack.name].values_of(address)))
            for stack, address in made
        }
        everything = frozenset(text for one in texts.values() for text in one)
        ours: dict[str, dict[str, DriftedObject]] = {}
        others = []
        for address, addition in additions.found.items():
            stack, own = _placed(address, root)
            is_made = own in self.made.get(stack, ())
            names = frozenset(addition.names)
            if not (is_made or names & everything):
                others.append(address)
                continue
            near = [other for other, known in texts.items() if other != address and names & known]
            brought = risks.get(address, set())
            if brought and addition.new_texts <= {same_form(text) for other in near for text in texts[other]}:
                brought = {
                    (kind, why) for kind, why in brought if kind is not RiskKind.DOWNTIME and "may do more" not in why
                }  # what policies say is a text, and all of it an object of the run's says
            copies = {f"it is copied to {text}" for other in near for text in texts[other]}
            brought = {(kind, why) for kind, why in brought if why not in copies}  # a replication of the run's says so
            alike = additions.as_creations(near).changes if brought else ()
            if not brought <= {(risk.kind, risk.reason) for one in alike for risk in one.risks}:
                others.append(address)
                continue
            ours.setdefault(stack, {})[own] = addition
        return ours, others

    def _store(self, name: str, additions: Mapping[str, DriftedObject]) -> None:
        session = self.session
        folder = session.folders.stack(name)
        changes = {address: (one.before, one.after) for address, one in additions.items()}
        settled, taken = with_attributes(session.runner.state_pull(folder), changes)
        if not taken:
            return
        if self.before_store is not None:
            self.before_store(name)
        known: Iterator[StackResult[object]] = (one for one in self.outcome.results if one.stack == name)
        result = next(known, StackResult(name, Status.DONE))
        self.journal.started(name)
        try:
            session.runner.state_push(folder, settled)
        except InfragenError as error:
            if any(one.code == KILLED for one in error.diagnostics):  # which leaves the lock behind
                result = replace(result, status=Status.FAILED, diagnostics=error.diagnostics)
                again = typeable_command(f"infragen resume {self.journal.id}")
                note(f"{name}: its lock may be left: `{again}` releases it")
            raise
        finally:
            self.journal.finished(result)
        applied = record_applied(session, name, self.journal)
        if self.on_stored is not None:
            self.on_stored(name, applied)


def _is_left(sources: CatalogueSources, stack: str, address: str, drifted: DriftedObject) -> bool:
    names = drifted.changed
    moved = names == {"load_balancer_arns"} and sources.is_moved_by_codedeploy(stack, address)
    return moved or sources.leaves(stack, address, names)


def _placed(address: str, root: Iterable[Stack]) -> tuple[str, str]:
    for stack in root:
        prefix = f"module.{stack.identifier}."
        if address.startswith(prefix):
            return stack.name, address.removeprefix(prefix)
    return "", address
