"""Check a generated corpus against itself. Usage: verify.py OUTDIR

The counts come from terraform's summary; this counts the actions in each
plan.json and reports every case where the two differ.
"""

import json
import sys
from pathlib import Path

bad = 0
cases = sorted(path.parent for path in Path(sys.argv[1]).glob("*/counts.json"))
for case in cases:
    want = json.loads((case / "counts.json").read_bytes())
    plan = json.loads((case / "plan.json").read_bytes())
    got = dict.fromkeys(want, 0)
    for r in plan.get("resource_changes", []):
        actions = r["change"]["actions"]
        got["add"] += "create" in actions
        got["change"] += "update" in actions
        got["destroy"] += "delete" in actions
        got["forget"] += "forget" in actions
        got["read"] += "read" in actions
        got["replace"] += len(actions) == 2
        got["import"] += "importing" in r["change"]
        got["move"] += "previous_address" in r
    got["outputs_changed"] = sum(c["actions"] != ["no-op"] for c in plan.get("output_changes", {}).values())
    got["drift"] = sum(r["change"]["actions"] != ["no-op"] for r in plan.get("resource_drift", []))
    got["drift_shown"] = want["drift_shown"]
    got["errored"] = plan.get("errored", False)
    for key in want:
        if want[key] != got.get(key):
            bad += 1
            sys.stdout.write(f"{case.name}: {key}: terraform says {want[key]}, plan.json holds {got.get(key)}\n")
sys.stdout.write(f"{len(cases)} cases, {bad} differences\n")
sys.exit(bool(bad))
