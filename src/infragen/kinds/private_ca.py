"""The private CA: the authority of all certificates inside the platform."""

from __future__ import annotations

from typing import Final

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, ResourceView, of, part_of
from infragen.core.expressions import Module
from infragen.core.kind import Capability, always, empty
from infragen.core.part import pattern

NAME: Final = "private-ca"

_ROOT_YEARS: Final = 10
_LONGEST_ORGANIZATION: Final = 64
"""AWS Private CA API Reference: ASN1Subject."""


def authority(ctx: BuildContext) -> Module:
    """Return the module of the authority."""
    return ctx.of(NAME).module("edge", "private_ca")


class AuthorityView(ResourceView):
    """The authority and its root certificate."""

    common_name = pattern("{own.prefix} root")
    """Whom the root certificate names."""
    organization = of(lambda ctx: (ctx.environment.system.title or "")[:_LONGEST_ORGANIZATION])
    """Whose it is."""

    validity_in_years = _ROOT_YEARS
    """How long the root certificate holds."""


CAPABILITY: Final = Capability(
    name=NAME,
    title="private CA (AWS Private CA)",
    monthly_costs=always(
        Cost("the private CA", "private-ca", 1), Cost("certificates of the private CA", "private-certificate")
    ),
    reasons=empty,
    parts=part_of("edge", "kinds/private_ca/main.tf", AuthorityView),
)
