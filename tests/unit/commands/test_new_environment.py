"""`infragen new environment`: in every project a file that is valid as it is, and with each of its comments."""

from __future__ import annotations

import json
import re
import shutil
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pytest
import yaml
from tests.conftest import ROOT
from tests.terraform.test_runbook import SITE

from infragen.commands import completion
from infragen.core.system import Settings
from infragen.text import cells

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

LATER = {"configurations", "holds", "notes", "assumptions"}


def started(infragen: Infragen, root: Path, template: str = "minimal") -> Path:
    account = ("--account", "111122223333", "--region", "ap-northeast-1")
    assert infragen("init", "--system", "demo", *account, "--template", template, "-C", root).code == 0
    return root


def content(root: Path, name: str, system: str = "demo") -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load((root / f"environments/{system}/{name}.yaml").read_text("utf-8"))
    return found


def errors(outcome: Outcome) -> list[str]:
    return [line for line in outcome.out.splitlines() if re.search(r": error [A-Z]\d+", line)]


def test_a_second_environment_is_valid_and_like_the_first_but_for_its_addresses(
    infragen: Infragen, tmp_path: Path
) -> None:
    root = started(infragen, tmp_path)
    made = infragen("new", "environment", "test", "-C", root)
    assert made.code == 0
    assert made.out.startswith("wrote environments/demo/test.yaml\nnext: edit it, then `infragen validate demo")
    assert "warning A101" in made.err  # the account is the first one's
    assert content(root, "test") == {
        "account": "111122223333", "region": "ap-northeast-1", "network": {"cidr": "10.1.0.0/16"},
    }  # fmt: skip
    assert infragen("new", "environment", "third", "--account", "222233334444", "-C", root).err == ""
    assert content(root, "third")["network"] == {"cidr": "10.2.0.0/16"}
    assert errors(infragen("validate", "-C", root)) == []
    assert infragen("render", "demo/test", "-C", root).code == 0


@pytest.mark.parametrize("template", ["minimal", "shop"])
def test_its_comments_are_valid_without_their_marks_and_every_setting_is_there(
    infragen: Infragen, tmp_path: Path, template: str
) -> None:
    root = started(infragen, tmp_path, template)
    assert infragen("new", "environment", "test", "--account", "222233334444", "-C", root).code == 0
    path = root / "environments/demo/test.yaml"
    text = path.read_text("utf-8")
    assert [line for line in text.splitlines() if cells(line) > 100] == []
    assert "in your own words" not in text
    uncommented = re.sub(r"^( *)#(?! )", r"\1", text.partition("\n# What differs here")[0], flags=re.MULTILINE)
    uncommented = re.sub(r"^( *)#(?=  \S)", r"\1", uncommented, flags=re.MULTILINE)
    found = yaml.safe_load(uncommented)
    Settings.model_validate({**found, "environment": "test"})  # as the file's name
    assert set(found) == set(Settings.model_fields) - LATER - {"environment"}
    assert set(found["network"]) == {
        "cidr",
        "zones",
        "subnets",
        "nat",
        "endpoints",
        "flow_log_retention",
        "flow_log_why",
        "foreign_buckets",
    }
    start, mark, examples = text.partition("# What differs here")
    if template == "minimal":  # the other has overrides in their place
        path.write_text(start + mark + re.sub(r"^#(?=\w|  )", "", examples, flags=re.MULTILINE), encoding="utf-8")
        assert {"every", "services"} <= set(content(root, "test"))
    assert errors(infragen("validate", "-C", root)) == []


def test_what_a_system_cannot_do_without_is_taken_from_an_environment_like_it(
    infragen: Infragen, tmp_path: Path
) -> None:
    root = started(infragen, tmp_path, "shop")
    assert infragen("new", "environment", "staging", "--account", "222233334444", "-C", root).code == 0
    assert content(root, "staging")["zones"] == {"main": None}  # as dev: it has no domain
    assert errors(infragen("validate", "-C", root)) == []


def test_its_domain_is_its_own(infragen: Infragen, tmp_path: Path) -> None:
    root = started(infragen, tmp_path)
    (root / "catalog/demo/zones").mkdir()
    zone = "name: main\ntitle: Main\ndomain_name: demo.com\ndelegated: true\n"
    (root / "catalog/demo/zones/main.yaml").write_text(zone, encoding="utf-8")
    made = infragen("new", "environment", "test", "--account", "222233334444", "-C", root)
    assert (made.code, "error" in made.err) == (0, False)
    assert content(root, "test")["zones"] == {"main": {"domain_name": "test.demo.com", "delegated": False}}
    assert errors(infragen("validate", "-C", root)) == []


