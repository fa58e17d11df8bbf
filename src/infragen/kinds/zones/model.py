"""Zones: a domain in DNS, with its records."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field

from infragen.core.budgets import Email
from infragen.core.entry import Entry, Form, Model, Slug, Text
from infragen.core.names import RecordName, within
from infragen.core.resolved_system import Environment
from infragen.core.system import DomainName

RecordType = Literal["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT"]
EXAMPLE_ID: Final = "Z0123456789ABCDEFGHIJ"
"""What stands where the id of a zone is not known yet."""
ZoneId = Annotated[str, Form("Z[A-Z0-9]{0,31}", f"the id as Route 53 shows it: `{EXAMPLE_ID}`")]


class Mail(Model):
    """Amazon SES sends mail as the zone's domain: its identity, and the records that prove it."""

    mail_from: Slug = "bounce"
    """The name below the domain that bounces come back to (MAIL FROM); nothing else may have it."""
    dmarc: Literal["none", "quarantine", "reject", "elsewhere"] = "none"
    """What receivers do with mail that only claims to be from the domain (RFC 7489); `elsewhere` makes no record."""
    reports: Annotated[Email | None, Field(examples=["dmarc@example.com"])] = None
    """Who gets receivers' daily reports on mail from the domain."""

    def records(self, region: str) -> dict[str, dict[RecordType, tuple[str, ...]]]:
        """Amazon SES Developer Guide: Using a custom MAIL FROM domain; Complying with DMARC."""
        found: dict[str, dict[RecordType, tuple[str, ...]]] = {
            self.mail_from: {
                "MX": (f"10 feedback-smtp.{region}.amazonses.com",),
                "TXT": ("v=spf1 include:amazonses.com ~all",),
            }
        }
        if self.dmarc != "elsewhere":
            reports = f"; rua=mailto:{self.reports}" if self.reports else ""
            found["_dmarc"] = {"TXT": (f"v=DMARC1; p={self.dmarc}{reports}",)}
        return found


class Zone(Entry):
    """A hosted zone of Route 53, public or of the VPC alone."""

    KIND: ClassVar = "zones"
    SINGULAR: ClassVar = "zone"

    domain_name: DomainName | None = None
    """Its domain; the environment's `domain_name` when left out."""
    zone_id: ZoneId | None = None
    """An existing hosted zone; one is created when left out (0.50 USD a month)."""
    private: bool = False
    """Whether only the VPC asks it: the internet finds none of its names, and ACM issues no certificate for them."""
    delegated: bool | None = None
    """Whether the registrar, or the parent zone, names its name servers, so that certificates can be issued. When left
    out, an apply that creates it looks in DNS, and stops before the first certificate until they are entered there;
    `true` says that they are, without looking; `false` requests no certificate yet."""
    ttl: Annotated[int, Field(ge=0, le=2_147_483_647)] = 300
    """Seconds that resolvers cache an answer (RFC 2181, section 8)."""
    records: dict[RecordName, dict[RecordType, tuple[Text, ...]]] = Field(
        default_factory=dict, examples=[{"www": {"CNAME": ["shops.example.net"]}}]
    )
    """Records by name and type, `www: {CNAME: [shops.example.net]}`; `@` is the zone's own name."""

    mail: Annotated[Mail | None, Field(examples=[{"dmarc": "quarantine"}])] = None
    """Lets code that uses it send mail as its domain, with Amazon SES."""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        return {"delegated": "`private: false`"} if data.get("private") else {}

    @property
    def gives_certificates(self) -> bool:
        """Whether certificates are requested for names in it: as soon as the internet asks its name servers."""
        return self.delegated is not False and not self.private

    def says_delegated(self, environment: Environment) -> str:
        return environment.at(f"{self.KIND}/{self.name}", "delegated").file

    def how_delegated(self, environment: Environment) -> str:
        return (
            f"remove `delegated: false` in {self.says_delegated(environment)}: an apply then stops before the first"
            f" certificate, shows which name servers the registrar of {self.answers_for(environment)} needs, and"
            " goes on once DNS has them"
        )

    def answers_for(self, environment: Environment) -> str:
        return (environment.settings.domain_name or "") if self.domain_name is None else self.domain_name

    def named(self, environment: Environment) -> dict[tuple[str, str], tuple[str, ...]]:
        domain = self.answers_for(environment)
        mail = self.mail.records(environment.settings.region) if self.mail else {}
        each = (*mail.items(), *self.records.items())
        return {(within(name, domain), kind): of[kind] for name, of in each for kind in of}
