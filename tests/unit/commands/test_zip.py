"""`infragen zip`: the same files are the same bytes, a change of one is another name, and what Lambda needs stays."""

from __future__ import annotations

import os
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from infragen.commands import zip as command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "thumbnail"
    for name, content in {
        "app.py": b"def handler(event, context): ...\n",
        "lib/picture.py": "# \u5199\u771f\n".encode(),
        "lib/native.so": bytes(range(256)),
        "bootstrap": b"#!/bin/sh\n",
        "__pycache__/app.pyc": b"\0",
        ".git/config": b"[core]\n",
        "lib/.env.local": b"KEY=secret\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "bootstrap").chmod(0o700)
    return folder


def made(infragen: Infragen, code: Path, into: Path, *more: str) -> Path:
    into.mkdir(exist_ok=True)
    outcome = infragen("zip", code, "--into", into, *more)
    assert outcome.code == 0, outcome.err
    return into / outcome.out.strip()


def test_it_has_the_code_and_nothing_that_was_left_there(infragen: Infragen, code: Path, tmp_path: Path) -> None:
    found = made(infragen, code, tmp_path / "out")
    with zipfile.ZipFile(found) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["app.py", "bootstrap", "lib/native.so", "lib/picture.py"]
        assert archive.read("lib/native.so") == bytes(range(256))
        modes = {one.filename: stat.S_IMODE(one.external_attr >> 16) for one in archive.infolist()}
    assert modes == {"app.py": 0o644, "bootstrap": 0o755, "lib/native.so": 0o644, "lib/picture.py": 0o644}


def test_times_owners_and_masks_make_no_difference(infragen: Infragen, code: Path, tmp_path: Path) -> None:
    first = made(infragen, code, tmp_path / "a")
    os.utime(code / "app.py", (1, 1))
    (code / "app.py").chmod(0o600)
    second = made(infragen, code, tmp_path / "b")
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("change", ["content", "name", "mode"])
def test_what_differs_has_another_name(change: str, infragen: Infragen, code: Path, tmp_path: Path) -> None:
    first = made(infragen, code, tmp_path / "a")
    if change == "content":
        (code / "app.py").write_text("def handler(event, context): return 1\n")
    elif change == "name":
        (code / "app.py").rename(code / "application.py")
    else:
        (code / "app.py").chmod(0o755)
    assert made(infragen, code, tmp_path / "a").name != first.name


def test_its_name_begins_as_asked(infragen: Infragen, code: Path, tmp_path: Path) -> None:
    assert made(infragen, code, tmp_path / "out", "--name", "small").name.startswith("small-")
    assert made(infragen, code, tmp_path / "out").name.startswith("thumbnail-")


def test_a_folder_that_is_not_there_or_empty_is_an_error(infragen: Infragen, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name, what in {"empty": "has no files", "gone": "is not a folder"}.items():
        outcome = infragen("zip", tmp_path / name, "--into", tmp_path)
        assert (outcome.code, "X066" in outcome.err, what in outcome.err) == (1, True, True)
    assert not list(tmp_path.glob("*.zip"))


@pytest.mark.parametrize("target", ["/etc/passwd", "nowhere"])
def test_a_link_that_leads_out_of_the_folder_or_nowhere_is_an_error(
    target: str, infragen: Infragen, code: Path, tmp_path: Path
) -> None:
    (code / "link").symlink_to(target)
    outcome = infragen("zip", code, "--into", tmp_path)
    assert outcome.code == 1
    assert "thumbnail/link" in outcome.err or "link" in outcome.err
    assert not list(tmp_path.glob("*.zip"))


def test_a_folder_that_is_a_link_to_elsewhere_is_an_error(
    infragen: Infragen, code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = tmp_path / "checkout"
    (checkout / "code").mkdir(parents=True)
    (checkout / "code/thumbnail").symlink_to(code)
    (checkout / "linked").symlink_to(tmp_path)
    (checkout / ".git").mkdir()
    (checkout / "inside").symlink_to(".git")
    monkeypatch.chdir(checkout)
    for folder in (
        "code/thumbnail",
        "linked/thumbnail",
        checkout / "code/thumbnail",
        "../checkout/linked/thumbnail",
        "inside",
    ):
        outcome = infragen("zip", folder, "--name", "code")
        assert outcome.code == 1
        assert "error X089" in outcome.err
        assert "is a link, to" in outcome.err
    assert infragen("zip", "../thumbnail", "--into", tmp_path).code == 0, "which the user named"


def test_more_than_lambda_takes_is_an_error(
    infragen: Infragen, code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_MOST", 300)
    outcome = infragen("zip", code, "--into", tmp_path)
    assert (outcome.code, "X067" in outcome.err) == (1, True)


def test_a_folder_that_cannot_be_written_to_is_an_error(infragen: Infragen, code: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    outcome = infragen("zip", code, "--into", tmp_path / "file")
    assert (outcome.code, "X011" in outcome.err) == (1, True)


def test_a_name_that_is_no_text_is_shown_escaped(infragen: Infragen, code: Path, tmp_path: Path) -> None:
    strange = os.fsencode(code) + b"/a\xffb"
    try:
        os.close(os.open(strange, os.O_CREAT))
    except OSError:
        pytest.skip("this filesystem has no such names")
    outcome = infragen("zip", code, "--into", tmp_path)
    assert outcome.code == 1
    assert r"error X087 the name of a\xffb is not UTF-8" in outcome.err


def test_what_is_too_large_is_not_read(
    infragen: Infragen, code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (code / "core").open("wb") as file:
        file.truncate(3 * 2**30)
    monkeypatch.setattr("infragen.storage.zipped.read_project_file", lambda *_: pytest.fail("it was read"))
    outcome = infragen("zip", code, "--into", tmp_path)
    assert (outcome.code, "X067" in outcome.err, "3,072 MB" in outcome.err) == (1, True, True)


def test_a_folder_of_secrets_is_left_out(infragen: Infragen, code: Path, tmp_path: Path) -> None:
    (code / ".env").mkdir()
    (code / ".env/production").write_text("KEY=secret\n")
    with zipfile.ZipFile(made(infragen, code, tmp_path / "out")) as archive:
        assert not [name for name in archive.namelist() if ".env" in name]


def test_one_that_it_wrote_into_the_folder_itself_changes_nothing(infragen: Infragen, code: Path) -> None:
    first = made(infragen, code, code)
    other = made(infragen, code, code, "--name", "other")
    assert other.read_bytes() == first.read_bytes()
    assert made(infragen, code, code) == first
    with zipfile.ZipFile(first) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".zip")]


def test_a_zip_file_of_somebody_else_stays_code(infragen: Infragen, code: Path) -> None:
    (code / "layer-0123456789ab.zip").write_bytes(b"PK")
    with zipfile.ZipFile(made(infragen, code, code)) as archive:
        assert "layer-0123456789ab.zip" in archive.namelist()


@pytest.mark.parametrize("name", ["../evil", "a\nb", "-x", ".hidden", "", "a b"])
def test_a_name_that_leads_elsewhere_or_cannot_be_typed_is_an_error(
    name: str, infragen: Infragen, code: Path, tmp_path: Path
) -> None:
    into = tmp_path / "out"
    into.mkdir()
    outcome = infragen("zip", code, "--into", into, f"--name={name}")
    assert (outcome.code, "X005" in outcome.err) == (1, True)
    assert not list(tmp_path.rglob("*.zip"))
