from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from tests.engine.small import STACKS, edit, render, rendered_project

from infragen.terraform.git import Git
from infragen.workflow.ci.affected_stacks import edits_since
from infragen.workflow.target import open_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

ORDER = "catalog/small/databases/sales/order.yaml"
STOCK = "catalog/shop/services/stock.yaml"
ENVIRONMENT = "environments/small/dev.yaml"


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = rendered_project(tmp_path_factory.mktemp("small"), aws=STACKS)
    (folder / ".gitignore").write_text(".infragen/\n")
    git(folder, "init", "-q")
    commit(folder)
    return folder


@pytest.fixture
def small(committed: Path, tmp_path: Path) -> Path:
    """The small system, rendered and committed."""
    return shutil.copytree(committed, tmp_path / "small")


@pytest.fixture
def affected(infragen: Infragen, small: Path) -> Callable[..., dict[str, list[str]]]:
    """Return the reasons of every affected stack."""

    def run(*arguments: str) -> dict[str, list[str]]:
        stacks = document(infragen, small, *arguments)["environments"][0]["stacks"]
        return {stack["stack"]: [reason["text"] for reason in stack["reasons"]] for stack in stacks}

    return run


def document(infragen: Infragen, folder: Path, *arguments: str) -> Any:
    outcome = infragen("affected", *(arguments or ("--base", "HEAD")), "--format", "json", "-C", folder)
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)


def test_nothing_is_affected_by_nothing(affected: Any) -> None:
    assert affected() == {}


def test_a_comment_a_title_and_a_file_that_moves_affect_nothing(small: Path, affected: Any) -> None:
    edit(small, ORDER, "name: order", "# why\nname: order")
    (small / "catalog/small/databases/other").mkdir()
    shutil.move(small / "catalog/small/databases/plant/parts.yaml", small / "catalog/small/databases/other/p.yaml")
    edit(small, "templates/modules/database_alarms/main.tf", "resource", "# more\nresource")
    assert affected() == {}


def test_a_field_that_only_shells_show_is_named_for_every_stack(small: Path, affected: Any) -> None:
    edit(small, ENVIRONMENT, "state: {bucket: small-dev-terraform-state-111122223333}", "state: {bucket: other}")
    reason = f"{ENVIRONMENT}:4 state.bucket: small-dev-terraform-state-111122223333 -> other"
    assert {stack: reasons[0] for stack, reasons in affected().items()} == dict.fromkeys(STACKS, reason)


def test_a_field_is_named_with_its_line_and_both_values(small: Path, affected: Any) -> None:
    edit(small, ORDER, "max: 8 ACU", "max: 16 ACU")
    assert affected() == {"data-sales": [f"{ORDER}:5 databases/order capacity.max: 8 -> 16"]}


def test_of_two_fields_each_stack_is_told_its_own(small: Path, affected: Any) -> None:
    edit(small, ORDER, "max: 8 ACU", "max: 16 ACU")
    edit(small, ENVIRONMENT, "cidr: 10.0.0.0/16", "cidr: 10.0.0.0/17")
    assert affected() == {
        "network": [f"{ENVIRONMENT}:7 network.cidr: 10.0.0.0/16 -> 10.0.0.0/17"],
        "data-sales": [f"{ORDER}:5 databases/order capacity.max: 8 -> 16"],
    }


def test_a_plan_is_told_each_change_once_and_no_outputs_of_other_stacks(small: Path) -> None:
    edit(small, ORDER, "max: 8 ACU", "max: 16 ACU")
    edit(small, ENVIRONMENT, "state: {bucket: small-dev-terraform-state-111122223333}", "state: {bucket: other}")
    found = edits_since(open_project(small), "small/dev", "HEAD")
    assert [(one.entry, one.field, one.before, one.after) for one in found.all] == [
        ("environment", "state.bucket", "small-dev-terraform-state-111122223333", "other"),
        ("databases/order", "capacity.max", "8", "16"),
    ]
    assert (found.base, found.commit) == ("HEAD", git(small, "rev-parse", "HEAD").strip())


