"""Rules about how long logs are kept."""

from __future__ import annotations

from functools import cache, reduce
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from infragen.core.rule import Finding, Findings, rule
from infragen.core.units import LOG_TERMS, LogTerm
from infragen.kinds.databases import Database
from infragen.kinds.document_databases import DocumentDatabase
from infragen.kinds.gateways import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.resolved_system import Environment, ResolvedSystem


@rule("L101")
def _log_retention(resolved: ResolvedSystem) -> Findings:
    for owner, model in resolved.models():
        kind: type[BaseModel] = type(model)
        for path in _terms(kind):
            days = reduce(lambda value, step: getattr(value, step, None), path, model)
            if days is not None and days not in LOG_TERMS:
                shorter, longer = [one for one in LOG_TERMS if one < days], [one for one in LOG_TERMS if one > days]
                nearest = " or ".join(f"`{one} days`" for one in (*shorter[-1:], *longer[:1]))
                message = f"CloudWatch Logs cannot keep logs for {days} days"
                yield Finding(message, resolved.at(owner, *path), f"write {nearest}, the nearest that it supports")


@cache
def _terms(model: type[BaseModel]) -> tuple[tuple[str, ...], ...]:
    """Return the paths of a model's fields, and of those in them, that say how long a log is kept."""
    found: list[tuple[str, ...]] = []
    for name, field in model.model_fields.items():
        pending: list[Any] = [field.annotation, *field.metadata]
        while pending:
            kind = pending.pop()
            if isinstance(kind, LogTerm):
                found.append((name,))
            elif isinstance(kind, type) and issubclass(kind, BaseModel):
                found += [(name, *path) for path in _terms(kind)]
            elif get_origin(kind) in (Annotated, Union, UnionType):
                pending += [*get_args(kind), *getattr(kind, "__metadata__", ())]
    return tuple(found)


def _audit_logs(environment: Environment) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Yield owner, path and days of every audit log."""
    for owner, database in (*environment.each(Database), *environment.each(DocumentDatabase)):
        if database.audit is not None:
            yield owner, ("audit", "retention"), database.audit.retention
    for owner, gateway in environment.each(Gateway):
        if gateway.audit:
            yield owner, ("access_log_retention",), gateway.access_log_retention


@rule("L102")
def _short_trail(environment: Environment) -> Findings:
    if not environment.settings.production:
        return
    for owner, path, days in _audit_logs(environment):
        if days < 365:
            is_written = environment.origins[owner].setting(path)
            place = environment.at(owner, *path) if is_written else environment.at(owner, "audit")
            message = f"production keeps this audit trail {days} days"
            yield Finding(message, place, f"write `{path[-1]}: 365 days` or more")
