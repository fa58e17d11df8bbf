"""Who reaches whom, as people and programs read it."""

from __future__ import annotations

import json

from infragen.reachability import INTERNET, Traffic, Way
from infragen.reachability.model import Ports
from infragen.report.traffic import as_json, markdown, text

HTTP = Ports(8080, 8080)
NAMES = [f"services/{name}" for name in ("a", "b", "c", "d", "e", "f", "g", "h")]
FOUND = Traffic(
    "shop/dev",
    (
        Way(INTERNET, "gateways/public", Ports(443, 443), (), "anybody with an API key", "its name from AWS"),
        *(
            Way(
                "services/x", name, HTTP, ("balancer :443",), "its address", "x.internal", f"/{name[-1]}/*", ("rule.a",)
            )
            for name in NAMES
        ),
        Way("services/y", "services/x", Ports(0, 65535, "all")),
    ),
    (INTERNET, "gateways/public", "services/x", "services/y", *NAMES),
    ("what nobody looks at",),
)


def test_ways_that_differ_in_their_targets_alone_stand_together() -> None:
    assert (
        text(FOUND)
        == """\
shop/dev: 10 paths, as planned

internet
  gateways/public :443
      as anybody with an API key; by its name from AWS

services/x
  services/a, services/b, services/c, services/d, services/e, services/f and 2
    more :8080
      through balancer :443 for /a/*, /b/*, /c/*, /d/*, /e/*, /f/* and 2 more;
        as its address; by x.internal

services/y
  services/x :all
      without a name for it

Not checked
  what nobody looks at"""
    )


def test_details_name_all_in_80_columns() -> None:
    shown = text(FOUND, details=True)
    assert all(name in shown for name in NAMES)
    assert max(map(len, shown.splitlines())) <= 80


def test_a_table_escapes_what_would_end_a_cell() -> None:
    piped = Traffic("shop/dev", (Way("a|b", "c", HTTP),), (), ())
    assert "| a\\|b | c | :8080 | without a name for it |" in markdown(piped).splitlines()


def test_the_json_has_every_way_with_its_rules() -> None:
    document = json.loads(as_json(FOUND))
    assert (document["version"], document["target"], len(document["ways"])) == (1, "shop/dev", 10)
    assert document["ways"][1] == {
        "source": "services/x",
        "target": "services/a",
        "port": {"first": 8080, "last": 8080, "protocol": "tcp"},
        "through": ["balancer :443"],
        "identity": "its address",
        "name": "x.internal",
        "requests": "/a/*",
        "rules": ["rule.a"],
    }
    assert document["not_looked_at"] == ["what nobody looks at"]


def test_ways_between_some_ends_alone_are_left() -> None:
    left = FOUND.between(lambda source: source == "services/x", lambda target: target != "services/a")
    assert [way.target for way in left.ways] == NAMES[1:]
    nothing = text(FOUND.between(lambda _: False, lambda _: True))
    assert nothing.startswith("shop/dev: 0 paths, as planned\n\nNot checked")
