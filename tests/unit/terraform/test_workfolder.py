"""The scratch folders: what is written, what is taken over from the one init, who may use them."""

from __future__ import annotations

import errno
import json
import multiprocessing
import stat

import pytest

from infragen.diagnostics import InfragenError
from infragen.stacks.model import Stack
from infragen.terraform.states import parse_state
from infragen.terraform.workfolder import Basis, open_work_folders, read_tree, work_folders
from tests.waiting import PATIENCE

STACKS = [Stack("network", (), (), ("vpc",)), Stack("data-sales", (), ("network",), ())]

BACKEND = """terraform {
  backend "s3" {
    bucket              = "state"
    key                 = "technova/dev/network.tfstate"
    allowed_account_ids = ["012345678901"]
    use_lockfile        = true
  }
}
"""

TREE = {
    "modules/vpc/main.tf": "# vpc\n",
    "network/main.tf": 'module "vpc" {\n  source = "../modules/vpc"\n}\n',
    "network/backend.tf": BACKEND,
    "data-sales/main.tf": "# data\n",
    "data-sales/sql/order.sql": "SELECT 1;\n",
}

MODULES = [
    {"Key": "", "Source": "", "Dir": "."},
    {"Key": "network", "Source": "./network", "Dir": "network"},
    {"Key": "network.vpc", "Source": "../modules/vpc", "Dir": "modules/vpc"},
    {"Key": "network.downloaded", "Source": "x/y/z", "Dir": ".terraform/modules/network.downloaded"},
    {"Key": "data_sales", "Source": "./data-sales", "Dir": "data-sales"},
]


class FakeRunner:
    """Initialises like terraform does, and counts how often."""

    def __init__(self):
        self.inits = []
        self.version = "1.11.4"

    def fingerprint(self):
        return self.version

    def init(self, folder, *, backend=True, on_event=None):
        self.inits.append(folder.path)
        data = folder.path / ".terraform"
        (data / "providers" / "registry.terraform.io").mkdir(parents=True, exist_ok=True)
        (data / "modules").mkdir(exist_ok=True)
        (data / "modules" / "modules.json").write_text(json.dumps({"Modules": MODULES}))
        lock = folder.path / ".terraform.lock.hcl"
        lock.write_text((lock.read_text() if lock.exists() else "") + "# completed\n")


@pytest.fixture
def runner():
    return FakeRunner()


@pytest.fixture
def work(tmp_path):
    with open_work_folders(tmp_path, "technova", "dev") as work:
        yield work


def test_a_stack_gets_its_files_beside_the_modules_it_calls(work, runner):
    folders = work.prepare_stacks(TREE, STACKS, runner)
    assert folders["data-sales"].shown == "generated/technova/dev/data-sales"
    path = folders["data-sales"].path
    assert (path / "sql" / "order.sql").read_text() == "SELECT 1;\n"
    assert (path / ".." / "modules" / "vpc" / "main.tf").read_text() == "# vpc\n"


def test_one_init_serves_every_stack(work, runner):
    folders = work.prepare_stacks(TREE, STACKS, runner)
    assert runner.inits == [work.combined.path]
    data = folders["network"].path / ".terraform"
    assert (data / "providers" / "registry.terraform.io").is_dir()
    assert (folders["network"].path / ".terraform.lock.hcl").read_text() == "# completed\n"


def test_the_list_of_modules_is_terraforms_own_seen_from_the_stack(work, runner):
    folders = work.prepare_stacks(TREE, STACKS, runner)
    listed = json.loads((folders["network"].path / ".terraform" / "modules" / "modules.json").read_text())
    assert listed["Modules"] == [
        {"Key": "", "Source": "", "Dir": "."},
        {"Key": "vpc", "Source": "../modules/vpc", "Dir": "../modules/vpc"},
    ]


def test_the_backend_is_recorded_so_that_terraform_compares_it_itself(work, runner):
    folders = work.prepare_stacks(TREE, STACKS, runner)
    record = json.loads((folders["network"].path / ".terraform" / "terraform.tfstate").read_text())
    assert record["backend"] == {
        "type": "s3",
        "config": {
            "bucket": "state",
            "key": "technova/dev/network.tfstate",
            "allowed_account_ids": ["012345678901"],
            "use_lockfile": True,
        },
        "hash": 0,
    }
    assert not (folders["data-sales"].path / ".terraform" / "terraform.tfstate").exists()


