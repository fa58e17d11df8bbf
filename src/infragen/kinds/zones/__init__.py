"""Zones: domains in DNS (Amazon Route 53), made or there already, with their records."""

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.kind import Billing, Cost, Kind, Operations, Permissions, RequiredCapability, Scaffold
from infragen.core.operations import OutputLine, quota_of
from infragen.core.rule import rules_of
from infragen.kinds import network
from infragen.kinds.zones import build, checks, name_rules, rules
from infragen.kinds.zones.model import Zone


def _costs(zone: Zone, _ctx: BuildContext) -> Iterator[Cost]:
    if zone.zone_id is None:
        yield Cost("the hosted zone", "hosted-zone", 1)
    yield Cost("DNS queries", "dns-queries", usage="requests")
    if zone.mail is not None:
        yield Cost("mails", "sent-mails", usage="mails")


def _outputs(zone: Zone, ctx: BuildContext) -> Iterator[OutputLine]:
    """Yield the name servers of a zone that is made: until they are entered above it, nobody finds its records."""
    if zone.zone_id is None and not zone.private:
        own = build.ZoneView(ctx)
        above = f"for {own.domain_name} at your registrar, or as NS record of its parent zone"
        then = f", then remove `delegated: false` in {zone.says_delegated(ctx.environment)}"
        if zone.delegated:
            yield OutputLine("detail", "its name servers", own.zone.name_servers)
        else:
            enter = f"enter these name servers {above}{'' if zone.gives_certificates else then}"
            yield OutputLine("next", enter, own.zone.name_servers)
        yield OutputLine("detail", "its id, for environments that have names in it, too", own.zone.zone_id)
        yield OutputLine("detail", "see whether they are entered", f"dig +short NS {own.domain_name}", is_command=True)
    if zone.mail is not None:
        domain, region = zone.answers_for(ctx.environment), ctx.region
        look = f"aws sesv2 get-email-identity --email-identity {domain} --region {region}"
        yield OutputLine("detail", f"see whether Amazon SES may send as {domain}", look, is_command=True)
        ask = "aws sesv2 put-account-details --production-access-enabled --mail-type TRANSACTIONAL"
        ask += f" --website-url https://{domain} --region {region}"
        what = "ask AWS to let it send to everybody: until then, to verified addresses"
        yield OutputLine("next", what, ask, is_command=True)


_IN_VPC: Final = RequiredCapability(("private",), network.NAME, "it is asked in a VPC")

KIND: Final = Kind(
    model=Zone,
    title="zone",
    parts=build.parts,
    required_capabilities=lambda zone: (_IN_VPC,) if zone.private else (),
    permissions=Permissions(access=("send",), bindings=build.bindings),
    cost=Billing(monthly=_costs),
    operations=Operations(
        outputs=_outputs, quotas=(quota_of("hosted-zones", lambda zone, _: int(zone.zone_id is None)),)
    ),
    scaffold=Scaffold(
        example={
            "domain_name": "{name}.example.com",
            "assumptions": {"domain_name": "an example; write a domain that you own"},
        }
    ),
    rules=rules_of(rules, name_rules, checks),
)
