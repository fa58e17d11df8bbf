"""Whether an object that is to be adopted is managed already: by any stack of the system that could have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.commands.compose import generated_folder
from infragen.commands.planning import pull_states
from infragen.commands.session import command_line
from infragen.commands.show import announce, to_stderr
from infragen.commands.target import resolve_one
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.environment import environments
from infragen.render.declared import Declared, without_keys
from infragen.stacks.model import Stack
from infragen.terraform.engine import plan_jobs, run_stacks
from infragen.terraform.states import read_state
from infragen.terraform.workfolder import WorkFolders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.catalog import Environment
    from infragen.commands.session import Session
    from infragen.render.adopted import Adopted
    from infragen.terraform.runner import OnEvent
    from infragen.terraform.states import State

__all__ = ["refuse_known", "refuse_taken"]

_NO_BUCKET: Final = "T027"
_BACKEND: Final = "backend.tf"


def refuse_known(adopted: tuple[Adopted, ...], states: Mapping[str, State]) -> None:
    """Refuse to write down what its own stack's state has already, by whatever id: InfragenError I010."""
    found = [one for one in adopted if one.stack in states and states[one.stack].has(one.address)]
    if found:
        raise InfragenError(*(_known(one, states[one.stack].import_id_of(one.address)) for one in found))


def _known(one: Adopted, stands: str | None) -> Diagnostic:
    as_what = f", as {stands}" if stands else ""
    message = f"{one.address} is in the state of {one.stack} already{as_what}: there is nothing to import"
    return Diagnostic("I010", message, hint="leave it out; what the catalogue changes about it, `infragen plan` shows")


def refuse_taken(session: Session, states: Mapping[str, State]) -> None:
    """Refuse to adopt what another address has: InfragenError I009, which names who has it.

    `states` are those that were read already. Those of the environment's other stacks are read for it, and those of the
    system's other environments in the same account and region; without anything to adopt, nothing is.
    """
    chosen = {stack.name for stack in session.stacks}
    waiting = [
        one
        for one in session.composed.adopted
        if one.stack in chosen and not (one.stack in states and states[one.stack].has(one.address))
    ]
    if not waiting:
        return
    others = tuple(stack for stack in session.composed.stacks if stack.name not in states)
    every = {**states, **pull_states(session, others)} if others else states
    problems = [_of_environment(session, one, name, held) for one in waiting for name, held in _holders(one, every)]
    if not problems:
        elsewhere = list(_elsewhere(session))
        problems = [
            _of_other(one, environment.target, name, held)
            for one in waiting
            for environment, known in elsewhere
            for name, held in _holders(one, known)
        ]
    if problems:
        raise InfragenError(*problems)


def _holders(one: Adopted, states: Mapping[str, State]) -> Iterator[tuple[str, str]]:
    """Yield the stacks, with the address there, that have the object of an import."""
    kind = without_keys(one.address).split(".")[-2]
    for name, state in states.items():
        held = state.holder_of(kind, one.written.id)
        if held is not None:
            yield name, held


def _of_environment(session: Session, one: Adopted, stack: str, held: str) -> Diagnostic:
    composed = session.composed
    declared = Declared(composed.files).resources(stack) if any(s.name == stack for s in composed.stacks) else {}
    block = declared.get(without_keys(held))
    owner = composed.owners().get((stack, block)) if block else None
    who = f"{held} of {stack}" + (f" ({owner})" if owner else "")
    if block is None and stack != one.stack:
        moves = command_line(session, "state moves")
        hint = f"leave the import out: `{moves}` takes it along from that stack's state"
    else:
        hint = "one object has one address: leave one of the two out"
    return _taken(one, who, hint)


def _of_other(one: Adopted, target: str, stack: str, held: str) -> Diagnostic:
    return _taken(one, f"{held} of {target}/{stack}", "an object belongs to one environment: leave one of the two out")


def _taken(one: Adopted, who: str, hint: str) -> Diagnostic:
    kind = without_keys(one.address).split(".")[-2]
    message = f"the {kind} {one.written.id} is not free to import as {one.address} of {one.stack}: {who} has it"
    return Diagnostic("I009", message, one.written.location, hint=hint)


def _elsewhere(session: Session) -> Iterator[tuple[Environment, Mapping[str, State]]]:
    """Yield the system's other environments in the same account and region, with their states."""
    settings = session.environment.settings
    system = session.environment.system.name
    for name in environments(session.project, system):
        if name == session.environment.name:
            continue
        target = f"{system}/{name}"
        try:
            _, other = resolve_one(session.project, target)
            if (other.settings.account, other.settings.region) == (settings.account, settings.region):
                yield other, _states_of(session, other)
        except InfragenError as error:
            if not any(one.code == _NO_BUCKET for one in error.diagnostics):  # without a bucket it has no states
                to_stderr(f"notice: whether {target} has it already, nobody looked: {error.diagnostics[0].message}")


def _states_of(session: Session, other: Environment) -> dict[str, State]:
    """Read the states of another environment by the backends that are committed, in this environment's folders."""
    root = generated_folder(session.project, other)
    tree = {f"{path.parent.name}/{_BACKEND}": path.read_text("utf-8") for path in sorted(root.glob(f"*/{_BACKEND}"))}
    stacks = [Stack(path.partition("/")[0], (), (), ()) for path in tree if not path.startswith("bootstrap/")]
    announce(f"reading the states of {other.target}")
    folders = WorkFolders(session.folders.root / "others" / other.name, session.project.relative(root))
    ready = folders.prepare_states(tree, stacks)

    def pull(name: str, _on_event: OnEvent) -> State | None:
        file = ready[name].path / "infragen-state.json"
        try:
            return read_state(session.runner.state_pull(ready[name], file), name)
        finally:
            file.unlink(missing_ok=True)

    outcome = run_stacks(dict.fromkeys(ready, ()), pull, session.stopper, jobs=plan_jobs())
    problems = [one for result in outcome.results for one in result.diagnostics]
    if problems:
        raise InfragenError(*problems)
    return {name: state for name, state in outcome.values.items() if state is not None}