@pytest.mark.parametrize("value", ["var.bucket", '"${var.bucket}"', '{ s3 = "http://x" }', "null"])
def test_a_backend_of_more_than_plain_values_is_left_to_a_real_init(work, runner, value):
    tree = TREE | {"network/backend.tf": BACKEND.replace('"state"', value)}
    folders = work.prepare_stacks(tree, STACKS, runner)
    assert not (folders["network"].path / ".terraform" / "terraform.tfstate").exists()


def test_nothing_is_initialised_again_for_a_changed_size(work, runner):
    work.prepare_stacks(TREE, STACKS, runner)
    folders = work.prepare_stacks(TREE | {"data-sales/main.tf": "# changed\n"}, STACKS, runner)
    assert len(runner.inits) == 1
    assert (folders["data-sales"].path / "main.tf").read_text() == "# changed\n"


@pytest.mark.parametrize("what", ["module", "provider", "terraform", "lock"])
def test_everything_is_initialised_again_for_what_init_reads(work, runner, what):
    work.prepare_stacks(TREE, STACKS, runner)
    tree = dict(TREE)
    if what == "module":
        tree["data-sales/extra.tf"] = 'module "x" {\n  source = "../modules/x"\n}\n'
    elif what == "provider":
        tree["data-sales/extra.tf"] = 'resource "random_id" "x" {}\n'
    elif what == "lock":
        tree["network/.terraform.lock.hcl"] = "# committed\n"
    else:
        runner.version = "1.12.0"
    work.prepare_stacks(tree, STACKS, runner)
    assert len(runner.inits) == 2


def test_the_committed_lock_file_is_used(work, runner):
    tree = TREE | {f"{stack.name}/.terraform.lock.hcl": "# committed\n" for stack in STACKS}
    folders = work.prepare_stacks(tree, STACKS, runner)
    locks = {(folder.path / ".terraform.lock.hcl").read_text() for folder in folders.values()}
    assert locks == {"# committed\n# completed\n"}


@pytest.mark.parametrize("name", [".tool-versions", ".terraform-version", ".config/mise.toml", ".x.tf"])
def test_nothing_hidden_comes_into_the_scratch_folder(tmp_path, name):
    tree = tmp_path / "generated/technova/dev"
    path = tree / "network" / name
    path.parent.mkdir(parents=True)
    path.write_text("terraform path:/evil\n")
    (tree / "network/.terraform.lock.hcl").write_text("# committed\n")
    assert read_tree(tree) == {"network/.terraform.lock.hcl": "# committed\n"}


def test_a_lock_file_that_another_commit_brought_does_not_stay(work, runner):
    tree = TREE | {f"{stack.name}/.terraform.lock.hcl": "# of a branch\n" for stack in STACKS}
    work.prepare_stacks(tree, STACKS, runner)
    folders = work.prepare_stacks(TREE, STACKS, runner)
    assert {(folder.path / ".terraform.lock.hcl").read_text() for folder in folders.values()} == {"# completed\n"}


def test_a_provider_that_init_has_checked_is_checked_again_once_it_is_another_file(work, runner):
    lock = 'provider "r.io/h/aws" {\n  version = "5.1.0"\n  hashes = [\n    "h1:x",\n  ]\n}\n'
    tree = TREE | {f"{stack.name}/.terraform.lock.hcl": lock for stack in STACKS}
    program = work.combined.path / ".terraform/providers/registry.terraform.io/aws"
    folders = work.prepare_stacks(tree, STACKS, runner)
    assert "hashes" not in (folders["network"].path / ".terraform.lock.hcl").read_text()
    program.write_text("another")
    work.prepare_stacks(tree, STACKS, runner)
    work.prepare_stacks(tree, STACKS, runner)
    assert len(runner.inits) == 2


def test_a_stack_with_a_lock_file_of_its_own_keeps_it(work, runner):
    tree = TREE | {"network/.terraform.lock.hcl": "# one\n", "data-sales/.terraform.lock.hcl": "# two\n"}
    folders = work.prepare_stacks(tree, STACKS, runner)
    assert (folders["data-sales"].path / ".terraform.lock.hcl").read_text() == "# two\n"


def test_removed_configuration_goes_and_states_stay(work, runner):
    path = work.prepare_stacks(TREE | {"network/old.tf": "# old\n"}, STACKS, runner)["network"].path
    (path / "terraform.tfstate").write_text("{}")
    work.prepare_stacks(TREE, STACKS, runner)
    assert not (path / "old.tf").exists()
    assert (path / "terraform.tfstate").exists()


