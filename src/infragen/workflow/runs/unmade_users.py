"""Users of databases that people have yet to make: new tasks that would sign in as one are not begun."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from infragen.core.build_context import BuildContext
from infragen.diagnostics import Diagnostic, raise_problems
from infragen.kinds import kinds
from infragen.plan.address import top_block
from infragen.plan_contract import Contract
from infragen.stacks.build import draft, in_force
from infragen.workflow.runs.rollouts import entries_with_new_tasks
from infragen.workflow.session import Session, command_line
from infragen.workflow.target import generated_folder

UNMADE: Final = "T064"

_USER: Final = re.compile(r'\.terraform_data\.user\["([^"]+)"\]$')
"""A user that people make, as the module `database_users` has it in a plan."""


def refuse_unmade_users(session: Session, stack: str, contract: Contract, done: Collection[str]) -> None:
    """InfragenError T064 for each database in which people have yet to make the users that a stack's new tasks are.

    ECS gives up on tasks that end because they cannot sign in, and starts nothing more (`awaited.refuse_missing`).
    Nobody can ask a database who its users are, so those count that the same plan makes or changes: whoever applies
    once more has run the script. `done` are the stacks of the plan that an earlier apply of it applied. What stands in
    the same stack cannot be made before, and no task of the emulated AWS signs in.
    """
    starting = entries_with_new_tasks(session, contract, (stack,))
    if starting and not session.on_sandbox:
        raise_problems(_unmade(session, stack, contract, starting, {stack, *done}))


def _unmade(
    session: Session, stack: str, contract: Contract, starting: Collection[str], passed: Collection[str]
) -> Iterator[Diagnostic]:
    environment = session.environment
    homes, ctx = draft(environment).wiring.homes, BuildContext(environment, in_force(environment))
    for owner, entry in environment.every():
        home = homes.get((owner, "data"), stack)
        script = kinds()[entry.KIND].operations.users_script(entry, ctx.of(owner)) if home not in passed else None
        if script is None:
            continue
        owners, found = session.composed.owners(), dict[str, set[str]]()
        for one in contract.of(home).changes:
            user = _USER.search(one.address)
            if user is not None and not {"create", "update"}.isdisjoint(one.actions):
                found.setdefault(owners[home, top_block(one.address)], set()).add(user[1])
        new = found.get(owner, ())
        waiting = sorted({one for user in new for one in script.users[user]}.intersection(starting))
        if waiting:
            file = f"{session.project.relative(generated_folder(session.project, environment))}/{home}/{script.path}"
            message = f"{owner} does not have the users of {', '.join(waiting)} yet; nothing of {stack} was applied"
            outputs, apply = (command_line(session, verb) for verb in ("outputs", "apply"))
            hint = f"run {file} there (`{outputs}` shows how), then continue: `{apply}`"
            yield Diagnostic(UNMADE, message, environment.at(owner, "name"), hint=hint)
