"""The reports of the corpus held against the official schemas, which are not in the repository: see README.md."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from jsonschema.validators import validator_for

from infragen.plan import parse_plan, read_plan
from infragen.report import junit, sarif
from tests.plans.corpus import CASES
from tests.unit.report import hostile, sample

if TYPE_CHECKING:
    from infragen.plan import ChangeSet


def main(folder: Path) -> int:
    """Check everything; the first report that is not valid raises."""
    import xmlschema

    schema = json.loads((folder / "sarif-schema-2.1.0.json").read_bytes())
    checker = validator_for(schema)(schema)
    shape = xmlschema.XMLSchema(str(folder / "junit-10.xsd"))
    checked = 0

    def check(change_set: ChangeSet) -> None:
        nonlocal checked
        checker.validate(json.loads(sarif.render(change_set, "x/y")))
        shape.validate(junit.render(change_set, "x/y"))
        checked += 1

    @settings(
        max_examples=200, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(hostile.plans())
    def check_hostile(content: bytes) -> None:
        check(parse_plan(content))

    for change_set in (*(read_plan(case.path) for case in CASES), sample.change(), sample.first_apply()):
        check(change_set)
    check_hostile()
    sys.stdout.write(f"{checked} reports are valid SARIF 2.1.0 and JUnit\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
