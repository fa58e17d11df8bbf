"""Work out a plan's counts from what terraform itself says about it.

Usage: counts.py STREAM HUMAN

STREAM is the output of `terraform plan -json`, HUMAN that of `terraform show`
for the same plan. The plan's own JSON is not read, so the result can serve as
an independent oracle for a program that does read it. Where both sources give
a number they must agree.

    add, change, destroy   terraform's summary; a replacement is in add and destroy
    import, forget, move   a moved or imported object may also be in the others
    replace, read          replacements; data sources read during apply
    outputs_changed        outputs created, changed or deleted
    drift                  objects found changed outside of terraform
    drift_shown            those of them that the text lists (only relevant ones)
    errored                planning failed, so the plan holds only a part
"""

import json
import re
import sys
from pathlib import Path

stream, human = (Path(name).read_text(encoding="utf-8") for name in sys.argv[1:3])
messages = [json.loads(line) for line in stream.split("\n") if line.startswith("{")]


def of_type(kind):
    return [m for m in messages if m.get("type") == kind]


def in_human(pattern):
    return len(re.findall(pattern, human, re.MULTILINE))


planned = [m["change"] for m in of_type("planned_change")]
drifted = [m["change"] for m in of_type("resource_drift")]
summary = of_type("change_summary")
summary = summary[-1]["changes"] if summary else None
outputs = {}
for m in of_type("outputs"):
    outputs.update(m["outputs"])

line = re.findall(
    r"^Plan: (?:(\d+) to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy\.$", human, re.MULTILINE
)
line = [int(n or 0) for n in line[-1]] if line else None

counts = {
    "add": summary["add"] if summary else None,
    "change": summary["change"] if summary else None,
    "destroy": summary["remove"] if summary else None,
    "import": summary["import"] if summary else None,
    "forget": sum(c["action"] == "remove" for c in planned),
    "move": sum("previous_resource" in c for c in planned),
    "replace": sum(c["action"] == "replace" for c in planned),
    "read": in_human(r"^ *# .* will be read during apply$"),
    "outputs_changed": sum(o.get("action", "noop") != "noop" for o in outputs.values()),
    "drift": sum(c["action"] != "move" for c in drifted),
    "drift_shown": in_human(r"^  # .* has (?:changed|been deleted)$"),
    "errored": any(m["@level"] == "error" for m in messages),
}

problems = []


def agree(what, a, b):
    if a != b:
        problems.append(f"{what}: stream says {a}, text says {b}")


if summary:
    agree("summary", [counts[k] for k in ("import", "add", "change", "destroy")], line or [0, 0, 0, 0])
agree(
    "forget", counts["forget"], in_human(r"^ *# .* will no longer be managed by Terraform, but will not be destroyed$")
)
agree("move", counts["move"], in_human(r"^  # .* has moved to ") + in_human(r"^  # \(moved from "))
agree("replace", counts["replace"], in_human(r"^  # .*(?: must be | will be |, so must be )replaced"))
if counts["drift_shown"] > counts["drift"]:
    agree("drift", counts["drift"], counts["drift_shown"])
agree(
    "errored",
    counts["errored"],
    in_human(r"^Terraform planned the following actions, but then encountered a problem:$|^Planning failed\. ") > 0,
)
if problems:
    counts["disagreements"] = problems

json.dump(counts, sys.stdout, indent=2)
sys.stdout.write("\n")
