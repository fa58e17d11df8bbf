"""What a standby has of an API gateway: its own addresses and keys, which clients of the other one do not know."""

from __future__ import annotations

from collections.abc import Iterator

from infragen.core.standby import Held
from infragen.core.takeover import Takeover
from infragen.kinds import custom_headers
from infragen.kinds.gateways.model import Gateway


def holds(gateway: Gateway, change: Takeover) -> Iterator[Held]:
    """Yield its names and its keys; callers in the VPC are told those of their own environment."""
    target = change.taking.environment.target
    if not gateway.is_public:
        yield Held("names", "an address in its own VPC, which its callers there are told")
        if not gateway.allow:
            return
    left = change.left.environment
    names = gateway.domain_names(left)
    if gateway.reach == "cloudfront":  # clients call its distributions, and the standby has some of its own
        names = tuple(name for one in custom_headers.before(left, gateway) for name in one.names(left))
    found = (
        f"addresses of its own: nobody leads {names[0]} there" if names else "an address that its clients do not know"
    )
    mend = f"give clients the address that `infragen outputs {target}` shows, before they need it"
    yield Held("names", found, "missing", mend)
    if gateway.clients or gateway.tenants:
        has = "keys of its own: those of its clients are not valid there"
        mend = f"give clients the keys that `infragen outputs {target}` reads, before they need them"
        yield Held("keys", has, "missing", mend, ("clients" if gateway.clients else "tenants",))
