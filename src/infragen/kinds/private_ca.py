"""The private CA: the authority of all certificates inside the platform."""

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext, Module, ResourceView, of, part_of
from infragen.core.kind import Capability, Cost, empty
from infragen.core.part import ENVIRONMENT, LIMITS, named, pattern
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.kinds import load_balancer

NAME: Final = "private-ca"

_ROOT_YEARS: Final = 10
_SUBORDINATE_YEARS: Final = 5
"""Half of the root's, so that the root signs the next one. What ACM issues holds for 13 months and is renewed (AWS
Certificate Manager User Guide: Private certificates), so that a next one has to be there 13 months before its end."""
_LONGEST_ORGANIZATION: Final = 64
"""AWS Private CA API Reference: ASN1Subject."""


def root(ctx: BuildContext) -> Module:
    return ctx.of(NAME).module("edge", "private_ca")


def authority(ctx: BuildContext) -> Module:
    return ctx.of(NAME).module("edge", "private_ca", "subordinate") if has_subordinate(ctx) else root(ctx)


def has_subordinate(ctx: BuildContext) -> bool:
    return ctx.settings.private_ca is not None and ctx.settings.private_ca.subordinate


def revocation_list(ctx: BuildContext) -> Module | None:
    return ctx.of(NAME).module("edge", "revocation_list") if ctx.has(load_balancer.MUTUAL_TLS) else None


class AuthorityView(ResourceView):
    """The authority and its root certificate."""

    common_name = pattern("{own.prefix} root")
    organization = of(lambda ctx: (ctx.environment.system.title or "")[:_LONGEST_ORGANIZATION])
    module = of(lambda ctx: "../modules/private_ca_root" if has_subordinate(ctx) else "../modules/private_ca")
    """Which module makes it: a root that signs one authority alone can issue nothing else."""
    validity_in_years = _ROOT_YEARS
    subordinate = of(lambda ctx: authority(ctx) if has_subordinate(ctx) else None)
    subordinate_name = pattern("{own.prefix} subordinate")
    subordinate_validity_in_years = _SUBORDINATE_YEARS
    revocation_list = of(revocation_list)

    @named(LIMITS["bucket"])
    def revocation_bucket_name(self) -> str:
        return f"{self.prefix}-revocations-{self.account}" if self.revocation_list else ""


def _costs(ctx: BuildContext) -> Iterator[Cost]:
    yield Cost("the private CA", "private-ca", 1)
    if has_subordinate(ctx):
        yield Cost("the subordinate CA", "private-ca", 1)
    yield Cost("certificates of the private CA", "private-certificate")


@rule("G134")
def _root_issues(environment: Environment) -> Findings:
    settings = environment.settings
    asked = {
        ("load_balancer", "mutual_tls"): settings.load_balancer is not None and settings.load_balancer.mutual_tls,
        ("mesh", "encrypted"): settings.mesh is not None and settings.mesh.encrypted,
    }
    path = next((path for path, is_asked in asked.items() if is_asked), None)
    if settings.production and settings.private_ca is None and path is not None:
        message = "the root CA issues all certificates itself: what leaks there can only be distrusted with all of them"
        hint = (
            f"add `private_ca: {{subordinate: true}}` to {environment.source(ENVIRONMENT)}, for 400 USD more a month,"
            " or `private_ca: {subordinate: false}` where that risk is accepted"
        )
        yield Finding(message, environment.at(ENVIRONMENT, *path), hint)


CAPABILITY: Final = Capability(
    name=NAME,
    title="private CA (AWS Private CA)",
    monthly_costs=_costs,
    reasons=empty,
    parts=part_of("edge", "kinds/private_ca/main.tf", AuthorityView),
    rules=(_root_issues,),
)
