"""Rules about tags: which AWS and infragen keep for themselves, how many there may be, and whose they are."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from infragen.core.part import ENVIRONMENT
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.diagnostics.hints import nearest
from infragen.stacks.build import in_force
from infragen.stacks.shell import own_tags

_MOST: Final = 50
"""AWS General Reference, "Tagging your AWS resources": user tags of a resource."""
_MOST_OF_AN_OBJECT: Final = 10
"""Amazon S3 User Guide, "Categorizing your storage using tags": of an object."""
_TAGGED: Final = (
    "balancers", "bffs", "buckets", "caches", "databases", "distributions", "document-databases", "functions", "jobs",
    "search-domains", "services", "workers",
)  # fmt: skip
"""Kinds whose templates give what AWS bills the tags of its entry."""


def _given(environment: Environment) -> Iterator[tuple[tuple[str, ...], Mapping[str, str]]]:
    yield ("tags",), environment.settings.tags
    yield from ((("entry_tags", pattern), tags) for pattern, tags in environment.settings.entry_tags.items())


@rule("A156")
def _taken(environment: Environment) -> Findings:
    reserved = (*own_tags(environment), "Name")
    first = {name.lower(): name for name in reserved}
    for path, tags in _given(environment):
        for key in tags:
            place = environment.at(ENVIRONMENT, *path, key, key=True)
            other = first.setdefault(key.lower(), key)
            if key.lower().startswith("aws:"):
                yield Finding(f"`{key}` begins like the tags that AWS gives", place, "call it something else")
            elif other != key or key in reserved:
                what = f"`{other}`, which infragen gives" if other in reserved else f"`{other}`"
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


@rule("A158")
def _of_nothing(environment: Environment) -> Findings:
    owners = [owner for owner, entry in environment.every() if entry.KIND in _TAGGED]
    for pattern in environment.settings.entry_tags if not environment.broken else ():
        if not any(fnmatchcase(owner, pattern) for owner in owners):
            place = environment.at(ENVIRONMENT, "entry_tags", pattern, key=True)
            message = f"{environment.target} has no `{pattern}` that has tags of its own"
            yield Finding(message, place, nearest(pattern, owners, "entries that have"))