def test_production_is_written_with_what_it_asks_for(infragen: Infragen, tmp_path: Path) -> None:
    root = started(infragen, tmp_path)
    title = ("--title", "Live", "--production")
    made = infragen("new", "environment", "live", "--account", "410395827164", *title, "-C", root)
    assert made.code == 0
    # whose address it is, nobody else knows; and two tasks cost twice as much as one
    assert re.findall(r"(?:error|warning) ([A-Z]\d+)", made.err) == ["F112", "A103"]
    said = content(root, "live")
    assert (said["title"], said["production"], "every" in said, "services" in said) == ("Live", True, False, False)
    text = (root / "environments/demo/live.yaml").read_text("utf-8")
    (root / "environments/demo/live.yaml").write_text(text.replace("#alarm_email", "alarm_email"), encoding="utf-8")
    found = infragen("validate", "demo/live", "-C", root)  # the file's own example is nobody's address
    assert (re.findall(r"error ([A-Z]\d+)", found.out), found.err) == (["T110"], "1 error, 1 warning, 1 notice\n")
    text = text.replace("#alarm_email: operations@example.com", "alarm_email: operations@demo.jp")
    (root / "environments/demo/live.yaml").write_text(text, encoding="utf-8")
    assert infragen("validate", "demo/live", "-C", root).err == "0 errors, 1 warning, 1 notice\n"
    again = infragen("new", "environment", "live-two", "--account", "620184937511", "--production", "-C", root)
    assert (again.code, re.findall(r"(?:error|warning) ([A-Z]\d+)", again.err)) == (0, ["F112"])
    assert content(root, "live-two")["alarm_email"] == "operations@demo.jp"


def test_the_reason_of_an_example_goes_where_the_example_is_copied_to(infragen: Infragen, tmp_path: Path) -> None:
    root = started(infragen, tmp_path, "shop")
    made = infragen("new", "environment", "live", "--production", "-C", root)
    assert "T110" not in made.err
    reasons = {"account": "an example, which is nobody's", "alarm_email": "an example, which nobody reads"}
    assert content(root, "live")["assumptions"] == reasons


def test_what_every_kind_says_in_production_is_what_its_rules_ask_for(infragen: Infragen, tmp_path: Path) -> None:
    root = started(infragen, tmp_path, "shop")
    (root / "environments/demo/prod.yaml").unlink()
    (root / "catalog/demo/databases/orders.yaml").write_text(
        "name: orders\ntitle: Orders\nengine: postgresql\nversion: '17'\nsize: db.t4g.micro\n"
        "backup: {retention: 1 day}\ndeletion_protection: false\n",
        encoding="utf-8",
    )
    made = infragen("new", "environment", "live", "--account", "222233334444", "--production", "-C", root)
    assert {"B134", "D105", "D107", "D110"} & set(re.findall(r"[A-Z]\d{3}", made.err)) == set()
    said = content(root, "live")
    assert said["databases"] == {
        "orders": {"multi_az": True, "backup": {"retention": "7 days"}, "deletion_protection": True},
        "reports": {"readers": 1},
    }
    assert said["caches"] == {"sessions": {"replicas": 1}}
    assert ("every" in said, "services" in said, "workers" in said) == (False, False, False)


def test_what_is_written_for_production_holds_for_no_entry_that_comes_later(infragen: Infragen, tmp_path: Path) -> None:
    root = started(infragen, tmp_path, "shop")
    (root / "environments/demo/prod.yaml").unlink()
    assert infragen("new", "environment", "live", "--account", "222233334444", "--production", "-C", root).code == 0
    for kind, tasks in (("service", "{min: 0, max: 1}"), ("worker", "{min: 0, max: 3}"), ("cache", "")):
        assert infragen("new", kind, "later", "-C", root).code == 0
        path = root / f"catalog/demo/{kind}s/later.yaml"
        if tasks:
            text = re.sub(r"(?m)^tasks: .*", f"tasks: {tasks}", path.read_text("utf-8"))
            path.write_text(text, encoding="utf-8")
    for kind, most in (("services", 1), ("workers", 3)):
        said = infragen("explain", "demo/live", f"{kind}.later.tasks", "-C", root)
        assert (said.code, "min: 0" in said.out, f"max: {most}" in said.out) == (0, True, True)


def test_its_range_is_of_the_size_of_the_others_and_of_no_system_s(infragen: Infragen, shop: Path) -> None:
    for name, cidr in (("test", "172.16.0.0/20"), ("prod", "172.16.16.0/20")):
        path = shop / f"environments/shop/{name}.yaml"
        text = re.sub(r"  subnets:\n(    .*\n)+", "", path.read_text("utf-8"))
        path.write_text(re.sub(r"cidr: .*", f"cidr: {cidr}", text), encoding="utf-8")
    init = ("init", "--add", "--system", "other", "--account", "999988887777", "--region", "eu-west-1", "-C", shop)
    assert infragen(*init).code == 0
    path = shop / "environments/other/dev.yaml"
    path.write_text(path.read_text("utf-8").replace("10.0.0.0/16", "172.16.32.0/21"), encoding="utf-8")
    assert infragen("new", "environment", "third", "--system", "shop", "-C", shop).code == 0
    network = content(shop, "third", "shop")["network"]
    assert isinstance(network, dict)
    assert IPv4Network(network["cidr"]) == IPv4Network("172.16.48.0/20")


