"""Rules about what is watched and kept of what runs: alarms, the dashboard, logs."""

from bisect import bisect
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from functools import cache, reduce
from types import UnionType
from typing import Annotated, Any, Final, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel

from infragen.core.build_context import BuildContext
from infragen.core.entry import Entry
from infragen.core.measures import Measure, Threshold
from infragen.core.part import ENVIRONMENT
from infragen.core.rule import Environment, Finding, Findings, ResolvedSystem, rule
from infragen.core.units import LOG_TERMS, LogTerm
from infragen.diagnostics.hints import nearest
from infragen.kinds import kinds
from infragen.kinds.alarms import AlarmsView
from infragen.kinds.balancers.model import Balancer
from infragen.kinds.dashboards import DashboardView
from infragen.kinds.databases import Database, instance_classes
from infragen.kinds.document_databases.model import DocumentDatabase
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.levels import ALARMS
from infragen.kinds.metrics import Metric
from infragen.stacks.build import in_force, sound_parts
from infragen.stacks.signals import signals_of, unchecked
from infragen.text import span

_MINUTE: Final = 60


def _said(resolved: ResolvedSystem) -> Iterator[tuple[str, str, Threshold | str, dict[str, Measure]]]:
    for owner, entry in resolved.every():
        if said := getattr(entry, "alarms", None):
            known = {one.word: one for one in kinds()[entry.KIND].operations.metrics(entry)}
            yield from ((owner, word, one, known) for word, one in said.items())


def _has_figure(said: Threshold | str) -> TypeGuard[Threshold]:
    return isinstance(said, Threshold) and said.anomaly is None


@rule("L121")
def _unknown_word(resolved: ResolvedSystem) -> Findings:
    for owner, word, _, known in _said(resolved):
        if word not in known:
            message = f"{owner} has no alarm `{word}`"
            place = resolved.at(owner, "alarms", word, key=True)
            yield Finding(message, place, nearest(word, known, "what is watched of it"))


@rule("L122")
def _wrong_side(resolved: ResolvedSystem) -> Findings:
    for owner, word, said, known in _said(resolved):
        measure = known.get(word)
        if _has_figure(said) and measure is not None and said.side != measure.side:
            more = "little" if measure.is_least else "much"
            message = f"too {more} of `{word}` is bad; the alarm goes off {said.side} {said.amount}, when all is well"
            place = resolved.at(owner, "alarms", word, said.side, key=True)
            yield Finding(message, place, f"write `{word}: {{{measure.side}: {said.amount}}}`")


@rule("L123")
def _wrong_unit(resolved: ResolvedSystem) -> Findings:
    for owner, word, said, known in _said(resolved):
        measure = known.get(word)
        if _has_figure(said) and measure is not None:
            try:
                measure.unit.read(said.amount)
            except ValueError as error:
                message = f"`{word}` is watched as {error}, not as `{said.amount}`"
                yield Finding(message, resolved.at(owner, "alarms", word, said.side), f"such as `{measure.example}`")


@rule("L126")
def _never_or_always(resolved: ResolvedSystem) -> Findings:
    for owner, word, said, known in _said(resolved):
        measure = known.get(word)
        if not _has_figure(said) or measure is None or said.side != measure.side:
            continue
        with suppress(ValueError):  # L123 says so
            found = _beyond(resolved.find(owner), measure, said, measure.unit.read(said.amount))
            if found is not None:
                message = f"`{word}` is {found[0]} {said.side} {said.amount}: {found[1]}"
                yield Finding(message, resolved.at(owner, "alarms", word, said.side), f"such as `{found[2]}`")


