"""What the entries of a stack run: images that have to be there before, ECS services that are deployed, releases."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from infragen.core.build_context import BuildContext
from infragen.core.delivery import Backup, Content, Image, Release, Rollout
from infragen.core.entry import Entry
from infragen.core.resolved_system import Environment
from infragen.kinds import kinds
from infragen.stacks.build import Draft, in_force


def images(draft: Draft, stack: str) -> tuple[tuple[str, Image], ...]:
    """Leave out images of a repository in the same stack: they cannot be there before it is applied."""
    return tuple(
        (owner, image)
        for owner, entry, place in _entries(draft, stack)
        if draft.wiring.homes.get((owner, "registry")) != stack
        for image in kinds()[entry.KIND].delivery.images(entry, place)
    )


def contents(draft: Draft, stack: str) -> tuple[tuple[str, Content], ...]:
    """Leave out what belongs into a bucket or a secret of the same stack: it cannot be there before it is applied."""
    return tuple(
        (owner, content)
        for owner, entry, place in _entries(draft, stack)
        for content in kinds()[entry.KIND].delivery.contents(entry, place)
        if draft.wiring.homes.get((content.holder, "data")) != stack
    )


def rollouts(draft: Draft, stack: str) -> Mapping[str, Rollout]:
    return {
        owner: rollout
        for owner, entry, place in _entries(draft, stack)
        for rollout in kinds()[entry.KIND].delivery.rollouts(entry, place)
    }


def every_rollout(draft: Draft) -> Mapping[str, Rollout]:
    return {owner: one for stack in draft.wiring.order() for owner, one in rollouts(draft, stack).items()}


def callers(draft: Draft, new: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    every = every_rollout(draft) if new else {}
    names = {one.service: owner for owner, one in every.items() if owner in new}
    found = {owner: tuple(names[one] for one in rollout.finds if one in names) for owner, rollout in every.items()}
    return {owner: called for owner, called in found.items() if called}


def releases(environment: Environment) -> Mapping[str, Release]:
    return dict(_of_every(environment, "releases"))


def code_buckets(environment: Environment) -> frozenset[str]:
    """Return the names of the buckets that people bring code to, which AWS takes with the permission of who applies."""
    return frozenset(content.bucket for _, content in _of_every(environment, "contents") if content.bucket)


def migrations(draft: Draft, stack: str) -> Mapping[str, Release]:
    return {
        owner: one
        for owner, one in releases(draft.environment).items()
        if one.run is not None and draft.wiring.homes.get((owner, "compute")) == stack
    }


def databases_of(environment: Environment, owner: str, access: str | None = None) -> frozenset[str]:
    entry: Any = environment.find(owner)
    return frozenset(
        used for used, use, _ in entry.used() if used.startswith("databases/") and access in (None, use.access)
    )


def backups(environment: Environment) -> Mapping[str, Backup]:
    return dict(_of_every(environment, "backups"))


def _of_every(environment: Environment, facet: str) -> Iterator[tuple[str, Any]]:
    ctx = BuildContext(environment, in_force(environment))
    for owner, entry in environment.every():
        for one in getattr(kinds()[entry.KIND].delivery, facet)(entry, ctx.of(owner)):
            yield owner, one


def _entries(draft: Draft, stack: str) -> Iterator[tuple[str, Entry, BuildContext]]:
    environment = draft.environment
    ctx = BuildContext(environment, in_force(environment))
    for (owner, role), home in sorted(draft.wiring.homes.items()):
        entry = environment.find(owner) if home == stack and role == "compute" else None
        if entry is not None:
            yield owner, entry, ctx.of(owner)
