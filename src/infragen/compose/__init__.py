"""Environments that are Docker Compose: what stands in `compose.yaml`, and why; no disk, and nothing of AWS."""

from infragen.compose.build import Composition, Service, compose
from infragen.compose.text import files

__all__ = ["Composition", "Service", "compose", "files"]
