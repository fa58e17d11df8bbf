"""A code means one error: in the source, among the rules and on the page."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infragen.rules import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src" / "infragen"
_CODE: Final = re.compile(r"[A-Z][0-9]{3}")
_QUOTED: Final = re.compile(r'"[A-Z][0-9]{3}"')
SHARED: Final[Mapping[str, tuple[str, ...]]] = {
    "C001": ("catalog/check.py", "environment/resolve.py", "settings.py"),
    "C002": ("catalog/check.py", "settings.py", "stacks/code_delivery.py"),
    "C003": ("catalog/check.py", "catalog/loader.py", "settings.py", "stacks/code_delivery.py", "workflow/ci/files.py"),
    "C005": ("catalog/loader.py", "catalog/project.py", "workflow/new/entry.py"),
    "E006": ("terraform/sandbox.py", "workflow/session.py"),
    "E113": ("kinds/workflows/language.py", "kinds/workflows/rules.py"),
    "E114": ("kinds/workflows/language.py", "kinds/workflows/rules.py"),
    "E115": ("kinds/workflows/language.py", "kinds/workflows/rules.py"),
    "E116": ("kinds/workflows/language.py", "kinds/workflows/rules.py"),
    "G001": ("render/jinja.py", "render/templates.py"),
    "G002": ("render/jinja.py", "render/render.py", "render/templates.py", "workflow/rendering/provider_locks.py"),
    "G006": ("render/draft.py", "render/render.py"),
    "J008": ("aws/statuses.py", "workflow/recovery/half_made.py"),
    "K002": ("commands/apply.py", "workflow/review/apply_progress.py", "workflow/review/bundle.py"),
    "K103": ("catalog/schema.py", "kinds/__init__.py"),
    "M002": ("terraform/move_journal.py", "terraform/move_marks.py"),
    "M003": ("terraform/move_steps.py", "terraform/states.py", "workflow/states/storage.py"),
    "M008": ("workflow/planning/protections.py", "workflow/states/shared_objects.py"),
    "P007": ("workflow/rendering/composition.py", "workflow/rendering/provider_checks.py"),
    "P008": (
        "aws/kept.py",
        "aws/replicas.py",
        "workflow/destroy.py",
        "workflow/planning/kept.py",
        "workflow/planning/protections.py",
        "workflow/states/shared_objects.py",
    ),
    "P214": ("commands/report.py", "redaction/decode.py"),
    "P218": ("plan/reader.py", "redaction/decode.py"),
    "S005": ("source/yaml12.py", "terraform/workfolder.py"),
    "S006": ("source/yaml12.py", "storage/project_files.py"),
    "T003": ("terraform/adapter.py", "terraform/binary.py"),
    "T022": ("workflow/recovery/repair.py", "workflow/state_moves/move.py"),
    "T030": ("terraform/adapter.py", "terraform/policy.py"),
    "X005": ("commands/zip.py", "workflow/new/entry.py"),
    "X006": ("workflow/new/entry.py", "workflow/new/environment.py"),
    "X007": ("commands/affected.py", "commands/apply.py", "commands/bootstrap.py", "commands/plan.py"),
    "X011": ("commands/formats.py", "workflow/ci/files.py"),
    "X016": ("workflow/planning/plans.py", "workflow/target.py"),
    "X040": ("settings.py", "workflow/new/system.py"),
    "X051": ("commands/init.py", "workflow/new/system.py"),
    "X083": ("commands/new.py", "commands/release.py"),
    "X085": ("workflow/new/environment.py", "workflow/new/standby.py"),
    "Y001": ("storage/confined.py", "terraform/runner.py"),
}
"""Codes whose one error is found in several modules: whoever adds a module here has compared the messages."""


def _raised(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Yield the codes that calls of a module pass on, and whether the call declares a rule."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for value in (*node.args, *(keyword.value for keyword in node.keywords)):
            is_code = isinstance(value, ast.Constant) and isinstance(value.value, str) and _CODE.fullmatch(value.value)
            if is_code and name != "startswith":
                yield value.value, name == "rule"


@cache
def _everywhere() -> Mapping[tuple[str, bool], tuple[str, ...]]:
    found: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if _QUOTED.search(text):
            for one in _raised(ast.parse(text)):
                found[one].add(path.relative_to(SOURCE).as_posix())
    return {one: tuple(sorted(modules)) for one, modules in found.items()}


def raised(*, by_rules: bool) -> Mapping[str, tuple[str, ...]]:
    return {code: modules for (code, is_rule), modules in _everywhere().items() if is_rule is by_rules}


def rows() -> Iterator[str]:
    """Yield the codes in the first column of the page's tables, ranges written out."""
    for line in (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| "):
            column = line.split("|")[1]
            found = _CODE.findall(column)
            if " to " in column:
                first, last = (int(code[1:]) for code in found)
                found = [f"{found[0][0]}{number:03}" for number in range(first, last + 1)]
            yield from found


def test_a_code_is_raised_by_one_module_or_declared_as_shared() -> None:
    several = {code: modules for code, modules in raised(by_rules=False).items() if len(modules) > 1}
    assert several == SHARED


def test_a_code_of_a_rule_is_raised_by_that_rule_alone() -> None:
    assert [code for code, times in Counter(one.code for one in all_rules()).items() if times > 1] == []
    others = raised(by_rules=False)
    found = {one.code: others[one.code] for one in all_rules() if one.code in others}
    assert sorted(found) == sorted(code for code in SHARED if code.startswith("E11"))


def test_the_page_has_one_row_for_each_code_and_every_code_that_is_raised() -> None:
    written = Counter(rows())
    assert [code for code, times in written.items() if times > 1] == []
    assert sorted({*raised(by_rules=False), *raised(by_rules=True)} - {*written}) == []
