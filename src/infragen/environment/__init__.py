"""Catalogue times environment: every default and override applied, every value with its origin."""

from infragen.core.landscape import Environment
from infragen.environment.explain import Explanation, explain
from infragen.environment.parity import Difference, Parity, parity
from infragen.environment.resolve import Resolved, environments, landscape, no_environment, resolve

__all__ = [
    "Difference",
    "Environment",
    "Explanation",
    "Parity",
    "Resolved",
    "environments",
    "explain",
    "landscape",
    "no_environment",
    "parity",
    "resolve",
]