def test_a_plan_is_told_what_could_not_be_found_out(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (small / ORDER).read_text()
    (small / ORDER).write_text(text + "retired_key: 1\n")
    commit(small)
    (small / ORDER).write_text(text)
    edits_since(open_project(small), "small/dev", "HEAD")
    assert "small/dev: this version cannot read the old inputs (C001 " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_PASS", "swordfish"),
        ("STRIPE_KEY", "rk_test_" + "51H8xQ2eZvKYlo2CaB3dE5"),
        ("DATABASE_DSN", "mysql://app:swordfish@orders:3306/app"),
        ("LEGACY_PASSPHRASE", "open sesame"),
    ],
)
def test_a_new_warning_of_validate_comes_with_a_plan_and_no_report_shows_a_secret(
    infragen: Infragen, tmp_path: Path, name: str, value: str
) -> None:
    shop = shutil.copytree("tests/fixtures/small", tmp_path / "shop")
    git(shop, "init", "-q")
    commit(shop)
    with (shop / STOCK).open("a") as file:
        file.write(f"environment: {{LEVEL: info, {name}: {json.dumps(value)}}}\n")
    (warning,) = edits_since(open_project(shop), "shop/test", "HEAD").warnings
    assert warning.startswith(f"new warning F114 at {STOCK}:9:")
    assert f"`{name}` looks like a secret, in plain text" in warning
    told = infragen("affected", "shop/test", "--base", "HEAD", "--diff", "-C", shop).out
    assert f"environment.{name}: nothing -> " in told
    assert 'LEVEL                = "info"' in told
    assert not [secret for secret in ("swordfish", "51H8xQ2eZvKYlo2C", "sesame") if secret in told]
    commit(shop)
    assert edits_since(open_project(shop), "shop/test", "HEAD").warnings == ()


def test_an_override_stands_in_the_environments_file(small: Path, affected: Any) -> None:
    with (small / ENVIRONMENT).open("a") as file:
        file.write("databases:\n  order:\n    capacity: {max: 32 ACU}\n")
    override = [f"{ENVIRONMENT}:14 databases/order capacity.max: 8 -> 32"]
    assert affected() == {"data-sales": override}
    render(small)
    commit(small)
    git(small, "revert", "--no-edit", "HEAD")
    git(small, "branch", "with", "HEAD~1")
    assert affected("--base", "with") == {"data-sales": [f"{ENVIRONMENT}:14 databases/order capacity.max: 32 -> 8"]}


def test_a_default_stands_in_the_systems_file(small: Path, affected: Any) -> None:
    edit(small, "catalog/small/system.yaml", "log_retention: 30 days\n", "log_retention: 60 days\n")
    found = affected()
    assert found.get("data-sales", []) == []
    edit(small, "catalog/small/system.yaml", "flow_log_retention: 30 days", "flow_log_retention: 60 days")
    assert affected() == {"network": ["catalog/small/system.yaml:14 network.flow_log_retention: 30 -> 60"]}


def test_an_output_that_may_change_affects_who_reads_it(small: Path, affected: Any) -> None:
    edit(small, "templates/kinds/network/main.tf", 'name = "@{own.name}"', 'name = "@{own.name}"\n  fifo_topic = false')
    assert affected() == {
        "network": ["templates/kinds/network/main.tf"],
        "security": ["network: output topic_arn may change, through aws_sns_topic.base"],
        "data-plant": ["network: output topic_arn may change, through aws_sns_topic.base"],
        "data-sales": ["network: output topic_arn may change, through aws_sns_topic.base"],
        "observability": [
            "data-plant: output database_parts_arn may change, through module.database_parts",
            "data-sales: output database_order_arn may change, through module.database_order",
            "security: output topic_name may change, through network.topic_arn",
        ],
    }


def test_a_module_affects_those_that_call_it(small: Path, affected: Any) -> None:
    edit(small, "templates/modules/database_alarms/main.tf", "/small/alarms/", "/small/alarm/")
    assert affected() == {"observability": ["templates/modules/database_alarms/main.tf"]}


def test_an_entry_that_is_new_and_one_that_is_gone(small: Path, affected: Any) -> None:
    file = small / "catalog/small/databases/plant/machines.yaml"
    file.write_text((small / "catalog/small/databases/plant/parts.yaml").read_text().replace("parts", "machines"))
    found = affected()
    assert found["data-plant"] == ["catalog/small/databases/plant/machines.yaml:1 databases/machines is new"]
    assert found["observability"] == found["data-plant"]
    render(small)
    commit(small)
    file.unlink()
    assert affected()["data-plant"] == ["catalog/small/databases/plant/machines.yaml:1 databases/machines is gone"]


