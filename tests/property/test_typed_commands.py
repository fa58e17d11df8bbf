"""No text of a catalogue runs where people type what a runbook, a README or a script says.

Text with a command in it goes into every place of a whole system that takes it. What is then to be typed runs in a
shell that has no programs, and knows that one command alone.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from tests.property.catalogue_fields import Slot
from tests.property.test_hostile_text import Group, Place, written
from tests.terraform.test_runbook import SITE

from infragen.catalog import Project, load
from infragen.diagnostics import InfragenError, Severity
from infragen.environment import resolve
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.validation import findings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from tests.conftest import Outcome

    from infragen.diagnostics import Diagnostic

SYSTEM = "site"
TEXTS = [
    form.replace("WAY", way)
    for way in (";zq7;", "&zq7&", "|zq7|", "$(zq7)", "`zq7`", "'&zq7&'", "'$(zq7)'", '"$(zq7)"')
    for form in ("/aNWAYb", "aNWAYb", "/aNWAY/*")
]
"""`N` is another number in each place, as no two may have the same path."""
MORE = {
    f"catalog/{SYSTEM}/balancers/public.yaml": """\
title: Public
reach: internet
zone: main
hosts: [www]
check: {path: /health}
routes: {web: {service: web, paths: [/odd]}}
""",
    f"catalog/{SYSTEM}/distributions/pages.yaml": """\
title: Pages
origins: {photos: {bucket: files, path: /press}, web: {balancer: public}}
default: {origin: web, cache: 5 min, cache_key: {cookies: [session], headers: [accept], query_strings: [page]}}
behaviours: {/photos/*: {origin: photos}}
""",
    f"catalog/{SYSTEM}/functions/shrink.yaml": """\
title: Shrink
code: {bucket: buckets/files, key: shrink.zip}
runtime: python3.13
handler: index.handler
memory: 128 MB
timeout: 30 s
log_retention: 14 days
triggers: {objects: {files: {keys: ["original/*"]}}}
""",
    f"catalog/{SYSTEM}/jobs/tidy.yaml": """\
title: Tidy
architecture: x86_64
image: {tag: v1, keep: 10}
command: [tidy, all]
environment: {MODE: fast}
sizes: {normal: {cpu: 0.25 vCPU, memory: 0.5 GB}}
schedules: {nightly: {cron: "0 3 * * ? *", why: nobody works}}
""",
}
"""What texts come into commands by, beside what the site of the other tests has."""
SHELL = 'zq7() { : > "$RAN"; }\nseq() { echo 1; }\ncommand_not_found_handle() { return 0; }\n'
TYPED = re.compile(r"(?:aws|bash|curl|docker|git|infragen|mysql|openssl|psql|python3|rm) ")
"""How a piece of code in a line begins that is a command, and no value of the catalogue."""
FENCED = re.compile(r"^ *(`{3,})\w*\n(.*?)^ *\1$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)


class System:
    """A copy of a committed system with its standby, whose files can be replaced."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(SITE, folder, dirs_exist_ok=True)
        for path, text in MORE.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        self.project = Project(folder)
        self.templates = templates_of(self.project)

    def errors(self) -> tuple[Diagnostic, ...]:
        """Return what is an error in production and its standby, but for examples."""
        try:
            found = findings(self.project, ((load(self.project, SYSTEM), ("prod", "dr")),), ())
        except InfragenError as error:
            found = error.diagnostics
        return tuple(one for one in found if one.severity == Severity.ERROR and one.code != "T110")

    def whole(self) -> Group:
        """Return every text of every file, and every map that may have another key."""
        catalogue = load(self.project, SYSTEM)
        environments = (resolve(self.project, catalogue, name).environment() for name in ("prod", "dr"))
        documents = [catalogue.system, *(one.origins["environment"].home.document for one in environments)]
        documents += [one for named in catalogue.entries.values() for one in named.values()]
        files = {one.file: one.data for one in documents}
        return Group(files, tuple(one for file, data in files.items() for one in _places(file, data, ())))

    def typed(self, infragen: Callable[..., Outcome]) -> Iterator[str]:
        """Yield what people are to type: blocks of code, commands in lines, and scripts."""
        catalogue = load(self.project, SYSTEM)
        pages = [
            infragen("runbook", f"{SYSTEM}/prod", action, "--format", "markdown", "-C", self.project.root).out
            for action in ("failover", "failback", "rehearsal", "restore")
        ]
        assert all("```" in page for page in pages)
        for name in ("prod", "dr"):
            files = compose(self.project, resolve(self.project, catalogue, name).environment(), self.templates).files
            yield from (text for path, text in files.items() if path.endswith(".sh"))
            pages += [text for path, text in files.items() if path.endswith(".md")]
        for page in pages:
            yield from (found[2] for found in FENCED.finditer(page))
            yield from (found[2] for found in INLINE.finditer(FENCED.sub("", page)) if TYPED.match(found[2]))


def _places(file: str, data: Any, path: tuple[str | int, ...]) -> Iterator[Place]:
    form = ".".join(map(str, path))
    if isinstance(data, str):
        yield Place("text", file, Slot(path, "value", form))
    elif isinstance(data, dict) and data:
        yield from (Place("key", file, Slot(path, "key", form)) for _ in (0,) if path)
        for key, value in data.items():
            yield from _places(file, value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _places(file, value, (*path, index))


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> System:
    return System(tmp_path_factory.mktemp("system"))


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_typed_runs_nothing_that_a_catalogue_says(
    system: System, infragen: Callable[..., Outcome], tmp_path: Path, text: str
) -> None:
    whole = system.whole()
    left = {place: text.replace("N", str(number)) for number, place in enumerate(whole.places)}
    while True:
        with written(system, whole, left) as places:  # type: ignore[arg-type]
            errors = system.errors()
            if not errors:
                blocks = list(dict.fromkeys(system.typed(infragen)))
                break
        for error in errors:
            left.pop(_nearest(error, places, left), None)

    assert len(left) > 15
    (tmp_path / "shell").write_text(SHELL, encoding="utf-8")
    for number, block in enumerate(blocks):
        assert not _runs(block, tmp_path / f"ran-{number}"), block


def _nearest(error: Diagnostic, places: Mapping[tuple[str, int, int], Place], left: Collection[Place]) -> Place:
    """Return whose text an error is about: what is at its place, or else what is left beside that."""
    assert error.location is not None, error
    file, line, column = error.location.file, error.location.line, error.location.column
    own = {where: place for where, place in places.items() if where[0] == file and place in left} or places
    return own[min(own, key=lambda where: (where != (file, line, column), abs(where[1] - line), where))]


def _runs(block: str, ran: Path) -> bool:
    environment = {"BASH_ENV": str(ran.parent / "shell"), "RAN": str(ran), "PATH": str(ran.parent / "none")}
    bash = shutil.which("bash")
    assert bash
    subprocess.run([bash, "-c", block], env=environment, cwd=ran.parent, capture_output=True, timeout=60, check=False)
    return ran.exists()


def test_the_shell_tells_what_runs(tmp_path: Path) -> None:
    (tmp_path / "shell").write_text(SHELL, encoding="utf-8")
    assert _runs("curl https://example.com/a&zq7&b", tmp_path / "one")
    assert not _runs("curl 'https://example.com/a&zq7&b'", tmp_path / "other")
