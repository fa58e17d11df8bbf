"""What an environment costs a month: what its entries and capabilities say that they cost, at list prices."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from fnmatch import translate
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.core.billing import Cost
from infragen.core.budgets import Budget, DocumentCost, DocumentCosts
from infragen.core.build_context import BuildContext
from infragen.core.clock import WEEK
from infragen.core.entry import Usage
from infragen.core.kind import empty
from infragen.core.resolved_system import Environment
from infragen.core.tracing import once
from infragen.kinds import capabilities, kinds, network
from infragen.prices import Amount, Price, times_as_much
from infragen.stacks.build import in_force

ASSUMPTIONS: Final = (
    "730 hours a month, at list prices on demand: no discounts, savings plans, free tiers or taxes",
    "at least: tasks and capacity at their minimum all month; at most: at their maximum all month",
    "not in the sums: what only usage decides and no `usage` states: traffic, logs, requests, backups, data transfer",
)

_WAITING: Final = (
    "it follows {}, and nothing runs in it: its networks, their NAT gateways and endpoints, and the copies stand before"
    " it takes over, which creates little then (AWS Well-Architected, Reliability Pillar: REL11-BP04)"
)


class Line(Struct, frozen=True):
    """A line of the bill: whose it is, who says so, and what it comes to; None where that is not known."""

    owner: str
    """The id of an entry, or a capability's name."""
    asked_by: str
    """The same, or the capability that an entry asks for."""
    cost: Cost
    price: Price | None
    region: str
    used: Decimal | None = None
    """How much of its word is stated, in GB or thousands: by its entry, or its share of a document's row."""

    @property
    def is_usage(self) -> bool:
        return self.cost.units is None and self.used is None

    @property
    def word(self) -> str:
        return self.cost.usage if self.cost.units is None else ""

    @property
    def what(self) -> str:
        return self.cost.what if self.used is None else f"{self.cost.what}, {Usage.words(self.cost.usage, self.used)}"

    @property
    def amount(self) -> Amount | None:
        if self.price is None or self.is_usage:
            return None
        return self.price.of(self.cost.units or 0, self.cost.most) if self.used is None else self.price.used(self.used)


class Estimate(Struct, frozen=True):
    """What an environment costs a month: the lines, and the ids whose kind or capability does not say what it costs."""

    environment: Environment
    lines: tuple[Line, ...]
    silent: tuple[str, ...]
    standby: StandbyCost | None = None
    """The same of what stands by for it, where somebody asked for that."""

    @property
    def assumptions(self) -> tuple[str, ...]:
        follows = self.environment.settings.follows
        said = () if follows is None else (_WAITING.format(f"{self.environment.system.name}/{follows}"),)
        return (*ASSUMPTIONS, *said)

    @property
    def total(self) -> Amount:
        return _sum(self.lines) + Amount(lacks=bool(self.silent))

    def counted_by(self, budget: Budget) -> Estimate:
        lines = tuple(
            line
            for line in self.lines
            if (not budget.services or line.cost.service in budget.services)
            and (not budget.regions or line.region in budget.regions)
        )
        return replace(self, lines=lines, silent=() if budget.services else self.silent)

    def beyond(self, rest: Estimate) -> tuple[Line, ...]:
        mine, others = (Counter(replace(line, used=None) for line in one.lines) for one in (self, rest))
        return tuple((mine - others).elements())

    @property
    def owners(self) -> dict[str, Amount]:
        unknown = dict.fromkeys(self.silent, Amount(lacks=True))
        return _sorted(
            {owner: _sum(one for one in self.lines if one.owner == owner) for owner in self.billed} | unknown
        )

    @property
    def kinds(self) -> dict[str, Amount]:
        found: dict[str, Amount] = defaultdict(Amount)
        for owner, amount in self.owners.items():
            found[owner.partition("/")[0]] += amount
        return _sorted(found)

    @property
    def billed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line.owner for line in self.lines))

    @property
    def usage(self) -> dict[str, tuple[Line, ...]]:
        found: dict[str, tuple[Line, ...]] = {}
        for line in self.lines:
            if line.is_usage and line.price is not None:
                found[str(line.price)] = (*found.get(str(line.price), ()), line)
        return dict(sorted(found.items(), key=lambda item: item[1][0].price.per if item[1][0].price else ""))

    @property
    def unpriced(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.price is None)

    @property
    def uncounted(self) -> tuple[Line, ...]:
        return tuple(sorted((line for line in self.unpriced if not line.is_usage), key=_size, reverse=True))

    @property
    def estimated(self) -> tuple[Line, ...]:
        lines = (line for line in self.lines if line.price is not None and line.price.estimated)
        return tuple(sorted(lines, key=lambda line: -(line.amount or Amount()).most))

    @property
    def idle(self) -> dict[str, tuple[tuple[str, ...], Amount]]:
        """What is there for tasks and their callers in a standby that waits: whose, and its cost, the dearest first."""
        found: dict[str, tuple[tuple[str, ...], Amount]] = {}
        for line in self.lines if self.environment.settings.stands_still_by is not None else ():
            if line.cost.serves:
                owners, amount = found.get(line.what, ((), Amount()))
                found[line.what] = (*owners, line.owner), amount + _sum([line])
        return dict(sorted(found.items(), key=lambda one: -one[1][1].most))

    @property
    def uncompared(self) -> tuple[Price, ...]:
        found = (line.price for line in self.lines if line.price is not None and not line.price.as_of)
        return tuple(dict.fromkeys(found))

    def of_capability(self, name: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.asked_by == name)


