"""What packages bring: kinds and capabilities as good as infragen's own, or a refusal that names the package."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from msgspec.structs import replace
from pydantic import BaseModel

from infragen import kinds as registry
from infragen.catalog import Project
from infragen.core.entry import Entry
from infragen.core.kind import Capability, Kind
from infragen.diagnostics import InfragenError
from infragen.kinds import GROUP, capabilities, kinds
from infragen.kinds.services import KIND as SERVICES
from infragen.workflow.rendering.composition import templates_of
from tests.unit.stacks.packaged import forget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Archive(Entry):
    """A archive."""

    KIND: ClassVar = "archives"
    SINGULAR: ClassVar = "archive"


@dataclass(frozen=True)
class Point:
    """An entry point of an installed package."""

    value: str
    made: Any
    package: str | None = "infragen-archives"
    name: str = "archives"

    @property
    def module(self) -> str:
        return self.value.partition(":")[0]

    @property
    def dist(self) -> Any:
        return SimpleNamespace(name=self.package) if self.package else None

    def load(self) -> Any:
        if isinstance(self.made, Exception):
            raise self.made
        return self.made


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Make packages look installed."""

    def install(*points: Point) -> None:
        monkeypatch.setattr(registry, "entry_points", lambda *, group: points if group == GROUP else ())
        forget()

    yield install
    monkeypatch.undo()
    forget()


def refusal() -> tuple[str, str, str]:
    with pytest.raises(InfragenError) as raised:
        kinds()
    [problem] = raised.value.diagnostics
    return problem.code, problem.message, problem.hint or ""


ARCHIVES = Kind(model=Archive, title="archive")


def test_what_infragen_has_of_its_own() -> None:
    [folder] = registry.__path__
    files = [path for path in Path(folder).rglob("*.py") if re.search(r"^KIND\b", path.read_text(), re.MULTILINE)]
    names = {(path if path.name != "__init__.py" else path.parent).stem.replace("_", "-") for path in files}
    assert list(kinds()) == sorted(names)
    assert all(name == kind.name == kind.model.KIND for name, kind in kinds().items())
    assert all(name == capability.name for name, capability in capabilities().items())
    assert not set(kinds()) & set(capabilities())
    assert all(set(one.requires) <= set(capabilities()) for one in capabilities().values())


def test_a_package_brings_a_kind_and_a_capability(installed: Callable[..., None]) -> None:
    asked = Capability(name="vault", title="archive", reasons=lambda _: ())
    installed(Point("archives:KIND", ARCHIVES), Point("archives:CAPABILITY", asked))
    assert kinds()["archives"] is ARCHIVES
    assert capabilities()["vault"] is asked
    assert list(kinds()) == sorted(kinds())


@pytest.mark.parametrize("error", [ImportError("no module named boto9"), AttributeError("KIND"), ValueError("odd")])
def test_a_package_that_fails_to_load_is_named(installed: Callable[..., None], error: Exception) -> None:
    installed(Point("archives:KIND", error))
    assert refusal() == (
        "K101",
        f"the package infragen-archives (archives:KIND) cannot be loaded: {type(error).__name__}: {error}",
        "repair infragen-archives, or uninstall it",
    )


@pytest.mark.parametrize("made", [Archive, "archives", None, [ARCHIVES]])
def test_what_is_neither_a_kind_nor_a_capability_is_named(installed: Callable[..., None], made: object) -> None:
    installed(Point("archives:KIND", made))
    code, message, hint = refusal()
    assert code == "K102"
    assert message.startswith("the package infragen-archives (archives:KIND) is neither a kind nor a capability, but ")
    assert hint == "repair infragen-archives, or uninstall it"


def test_a_model_whose_types_are_not_there_is_named(installed: Callable[..., None]) -> None:
    class Odd(Entry):
        KIND: ClassVar = "odds"
        SINGULAR: ClassVar = "odd"
        size: Unknown  # type: ignore[name-defined]  # noqa: F821

    installed(Point("odd:KIND", Kind(model=Odd, title="odd")))
    code, message, hint = refusal()
    assert (code, "Odd" in message, "TYPE_CHECKING" in hint) == ("K101", True, True)


def test_a_name_that_infragen_has_is_taken(installed: Callable[..., None]) -> None:
    installed(Point("shadow:KIND", SERVICES))
    code, message, hint = refusal()
    assert code == "K103"
    assert message == (
        "the package infragen-archives (shadow:KIND) calls something 'services', "
        "and that is what infragen itself calls its own"
    )
    assert hint == "uninstall one of them, or give it another name"


@pytest.mark.parametrize("word", ["SINGULAR", "KIND"])
def test_a_singular_or_a_folder_that_infragen_has_is_taken(installed: Callable[..., None], word: str) -> None:
    model = type("Odd", (Archive,), {word: "service" if word == "SINGULAR" else "services", "__module__": __name__})
    installed(Point("odd:KIND", Kind(model=model, title="odd")))
    code, message, _ = refusal()
    assert code == "K103"
    assert f"calls something {getattr(model, word)!r}, and that is what infragen itself calls its own" in message


@pytest.mark.parametrize(
    "model",
    [
        BaseModel,
        Entry,
        type("NoSingular", (Entry,), {"KIND": "archives", "__module__": __name__}),
        type("NoFolder", (Archive,), {"KIND": "My Archives", "__module__": __name__}),
    ],
    ids=lambda model: model.__name__,
)
def test_a_model_that_is_no_entry_is_named(installed: Callable[..., None], model: Any) -> None:
    installed(Point("odd:KIND", Kind(model=model, title="odd")))
    code, message, hint = refusal()
    assert code == "K102"
    assert "has a model that is no Entry with `KIND` and `SINGULAR`" in message
    assert hint == "repair infragen-archives, or uninstall it"


def test_a_template_that_infragen_has_is_taken(installed: Callable[..., None], tmp_path: Path) -> None:
    """Else a package would silently change what every system is made of."""
    for path in ("kinds/archives/main.tf", "kinds/services/main.tf"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("")
    installed(Point("archives:KIND", replace(ARCHIVES, templates=tmp_path)))
    with pytest.raises(InfragenError) as raised:
        templates_of(Project(tmp_path))
    [problem] = raised.value.diagnostics
    assert problem.code == "K105"
    assert "kinds/services/main.tf would replace the template of infragen itself" in problem.message
    (tmp_path / "kinds/services/main.tf").unlink()
    assert tmp_path in templates_of(Project(tmp_path / "elsewhere")).folders


def test_two_packages_cannot_have_one_name(installed: Callable[..., None]) -> None:
    installed(Point("ours:KIND", ARCHIVES, "zeta"), Point("archives:KIND", ARCHIVES, None))
    code, message, _ = refusal()
    assert code == "K103"
    assert message == (
        "the package zeta (ours:KIND) calls something 'archives', "
        "and that is what the package archives (archives:KIND) calls its own"
    )


def test_a_capability_cannot_be_called_as_a_kind_is(installed: Callable[..., None]) -> None:
    installed(Point("odd:CAPABILITY", Capability(name="services", title="odd", reasons=lambda _: ())))
    assert refusal()[0] == "K103"
