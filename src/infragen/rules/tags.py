"""Rules about tags: which AWS and infragen keep for themselves, and how many there may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.part import ENVIRONMENT
from infragen.core.rule import Finding, rule
from infragen.stacks.build import in_force
from infragen.stacks.shell import own_tags

if TYPE_CHECKING:
    from infragen.core.resolved_system import Environment
    from infragen.core.rule import Findings

_MOST: Final = 50
"""AWS General Reference, "Tagging your AWS resources": user tags of a resource."""
_MOST_OF_AN_OBJECT: Final = 10
"""Amazon S3 User Guide, "Categorizing your storage using tags": of an object."""


@rule("A156")
def _taken(environment: Environment) -> Findings:
    taken = {name.lower(): name for name in (*own_tags(environment), "Name")}
    for key in environment.settings.tags:
        place = environment.at(ENVIRONMENT, "tags", key, key=True)
        other = taken.setdefault(key.lower(), key)
        if key.lower().startswith("aws:"):
            yield Finding(f"`{key}` begins like the tags that AWS gives", place, "call it something else")
        elif other != key or key in own_tags(environment) or key == "Name":
            what = f"`{other}`, which infragen gives" if other in (*own_tags(environment), "Name") else f"`{other}`"
            yield Finding(f"to IAM, `{key}` is the same tag as {what}", place, "call it something else")


@rule("A157")
def _too_many(environment: Environment) -> Findings:
    objects = not environment.broken and "mutual-tls" in in_force(environment)
    most = (_MOST_OF_AN_OBJECT if objects else _MOST - 1) - len(own_tags(environment))  # `Name` is of some resources
    number = len(environment.settings.tags)
    if number > most:
        what = "the certificate that mutual TLS keeps in S3" if objects else "a resource"
        message = f"{number} tags, and {what} can have {most} beside those that infragen gives"
        yield Finding(message, environment.at(ENVIRONMENT, "tags", key=True), f"write {most} at most")
