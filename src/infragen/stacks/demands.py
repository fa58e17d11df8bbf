"""What each demand of the document costs a month: what an environment would save without what is there for it."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any, get_args

from msgspec import Struct
from msgspec.structs import replace

from infragen.core.entry import Model, field_of
from infragen.core.resolved_system import Environment
from infragen.core.system import Settings
from infragen.kinds import kinds
from infragen.prices import Amount
from infragen.stacks.costs import Estimate, estimate


class DemandCost(Struct, frozen=True):
    """A demand, by its row in the requirements: what the document says, and what it costs a month."""

    name: str
    says: str
    amount: Amount
    used: int
    """How many lines that only usage decides would go as well."""
    unpriced: int
    """How many would that have no known price."""


def demand_costs(found: Estimate) -> tuple[DemandCost, ...]:
    """Compare with the same environment without each demand's values; what two demands share is in both."""
    costs = []
    for name, demand in found.environment.system.demands.items():
        rest = estimate(_without(found.environment, demand.built))
        gone = found.beyond(rest)
        if gone:
            unpriced = sum(line.price is None for line in gone)
            used = sum(line.price is not None and line.is_usage for line in gone)
            costs.append(DemandCost(name, demand.says, found.total - rest.total, used, unpriced))
    return tuple(sorted(costs, key=lambda cost: (-cost.amount.most, -cost.amount.least, cost.name)))


def misread(path: str) -> tuple[str, Sequence[str]] | None:
    head, *rest = path.split(".")
    models: Sequence[type[Model]] = (kinds()[head].model,) if head in kinds() else (Settings,)
    found = None
    for step in rest[1:] if head in kinds() else (head, *rest):
        fields = {name: field for model in models for name, field in model.model_fields.items()}
        if step not in fields:
            return step, [*fields]
        found = fields[step]
        models = [*_models(found.annotation)]
    if found is None or found.is_required():
        return path.rpartition(".")[2], ()
    return None


def _models(annotation: object) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for one in get_args(annotation):
        yield from _models(one)


def _without(environment: Environment, paths: Sequence[str]) -> Environment:
    settings, entries = environment.settings, {kind: dict(some) for kind, some in environment.entries.items()}
    for path in paths:
        head, *rest = path.split(".")
        if head not in entries:
            settings = _cleared(settings, (head, *rest))
            continue
        pattern, *fields = rest
        for name, entry in entries[head].items():
            if fnmatchcase(name, pattern):
                entries[head][name] = _cleared(entry, fields)
    return replace(environment, settings=settings, entries=entries)


def _cleared(model: Any, path: Sequence[str]) -> Any:
    field, *below = path
    inner = field_of(model, field)
    if inner is None:
        return model
    value = _cleared(inner, below) if below else type(model).model_fields[field].get_default(call_default_factory=True)
    return model.model_copy(update={field: value})