@pytest.mark.parametrize(
    "name",
    ["x.tf.json", "x.tofu", "override.tf.json", "terraform.tfvars", "x.auto.tfvars.json", ".terraform/environment"],
)
def test_what_terraform_would_read_besides_goes_from_every_folder(work, runner, name):
    work.prepare_stacks(TREE, STACKS, runner)
    work.prepare_states(TREE, STACKS)
    folders = [work.stack("network").path, work.combined.path, work.state("network").path, work.root / "modules/vpc"]
    planted = [folder / name for folder in folders if folder.is_dir()]
    assert len(planted) >= 3
    for path in planted:
        path.parent.mkdir(exist_ok=True)
        path.write_text("planted")
    work.prepare_stacks(TREE, STACKS, runner)
    work.prepare_states(TREE, STACKS)
    assert [path for path in planted if path.exists()] == []


def test_programs_that_init_would_take_for_providers_go_from_every_folder(work, runner):
    planted = "terraform.d/plugins/registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64/terraform-provider-aws"
    folders = [work.combined.path, work.stack("network").path]
    for folder in folders:
        (folder / planted).parent.mkdir(parents=True)
        (folder / planted).write_text("#!/bin/sh\n")
    work.prepare_stacks(TREE, STACKS, runner)
    assert [folder for folder in folders if (folder / "terraform.d").exists()] == []


def test_after_a_real_init_the_shared_providers_come_back(work, runner):
    path = work.prepare_stacks(TREE, STACKS, runner)["network"].path
    (path / ".terraform" / "providers").unlink()
    (path / ".terraform" / "providers").mkdir()
    work.prepare_stacks(TREE, STACKS, runner)
    assert (path / ".terraform" / "providers").is_symlink()


def test_after_the_project_was_moved_terraform_works_in_a_stack_as_before(tmp_path, runner, make_runner):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    with open_work_folders(here, "technova", "dev") as work:
        work.prepare_stacks(TREE, STACKS, runner)
    here.rename(there)
    moved = work_folders(there, "technova", "dev").stack("network")
    assert (moved.path / ".terraform/providers/registry.terraform.io").is_dir()
    make_runner("").state_list(moved)


def test_a_failed_init_is_tried_again(work, runner):
    class Failing(FakeRunner):
        def init(self, folder, **_more):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work.write_combined(TREE, STACKS, Failing())
    work.write_combined(TREE, STACKS, runner)
    assert len(runner.inits) == 1


def test_the_offline_root_is_the_same_to_init(work, runner):
    work.write_combined(TREE, STACKS, runner, basis=Basis(offline=True))
    work.write_combined(TREE, STACKS, runner)
    assert len(runner.inits) == 1


def test_one_init_serves_every_choice_of_stacks(work, runner):
    work.prepare_stacks(TREE, STACKS[:1], runner, every=STACKS)
    work.prepare_stacks(TREE, STACKS[1:], runner, every=STACKS)
    for chosen in (STACKS[:1], STACKS[1:], STACKS):
        with work.open_combined(TREE, chosen, runner, every=STACKS, basis=Basis()):
            text = (work.combined.path / "main.tf").read_text()
            assert [stack.name for stack in STACKS if f'"{stack.identifier}"' in text] == [one.name for one in chosen]
    assert len(runner.inits) == 1


STATE = parse_state(
    b'{"version": 4, "outputs": {"vpc_id": {"value": "vpc-1", "type": "string"}}, "resources": [{"mode": "managed", '
    b'"type": "aws_x", "name": "y", "provider": "provider[\\"a/b/aws\\"]", "instances": []}]}',
    "network",
)


def secrets_of(work):
    """Return what of the combined folder is no configuration, with its permissions."""
    paths = [path for path in work.combined.path.iterdir() if path.is_file() and path.suffix != ".tf"]
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in paths if path.name != ".terraform.lock.hcl"}


def test_states_are_read_where_there_is_nothing_but_the_backend(work):
    folders = work.prepare_states(TREE, STACKS)
    assert list(folders) == ["network"], "the other stack has no backend to record"
    path = folders["network"].path
    assert folders["network"].shown == "generated/technova/dev/network"
    assert sorted(one.relative_to(path).as_posix() for one in path.rglob("*") if one.is_file()) == [
        ".terraform/terraform.tfstate",
        "backend.tf",
    ]
    (work.stack("network").path).mkdir()
    (work.stack("network").path / "errored.tfstate").write_text("{}")
    with pytest.raises(InfragenError, match="T031"):
        work.prepare_states(TREE, STACKS)


def test_a_backend_that_changed_its_kind_is_read_where_it_is_initialised(work):
    work.prepare_states(TREE, STACKS)
    other = TREE | {"network/backend.tf": BACKEND.replace('"state"', "var.bucket")}
    assert work.prepare_states(other, STACKS) == {}


