"""What stops without a DNS record: that is another thing for each of its types."""

from __future__ import annotations

import pytest

from tests.unit.plan.risks.judging import told


@pytest.mark.parametrize(
    ("kind", "records", "words"),
    [
        ("A", ["192.0.2.1"], "its name is not resolved"),
        ("CAA", ['0 issue "amazon.com"'], "any certificate authority may issue certificates for example.com"),
        ("MX", ["10 mail.example.com"], "mail to example.com is not delivered"),
        ("NS", ["ns-1.example.com"], "no name of the zone example.com is resolved"),
        ("SRV", ["1 1 5060 sip.example.com"], "what is found by example.com is not found"),
        ("TXT", ["v=spf1 include:amazonses.com -all"], "mail from example.com may be refused: its SPF is missing"),
        ("TXT", ["v=DMARC1; p=reject"], "mail from example.com may be refused: its DMARC is missing"),
        ("TXT", ["owner=42"], "what the text of example.com proves or permits is missing"),
    ],
)
def test_each_type_of_record_says_what_stops_without_it(kind: str, records: list[str], words: str) -> None:
    record = {"name": "example.com", "type": kind, "records": records}
    assert told("aws_route53_record", "delete", record, None)[0] == f"MEDIUM downtime: {words} from then on"
    (first, *_) = told("aws_route53_record", "replace", record, record | {"name": "example.org"})
    assert first == f"MEDIUM downtime: {words} until the new one is created"
