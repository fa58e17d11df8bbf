"""A bootstrap's state on its way into the bucket: killed at every step, and found again by the next run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.bootstrap_state import BootstrapState, StateLocation
from infragen.terraform.runner import Folder, StoppedError

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = {"type": "aws_s3_bucket"}
FILES = {
    "backend.tf": 'terraform {\n  backend "s3" {\n  }\n}\n',
    "main.tf": "# made\n",
    "modules/bucket/main.tf": "# made\n",
}


class KilledError(BaseException):
    """The end of the process."""


@dataclass
class Terraform:
    """Terraform and a bucket; dies before the call whose number is `dies`, and after it when that is a half."""

    bucket: bool = False
    stored: dict[str, Any] = field(default_factory=dict)
    calls: int = 0
    dies: float = -1
    refuses: str | None = None

    def _count(self, work: Any) -> Any:
        self.calls += 1
        if self.calls == self.dies:
            raise KilledError
        try:
            return work()
        finally:
            if self.calls + 0.5 == self.dies:
                raise KilledError

    def init(self, folder: Folder, *, backend: bool = True, **_: Any) -> None:
        def work() -> None:
            (folder.path / ".terraform" / "providers").mkdir(parents=True, exist_ok=True)
            if not backend or not (folder.path / "backend.tf").exists():
                return
            assert not (folder.path / "terraform.tfstate").exists(), "init would want to move it"
            if self.refuses:
                raise InfragenError(Diagnostic(self.refuses, "no"))
            if not self.bucket:
                raise InfragenError(Diagnostic("T027", "no such bucket"))

        self._count(work)

    def state_pull(self, _folder: Folder) -> bytes:
        self._count(lambda: None)
        return json.dumps(self.stored).encode() if self.stored else b""

    def state_push(self, _folder: Folder, state: bytes) -> None:
        def work() -> None:
            assert not self.stored.get("resources"), "another lineage"
            self.stored = json.loads(state) | {"lineage": "new"}

        self._count(work)

    def apply(self, folder: Folder) -> None:
        """Make the bucket; the state is local or in there."""

        def work() -> None:
            self.bucket = True
            made = {"lineage": "old", "resources": [BUCKET], "outputs": {}}
            if (folder.path / "backend.tf").exists():
                self.stored = self.stored or made
            else:
                (folder.path / "terraform.tfstate").write_text(json.dumps(made))

        self._count(work)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "bootstrap").mkdir()
    return Folder(tmp_path / "bootstrap", "generated/x/y/bootstrap")


def foundation(folder: Folder, terraform: Terraform) -> BootstrapState:
    return BootstrapState(folder, FILES, terraform, terraform)  # type: ignore[arg-type]


def whole(folder: Folder, terraform: Terraform) -> StateLocation:
    """Do what the command does."""
    found = foundation(folder, terraform)
    where = found.find()
    terraform.apply(folder)
    if where is not StateLocation.BUCKET:
        found.move_into_bucket()
    return where


def states(folder: Folder) -> list[str]:
    return sorted(path.name for path in folder.path.glob("*.tfstate*"))


def test_from_nothing(folder: Folder) -> None:
    terraform = Terraform()
    assert whole(folder, terraform) is StateLocation.NOWHERE
    assert terraform.stored["resources"] == [BUCKET]
    assert states(folder) == []
    assert whole(folder, terraform) is StateLocation.BUCKET


@pytest.mark.parametrize("step", range(2, 16))
def test_killed_at_any_step_the_next_run_ends_with_one_state(folder: Folder, step: int) -> None:
    terraform = Terraform(dies=step / 2)
    with pytest.raises(KilledError):
        whole(folder, terraform)
    terraform.dies = -1
    assert not terraform.bucket or terraform.stored or states(folder), "nothing knows the bucket any more"
    whole(folder, terraform)
    assert terraform.stored["resources"] == [BUCKET]
    assert states(folder) == []
    assert whole(folder, terraform) is StateLocation.BUCKET


def test_a_bucket_that_no_state_knows(folder: Folder) -> None:
    found = foundation(folder, Terraform(bucket=True))
    assert found.find() is StateLocation.FOREIGN_BUCKET
    found.adopt("module.state_bucket.aws_s3_bucket.this", "b")
    assert 'id = "b"' in (folder.path / "imports.tf").read_text()
    assert found.find() is StateLocation.FOREIGN_BUCKET
    assert not (folder.path / "imports.tf").exists(), "an adoption is asked for each time"


def test_any_other_refusal_is_no_missing_bucket(folder: Folder) -> None:
    with pytest.raises(InfragenError, match="T028"):
        foundation(folder, Terraform(refuses="T028")).find()
    (folder.path / "terraform.tfstate").write_text(json.dumps({"resources": [BUCKET]}))
    with pytest.raises(InfragenError, match="T028"):
        foundation(folder, Terraform(refuses="T028")).find()
    assert foundation(folder, Terraform(bucket=True)).find() is StateLocation.LOCAL, "the local state is still there"


def test_another_local_state_is_kept(folder: Folder) -> None:
    (folder.path / "terraform.tfstate").write_text('{"resources": ["key"], "lineage": "mine"}')
    found = foundation(folder, Terraform(bucket=True, stored={"resources": [BUCKET]}))
    assert found.find() is StateLocation.BUCKET
    [kept] = found.former()
    assert kept.name == "former-mine.tfstate"
    assert json.loads(kept.read_text())["resources"] == ["key"]


def test_a_bucket_that_forgets_is_noticed(folder: Folder) -> None:
    class Forgetful(Terraform):
        def state_push(self, _folder: Folder, _state: bytes) -> None:
            self.stored = {"resources": []}

    terraform = Forgetful()
    with pytest.raises(InfragenError, match="V004"):
        whole(folder, terraform)
    assert states(folder) == ["moving.tfstate"]


def test_where_the_only_state_lies_is_told_when_the_bucket_takes_none(folder: Folder) -> None:
    class Refusing(Terraform):
        def state_push(self, _folder: Folder, _state: bytes) -> None:
            raise StoppedError(Diagnostic("T028", "the credentials have expired"))

    with pytest.raises(StoppedError) as caught:
        whole(folder, Refusing())
    assert [one.code for one in caught.value.diagnostics] == ["T028", "V008"]
    assert str(folder.path / "moving.tfstate") in str(caught.value)
    assert states(folder) == ["moving.tfstate"]


def test_a_state_that_terraform_could_not_store_comes_first(folder: Folder) -> None:
    (folder.path / "errored.tfstate").write_text("{}")
    with pytest.raises(InfragenError, match="T031"):
        foundation(folder, Terraform()).find()


def test_a_file_that_is_rendered_no_more_is_gone(folder: Folder) -> None:
    (folder.path / "github.tf").write_text("# of before\n")
    (folder.path / "modules" / "old").mkdir(parents=True)
    (folder.path / "modules" / "old" / "main.tf").write_text("# of before\n")
    foundation(folder, Terraform()).find()
    assert {path.relative_to(folder.path).as_posix() for path in folder.path.rglob("*.tf")} == {
        "main.tf",
        "modules/bucket/main.tf",
    }


def test_a_local_state_that_lacks_the_bucket_that_is_there_is_told_apart(folder: Folder) -> None:
    terraform = Terraform(bucket=True)
    (folder.path / "terraform.tfstate").write_text(json.dumps({"resources": [{"type": "aws_kms_key"}]}))
    assert foundation(folder, terraform).find() is StateLocation.LOCAL_BESIDE_BUCKET
    terraform.bucket = False
    assert foundation(folder, terraform).find() is StateLocation.LOCAL
