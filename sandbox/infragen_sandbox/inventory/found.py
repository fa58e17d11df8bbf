"""One thing that exists in the emulated AWS, named as Terraform names it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Found:
    """`type` and `identifier` are the provider's resource type and its `id`, so that a state can be held against it.

    The provider gives some types a random id: a target group's attachment stands here as `<target group>|<target>`, a
    role's policy attachment as `<role>|<policy>`, a log group's subscription as `<log group>|<subscription>`.
    """

    service: str
    type: str
    identifier: str
    arn: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        return asdict(self)


if TYPE_CHECKING:
    Collector = Callable[[str, str], Iterator[Found]]
    """Takes an account and a region."""


def tags_of(raw: Any) -> dict[str, str]:
    """Read tags in any of the shapes that moto keeps: a mapping, or items of key and value in either case."""
    if not raw:
        return {}
    if hasattr(raw, "items"):
        return {str(key): str(value) for key, value in raw.items()}
    items: Iterable[Mapping[str, Any]] = raw
    pairs = ((item.get("key", item.get("Key")), item.get("value", item.get("Value"))) for item in items)
    return {str(key): "" if value is None else str(value) for key, value in pairs}
