"""Random search: every test of Hypothesis with other choices each round, until the time is up or something is found.

A find is kept below `tests/cases/found/` (`tests/finds.py`), and `make test` fails with it until it is mended.
"""

from __future__ import annotations

import argparse
import itertools
import random
import subprocess
import sys
import time

from tests.finds import FOLDER


def main() -> int:
    """Search; 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(1_000_000), help="of the first round"
    )
    parser.add_argument("--rounds", type=int, help="at most so many; as many as fit into the time otherwise")
    parser.add_argument("--minutes", type=float, default=10, help="no round begins later")
    parser.add_argument("tests", nargs="*", default=["tests"], help="files or folders")
    asked = parser.parse_args()
    end = time.monotonic() + asked.minutes * 60
    pytest = [sys.executable, "-m", "pytest", "-q", "-m", "hypothesis", "--hypothesis-profile=fuzz"]
    for number in itertools.count():
        if number == asked.rounds or (number and time.monotonic() > end):
            return 0
        seed = asked.seed + number
        _say(f"round {number + 1}: SEED={seed}")
        before = set(FOLDER.glob("*.json"))
        if subprocess.run([*pytest, f"--hypothesis-seed={seed}", *asked.tests], check=False).returncode:
            for file in sorted(set(FOLDER.glob("*.json")) - before):
                _say(f"kept as {file}: `make test` runs it from now on")
            _say(f"found with SEED={seed}")
            return 1
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