def test_an_entry_that_is_renamed_is_not_told_as_gone(small: Path, affected: Any) -> None:
    edit(small, ORDER, "name: order", "name: orders\nrenamed_from: order")
    renamed = [f"{ORDER}:1 databases/orders was databases/order"]
    assert affected() == {"data-sales": renamed, "observability": renamed}


@pytest.mark.parametrize("name", ["more.tf.json", "more.auto.tfvars"])
def test_every_file_that_terraform_reads_counts(small: Path, affected: Any, name: str) -> None:
    (small / "generated/small/dev/network" / name).write_text("{}\n")
    assert affected()["network"] == [f"generated/small/dev/network/{name}, which infragen did not generate"]


def test_a_stack_that_is_new_and_one_that_is_gone(infragen: Infragen, small: Path) -> None:
    (small / "catalog/small/domains/lab.yaml").write_text("name: lab\ntitle: Lab\n")
    file = small / "catalog/small/databases/probe.yaml"
    file.write_text((small / ORDER).read_text().replace("order", "probe").replace("domain: sales", "domain: lab"))
    (stack,) = [one for one in document(infragen, small)["environments"][0]["stacks"] if one["stack"] == "data-lab"]
    assert stack["status"] == "new"
    assert "databases/probe is new" in stack["reasons"][0]["text"]
    render(small)
    commit(small)
    file.unlink()
    (small / "catalog/small/domains/lab.yaml").unlink()
    found = document(infragen, small)["environments"][0]
    (stack,) = [one for one in found["stacks"] if one["stack"] == "data-lab"]
    assert stack["status"] == "removed"
    assert "data-lab" not in [name for level in found["levels"] for name in level]
    (notice,) = found["notices"]
    assert notice.startswith("data-lab: no longer in any plan, but what was applied still exists; to destroy it, ")
    assert notice.endswith(f"check out {git(small, 'rev-parse', 'HEAD')[:12]}: `infragen destroy small/dev/data-lab`")


def test_hand_written_files_and_lock_files(small: Path, affected: Any) -> None:
    extra = small / "catalog/small/extra/network/more.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text('resource "aws_sns_topic" "more" {\n  name = "more"\n}\n')
    generated = "generated/small/dev"
    (small / generated / "security/.terraform.lock.hcl").write_text(
        'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.100.0"\n}\n'
    )
    (small / generated / "observability/mine.tf").write_text("locals {\n  mine = 1\n}\n")
    found = affected()
    assert found["network"] == ["catalog/small/extra/network/more.tf (new or removed)"]
    assert found["security"] == [f"{generated}/security/.terraform.lock.hcl: different provider versions"]
    assert f"{generated}/observability/mine.tf, which infragen did not generate" in found["observability"]


def test_what_people_wrote_is_told_apart_from_what_follows_the_catalogue(infragen: Infragen, small: Path) -> None:
    """CI asks somebody before it plans such text with credentials."""

    def written() -> list[str]:
        return document(infragen, small)["environments"][0]["hand_written"]  # type: ignore[no-any-return]

    lock = "generated/small/dev/{}/.terraform.lock.hcl"
    text = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.100.0"\n}\n'
    (small / lock.format("network")).write_text(text)
    commit(small)
    edit(small, ORDER, "max: 8 ACU", "max: 16 ACU")
    new = small / "catalog/small/databases/other/fresh.yaml"
    new.parent.mkdir()
    new.write_text((small / ORDER).read_text().replace("name: order", "name: fresh"))
    render(small)
    (small / "generated/small/dev/data-other").mkdir(exist_ok=True)
    (small / lock.format("data-other")).write_text(text)
    assert written() == []
    files = {
        "catalog/small/imports/dev.yaml": "{}\n",
        "catalog/small/extra/network/more.tf": 'resource "aws_sns_topic" "more" {\n  name = "more"\n}\n',
        "generated/small/dev/observability/mine.tf": "locals {\n  mine = 1\n}\n",
        lock.format("security"): text.replace("5.100.0", "5.99.0"),
        "templates/modules/mine/main.tf": "locals {\n  mine = 1\n}\n",
    }
    for name, text in files.items():
        (small / name).parent.mkdir(parents=True, exist_ok=True)
        (small / name).write_text(text)
    elsewhere = small / "elsewhere"
    elsewhere.mkdir()
    (small / "templates/modules/linked").symlink_to("../../elsewhere")
    assert written() == sorted([*files, "templates/modules/linked"])
    assert (
        "  hand-written: catalog/small/extra/network/more.tf, "
        in infragen("affected", "--base", "HEAD", "-C", small).out
    )


