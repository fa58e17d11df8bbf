"""Templates come with a checkout: none of them runs anything, reads a file, or takes forever."""

from __future__ import annotations

import re
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infragen.diagnostics import InfragenError
from infragen.render import template_sandbox as sandboxed
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Outcome

CLASSES = "''.__class__.__mro__[1].__subclasses__()"


class Box:
    """A value with what no template may have."""

    name = "web"
    module = re
    function = staticmethod(len)
    kind = Path
    __hidden = "secret"

    @property
    def made(self) -> Iterator[int]:
        yield 1


VALUES = {
    "name": "web",
    "names": ("a", "b"),
    "box": Box(),
    "tags": {"k": "v"},
    "attribute": "__class__",
    "many": tuple(range(2_000)),
    "wide": "x" * 100_000,
}

FORBIDDEN = [
    # the way to object through a class
    f'a = "@{{{CLASSES}}}"',
    "a = \"@{''.__class__}\"",
    'a = "@{name.__class__}"',
    "a = \"@{name['__class__']}\"",
    'a = "@{name[attribute]}"',
    'a = "@{box[attribute]}"',
    'a = "@{(1).__class__}"',
    'a = "@{().__class__.__bases__[0].__subclasses__()}"',
    'a = "@{[].__class__.__base__}"',
    'a = "@{tags.__class__}"',
    'a = "@{box.__dict__}"',
    'a = "@{box._Box__hidden}"',
    'a = "@{box.__init__.__globals__}"',
    'a = "@{box.module}"',
    'a = "@{box.module.sys.modules}"',
    'a = "@{box.function}"',
    'a = "@{box.function(name)}"',
    'a = "@{box.kind}"',
    'a = "@{box.made.gi_frame.f_globals}"',
    # what Jinja2 brings along
    'a = "@{lipsum.__globals__}"',
    "a = \"@{cycler.__init__.__globals__.os.popen('id').read()}\"",
    'a = "@{joiner.__init__.__globals__}"',
    'a = "@{namespace.__init__.__globals__}"',
    'a = "@{self.__init__.__globals__}"',
    'a = "@{self.title}"',
    'a = "@{self}"',
    'a = "@{missing.__class__}"',
    'a = "@{missing.__init__.__globals__.__builtins__}"',
    "a = \"@{dict(a=1)}\"",
    "a = \"@{get_flashed_messages.__globals__}\"",
    '# {% for name in names %}\na = "@{loop.__class__}"\n# {% endfor %}',
    '# {% for name in names %}\na = "@{loop.cycle}"\n# {% endfor %}',
    '# {% for name in names %}\na = "@{loop.changed(name)}"\n# {% endfor %}',
    '# {% for name in names recursive %}\na = "@{loop(names)}"\n# {% endfor %}',
    # filters and tests
    "a = \"@{name | attr('__class__')}\"",
    "a = \"@{names | map(attribute='__class__') | join}\"",
    "a = \"@{names | map('upper') | join}\"",
    "a = \"@{names | sort(attribute='__class__')}\"",
    "a = \"@{names | sort(false, false, '__class__')}\"",
    "a = \"@{names | join(', ', '__class__')}\"",
    "a = \"@{names | join(attribute='__class__')}\"",
    "a = \"@{names | unique(false, '__class__') | join}\"",
    "a = \"@{names | groupby('__class__')}\"",
    "a = \"@{names | selectattr('__class__') | first}\"",
    "a = \"@{names | sum(attribute='__class__')}\"",
    "a = \"@{'%s' | format(box)}\"",
    'a = "@{name | pprint}"',
    'a = "@{name | random}"',
    'a = "@{name | tojson}"',
    "a = \"@{name | center(1000000000)}\"",
    "a = \"@{name | indent(1000000000)}\"",
    "a = \"@{names | batch(1000000000, 'x') | first}\"",
    'a = "@{name | infragen.counted}"',
    'a = "@{name is callable}"',
    "a = \"@{name is filter}\"",
    # formats
    "a = \"@{'{0.__class__}'.format(name)}\"",
    "a = \"@{'{x.__class__}'.format_map(tags)}\"",
    "a = \"@{'%s' % box}\"",
    "a = \"@{('%%0%ds' % 999999999) % 1}\"",
    # calls, statements
    'a = "@{name.upper()}"',
    'a = "@{name.upper}"',
    'a = "@{names.index}"',
    "a = \"@{tags.update({'k': 'w'})}\"",
    'a = "@{super()}"',
    '# {% set x = name %}\na = "@{x}"',
    '# {% set x %}text# {% endset %}',
    '# {% macro m() %}a = 1\n# {% endmacro %}',
    '# {% call m() %}# {% endcall %}',
    '# {% with x = name %}a = "@{x}"\n# {% endwith %}',
    "# {% filter upper %}a = 1\n# {% endfilter %}",
    '# {% import "other.tf" as other %}',
    '# {% from "other.tf" import x %}',
    '# {% include name %}',
    '# {% include ["other.tf", name] %}',
    '# {% extends name %}',
    '# {% do names.append(1) %}',
    # bombs
    "a = \"@{'x' * 10 ** 9}\"",
    'a = "@{2 ** 999999999}"',
    'a = "@{range(10 ** 9) | join}"',
    "\n".join([*(f"# {{% for a{n} in many %}}" for n in range(3)), "x", *("# {% endfor %}",) * 3]),
    "\n".join([*(f"# {{% for a{n} in many %}}" for n in range(3)), *("# {% endfor %}",) * 3]),
    "\n".join([*(f"# {{% for a{n} in {[0] * 50} %}}" for n in range(5)), *("# {% endfor %}",) * 5]),
    '# {% for a in many %}\na = "@{wide}"\n# {% endfor %}',
    '# {% for a in many %}\n# {% include "twice.tf" %}\n# {% endfor %}',
    '# {% include "twice.tf" %}',
]  # fmt: skip


