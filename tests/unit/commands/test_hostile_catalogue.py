"""Catalogues that somebody wrote to keep CI busy: each took minutes or more, or ended in a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.stacks.systems import DEV, SERVICE, SYSTEM, write

from infragen.core.addresses import free_range, parse
from infragen.core.entry import has_form
from infragen.kinds.distributions.model import _PEM
from infragen.kinds.distributions.paths import covers, never_reached, ordered
from infragen.kinds.search_domains.model import read_metadata
from infragen.kinds.workloads.router import Pattern
from infragen.rules.uses import _TIMEOUT

if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

LOCAL = "environment: local\nplatform: compose\ncontainers:\n"


def containers(*waiting: tuple[str, tuple[str, ...]]) -> str:
    lines = (
        f"  {name}: {{image: 'a.b/c:1', depends_on: {{{', '.join(f'{one}: started' for one in others)}}}}}\n"
        for name, others in waiting
    )
    return LOCAL + "".join(lines).replace(", depends_on: {}", "")


def test_containers_that_wait_in_layers_are_looked_at_once(infragen: Infragen, tmp_path: Path) -> None:
    """Two of each layer wait for both of the next: there are 2^40 ways through them."""
    layers = [
        (f"{name}{number}", (f"a{number + 1}", f"b{number + 1}") if number < 39 else ())
        for number in range(40)
        for name in "ab"
    ]
    write(tmp_path, {"services/web.yaml": SERVICE, "dev.yaml": DEV, "local.yaml": containers(*layers)})
    assert "O103" not in infragen("validate", "-C", tmp_path).out


def test_a_long_chain_is_no_crash_and_its_circle_is_told_once(infragen: Infragen, tmp_path: Path) -> None:
    chain = [(f"k{number}", (f"k{number + 1}",)) for number in range(1_500)]
    write(tmp_path, {"services/web.yaml": SERVICE, "dev.yaml": DEV, "local.yaml": containers(*chain, ("k1500", ()))})
    said = infragen("validate", "-C", tmp_path)
    assert "O103" not in said.out
    assert "B001" not in said.err
    (tmp_path / "environments/demo/local.yaml").write_text(containers(*chain[:3], ("k3", ("k1",))))
    said = infragen("validate", "-C", tmp_path)
    assert said.out.count("error O103") == 1
    assert "none can start: k1 -> k2 -> k3 -> k1" in said.out


def test_entries_that_are_built_with_the_next_are_walked_without_recursion(infragen: Infragen, tmp_path: Path) -> None:
    names = [f"s{number}" for number in range(1_100)]
    queues = {
        f"queues/{name}.yaml": f"name: {name}\ntitle: Q\nwhy: x\nenabled: {after}\n"
        for name, after in zip(names, [*(f"queues/{name}" for name in names[1:]), "false"], strict=True)
    }
    write(tmp_path, {"services/web.yaml": SERVICE, "dev.yaml": DEV, **queues})
    said = infragen("validate", "-C", tmp_path)
    assert "B001" not in said.out + said.err


@pytest.mark.parametrize(
    ("matches", "text"),
    [
        (_PEM.fullmatch, "-----BEGIN PUBLIC KEY-----" + " " * 400_000 + "!"),
        (_TIMEOUT.search, "timeout " + "-timeout " * 100_000 + "!"),
        (_TIMEOUT.search, "timeout -timeout " * 50_000 + "!"),
    ],
    ids=["a key", "options", "words"],
)
def test_text_that_almost_matches_is_read_once(matches: Callable[[str], re.Match[str] | None], text: str) -> None:
    assert matches(text) is None


def test_a_certificate_of_spaces_is_read_once() -> None:
    certificate = f"<ds:X509Certificate>MII{' ' * 400_000}!</ds:X509Certificate>"
    key = f"<KeyDescriptor><ds:KeyInfo><ds:X509Data>{certificate}</ds:X509Data></ds:KeyInfo></KeyDescriptor>"
    names = 'xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
    provider = f'<IDPSSODescriptor>{key}<SingleSignOnService Location="https://a.example"/></IDPSSODescriptor>'
    found = read_metadata(f'<EntityDescriptor {names} entityID="x">{provider}</EntityDescriptor>')
    assert found.wrong == "it has no `X509Certificate` with which the provider signs"


def test_a_free_range_is_the_first_that_meets_nothing() -> None:
    """As one would find by trying each; ranges that are taken may lie in each other."""
    taken = [
        block for cidr in ("10.0.0.0/24", "10.0.0.64/26", "10.0.1.128/25", "10.0.4.0/22") if (block := parse(cidr))
    ]
    whole = parse("10.0.0.0/20")
    assert whole is not None
    for prefix in range(20, 29):
        each = (one for one in whole.subnets(new_prefix=prefix) if not any(one.overlaps(other) for other in taken))
        assert free_range(prefix, taken, [whole]) == next(each, None)
    assert free_range(24, [whole], [whole]) is None


def test_a_path_that_is_never_reached_is_told_with_the_one_before_it() -> None:
    paths = ["/a/*", "/a/b*", "/a/b/c.js", "*.js", "/*", "/a?/x", "/ab/x", "/a/?", "/a/*b*"]
    tried: list[str] = []
    expected = []
    for path in ordered(paths):
        expected += [(path, first) for first in [next((one for one in tried if covers(one, path)), None)] if first]
        tried.append(path)
    assert list(never_reached(paths)) == expected
    assert expected


def test_a_path_of_a_catalogue_leads_to_its_fields_alone(
    infragen: Infragen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attributes of Python lead to every variable of the process, and each `*` on that way multiplies what is held."""
    monkeypatch.setenv("PRIVATE_WORD", "zq8rt5wp2m")
    way = "__init__.__globals__.sys.modules"
    stars = f"{way}.*.sys.modules.*.sys.modules.*.sys.modules.nope"
    operations = f"operations: {{given: {{a: '{way}.os.environ._data.*', b: '{stars}'}}}}\n"
    notes = "notes: [{id: TN-01, at: __class__, says: a, built: b}]\n"
    files = {"services/web.yaml": SERVICE + notes, "dev.yaml": f"{DEV}production: true\n"}
    write(tmp_path, {**files, "system.yaml": SYSTEM + operations})
    said = infragen("describe", "demo", "-C", tmp_path)
    assert "Operations" in said.out
    assert "zq8rt5wp2m" not in said.out
    refused = infragen("validate", "-C", tmp_path)
    assert refused.out.count("error T120") == 2
    assert " T105 " in refused.out


@pytest.mark.parametrize("text", ["a{99999999999999999999}", "(" * 500 + ")" * 500])
def test_a_pattern_that_is_too_much_for_python_is_refused(text: str) -> None:
    assert not has_form(Pattern, text)
