"""What hand-written files publish for entries: their `output` blocks, and the fields that read one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

from infragen.core.entry import Output
from infragen.core.resolved_system import Environment
from infragen.core.tracing import once
from infragen.diagnostics import Diagnostic, Location, Severity
from infragen.diagnostics.hints import did_you_mean
from infragen.stacks.wiring import ByHand

if TYPE_CHECKING:
    from infragen.render.extra_files import ExtraFile

    Steps = tuple[str | int, ...]

Published = Mapping[str, Mapping[str, ByHand]]  # by stack and name
_PLAIN: Final = frozenset({str, int, bool, Decimal, type(None)})


def published_by_hand(extras: Sequence[ExtraFile]) -> dict[str, dict[str, ByHand]]:
    from infragen.hcl.index import Index

    found: dict[str, dict[str, ByHand]] = {}
    for extra in extras:
        index = Index(extra.text)
        for block in index.blocks:
            value = block.arguments.get("value")
            if block.kind == "output" and block.labels and value is not None:
                place = Location(extra.source, *index.place(block.start))
                one = ByHand(value.value, place, block.text("description"), block.is_true("sensitive"))
                found.setdefault(extra.stack, {})[block.labels[0]] = one
    return found


def reads_outputs(environment: Environment) -> bool:
    return bool(_read(environment))


def unpublished(
    environment: Environment, published: Published, stacks: Collection[str], unreadable: Collection[str]
) -> Iterator[Diagnostic]:
    """Of stacks with `unreadable` files nothing is said: what those publish is not known."""
    known = [f"{stack}.{name}" for stack, outputs in published.items() for name in outputs]
    for owner, path, wanted in _read(environment):
        found = wanted.expression
        if wanted.output not in known and found.stack not in unreadable:
            elsewhere = [one for one in known if one.endswith(f".{found.name}")]
            folder = f"catalog/{environment.system.name}/extra/{found.stack}/"
            if found.stack in stacks:
                message = f"{owner} reads the output {wanted.output}, which no file in {folder} publishes"
                near = elsewhere or [one for one in known if one.startswith(f"{found.stack}.")]
                hint = f'write `output "{found.name}" {{ value = ... }}` in a file there'
            else:
                message = f"{owner} reads the output {wanted.output}, and there is no stack {found.stack}"
                near = elsewhere
                hint = f"the stack comes first, one of: {', '.join(sorted(stacks))}"
            place = environment.at(owner, *path, "output")
            yield Diagnostic("G017", message, place, hint=did_you_mean(wanted.output, near) or hint)


def shown_in_plain(environment: Environment, published: Published) -> Iterator[Diagnostic]:
    for owner, path, wanted in _read(environment):
        one = published.get(wanted.expression.stack, {}).get(wanted.expression.name)
        if one is not None and one.is_sensitive and "environment" in path:
            message = f"{one.place.file} calls the output {wanted.output} sensitive, and {owner} shows it in plain text"
            hint = "publish the ARN of its secret in Secrets Manager, and read that under `secrets`"
            yield Diagnostic("G024", message, environment.at(owner, *path, "output"), Severity.WARNING, hint)


@once
def _read(environment: Environment) -> tuple[tuple[str, Steps, Output], ...]:
    return tuple((owner, *found) for owner, entry in environment.every() for found in _outputs(entry))


def _outputs(value: object, path: Steps = ()) -> Iterator[tuple[Steps, Output]]:
    inner: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, Output):
        yield path, value
    elif isinstance(value, BaseModel):
        inner = vars(value).items()
    elif isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, tuple):
        inner = enumerate(value)
    for key, one in inner:
        if type(one) not in _PLAIN:
            yield from _outputs(one, (*path, key))
