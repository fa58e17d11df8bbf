"""A new system is valid, renders, and disturbs nothing that is there; what is in the way is named before it is made."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from tests.unit.commands.test_places import as_anybody

from infragen.render.shipped import shipped_templates
from infragen.workflow.new import system as new_system

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

FLAGS = ("--system", "demo", "--account", "111122223333", "--region", "ap-northeast-1")
TEMPLATES = sorted(path.parent.name for path in (shipped_templates() / "init").glob("*/about.txt"))
ADVICE = {"minimal": [], "shop": ["A101", "D129", "H107", "N106", "Q101", "T109"]}
"""What `validate` says of each: one account for two environments, a database of little capacity, no certificate yet, an
example's domain, quotas."""


class Terminal(io.StringIO):
    """A keyboard on which somebody has typed already."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is also the current one; nobody is there to be asked."""
    folder = tmp_path / "Order Desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    return folder


def types(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_new_system_has_no_errors_and_its_last_lines_can_be_typed(
    infragen: Infragen, empty: Path, template: str
) -> None:
    made = infragen("init", "--template", template, *FLAGS)
    assert (made.code, made.err == "") == (0, not ADVICE[template])
    said = infragen("validate", "--format", "json")
    assert (said.code, sorted(one["code"] for one in json.loads(said.out)["diagnostics"])) == (0, ADVICE[template])
    assert infragen("schema", "--check").code == 0
    steps = re.findall(r"^  (infragen .+?)  ", made.out, re.MULTILINE)
    assert [step.split()[1] for step in steps] == ["render", "plan", "apply"]
    assert re.search(r"^demo/dev costs [\d.,]+ to [\d.,]+ USD a month", made.out, re.MULTILINE)
    assert [line for line in made.out.splitlines() if len(line) > 80] == []
    assert infragen(*steps[0].split()[1:]).code == 0
    assert (empty / "generated/demo/dev").is_dir()
    assert infragen("render", "--check").code == 0


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_file_of_a_template_is_filled_in_and_knows_its_schema(
    infragen: Infragen, empty: Path, template: str
) -> None:
    assert infragen("init", "--template", template, *FLAGS).code == 0
    written = [path for path in empty.rglob("*") if path.is_file() and path.suffix != ".json"]
    assert [path for path in written if re.search(r"\$\{?(system|title|account|region)", path.read_text("utf-8"))] == []
    for path in (path for path in written if path.suffix == ".yaml"):
        found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text("utf-8"))
        assert found, path
        assert (path.parent / found[1]).is_file()
        assert yaml.safe_load(path.read_text("utf-8"))


