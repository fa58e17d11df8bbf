"""Custom headers: by the secret value of one an origin knows its own distributions from those of others."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import Field

from infragen.core.build_context import Environment, Module, of
from infragen.core.entry import Model
from infragen.core.names import LIMITS, Names
from infragen.core.operations import OutputLine
from infragen.core.part import named
from infragen.kinds.secrets import SecretReplication
from infragen.kinds.zones.names import NamedView

NAME: Final = "X-Origin-Verify"
"""Amazon CloudFront Developer Guide: Restrict access to Application Load Balancers; the name is any."""


class CustomHeader(Model):
    """A header by whose value, which AWS's accounts of others do not know, an origin knows its own distributions."""

    version: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """Increase it by one to draw a new value; the one before is accepted until the next."""
    required: bool = True
    """`false`: distributions send it, and requests without it are accepted, too; for the first apply in an environment
    whose distribution is in use already."""
    replication: SecretReplication | None = None
    """A replica of the value in a standby's region, whose balancer or gateway requires the same header."""


def is_required(origin: Any) -> bool:
    return origin.reach == "cloudfront" and origin.custom_header is not None and origin.custom_header.required


def is_sent(origin: Any, environment: Environment) -> bool:
    return origin.reach == "cloudfront" and origin.custom_header is not None and bool(before(environment, origin))


def sent(origin: Any, environment: Environment) -> CustomHeader | None:
    return origin.custom_header if is_sent(origin, environment) else None


def has_replica(origin: Any, environment: Environment) -> bool:
    """Whether its environment stands by where the primary has the header's value replicated to."""
    if environment.primary is None or origin.reach != "cloudfront" or origin.custom_header is None:
        return False
    made = origin.custom_header.replication
    return made is not None and made.region == environment.settings.region


def before(environment: Environment, origin: Any) -> list[Any]:
    """Distributions know their balancers and gateways, not the other way round."""
    every = (one for _, one in sorted(environment.entries.get("distributions", {}).items()))
    field, name = origin.SINGULAR, origin.name
    return [one for one in every if any(getattr(each, field) == name for each in getattr(one, "origins", {}).values())]


class OriginView(NamedView):
    """What of a balancer or a gateway its distributions send, and what it asks for."""

    _entry: Any

    @property
    def custom_header(self) -> Module | None:
        is_there = self.has_header_replica or is_sent(self._entry, self._ctx.environment)
        return self._ctx.module("edge", "custom_header", *self._words, self._entry) if is_there else None

    @property
    def header_module(self) -> str:
        header = self._entry.custom_header
        is_stored = header is not None and header.replication is not None
        variant = "_replica" if self.has_header_replica else "_stored" if is_stored else ""
        return f"../modules/custom_header{variant}"

    has_header_replica = of(lambda ctx: has_replica(ctx.entry, ctx.environment))
    header_version = of(lambda ctx: getattr(ctx.entry.custom_header, "version", None))
    header_region = of(lambda ctx: getattr(getattr(ctx.entry.custom_header, "replication", None), "region", ""))

    @property
    def header_description(self) -> str:
        what = "a load balancer" if self._entry.KIND == "balancers" else "an API gateway"
        return f"Header by which {what} knows its distributions"

    @property
    def header_secret(self) -> Module | None:
        header = None if self.has_header_replica else sent(self._entry, self._ctx.environment)
        is_replicated = header is not None and header.replication is not None
        return self._ctx.module("edge", "header_secret", *self._words, self._entry) if is_replicated else None

    @named(LIMITS["secret"])
    def header_secret_name(self) -> str:
        return self._header_secret(self._ctx.names) if self.header_secret else ""

    header_replica_name = property(lambda self: self._header_secret(self._ctx.primary_names))

    def _header_secret(self, names: Names) -> str:
        return names.path(self._entry.KIND, self._entry.identity, "custom-header-value")

    @property
    def sent_header(self) -> dict[str, object] | None:
        return {"name": NAME, "value": self.custom_header.value} if self.custom_header else None

    @property
    def required_header(self) -> dict[str, object] | None:
        header = self.custom_header if self._ctx.entry.requires_header else None
        return {"name": NAME, "values": header.accepted_values} if header else None

    def outputs(self) -> Iterator[OutputLine]:
        if self.custom_header:
            said = "requests arrive with the header by which distributions are known, and its value belongs in no log"
            yield OutputLine("code", said, NAME)

    logged_custom_header = property(lambda self: NAME.lower() if self.custom_header else None)
