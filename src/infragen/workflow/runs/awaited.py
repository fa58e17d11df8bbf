"""What people bring before what runs it is applied: images, the code of functions, the values of secrets."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Final, TypeVar

from infragen.aws.contents import missing_contents
from infragen.aws.deployments import missing_images
from infragen.aws.session import Aws
from infragen.aws.target_groups import led_to_second
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.plan_contract import Contract
from infragen.stacks.build import Draft, draft
from infragen.stacks.running import contents, images, releases
from infragen.workflow.console import note
from infragen.workflow.runs.rollouts import SERVICE, changed_entries, entries_with_new_tasks
from infragen.workflow.session import Session

T = TypeVar("T")

NOT_THERE: Final = "T052"
"""An image is not in its registry, code not in its bucket, a secret has no value, or requests go elsewhere."""


def refuse_missing(session: Session, stack: str, contract: Contract) -> None:
    """InfragenError T052 with all that a stack's new tasks and functions need, and that is not there.

    ECS starts a deployment that can pull no image, or read no secret, again and again, until its circuit breaker gives
    up; what is brought later starts nothing (Amazon ECS Developer Guide, "How the Amazon ECS deployment circuit breaker
    detects failures"). Lambda makes no function without its code.

    A service that CodeDeploy delivers starts in the first of its target groups, whichever the last delivery left the
    requests in: InfragenError T052 where that is the other one.

    Where AWS does not say what is there, that is told, and the stack is applied. The emulated AWS has every image, and
    starts nothing that would read a secret.
    """
    raise_problems(_led_elsewhere(session, stack, contract))
    starting = entries_with_new_tasks(session, contract, (stack,))
    if starting:
        aws, made = Aws(session.runner.environment), draft(session.environment)
        found = [*_missing_images(session, stack, aws, made, starting)]
        if not session.on_sandbox:
            found += _missing_contents(session, stack, aws, made, starting)
        raise_problems(found)


def _led_elsewhere(session: Session, stack: str, contract: Contract) -> Iterator[Diagnostic]:
    new = changed_entries(session, contract, (stack,), (SERVICE,), {"create"})
    delivered = releases(session.environment) if new else {}
    for owner, one in delivered.items():
        if owner not in new or one.shift is None or len(one.shift.groups) <= 1:
            continue
        first, second = one.shift.groups
        try:
            arn, rules = led_to_second(Aws(session.runner.environment), one.region, one.shift.groups)
        except InfragenError as error:
            note(f"notice: {stack}: {error.diagnostics[0].message}")
            continue
        if rules:
            action = f"--actions Type=forward,TargetGroupArn={arn} --region {one.region}"
            commands = ", ".join(f"`aws elbv2 modify-rule --rule-arn {rule} {action}`" for rule in rules)
            would = f"and its new tasks would be in {first}; nothing of {stack} was applied"
            place = session.environment.at(owner, "blue_green")
            message = f"requests of {owner} go to {second}, {would}"
            yield Diagnostic(NOT_THERE, message, place, hint=f"{commands}, then continue")


def _missing_images(
    session: Session, stack: str, aws: Aws, made: Draft, starting: Collection[str]
) -> Iterator[Diagnostic]:
    wanted = [(owner, image) for owner, image in images(made, stack) if owner in starting]
    ask = partial(missing_images, aws, session.environment.settings.account)
    missing = _asked(stack, ask, dict.fromkeys(image for _, image in wanted))
    for owner, image in wanted:
        if image in missing:
            message = f"the image {image.text} is not in the registry; nothing of {stack} was applied"
            hint = f"push it, then continue: `{image.push}`" if image.push else "push it, then continue"
            yield Diagnostic(NOT_THERE, message, session.environment.at(owner, "image"), hint=hint)


def _missing_contents(
    session: Session, stack: str, aws: Aws, made: Draft, starting: Collection[str]
) -> Iterator[Diagnostic]:
    wanted = [(owner, content) for owner, content in contents(made, stack) if owner in starting]
    missing = _asked(stack, partial(missing_contents, aws), dict.fromkeys(content for _, content in wanted))
    for owner, content in wanted:
        if content in missing:
            message = f"{content.text} is not there; nothing of {stack} was applied"
            place = session.environment.at(owner, *content.field)
            yield Diagnostic(NOT_THERE, message, place, hint=f"bring it, then continue: `{content.put}`")


def _asked(stack: str, ask: Callable[[Iterable[T]], frozenset[T]], wanted: Collection[T]) -> frozenset[T]:
    """Return what is missing; nothing where AWS does not say, which is told."""
    try:
        return ask(wanted) if wanted else frozenset()
    except InfragenError as error:
        note(f"{stack}: {error.diagnostics[0].message}; applying it without this check")
        return frozenset()