def test_three_questions_are_enough_and_enter_takes_what_is_suggested(
    infragen: Infragen, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    types(monkeypatch, "", "", "")
    made = infragen("init")
    assert made.code == 0
    assert re.findall(r"^.*?(?= \[)", made.err, re.MULTILINE)[0] == "Name of the system"
    assert made.err.count("]: ") == 3
    environment = (empty / "environments/order-desk/dev.yaml").read_text("utf-8")
    assert 'account: "111122223333"\nregion: eu-central-1\n' in environment
    assert "title: Order desk\n" in (empty / "catalog/order-desk/system.yaml").read_text("utf-8")


def test_a_bad_answer_is_asked_again_and_a_flag_is_not_asked_at_all(
    infragen: Infragen, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    types(monkeypatch, "Shop!", "shop", "123", "123456789012 eu-west-1", "minimla", "minimal")
    made = infragen("init", "--region", "eu-west-1")
    assert made.code == 0
    assert "error X051 'Shop!' cannot be the name of a system" in made.err
    assert "error X051 '123' is not an account and a region" in made.err
    assert "did you mean `minimal`?" in made.err
    assert (empty / "catalog/shop/system.yaml").is_file()


@pytest.mark.parametrize("lines", [(), ("demo",), ("?", "?", "?", "?", "?", "?")])
def test_who_gives_up_leaves_nothing_behind(
    infragen: Infragen, empty: Path, monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...]
) -> None:
    types(monkeypatch, *lines)
    assert infragen("init").code == 130
    assert content(empty) == {}


def test_without_a_terminal_all_that_is_missing_is_named_in_a_line_that_can_be_typed(
    infragen: Infragen, empty: Path
) -> None:
    outcome = infragen("init", "--account", "123456789012")
    assert outcome.code == 1
    assert "error X050" in outcome.err
    assert "missing: --system, --region" in outcome.err
    [line] = re.findall(r"`infragen (.*)`", outcome.err)
    assert infragen(*line.split()).code == 0
    assert (empty / "catalog/order-desk/system.yaml").is_file()


def test_everything_that_is_wrong_is_named_at_once(infragen: Infragen, empty: Path) -> None:
    outcome = infragen(
        "init", "--system", "Order Desk", "--account", "1111-2222-3333", "--region", "tokyo", "--template", "shp",
        "--title", " x ",
    )  # fmt: skip
    assert outcome.code == 1
    assert re.findall(r"error (X\d+)", outcome.err) == ["X051", "X051", "X051", "X052", "X051"]
    assert "`order-desk`" in outcome.err
    assert "111122223333" in outcome.err
    assert "ap-northeast-1" in outcome.err
    assert content(empty) == {}


@pytest.mark.parametrize(
    ("account", "hint"),
    [
        ("1111-2222-3333", "write its digits alone: `111122223333`"),
        (
            "11112222333",
            "an account has 12 digits, and this 11; `aws sts get-caller-identity` shows yours; if it begins",
        ),
        ("1111222233334", "an account has 12 digits, and this 13; `aws sts get-caller-identity` shows yours\n"),
        ("acme", "write its 12 digits: `111122223333`; "),
    ],
)
def test_an_account_that_is_none_is_told_what_it_lacks(
    infragen: Infragen, empty: Path, account: str, hint: str
) -> None:
    outcome = infragen("init", "--system", "shop", "--account", account, "--region", "eu-west-1")
    assert (outcome.code, hint in outcome.err) == (1, True)
    assert content(empty) == {}


@pytest.mark.parametrize("title", ["\x1b[2J", "e\u0301"])
def test_a_title_that_no_file_may_hold_is_told_before_anything_is_written(
    infragen: Infragen, empty: Path, title: str
) -> None:
    outcome = infragen("init", *FLAGS, "--title", title)
    assert (outcome.code, "error S" in outcome.err) == (1, True)
    assert content(empty) == {}


@pytest.mark.parametrize("title", ["null", "a: b", "{x}", "注文, 明細", '"quoted"'])
def test_any_other_title_is_the_title_it_gets(infragen: Infragen, empty: Path, title: str) -> None:
    assert infragen("init", *FLAGS, "--title", title).code == 0
    found = yaml.safe_load((empty / "catalog/demo/system.yaml").read_text("utf-8"))
    assert found["title"] == title


def test_existing_code_stays_as_it_is(infragen: Infragen, empty: Path) -> None:
    known = {"README.md": "# Mine\n", "src/main.py": "print()\n", ".gitignore": "*.pyc\n.terraform/"}
    for name, text in known.items():
        (empty / name).parent.mkdir(exist_ok=True)
        (empty / name).write_text(text)
    assert infragen("init", *FLAGS).code == 0
    assert (empty / "README.md").read_text() == "# Mine\n"
    assert (empty / "INFRAGEN.md").read_text().startswith("# Demo\n")
    assert (empty / ".gitignore").read_text() == "*.pyc\n.terraform/\n.infragen/\n*.plan\n"


def test_a_folder_that_is_not_there_is_made_and_named_in_what_to_type_next(infragen: Infragen, empty: Path) -> None:
    made = infragen("init", *FLAGS, "-C", "deep/down")
    assert made.code == 0
    assert "infragen render demo -C deep/down" in made.out
    assert (empty / "deep/down/catalog/demo/system.yaml").is_file()


@pytest.mark.parametrize("where", [".", "below"])
def test_a_catalogue_that_is_there_is_named_and_how_to_add_to_it(infragen: Infragen, empty: Path, where: str) -> None:
    assert infragen("init", *FLAGS).code == 0
    (empty / "below").mkdir()
    before = content(empty)
    outcome = infragen("init", *FLAGS, "-C", where)
    assert outcome.code == 1
    assert "error X053" in outcome.err
    assert "already has a catalogue, of demo" in outcome.err
    assert "`infragen init --add`" in outcome.err
    assert content(empty) == before


def test_another_system_is_added_but_not_under_a_name_that_is_taken(infragen: Infragen, empty: Path) -> None:
    assert infragen("init", *FLAGS).code == 0
    (empty / "environments/old").mkdir()
    for name in ("demo", "old"):
        outcome = infragen("init", "--add", "--system", name, *FLAGS[2:])
        assert outcome.code == 1
        assert f"error X053 the name '{name}' is taken" in outcome.err
    before = content(empty)
    assert infragen("init", "--add", "--system", "billing", *FLAGS[2:]).code == 0
    assert {name for name in content(empty) if name not in before} == {
        "catalog/billing/system.yaml",
        "catalog/billing/services/web.yaml",
        "environments/billing/dev.yaml",
    }
    assert infragen("validate", "--quiet").code == 0


def test_a_folder_of_that_name_that_is_no_catalogue_is_not_made_one(infragen: Infragen, empty: Path) -> None:
    (empty / "catalog").mkdir()
    (empty / "catalog/products.sql").write_text("select 1;\n")
    outcome = infragen("init", *FLAGS)
    assert outcome.code == 1
    assert "is not an infragen catalogue" in outcome.err
    assert content(empty) == {"catalog/products.sql": b"select 1;\n"}


def test_where_one_may_not_write_nothing_is_left_half_made(infragen: Infragen, empty: Path) -> None:
    (empty / "environments").mkdir(mode=0o500)
    with as_anybody():
        outcome = infragen("init", *FLAGS)
    assert outcome.code == 1
    assert "error X054 cannot write environments/demo: Permission denied" in outcome.err
    assert [path.name for path in empty.iterdir()] == ["environments"]


def test_a_link_in_the_way_is_not_followed(infragen: Infragen, empty: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine\n")
    (empty / ".gitignore").symlink_to(victim)
    outcome = infragen("init", *FLAGS)
    assert outcome.code == 1
    assert ".gitignore" in outcome.err
    assert victim.read_text() == "mine\n"
    assert [path.name for path in empty.iterdir()] == [".gitignore"]


def test_ci_comes_with_settings_that_say_where_infragen_is_from(
    infragen: Infragen, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = infragen("init", *FLAGS, "--ci", "github")
    assert unknown.code == 1
    assert "error X040" in unknown.err
    assert content(empty) == {}
    place = "git+https://github.com/acme/infragen@0123456789012345678901234567890123456789"
    monkeypatch.setattr("infragen.installation.repository", lambda: place)
    made = infragen("init", *FLAGS, "--ci", "github")
    assert made.code == 0
    assert ".github/workflows/infragen.yml: written" in made.err
    assert "`infragen bootstrap demo/dev --github OWNER/NAME --apply`" in made.err
    assert "INFRAGEN_RECIPIENT_DEMO_DEV" in made.err
    assert max(map(len, made.err.splitlines())) <= 80
    assert f'install = "{place}"' in (empty / "infragen.toml").read_text()
    assert infragen("ci", "github", "--check").code == 0


def test_a_folder_whose_name_gives_none_suggests_one() -> None:
    assert new_system.suggested_name(Path("/work/注文")) == "demo"
    assert new_system.suggested_name(Path("/work/2. Shop (new)")) == "shop-new"
    assert new_system.suggested_name(Path("/")) == "demo"
    assert len(new_system.suggested_name(Path("/", "a" * 39 + "-bc"))) == 39


def test_the_committed_shop_is_what_init_writes(infragen: Infragen, empty: Path, repository: Path) -> None:
    """Whoever asks for a shop gets the one that `make demo` shows."""
    flags = ("--system", "shop", "--account", "111122223333", "--region", "ap-northeast-1")
    assert infragen("init", "--template", "shop", *flags).code == 0
    for folder in ("catalog/shop", "environments/shop"):
        written = {path.relative_to(empty): path.read_text("utf-8") for path in (empty / folder).rglob("*.yaml")}
        committed = (repository / folder).rglob("*.yaml")
        assert written == {path.relative_to(repository): path.read_text("utf-8") for path in committed}