_SMALL: Final = {"medium": Decimal("0.5"), "small": Decimal("0.25"), "micro": Decimal("0.125"), "nano": Decimal("0.06")}
"""Of `large`, about what smaller classes of its family cost."""


def _size(line: Line) -> Decimal:
    family, _, name = line.cost.size.rpartition(".")
    each = _SMALL.get(name) or times_as_much(f"{family}.large", line.cost.size) or 0
    return Decimal(line.cost.units or 0) * each


class StandbyCost(Struct, frozen=True):
    """What a standby costs as it stands, and once it has taken over, in the sizes that its file gives it."""

    standing: Estimate
    taken_over: Estimate

    @property
    def waits(self) -> bool:
        return self.standing.environment.settings.stands_still_by is not None


class ComparedRow(Struct, frozen=True):
    """A row of the document's estimate beside what its entries and capabilities come to here.

    `unpriced` and `used` count the lines of these that are in no sum: without a known price, and billed by usage.
    """

    name: str
    document: Amount
    here: Amount
    owners: tuple[str, ...]
    unpriced: int
    used: int
    says: str = ""
    why: str = ""
    stated: Mapping[str, int] = {}
    """How much the document says is used, in GB or thousands."""
    parts: Mapping[str, Amount] = {}
    """What it comes to by kind and capability, the dearest first, where the document does not say what it is for."""


class Compared(Struct, frozen=True):
    """A document's estimate beside this one: its rows, and what it has no row for."""

    title: str
    rows: tuple[ComparedRow, ...]
    rest: ComparedRow
    yen_per_dollar: int | None
    not_built: frozenset[str] = frozenset()
    """The rows of what other rows are in place of, which are in no sum."""
    stated: Amount | None = None
    """The sum that the document states, if its rows come to another."""
    configuration: str = ""
    """Whose sizes and counts they are: the configuration's name, or empty for the environment's own."""

    @property
    def sum(self) -> ComparedRow:
        every = (*(row for row in self.rows if row.name not in self.not_built), self.rest)
        return ComparedRow(
            "sum",
            sum((row.document for row in every), Amount()),
            sum((row.here for row in every), Amount()),
            (),
            sum(row.unpriced for row in every),
            sum(row.used for row in every),
            says="" if self.stated is None else str(self.stated),
        )


def is_for(owner: str, patterns: Iterable[str]) -> bool:
    return _any_of(tuple(patterns))(owner) is not None


@lru_cache(maxsize=1024)
def _any_of(patterns: tuple[str, ...]) -> Callable[[str], object]:
    return re.compile("|".join(map(translate, patterns)) or r"(?!)").match


