"""Users that people make with a script, with the real terraform: what a plan says once a `uses` line changes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from infragen.hcl.index import Index
from infragen.terraform.binary import find_binary
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.terraform

ENVIRONMENT = "generated/delivery-tracking/stg"
MAIN = "catalog/delivery-tracking/jobs/database-dump.yaml", "databases/main: {access: read,"
HISTORY = "catalog/delivery-tracking/services/backend-api.yaml", "document-databases/history: {access: read,"


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def infragen(project: Path, *arguments: str) -> str:
    return run(project, sys.executable, "-m", "infragen", *arguments)


def calls(project: Path) -> str:
    """Return the calls of the module in the data stack, with another object in the place of each database."""
    texts = ['resource "terraform_data" "database" {}']
    for name in ("database-main", "document-database-history"):
        text = (project / ENVIRONMENT / f"data/{name}.tf").read_text("utf-8")
        found = next(one for one in Index(text).calls if one.module == "database_users")
        given = found.arguments["database_resource_id"].value
        texts.append(text[found.start : found.end + 1].replace(given, "terraform_data.database.id"))
    return "\n".join(texts)


def plan(root: Path, text: str) -> Path:
    (root / "main.tf").write_text(text, encoding="utf-8")
    run(root, *find_binary().command, "plan", "-out=tfplan")
    (root / "plan.json").write_text(run(root, *find_binary().command, "show", "-json", "tfplan"), encoding="utf-8")
    return root / "plan.json"


def test_other_rights_of_a_user_are_in_the_plan_with_the_line_that_gives_them(tmp_path: Path) -> None:
    project, root = tmp_path / "project", tmp_path / "root/data"
    for name in ("catalog", "environments"):
        shutil.copytree(ROOT / name, project / name)
    infragen(project, "render", "delivery-tracking/stg")
    shutil.copytree(project / ENVIRONMENT / "modules/database_users", root.parent / "modules/database_users")
    root.mkdir()
    (root / "main.tf").write_text(calls(project), encoding="utf-8")
    run(root, *find_binary().command, "init")
    first = infragen(project, "report", str(plan(root, calls(project))), "--target", "delivery-tracking/stg/data")
    assert "risk: LOW" in first
    run(root, *find_binary().command, "apply", "tfplan")

    for file, text in (MAIN, HISTORY):
        path = project / file
        old = path.read_text("utf-8")
        assert text in old
        path.write_text(old.replace(text, text.replace("{access: read,", "{access: read-write,")), encoding="utf-8")
    infragen(project, "render", "delivery-tracking/stg")
    changed = str(plan(root, calls(project)))
    report = json.loads(infragen(project, "report", changed, "--target", "delivery-tracking/stg/data", "--format=json"))
    told = {
        (change["risks"][0]["reason"], attribute["origin"]["location"]["file"], attribute["origin"]["field"])
        for change in report["changes"]
        for attribute in change["attributes"]
        if attribute.get("origin")
    }
    more = "may do more: read -> read-write; run"
    assert told == {
        (f"user job_database_dump {more} sql/main.sql", MAIN[0], "uses.databases/main.access"),
        (f"user backend_api {more} mongosh/history.js", HISTORY[0], "uses.document-databases/history.access"),
    }
