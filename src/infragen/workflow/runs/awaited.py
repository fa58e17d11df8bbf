"""What people bring before what runs it is applied: images, code of functions, values of secrets, users, delegations.

A zone that nobody is sent to yet validates no certificate: what waits for one is not begun.
"""

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple, TypeVar

from msgspec.json import decode

from infragen.aws.contents import missing_contents
from infragen.aws.delegations import name_servers_above, plain
from infragen.aws.deployments import missing_images
from infragen.aws.session import Aws
from infragen.aws.target_groups import led_to_second
from infragen.core.build_context import BuildContext
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.kinds import kinds
from infragen.kinds.zones.build import ZoneView
from infragen.kinds.zones.model import Zone
from infragen.kinds.zones.names import VALIDATION, made_zone
from infragen.plan.address import top_block
from infragen.plan_contract import Contract
from infragen.stacks.build import draft, in_force
from infragen.stacks.running import contents, images, releases
from infragen.workflow.console import can_be_asked, note
from infragen.workflow.runs.rollouts import SERVICE, changed_entries, entries_with_new_tasks
from infragen.workflow.session import Session, command_line
from infragen.workflow.states.storage import state_now
from infragen.workflow.target import generated_folder

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
    if not starting:
        return
    aws, made, environment = Aws(session.runner.environment), draft(session.environment), session.environment
    found = []
    ask_images = partial(missing_images, aws, environment.settings.account)
    for owner, image in _missing(stack, starting, images(made, stack), ask_images):
        message = f"the image {image.text} is not in the registry; nothing of {stack} was applied"
        hint = f"push it, then continue: `{image.push}`" if image.push else "push it, then continue"
        found.append(Diagnostic(NOT_THERE, message, environment.at(owner, "image"), hint=hint))
    wanted = () if session.on_sandbox else contents(made, stack)
    for owner, content in _missing(stack, starting, wanted, partial(missing_contents, aws)):
        message = f"{content.text} is not there; nothing of {stack} was applied"
        hint = f"bring it, then continue: `{content.put}`"
        found.append(Diagnostic(NOT_THERE, message, environment.at(owner, *content.field), hint=hint))
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


def _missing(
    stack: str, starting: Collection[str], every: Iterable[tuple[str, T]], ask: Callable[[Iterable[T]], frozenset[T]]
) -> list[tuple[str, T]]:
    """Return what is missing of entries that are `starting`; nothing where AWS does not say, which is told."""
    wanted = [(owner, one) for owner, one in every if owner in starting]
    try:
        missing = ask(dict.fromkeys(one for _, one in wanted)) if wanted else frozenset()
    except InfragenError as error:
        note(f"{stack}: {error.diagnostics[0].message}; applying it without this check")
        return []
    return [(owner, one) for owner, one in wanted if one in missing]


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
    if not starting or session.on_sandbox:
        return
    environment, passed, problems = session.environment, {stack, *done}, []
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
            problems.append(Diagnostic(UNMADE, message, environment.at(owner, "name"), hint=hint))
    raise_problems(problems)


NOT_DELEGATED: Final = "T060"
"""A stack waits for a certificate in a zone whose name servers the parent zone does not name."""
_LOOK_SECONDS: Final = 15.0


def refuse_undelegated(session: Session, stack: str, contract: Contract) -> None:
    """InfragenError T060 for each zone in which a stack would wait for a certificate that nobody can validate yet.

    T061 for one of which DNS does not report that.

    ACM looks for a record in public DNS, and the provider waits 75 minutes for that (`Create` in its
    internal/service/acm/certificate_validation.go). A zone that is made gets its name servers from Route 53, so nobody
    can have entered them above it before: a plan that makes it believes no `delegated: true` that was written earlier.
    The emulated AWS validates every certificate, and no DNS knows its zones. With a person at a terminal it is looked
    again and again until they are entered.
    """
    if session.on_sandbox:
        return
    zones = _waited_for(session, stack, contract).values()

    def look() -> list[Diagnostic]:
        return [one for zone in zones if (one := _undelegated(session, stack, contract, zone)) is not None]

    found = look()
    if found and can_be_asked() and all((one.code == NOT_DELEGATED and "\n" in (one.hint or "")) for one in found):
        note(*(line for one in found for line in (one.message, f"  {one.hint}")))
        note(f"{stack} waits for that; Ctrl-C stops, and the same command continues later")
        while found and not session.stopper.requested:
            time.sleep(_LOOK_SECONDS)
            found = look()
    raise_problems(found)


