"""Rules about what an account gives and may cost: AWS's quotas, a budget, a document's own estimate."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from fnmatch import fnmatchcase
from math import ceil
from typing import Final

from infragen.core.budgets import Budget, DocumentCost, DocumentCosts
from infragen.core.build_context import BuildContext
from infragen.core.entry import Usage
from infragen.core.operations import Quota, quota_of
from infragen.core.part import ENVIRONMENT
from infragen.core.regions import CLOUDFRONT, REGIONS, WEIGHT
from infragen.core.resolved_system import standbys
from infragen.core.rule import Environment, Finding, Findings, ResolvedSystem, rule
from infragen.core.tracing import once
from infragen.diagnostics.hints import nearest
from infragen.kinds import capabilities, kinds, kinds_and_capabilities
from infragen.prices import Amount
from infragen.stacks.build import in_force, relations
from infragen.stacks.costs import Estimate, by_zone, is_for, shares, sound_estimate
from infragen.stacks.demands import misread
from infragen.stacks.rules import Relations


def _most_rules(relations: Relations) -> int:
    """Count the rules of the group with the most in one direction; one for CloudFront's prefix list is many."""
    found: Counter[tuple[int, str]] = Counter()
    for one in relations.all:
        for way, end in enumerate((one.source, one.target)):
            if end in relations.groups:
                found[way, end] += WEIGHT if one.source == CLOUDFRONT else 1
    return max(found.values(), default=0)


_OF_GROUPS: Final = (
    quota_of("security-groups", lambda relations: len(relations.groups) + 1),  # and the VPC's own, closed
    quota_of("security-group-rules", _most_rules),
)


def quotas() -> tuple[Quota, ...]:
    own = (quota for one in kinds_and_capabilities() for quota in one.quotas)
    return tuple(dict.fromkeys((*own, *_OF_GROUPS)))


def needs(environment: Environment, primary: Environment | None = None) -> Mapping[Quota, int]:
    """Return what an environment needs of each quota; a standby once it has taken over, and is as large as that."""
    found: dict[Quota, list[int | Decimal]] = {}
    there = {} if primary is None else _each(primary)
    for (owner, quota), need in _each(environment).items():
        found.setdefault(quota, []).append(max(need, there.get((owner, quota), need)))
    return {quota: ceil(max(needed) if quota.per == "one" else sum(needed)) for quota, needed in found.items()}


@once
def _each(environment: Environment) -> Mapping[tuple[str, Quota], int | Decimal]:
    ctx = BuildContext(environment, in_force(environment))
    found: dict[tuple[str, Quota], int | Decimal] = {}
    for owner, entry in environment.every():
        found.update({(owner, quota): quota.need(entry, ctx.of(owner)) for quota in kinds()[entry.KIND].quotas})
    for name in sorted(ctx.capabilities):
        found.update({(name, quota): quota.need(ctx.of(name)) for quota in capabilities()[name].quotas})
    with suppress(KeyError):  # an entry refers to one that does not exist, or is broken: another finding says so
        found.update({("", quota): quota.need(relations(environment)) for quota in _OF_GROUPS})
    return found


@rule("Q101")
def _quota(environments: tuple[Environment, ...]) -> Findings:
    for quota, needed, users in exceeded(environments):
        first = users[0]
        if quota.code is not None and first.settings.region in REGIONS:  # A108 tells where it is none
            message = (
                f"{_needing(users)} {needed:,} of `{quota.name}`; an account starts with {quota.default:,}"
                f" ({quota.source})"
            )
            yield Finding(message, first.at("environment", "account"), quota.request(needed, first.settings.region))


@rule("Q102")
def _quota_fixed(environments: tuple[Environment, ...]) -> Findings:
    for quota, needed, users in exceeded(environments):
        if quota.code is None:
            message = f"{_needing(users)} {needed:,} of `{quota.name}`; AWS never allows more than {quota.default:,}"
            hint = f"split the system, or give each environment its own account ({quota.source})"
            yield Finding(message, users[0].at("environment", "account"), hint)


def _needing(users: Sequence[Environment]) -> str:
    least = " at least" * any(user.broken for user in users)  # what is broken is not counted
    return f"{' and '.join(user.target for user in users)} {'needs' if len(users) == 1 else 'need'}{least}"


def exceeded(
    environments: Sequence[Environment], *, others: Sequence[Environment] = (), or_full: bool = False
) -> Iterator[tuple[Quota, int, tuple[Environment, ...]]]:
    """Count a standby as large as after takeover; `others` may be primaries, `or_full` adds quotas that are used up."""
    users: dict[tuple[Quota, str], list[tuple[Environment, int]]] = {}
    primaries = {standby.name: primary for standby, primary in standbys((*environments, *others))}
    for environment in environments:
        account, region = environment.settings.account, environment.settings.region
        for quota, needed in needs(environment, primaries.get(environment.name)).items():
            of_account = f"{account} {quota.region or region}"
            together = of_account if quota.per == "account" else environment.target
            users.setdefault((quota, together), []).append((environment, needed))
    for (quota, _), some in users.items():
        total = sum(needed for _, needed in some)
        if total > quota.default or (or_full and total == quota.default and quota.code is not None):
            yield quota, total, tuple(environment for environment, _ in some)


