"""What an environment costs a month, as text, Markdown and JSON."""

from __future__ import annotations

from datetime import date as day
from typing import TYPE_CHECKING, Any, Final

from infragen import prices
from infragen.markdown import in_markdown
from infragen.report import tables
from infragen.stacks.costs import ASSUMPTIONS, REFERENCE, beside_budget, beside_document
from infragen.stacks.demands import demand_costs
from infragen.text import cells, counted, first_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from infragen.prices import Amount, Price
    from infragen.stacks.costs import Compared, ComparedRow, Estimate, Line, StandbyCost

_MOST_ENTRIES: Final = 10
_MOST_OWNERS: Final = 3
_MOST_UNCOUNTED: Final = 3
"""Lines of entries, and entries named on one line, where not everything is asked for."""


def text(found: Sequence[Estimate], *, details: bool = False) -> str:
    """Return the estimates for people: by kind, by entry, what only usage decides, and what has no price."""
    return "\n\n".join("\n".join(_text(one, details=details)) for one in found)


def markdown(found: Sequence[Estimate], *, details: bool = False) -> str:
    """Return the estimates as tables."""
    return "\n\n".join("\n".join(_markdown(one, details=details)) for one in found)


def as_json(found: Sequence[Estimate]) -> str:
    """Return everything; amounts are texts of USD, which lose nothing."""
    environments = [_json(one) for one in found]
    return tables.as_json(
        currency="USD", prices=prices.date(), assumptions=list(ASSUMPTIONS), environments=environments
    )


def heading(found: Estimate) -> str:
    """Return whose estimate it is, what it comes to, and whose prices these are."""
    regions = ", ".join(sorted({line.region for line in found.lines} or {found.environment.settings.region}))
    known = f"list prices of {regions}, {day.fromisoformat(f'{prices.date()}-01'):%B %Y} or later"
    whatever, by_usage = found.uncounted, (line for line in found.unpriced if line.is_usage)
    named = [f"{line.owner} ({line.cost.what})" for line in whatever]
    named += [*found.silent, *(f"{line.owner} ({line.cost.what})" for line in by_usage)]
    missing = f"; not counted: {first_of(named, _MOST_UNCOUNTED)} without a known price" if named else ""
    return f"{found.environment.target}: {found.total} a month plus usage{missing} ({known})"


def _text(found: Estimate, *, details: bool) -> Iterator[str]:
    yield heading(found)
    for title, amounts in _sums(found).items():
        yield from ("", title, *_columns(amounts))
    yield from ("", "By kind", *_columns(found.kinds))
    owners = found.owners
    shown = dict(list(owners.items())[: None if details else _MOST_ENTRIES])
    yield from ("", "By entry and capability", *_columns(shown, _bill(found) if details else None))
    if len(owners) > len(shown):
        yield f"  and {len(owners) - len(shown)} more; `--details` has all, with each line of the bill"
    costs = demand_costs(found)
    if costs:
        yield from ("", "By demand of the document: what the environment would save without it")
        room = max(cells(str(one.amount)) for one in costs)
        for one in costs:
            yield f"  {one.name}  {str(one.amount).rjust(room)}  {one.says}"
            yield from (f"    {line}" for line in _beyond(one.unpriced, one.used))
    compared = beside_document(found)
    if compared is not None:
        every = (*compared.rows, compared.rest, compared.sum)
        name = max(cells(row.name) for row in every)
        said = max(cells(str(row.document)) for row in every)
        here = max(cells(str(row.here)) for row in every)
        yield from ("", f"Compared with the document's figures ({compared.title})")
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
    standby = found.standby
    if standby is not None:
        sums["With its standby"] = _with_standby(found, standby, lambda one: one.total)
        if any(one.total.lacks for one in (found, standby.standing, standby.taken_over)):
            title = f"The same with {REFERENCE}'s prices where none is known of the region"
            sums[title] = _with_standby(found, standby, lambda one: one.supposed)
    counted_here, budget = beside_budget(found), found.environment.settings.budget
    if budget is not None and counted_here is not None:
        of = f" for {budget.counts}" if budget.counts else ""
        sums[f"Budget of {budget.monthly:,} USD a month{of}"] = {"at list prices": counted_here}
    return sums


def _with_standby(found: Estimate, standby: StandbyCost, amount: Callable[[Estimate], Amount]) -> dict[str, Amount]:
    here, there = (one.environment.settings.region for one in (found, standby.standing))
    other = standby.standing.environment.target
    return {
        f"{found.environment.target} in {here}": amount(found),
        f"{other} in {there}{', while it waits' if standby.waits else ''}": amount(standby.standing),
        "together": amount(found) + amount(standby.standing),
        **({f"{other}, once it has taken over": amount(standby.taken_over)} if standby.waits else {}),
    }


def _lists(found: Estimate, *, details: bool) -> Iterator[tuple[str, Sequence[str]]]:
    usage = [f"{price}: {_owners(lines, details=details)}" for price, lines in found.usage.items()]
    every = (
        ("Billed by usage, not included in the totals", usage),
        ("Without a known price, not included in the totals", [*_unpriced(found, details=details)]),
        ("Assumed", [*found.assumptions, *_uncompared(found)]),
    )
    return (one for one in every if one[1])


def _explained(row: ComparedRow) -> Iterator[str]:
    if row.says:
        yield f"it says: {row.says}"
    if row.why:
        yield row.why
    yield from (f"{name}: {amount}" for name, amount in row.parts.items() if amount.most)
    if others := [name for name, amount in row.parts.items() if not amount.most]:
        yield f"only by usage or without a known price: {', '.join(others)}"
    yield from _beyond(row.unpriced, row.used)


