"""Rules about images: the repositories that they come from, which entries of several kinds share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infragen.core.names import Names
from infragen.core.rule import Finding, Findings, rule
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.kinds.workloads.model import Workload

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from infragen.core.resolved_system import Environment


@rule("F151")
def _no_repository(environment: Environment) -> Findings:
    if environment.broken:
        return  # what is broken may be what has it
    made = _made(environment)
    for owner, _, image in _images(environment):
        if image.name is None and image.repository is not None and image.repository not in made.values():
            message = f"the image of {owner} comes from the repository `{image.repository}`, which no entry here has"
            if made_by := next((one for one in made if one.partition("/")[2] == image.repository), None):
                hint = f"that of {made_by} is `repository: {made[made_by]}`"
            elif owner.partition("/")[2] == image.repository:
                hint = "leave `repository` out: it has one of its own then"
            else:
                hint = _instead(environment, image.repository, made.values())
            yield Finding(message, environment.at(owner, "image", "repository"), hint)


def _instead(environment: Environment, given: str, made: Collection[str]) -> str:
    """Return the nearest repository of the environment's, or how one is named that is made elsewhere."""
    settings = environment.settings
    whole = f"`name: {settings.account}.dkr.ecr.{settings.region}.amazonaws.com/{given}`"
    return did_you_mean(given, made) or f"{nearest(given, made, 'repositories')}; one made elsewhere is {whole}"


def _images(environment: Environment) -> Iterator[tuple[str, Any, Any]]:
    """Yield each entry that runs an image, and which."""
    for owner, entry in environment.each(Workload):
        image = getattr(entry, "image", None)
        if image is not None:
            yield owner, entry, image


def _made(environment: Environment) -> dict[str, str]:
    """Return the repositories of the environment, by the entry whose own each is, as others name them."""
    names = Names.of(environment)
    return {
        owner: names.container(entry).removeprefix(f"{names.prefix}-")
        for owner, entry, image in _images(environment)
        if image.name is None and image.repository is None
    }
