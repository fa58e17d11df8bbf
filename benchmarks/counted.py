"""infragen alone, counted: `python -m benchmarks.counted FILE ARGUMENTS` writes what it did as JSON, its exit code too.

Nothing of infragen is loaded before it is counted: what its modules do when they are imported counts as well.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import sys
from collections import Counter
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent.parent
_OWN = f"{_ROOT}/src/infragen/"


def main() -> None:
    to, arguments = Path(sys.argv[1]), sys.argv[2:]
    opened = 0
    is_on = True

    def hook(event: str, about: tuple[Any, ...]) -> None:
        nonlocal opened
        opened += is_on and event == "open" and not str(about[0]).endswith(".pyc")

    def work() -> int:
        from infragen.cli import app

        return app.run(arguments)

    before = {*sys.modules}
    sys.addaudithook(hook)
    profile = cProfile.Profile()
    code = profile.runcall(work)
    is_on = False
    own: Counter[str] = Counter()
    validations = 0
    for (file, _, name), (_, calls, *_) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if file.startswith(_OWN) or file.endswith(".tf"):
            own[f"{file.removeprefix(_OWN).removeprefix(f'{_ROOT}/')}:{name}"] += calls
        validations += calls if "validate_python" in name else 0
    found = {
        "code": code, "calls": own.total(), "validations": validations, "opened": opened,
        "modules": _packages({*sys.modules} - before), "functions": own,
    }  # fmt: skip
    to.write_text(json.dumps(found), encoding="utf-8")


def _packages(modules: set[str]) -> Counter[str]:
    """Count modules by package.

    The standard library's differ by release, and what C extensions share (`_cython_3_1_4`) by platform.
    """
    own = (name.partition(".")[0] for name in modules)
    return Counter(top for top in own if top not in sys.stdlib_module_names and not top.startswith(("_", "cython")))


main()
