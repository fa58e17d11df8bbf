"""What stands in generated files besides plain values: expressions, and the labels that they speak of.

A kind never writes `module.cluster_order.endpoint` or `local.data_sales.cluster_order_endpoint`: it hands an `Export`
to its template, and which of the two it becomes is found out where it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

from msgspec import Struct

from infragen.hcl.literal import Ordered, Reference, Remarked, literal

__all__ = [
    "Export", "Generated", "Joined", "Label", "Module", "Published", "Record", "Reference", "Remarked",
    "json_encoded",
]  # fmt: skip


class Label(str):
    """The label of a block; `former` is what it was before an entry in it was renamed, or the same."""

    __slots__ = ("former",)

    former: str

    def __new__(cls, text: str, former: str | None = None) -> Self:
        made = super().__new__(cls, text)
        made.former = text if former is None else former
        return made


class Record(Ordered):
    """A map whose keys are written in their own order; `origin` is the field that asks for it, or a value of it."""

    def __init__(self, values: Mapping[str, Any], origin: object = None) -> None:
        super().__init__(values)
        self.origin = origin


class Export(Struct, frozen=True):
    """An output of a module that a part calls.

    It is written as `module.<label>.<attribute>` in the stack of that part, and elsewhere as an output of that stack.
    With a `key` it is one value of a map.
    """

    module: Module
    attribute: str
    key: str | None = None

    def __getitem__(self, key: str) -> Export:
        return Export(self.module, self.attribute, key)


class Module(Struct, frozen=True):
    """A module call of a part: any attribute of it is an export, `cluster.endpoint`.

    `owner` and `role` say which part calls it: an entry's id or a capability's name, and what the part is.
    """

    owner: str
    role: str
    label: Label

    def output(self, attribute: str) -> Export:
        return Export(self, attribute)

    def __getattr__(self, attribute: str) -> Export:
        """Return an output of the module; that there is one is checked where it is written."""
        if attribute.startswith("_"):
            raise AttributeError(attribute)
        return Export(self, attribute)


class Published(Struct, frozen=True):
    """An output of hand-written Terraform, `data.redis_host`: a stack, and the label of an `output` block.

    It is written as that block's own value in the same stack, and elsewhere as an output of that stack.
    """

    output: str

    @property
    def stack(self) -> str:
        return self.output.partition(".")[0]

    @property
    def name(self) -> str:
        return self.output.partition(".")[2]


class Generated(Struct, frozen=True):
    """A file that is generated for an entry: whose part it is, and its path in that part's stack."""

    owner: str
    role: str
    path: str


class Joined(Struct, frozen=True):
    """A text with expressions in it: `"${module.repository.url}:v1"`; one that people are told may name a file."""

    pieces: tuple[str | Reference | Export | Generated, ...]

    @classmethod
    def of(cls, *pieces: str | Reference | Export | Generated) -> Joined | str:
        if all(isinstance(piece, str) for piece in pieces):
            return "".join(map(str, pieces))
        return cls(pieces)


def json_encoded(value: Any) -> Reference:
    return Reference(f"jsonencode({literal(_exact(value))})")


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _exact(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_exact(one) for one in value]
    return Decimal(repr(value)) if isinstance(value, float) else value
