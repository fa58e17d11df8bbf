"""The private CA: the authority of all certificates inside the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.billing import Cost
from infragen.core.kind import Capability
from infragen.core.place import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.expressions import Module
    from infragen.core.kind import Reason
    from infragen.core.landscape import Environment
    from infragen.core.part import Part
    from infragen.core.place import Place

NAME: Final = "private-ca"

_ROOT_YEARS: Final = 10
_LONGEST_ORGANIZATION: Final = 64
"""AWS Private CA API Reference: ASN1Subject."""


def authority(place: Place) -> Module:
    """Return the module of the authority."""
    return place.of(NAME).module("edge", "private_ca")


class AuthorityView(View):
    """The authority and its root certificate."""

    @property
    def common_name(self) -> str:
        """Whom the root certificate names."""
        return f"{self._place.names.prefix} root"

    @property
    def organization(self) -> str:
        """Whose it is."""
        return (self._place.environment.system.title or "")[:_LONGEST_ORGANIZATION]

    @property
    def validity_in_years(self) -> int:
        """How long the root certificate holds."""
        return _ROOT_YEARS


def _reasons(_environment: Environment) -> Iterator[Reason]:
    yield from ()


def _parts(place: Place) -> Iterator[Part]:
    yield place.part("edge", "kinds/private_ca/main.tf", AuthorityView(place))


def _costs(_place: Place) -> Iterator[Cost]:
    yield Cost("the private CA", "private-ca", 1)
    yield Cost("certificates of the private CA", "private-certificate")


CAPABILITY: Final = Capability(
    name=NAME, title="private CA (AWS Private CA)", monthly_costs=_costs, reasons=_reasons, parts=_parts
)
