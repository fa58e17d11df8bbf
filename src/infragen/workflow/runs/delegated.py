"""Zones that nobody is sent to yet: what waits for a certificate in one is not begun."""

import time
from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec.json import decode

from infragen.aws.delegations import name_servers_above, plain
from infragen.core.build_context import BuildContext
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.kinds.zones.build import ZoneView
from infragen.kinds.zones.model import Zone
from infragen.kinds.zones.names import VALIDATION, made_zone
from infragen.plan_contract import Contract
from infragen.stacks.build import draft, in_force
from infragen.workflow.console import can_be_asked, note
from infragen.workflow.runs.rollouts import changed_entries
from infragen.workflow.session import Session, command_line
from infragen.workflow.states.storage import state_now

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
