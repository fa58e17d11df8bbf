"""Rules that look across entries: one a file, listed in `table.py`; `run` applies them all.

The letter says what a rule is about: D databases, E ends of life, F Fargate and tasks, G gateways, L logs, N names,
Q quotas, R references, T totals, notes and assumptions, W network.
"""

from infragen.core.rule import Finding, Rule, Scope
from infragen.rules.run import run
from infragen.rules.table import RULES

__all__ = ["RULES", "Finding", "Rule", "Scope", "run"]
