"""What a zone is built of."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Final

from infragen.core.build_context import BuildContext, Export, ResourceView, call, of
from infragen.core.names import LIMITS, within
from infragen.core.part import Binding, Grant, Part, named
from infragen.kinds import network
from infragen.kinds.alarms import Alarm, alarms_part
from infragen.kinds.zones.model import Zone

_TEXT: Final = 255
"""Characters of one string of a TXT record (Amazon Route 53 Developer Guide: TXT record type)."""


def zone_id(ctx: BuildContext) -> Export | str:
    return ctx.entry.zone_id or ZoneView(ctx).zone.zone_id


class ZoneView(ResourceView):
    """A hosted zone and its records."""

    _entry: Zone
    zone = call("dns", "zone")
    zone_id = of(zone_id)
    vpc = of(network.vpc)
    records_module = call("dns", "records")
    email_identity = call("dns", "email_identity")
    is_made = of(lambda ctx: ctx.entry.zone_id is None)
    zone_module = of(lambda ctx: f"../modules/dns_{'private_' if ctx.entry.private else ''}zone")
    domain_name = of(lambda ctx: ctx.entry.answers_for(ctx.environment))
    comment = of(lambda ctx: f"{ctx.environment.target} zones/{ctx.entry.identity}")
    sends_mail = of(lambda ctx: ctx.entry.mail is not None)

    @property
    def mail_from_domain(self) -> str:
        return within(self._entry.mail.mail_from, self.domain_name) if self._entry.mail else ""

    @named(LIMITS["configuration_set"])
    def configuration_set_name(self) -> str:
        return self._ctx.names.plain(self._entry.identity) if self.sends_mail else ""

    @property
    def records(self) -> dict[str, dict[str, object]]:
        found = sorted(self._entry.named(self._ctx.environment).items())
        return {
            f"{name} {kind}": {
                "name": name,
                "type": kind,
                "ttl": self._entry.ttl,
                "values": [_joined(value) for value in values] if kind == "TXT" else values,
            }
            for (name, kind), values in found
        }


def _joined(text: str) -> str:
    """Return a text as the provider takes it: it adds the outer quotes, and a long one is several strings."""
    strings = (text[start : start + _TEXT] for start in range(0, len(text), _TEXT))
    return '""'.join(one.replace("\\", "\\\\").replace('"', '\\"') for one in strings)


def parts(zone: Zone, ctx: BuildContext) -> Iterator[Part]:
    own = ZoneView(ctx)
    is_shown = own.is_made and not zone.private
    shown = {f"zone_{zone.name}_name_servers": own.zone.name_servers} if is_shown else {}
    if own.is_made or zone.records or zone.mail:
        yield ctx.part("dns", "kinds/zones/main.tf", own, shown=shown)
    if zone.mail is not None:
        yield from alarms_part(ctx, own.configuration_set_name, own.email_identity, partial(_alarms, own))


def _alarms(own: ZoneView) -> Iterator[tuple[str, Alarm]]:
    """Source: Amazon SES Developer Guide: Creating reputation monitoring alarms using CloudWatch."""
    for suffix, metric, share, what in (
        ("bounce-rate", "Reputation.BounceRate", "0.05", "5 % of the account's mail bounces"),
        ("complaint-rate", "Reputation.ComplaintRate", "0.001", "0.1 % of the account's mail is marked as spam"),
    ):
        yield suffix, Alarm(
            description=f"{own.domain_name}: {what}; Amazon SES may stop sending.", namespace="AWS/SES", metric=metric,
            statistic="Average", threshold=Decimal(share), dimensions={}, seconds=3600, periods=1, datapoints=1,
            missing="ignore", level="high",
        )  # fmt: skip


def bindings(zone: Zone, ctx: BuildContext, _user: BuildContext) -> Iterator[Binding]:
    """SendEmail knows identities and configuration sets (Service Authorization Reference, Amazon SES v2)."""
    if zone.mail is None:
        return  # F160 says so
    own = ZoneView(ctx)
    arns = (own.email_identity.arn, own.email_identity.configuration_set_arn)
    grant = Grant("SendMail", ("ses:SendEmail", "ses:SendRawEmail"), arns)
    variables = {"DOMAIN": own.domain_name, "CONFIGURATION_SET": own.configuration_set_name}
    yield Binding(variables, f"zone-{zone.identity}", (grant,))
