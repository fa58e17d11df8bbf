"""Which name servers the internet's DNS names for a domain, as the parent zone says it (RFC 1034, 4.2.1 and 4.3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, InfragenError

if TYPE_CHECKING:
    from dns.name import Name
    from dns.resolver import Resolver

NOT_ANSWERED: Final = "T061"
"""DNS did not report where a domain is delegated."""

_SECONDS: Final = 10.0
"""For a question to the resolver of this machine, and for finding the parent zone."""
_SECONDS_EACH: Final = 2.0
"""For a question to one of the name servers of the parent zone."""
_ASKED: Final = 4
"""Addresses of the parent zone that are asked until one answers: with the rest, half a minute at most."""


def name_servers_above(domain: str, resolver: Resolver | None = None) -> frozenset[str]:
    """Ask the parent zone's servers first: a resolver caches a missing delegation for hours (RFC 2308); T061."""
    import dns.exception
    import dns.name
    import dns.resolver

    name = dns.name.from_text(domain)
    try:
        asking = resolver or dns.resolver.Resolver()
        for address in islice(_addresses_above(name, asking), _ASKED):
            with suppress(dns.exception.DNSException, OSError, EOFError):
                answer = _asked(name, address, asking.port)
                if answer is not None:
                    return answer
        try:
            found = asking.resolve(name, "NS", lifetime=_SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return frozenset()
        return frozenset(plain(record.target.to_text()) for record in found)
    except (dns.exception.DNSException, OSError) as error:
        message = f"DNS did not report the name servers of {domain}: {error}"
        raise InfragenError(Diagnostic(NOT_ANSWERED, message)) from error


def _addresses_above(name: Name, resolver: Resolver) -> Iterator[str]:
    import dns.exception
    import dns.resolver
    from dns.rdatatype import NS

    try:
        above = dns.resolver.zone_for_name(name.parent(), resolver=resolver, lifetime=_SECONDS)
        hosts = [record.target for record in resolver.resolve(above, NS, lifetime=_SECONDS)]
    except dns.exception.DNSException:
        return
    for host in hosts[:_ASKED]:
        with suppress(dns.exception.DNSException):
            yield from (record.address for record in resolver.resolve(host, "A", lifetime=_SECONDS_EACH))


def _asked(name: Name, address: str, port: int) -> frozenset[str] | None:
    from dns import flags, message, query, rcode
    from dns.rdatatype import NS

    question = message.make_query(name, NS, flags=0)
    found, _ = query.udp_with_fallback(question, address, timeout=_SECONDS_EACH, port=port)
    said = frozenset(
        plain(record.target.to_text())
        for one in (*found.answer, *found.authority)
        if one.rdtype == NS and one.name == name
        for record in one
    )
    is_of_zone = found.rcode() in {rcode.NOERROR, rcode.NXDOMAIN} and found.flags & flags.AA
    return said if said or is_of_zone else None


def plain(host: str) -> str:
    return host.lower().removesuffix(".")
