"""Certificates that end, or that ACM cannot renew: its events reach whoever hears of alarms."""

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext, Environment, ResourceView, of
from infragen.core.kind import Capability, Cost
from infragen.core.part import ENVIRONMENT, LIMITS, Part, Reason, pattern
from infragen.core.signals import Ending, Signalling
from infragen.kinds import alarms, levels, mesh
from infragen.kinds.zones.names import NamedEntry

NAME: Final = levels.CERTIFICATES
_WHAT: Final = "certificates that end or are not renewed"
_ENDING: Final = Ending(
    "certificates that end, if topic or bus refuse them", "EventBridge tries again for a day; ACM keeps when each ends"
)
"""Amazon EventBridge User Guide, "Retrying event delivery"; ACM delivers events as a best effort (Amazon EventBridge
Events Reference, "AWS Certificate Manager events")."""


def _named(environment: Environment, region: str | None = None) -> Iterator[tuple[str, NamedEntry]]:
    for owner, entry in environment.each(NamedEntry):
        if entry.is_secure(environment) and region in (None, entry.CERTIFICATE_REGION):
            yield owner, entry


def _has_private(environment: Environment) -> bool:
    settings = environment.settings
    return settings.load_balancer is not None and settings.load_balancer.mutual_tls


def _names(environment: Environment, region: str | None = None) -> list[str]:
    made = (entry for _, entry in _named(environment, region) if entry.certificate is None)
    return sorted({entry.names(environment)[0] for entry in made})


def _arns(environment: Environment, region: str | None = None) -> list[str]:
    return sorted({entry.certificate for _, entry in _named(environment, region) if entry.certificate})


def _other_regions(environment: Environment) -> list[str]:
    found = {entry.CERTIFICATE_REGION for _, entry in _named(environment)}
    return sorted(region for region in found if region not in (None, environment.settings.region))


class CertificatesView(ResourceView, Signalling):
    """The rule for what ACM tells of certificates, and who hears of it."""

    rule_name = pattern("{own.prefix}-certificates", LIMITS["event_rule"])
    topic_arn = of(levels.only_topic(levels.of_certificates))
    names = of(lambda ctx: _names(ctx.environment))
    """The common names of certificates that ACM makes: the first of an entry's names."""
    has_private = of(lambda ctx: _has_private(ctx.environment))
    domain = of(lambda ctx: mesh.domain(ctx.environment))
    arns = of(lambda ctx: _arns(ctx.environment))
    signals = of(lambda ctx: tuple(levels.signal(ctx, _WHAT, level) for level in levels.of_certificates(ctx)))
    endings = (_ENDING,)


class ForwardingView(ResourceView):
    """What sends the events of another region's certificates to where they are told."""

    def __init__(self, ctx: BuildContext, where: str) -> None:
        super().__init__(ctx)
        self._where = where

    name = pattern("{own.prefix}-certificate-events", LIMITS["event_rule"])

    @property
    def only(self) -> dict[str, object]:
        """The environment's own certificates alone, since other environments forward theirs."""
        environment = self._ctx.environment
        names, arns = _names(environment, self._where), _arns(environment, self._where)
        ways: list[dict[str, object]] = [{"detail": {"CommonName": names}}] if names else []
        ways += [{"resources": arns}] if arns else []
        return ways[0] if len(ways) == 1 else {"$or": ways}


def _reasons(environment: Environment) -> Iterator[Reason]:
    if next(iter(alarms.CAPABILITY.reasons(environment)), None) is None:
        return
    for owner, entry in _named(environment):
        yield Reason(owner, ("certificate" if entry.certificate else "zone",), "somebody is told before it ends")
    if _has_private(environment):
        yield Reason(ENVIRONMENT, ("load_balancer", "mutual_tls"), "somebody is told before one ends")


def _parts(ctx: BuildContext) -> Iterator[Part]:
    yield ctx.part("monitoring", "kinds/certificate_alarms/main.tf", CertificatesView(ctx))
    for region in _other_regions(ctx.environment):
        sent = ForwardingView(ctx, region)
        yield ctx.part("edge", "kinds/certificate_alarms/forwarding.tf", sent, "certificate-events.tf", region=region)


def _costs(ctx: BuildContext) -> Iterator[Cost]:
    for region in _other_regions(ctx.environment):
        yield Cost("events of certificates", "events", region=region)


CAPABILITY: Final = Capability(
    name=NAME,
    title="certificates that end are told",
    monthly_costs=_costs,
    reasons=_reasons,
    requires=(levels.ALARMS,),
    parts=_parts,
)