def test_what_an_account_has_once_stays_with_who_has_it(infragen: Infragen, depot: Path) -> None:
    made = infragen("new", "environment", "third", "-C", depot)
    assert made.code == 0
    assert ("A107" in made.err, content(depot, "third", "depot").get("owns_account_settings")) == (False, False)


def test_the_first_environment_needs_its_account(infragen: Infragen, tmp_path: Path) -> None:
    root = started(infragen, tmp_path)
    (root / "environments/demo/dev.yaml").unlink()
    assert "infragen new environment dev --system demo" in infragen("validate", "-C", root).out
    made = infragen("new", "environment", "dev", "-C", root)
    assert (made.code, "add `--account 111122223333 --region us-east-1`" in made.err) == (1, True)
    where = ("--account", "111122223333", "--region", "us-east-1")
    assert infragen("new", "environment", "dev", *where, "-C", root).code == 0
    assert content(root, "dev")["network"] == {"cidr": "10.0.0.0/16"}


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("dev",), "X006", "choose another name"),
        (("Dev 2",), "X005", "`dev-2`"),
        (("x", "--title", " x "), "X005", "`Staging`"),
        (("x", "--account", "1111-2222-3333", "--region", "tokyo"), "X051", "`111122223333`"),
        (("x", "--system", "dem"), "P002", "did you mean `demo`?"),
        (("x", "--domain", "sales"), "X083", "leave out `--domain`"),
    ],
)
def test_what_cannot_be_is_told_with_what_can(
    infragen: Infragen, tmp_path: Path, arguments: tuple[str, ...], code: str, hint: str
) -> None:
    root = started(infragen, tmp_path)
    before = (root / "environments/demo/dev.yaml").read_text("utf-8")
    outcome = infragen("new", "environment", *arguments, "-C", root)
    assert (outcome.code, f"error {code}" in outcome.err, hint in outcome.err) == (1, True, True)
    assert [path.name for path in (root / "environments/demo").iterdir()] == ["dev.yaml"]
    assert (root / "environments/demo/dev.yaml").read_text("utf-8") == before


def test_an_entry_has_no_account(infragen: Infragen, tmp_path: Path) -> None:
    root = started(infragen, tmp_path)
    outcome = infragen("new", "service", "x", "--account", "111122223333", "--production", "-C", root)
    assert (outcome.code, "leave out `--account` and `--production`" in outcome.err) == (1, True)


def test_it_is_offered_and_told(infragen: Infragen, tmp_path: Path) -> None:
    root = started(infragen, tmp_path)
    assert completion.kinds("env") == ["environment"]
    assert "or environment." in infragen("new", "--help").out
    assert "did you mean `environment`?" in infragen("new", "enviroment", "x", "-C", root).err
    assert (root / "environments/demo/x.yaml").exists() is False


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(SITE, tmp_path, dirs_exist_ok=True)
    (tmp_path / "infragen.toml").touch()
    (tmp_path / "environments/site/dr.yaml").unlink()
    return tmp_path


def test_a_standby_is_valid_and_follows(infragen: Infragen, site: Path) -> None:
    made = infragen("new", "environment", "dr", "--standby-of", "prod", "-C", site)
    assert made.code == 0
    assert "next: replace the example values, as its `assumptions` explain: zones.main.zone_id\n" in made.out
    assert content(site, "dr", "site") == {
        "region": "ap-northeast-3", "production": True, "standby_of": "prod", "follows": "prod",
        "network": {"cidr": "10.1.0.0/16", "nat": "per-zone"},
        "differs": {
            "prod": {
                "network.cidr": "a range of its own, which overlaps with no other environment's",
                "recovery": "prod promises it; this is what keeps the promise",
                "zones.main": "the zone is prod's, and found by its id",
                "balancers.public.failover": "Route 53 answers with prod as long as that is healthy",
            }
        },
        "assumptions": {
            "zones.main.zone_id": "an example; `infragen outputs site/prod` shows it once that is applied"
        },
        "balancers": {"public": {"failover": {"role": "secondary"}}},
        "zones": {"main": {"zone_id": "Z0123456789ABCDEFGHIJ"}},
    }  # fmt: skip
    assert errors(infragen("validate", "-C", site)) == []
    assert infragen("parity", "site", "prod", "dr", "-C", site).code == 0
    assert infragen("render", "site/dr", "-C", site).code == 0
    assert "site/prod takes back" in infragen("runbook", "site/prod", "failback", "-C", site).out


