"""Environments that are Docker Compose on a developer's machine, and not AWS: what their file may say."""

from infragen.kinds.compose.environment import ComposeEnvironment
from infragen.kinds.compose.model import Build, ComposeContainer, ComposeSettings, HealthCheck, is_compose

__all__ = ["Build", "ComposeContainer", "ComposeEnvironment", "ComposeSettings", "HealthCheck", "is_compose"]
