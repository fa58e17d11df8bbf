"""What a load that a document names comes to: for each task, at the balancers before it, and in what stores it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from msgspec import Struct

from infragen.core.build_context import BuildContext
from infragen.kinds.balancers.model import Balancer, leading_to
from infragen.kinds.databases import Database, timeseries
from infragen.kinds.workloads.model import Server, Service, Volume
from infragen.kinds.workloads.task import TaskView
from infragen.prices import Amount, known_price

_NUMBER: Final = r"([0-9][0-9,]*(?:\.[0-9]+)?)"
_FIGURE: Final = re.compile(
    rf"{_NUMBER}(?: to {_NUMBER})?(?: ?(GB|TB|PB))?(?: an? (second|minute|hour|day|week|month|year))?"
)
_GIGABYTES: Final = {"GB": 1, "TB": 1_000, "PB": 1_000_000}
_SECONDS: Final = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_592_000,
    "year": 31_104_000,
}
"""A month is one of 30 days."""

_LCU_CONNECTIONS: Final = {False: 3000, True: 1500}
"""Open connections of one LCU, without and with mutual TLS; another of its measures is 1 GB an hour (Elastic Load
Balancing pricing)."""
_RECORDS: Final = 100
_RECORD: Final = 2
"""Records of one call of WriteRecords and KB of a record, at the most (Amazon Timestream Developer Guide: Quotas)."""


class Load(Struct, frozen=True):
    """A figure as a number: `least` to `most`, of GB if it is data, in so many seconds if it is a rate."""

    least: Decimal
    most: Decimal
    is_data: bool
    seconds: int | None

    def each(self, seconds: int) -> Decimal:
        """At the most, on average; a number as it is."""
        return self.most if self.seconds is None else self.most * seconds / self.seconds


def load(volume: Volume) -> Load | None:
    """None if the figure has no number."""
    if (found := _FIGURE.search(volume.figure)) is None:
        return None
    least, most, unit, period = found.groups()
    numbers = [Decimal(one.replace(",", "")) * _GIGABYTES.get(unit, 1) for one in (least, most or least)]
    return Load(numbers[0], numbers[1], unit is not None, _SECONDS.get(period))


def a_month(volume: Volume) -> Decimal | None:
    if (found := load(volume)) is None or not found.is_data or found.seconds is None:
        return None
    return found.each(_SECONDS["month"])


def limits(server: Server, volume: Volume, ctx: BuildContext) -> Iterator[str]:
    tasks, found = server.tasks, load(volume)
    if volume.each_task is not None:
        yield f"{tasks.max} tasks x {volume.each_task:,} each = {tasks.max * volume.each_task:,}"
    if found is None:
        yield _tasks(server)
        return
    yield _shared(server, volume, found, ctx)
    queue = server.scaling.queue if isinstance(server, Service) else None
    if queue is not None and found.seconds is not None:
        yield f"a task more for every {queue.per_task:,} that wait, up to {tasks.max * queue.per_task:,}"
    stated = ctx.environment.system.declared.throughput
    if volume.counts == "users" and stated is not None:
        yield f"the declared {stated} are {_short(stated.per_second * 60 / found.most)} a minute for each of them"
    for balancer in leading_to(ctx.environment, server.name):
        yield from _balanced(balancer, volume, found, ctx)
    database = ctx.environment.all(Database).get(server.database or "") if isinstance(server, Service) else None
    if database is not None:
        yield from _stored(database, volume, found, ctx)


def _tasks(server: Server) -> str:
    ends = dict.fromkeys((server.tasks.min, server.tasks.max))
    return f"{' to '.join(map(str, ends))} task{'' if server.tasks.max == 1 else 's'}"


def _shared(server: Server, volume: Volume, found: Load, ctx: BuildContext) -> str:
    counts = [one for one in dict.fromkeys((server.tasks.min, server.tasks.max)) if one]
    tasks = _tasks(server)
    if volume.counts == "rows":
        memory = TaskView(ctx).memory
        each = _short(Decimal(memory) * 1024 / found.most)
        return f"{_short(Decimal(memory) / 1024)} GB of memory of a task, {each} KB for each of them"
    if found.is_data:
        rate = found.each(1) * 1000
        each = " to ".join(_short(rate / one) for one in counts)
        return f"{_short(rate)} MB a second on average; {tasks}{each and f': {each} each'}"
    if found.seconds is not None:
        return f"{_short(found.each(1))} a second on average; {tasks}"
    if volume.counts is None:
        return tasks
    each = " to ".join(f"{found.most / one:,.0f}" for one in counts)
    return f"{tasks}{each and f': {each} each'}"


def _balanced(balancer: Balancer, volume: Volume, found: Load, ctx: BuildContext) -> Iterator[str]:
    if found.is_data and found.seconds is not None:
        units, how = found.each(3600), f"{_short(found.each(3600))} GB an hour"
    elif volume.counts == "connections":
        held = _LCU_CONNECTIONS[balancer.mutual_tls]
        units, how = found.most / held, f"{found.most:,.0f} connections, {held:,} for each"
    else:
        return
    unit = known_price("application-load-balancer-capacity", ctx.of(f"balancers/{balancer.name}").region)
    cost = f", {unit.monthly * units:,.0f} USD a month" if unit is not None else ""
    yield f"balancers/{balancer.name}: {_short(units)} LCU ({how}){cost}"


def _stored(database: Database, volume: Volume, found: Load, ctx: BuildContext) -> Iterator[str]:
    series, monthly = database.timeseries, a_month(volume)
    if series is None or monthly is None:
        return
    owner = f"databases/{database.name}"
    if series.is_table:
        calls = found.each(1) * 1_000_000 / (_RECORDS * _RECORD)
        yield f"{owner}: {_short(calls)} calls of WriteRecords a second or more, of {_RECORDS} records of {_RECORD} KB"
    else:
        sent = f"{_short(found.each(1) * 1000)} MB a second through Firehose"
        yield f"{owner}: {sent}, which takes 1 MiB until AWS raises it (Amazon Data Firehose Developer Guide: Quota)"
    planned = series.model_copy(update={"volume": int(monthly)})
    both = (database.model_copy(update={"timeseries": planned}), database)
    said, built = (_bill(one, ctx.of(owner).region) for one in both)
    if not (said.lacks or built.lacks) and monthly != series.volume:
        beside = f"the {series.volume:,} GB that are built {built}"
        yield f"{owner}: {monthly:,.0f} GB a month cost {said} there, {beside}"


def _bill(database: Database, region: str) -> Amount:
    total = Amount()
    for cost in timeseries.costs(database):
        each = cost.priced(region)
        if cost.units is not None:
            total += Amount(lacks=True) if each is None else each.of(cost.units, cost.most)
    return total


def _short(number: Decimal) -> str:
    """With three significant digits, and all before the point."""
    return f"{number:,.0f}" if number >= 100 else f"{float(number):.3g}"
