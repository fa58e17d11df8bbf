"""The file that a plan is kept in: whole, its owner's, and never something else than was written."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import tarfile
import zlib
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pyrage
import pytest
from tests.plans.corpus import case

from infragen import __version__
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.hcl.folders import Folders
from infragen.plan import read_plan
from infragen.plan_contract.contract import contract_of
from infragen.redaction.decode import open_plan
from infragen.storage import journal
from infragen.terraform.apply_records import stack_digest
from infragen.workflow.review.apply_progress import ApplyProgress
from infragen.workflow.review.bundle import (
    Bundle,
    Manifest,
    Part,
    StateName,
    check_destination,
    lifetime,
    looks_like_bundle,
    read,
    save,
)
from infragen.workflow.review.reviewed_plan import refuse_unless_current

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Outcome

    from infragen.workflow.session import Session

    Infragen = Callable[..., Outcome]

NOW = datetime(2025, 11, 20, 12, 0, tzinfo=UTC)
PLAN = case("048").path
TREE = {"network/main.tf": "a", "edge/main.tf": "b", "modules/m/main.tf": "c"}
STACKS = tuple(SimpleNamespace(name=name, identifier=name, upstreams=()) for name in ("network", "edge"))


@pytest.fixture
def bundle() -> Bundle:
    stacks = {
        stack.name: Part(
            stack_digest(Folders(TREE), cast("Any", stack)), StateName("l", 3), is_planned=True, changes=True
        )
        for stack in STACKS
    }
    manifest = Manifest(
        target="technova/dev",
        infragen=__version__,
        terraform="1.11.4",
        providers={"registry.terraform.io/hashicorp/aws": "5.100.0"},
        created=NOW,
        expires=datetime.now(UTC) + timedelta(hours=24),
        stacks=stacks,
    )
    contract = contract_of(open_plan(PLAN), stack="network")
    return Bundle(manifest, contract, read_plan(PLAN), {"network": b"PK\x03\x04 a plan with hunter2-hunter2"})


def codes(error: pytest.ExceptionInfo[InfragenError]) -> list[str]:
    return [diagnostic.code for diagnostic in error.value.diagnostics]


def refused(path: Path, identities: tuple[Path, ...] = ()) -> str:
    with pytest.raises(InfragenError) as error:
        read(path, identities)
    assert "Traceback" not in str(error.value)
    return error.value.diagnostics[0].code


def test_what_was_kept_comes_back(tmp_path: Path, bundle: Bundle) -> None:
    save(tmp_path / "b", bundle)
    found = read(tmp_path / "b")
    assert found.contract == bundle.contract
    assert found.change_set == bundle.change_set
    assert found.plans == bundle.plans
    assert found.is_sealed
    assert msgspec.structs.replace(found.manifest, members=(), seal="") == bundle.manifest
    assert [member.name for member in found.manifest.members] == [
        "contract.json",
        "changes.json",
        "plans/network.tfplan",
    ]


def test_a_file_that_another_user_wrote_has_no_seal_of_this_one(
    tmp_path: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        other.setenv("INFRAGEN_STATE_DIR", str(tmp_path / "other"))
        save(tmp_path / "b", bundle)
        assert read(tmp_path / "b").is_sealed
    assert not read(tmp_path / "b").is_sealed


def test_the_same_plan_is_the_same_file(tmp_path: Path, bundle: Bundle) -> None:
    save(tmp_path / "a", bundle)
    save(tmp_path / "b", bundle)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_only_its_owner_can_read_it_whatever_the_umask(tmp_path: Path, bundle: Bundle, mask: int) -> None:
    before = os.umask(mask)
    try:
        save(tmp_path / "b", bundle)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600


def test_it_is_written_whole_or_not_at_all(tmp_path: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path / "b", bundle)
    before = (tmp_path / "b").read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InfragenError) as error:
        save(tmp_path / "b", replace(bundle, plans={}))
    assert codes(error) == ["K002"]
    assert (tmp_path / "b").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_a_link_is_named_and_not_followed(tmp_path: Path, bundle: Bundle) -> None:
    (tmp_path / "elsewhere").write_text("precious")
    (tmp_path / "b").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InfragenError, match=r"b is a symbolic link to .*elsewhere"):
        save(tmp_path / "b", bundle)
    assert (tmp_path / "elsewhere").read_text() == "precious"


class TestDamage:
    def test_no_byte_may_be_another_one(self, tmp_path: Path, bundle: Bundle) -> None:
        save(tmp_path / "b", bundle)
        content = gzip.decompress((tmp_path / "b").read_bytes())
        for member in _members(content):
            if member.name != "manifest.json":
                changed = bytearray(content)
                changed[member.offset_data + member.size // 2] ^= 1
                (tmp_path / "b").write_bytes(gzip.compress(bytes(changed)))
                assert refused(tmp_path / "b") == "K001"

    def test_the_compressed_file_may_end_or_change_anywhere(self, tmp_path: Path, bundle: Bundle) -> None:
        save(tmp_path / "b", bundle)
        content = (tmp_path / "b").read_bytes()
        for at in range(0, len(content), max(1, len(content) // 60)):
            (tmp_path / "b").write_bytes(content[:at])
            assert refused(tmp_path / "b") == "K001"
        for at in range(10, len(content), max(1, len(content) // 60)):
            changed = bytearray(content)
            changed[at] ^= 0x10
            (tmp_path / "b").write_bytes(bytes(changed))
            with suppress(OSError, EOFError, zlib.error):
                if gzip.decompress(changed) == gzip.decompress(content):
                    continue  # a bit that fills the last byte says nothing
            assert refused(tmp_path / "b") == "K001"

    @pytest.mark.parametrize(
        "content", [b"", b"\0" * 600, b"{}", b"\x1f\x8b", gzip.compress(b"hello", mtime=0), b"age-encryption.org/v0\n"]
    )
    def test_something_else_is_refused(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "b").write_bytes(content)
        assert refused(tmp_path / "b") == "K001"

    def test_no_file_and_a_folder_are_refused(self, tmp_path: Path) -> None:
        assert refused(tmp_path / "b") == "K002"
        assert refused(tmp_path) == "K002"

    def test_a_pipe_that_nobody_may_write_into_is_refused(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert refused(tmp_path / "pipe") == "K001"

    def test_more_members_than_the_manifest_names_are_refused(self, tmp_path: Path, bundle: Bundle) -> None:
        save(tmp_path / "b", bundle)
        members = [(one.name, data) for one, data in _contents(tmp_path / "b")]
        _pack(tmp_path / "b", [*members, ("plans/more.tfplan", b"x")])
        assert refused(tmp_path / "b") == "K001"
        _pack(tmp_path / "b", members[:-1])
        assert refused(tmp_path / "b") == "K001"
        _pack(tmp_path / "b", [members[0], *reversed(members[1:])])
        assert refused(tmp_path / "b") == "K001"
        _pack(tmp_path / "b", members[1:])
        assert refused(tmp_path / "b") == "K001"

    def test_a_link_in_the_place_of_a_member_is_refused(self, tmp_path: Path, bundle: Bundle) -> None:
        save(tmp_path / "b", bundle)
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for one, data in _contents(tmp_path / "b"):
                if one.name == "contract.json":
                    one.type, one.linkname, one.size = tarfile.SYMTYPE, "/etc/passwd", 0
                    tar.addfile(one)
                else:
                    tar.addfile(one, io.BytesIO(data))
        (tmp_path / "b").write_bytes(packed.getvalue())
        assert refused(tmp_path / "b") == "K001"

    def test_a_manifest_of_another_version_says_so(self, tmp_path: Path, bundle: Bundle) -> None:
        save(tmp_path / "b", replace(bundle, manifest=msgspec.structs.replace(bundle.manifest, version=9)))
        with pytest.raises(InfragenError, match="format 9, this infragen reads 1"):
            read(tmp_path / "b")

    def test_what_unpacks_to_more_than_any_plan_is_not_unpacked(
        self, tmp_path: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save(tmp_path / "b", replace(bundle, plans={"network": b"\0" * 5_000_000}))
        monkeypatch.setattr("infragen.workflow.review.bundle.LARGEST", 1_000_000)
        with pytest.raises(InfragenError, match="larger than any plan"):
            read(tmp_path / "b")
        monkeypatch.undo()
        save(tmp_path / "b", replace(bundle, plans={"network": b"\0" * 20_000_000}))  # in 20 KB
        with pytest.raises(InfragenError, match="larger than any plan"):
            read(tmp_path / "b")
        (tmp_path / "endless").symlink_to("/dev/zero")
        with pytest.raises(InfragenError, match="larger than any plan"):
            read(tmp_path / "endless")


class TestHostility:
    """Somebody wrote the file on purpose; what the manifest says of it is true."""

    DEEP = b"[" * 100_000 + b"]" * 100_000

    @pytest.mark.parametrize(
        "header",
        [
            pytest.param(lambda: _sparse(6 << 30), id="a file with a hole of 6 GiB"),
            pytest.param(lambda: _pax({"GNU.sparse.map": "abc", "GNU.sparse.size": "10"}), id="a map of holes"),
            pytest.param(lambda: _pax({"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}) + b"zz\n", id="another map"),
            pytest.param(lambda: _header("x", tarfile.XHDTYPE) * 5000, id="headers about headers"),
            pytest.param(lambda: _header("manifest.json", tarfile.LNKTYPE), id="a link"),
            pytest.param(lambda: _header("manifest.json", tarfile.FIFOTYPE), id="a pipe"),
            pytest.param(lambda: _header("manifest.json", size=1 << 32), id="more than there is"),
            pytest.param(lambda: _header("manifest.json", size=-512), id="less than nothing"),
            pytest.param(lambda: _header("manifest.json", size=1) + b"{", id="cut off"),
            pytest.param(lambda: b"\xff" * 512, id="noise"),
        ],
    )
    def test_a_tar_file_of_another_kind_is_refused_before_it_is_unpacked(
        self, tmp_path: Path, header: Callable[[], bytes]
    ) -> None:
        (tmp_path / "b").write_bytes(gzip.compress(header() + b"\0" * 1024))
        looks_like_bundle(tmp_path / "b")
        assert refused(tmp_path / "b") == "K001"

    def test_nothing_may_stand_behind_the_last_member(self, tmp_path: Path, bundle: Bundle) -> None:
        save(tmp_path / "b", bundle)
        content = gzip.decompress((tmp_path / "b").read_bytes())
        (tmp_path / "b").write_bytes(gzip.compress(content + b"more"))
        assert refused(tmp_path / "b") == "K001"

    @pytest.mark.parametrize("name", ["contract.json", "changes.json"])
    @pytest.mark.parametrize(
        "content", [b'{"x":' + DEEP + b"}", b"[]", b"null", b"\xff", b'{"key":1}', b'{"changes":{}}', b""]
    )
    def test_members_of_another_shape_are_refused(
        self, tmp_path: Path, bundle: Bundle, name: str, content: bytes
    ) -> None:
        _forge(tmp_path / "b", bundle, {name: content})
        assert refused(tmp_path / "b") == "K001"

    def test_a_contract_may_not_be_deeper_than_it_can_be_read(self, tmp_path: Path, bundle: Bundle) -> None:
        promise = b'{"address":"a","actions":["update"],"after":' + self.DEEP + b"}"
        key = b'"key":"' + b"A" * 43 + b'="'
        _forge(
            tmp_path / "b",
            bundle,
            {"contract.json": b"{" + key + b',"stacks":{"network":{"changes":[' + promise + b"]}}}"},
        )
        assert refused(tmp_path / "b") == "K001"

    @pytest.mark.parametrize(
        "other",
        [
            {"expires": "2036-01-01T00:00:00"},  # of which zone?
            {"expires": "9999-12-31T23:59:59-10:00"},
            {"expires": 5},
            {"created": None},
            {"stacks": []},
            {"stacks": {"network": {}}},
            {"target": None},
            {"providers": [1]},
            {"members": {}},
            {"kind": "another"},
            {"version": "1"},
            {"version": 10**400},
        ],
        ids=str,
    )
    def test_a_manifest_of_another_shape_is_refused(
        self, tmp_path: Path, bundle: Bundle, other: dict[str, Any]
    ) -> None:
        _forge(tmp_path / "b", bundle, {}, **other)
        assert refused(tmp_path / "b") == "K001"

    @pytest.mark.parametrize(
        "name", ["../../network.tfplan", "plans/../network.tfplan", "network", "plans/other.tfplan"]
    )
    def test_a_member_of_another_name_is_refused(self, tmp_path: Path, bundle: Bundle, name: str) -> None:
        _forge(tmp_path / "b", bundle, {name: b"PK"})
        assert refused(tmp_path / "b") == "K001"

    def test_a_member_that_stands_twice_is_refused(self, tmp_path: Path, bundle: Bundle) -> None:
        save(tmp_path / "b", bundle)
        (about, content), *others = _contents(tmp_path / "b")
        manifest = json.loads(content)
        manifest["members"].append(manifest["members"][-1])
        pairs = [(one.name, data) for one, data in others]
        _pack(tmp_path / "b", [(about.name, json.dumps(manifest).encode()), *pairs, pairs[-1]])
        assert refused(tmp_path / "b") == "K001"

    def test_what_it_says_of_itself_cannot_write_on_the_terminal(
        self, tmp_path: Path, bundle: Bundle, infragen: Infragen
    ) -> None:
        _forge(tmp_path / "b", bundle, {}, terraform="1\x1b]0;owned\x07", target="technova/dev\x1b[2J\nerror")
        shown = infragen("show", str(tmp_path / "b"))
        assert shown.code == 0
        assert "\x1b" not in shown.out + shown.err
        assert "\nerror" not in shown.out + shown.err


class TestEncryption:
    @pytest.fixture
    def identity(self, tmp_path: Path) -> tuple[str, Path]:
        key = pyrage.x25519.Identity.generate()
        file = tmp_path / "key.txt"
        file.write_text(f"# created: today\n# public key: {key.to_public()}\n{key}\n")
        return str(key.to_public()), file

    def test_who_it_is_encrypted_to_can_read_it(
        self, tmp_path: Path, bundle: Bundle, identity: tuple[str, Path]
    ) -> None:
        other = pyrage.x25519.Identity.generate()
        save(tmp_path / "b", bundle, (identity[0], str(other.to_public())))
        assert (tmp_path / "b").read_bytes().startswith(b"age-encryption.org/v1\n")
        assert read(tmp_path / "b", (identity[1],)).plans == bundle.plans
        (tmp_path / "other").write_text(str(other))
        assert read(tmp_path / "b", (tmp_path / "other",)).plans == bundle.plans

    def test_nobody_else_can(self, tmp_path: Path, bundle: Bundle, identity: tuple[str, Path]) -> None:
        save(tmp_path / "b", bundle, (identity[0],))
        assert refused(tmp_path / "b") == "K004"
        (tmp_path / "other").write_text(str(pyrage.x25519.Identity.generate()))
        assert refused(tmp_path / "b", (tmp_path / "other",)) == "K004"

    def test_a_changed_byte_is_seen(self, tmp_path: Path, bundle: Bundle, identity: tuple[str, Path]) -> None:
        save(tmp_path / "b", bundle, (identity[0],))
        content = bytearray((tmp_path / "b").read_bytes())
        for at in (30, 100, len(content) // 2, len(content) - 1):
            changed = bytearray(content)
            changed[at] ^= 1
            (tmp_path / "b").write_bytes(bytes(changed))
            assert refused(tmp_path / "b", (identity[1],)) == "K004"

    @pytest.mark.parametrize("kind", ["ed25519", "rsa"])
    def test_ssh_keys_will_do(self, tmp_path: Path, bundle: Bundle, kind: str) -> None:
        file = tmp_path / "id"
        made = subprocess.run(
            ["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(file)], check=False, capture_output=True
        )
        if made.returncode != 0:
            pytest.skip("no ssh-keygen")
        save(tmp_path / "b", bundle, (str(file.with_suffix(".pub")),))
        assert read(tmp_path / "b", (file,)).plans == bundle.plans

    def test_who_names_nobody_does_not_get_it_in_plain(self, tmp_path: Path, bundle: Bundle) -> None:
        (tmp_path / "team.txt").write_text("# age1... of the team\n\n")
        for attempt in (
            lambda: check_destination(tmp_path / "b", (str(tmp_path / "team.txt"),)),
            lambda: save(tmp_path / "b", bundle, (str(tmp_path / "team.txt"),)),
        ):
            with pytest.raises(InfragenError, match="there is no key in") as error:
                attempt()
            assert codes(error) == ["K005"]
        assert not (tmp_path / "b").exists()

    def test_who_names_the_private_key_does_not_see_it_in_a_log(
        self, tmp_path: Path, identity: tuple[str, Path]
    ) -> None:
        private = identity[1].read_text().splitlines()[-1]
        for key in (private, str(identity[1])):
            with pytest.raises(InfragenError) as error:
                check_destination(tmp_path / "b", (key,))
            assert codes(error) == ["K005"]
            assert private[16:24] not in str(error.value)

    @pytest.mark.parametrize("key", ["age1wrong", "ssh-ed25519 wrong", "no such file", ""])
    def test_a_bad_key_is_said_before_anything_is_planned(self, tmp_path: Path, key: str) -> None:
        with pytest.raises(InfragenError) as error:
            check_destination(tmp_path / "b", (key,))
        assert codes(error) == ["K005"]

    @pytest.mark.parametrize(
        "content", [b"", b"AGE-SECRET-KEY-1WRONG", b"\xff\xfe", b"-----BEGIN OPENSSH PRIVATE KEY-----\n"]
    )
    def test_a_bad_private_key_is_said_without_it(
        self, tmp_path: Path, bundle: Bundle, identity: tuple[str, Path], content: bytes
    ) -> None:
        save(tmp_path / "b", bundle, (identity[0],))
        (tmp_path / "bad").write_bytes(content)
        with pytest.raises(InfragenError) as error:
            read(tmp_path / "b", (tmp_path / "bad",))
        assert codes(error)[0] in {"K005", "K004"}
        assert "WRONG" not in str(error.value)


class TestPlace:
    def test_another_file_is_never_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("precious")
        for name in ("notes.txt", "."):
            with pytest.raises(InfragenError) as error:
                check_destination(tmp_path / name, ())
            assert codes(error) == ["K003"]

    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(InfragenError) as error:
            check_destination(tmp_path / "pipe", ())
        assert codes(error) == ["K003"]

    def test_an_older_plan_is(self, tmp_path: Path, bundle: Bundle) -> None:
        save(tmp_path / "b", bundle)
        check_destination(tmp_path / "b", ())
        save(tmp_path / "e", bundle, (str(pyrage.x25519.Identity.generate().to_public()),))
        check_destination(tmp_path / "e", ())

    def test_a_folder_that_is_not_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(InfragenError) as error:
            check_destination(tmp_path / "no" / "b", ())
        assert codes(error) == ["K002"]

    def test_a_target_is_no_plan(self, tmp_path: Path) -> None:
        assert not looks_like_bundle(tmp_path / "technova" / "dev")
        assert not looks_like_bundle(tmp_path)


@pytest.mark.parametrize(("text", "hours"), [("30m", 0.5), ("24h", 24), ("7d", 168), (" 2h ", 2)])
def test_a_lifetime_reads_like_people_write_it(text: str, hours: float) -> None:
    assert lifetime(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "0", "0s", "0m", "0h", "0d", "1", "h", "1w", "-1h", "1.5h", "99999999d", "1h30m"])
def test_anything_else_is_no_lifetime(text: str) -> None:
    with pytest.raises(InfragenError) as error:
        lifetime(text)
    assert codes(error) == ["K009"]


class TestTheWorldItWasMadeIn:
    def session(self, **members: Any) -> Session:
        about = {
            "target": "technova/dev",
            "on_sandbox": False,
            "tree": TREE,
            "removed": ("edge",),
            "closure": lambda: STACKS,
            "runner": SimpleNamespace(binary=SimpleNamespace(version="1.11.4")),
        }
        return cast("Session", SimpleNamespace(**{**about, **members}))

    def test_the_same_world_is_good(self, bundle: Bundle) -> None:
        refuse_unless_current(self.session(), bundle.manifest)
        refuse_unless_current(self.session(tree={**TREE, "edge/former_providers.tf": "its state's"}), bundle.manifest)

    @pytest.mark.parametrize(
        ("members", "code", "said"),
        [
            ({"target": "technova/prod"}, "K007", "for technova/dev, not for technova/prod"),
            ({"on_sandbox": True}, "K007", "for AWS itself, not for the emulated AWS"),
            ({"tree": {**TREE, "edge/main.tf": "B"}}, "K008", "the files of edge changed"),
            ({"tree": {**TREE, "network/former_providers.tf": "B"}}, "K008", "the files of network changed"),
            ({"closure": lambda: STACKS[:1]}, "K008", "the stack edge is gone"),
            (
                {"runner": SimpleNamespace(binary=SimpleNamespace(version="1.12.0"))},
                "K008",
                "terraform was 1.11.4, is 1.12.0",
            ),
        ],
    )
    def test_another_one_is_refused_with_the_reason(
        self, bundle: Bundle, members: dict[str, Any], code: str, said: str
    ) -> None:
        with pytest.raises(InfragenError, match=said) as error:
            refuse_unless_current(self.session(**members), bundle.manifest)
        assert codes(error) == [code]
        assert all(diagnostic.hint for diagnostic in error.value.diagnostics)

    def test_another_infragen_is_refused(self, bundle: Bundle) -> None:
        manifest = msgspec.structs.replace(bundle.manifest, infragen="0.0.9")
        with pytest.raises(InfragenError, match=r"infragen was 0\.0\.9"):
            refuse_unless_current(self.session(), manifest)

    def test_what_expired_is_refused(self, bundle: Bundle) -> None:
        manifest = msgspec.structs.replace(bundle.manifest, expires=NOW - timedelta(days=1))
        with pytest.raises(InfragenError, match="expired on 2025-11-19 12:00 UTC") as error:
            refuse_unless_current(self.session(), manifest)
        assert codes(error) == ["K006"]

    @pytest.mark.parametrize(
        ("expires", "is_expired"),
        [("+01:00", False), ("-11:00", False), ("+13:00", False), ("Z", False), ("past", True), ("now", True)],
    )
    def test_the_hour_counts_and_not_how_it_is_written(self, bundle: Bundle, expires: str, is_expired: bool) -> None:
        ends = datetime.now(UTC) + timedelta(minutes={"past": -1, "now": 0}.get(expires, 60))
        if expires[0] in "+-":
            ends = ends.astimezone(timezone((1 if expires[0] == "+" else -1) * timedelta(hours=int(expires[1:3]))))
        written = msgspec.json.encode(msgspec.structs.replace(bundle.manifest, expires=ends))
        manifest = msgspec.json.decode(written, type=Manifest)
        if not is_expired:
            refuse_unless_current(self.session(), manifest)
            return
        with pytest.raises(InfragenError, match="the plan expired on") as error:
            refuse_unless_current(self.session(), manifest)
        assert codes(error) == ["K006"]

    def test_a_clock_that_is_ahead_makes_no_plan_live_longer(self, bundle: Bundle) -> None:
        ahead = datetime.now(UTC) + timedelta(days=30)
        manifest = msgspec.structs.replace(bundle.manifest, created=ahead, expires=ahead + timedelta(hours=24))
        with pytest.raises(InfragenError, match="one of the clocks is wrong") as error:
            refuse_unless_current(self.session(), manifest)
        assert codes(error) == ["K006"]
        little = datetime.now(UTC) + timedelta(minutes=3)
        refuse_unless_current(self.session(), msgspec.structs.replace(bundle.manifest, created=little))


class TestHeadway:
    def test_what_a_lock_turned_away_has_not_begun(self, tmp_path: Path, bundle: Bundle) -> None:
        progress = ApplyProgress(tmp_path, bundle)
        progress.end("network", StateName("lineage", 3))
        for code, begun in (("T022", set()), ("T021", {"edge"}), ("T022", {"edge"})):
            with suppress(InfragenError), progress.begins("edge"):
                assert "edge" in ApplyProgress(tmp_path, bundle).begun
                raise InfragenError(Diagnostic(code, "no"))
            assert ApplyProgress(tmp_path, bundle).begun == begun, code
        assert progress.done == {"network": StateName("lineage", 3)}

    def test_an_apply_that_was_cut_off_is_remembered(self, tmp_path: Path, bundle: Bundle) -> None:
        headway = ApplyProgress(tmp_path, bundle)
        assert (headway.done, headway.begun) == ({}, frozenset())
        headway.begin("network")
        headway.end("network", StateName("lineage", 3))
        headway.begin("edge")
        again = ApplyProgress(tmp_path, bundle)
        assert (again.done, again.begun) == ({"network": StateName("lineage", 3)}, {"edge"})

    def test_what_is_done_in_no_state_that_is_known_is_begun(self, tmp_path: Path, bundle: Bundle) -> None:
        ApplyProgress(tmp_path, bundle).begin("network")
        (file,) = (tmp_path / ".infragen/reviewed").glob("*.json")
        noted = {"network": "done", "edge": {"lineage": "a"}, "security": None}
        journal.write_document(file, noted, secret=bundle.contract.key)
        again = ApplyProgress(tmp_path, bundle)
        assert (again.done, again.begun) == ({}, {"edge", "security"})

    def test_it_goes_to_another_machine_with_whoever_can_open_the_plan(
        self, tmp_path: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        here, there = tmp_path / "here", tmp_path / "there"
        here.mkdir()
        there.mkdir()
        ApplyProgress(here, bundle).end("network", StateName("lineage", 3))
        shutil.copytree(here / ".infragen", there / ".infragen")
        monkeypatch.setenv("INFRAGEN_STATE_DIR", str(tmp_path / "another key"))
        assert ApplyProgress(there, bundle).done == {"network": StateName("lineage", 3)}

    def test_what_was_written_without_the_plan_is_not_believed(self, tmp_path: Path, bundle: Bundle) -> None:
        ApplyProgress(tmp_path, bundle).end("network", StateName("lineage", 3))
        (file,) = (tmp_path / ".infragen/reviewed").glob("*.json")
        journal.write_document(file, {"network": {"lineage": "lineage", "serial": 3}}, secret=b"another")
        assert ApplyProgress(tmp_path, bundle).done == {}

    def test_that_of_another_plan_says_nothing(self, tmp_path: Path, bundle: Bundle) -> None:
        ApplyProgress(tmp_path, bundle).begin("network")
        other = replace(bundle, contract=contract_of(open_plan(PLAN), stack="network"))
        assert ApplyProgress(tmp_path, other).begun == frozenset()

    def test_where_it_cannot_be_noted_nothing_begins(self, tmp_path: Path, bundle: Bundle) -> None:
        (tmp_path / ".infragen").write_text("in the way")
        with pytest.raises(InfragenError) as error:
            ApplyProgress(tmp_path, bundle).begin("network")
        assert codes(error) == ["Y001"]


class TestOnTheCommandLine:
    def test_a_kept_plan_is_shown_without_a_project(
        self, tmp_path: Path, bundle: Bundle, infragen: Infragen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save(tmp_path / "b", bundle)
        monkeypatch.chdir(tmp_path)
        shown = infragen("show", "b", "--format", "json")
        assert shown.code == 0
        assert json.loads(shown.out)["target"] == "technova/dev"
        assert "hunter2" not in shown.out + shown.err
        assert "with saved plans: network" in shown.err
        assert "planned again when their upstreams are done: edge" in shown.err

    def test_in_its_project_it_says_what_of_it_was_applied(
        self, tmp_path: Path, bundle: Bundle, infragen: Infragen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save(tmp_path / "b", bundle)
        (tmp_path / "catalog").mkdir()
        monkeypatch.chdir(tmp_path)
        progress = ApplyProgress(tmp_path, bundle)
        progress.begin("network")
        assert "applied" not in infragen("show", "b").err.replace("may be applied once", "")
        progress.end("network", StateName("a", 3))
        partly = infragen("show", "b").err
        assert "may be applied once" in partly
        assert "applied already: network" in partly
        assert "with saved plans" not in partly
        progress.end("edge", StateName("b", 4))
        assert "applied already from this checkout; `apply` refuses a second time" in infragen("show", "b").err

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (("plan", "technova/dev", "--encrypt-to", "age1x"), "X007"),
            (("plan", "technova/dev", "--expires", "2h"), "X007"),
            (("plan", "technova/dev", "--offline", "--out", "b"), "X007"),
            (("plan", "technova/dev", "--out", "b", "--expires", "soon"), "K009"),
            (("plan", "technova/dev", "--out", "no/folder/b"), "K002"),
            (("plan", "technova/dev", "--out", "b", "--encrypt-to", "age1x"), "K005"),
            (("apply", "technova/dev", "--identity", "key"), "X007"),
            (("apply", "technova/dev", "--plan", "none"), "K002"),
            (("apply", "none.plan"), "K002"),
            (("apply", "none.plan", "--identity", "key"), "K002"),
            (("apply", "technova/dev", "--plan", "none", "--profile", "month-end"), "X007"),
            (("apply", "technova/dev", "--plan", "none", "--all"), "X007"),
            (("show", "none"), "K002"),
        ],
    )
    def test_what_cannot_be_is_said_before_anything_is_planned(
        self, tmp_path: Path, infragen: Infragen, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        refused = infragen(*arguments)
        assert refused.code == 1
        assert f"error {code}" in refused.err
        assert list(tmp_path.iterdir()) == []

    def test_a_file_may_stand_for_the_target(
        self, tmp_path: Path, bundle: Bundle, infragen: Infragen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = msgspec.structs.replace(bundle.manifest, expires=NOW - timedelta(days=9))
        save(tmp_path / "b", replace(bundle, manifest=old))
        monkeypatch.chdir(tmp_path)
        assert "P001" in infragen("apply", "b", "--yes").err  # it got as far as looking for the project

    def test_a_file_is_never_taken_for_a_target(
        self, tmp_path: Path, bundle: Bundle, infragen: Infragen, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "notes.txt").write_text("precious")
        assert "error K001" in infragen("apply", "notes.txt", "--yes").err
        save(tmp_path / "b", bundle, (str(pyrage.x25519.Identity.generate().to_public()),))
        locked = infragen("apply", "b", "--yes")
        assert locked.code == 1
        assert "error K004 b is encrypted" in locked.err
        assert "--identity FILE" in locked.err


def _members(content: bytes) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return tar.getmembers()


def _contents(path: Path) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as tar:
        for member in tar.getmembers():
            file = tar.extractfile(member)
            assert file is not None
            yield member, file.read()


def _pack(path: Path, contents: list[tuple[str, bytes]]) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, data in contents:
            about = tarfile.TarInfo(name)
            about.size = len(data)
            tar.addfile(about, io.BytesIO(data))
    path.write_bytes(packed.getvalue())


def _forge(path: Path, bundle: Bundle, contents: dict[str, bytes], **manifest: Any) -> None:
    """Write a bundle with other members and another manifest, which agree."""
    save(path, bundle)
    (about, content), *others = _contents(path)
    members = {one.name: data for one, data in others} | contents
    listed = [
        {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in members.items()
    ]
    said = json.dumps({**json.loads(content), "members": listed, **manifest}).encode()
    _pack(path, [(about.name, said), *members.items()])


def _header(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0) -> bytes:
    about = tarfile.TarInfo(name)
    about.type, about.size = kind, size
    return about.tobuf(tarfile.GNU_FORMAT)


def _pax(headers: dict[str, str]) -> bytes:
    about = tarfile.TarInfo("manifest.json")
    about.pax_headers = headers
    return about.tobuf(tarfile.PAX_FORMAT)


def _sparse(size: int) -> bytes:
    """Return the header of a file that is all hole."""
    header = bytearray(_header("manifest.json", tarfile.GNUTYPE_SPARSE))
    header[483:495] = b"\x80" + size.to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)
