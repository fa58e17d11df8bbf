"""What an environment's files say since they were written last: a number once given is kept, whoever comes beside it.

AWS takes a rule's priority once, and replaces a subnet whose range changes, and a cluster's instance whose zone does.
What is worked out from a name alone, or from a place in a list, moves when a neighbour takes the name's number or the
place. So what stands in `generated/` decides, as far as it fits; from nothing, the names do.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.resolved_system import Environment
from infragen.hcl.index import Argument, Block, Index

_KEY: Final = re.compile(r'\["([^"\\]+)"\]')


def kept_numbers(
    first: Mapping[str, int], before: Mapping[str, object], most: int, taken: Collection[int] = ()
) -> dict[str, int]:
    """Keep the numbers that names had; others get the next free one from their first choice up to `most`, in order."""
    given, left = dict.fromkeys(taken, ""), []
    for name, number in first.items():
        had = before.get(name)
        # One far behind its first choice was not given instead of that.
        if isinstance(had, int) and 0 <= had - number < 8 and had not in given:
            given[had] = name
        else:
            left.append(name)
    for name in left:
        number = first[name]
        while number in given:
            number = (number + 1) % (most + 1)
        given[number] = name
    return {name: number for number, name in given.items() if name}


def values(environment: Environment, stem: str, argument: str) -> dict[tuple[str, ...], object]:
    return {
        path: value
        for call in calls(environment, stem, argument)
        if (found := call.arguments.get(argument)) is not None
        for path, value in plain_values(found)
    }


def of_owner(ctx: BuildContext, argument: str) -> dict[tuple[str, ...], object]:
    return next((found for stem in _stems(ctx) if (found := values(ctx.environment, stem, argument))), {})


def says(ctx: BuildContext, argument: str, value: int) -> bool:
    line = re.compile(rf"^\s*{argument}\s*= {value}$", re.MULTILINE)
    return any(line.search(text) for stem in _stems(ctx) for text in ctx.environment.written(f"{stem}.tf"))


def keys_read(ctx: BuildContext, argument: str) -> tuple[str, ...]:
    """Return the keys of maps that an argument in an entry's own file reads: `subnet_ids["eu-central-1a"]`."""
    every = (call.arguments.get(argument) for stem in _stems(ctx) for call in calls(ctx.environment, stem))
    return tuple(key for found in every if found is not None for key in _KEY.findall(found.value))


def _stems(ctx: BuildContext) -> tuple[str, ...]:
    before = ctx.entry.renamed_from
    return (ctx.file_stem, *([f"{ctx.entry.SINGULAR}-{before}"] if before else []))


def calls(environment: Environment, stem: str, word: str = "") -> Iterator[Block]:
    for text in environment.written(f"{stem}.tf"):
        if word in text:
            yield from _calls_in(text)


@lru_cache(maxsize=512)
def _calls_in(text: str) -> tuple[Block, ...]:
    """Return the module calls in a text: entries ask for several values of the same file."""
    return tuple(Index(text).calls)


def plain_values(argument: Argument, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    items = argument.items if argument.value.startswith("{") else None
    if items is None:
        yield path, argument.plain
    for key, item in (items or {}).items():
        yield from plain_values(item, (*path, key))