def _beyond(entry: Entry | None, measure: Measure, said: Threshold, amount: Decimal) -> tuple[str, str, str] | None:
    """Return `never` or `always`, why, and what may be written instead, of a figure that a measure cannot cross."""
    if isinstance(entry, Metric) or said.statistic in {"Sum", "SampleCount"}:
        return None  # only people know what their own figures may be
    most, what = _most(entry, measure)
    is_above = said.above is not None
    if most is not None and amount >= most:
        # four fifths of the most that it can be, or where a tenth of it is left
        figure = f"{int(most) // 2**20 // 10} MB" if measure.is_least else str(int(most) * 4 // 5)
        example = measure.example if _is_percent(measure) else f"{measure.word}: {{{measure.side}: {figure}}}"
        return "never" if is_above else "always", what, example
    if amount == 0 and (not is_above or measure.word in ("cpu", "memory")):  # there is always some of both
        when, why = ("always", "there is always some") if is_above else ("never", "nothing is less")
        return when, why, measure.example
    return None


def _is_percent(measure: Measure) -> bool:
    return {*measure.unit.factors} == {"%"}


def _most(entry: Entry | None, measure: Measure) -> tuple[Decimal | None, str]:
    if _is_percent(measure):
        return 100 * measure.unit.factors["%"], "100 % is all there is"
    if not isinstance(entry, Database):
        return None, ""
    size = entry.size
    if measure.word == "connections":
        most = instance_classes.connections_taken(entry)
        which = size if entry.capacity is None else f"{entry.capacity.max:f} ACU"
        which = "`max_connections`" if "max_connections" in entry.parameters else which
        return (None, "") if most is None else (Decimal(most), f"{which} allows {most:,} connections")
    if measure.word == "free-memory" and size is not None:
        memory = instance_classes.memory(size)
        return (None, "") if memory is None else (Decimal(memory), f"{size} has {memory / 2**30:g} GB in all")
    if measure.word == "free-storage":
        most = entry.storage.grow_to or entry.storage.size
        return Decimal(most * 2**30), f"its disk has {most:,} GB in all"
    return None, ""


@rule("L124")
def _periods(resolved: ResolvedSystem) -> Findings:
    for owner, word, said, _ in _said(resolved):
        if not isinstance(said, Threshold):
            continue
        period = said.period or _MINUTE
        if period % _MINUTE and period not in {10, 20, 30}:
            message = f"a period is 10 s, 20 s, 30 s or whole minutes, not {span(period)}"
            yield Finding(message, resolved.at(owner, "alarms", word, "period"), "write `period: 1 min`")
        elif said.for_ is not None and said.period is not None and said.for_ % period:
            message = f"{span(said.for_)} are not whole periods of {span(period)}"
            least = max(1, said.for_ // period) * period
            yield Finding(message, resolved.at(owner, "alarms", word, "for"), f"write `for: {span(least)}`")


@rule("L125")
def _nothing_watched(environment: Environment) -> Findings:
    said = {owner for owner, *_ in _said(environment)}
    if not said or environment.broken or environment.settings.alarms is False:
        return
    found: dict[str, set[str]] = {owner: set() for owner in said}
    for part in sound_parts(environment):
        if isinstance(part.own, AlarmsView) and part.owner in said:
            with suppress(KeyError):  # it refers to what does not exist: another finding says so
                found[part.owner].update(part.own.words)
    for owner, word, one, known in _said(environment):
        if word in known and isinstance(one, Threshold) and word not in found[owner]:
            message = f"{owner} has nothing that `{word}` could be measured at"
            place = environment.at(owner, "alarms", word, key=True)
            yield Finding(message, place, f"remove `{word}`, or add what it is about")


@rule("L127")
def _reaches_nobody(environment: Environment) -> Findings:
    settings = environment.settings
    if not settings.production or settings.alarms is not False:
        return  # A103, L112 and L141 say where a topic or a budget has nobody
    for one in signals_of(environment).lost:
        if not one.signal.through.startswith("a budget"):
            message = f"{one.owner}: {one.signal.what} reach no one, as nothing is told with `alarms: false`"
            hint = "remove `alarms: false`, and add `alarm_email: operations@example.com`, with your own address"
            yield Finding(message, environment.at(ENVIRONMENT, "alarms"), hint)


@rule("L128")
def _fails_in_silence(environment: Environment) -> Findings:
    if not environment.settings.production or ALARMS not in in_force(environment):
        return  # A103 says of production that nothing is watched
    for one in signals_of(environment).silent:
        if not one.is_chosen:
            message = f"{one.owner} can fail without an alarm: {one.failure.how}"
            yield Finding(message, environment.at(one.owner, "name"), one.failure.hint)


@rule("L153")
def _not_asked_from_outside(environment: Environment) -> Findings:
    for owner, may_be_asked in unchecked(environment):
        if may_be_asked and environment.assumption(owner, ("check",)) is None:
            message = f"nothing asks {owner} from outside: no alarm goes off when its name or certificate fails"
            hint = "add `check: {path: /health}`, or `check: null` and why under `assumptions: {check: ...}`"
            yield Finding(message, environment.at(owner, "name"), hint)


@rule("L154")
def _held_by_scanners(environment: Environment) -> Findings:
    for owner, balancer in environment.each(Balancer) if environment.settings.production else ():
        if balancer.is_public and isinstance(balancer.alarms.get("client-errors"), Threshold):
            message = f"`client-errors` of {owner} counts what anybody sends: each scanner holds the alarm on"
            hint = "watch `errors`, or count those of callers whom the code knows: a `metrics` entry with `log`"
            yield Finding(message, environment.at(owner, "alarms", "client-errors", key=True), hint)


@rule("B151")
def _fills_up(environment: Environment) -> Findings:
    if not environment.settings.production:
        return
    watched = {one.owner for one in signals_of(environment).told if one.signal.what == "free-storage"}
    for owner, entry in environment.every():
        disk = getattr(entry, "storage", None)
        engine = getattr(entry, "kind_of_engine", None)
        grows = getattr(disk, "grow_to", None) is not None or (engine is not None and engine.is_aurora)
        is_known = owner in watched or owner in environment.broken
        if disk is None or grows or is_known or environment.assumption(owner, ("alarms", "free-storage")):
            continue
        message = f"{owner} takes no more data once its {disk.size} GB are full: nothing makes it larger, and no alarm"
        alarm = "turn the alarm `free-storage` on, or explain under `assumptions: {alarms.free-storage: ...}`"
        hint = f"write `storage: {{grow_to: {disk.size * 2} GB}}`, {alarm}" if hasattr(disk, "grow_to") else alarm
        yield Finding(f"{message} says so before", environment.at(owner, "storage"), hint)


_MOST: Final = 500


@rule("L151")
def _too_many(environment: Environment) -> Findings:
    if not environment.settings.dashboard or environment.broken:
        return
    count = len(DashboardView(BuildContext(environment, in_force(environment), "dashboard")).widgets)
    if count > _MOST:
        message = f"a dashboard has {_MOST} widgets at most, and all that is watched needs {count}"
        hint = "leave it out, or write `none` for some alarms"
        yield Finding(message, environment.at(ENVIRONMENT, "dashboard"), hint)


@rule("L101")
def _log_retention(resolved: ResolvedSystem) -> Findings:
    for owner, model in resolved.models():
        kind: type[BaseModel] = type(model)
        for path in _terms(kind):
            days = reduce(lambda value, step: getattr(value, step, None), path, model)
            if days is not None and days not in LOG_TERMS:
                place = bisect(LOG_TERMS, days)
                nearest = " or ".join(f"`{one} days`" for one in LOG_TERMS[max(place - 1, 0) : place + 1])
                message = f"CloudWatch Logs cannot keep logs for {days} days"
                yield Finding(message, resolved.at(owner, *path), f"write {nearest}, the nearest that it supports")


@cache
def _terms(model: type[BaseModel]) -> tuple[tuple[str, ...], ...]:
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


@rule("L102")
def _short_trail(environment: Environment) -> Findings:
    logs: list[tuple[str, tuple[str, ...], int]] = []
    for owner, one in (*environment.each(Database), *environment.each(DocumentDatabase)):
        logs += [(owner, ("audit", "retention"), one.audit.retention)] if one.audit is not None else []
    for owner, gateway in environment.each(Gateway):
        logs += [(owner, ("access_log_retention",), gateway.access_log_retention)] if gateway.audit else []
    for owner, path, days in logs if environment.settings.production else ():
        if days < 365:
            is_written = environment.origins[owner].setting(path)
            place = environment.at(owner, *path) if is_written else environment.at(owner, "audit")
            message = f"production keeps this audit trail {days} days"
            yield Finding(message, place, f"write `{path[-1]}: 365 days` or more")
