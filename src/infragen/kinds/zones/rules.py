"""Rules about zones and their records."""

import re
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from infragen.core.names import is_below, why_no_domain, within
from infragen.core.rule import At, Environment, Finding, Findings, rule
from infragen.diagnostics import Location
from infragen.kinds.zones.model import Zone


@rule("Z101", of=Zone)
def _no_domain(zone: Zone, at: At, environment: Environment) -> Findings:
    if zone.domain_name is None and environment.settings.domain_name is None:
        hint = f"add `domain_name: {environment.system.name}.com` to it, with a domain that you own"
        yield Finding(f"{at.owner} has no domain: neither it nor the environment says `domain_name`", at("name"), hint)


@rule("Z102")
def _domain_twice(environment: Environment) -> Findings:
    first: dict[tuple[str, bool], str] = {}
    for name, zone in environment.all(Zone).items():
        domain = zone.answers_for(environment)
        other = first.setdefault((domain, zone.private), name)  # a VPC asks its private zone first, of the same domain
        if other != name and not why_no_domain(domain):
            message = f"zones/{name} and zones/{other} both answer for `{domain}`, and only one can be delegated"
            hint = f"give it another `domain_name`, such as `{name}.{domain}`, or move its records to zones/{other}"
            field = "domain_name" if zone.domain_name else "name"
            yield Finding(message, environment.at(f"zones/{name}", field), hint)


def _made_twice(
    environments: tuple[Environment, ...],
) -> Iterator[tuple[Environment, Environment, str, tuple[Zone, Zone]]]:
    """Yield two environments that make a zone of one domain: one, and the one that may rather keep it, production."""
    first: dict[str, tuple[Environment, Zone]] = {}
    for environment in sorted(environments, key=lambda one: not one.settings.production):
        for zone in environment.all(Zone).values():
            domain = zone.answers_for(environment)
            if zone.zone_id is None and not zone.private and domain and not why_no_domain(domain):
                keeper, kept = first.setdefault(domain, (environment, zone))
                if keeper is not environment:  # Z102 tells of two in one environment
                    yield environment, keeper, domain, (zone, kept)


def _where(environment: Environment, zone: Zone) -> Location:
    owner = f"zones/{zone.name}" if zone.domain_name else "environment"
    return environment.at(owner, "domain_name")


@rule("Z107")
def _made_in_two(environments: tuple[Environment, ...]) -> Findings:
    for environment, keeper, domain, (zone, kept) in _made_twice(environments):
        if not (zone.delegated and kept.delegated):
            message = f"{environment.target} and {keeper.target} would each create a zone for `{domain}`, and only one"
            message += " can be delegated"
            own = f"zones: {{{zone.name}: {{domain_name: {environment.name}.{domain}}}}}"
            hint = (
                f"write `{own}` in {environment.source('environment')}, or `zones: {{{zone.name}: null}}` where nothing"
                " has a name in it"
            )
            yield Finding(message, _where(environment, zone), hint)


@rule("Z108")
def _delegated_twice(environments: tuple[Environment, ...]) -> Findings:
    for environment, keeper, domain, (zone, kept) in _made_twice(environments):
        if zone.delegated and kept.delegated:
            message = (
                f"`{domain}` is delegated to the name servers of {environment.target} or of {keeper.target}, never to"
                " both: in the other one, certificate validation times out"
            )
            own = f"{{domain_name: {environment.name}.{domain}, delegated: false}}"
            hint = f"write `zones: {{{zone.name}: {own}}}` in {environment.source('environment')}, and remove"
            hint += f" `delegated: false` once its name servers are a record `{environment.name}: {{NS: [...]}}` in"
            hint += f" {keeper.target}"
            yield Finding(message, _where(environment, zone), hint)


@rule("Z103", of=Zone)
def _contradictions(zone: Zone, at: At, environment: Environment) -> Findings:
    domain, names = zone.answers_for(environment), dict[str, str]()
    for name, of in zone.records.items():
        full, place = within(name, domain), at("records", name, key=True)
        others = " and ".join(kind for kind in _VALUES if kind != "CNAME" and kind in of)
        if "CNAME" in of and full == domain:
            message = f"`{full}` is the zone itself: it has records of its own, so it cannot be a CNAME"
            yield Finding(message, place, "write an A record; for a load balancer, `hosts: ['@']` in balancers/...")
        elif "CNAME" in of and others:
            yield Finding(f"`{full}` is a CNAME, and has {others} of its own", place, f"remove CNAME, or {others}")
        if "NS" in of and full == domain:
            hint = "remove `NS`: what is delegated has a name below the zone's, `shops: {NS: [...]}`"
            yield Finding(f"the name servers of `{full}` are Route 53's, which enters them by itself", place, hint)
        other = names.setdefault(full, name)
        if other != name:
            yield Finding(f"`{name}` and `{other}` are one name in {at.owner}", place, f"write all below `{other}`")


