"""What a zone is built of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext, ResourceView, call, of
from infragen.core.expressions import Export
from infragen.core.part import Part
from infragen.kinds.zones.model import Zone

_TEXT: Final = 255
"""Characters of one string of a TXT record (Amazon Route 53 Developer Guide: TXT record type)."""


def zone_id(ctx: BuildContext) -> Export | str:
    """Return the id of a zone: of the one that is made, or as it is written."""
    return ctx.entry.zone_id or ZoneView(ctx).zone.zone_id


class ZoneView(ResourceView):
    """A hosted zone and its records."""

    _entry: Zone
    zone = call("dns", "zone")
    zone_id = of(zone_id)
    records_module = call("dns", "records")

    @property
    def is_made(self) -> bool:
        """Whether it does not exist yet."""
        return self._entry.zone_id is None

    @property
    def domain_name(self) -> str:
        """The domain that it answers for."""
        return self._entry.answers_for(self._ctx.environment)

    @property
    def comment(self) -> str:
        """What it is, where many are listed."""
        return f"{self._ctx.environment.target} zones/{self._entry.identity}"

    @property
    def records(self) -> dict[str, dict[str, object]]:
        """Its records, by full name and type."""
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
    """Yield the zone's file; one that exists and has no records here is none of ours."""
    own = ZoneView(ctx)
    shown = {f"zone_{zone.name}_name_servers": own.zone.name_servers} if own.is_made else {}
    if own.is_made or zone.records:
        yield ctx.part("dns", "kinds/zones/main.tf", own, shown=shown)