def test_a_standby_says_what_the_other_environment_says_and_no_name_twice(infragen: Infragen, tmp_path: Path) -> None:
    for folder in ("catalog", "environments"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "infragen.toml").touch()
    (tmp_path / "environments/delivery-tracking/dr.yaml").unlink()
    made = infragen("new", "environment", "dr", "--system", "delivery-tracking", "--standby-of", "prod", "-C", tmp_path)
    assert (made.code, errors(made)) == (0, [])
    said = content(tmp_path, "dr", "delivery-tracking")
    prod = content(tmp_path, "prod", "delivery-tracking")
    assert said["alerts"] == prod["alerts"]
    assert said["account_settings"] == {"cloudtrail": None}
    assert said["distributions"] == {"site": None}
    assert said["workgroups"] == {"logs": {"tables": {"calls": None}}}
    assert said["zones"] == {"main": {"zone_id": "Z0123456789ABCDEFGHIJ"}}
    own = ["zones.main.zone_id", "bastions.main.ami"]
    assert list(said["assumptions"]) == ["alerts.high.mail", "alerts.low.mail", *own]  # type: ignore[call-overload]
    assert not {"recovery", "budget", "notes", "alarm_email", "owns_account_settings"} & set(said)
    assert errors(infragen("validate", "delivery-tracking", "-C", tmp_path)) == []
    parity = infragen("parity", "delivery-tracking", "prod", "dr", "--format", "json", "-C", tmp_path)
    unexplained = [one["path"] for one in json.loads(parity.out)["differences"] if not one.get("expected")]
    assert (parity.code, unexplained) == (2, ["budget"])  # what it may cost is for people to say


def test_what_stands_still_is_not_set_going_by_what_the_other_environment_says(
    infragen: Infragen, tmp_path: Path
) -> None:
    """Its copies of images are of one region: none is said to have the image that another environment has."""
    for folder in ("catalog", "environments"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "infragen.toml").touch()
    words = ("--system", "delivery-tracking", "--standby-of", "stg", "--region", "ap-northeast-3")
    made = infragen("new", "environment", "stg2", *words, "-C", tmp_path)
    assert made.code == 0
    assert errors(infragen("validate", "delivery-tracking", "-C", tmp_path)) == []
    said = content(tmp_path, "stg2", "delivery-tracking")
    assert not {"functions", "jobs"} & set(said)
    assert "tasks" not in said["services"]["backend-api"]  # type: ignore[index]
    assert said["services"]["route-optimizer"] is None  # type: ignore[index]
    assert said["every"] == content(tmp_path, "stg", "delivery-tracking")["every"]
    images = [content(tmp_path, name, "delivery-tracking")["bastions"]["main"]["ami"] for name in ("dr", "stg2")]  # type: ignore[index]
    assert len({*images}) == 2
    text = (tmp_path / "environments/delivery-tracking/stg2.yaml").read_text("utf-8")
    assert "#jobs: {database-dump: {schedules: {daily: {cron: 0 9 ? * MON-FRI *}}}}" in text


def test_copies_have_a_key_of_their_region(infragen: Infragen, tmp_path: Path) -> None:
    root = started(infragen, tmp_path, "shop")
    made = infragen("new", "environment", "dr", "--standby-of", "prod", "--region", "us-west-2", "-C", root)
    assert made.code == 0
    assert (content(root, "dr")["region"], content(root, "dr")["customer_keys"]) == ("us-west-2", True)
    # what the catalogue and the other environment have to say for it
    assert re.findall(r"(?:error|warning) ([A-Z]\d+)", made.err) == ["D150", "H160", "H160", "A101", "H150", "D129"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--standby-of", "prd"), "error P003"),
        (("--standby-of", "prod", "--production"), "error X083 a standby has its account and its protection from prod"),
        (("--standby-of", "prod", "--account", "111122223333"), "leave out `--account`"),
        (("--standby-of", "dr"), "error X085 site/dr is itself the standby of prod"),
        (("--standby-of", "prod", "--region", "ap-northeast-1"), "error X085 site/prod is in ap-northeast-1 itself"),
    ],
)
def test_what_no_standby_can_be_is_said(infragen: Infragen, site: Path, words: tuple[str, ...], said: str) -> None:
    assert infragen("new", "environment", "dr", "--standby-of", "prod", "-C", site).code == 0
    assert said in infragen("new", "environment", "third", *words, "-C", site).err
    assert not (site / "environments/site/third.yaml").exists()
    assert infragen("new", "service", "api", "--standby-of", "prod", "-C", site).code == 1
