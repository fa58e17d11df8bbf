"""Catalogue times environment: every default and override applied, every value with its origin."""

from infragen.core.landscape import Environment
from infragen.environment.explain import Explanation, explain
from infragen.environment.resolve import Resolved, environments, landscape, no_environment, resolve

__all__ = [
    "Environment",
    "Explanation",
    "Resolved",
    "environments",
    "explain",
    "landscape",
    "no_environment",
    "resolve",
]