def test_what_calls_itself_generated_is_written_by_hand_where_nothing_renders_it(
    infragen: Infragen, small: Path
) -> None:
    name = "generated/small/dev/network/leak.tf"
    (small / name).write_text("\n\n# Generated by infragen from x\nlocals {\n  mine = 1\n}\n")
    assert document(infragen, small)["environments"][0]["hand_written"] == [name]


def test_what_the_base_had_for_a_while_is_written_by_hand(infragen: Infragen, small: Path) -> None:
    """A pull request merged with its history makes a commit the merge base whose text the branch never kept."""
    extra = small / "catalog/small/extra/network/leak.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text('resource "aws_sns_topic" "more" {\n  name = "more"\n}\n')
    lock = small / "generated/small/dev/network/.terraform.lock.hcl"
    lock.write_text('provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.99.0"\n}\n')
    mine = small / "generated/small/dev/network/mine.tf"
    mine.write_text("locals {\n  mine = 1\n}\n")
    commit(small)
    git(small, "checkout", "-q", "-b", "mine")
    git(small, "checkout", "-q", "-B", "main")
    for one in (extra, lock, mine):
        one.unlink()
    commit(small)
    git(small, "checkout", "-q", "mine")
    render(small)
    edit(small, ORDER, "max: 8 ACU", "max: 16 ACU")
    commit(small)
    found = document(infragen, small, "--base", "main")["environments"][0]["hand_written"]
    assert found == sorted(one.relative_to(small).as_posix() for one in (extra, lock, mine))


def test_what_this_infragen_renders_otherwise_is_its_own_doing(small: Path, affected: Any) -> None:
    path = "generated/small/dev/network/network.tf"
    edit(small, path, "/small/network/cidr", "/small/network/old")
    commit(small)
    differs = "this version of infragen renders it differently from what was committed"
    assert affected() == {"network": [f"{path}: {differs}"]}


def test_old_inputs_that_this_infragen_does_not_read(infragen: Infragen, small: Path) -> None:
    text = (small / ORDER).read_text()
    (small / ORDER).write_text(text + "retired_key: 1\n")
    edit(small, "generated/small/dev/data-sales/database-order.tf", "= 8", "= 4")
    commit(small)
    (small / ORDER).write_text(text)
    found = document(infragen, small)["environments"][0]
    assert [stack["stack"] for stack in found["stacks"]] == ["data-sales"]
    assert "C001" in found["notices"][0]
    assert ORDER in found["stacks"][0]["reasons"][0]["text"]


def test_an_environment_that_is_new_and_one_that_is_gone(infragen: Infragen, small: Path) -> None:
    other = small / "environments/small/live.yaml"
    other.write_text((small / ENVIRONMENT).read_text().replace("environment: dev", "environment: live"))
    found = {one["target"]: one for one in document(infragen, small)["environments"]}
    assert found["small/dev"]["stacks"] == []
    assert {stack["status"] for stack in found["small/live"]["stacks"]} == {"new"}
    assert found["small/live"]["stacks"][0]["reasons"][0]["text"] == "environments/small/live.yaml is new"
    render(small)
    commit(small)
    other.unlink()
    found = {one["target"]: one for one in document(infragen, small)["environments"]}
    assert {stack["status"] for stack in found["small/live"]["stacks"]} == {"removed"}


def test_the_bootstrap_is_none_of_the_stacks(infragen: Infragen, small: Path, affected: Any) -> None:
    assert infragen("bootstrap", "small/dev", "--github", "acme/infra", "-C", small).code == 0
    assert affected() == {}
    commit(small)
    assert affected() == {}
    shutil.rmtree(small / "generated/small/dev/bootstrap")
    assert affected() == {}


def test_generated_files_that_are_not_committed(infragen: Infragen, small: Path) -> None:
    (small / ".gitignore").write_text(".infragen/\ngenerated/\n")
    git(small, "rm", "-rq", "--cached", "generated")
    commit(small)
    edit(small, ORDER, "max: 8 ACU", "max: 16 ACU")
    found = document(infragen, small)["environments"][0]
    assert [stack["stack"] for stack in found["stacks"]] == ["data-sales"]
    assert found["notices"] == ["no committed files: compared with what this version renders from the old inputs"]


