"""Conditions of IAM policies: which of two is met by fewer, and what a pattern covers.

Source: IAM User Guide "IAM JSON policy elements: Condition operators": `*` and `?` stand for any characters, `/` and
`:` among them; ArnEquals and ArnLike are the same; an operator `...IfExists` is met where its key is missing, too.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import NamedTuple

from infragen import wildcards
from infragen.effort import spend
from infragen.plan.risks.open_ports import network_of, within

_KEPT = 256
_WILD = re.compile(r"[*?]")
_ANY_NUMBER = ("", "\0" * 80)
"""What a star in a name may stand for, at the least and at the most."""


class Test(NamedTuple):
    """One test of a condition: what an operator asks of a key; one of the values has to be met."""

    operator: str
    key: str
    values: frozenset[str]

    @property
    def _kind(self) -> tuple[str, bool, str, bool]:
        whose, _, operator = self.operator.rpartition(":")
        base = operator.removesuffix("IfExists")
        positive = base.replace("Not", "", 1)
        return whose, positive != base, positive, operator != base

    def implies(self, other: Test) -> bool:
        spend(2)
        whose, spares, compares, may_be_missing = self._kind
        its_whose, it_spares, its_compares, its_may_be_missing = other._kind
        if (self.key.lower(), whose, spares) != (other.key.lower(), its_whose, it_spares):
            return False
        if _family(compares) != _family(its_compares) or (may_be_missing and not its_may_be_missing):
            return False
        few, by, many, limit = self.values, compares, other.values, its_compares
        if spares:
            few, by, many, limit = many, limit, few, by
        spend(2 * len(few) * len(many))
        return all(any(_is_within(value, by, outer, limit) for outer in many) for value in few)


def _family(operator: str) -> str:
    return "Arn" if operator.startswith("Arn") else {"StringLike": "StringEquals"}.get(operator, operator)


def _is_within(value: str, operator: str, limit: str, its_operator: str) -> bool:
    if its_operator == "StringLike" or its_operator.startswith("Arn"):
        return fits(value, limit)
    if value == limit:
        return operator != "StringLike" or its_operator == operator or not _WILD.search(value)
    if its_operator == "IpAddress":
        here, there = network_of(value), network_of(limit)
        return here is not None and there is not None and within(here, there)
    low, high = (limit, value) if "Greater" in its_operator else (value, limit)
    if its_operator.startswith("Numeric") and "Than" in its_operator:
        return _number(low) < _number(high)
    return its_operator.startswith("Date") and "Than" in its_operator and low < high


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def fits(name: str, pattern: str) -> bool:
    """Whether all that a name stands for, which may have wildcards itself, fits a pattern of IAM's."""
    wild = _WILD.search(pattern)
    if wild is None or not name.startswith(pattern[: wild.start()]):
        return name == pattern
    return all(wildcards.fits(name.replace("*", some), pattern) for some in _ANY_NUMBER)


def narrower(condition: str, former: str) -> bool:
    """Whether a condition is met by fewer: it has a test that not everyone passes who passed those of the former."""
    before = tests(former)
    return not all(any(one.implies(test) for one in before) for test in tests(condition))


@lru_cache(maxsize=_KEPT)
def tests(condition: str) -> tuple[Test, ...]:
    spend(4 + (len(condition) >> 6))
    document = json.loads(condition)
    return tuple(
        Test(operator, key, frozenset(map(str, values if isinstance(values, list) else [values])))
        for operator, keys in (sorted(document.items()) if isinstance(document, dict) else ())
        if isinstance(keys, dict)
        for key, values in sorted(keys.items())
    )
