"""What exists in the emulated AWS, read from moto's own memory."""

from __future__ import annotations
