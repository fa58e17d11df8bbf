"""The catalogue: what a system runs, read from small YAML files into frozen models, and the rules they must keep."""

from infragen.catalog.loader import Catalogue, load
from infragen.catalog.project import Project
from infragen.core.resolved_system import Environment, ResolvedSystem

__all__ = ["Catalogue", "Environment", "Project", "ResolvedSystem", "load"]