def awaited_new_zones(session: Session, contract: Contract) -> Mapping[str, tuple[str, ...]]:
    if session.on_sandbox:
        return {}
    found = {}
    for stack in session.stacks:
        zones = _waited_for(session, stack.name, contract)
        if names := tuple(name for name, zone in zones.items() if _made(session, contract, zone).is_new):
            found[stack.name] = names
    return found


def _waited_for(session: Session, stack: str, contract: Contract) -> Mapping[str, Zone]:
    owners = sorted(changed_entries(session, contract, (stack,), (VALIDATION,), {"create"}))
    return {zone.name: zone for owner in owners if (zone := made_zone(session.environment, owner)) is not None}


class _Made(NamedTuple):
    home: str
    output: str | None
    is_new: bool


def _made(session: Session, contract: Contract, zone: Zone) -> _Made:
    environment = session.environment
    built = draft(environment)
    export = ZoneView(BuildContext(environment, in_force(environment)).of(zone)).zone.name_servers
    home, address = built.wiring.home_of(export), f"module.{export.module.label}.aws_route53_zone."
    is_new = any(one.address.startswith(address) and "create" in one.actions for one in contract.of(home).changes)
    return _Made(home, built.wiring.name_of(export), is_new)


def _undelegated(session: Session, stack: str, contract: Contract, zone: Zone) -> Diagnostic | None:
    made = _made(session, contract, zone)
    if zone.delegated and not made.is_new:
        return None
    owner, domain = f"zones/{zone.name}", zone.answers_for(session.environment)
    place = session.environment.at(owner, "delegated" if zone.delegated else "name")
    nothing, again = f"nothing of {stack} was applied", f"`{command_line(session, 'apply')}`"
    state = state_now(session, made.home)
    output = state.outputs.get(made.output) if state is not None and made.output is not None else None
    name_servers = tuple(plain(one) for one in decode(output.value, type=list[str])) if output is not None else ()
    if not name_servers:
        message = f"the state of {made.home} does not have the name servers of {owner}; {nothing}"
        hint = f"continue: {again}"
        if made.home == stack:
            message = f"{owner} is created in {stack} as well, so its name servers are not known before; {nothing}"
            without = f"write `delegated: false` in {zone.says_delegated(session.environment)}"
            without += ", apply, enter the name servers that it then shows, and remove it"
            earlier = "put zones into an earlier stack, `layout: {dns: network, ...}`"
            hint = f"{earlier}, then continue: {again}; or {without}"
        return Diagnostic(NOT_DELEGATED, message, place, hint=hint)
    says = f"`delegated: true` in {zone.says_delegated(session.environment)}"
    records = "\n".join(f"{domain}. NS {one}." for one in name_servers)
    enter = f"enter these records at the registrar of {domain}, or in its parent zone"
    try:
        found = name_servers_above(domain)
    except InfragenError as error:
        message = f"{error.diagnostics[0].message}; {nothing}"
        hint = f"{enter}, write {says}, then continue: {again}\n{records}"
        return Diagnostic(error.diagnostics[0].code, message, place, hint=hint)
    others = sorted(found.difference(name_servers))
    if found and not others:
        return None
    why = f"its parent zone names {', '.join(others)}" if others else f"its parent zone does not name {domain}"
    message = f"{owner} is not delegated yet: {why}, so no certificate can be validated; {nothing}"
    hint = f"{enter}, and no others, then continue: {again}\n{records}"
    return Diagnostic(NOT_DELEGATED, message, place, hint=hint)
