"""Rules about names in zones: where they are, who has them already, and what proves them."""

from collections.abc import Iterator
from typing import Final

from infragen.core.names import is_below, why_no_domain
from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, rule, standbys
from infragen.diagnostics import Location
from infragen.kinds import instead_of
from infragen.kinds.zones.model import Zone
from infragen.kinds.zones.names import FailoverRole, NamedEntry


@rule("H104", of=NamedEntry)
def _zone_unknown(entry: NamedEntry, at: At, resolved: ResolvedSystem) -> Findings:
    if entry.zone is not None and not resolved.knows("zones", entry.zone):
        message = f"{at.owner} has its names in zones/{entry.zone}, which does not exist"
        yield Finding(message, at("zone"), instead_of(resolved, "zones", entry.zone))


@rule("H105", of=NamedEntry)
def _outside(entry: NamedEntry, at: At, environment: Environment) -> Findings:
    zone = entry.zone_of(environment)
    if entry.zone is not None and (zone is None or not zone.answers_for(environment)):
        return  # H104 and Z101 say so
    if entry.KIND == "gateways" and getattr(entry, "reach", None) == "vpc":
        return  # G120 says so
    domain = zone.answers_for(environment) if zone else ""
    for path, host in entry.written_hosts():
        full = entry.full(host, environment)
        if zone is None and "." not in host.removeprefix("*."):
            known, word = next(iter(environment.all(Zone)), None), "" if host == "@" else f"{host}."
            hint = f"add `zone: {known}`" if known else f"write a whole name, such as `{word}example.com`"
            yield Finding(f"`{host}` is a name in a zone, and {at.owner} has none", at(*path), hint)
        elif zone is not None and not is_below(full, domain):
            message = f"`{full}` is not in zones/{zone.name}, which answers for `{domain}`"
            yield Finding(message, at(*path), f"write a name below it, such as `{full.partition('.')[0]}.{domain}`")


@rule("H111", of=NamedEntry)
def _certificate_elsewhere(entry: NamedEntry, at: At, environment: Environment) -> Findings:
    account = environment.settings.account
    if entry.certificate is None:
        return
    region = entry.CERTIFICATE_REGION or environment.settings.region
    _, _, _, there, holder, _ = entry.certificate.split(":", 5)
    wrong = f"in {there}" if there != region else f"of the account {holder}" if holder != account else ""
    if wrong:
        message = f"the certificate is {wrong}; {at.owner} stands in {region}, in {account}"
        hint = f"write one there: `arn:aws:acm:{region}:{account}:certificate/...`, or `zone:` in its place"
        yield Finding(message, at("certificate"), hint)


_COMMON_NAME: Final = 64
"""Characters of a certificate's first name; its others have up to 253 (AWS Certificate Manager API:
RequestCertificate, `DomainName`)."""


@rule("F171", of=NamedEntry)
def _common_name_long(entry: NamedEntry, at: At, environment: Environment) -> Findings:
    zone = entry.zone_of(environment)
    names = entry.names(environment)
    if zone is None or not names or entry.certificate is not None or not entry.is_secure(environment):
        return
    over, domain = len(names[0]) - _COMMON_NAME, zone.answers_for(environment)
    if over <= 0 or why_no_domain(names[0].removeprefix("*.")) or not is_below(names[0], domain):
        return  # other rules speak of a name that is none, or of another zone
    message = f"`{names[0]}`, the first name of {at.owner}'s certificate, has {len(names[0])} characters; ACM allows 64"
    written = next(entry.written_hosts(), None)
    if written is not None and len(names[0]) - len(domain) > len(domain):  # what is longer is to become shorter
        shorter = next((one for one in names if len(one) <= _COMMON_NAME), None)
        hint = f"write a shorter one first{f', such as `{shorter}`' if shorter else ''}: only that one is limited"
        yield Finding(message, at(*written[0]), hint)
    else:
        where = environment.at(f"zones/{zone.name}" if zone.domain_name else "environment", "domain_name")
        yield Finding(message, where, f"write a domain that is {over} characters shorter")


@rule("H112")
def _name_taken(environment: Environment) -> Findings:
    taken: dict[str, str] = {}
    for name, zone in environment.all(Zone).items():
        for full, kind in zone.named(environment):
            if kind in ("A", "AAAA", "CNAME"):
                taken[full] = f"a record of zones/{name}"
    for owner, entry in environment.each(NamedEntry):
        if entry.zone_of(environment) is None and not entry.NAMES_ARE_UNIQUE:
            continue
        for full in entry.names(environment):
            first = taken.setdefault(full, owner)
            if first != owner:
                message = f"`{full}` would lead to {owner}, and is {first} already"
                hint = f"remove one of them, or write another name: `hosts: [{entry.name}]`"
                yield Finding(message, _where(environment, owner, entry, full), hint)


