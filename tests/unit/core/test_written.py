"""Numbers that were given once are kept: by what `generated/` says, as far as it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.cli.app import run
from infragen.core.written import kept_numbers
from tests.unit.stacks.systems import DATABASE, DEV, environment, rendered, service, write

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ROUTES = """\
name: public
title: Public
reach: internet
routes:
  home: {service: web}
  review: {service: web, paths: [/review/*]}
"""
REFUND = "  refund: {service: web, paths: [/refund/*]}\n"
"""It falls on the same number as `/review/*`, and comes before it in the alphabet."""


def numbers(root: Path, files: dict[str, str], where: tuple[str, str, str, str]) -> dict[str, str]:
    """Render as a person does, and return what a file says then."""
    path, label, argument, name = where
    assert run(["render", "-C", str(write(root, files))]) == 0
    found = rendered(environment(root, files))
    assert (root / "generated/demo/dev" / path).read_text("utf-8") == found.files[path]
    return {key: one[name] for key, one in found.items(path, label, argument).items() if name in one}


def test_a_route_keeps_its_priority_when_another_one_comes_that_falls_on_it(tmp_path: Path) -> None:
    where = ("edge/balancer-public.tf", "routes_public", "routes", "priority")
    before = numbers(tmp_path, {"balancers/public.yaml": ROUTES}, where)
    after = numbers(tmp_path, {"balancers/public.yaml": ROUTES + REFUND}, where)
    assert after.items() > before.items()
    assert int(after["refund"]) == int(before["review"]) + 1
    removed = ROUTES.replace("  review: {service: web, paths: [/review/*]}\n", "") + REFUND
    assert numbers(tmp_path, {"balancers/public.yaml": removed}, where)["refund"] == after["refund"]
    again = numbers(tmp_path, {"balancers/public.yaml": ROUTES + REFUND}, where)
    assert again == after


def test_a_renamed_balancer_s_routes_keep_theirs(tmp_path: Path) -> None:
    where = ("edge/balancer-public.tf", "routes_public", "routes", "priority")
    numbers(tmp_path, {"balancers/public.yaml": ROUTES}, where)
    after = numbers(tmp_path, {"balancers/public.yaml": ROUTES + REFUND}, where)
    (tmp_path / "catalog/demo/balancers/public.yaml").unlink()
    door = (ROUTES + REFUND).replace("name: public", "name: door\nrenamed_from: public")
    where = ("edge/balancer-door.tf", "routes_door", "routes", "priority")
    assert numbers(tmp_path, {"balancers/door.yaml": door}, where) == after


def test_a_service_keeps_its_priority_when_another_one_comes_that_falls_on_it(tmp_path: Path) -> None:
    dev = {"dev.yaml": DEV + "load_balancer: {}\n"}
    path = "app/service-check-eu.tf"
    write(tmp_path, {**dev, **service("check-eu")})
    assert run(["render", "-C", str(tmp_path)]) == 0
    before = rendered(environment(tmp_path, dev)).files[path]
    after = rendered(environment(tmp_path, {**dev, **service("billing-in")})).files
    assert after[path] == before
    assert "= 23926\n" in before
    assert "= 23927\n" in after["app/service-billing-in.tf"]


def test_a_zone_that_comes_moves_no_subnet_no_nat_gateway_and_no_writer(tmp_path: Path) -> None:
    def files(*letters: str) -> dict[str, str]:
        zones = ", ".join(f"ap-northeast-1{one}" for one in letters)
        dev = DEV.replace("{cidr: 10.0.0.0/16}", f"{{cidr: 10.0.0.0/16, nat: single, zones: [{zones}]}}")
        return {"dev.yaml": dev, "databases/main.yaml": DATABASE}

    where = ("network/network.tf", "vpc", "data_subnets", "cidr_block")
    before = numbers(tmp_path, files("c", "d"), where)
    stood = rendered(environment(tmp_path, files("c", "d"))).files
    after = numbers(tmp_path, files("a", "c", "d"), where)
    now = rendered(environment(tmp_path, files("a", "c", "d"))).files
    assert after.items() > before.items()
    assert 'module "nat_gateway_ap_northeast_1c"' in now["network/nat.tf"]
    assert now["data/database-main.tf"] == stood["data/database-main.tf"]
    exchanged = numbers(tmp_path, files("a", "c", "b"), where)
    assert exchanged["ap-northeast-1b"] not in after.values(), "the range of the one that goes is not free yet"


def test_what_is_not_infragen_s_or_cannot_be_read_decides_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = rendered(environment(tmp_path, {"balancers/public.yaml": ROUTES + REFUND})).files["edge/balancer-public.tf"]
    edge = tmp_path / "generated/demo/dev/edge"
    for text in (b"\xff", b'module "routes_public" {\n  routes = {\n    refund = { priority = 3 }\n  }\n}\n', b"{"):
        edge.mkdir(parents=True, exist_ok=True)
        (edge / "balancer-public.tf").write_bytes(text)
        of = environment(tmp_path, {"balancers/public.yaml": ROUTES + REFUND})
        assert rendered(of).files["edge/balancer-public.tf"] == fresh
    (edge / "balancer-public.tf").unlink()
    (edge / "balancer-public.tf").symlink_to(tmp_path / "elsewhere.tf")
    of = environment(tmp_path, {"balancers/public.yaml": ROUTES + REFUND})
    assert rendered(of).files["edge/balancer-public.tf"] == fresh


def test_two_that_were_given_one_number_in_two_branches_get_two() -> None:
    found = kept_numbers({"a": 10, "b": 10, "c": 11}, {"a": 10, "b": 10, "c": 11}, 50)
    assert found == {"a": 10, "c": 11, "b": 12}


def test_the_last_number_is_followed_by_the_first_that_is_free() -> None:
    assert kept_numbers({"a": 50, "b": 50}, {}, 50, range(9)) == {"a": 50, "b": 9}
