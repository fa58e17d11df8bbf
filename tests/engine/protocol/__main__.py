"""Say how many worlds there are, in the larger searches too: `python -m tests.engine.protocol [DEFECT]`."""

from __future__ import annotations

import sys
from dataclasses import replace

from tests.engine.protocol.search import search
from tests.engine.protocol.test_protocol import DEFECTS, LARGE, SOUND

MOST = 1_500_000


def main() -> int:
    """Search all that is sound, or the defect that is named."""
    chosen = {name: replace(DEFECTS[name], defects=frozenset({name})) for name in sys.argv[1:]}
    wrong = 0
    for name, rules in (chosen or SOUND | LARGE).items():
        found = search(rules, MOST)
        wrong += bool(found.wrong)
        sys.stdout.write(f"{name}: {found}\n")
        sys.stdout.flush()
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
