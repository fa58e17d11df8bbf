"""What a kind that reads what is not there, or publishes what another does, is told."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from infragen.core.expressions import Label, Module
from infragen.core.part import Part
from infragen.diagnostics import InfragenError
from infragen.kinds import kinds_and_capabilities
from infragen.rules import table
from infragen.stacks.wiring import Wiring

READER = Part(
    owner="services/web",
    role="compute",
    path="service-web.tf",
    template="kinds/services/main.tf",
    own=None,
    source="catalog/demo/services/web.yaml",
    region="ap-northeast-1",
)
HOMES = {("services/web", "compute"): "app", ("queues/a", "data"): "data", ("queues/b", "data"): "data"}


def _queue(name: str, label: str = "queue") -> Module:
    return Module(f"queues/{name}", "data", Label(label))


def test_what_is_read_and_not_built_is_named() -> None:
    with pytest.raises(InfragenError) as raised:
        Wiring(HOMES).reference(_queue("gone").url, READER)
    [problem] = raised.value.diagnostics
    assert (problem.code, str(problem.location)) == ("L204", "catalog/demo/services/web.yaml:1:1")
    assert problem.message == "services/web needs the data of queues/gone, which is not built"


def test_two_outputs_of_one_name_are_named() -> None:
    wiring = Wiring(HOMES)
    assert wiring.reference(_queue("a").url, READER) == "local.data.queue_url"
    with pytest.raises(InfragenError) as raised:
        wiring.reference(_queue("b").url, READER)
    [problem] = raised.value.diagnostics
    assert problem.code == "L205"
    assert problem.message == "queues/b and queues/a would both be the output queue_url of data"


def test_two_rules_of_one_code_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = next(one for one in kinds_and_capabilities() if one.rules)
    other = replace(kind.rules[0], title="something else")
    monkeypatch.setattr(table, "kinds_and_capabilities", lambda: (kind, replace(kind, rules=(other,))))
    with pytest.raises(InfragenError) as raised:
        table.all_rules.__wrapped__()
    [problem] = raised.value.diagnostics
    assert problem.code == "K104"
    assert f"two rules have the code {other.code}" in problem.message
    assert "give its rule another code" in (problem.hint or "")
