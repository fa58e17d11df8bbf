"""Which comparisons of rules the cases put at their limit.

`<` in the place of `<=` goes unnoticed where both sides are never equal. So the comparisons that stand in a rule are
compiled anew for a while, and note whether they were asked with equal sides.
"""

from __future__ import annotations
import __future__

import ast
import operator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infragen.core.rule import Rule

_ORDERS: Final[dict[type[ast.cmpop], str]] = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge"}
_COMPARE: Final = "_compare_and_note"


class Limits:
    """The comparisons of some rules, as `CODE: left < right`, and whether they were met with equal sides."""

    def __init__(self) -> None:
        self._met: dict[str, bool] = {}

    @property
    def unmet(self) -> set[str]:
        return {name for name, is_met in self._met.items() if not is_met}

    @contextmanager
    def watched(self, rules: Iterable[Rule]) -> Iterator[None]:
        """Have rules note what they compare; not those that another function makes."""
        before = []
        try:
            for rule in rules:
                check = _written(rule)
                if check is not None:
                    before.append((check, check.__code__))
                    self._watch(rule.code, check)
            yield
        finally:
            for check, code in before:
                check.__code__ = code

    def _watch(self, rule: str, check: FunctionType) -> None:
        path = check.__code__.co_filename
        noting = _Noting(rule)
        made = noting.visit(deepcopy(_functions(path)[check.__name__]))
        if not noting.names:
            return
        made.decorator_list = []
        self._met |= dict.fromkeys(noting.names, False)
        tree = ast.fix_missing_locations(ast.Module([made], []))
        found: dict[str, FunctionType] = {}
        check.__globals__[_COMPARE] = self._compare
        flags = __future__.annotations.compiler_flag
        exec(compile(tree, path, "exec", flags), check.__globals__, found)  # infragen's own
        check.__code__ = found[check.__name__].__code__

    def _compare(self, names: tuple[str, ...], orders: tuple[str, ...], *sides: Any) -> bool:
        for name, order, (left, right) in zip(names, orders, pairwise(sides), strict=True):
            self._met[name] |= bool(left == right)
            if not getattr(operator, order)(left, right):
                return False
        return True


class _Noting(ast.NodeTransformer):
    """Puts a call in the place of each comparison by size."""

    def __init__(self, rule: str) -> None:
        self._rule = rule
        self.names: list[str] = []

    def visit_Compare(self, node: ast.Compare) -> ast.expr:  # as `ast` calls it
        parts = [node.left, *node.comparators]
        orders = tuple(_ORDERS.get(type(one)) for one in node.ops)
        if None in orders:
            return node
        chain = [ast.Compare(left, [op], [right]) for op, (left, right) in zip(node.ops, pairwise(parts), strict=True)]
        names = tuple(f"{self._rule}: {ast.unparse(one)}" for one in chain)
        self.names += names
        first = [ast.Constant(names), ast.Constant(orders)]
        return ast.Call(ast.Name(_COMPARE, ast.Load()), [*first, *map(self.visit, parts)], [])


@cache
def _functions(path: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(Path(path).read_text("utf-8"))
    return {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}


def _written(rule: Rule) -> FunctionType | None:
    """Return the function that a rule is written as: itself, or asked of each entry."""
    check: Any = rule.check
    while "check" in check.__code__.co_freevars:
        check = check.__closure__[check.__code__.co_freevars.index("check")].cell_contents
    is_own = isinstance(check, FunctionType) and not check.__code__.co_freevars and check.__name__ != "<lambda>"
    return check if is_own else None
