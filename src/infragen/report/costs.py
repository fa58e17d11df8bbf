"""What an environment costs a month, as text, Markdown and JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date as day
from typing import Any, Final

from infragen import prices
from infragen.core.entry import Usage
from infragen.markdown import in_markdown
from infragen.prices import REFERENCE, Amount, Price
from infragen.report import tables
from infragen.stacks.costs import ASSUMPTIONS, Compared, ComparedRow, Estimate, Line, beside_budget, beside_documents
from infragen.stacks.demands import demand_costs
from infragen.text import cells, counted, first_of

_MOST_ENTRIES: Final = 10
_MOST_OWNERS: Final = 3
_MOST_UNCOUNTED: Final = 3
"""Lines of entries, and entries named on one line, where not everything is asked for."""


def text(found: Sequence[Estimate], *, details: bool = False) -> str:
    return "\n\n".join("\n".join(_text(one, details=details)) for one in found)


def markdown(found: Sequence[Estimate], *, details: bool = False) -> str:
    return "\n\n".join("\n".join(_markdown(one, details=details)) for one in found)


def as_json(found: Sequence[Estimate]) -> str:
    environments = [_json(one) for one in found]
    return tables.as_json(
        currency="USD", prices=prices.date(), assumptions=list(ASSUMPTIONS), environments=environments
    )


def _head(found: Estimate) -> tuple[str, ...]:
    regions = ", ".join(sorted({line.region for line in found.lines} or {found.environment.settings.region}))
    known = f"list prices of {regions}, {day.fromisoformat(f'{prices.date()}-01'):%B %Y} or later"
    whatever, by_usage = found.uncounted, (line for line in found.unpriced if line.is_usage)
    named = [f"{line.owner} ({line.cost.what})" for line in whatever]
    named += [*found.silent, *(f"{line.owner} ({line.cost.what})" for line in by_usage)]
    missing = f"not counted: {first_of(named, _MOST_UNCOUNTED)} without a known price" if named else ""
    guessed = [f"{line.owner} ({line.what})" for line in found.estimated if line.amount is not None]
    some = f"{found.total.estimate}: {first_of(guessed, _MOST_UNCOUNTED)}" if guessed else ""
    usage = "with the usage stated, plus other usage" if any(line.used for line in found.lines) else "plus usage"
    total = f"{found.environment.target}: {found.total} a month {usage}"
    idle = ""
    if found.idle:
        (what, (owners, amount)), *_ = found.idle.items()  # the dearest of what waits in a standby
        every = sum((one for _, one in found.idle.values()), Amount())
        idle = f"idle while it waits: {what} ({first_of(owners, _MOST_OWNERS)}), {amount}, of {every} in all"
    *parts, last = filter(None, (total, idle, some, missing))
    return *parts, f"{last} ({known})"


def _text(found: Estimate, *, details: bool) -> Iterator[str]:
    whole, *about = _head(found)
    yield from (whole, *(f"  {one}" for one in about))
    for title, amounts in _sums(found).items():
        yield from ("", title, *_columns(amounts))
    yield from ("", "By kind", *_columns(found.kinds))
    owners = found.owners
    shown = dict(list(owners.items())[: None if details else _MOST_ENTRIES])
    yield from ("", "By entry and capability", *_columns(shown, found.lines if details else ()))
    if len(owners) > len(shown):
        yield f"  and {len(owners) - len(shown)} more; `--details` has all, with each line of the bill"
    if costs := demand_costs(found):
        yield from ("", "By demand of the document: what the environment would save without it")
        room = max(cells(str(one.amount)) for one in costs)
        for one in costs:
            yield f"  {one.name}  {str(one.amount).rjust(room)}  {one.says}"
            yield from (f"    {line}" for line in _beyond(one.unpriced, one.used))
    for compared in beside_documents(found):
        every = (*compared.rows, compared.rest, compared.sum)
        name = max(cells(row.name) for row in every)
        said = max(cells(str(row.document)) for row in every)
        here = max(cells(str(row.here)) for row in every)
        yield from ("", _beside(compared))
        yield f"  {' ' * name}  {'document'.rjust(said)}  {'here'.rjust(here)}"
        for row in every:
            written = "" if row is compared.rest else str(row.document)
            padding = " " * (name - cells(row.name))
            yield f"  {row.name}{padding}  {written.rjust(said)}  {str(row.here).rjust(here)}"
            yield from (f"    {one}" for one in _explained(row))
        yield f"  difference: {(compared.sum.here - compared.sum.document).signed}{_in_yen(compared)}"
    for title, lines in _lists(found, details=details):
        yield from ("", title, *(f"  {line}" for line in lines))


def _sums(found: Estimate) -> Mapping[str, Mapping[str, Amount]]:
    sums: dict[str, dict[str, Amount]] = {}
    if (standby := found.standby) is not None:
        here, there = (one.environment.settings.region for one in (found, standby.standing))
        other = standby.standing.environment.target
        sums["With its standby"] = {
            f"{found.environment.target} in {here}": found.total,
            f"{other} in {there}{', while it waits' if standby.waits else ''}": standby.standing.total,
            "together": found.total + standby.standing.total,
            **({f"{other}, once it has taken over": standby.taken_over.total} if standby.waits else {}),
        }
    counted_here, budget = beside_budget(found), found.environment.settings.budget
    if budget is not None and counted_here is not None:
        of = f" for {budget.counts}" if budget.counts else ""
        sums[f"Budget of {budget.monthly:,} USD a month{of}"] = {"at list prices": counted_here}
    return sums


def _lists(found: Estimate, *, details: bool) -> Iterator[tuple[str, Sequence[str]]]:
    usage = [f"{price}: {_owners(lines, details=details)}" for price, lines in found.usage.items()]
    unpriced = [*_grouped(found.unpriced, details=details)]
    unpriced += [f"{owner}: its kind has no cost estimate" for owner in found.silent]
    assumed = [*found.assumptions]
    if found.uncompared:
        named = "; ".join(str(price) for price in found.uncompared)
        assumed.append(f"{counted(len(found.uncompared), 'price')} not compared with AWS's list: {named}")
    every = (
        ("Billed by usage, not included in the totals", usage),
        (f"At {REFERENCE}'s prices, since none of the region is known", [*_grouped(found.estimated, details=details)]),
        ("Without a known price, not included in the totals", unpriced),
        ("Assumed", assumed),
    )
    return (one for one in every if one[1])


def _beside(compared: Compared) -> str:
    sizes = f"in the sizes of `{compared.configuration}`, " if compared.configuration else ""
    return f"Compared with the document's figures ({sizes}{compared.title})"


def _explained(row: ComparedRow) -> Iterator[str]:
    if row.says:
        yield f"it says: {row.says}"
    if row.stated:
        yield f"here with {', '.join(Usage.words(word, quantity) for word, quantity in row.stated.items())}"
    if row.why:
        yield row.why
    yield from (f"{name}: {amount}" for name, amount in row.parts.items() if amount.most)
    if others := [name for name, amount in row.parts.items() if not amount.most]:
        yield f"only by usage or without a known price: {', '.join(others)}"
    yield from filter(None, (row.here.estimate,))
    yield from _beyond(row.unpriced, row.used)


def _beyond(unpriced: int, used: int) -> Iterator[str]:
    things = ((unpriced, "without a known price"), (used, "billed by usage"))
    if beyond := [f"{counted(count, 'thing')} {words}" for count, words in things if count]:
        yield f"not in the total: {' and '.join(beyond)}"


def _in_yen(compared: Compared) -> str:
    if compared.yen_per_dollar is None:
        return ""
    least, most = (one * compared.yen_per_dollar for one in (compared.sum.here.least, compared.sum.here.most))
    yen = f"{least:,.0f}" if least == most else f"{least:,.0f} to {most:,.0f}"
    return f" (here {yen} JPY at the document's {compared.yen_per_dollar} a dollar)"


def _columns(found: Mapping[str, Amount], bill: Iterable[Line] = ()) -> Iterator[str]:
    width = max((cells(name) for name in found), default=0)
    room = max((cells(str(amount)) for amount in found.values()), default=0)
    for name, amount in found.items():
        yield f"  {name.ljust(width)}  {str(amount).rjust(room)}"
        billed = (line for line in bill if line.owner == name and line.amount is not None)
        yield from (f"    {line.what}: {line.amount} ({line.price})" for line in billed)
    if not found:
        yield "  nothing"


def _owners(lines: Sequence[Line], *, details: bool) -> str:
    owners = list(dict.fromkeys(line.owner for line in lines))
    return first_of(owners, len(owners) if details else _MOST_OWNERS)


def _grouped(found: Iterable[Line], *, details: bool) -> Iterator[str]:
    lines: dict[str, list[Line]] = {}
    for line in found:
        per = f"{prices.unit(str(line.cost.price))}{line.cost.size and f' of {line.cost.size}'}"
        lines.setdefault(f"per {per} in {line.region}", []).append(line)
    for lacking, some in lines.items():
        each = [f"{line.owner} ({line.cost.what})" for line in some]
        yield f"{lacking}: {first_of(each, len(each)) if details else _owners(some, details=False)}"


def _markdown(found: Estimate, *, details: bool) -> Iterator[str]:
    yield f"### {in_markdown('; '.join(_head(found)))}"
    for title, amounts in _sums(found).items():
        yield from ("", *_table((title, "USD a month"), ((name, str(one)) for name, one in amounts.items())))
    yield from ("", *_table(("kind", "USD a month"), ((name, str(one)) for name, one in found.kinds.items())))
    if details:
        rows = ((line.owner, line.what, str(line.price), str(line.amount)) for line in found.lines if line.amount)
        yield from ("", *_table(("entry", "what", "price", "USD a month"), rows))
    else:
        shown = list(found.owners.items())[:_MOST_ENTRIES]
        yield from ("", *_table(("entry", "USD a month"), ((name, str(one)) for name, one in shown)))
        if len(found.owners) > len(shown):
            yield from ("", f"and {counted(len(found.owners) - len(shown), 'more entry', 'more entries')}")
    if costs := demand_costs(found):
        yield from ("", "By demand of the document, what the environment would save without it:", "")
        demands = (
            (one.name, "; ".join((one.says, *_beyond(one.unpriced, one.used))), str(one.amount)) for one in costs
        )
        yield from _table(("demand", "says", "USD a month"), demands)
    for compared in beside_documents(found):
        yield from ("", f"{in_markdown(_beside(compared))}:", "")
        beside = (
            (row.name, "; ".join(_explained(row)), str(row.document), str(row.here), (row.here - row.document).signed)
            for row in (*compared.rows, compared.rest, compared.sum)
        )
        yield from _table(("row", "why", "document", "here", "difference"), beside)
    for title, lines in _lists(found, details=details):
        yield from ("", f"{title}:", *(f"- {in_markdown(line)}" for line in lines))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    return tables.table(head, rows, "---:")


def _json(found: Estimate) -> dict[str, Any]:
    compared = [*beside_documents(found)]
    return {
        "target": found.environment.target,
        "total": found.total.as_dict,
        "idle": [{"what": what, "entries": list(owners)} | one.as_dict for what, (owners, one) in found.idle.items()],
        "kinds": {name: one.as_dict for name, one in found.kinds.items()},
        "entries": {name: one.as_dict for name, one in found.owners.items()},
        "demands": [
            {"name": one.name, "says": one.says, "unpriced": one.unpriced, "by_usage": one.used} | one.amount.as_dict
            for one in demand_costs(found)
        ],
        "lines": [_line(line) for line in found.lines],
        "unknown": list(found.silent),
        "document": next((_document(one) for one in compared if not one.configuration), None),
        "configurations": {one.configuration: _document(one) for one in compared if one.configuration},
        "standby": found.standby
        and {
            "target": found.standby.standing.environment.target,
            "standing": found.standby.standing.total.as_dict,
            "taken_over": found.standby.taken_over.total.as_dict,
        },
        "budget": _budget(found),
    }


def _budget(found: Estimate) -> dict[str, Any] | None:
    budget, here = found.environment.settings.budget, beside_budget(found)
    if budget is None or here is None:
        return None
    filters = {"services": list(budget.services), "regions": list(budget.regions)}
    return {"monthly": budget.monthly, "here": here.as_dict} | filters


def _document(compared: Compared) -> dict[str, Any]:
    return {
        "title": compared.title,
        "rows": [_compared(row) for row in compared.rows],
        "rest": _compared(compared.rest),
        "total": _compared(compared.sum),
        "yen_per_dollar": compared.yen_per_dollar,
    }


def _compared(row: ComparedRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "document": row.document.as_dict,
        "here": row.here.as_dict,
        "entries": list(row.owners),
        "unpriced": row.unpriced,
        "by_usage": row.used,
        "stated": dict(row.stated),
        "says": row.says or None,
        "why": row.why or None,
        "parts": {name: amount.as_dict for name, amount in row.parts.items()},
    }


def _price(price: Price) -> dict[str, Any]:
    estimated = {"estimated": True} if price.estimated else {}
    whence = {"source": price.source, "as_of": price.as_of or None, "read": price.read or None}
    return {"usd": str(price.usd), "per": price.per} | whence | estimated


def _line(line: Line) -> dict[str, Any]:
    units, most = line.cost.units, line.cost.most
    return {
        "entry": line.owner,
        "asked_by": line.asked_by,
        "what": line.cost.what,
        "region": line.region,
        "price": line.price and _price(line.price),
        "units": None if units is None else {"least": str(units), "most": str(units if most is None else most)},
        "used": None if line.used is None else {line.word: f"{line.used:.3f}"},
        "amount": None if line.amount is None else line.amount.as_dict,
    }
