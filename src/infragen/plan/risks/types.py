"""How a table of judges is written (`judges.toml`), and what risks ask of resource types (`types.toml`)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from infragen.plan.risk import Action, Risk
from infragen.plan.view import View
from infragen.tables import own_table

Judge = Callable[[View], Iterable[Risk]]
Judges = Mapping[str, tuple[Judge, ...]]
_PREFIXES: Final = ("aws_", "azurerm_", "google_", "kubernetes_", "terraform_")


def aws(*names: str, provider: str = "aws") -> Iterator[str]:
    return (f"{provider}_{name}" for name in " ".join(names).split())


def table(*lines: tuple[Judge, *tuple[str, ...]]) -> Judges:
    # A line is a judge, and lists of types (parted by spaces); those of the AWS provider stand there without their
    # prefix.
    return joined(*({whole: (judge,)} for judge, *types in lines for whole in _named(*types)))


def _named(*types: str) -> Iterator[str]:
    return (name if name.startswith(_PREFIXES) else f"aws_{name}" for name in " ".join(types).split())


def rows(part: str, **ways: Callable[..., Iterable[Risk]]) -> Iterator[tuple[Judge, str]]:
    """Yield the lines of a part of `judges.toml`, for a table: a way to judge takes all of a row but its types."""
    return ((judging(way, *said), types) for name, way in ways.items() for *said, types in _ROWS[part][name])


def judging(way: Callable[..., Iterable[Risk]], *said: Any, **more: Any) -> Judge:
    return lambda view: way(view, *said, **more)


def of_updates(*lines: tuple[Judge, *tuple[str, ...]]) -> Judges:
    """Return the table of judges that are asked of updates in place alone: both sides are there, and are one object."""
    return table(*((_asked(line[0], lambda view: view.action is Action.UPDATE), *line[1:]) for line in lines))


def of_destructions(*lines: tuple[Judge, *tuple[str, ...]]) -> Judges:
    return table(*((_asked(line[0], lambda view: view.action.destroys), *line[1:]) for line in lines))


def _asked(judge: Judge, holds: Callable[[View], bool]) -> Judge:
    return lambda view: judge(view) if holds(view) else ()


def joined(*tables: Judges) -> Judges:
    found: dict[str, tuple[Judge, ...]] = {}
    for one in tables:
        for name, judges in one.items():
            found[name] = found.get(name, ()) + judges
    return found


def _listed(by_provider: Mapping[str, str]) -> Iterator[str]:
    return (name for provider, names in by_provider.items() for name in aws(names, provider=provider))


def _by_type(groups: Mapping[str, Mapping[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for attribute, group in groups.items():
        for name in _listed(group):
            found[name] = (*found.get(name, ()), attribute)
    return found


def _values_by_type(said: Iterable[Sequence[str]]) -> Mapping[str, Mapping[str, Sequence[str]]]:
    found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, values, *_, types in said:
        for kind in _named(types):
            found[kind][name] += values.split()
    return found


@cache
def considered() -> frozenset[str]:
    return frozenset(aws(files(__package__).joinpath("aws-types.txt").read_text(encoding="utf-8")))


_TABLE: Final = own_table(__file__)
_ROWS: Final = own_table(__file__, "judges.toml")
HOLDS_DATA: Final = frozenset(_listed(_TABLE["holds_data"]))
BACKUPS: Final = frozenset(_listed(_TABLE["backups"]))
RELEASED: Final = frozenset(_listed(_TABLE["released"]))
GOES_WITH: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    f"aws_{name}": (said.split()[0], frozenset(aws(*said.split()[1:]))) for name, said in _TABLE["goes_with"].items()
}
DRAWN: Final = frozenset(_listed(_TABLE["drawn"]))
DESCRIPTIONS: Final = frozenset(_listed(_TABLE["descriptions"]))
LEAVES_NO_GAP: Final = frozenset(_listed(_TABLE["leaves_no_gap"]))
NAMED_BY_OTHERS: Final = frozenset(_listed(_TABLE["named_by_others"]))
FIRST_LOST: Final = tuple(frozenset(_listed(group)) for group in _TABLE["first_lost"].values())
LAST_LOST: Final = BACKUPS.union(_listed(_TABLE["last_lost"]))
SERVES: Final = {name: place for place, group in enumerate(_TABLE["serves"].values()) for name in _listed(group)}
WATCHES: Final = tuple(_listed(_TABLE["watches"]))
HELPS: Final = frozenset(_listed(_TABLE["helps"]))
WITHOUT: Final = {name: words for words, types in _TABLE["without"].items() for name in aws(types)}
PROTECTIONS: Final = {name: attribute for attribute, group in _TABLE["protections"].items() for name in _listed(group)}
PROTECTED_SERVICES: Final = frozenset(_listed(_TABLE["protected_services"]))
NEVER_OLDER: Final = _by_type(_TABLE["never_older"])
NEVER_SMALLER: Final = _by_type(_TABLE["never_smaller"])


def _of_types(providers: Mapping[str, Mapping[str, str]]) -> Mapping[str, list[str]]:
    return {
        f"{provider}_{name}": attributes.split()
        for provider, types in providers.items()
        for name, attributes in types.items()
    }


MADE_ANEW: Final = _of_types(_TABLE["made_anew"])
STANDS_IN: Final = _of_types(_TABLE["stands_in"])
HARMLESS_ARGUMENTS: Final = _of_types(_TABLE["harmless_arguments"])
KNOWN_PARAMETERS: Final = _values_by_type(_ROWS["safeguards"]["parameters"])
HARMLESS_ATTRIBUTES: Final = frozenset(_TABLE["harmless_attributes"]["any"].split())
HARMLESS_UPDATES: Final = frozenset(_listed(_TABLE["harmless_updates"]))
READ_PARTS: Final = {name: frozenset(parts.split()) for name, parts in _TABLE["read_parts"].items()}
HOLD_NONE: Final = tuple(_TABLE["hold_none"]["any"].split())
ONLY_SAYS: Final = tuple(_TABLE["only_says"]["any"].split())
POLICY_OWNERS: Final[Mapping[str, tuple[str, ...]]] = {
    f"aws_{name}": (named, f"aws_{owner}")
    for name, said in _TABLE["policy_owners"].items()
    for named, owner in [said.split()]
}
BUCKETS: Final = frozenset(aws("s3_bucket s3_directory_bucket"))
CREATED: Final = frozenset(_listed(_TABLE["created"]))
CREATED_ON: Final[Mapping[str, str]] = {f"aws_{name}": of for name, of in _TABLE["created_on"].items()}
DECIDES: Final = frozenset(_TABLE["decides"]["any"].split())
DECIDING_BLOCKS: Final = frozenset(_TABLE["decides"]["blocks"].split())
ESCALATIONS: Final = frozenset(_TABLE["escalations"]["any"].split())
HARMLESS_POLICIES: Final = frozenset(_TABLE["harmless_policies"]["any"].split())
MANAGED_POLICIES: Final[Mapping[str, tuple[str, str]]] = _TABLE["managed_policies"]
HOLDS_NONE: Final = frozenset(_listed(_TABLE["holds_none"]))