def by_zone(environment: Environment, name: str) -> str | None:
    """Describe a row that counts once what is billed in each zone, and what it then saves over the row it replaces."""
    rows = environment.settings.document_costs.rows if environment.settings.document_costs is not None else {}
    row, zones = rows[name], len(network.zones(environment))
    if not row.in_each_zone or zones == 1:
        return None
    said = f"{_usd(row.amount)} is billed in each of {zones} zones: {_usd(row.amount * zones)}"
    other = rows.get(row.instead_of or "")
    if other is None:
        return said
    saved = f"saves {_usd(other.amount - row.amount * zones)}, not {_usd(other.amount - row.amount)}"
    return f"{said}; in place of `{row.instead_of}` at {_usd(other.amount)} it {saved}"


def _usd(amount: Amount) -> str:
    return f"{' to '.join(dict.fromkeys(f'{one.normalize():f}' for one in (amount.least, amount.most)))} USD"


def beside_budget(found: Estimate) -> Amount | None:
    settings = found.environment.settings
    if settings.budget is None:
        return None
    standing = found.standby.standing if found.standby is not None and settings.budget.of == "account" else None
    is_counted = standing is not None and standing.environment.settings.account == settings.account
    every = [found, standing] if standing is not None and is_counted else [found]
    return sum((one.counted_by(settings.budget).total for one in every), Amount())


def beside_documents(found: Estimate) -> Iterator[Compared]:
    for name, one in (("", found), *((name, estimate(of)) for name, of in found.environment.configurations.items())):
        compared = beside_document(one)
        if compared is not None:
            yield replace(compared, configuration=name)


def beside_document(found: Estimate) -> Compared | None:
    costs = found.environment.settings.document_costs
    if costs is None:
        return None

    def compared(name: str, lines: list[Line], row: DocumentCost | None = None) -> ComparedRow:
        silent = [owner for owner in unsaid if row is None or is_for(owner, row.entries)]
        unsaid[:] = [owner for owner in unsaid if owner not in silent]
        unpriced = len(silent) + sum(line.price is None for line in lines)
        used = sum(line.price is not None and line.is_usage for line in lines)
        mine = tuple(dict.fromkeys([*(line.owner for line in lines), *silent]))
        here = _sum(lines) + Amount(lacks=bool(silent))
        if row is None:
            return ComparedRow(name, Amount(), here, mine, unpriced, used)
        why = "; ".join(filter(None, (row.why, by_zone(found.environment, name))))
        return ComparedRow(name, row.amount, here, mine, unpriced, used, row.says or "", why, row.usage.stated)

    unsaid = list(found.silent)
    by_row, left = _by_row(costs, found.lines)
    rows = [compared(name, by_row[name], row) for name, row in costs.rows.items()]
    covered = {owner for row in rows if not costs.rows[row.name].lines for owner in row.owners}
    parts: dict[str, Amount] = defaultdict(Amount)
    for line in left:
        part = f"{line.owner}, {line.cost.what}" if line.owner in covered else line.owner.partition("/")[0]
        parts[part] += _sum([line])
    dearest = dict(sorted(parts.items(), key=lambda part: (-part[1].most, part[0])))
    rest = replace(compared("not in the document", left), parts=dearest)
    stated = None if costs.stated == costs.sum else costs.stated
    not_built = frozenset(costs.rows) - costs.counted.keys()
    return Compared(costs.title, tuple(rows), rest, costs.yen_per_dollar, not_built, stated)


@once
def estimate(environment: Environment) -> Estimate:
    return _estimate(environment)


@once
def sound_estimate(environment: Environment) -> Estimate:
    """Return the same without what refers to something that does not exist: a finding of its own says so."""
    return _estimate(environment, KeyError)


def _estimate(environment: Environment, *left_out: type[Exception]) -> Estimate:
    ctx = BuildContext(environment, in_force(environment))
    silent = [owner for owner, entry in environment.every() if kinds()[entry.KIND].cost.monthly is empty]
    silent += [name for name in ctx.capabilities if capabilities()[name].monthly_costs is empty]
    return Estimate(environment, tuple(_stated(environment, [*_lines(ctx, *left_out)])), tuple(silent))


