"""What people are told of an environment that stands, with the values that only its states know."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from msgspec import Struct
from msgspec.json import decode

from infragen.core.expressions import Export, Generated, Published
from infragen.core.operations import OutputLine
from infragen.diagnostics import InfragenError, Severity
from infragen.plan.address import top_block
from infragen.plan.chosen_names import ONE_OF_A_NAME
from infragen.render.published import published_by_hand
from infragen.stacks.build import Draft, draft
from infragen.stacks.model import Stack
from infragen.stacks.outputs import EntryOutput, Instruction
from infragen.terraform.findings import NOT_LOGGED_IN
from infragen.terraform.states import State
from infragen.text import first_of
from infragen.workflow.console import console, note
from infragen.workflow.rendering.composition import hand_written
from infragen.workflow.session import Session, command_line
from infragen.workflow.states.storage import missing_states, pull_states, refuse_elsewhere
from infragen.workflow.target import generated_folder

_BESIDE: Final = frozenset({"monitoring", "security"})


def instructions(session: Session, owners: Collection[str] | None = None) -> tuple[Instruction, ...]:
    """Without `owners`, say what is not applied, and which states are gone (T046). InfragenError as `pull_states`."""
    made = draft(session.environment)
    stacks = {stack.name for stack in session.stacks}
    chosen = [
        output
        for output in (*made.outputs, *(_by_hand(session) if owners is None else ()))
        if stacks.intersection(_stacks(output, made)) and (owners is None or output.owner in owners)
    ]
    read = {stack for output in chosen for stack in _asked(output, made)} | (stacks if owners is None else set())
    states = _states(session, [stack for stack in session.composed.stacks if stack.name in read])
    refuse_elsewhere(session, states)
    lost = missing_states(session, states, session.stacks) if owners is None else {}
    if lost:
        console().findings(replace(one, severity=Severity.WARNING) for one in lost.values())
    untold: set[str] = set()
    if owners is None:
        # Whichever stack has it: what is to be moved between stacks was applied, too.
        blocks = {top_block(address) for state in states.values() for address, _ in state.objects()}
        entries = session.composed.owners().items()
        owned = {(owner, stack) for (stack, _), owner in entries}
        standing = {(owner, stack) for (stack, block), owner in entries if block in blocks or stack in lost}
        missing = {owner for owner, stack in owned if stack in stacks} - {owner for owner, _ in standing}
        for output in chosen:
            there = {(output.owner, stack) for stack in _stacks(output, made)}
            if _reads(output) and not owned & there <= standing:
                untold.add(output.owner)
        if missing | untold:
            note(f"not applied, or only in part: {first_of(sorted(missing | untold), _FEW)}")
    reader = _Reader(session, made, states)
    told = [(one, None if _reads(one) and one.owner in untold else reader.value(one)) for one in chosen]
    renamed = _renamed(session, told, states) if owners is None else set[str]()
    if renamed:
        note(f"not applied yet under the names of their commands: {first_of(sorted(renamed), _FEW)}")
    return tuple(Instruction(one, None if _reads(one) and one.owner in renamed else value) for one, value in told)


_FEW: Final = 5
_ASKED_BY: Final = {
    "--secret-id": "aws_secretsmanager_secret",
    "--db-cluster-identifier": "aws_rds_cluster",
    "--db-instance-identifier": "aws_db_instance",
    "--function-name": "aws_lambda_function",
}


def _renamed(session: Session, told: Sequence[tuple[EntryOutput, str | None]], states: Mapping[str, State]) -> set[str]:
    held: dict[tuple[str, str], set[str]] = {}
    owned = session.composed.owners()
    for stack, state in states.items():
        for address, kind, one in state.managed(*_ASKED_BY.values()):
            if owner := owned.get((stack, top_block(address))):
                held.setdefault((owner, kind), set()).add(str(one.get(ONE_OF_A_NAME[kind])))
    return {
        output.owner
        for output, command in told
        if command and _reads(output)
        for option, name in pairwise(command.split())
        if option in _ASKED_BY and not name.startswith(("arn:", "$", '"$'))
        if (own := held.get((output.owner, _ASKED_BY[option]))) and name.strip("'\"") not in own
    }


def _reads(output: EntryOutput) -> bool:
    return output.line.is_command and output.line.about not in ("next", "code")


def _states(session: Session, stacks: Sequence[Stack]) -> Mapping[str, State]:
    try:
        return pull_states(session, stacks)
    except InfragenError as error:
        whose, bucket = session.environment.target, session.environment.state_bucket
        login = "log in to AWS (`aws sso login`, or AWS_PROFILE) with permission to read it"
        where = f"the values are in the states of {whose}, in the bucket {bucket}"
        hint = f"{where}: {login}; `--sandbox` reads those of a sandbox"
        found = (replace(one, hint=hint) if one.code == NOT_LOGGED_IN else one for one in error.diagnostics)
        raise InfragenError(*found) from error


def _by_hand(session: Session) -> Iterator[EntryOutput]:
    published = published_by_hand(hand_written(session.project, session.environment))
    for stack, outputs in published.items():
        for name, one in outputs.items():
            what = one.description or f"output {name}"
            yield EntryOutput(one.place.file, OutputLine("detail", what.rstrip("."), Published(f"{stack}.{name}")))


def print_created(session: Session, creations: Mapping[str, Collection[str]]) -> None:
    """`creations` are the addresses, by stack, of what was created, or is left to people to change."""
    entries, known = session.composed.owners(), {output.owner for output in draft(session.environment).outputs}
    of_addresses = ((stack, top_block(address)) for stack, addresses in creations.items() for address in addresses)
    owners = {entries.get(block) for block in of_addresses}
    created = {one for one in owners if one is not None}
    created |= {one for one in known if None in owners and "/" not in one}
    try:
        found = instructions(session, created)
    except InfragenError as error:
        note(f"everything was applied, but the states could not be read: {error.diagnostics[0].message}")
        return
    if any(one.output.line.about != "detail" for one in found):
        console().instructions(found, command_line(session, "outputs"))


def _asked(output: EntryOutput, made: Draft) -> Iterator[str]:
    """Yield the stacks whose states have a value of an output."""
    yield from (made.wiring.home_of(export) for export in output.line.exports)
    yield from (one.stack for one in output.line.pieces if isinstance(one, Published))


def _stacks(output: EntryOutput, made: Draft) -> tuple[str, ...]:
    homes = made.wiring.homes
    named = {*_asked(output, made)} | {
        homes[one.owner, one.role] for one in output.line.pieces if isinstance(one, Generated)
    }
    own = {role: stack for (owner, role), stack in homes.items() if owner == output.owner}
    main = {stack for role, stack in own.items() if role not in _BESIDE}
    return tuple(sorted(named or main or own.values()))


class _Reader(Struct, frozen=True):
    session: Session
    draft: Draft
    states: Mapping[str, State]

    def value(self, output: EntryOutput) -> str | None:
        found = list(self._found(output))
        return None if None in found else "".join(one for one in found if one is not None)

    def _found(self, output: EntryOutput) -> Iterator[str | None]:
        for piece in output.line.pieces:
            if isinstance(piece, Export):
                name = self.draft.wiring.name_of(piece)
                yield None if name is None else self._value(self.draft.wiring.home_of(piece), name, piece.key)
            elif isinstance(piece, Published):
                yield self._value(piece.stack, piece.name)
            elif isinstance(piece, Generated):
                root = generated_folder(self.session.project, self.session.environment)
                stack = self.draft.wiring.homes[piece.owner, piece.role]
                yield f"{self.session.project.relative(root)}/{stack}/{piece.path}"
            else:
                yield str(piece)

    def _value(self, stack: str, name: str, key: str | None = None) -> str | None:
        state = self.states.get(stack)
        output = state.outputs.get(name) if state is not None else None
        if output is None or output.sensitive:
            return None
        value: Any = decode(output.value)
        if key is not None:
            value = value.get(key) if isinstance(value, dict) else None
        return ", ".join(map(str, value)) if isinstance(value, list) else None if value is None else str(value)
