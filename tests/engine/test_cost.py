"""What infragen itself costs beside terraform: memory while terraform prints without end."""

from __future__ import annotations

import json
import subprocess
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTES = 60
"""More than the parent may grow by, whatever terraform prints."""

CHATTY = """\
#!{python}
import json, sys
line = json.dumps({{
    "type": "apply_progress", "@message": "x" * 900,
    "hook": {{"resource": {{"addr": "aws_vpc.this"}}, "action": "create", "elapsed_seconds": 1}},
}})
for _ in range(100_000):
    sys.stdout.write(line + "\\n")
"""

SCRIPT = """\
import json, os, resource, sys
from pathlib import Path
from infragen.report.progress import open_progress
from infragen.terraform.adapter import TerraformRunner
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.binary import Binary, Kind
from infragen.terraform.engine import run_stacks
from infragen.terraform.journal import Journal, both
from infragen.terraform.run_records import Begin
from infragen.terraform.provider_mirror import Mirror
from infragen.terraform.runner import Folder

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

root, program = Path(sys.argv[1]), sys.argv[2]
runner = TerraformRunner(
    Binary((program,), Kind.TERRAFORM, "1.11.4"), Mirror(None, "none"), child_environment(os.environ)
)
folder = Folder(root, "generated/small/dev/network")
heard = 0

def step(name, on_event):
    def count(event):
        global heard
        heard += 1
        on_event(event)
    return runner.apply(folder, root / "plan", on_event=count).counts

begin = Begin("apply", "small/dev", (), ("network",))
with Journal(root, begin) as journal, open_progress(["network"], "apply") as progress:
    before = peak()
    outcome = run_stacks({"network": ()}, step, runner.stopper, jobs=1, progress=both(journal, progress))
    after = peak()
print(json.dumps({"done": outcome.done, "heard": heard, "grown": after - before, "peak": after}))
"""


def test_a_hundred_megabytes_of_output_cost_the_parent_little(tmp_path: Path) -> None:
    program = tmp_path / "terraform"
    program.write_text(CHATTY.format(python=sys.executable))
    program.chmod(0o755)
    ended = subprocess.run(
        [sys.executable, "-c", dedent(SCRIPT), str(tmp_path), str(program)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert said["done"]
    assert said["heard"] == 100_000
    assert said["grown"] <= MEGABYTES, said
    logs = sum(path.stat().st_size for path in tmp_path.rglob("*.log"))
    assert logs < 20_000_000
