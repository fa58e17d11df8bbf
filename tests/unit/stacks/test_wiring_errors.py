"""What a kind that reads what is not there, or publishes what another does, is told."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from infragen.core.expressions import Label, Module, Published
from infragen.core.part import Part
from infragen.diagnostics import InfragenError, Location
from infragen.kinds import kinds_and_capabilities
from infragen.rules import table
from infragen.stacks.wiring import ByHand, Wiring

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


def test_what_people_see_has_a_reader_once_a_stack_reads_it() -> None:
    wiring = Wiring(HOMES)
    wiring.publish([_queue("a").url])
    assert [one.reader for one in wiring.outputs["data"].values()] == [None]
    wiring.reference(_queue("a").url, READER)
    assert [one.reader for one in wiring.outputs["data"].values()] == ["services/web"]


@pytest.mark.parametrize(
    ("stack", "read", "upstreams"), [("app", "module.x.arn", ()), ("data", "local.data.key", ("data",))]
)
def test_an_output_of_a_hand_written_file_is_read_over_there_and_is_its_value_in_its_own_stack(
    stack: str, read: str, upstreams: tuple[str, ...]
) -> None:
    wiring = Wiring(HOMES, by_hand={stack: {"key": ByHand("module.x.arn", Location("extra.tf"))}})
    assert wiring.published(Published(f"{stack}.key"), READER) == read
    assert wiring.upstreams("app") == upstreams


def test_what_a_hand_written_file_reads_is_published_and_is_what_ends_a_circle() -> None:
    wiring = Wiring(HOMES)
    place = Location("catalog/demo/extra/data/mine.tf", 3)
    service = Module("services/web", "compute", Label("service_web"))
    wiring.reference(_queue("a").url, READER)
    wiring.written("data", "app", service.output("arn"), "service_web_arn", place)
    assert [*wiring.outputs["app"]] == ["service_web_arn"]
    with pytest.raises(InfragenError) as raised:
        wiring.order()
    [problem] = raised.value.diagnostics
    assert (problem.code, problem.location) == ("L203", place)
    assert (problem.hint or "").startswith(f"move {place.file} into app, whose outputs it reads")


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
