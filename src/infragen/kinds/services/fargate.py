"""Fargate's task sizes: the published pairs of CPU and memory, and the next one up."""

from __future__ import annotations

from typing import Final

_GIB: Final = 1024

SIZES: Final[dict[int, tuple[int, ...]]] = {
    256: (512, 1 * _GIB, 2 * _GIB),
    512: tuple(range(1 * _GIB, 4 * _GIB + 1, _GIB)),
    1024: tuple(range(2 * _GIB, 8 * _GIB + 1, _GIB)),
    2048: tuple(range(4 * _GIB, 16 * _GIB + 1, _GIB)),
    4096: tuple(range(8 * _GIB, 30 * _GIB + 1, _GIB)),
    8192: tuple(range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB)),
    16384: tuple(range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB)),
}
"""CPU units (1024 a vCPU) to the MiB that may go with them (Amazon ECS API: RegisterTaskDefinition, `memory`)."""


def round_up(cpu: int, mib: int) -> tuple[int, int]:
    """Return the smallest Fargate size, in CPU units and MiB, with at least so much of both.

    CPU grows first: a memory figure that no size with this CPU reaches takes the next CPU. ValueError beyond 16 vCPU or
    120 GB.
    """
    for units, memories in SIZES.items():
        if units >= cpu:
            for memory in memories:
                if memory >= mib:
                    return units, memory
    raise ValueError(f"{vcpu(cpu)} with {gigabytes(mib)} is more than Fargate's largest task, 16 vCPU with 120 GB")


def vcpu(units: int) -> str:
    """Return CPU units as people write them: `1.5 vCPU`."""
    return f"{units / 1024:g} vCPU"


def gigabytes(mib: int) -> str:
    """Return MiB as the catalogue writes them: `3 GB`, `0.5 GB`, `2500 MB`."""
    return f"{mib / _GIB:g} GB" if mib % (_GIB // 2) == 0 else f"{mib} MB"
