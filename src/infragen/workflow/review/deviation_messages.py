"""What differs from what was reviewed, in the catalogue's words."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from infragen.diagnostics import Diagnostic
from infragen.plan import Change, ChangeSet, Entry
from infragen.plan.address import top_block
from infragen.plan_contract import Deviation, DeviationKind
from infragen.text import shorten
from infragen.workflow.attribution.change_sets import attribute_to_catalogue
from infragen.workflow.review.bundle import Bundle
from infragen.workflow.session import Session

CODE: Final = "K010"
_OBJECTS: Final = 20
_PLACES: Final = 8
_WIDTH: Final = 160


def deviation_messages(
    session: Session, bundle: Bundle, stack: str, deviations: Sequence[Deviation]
) -> tuple[Diagnostic, ...]:
    message = f"{stack} differs from the reviewed plan: {count_objects(deviations)}; nothing in it was applied"
    again = f"infragen plan {session.target}{' --sandbox' if session.on_sandbox else ''}"
    hint = f"look at the new plan and have it reviewed: `{again} --out FILE`, then `apply --plan FILE`"
    return (Diagnostic(CODE, message, hint=hint), *object_messages(session, bundle.change_set, stack, deviations))


def count_objects(deviations: Sequence[Deviation]) -> str:
    count = len({(one.address, one.deposed) for one in deviations})
    return "1 object differs" if count == 1 else f"{count} objects differ"


def object_messages(
    session: Session, change_set: ChangeSet, stack: str, deviations: Sequence[Deviation]
) -> tuple[Diagnostic, ...]:
    objects = [(key, list(some)) for key, some in groupby(deviations, key=lambda one: (one.address, one.deposed))]
    entries = attribute_to_catalogue(session.composed).entries
    label = next(one.identifier for one in session.composed.stacks if one.name == stack)
    reviewed = {
        (change.address.removeprefix(f"module.{label}."), change.deposed or ""): change
        for change in change_set.changes
        if change.stack == stack
    }
    shown = tuple(
        _object_message(stack, key, some, reviewed.get(key), entries.get((stack, top_block(key[0]))))
        for key, some in objects[:_OBJECTS]
    )
    left = len(objects) - len(shown)
    rest = (Diagnostic(CODE, f"{stack}: {left} more objects differ"),) if left else ()
    return (*shown, *rest)


def _object_message(
    stack: str, key: tuple[str, str], deviations: Sequence[Deviation], reviewed: Change | None, entry: Entry | None
) -> Diagnostic:
    address, deposed = key
    texts = {one.path: one.after for one in reviewed.attributes} if reviewed else {}
    clauses = [shorten("".join(_words(one, texts)), _WIDTH) for one in deviations[:_PLACES]]
    if len(deviations) > _PLACES:
        clauses.append(f"{len(deviations) - _PLACES} more differences")
    old = f" (deposed object {deposed})" if deposed else ""
    location = (reviewed.location if reviewed else None) or (entry.location if entry else None)
    return Diagnostic(CODE, f"{entry.id if entry else stack}: {address}{old}: {'; '.join(clauses)}", location)


def _words(deviation: Deviation, reviewed: dict[str, str | None]) -> Iterator[str]:
    path, expected, found = deviation.path, deviation.expected, deviation.found
    match deviation.kind:
        case DeviationKind.ACTION:
            yield f"{expected} was reviewed, but now it is {found}"
            yield f", forced by `{path}`" if path else ""
        case DeviationKind.MOVES:
            yield f"it moves from {found or 'nowhere'}; reviewed: {expected or 'nowhere'}"
        case DeviationKind.VALUE:
            known = reviewed.get(path or "")
            yield f"`{path or 'it'}` is {found or 'null'}"
            yield f", reviewed as {known}" if known is not None and known != found else ", reviewed as another value"
        case kind:
            yield _WORDS[kind].format(path=path or "it", expected=expected, found=found)


_WORDS: Final = {
    DeviationKind.NEW: "{found}, which was not in the reviewed plan",
    DeviationKind.GONE: "{expected} was reviewed, but now there is nothing to do",
    DeviationKind.IMPORTS: "it imports something other than what was reviewed",
    DeviationKind.OBJECT: "{expected} was reviewed, but for another object at this address",
    DeviationKind.REPLACES: "`{path}` also forces the replacement",
    DeviationKind.CHANGES: "`{path}` also changes: it is now {found}",
    DeviationKind.FOUND: "`{path}` was changed by someone since: it is now {found}",
    DeviationKind.UNKNOWN: "`{path}` was known, but is now (known after apply)",
}
