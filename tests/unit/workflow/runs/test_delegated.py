"""A stack that would wait for a certificate in a zone that nobody is sent to is not begun; what to enter is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import msgspec
import pytest
from tests.unit.stacks.systems import DEV, SERVICE, SYSTEM, environment

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.workflow.runs import awaited as delegated
from infragen.workflow.runs.awaited import awaited_new_zones, refuse_undelegated

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.plan_contract import Contract
    from infragen.workflow.session import Session

BALANCER = """
name: front
title: Front
reach: internet
zone: main
routes:
  web: {service: web}
"""
OWN = ("ns-1.awsdns-01.org", "ns-2.awsdns-02.com")
VALIDATION = "module.certificate_front.aws_acm_certificate_validation.this"


def session(tmp_path: Path, zone: str = "", *, layout: str = "", on_sandbox: bool = False) -> Session:
    files = {
        "dev.yaml": DEV + "domain_name: demo.com\n",
        "system.yaml": SYSTEM + layout,
        "services/web.yaml": SERVICE + "port: 8080\n",
        "balancers/front.yaml": BALANCER,
        "zones/main.yaml": f"name: main\ntitle: Main\n{zone}",
    }
    about = {
        "environment": environment(tmp_path, files),
        "composed": SimpleNamespace(owners=lambda: {("edge", "module.certificate_front"): "balancers/front"}),
        "on_sandbox": on_sandbox,
        "stacks": tuple(SimpleNamespace(name=name) for name in ("network", "edge", "app")),
    }
    return cast("Session", SimpleNamespace(**about))


def contract(*, makes_zone: bool = False, actions: tuple[str, ...] = ("create",)) -> Contract:
    """Return what a plan does: with a certificate, and with the zone where it is not there yet."""
    zone = (SimpleNamespace(address="module.zone_main.aws_route53_zone.this", actions=("create",)),)
    changes = {
        "network": zone if makes_zone else (),
        "edge": (SimpleNamespace(address=VALIDATION, actions=actions),),
    }
    return cast("Contract", SimpleNamespace(of=lambda stack: SimpleNamespace(changes=changes.get(stack, ()))))


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stacks whose states are read: of the zone's, which says its name servers."""
    found: list[str] = []

    def state(_session: object, stack: str) -> SimpleNamespace:
        found.append(stack)
        outputs = {"zone_main_name_servers": SimpleNamespace(value=msgspec.json.encode(OWN))}
        return SimpleNamespace(outputs=outputs if stack == "network" else {})

    monkeypatch.setattr(delegated, "state_now", state)
    return found


def names(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    """Let DNS name some servers for the domain."""

    def above(domain: str) -> frozenset[str]:
        assert domain == "demo.com"
        return frozenset(found)

    monkeypatch.setattr(delegated, "name_servers_above", above)


def refusal(session: Session, plan: Contract, code: str = "T060") -> Diagnostic:
    with pytest.raises(InfragenError) as refused:
        refuse_undelegated(session, "edge", plan)
    [said] = refused.value.diagnostics
    assert said.code == code
    return said


def test_the_records_to_enter_are_told_and_the_command_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str]
) -> None:
    names(monkeypatch)
    said = refusal(session(tmp_path), contract(makes_zone=True))
    assert str(said) == (
        "catalog/demo/zones/main.yaml:1:7: error T060 zones/main is not delegated yet: its parent zone does not"
        " name demo.com, so no certificate can be validated; nothing of edge was applied"
    )
    assert said.hint == (
        "enter these records at the registrar of demo.com, or in its parent zone, and no others, then continue:"
        " `infragen apply demo/dev`\ndemo.com. NS ns-1.awsdns-01.org.\ndemo.com. NS ns-2.awsdns-02.com."
    )
    assert asked == ["network"]


@pytest.mark.parametrize("named", [OWN, OWN[:1]])
def test_once_the_zone_above_names_its_servers_the_stack_is_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: tuple[str, ...]
) -> None:
    names(monkeypatch, *named)
    refuse_undelegated(session(tmp_path), "edge", contract(makes_zone=True))


def test_servers_of_another_zone_are_named_since_a_validation_may_end_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, OWN[0], "ns.former.net")
    said = refusal(session(tmp_path), contract())
    assert "not delegated yet: its parent zone names ns.former.net, so no" in said.message


