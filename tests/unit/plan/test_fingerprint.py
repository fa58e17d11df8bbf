from __future__ import annotations

import json
import random

from infragen.plan import parse_plan
from infragen.report import markdown
from tests.plans.corpus import case
from tests.unit.plan.plans import plan, resource, shuffled


def test_maps_in_another_order_in_each_object_are_still_alike() -> None:
    document = case("043").plan
    expected = markdown.render(parse_plan(json.dumps(document).encode()), "plan")
    mixed = json.dumps(shuffled(document, random.Random(1))).encode()
    assert markdown.render(parse_plan(mixed), "plan") == expected


def test_a_name_that_terraform_escapes_is_found_in_the_values() -> None:
    items = [
        resource(f'aws_x.a["{name}"]', ["update"], {"v": f"old {name}"}, {"v": f"new {name}"}, index=name)
        for name in ("a&b", "c<d>", "plain")
    ]
    content = plan(*items).replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")
    assert "3 xes" in markdown.render(parse_plan(content), "plan")
