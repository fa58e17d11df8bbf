"""In the committed environments, every permission has a use, and every use all that it needs.

What a role may do is read from the planned resources, what it is used for from them and from the catalogue, and what
that needs from AWS's documentation (`permissions/actions.toml`): none of the three knows the others.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infragen.hcl.later import is_marked
from infragen.hcl.modules import Module
from infragen.permissions.judgement import ALWAYS
from infragen.plan.address import split_address
from infragen.stacks.model import LOCK_FILE
from infragen.terraform.combined import combined_root
from infragen.terraform.workfolder import read_tree
from infragen.workflow.planning.offline import permissions_in
from infragen.workflow.rendering.composition import Composed, compose, templates_of
from infragen.workflow.target import open_project, resolve_one
from tests.offline_plans import every_environment, offline_plan

if TYPE_CHECKING:
    from infragen.hcl.modules import Instance
    from infragen.permissions import Permissions

pytestmark = pytest.mark.terraform

ROOT = Path(__file__).parents[2]


class Planned:
    """The committed environments and their permissions, each worked out when a test first asks."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory
        self._composed: dict[str, Composed] = {}
        self._found: dict[str, Permissions] = {}

    def plan(self, target: str) -> Path:
        return offline_plan(self._factory, target)

    def composed(self, target: str) -> Composed:
        if target not in self._composed:
            project = open_project(ROOT)
            self._composed[target] = compose(project, resolve_one(project, target)[1], templates_of(project))
        return self._composed[target]

    def tree(self, target: str) -> dict[str, str]:
        return read_tree(ROOT / "generated" / target)

    def __call__(self, target: str) -> Permissions:
        if target not in self._found:
            self._found[target] = permissions_in(self.plan(target), self.tree(target), self.composed(target))
        return self._found[target]


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    return Planned(tmp_path_factory)


def wrong(found: Permissions) -> set[str]:
    """Return what is unused or missing, as one line each."""
    unused = {f"{one.name}: unused {permission}" for one in found.subjects for permission in one.unused}
    return unused | {f"{one.name}: missing {missing}" for one in found.subjects for missing in one.missing}


@every_environment
def test_nothing_is_unused_and_nothing_is_missing(target: str, planned: Planned) -> None:
    assert wrong(planned(target)) == set()


@every_environment
def test_every_role_has_a_use_and_every_policy_is_read(target: str, planned: Planned) -> None:
    found = planned(target)
    document = json.loads(planned.plan(target).read_text("utf-8"))
    roles = {one["address"] for one in document["resource_changes"] if one["type"] == "aws_iam_role"}
    assert {one.address for one in found.subjects if one.is_role} == roles
    assert [one.name for one in found.subjects if not one.uses and any(not it.denies for it in one.permissions)] == []
    assert found.unread == ALWAYS


RECEIVES, SENDS, ALL = "receives from a queue", "sends to a queue", "reads, writes and deletes objects"
USES = {
    "queues": {"": f"{RECEIVES}|{SENDS}", "receive": RECEIVES, "send": SENDS},
    "buckets": {"": ALL, "read-write": ALL, "read": "reads objects", "write": "writes objects"},
}
"""What an entry that uses one of a kind has a use of, by its access."""


def login(owner: str, database: Any) -> str:
    """Return what it is to log in to a database: with a token, or a password that code or ECS reads."""
    if database.login != "password":
        return "logs in to a database with a token"
    is_function = owner.startswith("functions/")
    return "reads its password for a database" if is_function else "reads a secret as a task starts"


@every_environment
def test_what_the_catalogue_declares_is_among_the_uses(target: str, planned: Planned) -> None:
    entries = dict(planned.composed(target).environment.every())
    uses: dict[str, set[str]] = {}
    for one in planned(target).subjects:
        if one.is_role:
            uses.setdefault(one.owner, set()).update(one.uses)
    wanted = [
        (owner, login(owner, entries[name]) if kind == "databases" else USES[kind][use.access or ""])
        for owner, entry in entries.items()
        for name, use in getattr(entry, "uses", {}).items()
        if (kind := name.partition("/")[0]) in {"databases", *USES} and name in entries
        if not owner.startswith("bastions/")  # a way in the network, and no permission
    ]
    wanted += [
        (owner, login(owner, entries[f"databases/{entry.database}"]))
        for owner, entry in entries.items()
        if getattr(entry, "database", None)
    ]
    assert wanted
    assert [(owner, words) for owner, words in wanted if uses[owner].isdisjoint(words.split("|"))] == []