def _by_row(costs: DocumentCosts, lines: Iterable[Line]) -> tuple[Mapping[str, list[Line]], list[Line]]:
    found, left = dict[str, list[Line]](), list(lines)
    for name, row in sorted(costs.rows.items(), key=lambda one: not one[1].lines):
        sides: tuple[list[Line], list[Line]] = ([], [])
        for line in left:
            what = line.cost.what
            is_priced = is_for(what, row.lines or ("*",)) and not is_for(what, row.lacks)
            sides[is_for(line.owner, row.entries) and is_priced].append(line)
        left, found[name] = sides
    return found, left


class Share(Struct, frozen=True):
    """What a document's row says is used, how much of it its entries do not state, and the lines that share this.

    `of` are all lines that the row is for.
    """

    row: str
    word: str
    quantity: int
    rest: int
    lines: tuple[Line, ...]
    of: tuple[Line, ...]


def shares(environment: Environment, lines: Iterable[Line]) -> Iterator[Share]:
    own = {owner: entry.usage.stated for owner, entry in environment.every()}
    costs = environment.settings.document_costs
    for row, mine in _by_row(costs, lines)[0].items() if costs is not None else ():
        for word, quantity in costs.rows[row].usage.stated.items() if costs is not None else ():
            billed = [line for line in mine if line.word == word]
            stated = [own.get(owner, {}).get(word) for owner in {line.owner for line in billed}]
            sharing = tuple(line for line in billed if word not in own.get(line.owner, {}))
            yield Share(row, word, quantity, quantity - sum(filter(None, stated)), sharing, tuple(mine))


def _stated(environment: Environment, lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines with how much is used: what their entry states, or evenly what their row has left for others."""
    own = {(owner, word): one for owner, entry in environment.every() for word, one in entry.usage.stated.items()}
    evenly = {
        (line.owner, line.cost): Decimal(max(share.rest, 0)) / len({one.owner for one in share.lines})
        for share in shares(environment, lines)
        for line in share.lines
    }
    for line in lines:
        used = own.get((line.owner, line.word), evenly.get((line.owner, line.cost)))
        yield line if used is None else replace(line, used=Decimal(used))


def summary(environment: Environment) -> str:
    return f"{estimate(environment).total} a month, and usage"


def _lines(ctx: BuildContext, *left_out: type[Exception]) -> Iterator[Line]:
    for owner, entry in ctx.environment.every():
        with suppress(*left_out):
            yield from _of(owner, kinds()[entry.KIND].cost.monthly(entry, ctx.of(owner)), ctx)
    for name in ctx.capabilities:
        with suppress(*left_out):
            yield from _of(name, capabilities()[name].monthly_costs(ctx.of(name)), ctx)


def _of(asked_by: str, costs: Iterable[Cost], ctx: BuildContext) -> Iterator[Line]:
    for written in costs:
        working, kind = ctx.settings.working_hours, kinds().get(asked_by.partition("/")[0])
        if working is None or kind is None or not written.stops or written.units is None:
            cost = written
        else:
            running = working.a_week(of_data=kind.cost.stop_actions is not empty)
            share = running * 60 / WEEK
            what = f"{written.what}, {running.quantize(Decimal('0.1')).normalize():f} of {WEEK // 60} hours a week"
            most = None if written.most is None else written.most * share
            cost = replace(written, what=what, units=written.units * share, most=most)
        owner = cost.owner or asked_by
        region = cost.region or ctx.of(owner).region
        yield Line(owner, asked_by, cost, cost.priced(region), region)


def _sum(lines: Iterable[Line]) -> Amount:
    return sum((line.amount or Amount(lacks=not line.is_usage) for line in lines), Amount())


def _sorted(found: dict[str, Amount]) -> dict[str, Amount]:
    kept = {name: amount for name, amount in found.items() if amount.most or amount.lacks}
    return dict(sorted(kept.items(), key=lambda item: (-item[1].most, -item[1].least, item[0])))
