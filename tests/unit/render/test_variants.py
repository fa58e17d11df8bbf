"""Modules that are made from one source: each named once, each in use, and overridden file by file like any other."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from infragen.diagnostics import InfragenError, Location
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates

if TYPE_CHECKING:
    from pathlib import Path

FAMILY = {
    "variants.toml": 'web = []\nweb_slow = ["slow"]\n',
    "main.tf": '# {% if variant.slow %}\na = "slow"\n# {% else %}\na = "fast"\n# {% endif %}\n',
    "outputs.tf": "b = 1\n",
}


def made(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def shipped(folder: Path) -> Path:
    files = {f"modules/web/{name}": text for name, text in FAMILY.items()}
    return made(folder / "shipped", files | {"modules/versions.tf": "c = 2\n"})


def texts(templates: Templates, module: str) -> dict[str, str]:
    return {name: templates.render(name, {"environment": None}) for name in templates.names(f"modules/{module}", ".tf")}


def test_a_variant_is_its_family_s_files_with_its_own_conditions(tmp_path: Path) -> None:
    templates = Templates([shipped(tmp_path)])
    for module, word in (("web", "fast"), ("web_slow", "slow")):
        assert texts(templates, module) == {
            f"modules/{module}/main.tf": f'a = "{word}"\n',
            f"modules/{module}/outputs.tf": "b = 1\n",
            f"modules/{module}/versions.tf": "c = 2\n",
        }


def test_a_project_overrides_one_variant_or_all_of_a_family_file_by_file(tmp_path: Path) -> None:
    mine = made(tmp_path / "mine", {"modules/web/outputs.tf": "b = 3\n", "modules/web_slow/main.tf": 'a = "mine"\n'})
    templates = Templates([mine, shipped(tmp_path)])
    for module, word in (("web", "fast"), ("web_slow", "mine")):
        assert list(texts(templates, module).values()) == [f'a = "{word}"\n', "b = 3\n", "c = 2\n"]


def test_a_copy_of_a_family_s_file_is_that_variant_s_too(tmp_path: Path) -> None:
    mine = made(tmp_path / "mine", {"modules/web_slow/main.tf": FAMILY["main.tf"].replace("slow\n", "slower\n")})
    assert texts(Templates([mine, shipped(tmp_path)]), "web_slow")["modules/web_slow/main.tf"] == 'a = "slow"\n'


def test_a_project_s_text_of_a_family_is_its_own_in_each_variant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = shipped(tmp_path)
    monkeypatch.setattr("infragen.render.templates.shipped_templates", lambda: ours)
    mine = made(tmp_path / "mine", {"modules/web/outputs.tf": "b = 3\n"})
    templates = Templates([mine, ours], tmp_path)
    assert templates.own("modules/web_slow/outputs.tf") == ("modules/web_slow/outputs.tf",)
    assert templates.path("modules/web_slow/outputs.tf") == mine / "modules/web/outputs.tf"
    assert templates.own("modules/web_slow/main.tf") == ()


def test_a_project_has_variants_of_its_own(tmp_path: Path) -> None:
    files = {"variants.toml": 'web_quick = ["quick"]\n', "main.tf": 'a = "@{variant.quick}"\n'}
    mine = made(tmp_path / "mine", {f"modules/web/{name}": text for name, text in files.items()})
    found = texts(Templates([mine, shipped(tmp_path)]), "web_quick")
    assert found["modules/web_quick/main.tf"] == "a = true\n"


def test_a_module_of_a_project_has_no_versions_that_it_does_not_name(tmp_path: Path) -> None:
    mine = made(tmp_path / "mine", {"modules/mine/main.tf": "a = 1\n"})
    assert Templates([mine, shipped(tmp_path)]).names("modules/mine", ".tf") == ("modules/mine/main.tf",)


@pytest.mark.parametrize("text", ["web = [\n", "web = 1\n", "web = [[]]\n"])
def test_variants_that_cannot_be_read_are_told_at_their_file(tmp_path: Path, text: str) -> None:
    mine = made(tmp_path / "templates", {"modules/web/variants.toml": text})
    with pytest.raises(InfragenError) as raised:
        Templates([mine], tmp_path).render("modules/web/main.tf", {})
    [found] = raised.value.diagnostics
    assert (found.code, found.location) == ("G001", Location("templates/modules/web/variants.toml"))


def test_a_condition_that_no_variant_has_is_undefined_at_its_line(tmp_path: Path) -> None:
    files = {"variants.toml": "web = []\n", "main.tf": "# {% if variant.slwo %}\n# {% endif %}\n"}
    mine = made(tmp_path / "templates", {f"modules/web/{name}": text for name, text in files.items()})
    with pytest.raises(InfragenError) as raised:
        Templates([mine], tmp_path).render("modules/web/main.tf", {})
    assert [(one.code, one.location) for one in raised.value.diagnostics] == [
        ("G003", Location("templates/modules/web/main.tf", 1))
    ]


def test_each_shipped_variant_is_named_once_and_is_no_folder_of_its_own() -> None:
    modules = shipped_templates() / "modules"
    named = Counter(
        line.split(" = ")[0]
        for path in modules.glob("*/variants.toml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line[:1].isalpha()
    )
    assert [name for name, times in named.items() if times > 1] == []
    own = {path.name for path in modules.iterdir() if path.is_dir()}
    families = {path.parent.name for path in modules.glob("*/variants.toml")}
    assert named.keys() & own == families, "a family is one of its variants, so that no name is taken from a project"


def test_each_condition_of_a_shipped_family_tells_its_variants_apart() -> None:
    """A condition that holds for all of them, or for none, is a dead switch; so is one that no template asks for."""
    templates = Templates([shipped_templates()])
    families = {variant.family for variant in templates.variants.values()}
    assert len(families) > 12
    for family in families:
        variants = [vars(one.conditions) for one in templates.variants.values() if one.family == family]
        texts = "".join(path.read_text("utf-8") for path in (shipped_templates() / "modules" / family).glob("*.tf"))
        for condition in variants[0]:
            assert len({one[condition] for one in variants}) > 1, (family, condition)
            assert f"variant.{condition}" in texts, (family, condition)
        assert len({tuple(one.values()) for one in variants}) == len(variants), family


def test_each_shipped_variant_is_one_that_some_kind_calls(repository: Path) -> None:
    """Its name stands in a kind's template or code, whole or as the words that the code puts together."""
    kinds = [*(repository / "src/infragen").rglob("*.py"), *(shipped_templates() / "kinds").rglob("*.tf")]
    texts: dict[str, str] = {}
    for path in kinds:
        whose = "databases" if "databases" in path.parent.name else str(path)  # of all engines: they share one base
        texts[whose] = texts.get(whose, "") + path.read_text(encoding="utf-8")
    for name in Templates([shipped_templates()]).variants:
        assert any(_names(text, name) for text in texts.values() if "../modules/" in text), name


def _names(text: str, name: str) -> bool:
    words = set(re.findall(r"[\"'}]_?([a-z]\w*)[\"']", text))

    def is_composed(rest: str) -> bool:
        return not rest or any(is_composed(rest.removeprefix(one).lstrip("_")) for one in words if rest.startswith(one))

    beginnings = set(re.findall(r"\.\./modules/(\w*)|MODULE = \"(\w+)\"", text))
    beginnings = {first or second for first, second in beginnings}
    return any(name.startswith(one) and is_composed(name.removeprefix(one).lstrip("_")) for one in beginnings)
