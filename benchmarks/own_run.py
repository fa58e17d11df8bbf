"""infragen alone, without the programs it runs: `python -m benchmarks.own_run FILE ARGUMENTS` writes what it cost.

The file gets its CPU seconds, start of the interpreter included, and its peak of memory in MiB.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path


def main() -> None:
    to = Path(sys.argv.pop(1))
    from infragen.cli import main as infragen

    try:
        infragen()
    finally:
        cpu = time.process_time()
        from benchmarks.measure import peak

        to.write_text(f"{cpu} {peak()}")


main()
