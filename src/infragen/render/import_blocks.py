"""Imports as they are written, tied to the stacks whose rendered files declare the resources."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from infragen.catalog.imports import STACKS, Import
from infragen.diagnostics import Diagnostic, InfragenError, sort_diagnostics
from infragen.diagnostics.hints import did_you_mean
from infragen.hcl.addresses import type_of, without_keys
from infragen.hcl.folders import Folders
from infragen.render.render import entries_by_address
from infragen.stacks.model import Stack

_MOST_NAMED = 6
_STACK = re.compile(r"[a-z][a-z0-9-]*/")  # how an address begins that names a stack


class Adopted(Struct, frozen=True):
    """An import and the resource that it means: `address` is complete and within `stack`."""

    stack: str
    address: str
    written: Import


class _Place(Struct, frozen=True):
    stack: str
    address: str


def resolve_imports(
    imports: Sequence[Import], stacks: Sequence[Stack], files: Mapping[str, str], has_region: Callable[[str], bool]
) -> tuple[Adopted, ...]:
    """InfragenError with every line that means no resource (I003), several (I004), or another line's (I005)."""
    if not imports:
        return ()
    owners = entries_by_address(stacks, files)
    declared = Folders(files)
    places: dict[str, list[_Place]] = {}
    for stack in stacks:
        for address, block in declared.resources(stack.name).items():
            place = _Place(stack.name, address)
            places.setdefault(f"{STACKS}/{stack.name}", []).append(place)
            if owner := owners.get((stack.name, block)):
                places.setdefault(owner, []).append(place)
    problems: list[Diagnostic] = []
    found: dict[tuple[str, str], Adopted] = {}
    for one in imports:
        resolved = _resolve(one, places.get(one.owner, []), [stack.name for stack in stacks], problems)
        if resolved is None:
            continue
        earlier = found.setdefault((resolved.stack, resolved.address), resolved)
        if earlier is not resolved:
            message = f"{resolved.address} of {resolved.stack} is adopted at {earlier.written.location} already"
            problems.append(Diagnostic("I005", message, one.location, hint="remove one of the two lines"))
    regions = {stack.name: stack.region for stack in stacks}
    problems += _same_object(found.values(), lambda one: regions[one.stack] if has_region(type_of(one.address)) else "")
    if problems:
        raise InfragenError(*sort_diagnostics(problems))
    return tuple(found.values())


def _same_object(adopted: Iterable[Adopted], region_of: Callable[[Adopted], str]) -> Iterator[Diagnostic]:
    seen: dict[tuple[str, str, str], Adopted] = {}
    for one in adopted:
        kind = type_of(one.address)
        earlier = seen.setdefault((kind, one.written.id, region_of(one)), one)
        if earlier is not one:
            message = f"the {kind} {one.written.id} is adopted as {earlier.address} of {earlier.stack} already"
            yield Diagnostic("I005", message, one.written.location, hint="a resource has one address: remove a line")


def _resolve(
    one: Import, places: Sequence[_Place], stacks: Sequence[str], problems: list[Diagnostic]
) -> Adopted | None:
    stack, _, given = one.address.rpartition("/") if _STACK.match(one.address) else ("", "", one.address)
    if stack and stack not in stacks:
        hint = did_you_mean(stack, stacks) or f"stacks: {', '.join(stacks)}"
        problems.append(Diagnostic("I003", f"there is no stack {stack}", one.location, hint=hint))
        return None
    bare = without_keys(given)
    inside = [place for place in places if not stack or place.stack == stack]
    matching = [place for place in inside if place.address == bare]
    matching = matching or [place for place in inside if place.address.endswith(f".{bare}")]
    if len(matching) == 1:
        (place,) = matching
        return Adopted(place.stack, place.address.removesuffix(bare) + given, one)
    problems.append(_none(one, bare, inside) if not matching else _several(one, matching))
    return None


def _none(one: Import, bare: str, places: Sequence[_Place]) -> Diagnostic:
    known = sorted({".".join(place.address.split(".")[-2:]) for place in places})
    hint = did_you_mean(bare, known) or did_you_mean(bare, [place.address for place in places])
    if hint is None:
        named = ", ".join(known[:_MOST_NAMED]) + (", ..." if len(known) > _MOST_NAMED else "")
        hint = f"it has {named}" if known else "it has no resources"
    return Diagnostic("I003", f"{one.owner} has no resource {bare}", one.location, hint=hint)


def _several(one: Import, places: Sequence[_Place]) -> Diagnostic:
    stacks = {place.stack for place in places}
    full = [f"{place.stack}/{place.address}" if len(stacks) > 1 else place.address for place in places]
    named = ", ".join(full[:_MOST_NAMED]) + (", ..." if len(full) > _MOST_NAMED else "")
    message = f"{one.address} matches {len(places)} resources of {one.owner}"
    return Diagnostic("I004", message, one.location, hint=f"write one of {named}")
