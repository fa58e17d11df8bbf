"""Catalogue times environment: every default and override applied, every value with its origin."""

from infragen.core.resolved_system import Environment
from infragen.environment.explain import Explanation, explain
from infragen.environment.names import (
    compose_environments,
    compose_problem,
    environments,
    every_environment,
    lost_files,
    name_of_standby,
    no_environment,
    on_compose,
    restoring,
    unknown_environment,
)
from infragen.environment.parity import Difference, Parity, parity
from infragen.environment.resolve import (
    Resolved,
    resolve,
    resolve_by_file_alone,
    resolve_compose,
    resolve_standby,
    resolve_system,
    resolve_unled,
)

__all__ = [
    "Difference", "Environment", "Explanation", "Parity", "Resolved", "compose_environments", "compose_problem",
    "environments", "every_environment", "explain", "lost_files", "name_of_standby", "no_environment", "on_compose",
    "parity", "resolve", "resolve_by_file_alone", "resolve_compose", "resolve_standby", "resolve_system",
    "resolve_unled", "restoring", "unknown_environment",
]  # fmt: skip
