"""Who may do what and why, as text of 80 columns, Markdown and JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from infragen.permissions import Permissions, Subject
from infragen.report import tables
from infragen.text import counted, first_of

_MOST: Final = 6  # actions that one line names, where not everything is asked for


def text(found: Permissions, *, details: bool = False) -> str:
    def rows(subject: Subject) -> Iterator[tuple[str, str]]:
        for verdict, may, why in _rows(subject, details=details):
            yield f"{verdict}: {may}" if verdict else may, why

    groups = ((one.name, rows(one)) for one in found.subjects if one.permissions or one.missing)
    return tables.sections(heading(found), groups, found.unread)


def markdown(found: Permissions, *, details: bool = False) -> str:
    rows = ((subject.name, *row) for subject in found.subjects for row in _rows(subject, details=details))
    return tables.markdown(heading(found), ("whose", "", "may", "on, and why"), rows, found.unread)


def as_json(found: Permissions) -> str:
    subjects = [asdict(one) for one in found.subjects]
    for subject, document in zip(found.subjects, subjects, strict=True):
        for one, shown in zip(subject.permissions, document["permissions"], strict=True):
            shown["unused"] = one.is_unused
    return tables.as_json(target=found.target, subjects=subjects, not_looked_at=list(found.unread))


def heading(found: Permissions) -> str:
    roles = sum(one.is_role for one in found.subjects)
    others = len(found.subjects) - roles
    whose = [counted(roles, "role"), *([counted(others, "resource policy", "resource policies")] if others else [])]
    unused = sum(len(one.unused) for one in found.subjects)
    missing = sum(len(one.missing) for one in found.subjects)
    verdict = f"{counted(unused, 'unused permission')}, {missing} missing"
    return f"{found.target}: {' and '.join(whose)}, as planned; {verdict}"


def _rows(subject: Subject, *, details: bool) -> Iterator[tuple[str, str, str]]:
    groups: dict[tuple[str, str, str, str, tuple[str, ...]], list[str]] = {}
    for lacking in subject.missing:
        why = (f"{lacking.use}: {lacking.why}", lacking.source)
        groups.setdefault(("missing", lacking.resource, lacking.by, "", why), []).append(lacking.action)
    for one in sorted(subject.permissions, key=lambda one: not (one.is_unused or one.wider)):
        verdict = "denied" if one.denies else "unused" if one.is_unused else "wider than needed" if one.wider else ""
        groups.setdefault((verdict, one.resource, one.by, one.condition, one.needed_by), []).append(one.action)
    for (verdict, resource, by, condition, reasons), actions in groups.items():
        may = first_of(list(dict.fromkeys(actions)), len(actions) if details else _MOST)
        on = f"on {resource}{by and f' by {by}'}"
        yield verdict, may, "; ".join(filter(None, (on, condition and f"if {condition}", ", ".join(reasons))))
