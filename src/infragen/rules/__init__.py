"""Rules that look across entries: `run` applies them all.

Those of a kind or a capability stand beside it; here are those about a whole system, a theme a module. The letter
says what a rule is about: A accounts, D databases, E ends of life, F Fargate and tasks, G gateways, L logs, N names,
Q quotas, R references, T totals, notes and assumptions, V versions of providers, W network.
"""

from infragen.core.rule import Finding, Rule, Scope
from infragen.rules.names import forget
from infragen.rules.table import all_rules, run

__all__ = ["Finding", "Rule", "Scope", "all_rules", "forget", "run"]
