"""Load tests: scripts for k6, with the users, steps and goals of the catalogue, against what the system serves."""

from collections.abc import Mapping
from typing import Any, Final

from infragen.core.kind import Billing, Kind, Operations, Scaffold, free_of_charge, quota_of
from infragen.core.rule import rules_of
from infragen.kinds.load_tests import build, rules
from infragen.kinds.load_tests.model import LoadTest


def _example(of: str) -> Mapping[str, Any]:
    return {
        "target": f"{of}s/{{{of}}}",
        "stages": [{"duration": "5 min", "users": 10}, {"duration": "5 min", "users": 0}],
        "goals": {"response_time": "200 ms", "errors": "1 %"},
        "steps": [{"name": "home", "path": "/", "pause": "1 s"}],
    }


KIND: Final = Kind(
    model=LoadTest,
    title="load test",
    parts=build.parts,
    cost=Billing(monthly=free_of_charge),
    operations=Operations(
        outputs=build.outputs,
        quotas=(
            quota_of("api-keys", lambda test, _: 1 if test.limit else 0),
            quota_of("usage-plans", lambda test, _: 1 if test.limit else 0),
        ),
    ),
    scaffold=Scaffold(example=_example("balancer"), other_examples=(_example("distribution"), _example("gateway"))),
    rules=rules_of(rules),
)