def test_what_somebody_says_is_believed_of_a_zone_that_stood_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a zone that the same plan makes nobody can have known the name servers."""
    names(monkeypatch)
    said_so = session(tmp_path, "delegated: true\n")
    refuse_undelegated(said_so, "edge", contract())
    said = refusal(said_so, contract(makes_zone=True))
    assert said.location is not None
    assert str(said.location) == "catalog/demo/zones/main.yaml:3:12"


def test_where_dns_does_not_answer_a_person_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_domain: str) -> frozenset[str]:
        raise InfragenError(Diagnostic("T061", "DNS did not report the name servers of demo.com: timeout"))

    monkeypatch.setattr(delegated, "name_servers_above", silent)
    said = refusal(session(tmp_path), contract(), "T061")
    assert said.message == ("DNS did not report the name servers of demo.com: timeout; nothing of edge was applied")
    assert said.hint is not None
    assert "write `delegated: true` in catalog/demo/zones/main.yaml, then continue: `infragen apply demo/dev`\n" in (
        said.hint
    )
    assert said.hint.endswith("\ndemo.com. NS ns-2.awsdns-02.com.")


def test_in_one_stack_with_its_certificates_a_new_zone_cannot_be_awaited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch)
    layout = "layout: {dns: edge, security: network, registry: network, compute: app, monitoring: app}\n"
    said = refusal(session(tmp_path, layout=layout), contract())
    assert said.message == (
        "zones/main is created in edge as well, so its name servers are not known before; nothing of edge was applied"
    )
    assert "`layout: {dns: network, ...}`" in (said.hint or "")
    assert "or write `delegated: false` in catalog/demo/zones/main.yaml, apply, enter" in (said.hint or "")


@pytest.mark.parametrize(
    ("zone", "plan", "on_sandbox"),
    [
        ("zone_id: Z0123456789ABCDEFGHIJ\n", contract(), False),
        ("", contract(actions=("update",)), False),
        ("", contract(actions=("delete",)), False),
        ("", contract(makes_zone=True), True),
    ],
    ids=["a zone of others", "no new validation", "a removed one", "the emulated AWS"],
)
def test_what_waits_for_no_new_zone_is_not_asked_about(
    tmp_path: Path, asked: list[str], zone: str, plan: Contract, on_sandbox: bool
) -> None:
    refuse_undelegated(session(tmp_path, zone, on_sandbox=on_sandbox), "edge", plan)
    assert asked == []


def test_before_it_begins_it_is_known_what_will_wait_for_a_zone_that_is_not_there_yet(
    tmp_path: Path, asked: list[str]
) -> None:
    one = session(tmp_path)
    assert awaited_new_zones(one, contract(makes_zone=True)) == {"edge": ("main",)}
    assert awaited_new_zones(one, contract()) == {}, "whether an older one is delegated, DNS says later"
    assert awaited_new_zones(session(tmp_path, on_sandbox=True), contract(makes_zone=True)) == {}
    assert asked == []


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delegated, "can_be_asked", lambda: True)
    monkeypatch.setattr(delegated, "_LOOK_SECONDS", 0)


def stopped_after(looks: int) -> SimpleNamespace:
    """Return what a person asks to stop, after so many looks."""
    answers = iter([False] * looks)

    class Stopper(SimpleNamespace):
        @property
        def requested(self) -> bool:
            return next(answers, True)

    return Stopper()


@pytest.mark.usefixtures("person")
def test_with_a_person_at_hand_the_stack_waits_until_dns_has_the_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [frozenset[str](), frozenset[str](), frozenset(OWN)]
    monkeypatch.setattr(delegated, "name_servers_above", lambda _domain: answers.pop(0))
    here = session(tmp_path)
    here.stopper = cast("Any", stopped_after(5))
    refuse_undelegated(here, "edge", contract(makes_zone=True))
    assert answers == []
    told = capsys.readouterr().err
    assert told.count("demo.com. NS ns-1.awsdns-01.org.") == 1
    assert "edge waits for that; Ctrl-C stops, and the same command continues later" in told


@pytest.mark.usefixtures("person")
def test_who_stops_waiting_is_told_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch)
    here = session(tmp_path)
    here.stopper = cast("Any", stopped_after(2))
    assert "not delegated yet" in refusal(here, contract(makes_zone=True)).message


@pytest.mark.usefixtures("person")
def test_what_no_record_mends_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names(monkeypatch)
    layout = "layout: {dns: edge, security: network, registry: network, compute: app, monitoring: app}\n"
    refusal(session(tmp_path, layout=layout), contract())
    assert "waits" not in capsys.readouterr().err