def test_merged_states_and_given_values_are_the_owners_and_do_not_stay(work, runner):
    basis = Basis({"data-sales": STATE}, {"network": STATE.outputs})
    tree = TREE | {"data-sales/main.tf": "x = local.network.vpc_id\n"}
    work.combined.path.mkdir()
    (work.combined.path / "terraform.tfstate").write_text("left by one that was killed")
    with work.open_combined(tree, STACKS[1:], runner, every=STACKS, basis=basis):
        work.plan_file("combined").write_text("")
        work.plan_file("combined").chmod(0o600)
        assert secrets_of(work) == {
            "terraform.tfstate": 0o600,
            "infragen.auto.tfvars.json": 0o600,
            "infragen.tfplan": 0o600,
        }
        merged = json.loads((work.combined.path / "terraform.tfstate").read_text())
        assert [one["module"] for one in merged["resources"]] == ["module.data_sales"]
        values = (work.combined.path / "infragen.auto.tfvars.json").read_text()
        assert json.loads(values) == {"network__vpc_id": "vpc-1"}
    assert secrets_of(work) == {}


def test_a_plan_from_nothing_finds_no_state(work, runner):
    with pytest.raises(RuntimeError), work.open_combined(TREE, STACKS, runner, basis=Basis({"network": STATE})):
        raise RuntimeError
    with work.open_combined(TREE, STACKS, runner, basis=Basis(offline=True)):
        assert secrets_of(work) == {}


def test_a_state_that_was_never_stored_stops_everything(work, runner):
    path = work.prepare_stacks(TREE, STACKS, runner)["network"].path
    (path / "errored.tfstate").write_text("{}")
    with pytest.raises(InfragenError, match="T031"):
        work.prepare_stacks(TREE, STACKS, runner)


def test_the_scratch_folder_is_its_owners_and_git_does_not_see_it(work, tmp_path):
    assert stat.S_IMODE((tmp_path / ".infragen").stat().st_mode) == 0o700
    assert (tmp_path / ".infragen" / ".gitignore").read_text() == "*\n"


def hold(project, ready, release):
    with open_work_folders(project, "technova", "dev"):
        ready.set()
        release.wait(PATIENCE)


def test_two_runs_on_one_environment_are_kept_apart(tmp_path):
    context = multiprocessing.get_context("fork")
    ready, release = context.Event(), context.Event()
    other = context.Process(target=hold, args=(tmp_path, ready, release))
    other.start()
    try:
        assert ready.wait(PATIENCE)
        with pytest.raises(InfragenError, match=f"T032 another infragen .process {other.pid}."):
            open_work_folders(tmp_path, "technova", "dev").__enter__()
        with open_work_folders(tmp_path, "technova", "prod"):
            pass
    finally:
        release.set()
        other.join()
    with open_work_folders(tmp_path, "technova", "dev"):
        pass


def test_a_file_in_the_way_is_said_so(tmp_path):
    (tmp_path / ".infragen").write_text("")
    with (
        pytest.raises(InfragenError, match=r"Y001 .*infragen is a file, but a folder is expected"),
        open_work_folders(tmp_path, "technova", "dev"),
    ):
        pass


def test_a_full_disk_is_no_folder_that_somebody_has_to_make_writable(tmp_path, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("infragen.terraform.workfolder.internal_folder", full)
    with pytest.raises(InfragenError) as caught, open_work_folders(tmp_path, "shop", "dev"):
        pass
    [said] = caught.value.diagnostics
    assert (said.code, said.hint) == ("T033", "free disk space, then run the same command again")


def test_a_tree_is_read_without_terraforms_own_data(tmp_path):
    (tmp_path / "network" / ".terraform").mkdir(parents=True)
    (tmp_path / "network" / ".terraform" / "x").write_text("no")
    (tmp_path / "network" / ".terraform.lock.hcl").write_text("lock")
    (tmp_path / "network" / "main.tf").write_text("main")
    assert read_tree(tmp_path) == {"network/.terraform.lock.hcl": "lock", "network/main.tf": "main"}


def test_only_the_owner_looks_into_the_scratch_folders_also_where_others_may_into_the_project(tmp_path):
    (tmp_path / ".infragen" / "work").mkdir(parents=True, mode=0o755)
    with open_work_folders(tmp_path, "technova", "dev") as folders:
        assert stat.S_IMODE(folders.root.stat().st_mode) == 0o700
        assert work_folders(tmp_path, "technova", "dev") == folders
        assert work_folders(tmp_path, "technova", "dev", sandbox=True) != folders
