"""What a judge is, and how a table of judges is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from infragen.plan.model import Risk
from infragen.plan.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

Judge = Callable[[View], Iterable[Risk]]


def of_provider(prefix: str, *names: str) -> Iterator[str]:
    """Yield resource types for lists of names (parted by spaces) without their prefix."""
    for listed in names:
        for name in listed.split():
            yield f"{prefix}_{name}"


def aws(*names: str) -> Iterator[str]:
    """Yield resource types of the AWS provider."""
    return of_provider("aws", *names)


def table(*lines: tuple[Iterable[str], Judge]) -> Mapping[str, tuple[Judge, ...]]:
    """Return the judges of each type, in the order of the lines."""
    judges: dict[str, tuple[Judge, ...]] = {}
    for types, judge in lines:
        for name in types:
            judges[name] = (*judges.get(name, ()), judge)
    return judges