def failed(tmp_path: Path, text: str) -> Any:
    (tmp_path / "main.tf").write_text(f"# a first line\n{text}\n", encoding="utf-8")
    (tmp_path / "other.tf").write_text("x = 1\n", encoding="utf-8")
    for number in range(30):
        after = "thrice.tf" if number == 29 else f"twice{number + 1}.tf"
        name = "twice.tf" if number == 0 else f"twice{number}.tf"
        (tmp_path / name).write_text(f'# {{% include "{after}" %}}\n' * 2, encoding="utf-8")
    (tmp_path / "thrice.tf").write_text('a = "@{name}"\n', encoding="utf-8")
    with pytest.raises(InfragenError) as caught:
        Templates([tmp_path, shipped_templates()], tmp_path).render("main.tf", VALUES)
    return caught.value.diagnostics[0]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_a_way_out_is_an_error_at_its_line(tmp_path: Path, text: str) -> None:
    found = failed(tmp_path, text)
    assert found.code in {"G001", "G003", "G008"}, str(found)
    assert found.location.file.endswith(".tf"), str(found)
    assert found.location.line > 1 or found.location.file != "main.tf", str(found)
    assert found.hint or found.code == "G001", str(found)


_ROUNDS = "# {% for a in many %}\n# {% for b in many %}\n# {% if EXPRESSION %}# {% endif %}\n" + "# {% endfor %}\n" * 2


@pytest.mark.parametrize(
    "text",
    [
        'a = "@{' + " ~ ".join(["wide"] * 500) + '}"',
        'a = "@{(names + many) | join(wide)}"',
        'a = "@{[' + ", ".join(["wide"] * 500) + '] | join}"',
        'a = "@{[' + ", ".join(["wide"] * 500) + '] | sort | first}"',
        *(
            _ROUNDS.replace("EXPRESSION", expression)
            for expression in (
                "(wide + wide) | length", "wide | upper == wide",
                "many | sort | first", "(many ~ name) | length",
            )
        ),
    ],
)  # fmt: skip
def test_text_that_expressions_make_and_let_go_is_counted(tmp_path: Path, text: str) -> None:
    found = failed(tmp_path, text)
    assert found.code == "G008", str(found)
    assert "the file takes more than 33,554,432 characters in expressions" in found.message
    assert found.location.line > 1