def _counted(environment: Environment, budget: Budget, environments: Sequence[Environment]) -> list[Estimate]:
    every = [environment]
    if budget.of == "account":
        every = [one for one in environments if one.settings.account == environment.settings.account]
    counted = (sound_estimate(one).counted_by(budget) for one in every if not one.broken)
    return [one for one in counted if one.lines or one.silent]


@rule("L144")
def _counts_nothing(environments: tuple[Environment, ...]) -> Findings:
    for environment in environments:
        budget = environment.settings.budget
        if budget is not None and not environment.broken and not _counted(environment, budget, environments):
            message = f"nothing here is billed for {budget.counts}, so that the budget stays at 0 USD"
            what = f"`infragen cost {environment.target} --details`"
            hint = f"name what {what} has, or leave `services` and `regions` out"
            yield Finding(message, environment.at(ENVIRONMENT, "budget"), hint)


@rule("L143")
def _too_dear(environments: tuple[Environment, ...]) -> Findings:
    for environment in environments:
        budget = environment.settings.budget
        if budget is None or environment.broken:
            continue
        counted = _counted(environment, budget, environments)
        total = sum((one.total for one in counted), Amount())
        figures = [(how, getattr(total, end)) for how, end in (("at least", "least"), ("up to", "most"))]
        how, amount = next((one for one in figures if one[1] > budget.monthly), ("", None))
        if amount is None:
            continue
        targets = [one.environment.target for one in counted]
        cost = f"{' and '.join(targets)} cost" if len(targets) > 1 else "it costs"
        message = f"at list prices {cost} {how} {amount:,.0f} USD a month, and its budget is {budget.monthly:,} USD"
        if budget.counts:
            message += f" for {budget.counts}"
        if total.estimated:
            message += f"; {total.estimate}"
        hint = f"`infragen cost {environment.target}` shows the rows"
        yield Finding(message, environment.at(ENVIRONMENT, "budget", "monthly"), hint)


def _owners(environment: Environment) -> list[str]:
    return [*(owner for owner, _ in environment.every()), *in_force(environment)]


def _of_document(check: Callable[[Environment, DocumentCosts], Findings]) -> Callable[[Environment], Findings]:
    return lambda environment: (
        found
        for one in (environment, *environment.configurations.values())
        if one.settings.document_costs is not None
        for found in check(one, one.settings.document_costs)
    )


@rule("T106")
def _for_nothing(environment: Environment) -> Findings:
    checked: list[tuple[str, DocumentCost]] = []
    for one in (environment, *environment.configurations.values()):
        costs = None if environment.broken else one.settings.document_costs
        own = [] if costs is None else [named for named in costs.rows.items() if named not in checked]
        checked += own
        yield from _rows_for_nothing(one, own)


def _rows_for_nothing(environment: Environment, rows: Sequence[tuple[str, DocumentCost]]) -> Findings:
    owners = _owners(environment) if rows else []
    for name, row in rows:
        for index, pattern in enumerate(row.entries):
            if not any(is_for(owner, [pattern]) for owner in owners):
                message = f"{environment.target} has no `{pattern}` that `{name}` could be for"
                place = environment.at(ENVIRONMENT, "document_costs", "rows", name, "entries", index)
                yield Finding(message, place, nearest(pattern, owners, "entries and capabilities"))
        bill = [line.cost.what for line in sound_estimate(environment).lines if is_for(line.owner, row.entries)]
        for field, index, pattern in (
            (one, *each) for one in ("lacks", "lines") for each in enumerate(getattr(row, one))
        ):
            if not any(is_for(what, [pattern]) for what in bill):
                place = environment.at(ENVIRONMENT, "document_costs", "rows", name, field, index)
                hint = nearest(pattern, sorted({*bill}), "lines of the bill")
                yield Finding(f"the bill of what `{name}` is for has no line `{pattern}`", place, hint)


