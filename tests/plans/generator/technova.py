"""Plan a stack of TechNova's as new, and again over a made-up state after an edit.

Usage: technova.py OUTDIR PROJECT STACK_FOLDER (needs `terraform`, and TF_PLUGIN_DIR as gen.sh does)

The stack lies below PROJECT/generated, and is planned with made-up keys. The planned values of the first plan, with
every unknown replaced by a stable stand-in of its type, are the state of the second, for which the words of `EDITS`
are exchanged in the stack's own files.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
EDITS = (
    (r'"10\.0\.0\.0/24"', '"10.0.200.0/24"'),
    (r"technova-dev-data-ap-northeast-1c", "technova-dev-store-ap-northeast-1c"),
    (r'System      = "technova"', 'System      = "technova"\n      Team        = "platform"'),
    (r"deletion_window_in_days(\s+)= \d+", r"deletion_window_in_days\1= 14"),
)
ROUNDS = 5
OVERRIDE = """
terraform {
  backend "local" {}
}

provider "aws" {
  access_key                  = "not-a-key"
  secret_key                  = "not-a-secret"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
  allowed_account_ids         = null
}
"""


def run(*command, cwd=None, codes=(0,)):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode not in codes:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def stand_in(kind, name, address):
    """Return a value for what is known only after apply."""
    text = f"sim-{hashlib.sha256(f'{address} {name}'.encode()).hexdigest()[:12]}"
    if kind == "string":
        return f"arn:aws:sim:ap-northeast-1:111122223333:{text}" if re.search(r"(^|_)arn$", name) else text
    return {"number": 1, "bool": False}.get(kind if isinstance(kind, str) else "", {} if "map" in kind else [])


def simulated(plan, schemas):
    """Return a state in which the plan was applied."""
    resources = []
    for change in plan["resource_changes"]:
        if change["mode"] != "managed":
            continue
        address = change["address"]
        block = schemas[change["provider_name"]]["resource_schemas"][change["type"]]["block"]
        values = dict(change["change"]["after"])
        for name, unknown in change["change"]["after_unknown"].items():
            if unknown is True:
                values[name] = stand_in(block["attributes"].get(name, {}).get("type", "list"), name, address)
        instance = {"schema_version": 0, "attributes": values, "sensitive_attributes": []}
        if "index" in change:
            instance["index_key"] = change["index"]
        version = schemas[change["provider_name"]]["resource_schemas"][change["type"]]["version"]
        instance["schema_version"] = version
        resources.append(
            {
                **({"module": change["module_address"]} if "module_address" in change else {}), "mode": "managed",
                "type": change["type"], "name": change["name"],
                "provider": f'provider["{change["provider_name"]}"]', "instances": [instance],
            }
        )  # fmt: skip
    version = {"version": 4, "terraform_version": plan["terraform_version"], "serial": 1}
    return {**version, "lineage": "made-up", "outputs": {}, "resources": merged(resources)}


def merged(resources):
    """Put the instances of one resource together, as a state does."""
    found = {}
    for one in resources:
        key = (one.get("module"), one["type"], one["name"])
        if key in found:
            found[key]["instances"] += one["instances"]
        else:
            found[key] = one
    return list(found.values())


def keep(out, name, about, files):
    case = out / name
    case.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (case / file).write_text(content, encoding="utf-8")
    (case / "about.txt").write_text(about + "\n", encoding="utf-8")
    for script, target, of in (
        ("counts.py", "counts.json", ("stream.jsonl", "human.txt")),
        ("secrets.py", "secrets.json", ("plan.json", "human.txt")),
    ):
        arguments = [str(case / one) for one in of]
        (case / target).write_text(run(sys.executable, str(HERE / "common" / script), *arguments), encoding="utf-8")


def planned(root):
    """Plan a root and return the plan, the text and the stream."""
    plan = ["terraform", "plan", "-json", "-refresh=false", "-out=plan.bin"]
    files = {"stream.jsonl": run(*plan, cwd=root)}
    files["plan.json"] = run("terraform", "show", "-json", "plan.bin", cwd=root)
    files["human.txt"] = run("terraform", "show", "-no-color", "plan.bin", cwd=root)
    return files


def settle(root, plan, schemas):
    """Write a state that the stack leaves as it is: what one stand-in leads to is known only after another plan."""
    for _ in range(ROUNDS):
        (root / "terraform.tfstate").write_text(json.dumps(simulated(plan, schemas)), encoding="utf-8")
        plan = json.loads(planned(root)["plan.json"])
        changed = {one["address"]: one["change"] for one in plan["resource_changes"]}
        changed = {address: change for address, change in changed.items() if change["actions"] != ["no-op"]}
        if not changed:
            return
    raise SystemExit(f"not settled: {changed}")


def main():
    out, project, stack = (Path(name).resolve() for name in sys.argv[1:4])
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "generated"
        shutil.copytree(project / "generated" / stack.relative_to(project / "generated").parent, environment)
        root = environment / stack.name
        (root / "zz_override.tf").write_text(OVERRIDE, encoding="utf-8")
        run("terraform", "init", f"-plugin-dir={os.environ['TF_PLUGIN_DIR']}", "-no-color", cwd=root)
        new = planned(root)
        keep(out, f"190-technova-{stack.name}", f"TechNova's stack {stack.name} in dev, all of it new.", new)
        schemas = json.loads(run("terraform", "providers", "schema", "-json", cwd=root))["provider_schemas"]
        settle(root, json.loads(new["plan.json"]), schemas)
        for file in root.glob("*.tf"):
            text = file.read_text(encoding="utf-8")
            for pattern, words in EDITS:
                text = re.sub(pattern, words, text)
            file.write_text(text, encoding="utf-8")
        about = f"TechNova's stack {stack.name} in dev over a simulated state, with other subnets and settings."
        keep(out, f"191-technova-{stack.name}-changed", about, planned(root))


main()