def test_levels_and_targets_are_what_a_pipeline_needs(infragen: Infragen, small: Path) -> None:
    edit(small, "templates/kinds/network/main.tf", 'name = "@{own.name}"', 'name = "x"')
    found = document(infragen, small)
    assert found["targets"] == ["small/dev"]
    assert found["environments"][0]["levels"] == [
        ["network"],
        ["security"],
        ["data-plant", "data-sales"],
        ["observability"],
    ]


def test_the_base_is_where_the_branches_parted(infragen: Infragen, small: Path) -> None:
    git(small, "checkout", "-q", "-b", "work")
    edit(small, ORDER, "max: 8 ACU", "max: 16 ACU")
    commit(small)
    git(small, "checkout", "-q", "main")
    edit(small, ENVIRONMENT, "cidr: 10.0.0.0/16", "cidr: 10.0.0.0/17")
    commit(small)
    git(small, "checkout", "-q", "work")
    outcome = infragen("affected", "small/dev", "--base", "main", "--detailed-exitcode", "-C", small)
    assert outcome.code == 2
    head = git(small, "merge-base", "main", "work")[:12]
    assert outcome.out.splitlines() == [
        f"small/dev: 1 of 5 stacks affected since {head} (main)",
        "  data-sales: changed",
        f"    {ORDER}:5 databases/order capacity.max: 8 -> 16",
    ]


def test_a_stack_alone(infragen: Infragen, small: Path) -> None:
    edit(small, ORDER, "max: 8 ACU", "max: 16 ACU")
    outcome = infragen("affected", "small/dev/network", "--base", "HEAD", "-C", small)
    assert outcome.out.startswith("small/dev: 0 of 5")
    outcome = infragen("affected", "small/dev/nothing", "--base", "HEAD", "-C", small)
    assert (outcome.code, "P006" in outcome.err) == (1, True)


def test_a_project_in_a_folder_of_its_repository(infragen: Infragen, small: Path, tmp_path: Path) -> None:
    shutil.move(small / ".git", tmp_path / ".git")
    commit(tmp_path)
    edit(small, ORDER, "max: 8 ACU", "max: 16 ACU")
    found = document(infragen, small)["environments"][0]["stacks"]
    assert [stack["stack"] for stack in found] == ["data-sales"]


HOOKS = {
    "an absolute GIT_DIR": {"GIT_DIR": "{repository}/.git"},
    "a relative GIT_DIR": {"GIT_DIR": ".git", "GIT_PREFIX": ""},
    "a linked worktree": {"GIT_DIR": "{repository}/.git/worktrees/work", "GIT_COMMON_DIR": "{repository}/.git"},
    "a work tree": {"GIT_DIR": "{repository}/.git", "GIT_WORK_TREE": "{repository}"},
    "an index of another repository": {"GIT_INDEX_FILE": "{repository}/.git/next-index-1.lock"},
    "objects in quarantine": {"GIT_OBJECT_DIRECTORY": "/nothing", "GIT_QUARANTINE_PATH": "/nothing"},
    "literal pathspecs": {"GIT_LITERAL_PATHSPECS": "1"},
}
"""What git tells its hooks (githooks(5))."""


@pytest.mark.parametrize("variables", HOOKS.values(), ids=HOOKS)
def test_a_hook_of_git_gets_the_answer_of_a_person(
    infragen: Infragen, small: Path, tmp_path: Path, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.move(small / ".git", tmp_path / ".git")
    commit(tmp_path)
    work = tmp_path / "work"
    git(tmp_path, "worktree", "add", "-q", "-b", "work", work)
    edit(work / "small", ORDER, "max: 8 ACU", "max: 16 ACU")
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(repository=tmp_path))
    found = document(infragen, work / "small")["environments"][0]["stacks"]
    assert [stack["stack"] for stack in found] == ["data-sales"]
    (work / "small/.infragen").mkdir(exist_ok=True)
    (work / "small/.infragen/planted").write_text("x")
    for name in variables:
        monkeypatch.delenv(name)
    git(work, "add", "-f", "small/.infragen/planted")
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(repository=tmp_path))
    assert "Y003" in infragen("render", "--check", "-C", work / "small").err


def link(folder: Path, path: str, to: str) -> None:
    """Have a symbolic link at a path, and what stood there where it leads."""
    place = folder / path
    target = place.parent / to
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(place, target)
    place.symlink_to(to)