def _beyond(unpriced: int, used: int) -> Iterator[str]:
    beyond = [
        *([f"{counted(unpriced, 'thing')} without a known price"] if unpriced else []),
        *([f"{counted(used, 'thing')} billed by usage"] if used else []),
    ]
    if beyond:
        yield f"not in the total: {' and '.join(beyond)}"


def _in_yen(compared: Compared) -> str:
    if compared.yen_per_dollar is None:
        return ""
    least, most = (one * compared.yen_per_dollar for one in (compared.sum.here.least, compared.sum.here.most))
    yen = f"{least:,.0f}" if least == most else f"{least:,.0f} to {most:,.0f}"
    return f" (here {yen} JPY at the document's {compared.yen_per_dollar} a dollar)"


def _columns(found: Mapping[str, Amount], bill: Callable[[str], Iterable[str]] | None = None) -> Iterator[str]:
    width = max((cells(name) for name in found), default=0)
    room = max((cells(str(amount)) for amount in found.values()), default=0)
    for name, amount in found.items():
        yield f"  {name.ljust(width)}  {str(amount).rjust(room)}"
        if bill is not None:
            yield from bill(name)
    if not found:
        yield "  nothing"


def _bill(found: Estimate) -> Callable[[str], Iterable[str]]:
    return lambda owner: (
        f"    {line.cost.what}: {line.amount} ({line.price})"
        for line in found.lines
        if line.owner == owner and line.amount is not None
    )


def _owners(lines: Sequence[Line], *, details: bool) -> str:
    owners = list(dict.fromkeys(line.owner for line in lines))
    return first_of(owners, len(owners) if details else _MOST_OWNERS)


def _unpriced(found: Estimate, *, details: bool) -> Iterator[str]:
    lines: dict[str, list[Line]] = {}
    for line in found.unpriced:
        per = f"{prices.unit(str(line.cost.price))}{line.cost.size and f' of {line.cost.size}'}"
        lines.setdefault(f"per {per} in {line.region}", []).append(line)
    for lacking, some in lines.items():
        each = [f"{line.owner} ({line.cost.what})" for line in some]
        yield f"{lacking}: {first_of(each, len(each)) if details else _owners(some, details=False)}"
    for owner in found.silent:
        yield f"{owner}: its kind has no cost estimate"


def _uncompared(found: Estimate) -> Iterator[str]:
    if found.uncompared:
        named = "; ".join(str(price) for price in found.uncompared)
        yield f"{counted(len(found.uncompared), 'price')} not compared with AWS's list: {named}"


def _markdown(found: Estimate, *, details: bool) -> Iterator[str]:
    yield f"### {in_markdown(heading(found))}"
    for title, amounts in _sums(found).items():
        yield from ("", *_table((title, "USD a month"), ((name, str(one)) for name, one in amounts.items())))
    yield from ("", *_table(("kind", "USD a month"), ((name, str(one)) for name, one in found.kinds.items())))
    if details:
        rows = ((line.owner, line.cost.what, str(line.price), str(line.amount)) for line in found.lines if line.amount)
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
    compared = beside_document(found)
    if compared is not None:
        yield from ("", f"Compared with the document's figures ({in_markdown(compared.title)}):", "")
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
    return {
        "target": found.environment.target,
        "total": found.total.as_dict,
        "kinds": {name: one.as_dict for name, one in found.kinds.items()},
        "entries": {name: one.as_dict for name, one in found.owners.items()},
        "demands": [
            {"name": one.name, "says": one.says, "unpriced": one.unpriced, "by_usage": one.used} | one.amount.as_dict
            for one in demand_costs(found)
        ],
        "lines": [_line(line) for line in found.lines],
        "unknown": list(found.silent),
        "document": _document(found),
        "standby": _standby(found.standby),
        "budget": _budget(found),
    }


def _standby(found: StandbyCost | None) -> dict[str, Any] | None:
    if found is None:
        return None
    sides = {"standing": found.standing, "taken_over": found.taken_over}
    amounts = {name: one.total.as_dict for name, one in sides.items()}
    supposed = {f"{name}_supposed": one.supposed.as_dict for name, one in sides.items()}
    return {"target": found.standing.environment.target} | amounts | supposed


def _budget(found: Estimate) -> dict[str, Any] | None:
    budget, here = found.environment.settings.budget, beside_budget(found)
    if budget is None or here is None:
        return None
    filters = {"services": list(budget.services), "regions": list(budget.regions)}
    return {"monthly": budget.monthly, "here": here.as_dict} | filters


def _document(found: Estimate) -> dict[str, Any] | None:
    compared = beside_document(found)
    if compared is None:
        return None
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
        "says": row.says or None,
        "why": row.why or None,
        "parts": {name: amount.as_dict for name, amount in row.parts.items()},
    }


def _price(price: Price) -> dict[str, str | None]:
    """Return a price with where it is from; `as_of` and `read` are null where it was not compared."""
    whence = {"source": price.source, "as_of": price.as_of or None, "read": price.read or None}
    return {"usd": str(price.usd), "per": price.per} | whence


def _line(line: Line) -> dict[str, Any]:
    units, most = line.cost.units, line.cost.most
    return {
        "entry": line.owner,
        "asked_by": line.asked_by,
        "what": line.cost.what,
        "region": line.region,
        "price": line.price and _price(line.price),
        "units": None if units is None else {"least": str(units), "most": str(units if most is None else most)},
        "amount": None if line.amount is None else line.amount.as_dict,
    }