def test_all_files_together_are_counted_too(tmp_path: Path) -> None:
    """An entry's template is rendered for each entry: what one file may take, a hundred of them may not."""
    numbers = ", ".join(str(7 * number % 1_000) for number in range(1_000))
    text = (
        "# {% for a in many %}\n" + f"# {{% if ([{numbers}] | sort | first) == 5 %}}# {{% endif %}}\n# {{% endfor %}}\n"
    )
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    templates = Templates([tmp_path, shipped_templates()], tmp_path)
    values = {"many": tuple(range(1_000))}
    for _ in range(7):
        templates.render("main.tf", values)
    with pytest.raises(InfragenError) as caught:
        templates.render("main.tf", values)
    assert (
        "the files up to this one take more than 134,217,728 characters in expr" in caught.value.diagnostics[0].message
    )


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../outside.tf", "a/../../outside.tf", "..\\\\outside.tf", "./../outside.tf"]
)
def test_nothing_outside_of_the_folders_is_included(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.tf").write_text("secret\n")
    folder = tmp_path / "templates"
    (folder / "a").mkdir(parents=True)
    for statement in ("include", "extends"):
        found = failed(folder, f'# {{% {statement} "{name}" %}}')
        assert (found.code, found.location.line) == ("G002", 2), str(found)
    absolute = str(tmp_path / "outside.tf")
    assert failed(folder, f'# {{% include "{absolute}" %}}').code == "G002"


def test_what_a_template_may_do(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        "# {% for name in names | sort if name != 'b' %}\n"
        'a = "@{loop.index}"\n'
        "# {% endfor %}\n"
        '# {% if box.name in ["web"] and not missing is defined %}\n'
        "b = \"@{'p-' + box.name ~ '-' ~ (names | join(','))}\"\n"
        'c = "@{tags.k if names | length == 2 else none}"\n'
        "# {% endif %}\n"
    )
    text = Templates([tmp_path], tmp_path).render("main.tf", VALUES)
    assert text == 'a = 1\nb = "p-web-a,b"\nc = "v"\n'


def test_shipped_templates_get_values_that_lead_to_nothing_else(
    infragen: Any, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a name in a template may reach from what infragen passes is data."""
    reached: dict[int, tuple[str, object]] = {}
    whole = sandboxed.SandboxedTemplates.text

    def text(self: Any, template: Any, context: Any, *resolved: Any) -> str:
        for name, value in context.items():
            reach(value, f"{template.name}: {name}", reached)
        return whole(self, template, context, *resolved)

    monkeypatch.setattr(sandboxed.SandboxedTemplates, "text", text)
    outcome: Outcome = infragen("render", "technova/dev", "-C", project)
    assert outcome.code == 0, outcome.err
    assert len(reached) > 1_000
    machinery = (types.ModuleType, types.FunctionType, types.GeneratorType, type)
    assert [path for path, value in reached.values() if isinstance(value, machinery)] == []


def reach(value: object, path: str, reached: dict[int, tuple[str, object]]) -> None:
    """Walk to everything that names and items lead to."""
    if id(value) in reached:
        return
    reached[id(value)] = (path, value)
    for name, inner in inside(value):
        reach(inner, f"{path}.{name}", reached)


def inside(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple | set | frozenset):
        yield from enumerate(value)
    elif type(value).__module__.startswith("infragen"):
        for name in dir(value):
            inner = None if name.startswith(("_", "model_")) else getattr(value, name)
            if not callable(inner):
                yield name, inner


def test_the_page_names_every_filter_and_test(repository: Path) -> None:
    page = (repository / "docs/templates.md").read_text()
    for line, names in (("the filters ", sandboxed.FILTERS), ("the tests ", sandboxed.TESTS)):
        row = next(row for row in page.splitlines() if row.lstrip(" |").startswith(line))
        assert set(re.findall(r"`(\w+)`", row)) == names