def _is_address(of: Callable[[str], object]) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            of(value)
        except ValueError:
            return False
        return True

    return check


def _is_like(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


_NUMBER: Final = r"(0|[1-9][0-9]{0,4})"
_HOST: Final = r"([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+[A-Za-z0-9-]{1,63}\.?"
_VALUES: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "A": (_is_address(IPv4Address), "203.0.113.10"),
    "AAAA": (_is_address(IPv6Address), "2001:db8::10"),
    "CAA": (_is_like(r'(0|128) (issue|issuewild|iodef|issuemail) "[^"]*"'), '0 issue "amazon.com"'),
    "CNAME": (_is_like(_HOST), "shops.example.net"),
    "MX": (_is_like(f"{_NUMBER} {_HOST}"), "10 mail.example.com"),
    "NS": (_is_like(_HOST), "ns1.example.net"),
    "PTR": (_is_like(_HOST), "www.example.com"),
    "SRV": (_is_like(f"{_NUMBER} {_NUMBER} {_NUMBER} ({_HOST}|\\.)"), "1 10 5269 chat.example.com"),
    "TXT": (lambda value: len(value) <= 4000 and value.isascii(), "v=spf1 include:amazonses.com ~all"),
}


@rule("Z104", of=Zone)
def _values(zone: Zone, at: At) -> Findings:
    for name, of in zone.records.items():
        for kind, values in of.items():
            yield from _wrong(name, kind, values, at)


def _wrong(name: str, kind: str, values: Sequence[str], at: At) -> Findings:
    check, example = _VALUES[kind]
    if not values:
        message = f"`{name}` has a record of type {kind} without a value"
        yield Finding(message, at("records", name, kind), f"write one like `{kind}: [{example}]`, or remove `{kind}`")
    first = {value: index for index, value in reversed([*enumerate(values)])}
    for index, value in enumerate(values):
        shown, place = value if len(value) <= 60 else f"{value[:57]}...", at("records", name, kind, index)
        if not check(value):
            more = ": it has 4,000 ASCII characters at most" if kind == "TXT" else ""
            message = f"`{shown}` cannot be the value of a record of type {kind}{more}"
            yield Finding(message, place, f"write it like `{example}`")
        elif index > first[value]:
            yield Finding(f"`{shown}` is listed twice", place, "remove one of the two")
    if kind == "CNAME" and len(values) > 1:
        yield Finding("a CNAME record has one value", at("records", name, kind, 1), f"write `CNAME: [{values[0]}]`")


_ISSUERS: Final = frozenset({"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"})
_ISSUE: Final = r'[0-9]+ issue "([a-z0-9.-]*)'


@rule("Z105", of=Zone)
def _no_issuer(zone: Zone, at: At) -> Findings:
    for name, of in zone.records.items():
        issuers = [match[1] for value in of.get("CAA", ()) if (match := re.match(_ISSUE, value))]
        if issuers and not _ISSUERS.intersection(issuers):
            allowed = " and ".join(filter(None, issuers)) or "nobody"
            message = f"only {allowed} may issue certificates for `{name}`, which keeps ACM from it"
            yield Finding(message, at("records", name, "CAA"), "add `'0 issue \"amazon.com\"'`")


@rule("Z106", of=Zone)
def _not_delegated(zone: Zone, at: At, environment: Environment) -> Findings:
    if zone.delegated is False and zone.answers_for(environment):
        message = f"{at.owner} is not delegated yet: AWS gives it its name servers, which the parent zone has to name"
        hint = f"after an apply, enter the output `zone_{zone.name.replace('-', '_')}_name_servers` at the registrar of"
        hint += f" {zone.answers_for(environment)}, then remove `delegated: false`"
        yield Finding(message, at("delegated"), hint)


@rule("N109")
def _asked_by_nobody(environment: Environment) -> Findings:
    for owner, entry in environment.every():
        zone = entry if isinstance(entry, Zone) else environment.all(Zone).get(getattr(entry, "zone", None) or "")
        if zone is None or not zone.private:
            continue
        if zone is entry and zone.mail is not None:
            message = f"nobody outside the VPC can see what lets {owner} send mail, which is private"
            yield Finding(message, environment.at(owner, "mail"), "let a public zone send it")
        if zone is not entry and getattr(entry, "is_public", True):
            message = f"nobody outside the VPC finds the names of {owner} in zones/{zone.name}, which is private"
            hint = "give it a public zone, or let only the VPC call it: `reach: vpc`"
            yield Finding(message, environment.at(owner, "zone"), hint)