@rule("T114")
def _used_by_nothing(environments: tuple[Environment, ...]) -> Findings:
    sound = [one for one in environments if not one.broken]
    bills = [(one, sound_estimate(one).lines) for of in sound for one in (of, *of.configurations.values())]
    known: dict[str, set[str]] = {}
    for line in (line for _, lines in bills for line in lines):
        known.setdefault(line.owner, set()).add(line.word)
    for environment, lines in bills:
        for owner, entry in environment.every():
            for word in entry.usage.stated.keys() - known.get(owner, set()):
                message = f"{owner} is not billed by what is `{word}`"
                yield Finding(message, environment.at(owner, "usage", word), _words(word, known.get(owner, set())))
        for share in shares(environment, lines):
            place = environment.at(ENVIRONMENT, "document_costs", "rows", share.row, "usage", share.word)
            if not share.lines and share.rest == share.quantity:
                message = f"what `{share.row}` is for is not billed by what is `{share.word}`"
                yield Finding(message, place, _words(share.word, {line.word for line in share.of}))
            elif share.rest < 0 or (share.rest and not share.lines):
                said, own = (Usage.words(share.word, one) for one in (share.quantity, share.quantity - share.rest))
                hint = "correct one of them, or leave the row's out"
                yield Finding(f"`{share.row}` has {said}, and its entries {own}", place, hint)


def _words(word: str, known: Collection[str]) -> str:
    words = sorted(filter(None, known))
    return nearest(word, words, "words of its bill") if words else "remove it: no line of its bill depends on usage"


@rule("T111")
def _built_by_nothing(resolved: ResolvedSystem) -> Findings:
    for name, demand in resolved.system.demands.items():
        for index, path in enumerate(demand.built):
            place = resolved.at("system", "demands", name, "built", index)
            head, _, rest = path.partition(".")
            known, pattern = resolved.known(head) if head in resolved.entries else [], rest.partition(".")[0]
            if (found := misread(path)) is not None:
                step, fields = found
                hint = nearest(step, fields, "fields") if fields else "write the path of a value that may be left out"
                yield Finding(f"`{path}` is no optional value", place, hint)
            elif known and not any(fnmatchcase(one, pattern) for one in known):
                yield Finding(f"no entry is called like `{pattern}`", place, nearest(pattern, known, f"{head} here"))


@rule("T107")
@_of_document
def _for_one_thing(environment: Environment, costs: DocumentCosts) -> Findings:
    first: dict[str, str] = {}
    for name, row in costs.rows.items():
        for owner in _owners(environment) if not row.lines else ():
            if is_for(owner, row.entries) and first.setdefault(owner, name) != name:
                message = f"`{first[owner]}` is for {owner} already"
                place = environment.at(ENVIRONMENT, "document_costs", "rows", name, "entries")
                yield Finding(message, place, f"name entries that `{first[owner]}` does not")
                break


@rule("W138")
@_of_document
def _billed_by_zone(environment: Environment, costs: DocumentCosts) -> Findings:
    for name in costs.rows:
        if (said := by_zone(environment, name)) is not None:
            yield Finding(said, environment.at(ENVIRONMENT, "document_costs", "rows", name, "monthly"))


@rule("A154")
@_of_document
def _in_place_of_nothing(environment: Environment, costs: DocumentCosts) -> Findings:
    for name, row in costs.rows.items():
        other = costs.rows.get(row.instead_of or "")
        if row.instead_of is not None and (other is None or other.entries or row.instead_of == name):
            is_built = other is not None and row.instead_of != name
            what = "is of what is built" if is_built else "is no other row"
            message = f"`{name}` is in place of `{row.instead_of}`, which {what}"
            place = environment.at(ENVIRONMENT, "document_costs", "rows", name, "instead_of")
            others = [one for one in costs.rows if one != name]
            hint = "write `entries: []` there" if is_built else nearest(row.instead_of, others, "other rows")
            yield Finding(message, place, hint)


@rule("T108")
@_of_document
def _wrong_sum(environment: Environment, costs: DocumentCosts) -> Findings:
    if costs.stated is None:
        return
    found, said = costs.sum, costs.stated
    is_range = (found.least, said.least) != (found.most, said.most)
    ends = (("total", " at the least", found.least, said.least), ("up_to", " at the most", found.most, said.most))
    for field, words, here, there in ends if is_range else ends[:1]:
        if here != there:
            message = f"its rows come to {here:,} USD{words if is_range else ''}, and it says {there:,}"
            place = environment.at(ENVIRONMENT, "document_costs", "total" if costs.up_to is None else field)
            yield Finding(message, place, "check for a missing row, or write in `notes` that the document is wrong")


@rule("A155")
@_of_document
def _no_range(environment: Environment, costs: DocumentCosts) -> Findings:
    ranges = [(("rows", name), row.monthly, row.up_to) for name, row in costs.rows.items()]
    for path, least, most in (*ranges, ((), costs.total, costs.up_to)):
        if most is not None and (least is None or most < least):
            start = "no start" if least is None else f"a start of {least:,} USD"
            place = environment.at(ENVIRONMENT, "document_costs", *path, "up_to")
            hint = "`total` is where it starts" if least is None else "`up_to` is the upper end"
            yield Finding(f"its range has {start}, and an end of {most:,} USD", place, hint)
