"""Scripts for k6, run once by Node.js in place of it: what a user sends, and how long it waits."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from playwright._impl._driver import compute_driver_executable

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MODULES = {
    "package.json": '{"name": "k6", "type": "module", "exports": {".": "./index.js", "./http": "./http.js"}}',
    "index.js": """
export function sleep(seconds) { k6.done.push({ sleep: seconds }); }
export function check(answer, checks) {
  for (const [name, holds] of Object.entries(checks)) k6.checks.push([name, holds(answer)]);
}
""",
    "http.js": """
function request(method, url, body, { headers, tags, responseCallback }) {
  const sent = body === null ? null : JSON.parse(body);
  k6.done.push({ method, url, body: sent, headers, tags, expected: responseCallback });
  const [status, json] = k6.answers.shift() ?? [200, {}];
  return { status, json: (path) => path.split(".").reduce((value, member) => value?.[member], json) };
}
export default { request, expectedStatuses: (...statuses) => ({ statuses }) };
""",
}
"""k6's own modules, as far as scripts use them (Grafana k6 documentation: JavaScript API)."""
_RUN = """
const [script, given] = process.argv.slice(2);
const { environment, users, answers } = JSON.parse(given);
globalThis.k6 = { done: [], checks: [], answers };
globalThis.__ENV = environment;
const { options, default: round } = await import(script);
for (const user of users) {
  globalThis.__VU = user;
  round();
}
console.log(JSON.stringify({ options, done: k6.done, checks: k6.checks }));
"""


class Ran(Struct, frozen=True):
    """What a script said and did."""

    options: dict[str, Any]
    done: list[dict[str, Any]]
    checks: list[tuple[str, bool]]

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [one for one in self.done if "url" in one]


def run(
    script: Path, folder: Path, environment: Mapping[str, str], *, users: tuple[int, ...] = (1,), answers: Any = ()
) -> Ran:
    """Run the rounds of some users, by their numbers; `answers` are statuses and JSON, in turn, else 200.

    AssertionError with what Node.js says of a script that cannot be read, or that throws.
    """
    modules = folder / "node_modules" / "k6"
    modules.mkdir(parents=True, exist_ok=True)
    for name, text in _MODULES.items():
        (modules / name).write_text(text, encoding="utf-8")
    (folder / "run.mjs").write_text(_RUN, encoding="utf-8")
    copy = folder / "script.mjs"
    copy.write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
    node, _ = compute_driver_executable()
    given = json.dumps({"environment": dict(environment), "users": users, "answers": list(answers)})
    command = (node, str(folder / "run.mjs"), copy.as_uri(), given)
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return Ran(found["options"], found["done"], [tuple(one) for one in found["checks"]])