@pytest.mark.usefixtures("kept_plans")
@pytest.mark.parametrize("environment", [pytest.param("dev", marks=pytest.mark.long), "prod"])
def test_so_it_is_where_every_field_and_each_word_of_access_is_used(environment: str, tmp_path: Path) -> None:
    """The fixture in which a new kind has to stand, too: rendered, planned and judged."""
    shutil.copytree(ROOT / "tests/fixtures/full", tmp_path, dirs_exist_ok=True)
    for words in (["render", f"depot/{environment}"], ["permissions", f"depot/{environment}"]):
        command = [sys.executable, "-m", "infragen", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b0 unused permissions, 0 missing", done.stdout.splitlines()[0]), done.stdout
    assert "does not know the needs of" not in done.stdout


EXTENDED, PROXY = "modules/ecs_service_extended/main.tf", "modules/rds_proxy_users/main.tf"
BATCH, SECRETS = '"ecr:BatchGetImage",', "[for login in var.logins : login.secret_arn]"
START, REPOSITORY = "services/api execution role", "[services/api ecr repository]"


@pytest.mark.parametrize(
    ("path", "change", "line"),
    [
        pytest.param(EXTENDED, (BATCH, ""), f"{START}: missing ecr:BatchGetImage on {REPOSITORY}", id="an action less"),
        pytest.param(
            EXTENDED, (BATCH, f'{BATCH} "ecr:PutImage",'), f"{START}: unused ecr:PutImage on {REPOSITORY}",
            id="an action more",
        ),
        pytest.param(
            EXTENDED, ("Resource = var.repository_arns", 'Resource = ["*"]'), f"{START}: unused ecr:BatchGetImage on *",
            id="a wider resource",
        ),
        pytest.param(
            "app/service-api.tf", ('"sqs:SendMessage"', '"sqs:ReceiveMessage"'),
            "services/api task role: missing sqs:SendMessage on [queues/orders sqs queue]: sends to a queue",
            id="the wrong half of a queue",
        ),
        pytest.param(
            "app/job-migrate.tf", ("resource_id}/orders_migration", "resource_id}/api"),
            "jobs/migrate task role: missing rds-db:connect", id="another user of a database",
        ),
        pytest.param(
            PROXY, (SECRETS, "[]"), "databases/orders role: missing secretsmanager:GetSecretValue", id="a secret less"
        ),
    ],
)  # fmt: skip
def test_what_is_changed_in_the_configuration_is_found(
    path: str, change: tuple[str, str], line: str, planned: Planned
) -> None:
    tree = planned.tree("shop/prod")
    assert change[0] in tree[path]
    changed = tree | {path: tree[path].replace(*change)}
    found = wrong(permissions_in(planned.plan("shop/prod"), changed, planned.composed("shop/prod")))
    assert any(one.startswith(line) for one in found), found


def test_a_key_lets_in_the_logs_of_its_own_region(planned: Planned, tmp_path: Path) -> None:
    """The key of a distribution's logs stands in us-east-1; its policy is known when it is planned."""
    target, right = "delivery-tracking/prod", "logs.us-east-1.amazonaws.com"
    text = planned.plan(target).read_text("utf-8")
    assert right in text
    changed = tmp_path / "plan.json"
    changed.write_text(text.replace(right, "logs.ap-northeast-1.amazonaws.com"), "utf-8")
    found = wrong(permissions_in(changed, planned.tree(target), planned.composed(target)))
    assert any(one.startswith(f"distributions/site kms key: missing kms:Encrypt on * by {right}") for one in found), (
        found
    )


NOT_STORED = ("_wo",)
"""How arguments end that a plan has no value of: what is only written."""

OF_FILES = {("aws_lambda_function", "source_code_hash")}
"""What is worked out from a file that is no text: no policy is."""


@every_environment
def test_what_is_evaluated_is_what_terraform_plans(target: str, planned: Planned) -> None:
    """Every argument of every resource that the plan knows comes to the same from the configuration alone."""
    composed = planned.composed(target)
    files = {path: text for path, text in planned.tree(target).items() if not path.endswith(LOCK_FILE)}
    root = Module.root(combined_root(files, composed.stacks, offline=True).files)
    compared, differing = 0, []
    for item in json.loads(planned.plan(target).read_text("utf-8"))["resource_changes"]:
        if item["mode"] != "managed":
            continue
        instance = instance_at(root, item["address"])
        arguments = instance.block.arguments
        for name, value in item["change"]["after"].items():
            if name in arguments and value is not None and not item["change"]["after_unknown"].get(name):
                if name.endswith(NOT_STORED) or (item["type"], name) in OF_FILES:
                    continue
                found = instance.value(name)
                compared += 1
                if found is not None and normal(found) != normal(value):  # null leaves it to the provider
                    differing.append((item["address"], name, found, value))
    assert compared > 400
    assert differing == []


def instance_at(root: Module, address: str) -> Instance:
    """Return the instance of a plan's address."""
    module, parts = root, list(split_address(address))
    while parts[0] == "module":
        label, key = split_key(parts[1])
        module, parts = module.called(label, key), parts[2:]
    name, key = split_key(parts[1])
    return module.instance(f"{parts[0]}.{name}", key)


def split_key(part: str) -> tuple[str, Any]:
    name, _, key = part.partition("[")
    return name, json.loads(key.removesuffix("]")) if key else None


def normal(value: Any) -> Any:
    """Return a value as a plan writes it: numbers and truth values as texts, JSON by what it says, sets sorted."""
    if isinstance(value, list):
        return sorted((normal(one) for one in value), key=str)
    if isinstance(value, dict):
        return {key: normal(one) for key, one in value.items()}
    if isinstance(value, str) and value[:2] in {'{"', "[{"} and not is_marked(value):
        return normal(json.loads(value))
    return str(value).lower() if isinstance(value, bool) else str(value)
