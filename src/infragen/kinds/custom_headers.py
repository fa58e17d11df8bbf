"""Custom headers: by the secret value of one an origin knows its own distributions from those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field

from infragen.core.build_context import ResourceView
from infragen.core.entry import Model
from infragen.core.expressions import Module
from infragen.core.operations import OutputLine
from infragen.core.resolved_system import Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME: Final = "X-Origin-Verify"
"""Amazon CloudFront Developer Guide: Restrict access to Application Load Balancers; the name is any."""


class CustomHeader(Model):
    """A header by whose value, which AWS's accounts of others do not know, an origin knows its own distributions."""

    version: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """Increase it by one to draw a new value; the one before is accepted until the next."""
    required: bool = True
    """`false`: distributions send it, and requests without it are accepted, too; for the first apply in an environment
    whose distribution is in use already."""


def is_required(origin: Any) -> bool:
    """Whether a balancer or a gateway answers none but those who send its header."""
    return origin.reach == "cloudfront" and origin.custom_header is not None and origin.custom_header.required


def is_sent(origin: Any, environment: Environment) -> bool:
    """Whether a distribution sends its header to a balancer or a gateway: it has one, and is an origin."""
    return origin.reach == "cloudfront" and origin.custom_header is not None and bool(before(environment, origin))


def before(environment: Environment, origin: Any) -> list[Any]:
    """Return the distributions that a balancer or a gateway stands behind: they know these, not the other way."""
    return [
        one
        for _, one in sorted(environment.entries.get("distributions", {}).items())
        if any(getattr(each, origin.SINGULAR) == origin.name for each in getattr(one, "origins", {}).values())
    ]


class OriginView(ResourceView):
    """What of a balancer or a gateway its distributions send, and what it asks for."""

    @property
    def custom_header(self) -> Module | None:
        """The module of the header's value; None where there is none."""
        raise NotImplementedError

    @property
    def sent_header(self) -> dict[str, object] | None:
        return {"name": NAME, "value": self.custom_header.value} if self.custom_header else None

    @property
    def required_header(self) -> dict[str, object] | None:
        header = self.custom_header if self._ctx.entry.requires_header else None
        return {"name": NAME, "values": header.accepted_values} if header else None

    def outputs(self) -> Iterator[OutputLine]:
        """Yield what code behind it has to keep to itself: requests are passed on with the header."""
        if self.custom_header:
            said = "requests arrive with the header by which distributions are known, and its value belongs in no log"
            yield OutputLine("code", said, NAME)

    @property
    def logged_custom_header(self) -> str | None:
        return NAME.lower() if self.custom_header else None
