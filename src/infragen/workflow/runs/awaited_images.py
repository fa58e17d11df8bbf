"""Images that are not in their registry yet: what would run them is not applied.

ECS starts a deployment that can pull no image again and again, until its circuit breaker gives up; the image that is
pushed later starts nothing (Amazon ECS Developer Guide, "How the Amazon ECS deployment circuit breaker detects
failures").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.aws.deployments import missing_images
from infragen.aws.session import Aws
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.stacks.build import draft
from infragen.stacks.running import images
from infragen.workflow.console import note
from infragen.workflow.runs.rollouts import entries_with_new_tasks

if TYPE_CHECKING:
    from infragen.plan_contract import Contract
    from infragen.workflow.session import Session

CODE: Final = "T052"


def refuse_missing_images(session: Session, stack: str, contract: Contract) -> None:
    """InfragenError T052 with every image that a stack's new tasks would run, and that is not in the registry.

    Where AWS does not say what is there, that is told, and the stack is applied.
    """
    starting = entries_with_new_tasks(session, contract, (stack,))
    if not starting:
        return
    wanted = [(owner, image) for owner, image in images(draft(session.environment), stack) if owner in starting]
    if not wanted:
        return
    try:
        aws = Aws(session.runner.environment)
        missing = missing_images(aws, session.environment.settings.account, (image for _, image in wanted))
    except InfragenError as error:
        note(f"{stack}: {error.diagnostics[0].message}; it is applied without that")
        return
    raise_problems(
        Diagnostic(
            CODE,
            f"the image {image.text} is not in the registry; nothing of {stack} was applied",
            session.environment.at(owner, "image"),
            hint=f"push it, then go on: `{image.push}`" if image.push else "push it, then go on",
        )
        for owner, image in wanted
        if image in missing
    )