def _where(environment: Environment, owner: str, entry: NamedEntry, full: str) -> Location:
    written = {entry.full(host, environment): path for path, host in entry.written_hosts()}
    return environment.at(owner, *written.get(full, ("zone",)))


@rule("H114")
def _taken_elsewhere(environments: tuple[Environment, ...]) -> Findings:
    taken: dict[tuple[str, str], tuple[Environment, str]] = {}
    for environment in sorted(environments, key=lambda one: not one.settings.production):
        for owner, entry in environment.each(NamedEntry):
            if not (entry.NAMES_ARE_UNIQUE and entry.is_secure(environment)):
                continue
            for full in entry.names(environment):
                region = entry.CERTIFICATE_REGION or environment.settings.region
                first, holder = taken.setdefault((region, full), (environment, owner))
                if first is not environment:
                    message = f"`{full}` is {holder} in {first.target}, so AWS refuses it in {environment.target}"
                    host = next((one for one in entry.hosts if one == full or full.startswith(f"{one}.")), entry.name)
                    word, point, rest = host.partition(".")
                    free = f"{entry.name if word in ('*', '@') else word}-{environment.name}{point}{rest}"
                    own = f"{{{entry.name}: {{hosts: [{free}]}}}}"
                    hint = f"write `{entry.KIND}: {own}` in {environment.source('environment')}, or a zone of its own"
                    yield Finding(message, _where(environment, owner, entry, full), hint)


@rule("H151")
def _leads_elsewhere(environments: tuple[Environment, ...]) -> Findings:
    for standby, primary in standbys(environments):
        taken = {full: owner for owner, full in _in_zones(primary)}
        for owner, full in _in_zones(standby):
            entry = standby.find(owner)
            if full not in taken or getattr(entry, "failover", None) is not None:
                continue
            kind, _, name = owner.partition("/")
            message = f"`{full}` leads to {taken[full]} of {primary.target}, and a name has one record"
            hint = f"write `{kind}: {{{name}: null}}` in {standby.source('environment')}, or names of its own"
            if hasattr(entry, "failover"):
                both = f"`{kind}: {{{name}: {{failover: {{role: secondary}}}}}}`"
                hint = f"write {both} in {standby.source('environment')}, and `role: primary` for the other one"
            yield Finding(message, standby.at(owner, "hosts" if getattr(entry, "hosts", ()) else "zone"), hint)


@rule("H150")
def _no_pair(environments: tuple[Environment, ...]) -> Findings:
    if any(environment.broken for environment in environments):
        return  # the other one may be among them
    known = {environment.name for environment in environments}
    found = set[tuple[str, str]]()
    for environment in environments:
        for _, entry, failover in _failing_over(environment):
            found |= {(failover.role, full) for full in entry.names(environment)}
    for environment in environments:
        if environment.settings.standby_of not in (None, *known):
            continue  # its primary's file has errors of its own
        for owner, entry, failover in _failing_over(environment):
            other = "secondary" if failover.role == "primary" else "primary"
            missing = [full for full in entry.names(environment) if (other, full) not in found]
            if missing:
                here = f"`{missing[0]}` has a {failover.role} in {environment.target}"
                message = f"{here}, and no {other} in any environment"
                place = environment.at(owner, "failover", "role")
                watches = "healthy_tasks" in type(failover).model_fields and other == "primary"
                said = f"role: {other}{', healthy_tasks: 1' if watches else ''}"
                hint = f"write `{entry.KIND}: {{{entry.name}: {{failover: {{{said}}}}}}}` in the file of the other one"
                yield Finding(message, place, hint)


def _failing_over(environment: Environment) -> Iterator[tuple[str, NamedEntry, FailoverRole]]:
    for owner, entry in environment.each(NamedEntry):
        if (failover := getattr(entry, "failover", None)) is not None:
            yield owner, entry, failover


def _in_zones(environment: Environment) -> Iterator[tuple[str, str]]:
    for owner, entry in environment.each(NamedEntry):
        if entry.zone_of(environment) is not None:
            yield from ((owner, full) for full in entry.names(environment))