@pytest.mark.parametrize(
    "links",
    [
        {ORDER: "../../../../shared/order.yaml"},
        {ORDER: "../plant/order.txt"},
        {ORDER: "../../../../a.yaml", "a.yaml": "b.yaml", "b.yaml": "shared/c"},
        {"catalog/small/databases": "../../shared/databases"},
        {"catalog/small": "../shared/small"},
        {"catalog/small/databases": "../../shared/one", "shared": "elsewhere"},
    ],
    ids=["a file", "a file beside it", "a chain", "a kind's folder", "a system's folder", "through another link"],
)
def test_what_a_link_leads_to_is_compared(small: Path, affected: Any, links: dict[str, str]) -> None:
    for path, to in links.items():
        link(small, path, to)
    commit(small)
    assert affected() == {}
    written = (small / ORDER).resolve().relative_to(small).as_posix()
    edit(small, written, "max: 8 ACU", "max: 16 ACU")
    assert affected() == {"data-sales": [f"{ORDER}:5 databases/order capacity.max: 8 -> 16"]}


@pytest.mark.parametrize(
    ("path", "to", "line"),
    [
        (ENVIRONMENT, "../../shared/dev.yaml", "account:"),
        ("environments/small", "../shared/small", "account:"),
        ("templates/modules/database_alarms/main.tf", "../../../shared.tf", "resource"),
    ],
)
def test_what_is_said_by_a_link_is_no_difference(small: Path, affected: Any, path: str, to: str, line: str) -> None:
    link(small, path, to)
    commit(small)
    assert affected() == {}
    edit(small, ENVIRONMENT if "environments" in path else path, line, f"# more\n{line}")
    assert affected() == {}


@pytest.mark.parametrize("to", ["../../../../outside.yaml", "/etc/hostname", "order.yaml", "nowhere.yaml", "../sales"])
def test_a_link_that_leads_nowhere_in_the_project_is_no_file(small: Path, tmp_path: Path, to: str) -> None:
    shutil.move(small / ".git", tmp_path / ".git")
    (tmp_path / "outside.yaml").write_text("name: outside\n")
    (small / ORDER).unlink()
    (small / ORDER).symlink_to(to if to != "../../../../outside.yaml" else f"../{to}")
    commit(tmp_path)
    paths = [path for path in Git(small).files("HEAD", ("catalog",)) if "order" in path]
    assert paths == []


def test_a_shallow_clone_says_what_to_fetch(infragen: Infragen, small: Path, tmp_path: Path) -> None:
    git(small, "checkout", "-q", "-b", "work")
    for number in range(3):
        edit(small, ORDER, "title: Orders", f"title: Orders\n# {number}")
        commit(small)
    git(small, "checkout", "-q", "main")
    edit(small, ORDER, "title: Orders", "title: Orders of all")
    commit(small)
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", "-b", "work", f"file://{small}", "clone")
    outcome = infragen("affected", "--base", "origin/main", "-C", tmp_path / "clone")
    assert outcome.code == 1
    assert "X022" in outcome.err
    assert "fetch-depth: 0" in outcome.err
    git(tmp_path / "clone", "fetch", "-q", "--unshallow")
    assert infragen("affected", "--base", "origin/main", "-C", tmp_path / "clone").code == 0


@pytest.mark.parametrize("revision", ["nothing", "--help", "", "HEAD~99", "a b"])
def test_a_revision_that_is_not_there(infragen: Infragen, small: Path, revision: str) -> None:
    outcome = infragen("affected", f"--base={revision}", "-C", small)
    assert (outcome.code, "X021" in outcome.err) == (1, True)


def test_a_folder_that_is_no_repository(infragen: Infragen, small: Path) -> None:
    shutil.rmtree(small / ".git")
    outcome = infragen("affected", "--base", "HEAD", "-C", small)
    assert (outcome.code, "X020" in outcome.err) == (1, True)


def test_no_git(infragen: Infragen, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nothing")
    outcome = infragen("affected", "--base", "HEAD", "-C", small)
    assert (outcome.code, "git is not on PATH" in outcome.err) == (1, True)


def test_a_catalogue_with_errors_is_told_as_always(infragen: Infragen, small: Path) -> None:
    edit(small, ORDER, "max: 8 ACU", "max: x")
    outcome = infragen("affected", "--base", "HEAD", "-C", small)
    assert (outcome.code, "C003" in outcome.err) == (1, True)
