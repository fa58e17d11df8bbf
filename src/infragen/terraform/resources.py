"""What this machine has to give: cores and memory."""

from __future__ import annotations

import os
from pathlib import Path


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory() -> int:
    """Return the bytes that are free for new processes, as the kernel and the container see it."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return min(free, free_in_container(Path("/sys/fs/cgroup")))


def free_in_container(group: Path) -> int:
    """Return the bytes below a container's limit; files that are only cached in memory count as free.

    Without that, a container that once read a provider of 700 MB would have room for nothing.
    """
    try:
        limit, used = (int((group / name).read_text()) for name in ("memory.max", "memory.current"))
        statistics = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        unused = int(statistics.get("inactive_file", "0"))
    except (OSError, ValueError):  # no container, or no limit ("max")
        return 1 << 62
    return max(0, limit - used + unused)