@rule("F160")
def _sends_no_mail(environment: Environment) -> Findings:
    for owner, entry in environment.every():
        for used in getattr(entry, "uses", ()):
            zone = environment.find(used)
            if isinstance(zone, Zone) and zone.mail is None:
                message = f"{owner} uses {used}, which sends no mail"
                yield Finding(message, environment.at(owner, "uses", used, key=True), f"add `mail: {{}}` to {used}")


@rule("H160")
def _mail_twice(environments: tuple[Environment, ...]) -> Findings:
    taken: dict[str, Environment] = {}
    for environment in sorted(environments, key=lambda one: not one.settings.production):
        for name, zone in environment.all(Zone).items():
            domain = zone.answers_for(environment)
            if zone.mail is None or zone.private or not domain:
                continue  # N109 tells of a private one
            where = f"{environment.settings.account} {environment.settings.region}"
            mail_from = within(zone.mail.mail_from, domain)
            for key, what, path in (
                (f"{where} {domain}", f"Amazon SES sends mail as `{domain}`", ()),
                (mail_from, f"`{mail_from}` takes bounces", ("mail_from",)),
                (within("_dmarc", domain), f"`_dmarc.{domain}` is a record", ("dmarc",)),
            ):
                if path == ("dmarc",) and zone.mail.dmarc == "elsewhere":
                    continue
                first = taken.setdefault(key, environment)
                if first is not environment:
                    own = f"{{mail_from: bounce-{environment.name}, dmarc: elsewhere}}" if path else "null"
                    hint = f"write `zones: {{{name}: {{mail: {own}}}}}` in {environment.source('environment')}"
                    place = environment.at(f"zones/{name}", "mail", *path)
                    yield Finding(f"{what} of {first.target} already, not of {environment.target}", place, hint)


@rule("H161", of=Zone)
def _record_of_mail(zone: Zone, at: At, environment: Environment) -> Findings:
    made = zone.mail.records(environment.settings.region) if zone.mail else {}
    domain = zone.answers_for(environment)
    full = {within(name, domain): name for name in made}
    for name in zone.records:
        own = full.get(within(name, domain))
        if own is not None:
            other = "`mail: {dmarc: elsewhere}`" if own == "_dmarc" else "`mail: {mail_from: ...}` with another name"
            message = f"`{name}` has records of its own, and `mail` makes those of that name"
            yield Finding(message, at("records", name, key=True), f"remove it, or write {other}")


@rule("L138", of=Zone)
def _no_answers(zone: Zone, at: At, environment: Environment) -> Findings:
    domain = zone.answers_for(environment)
    if zone.mail is None or zone.private or not domain:
        return
    if (domain, "MX") not in zone.named(environment) and zone.zone_id is None:  # else, records may be elsewhere, too
        message = (
            f"mail is sent as `{domain}`, which has no MX record: answers to it do not arrive, and receivers that ask"
            " whether they would may refuse it"
        )
        hint = "name the domain's mail server: `records: {'@': {MX: [10 mail.example.net]}}`"
        yield Finding(message, at("mail"), hint)


@rule("N110", of=Zone)
def _reports_to_nobody(zone: Zone, at: At, environment: Environment) -> Findings:
    domain = zone.answers_for(environment)
    if zone.mail is None or zone.mail.reports is None or zone.mail.dmarc == "elsewhere" or not domain:
        return
    to = zone.mail.reports.rpartition("@")[2].lower()
    place = at("mail", "reports")
    others = sorted(environment.all(Zone).values(), key=lambda one: -len(one.answers_for(environment)))
    there = next((one for one in others if not one.private and is_below(to, one.answers_for(environment))), None)
    if not (is_below(to, domain) or is_below(domain, to)):
        allows = f"{domain}._report._dmarc.{to}"
        known = there is not None and (there.zone_id is not None or (allows, "TXT") in there.named(environment))
        if not known and environment.assumption(at.owner, ("mail", "reports")) is None:
            message = f"receivers send no reports on `{domain}` to `{to}` unless that domain says that it wants them"
            record = f"`{allows}: {{TXT: [v=DMARC1]}}`"
            where = f"the `records` of zones/{there.name}" if there else "the DNS of that domain"
            hint = f"add {record} to {where}"
            if there is None:
                hint += ", and write `assumptions: {mail.reports: it has the record}`"
            yield Finding(message, place, hint)
    is_lost = there is not None and (to, "MX") not in there.named(environment) and there.zone_id is None
    if there is not None and to != domain and is_lost:  # of the zone's own domain, L138 says so
        name = "@" if to == there.answers_for(environment) else to
        hint = f"add `'{name}': {{MX: [10 mail.example.net]}}` to the `records` of zones/{there.name}"
        yield Finding(f"nobody gets the reports: `{to}` has no MX record", place, hint)
