"""Rules about ids that infragen shows as examples, and that nobody replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Findings, rule
from infragen.kinds.bastions.model import EXAMPLE_IMAGES, NEWEST, Bastion
from infragen.kinds.zones.model import EXAMPLE_ID, Zone

if TYPE_CHECKING:
    from infragen.core.resolved_system import Environment


@rule("T109")
def _never_filled_in(environment: Environment) -> Findings:
    for name, zone in environment.all(Zone).items():
        if zone.zone_id == EXAMPLE_ID:
            message = f"`{EXAMPLE_ID}` is an example, not a zone of yours"
            hint = "`aws route53 list-hosted-zones` lists yours; leave it out where infragen makes the zone"
            yield Finding(message, environment.at(f"zones/{name}", "zone_id"), hint)
    for name, bastion in environment.all(Bastion).items():
        if bastion.ami in EXAMPLE_IMAGES:
            message = f"`{bastion.ami}` is an example, not an image of yours"
            hint = f"`{NEWEST} --region {environment.settings.region}` prints Amazon Linux's newest"
            yield Finding(message, environment.at(f"bastions/{name}", "ami"), hint)
