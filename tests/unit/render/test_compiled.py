"""What is compiled of shipped templates is kept beside them; what lies beside a project's own is never read."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import jinja2
import pytest

from infragen.render import jinja, templates
from infragen.render.jinja import CompiledTemplates
from infragen.render.templates import Templates
from tests.offline_plans import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = "kinds/queues/queue.tf"
TEXT = 'name = "@{name}"\n'
VALUES = {"name": "orders"}
RENDERS_WITHOUT_A_COMPILER = """\
import jinja2
def refused(*_arguments, **_options):
    raise AssertionError("compiled again")
jinja2.Environment._generate = refused
from infragen.cli import main
main()
"""


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of shipped templates with one in it, of which nothing is known yet."""
    folder = tmp_path / "installed"
    _write(folder / NAME, TEXT)
    for module in (jinja, templates):
        monkeypatch.setattr(module, "shipped_templates", lambda: folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    return folder


@pytest.fixture
def process(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Return what renders the template as a new process would, and how often that compiles."""
    asked: list[str] = []
    generate = jinja2.Environment._generate

    def counted(self: jinja2.Environment, source: object, name: str, *rest: object, **options: object) -> str:
        asked.append(name)
        return generate(self, source, name, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(jinja2.Environment, "_generate", counted)

    def run(*folders: Path) -> int:
        monkeypatch.setattr(jinja, "_COMPILED", {False: CompiledTemplates("plain")})
        asked.clear()
        before = (shipped / NAME).read_text()
        assert Templates((*folders, shipped)).render(NAME, VALUES) == before.replace('"@{name}"', '"orders"')
        return len(asked)

    return run


def test_a_shipped_template_is_compiled_by_the_first_process_alone(process: Callable[[], int], shipped: Path) -> None:
    assert [process(), process(), process()] == [1, 0, 0]
    (kept,) = (shipped / "__pycache__").iterdir()
    assert kept.name.endswith(f".plain.{sys.implementation.cache_tag}.pyc")


def test_another_text_is_compiled_again(process: Callable[[], int], shipped: Path) -> None:
    process()
    _write(shipped / NAME, 'title = "@{name}"\n')
    assert [process(), process()] == [1, 0]


def test_another_compiler_compiles_again(process: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    process()
    monkeypatch.setattr(jinja2, "__version__", "99.0")
    assert [process(), process()] == [1, 0]


@pytest.mark.parametrize("keep", [0, 10, 30, 60, -1])
def test_half_a_file_is_compiled_again(process: Callable[[], int], shipped: Path, keep: int) -> None:
    process()
    (kept,) = (shipped / "__pycache__").iterdir()
    kept.write_bytes(kept.read_bytes()[:keep])
    assert [process(), process()] == [1, 0]


def test_where_nothing_can_be_written_it_is_compiled_each_time(process: Callable[[], int], shipped: Path) -> None:
    (shipped / "__pycache__").write_text("a file in the way")
    assert [process(), process()] == [1, 1]


def test_who_wants_no_code_written_has_none(
    process: Callable[[], int], shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [process(), process()] == [1, 1]
    assert not (shipped / "__pycache__").exists()


def test_python_s_other_place_for_code_is_ours(
    process: Callable[[], int], shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "elsewhere"))
    assert [process(), process()] == [1, 0]
    assert not (shipped / "__pycache__").exists()
    assert len(list((tmp_path / "elsewhere").rglob("*.pyc"))) == 1


def test_what_lies_beside_a_project_s_own_templates_is_never_read(
    process: Callable[[], int], shipped: Path, tmp_path: Path
) -> None:
    own = tmp_path / "project" / "templates"
    _write(own / NAME, TEXT)
    process()
    cache = CompiledTemplates("plain")
    (kept,) = (shipped / "__pycache__").iterdir()
    key = cache.get_cache_key(NAME, str(own / NAME))
    for name in (key, f"shipped_{key}"):
        for folder in (own / "__pycache__", shipped / "__pycache__"):
            folder.mkdir(exist_ok=True)
            (folder / kept.name.replace(kept.name.split(".")[0], name)).write_bytes(kept.read_bytes())
    assert process(own) == 1


def test_after_the_install_nothing_is_compiled_any_more(tmp_path: Path) -> None:
    python = (sys.executable, "-X", f"pycache_prefix={tmp_path / 'code'}")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run((*python, "-m", "infragen.render"), cwd=ROOT, env=environment, check=True)
    for words in (("render", "shop/dev", "--check"), ("explain", "shop/dev", "services/front")):
        ran = subprocess.run(
            (*python, "-c", RENDERS_WITHOUT_A_COMPILER, *words),
            cwd=ROOT,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert (ran.returncode, ran.stderr) == (0, "")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
