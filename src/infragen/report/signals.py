"""Who is told of what, as text of 80 columns, Markdown and JSON."""

from collections.abc import Mapping
from typing import Final

from infragen.markdown import Markdown, in_markdown
from infragen.report import tables
from infragen.stacks.signals import Signals
from infragen.text import counted

_UNREAD: Final = (
    "whether each address has confirmed the mail that AWS sends it, and whether somebody reads what arrives",
    "hand-written Terraform (`extra/`), and what code reports without an alarm, `metrics` or a log",
)


def text(found: Signals) -> str:
    silent = [(f"{one.owner}: {one.failure.how}", _why(one.is_chosen, one.failure.hint)) for one in found.silent]
    groups = [
        (who, [(owner, ", ".join(whats)) for owner, whats in of.items()]) for who, of in _by_hearer(found).items()
    ]
    fails = [("No signal when", silent)] if silent else []
    ends = [(f"{what}: {', '.join(owners)}", why) for (what, why), owners in _by_ending(found).items()]
    lost = [("Ends here, and tells nobody", ends)] if ends else []
    return tables.sections(heading(found), [*fails, *groups, *lost], _UNREAD)


def markdown(found: Signals) -> str:
    rows = [
        *(
            (one.owner, one.failure.how, Markdown(f"**no one**: {in_markdown(_why(one.is_chosen, one.failure.hint))}"))
            for one in found.silent
        ),
        *((owner, ", ".join(whats), who) for who, of in _by_hearer(found).items() for owner, whats in of.items()),
        *((", ".join(of), what, f"ends here: {why}") for (what, why), of in _by_ending(found).items()),
    ]  # fmt: skip
    return tables.markdown(heading(found), ("of", "what", "who is told"), rows, _UNREAD)


def as_json(found: Signals) -> str:
    told = [{"owner": one.owner, **tables.fields(one.signal, "what", "hears", "through")} for one in found.told]
    silent = [
        {"owner": one.owner, "how": one.failure.how, "is_chosen": one.is_chosen, "hint": one.failure.hint}
        for one in found.silent
    ]
    ends = [{"owner": one.owner, "what": one.ending.what, "why": one.ending.why} for one in found.ends]
    return tables.as_json(target=found.target, signals=told, silent=silent, ends=ends, not_looked_at=list(_UNREAD))


def heading(found: Signals) -> str:
    silent = len({one.owner for one in found.silent})
    lost = f"{len(found.lost)} of them to nobody"
    return f"{found.target}: {counted(len(found.told), 'signal')}, {lost}; {counted(silent, 'entry')} without one"


def _why(is_chosen: bool, hint: str) -> str:
    return "the catalogue says so" if is_chosen else hint


def _by_ending(found: Signals) -> Mapping[tuple[str, str], list[str]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for one in found.ends:
        groups.setdefault((one.ending.what, one.ending.why), []).append(one.owner)
    return groups


def _by_hearer(found: Signals) -> Mapping[str, Mapping[str, list[str]]]:
    groups: dict[str, dict[str, list[str]]] = {}
    for one in sorted(found.told, key=lambda one: (bool(one.signal.hears), one.signal.through, one.signal.hears, one)):
        who = f"{', '.join(one.signal.hears) or 'nobody'} (through {one.signal.through})"
        groups.setdefault(who, {}).setdefault(one.owner, []).append(one.signal.what)
    return groups
