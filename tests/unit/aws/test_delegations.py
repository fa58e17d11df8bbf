"""Which name servers are named above a domain, as a DNS on loopback says it: resolver and parent zone in one."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from infragen.aws.delegations import NOT_ANSWERED, name_servers_above
from infragen.diagnostics import InfragenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dns.message import Message

ABOVE = (
    "example.com. 300 IN SOA ns.example.com. admin.example.com. 1 2 3 4 300",
    "example.com. 300 IN NS ns.example.com.",
)
HOST = "ns.example.com. 300 IN A 127.0.0.1"
NAMED = "shop.example.com. 300 IN NS NS-1.awsdns-01.org."
STALE = "shop.example.com. 300 IN NS ns.former.net."


def record(text: str) -> dns.rrset.RRset:
    name, ttl, _, kind, value = text.split(" ", 4)
    return dns.rrset.from_text(name, int(ttl), "IN", kind, value)


def resolved(asked: Message, *records: str) -> Message:
    """Return what a resolver answers that knows some records of example.com and no others."""
    answer = dns.message.make_response(asked, recursion_available=True)
    question = asked.question[0]
    known = [record(text) for text in records]
    answer.answer = [one for one in known if (one.name, one.rdtype) == (question.name, question.rdtype)]
    if not answer.answer:
        answer.set_rcode(dns.rcode.NXDOMAIN)
        answer.authority = [record(ABOVE[0])]
    return answer


def referred(asked: Message, *records: str) -> Message:
    """Return what a server of example.com answers: where to go on, or that there is nothing."""
    answer = dns.message.make_response(asked)
    answer.authority = [record(text) for text in records]
    if not records:
        answer.flags |= dns.flags.AA
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer


def refused(asked: Message) -> Message:
    answer = dns.message.make_response(asked)
    answer.set_rcode(dns.rcode.REFUSED)
    return answer


@contextmanager
def answering(answer: Callable[[Message, bool], Message | None]) -> Iterator[dns.resolver.Resolver]:
    """Answer questions on loopback while inside, those to a resolver and those to a server; give the resolver."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, socket = self.request
            asked = dns.message.from_wire(data)
            said = answer(asked, bool(asked.flags & dns.flags.RD))
            if said is not None:
                socket.sendto(said.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        try:
            yield resolver
        finally:
            server.shutdown()
            thread.join()


def test_the_zone_above_is_asked_itself_and_its_resolver_s_old_answer_is_not_believed() -> None:
    def answer(asked: Message, recursive: bool) -> Message:
        return resolved(asked, *ABOVE, HOST, STALE) if recursive else referred(asked, NAMED)

    with answering(answer) as resolver:
        assert name_servers_above("shop.example.com", resolver) == {"ns-1.awsdns-01.org"}


def test_a_zone_above_that_names_nobody_is_an_answer() -> None:
    def answer(asked: Message, recursive: bool) -> Message:
        return resolved(asked, *ABOVE, HOST, STALE) if recursive else referred(asked)

    with answering(answer) as resolver:
        assert name_servers_above("shop.example.com", resolver) == frozenset()


def test_what_sends_elsewhere_is_no_answer_for_the_domain() -> None:
    """A server that is not the zone's own sends to the root, or to a zone between."""

    def answer(asked: Message, recursive: bool) -> Message:
        return resolved(asked, *ABOVE, HOST, NAMED) if recursive else referred(asked, ". 300 IN NS a.root-servers.net.")

    with answering(answer) as resolver:
        assert name_servers_above("shop.example.com", resolver) == {"ns-1.awsdns-01.org"}


@pytest.mark.parametrize(("known", "found"), [((NAMED,), {"ns-1.awsdns-01.org"}), ((), frozenset())])
def test_where_the_servers_above_do_not_answer_the_resolver_is_believed(
    known: tuple[str, ...], found: set[str]
) -> None:
    def answer(asked: Message, recursive: bool) -> Message:
        return resolved(asked, *ABOVE, HOST, *known) if recursive else refused(asked)

    with answering(answer) as resolver:
        assert name_servers_above("shop.example.com", resolver) == found


def test_a_zone_above_that_stands_two_labels_higher_is_found() -> None:
    def answer(asked: Message, recursive: bool) -> Message:
        far = NAMED.replace("shop.", "shop.of.many.")
        return resolved(asked, *ABOVE, HOST) if recursive else referred(asked, far)

    with answering(answer) as resolver:
        assert name_servers_above("shop.of.many.example.com", resolver) == {"ns-1.awsdns-01.org"}


def test_where_nobody_answers_that_is_an_error_and_not_a_no() -> None:
    with answering(lambda asked, _: refused(asked)) as resolver, pytest.raises(InfragenError) as raised:
        name_servers_above("shop.example.com", resolver)
    [said] = raised.value.diagnostics
    assert said.code == NOT_ANSWERED
    assert said.message.startswith("DNS did not report the name servers of shop.example.com: ")
