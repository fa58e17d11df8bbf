"""What an environment costs a month: the figures of its entries and capabilities at list prices."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from infragen.core.billing import Cost
from infragen.core.entry import Usage
from infragen.core.kind import empty
from infragen.kinds import capabilities, kinds
from infragen.kinds.databases.model import Database
from infragen.prices import Amount
from infragen.stacks.costs import Estimate, beside_document, estimate, summary
from infragen.stacks.demands import demand_costs
from tests.unit.stacks.packaged import FILES, installed
from tests.unit.stacks.systems import DATABASE, DEV, GATEWAY, INSTANCE, SERVICE, SYSTEM, environment
from tests.unit.stacks.test_capabilities import ASKED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCALED = SERVICE + "scaling: {cpu: 70 %}\n"


def of(root: Path, files: Mapping[str, str] | None = None, region: str = "ap-northeast-1") -> Estimate:
    return estimate(environment(root, {"dev.yaml": DEV.replace("ap-northeast-1", region), **(files or {})}))


def amount(found: Estimate, owner: str, what: str) -> Amount | None:
    [line] = [line for line in found.lines if line.owner == owner and what in line.cost.what]
    return line.amount


def month(hourly: str) -> Decimal:
    return Decimal(hourly) * 730


def test_a_task_costs_its_vcpu_its_memory_and_its_address(tmp_path: Path) -> None:
    found = of(tmp_path)
    task = month("0.05056") / 4 + month("0.00553") / 2
    assert found.total == Amount(task + month("0.005"), task + month("0.005"))
    assert found.kinds == {"services": found.total}
    assert found.owners == {"services/web": found.total}
    assert summary(found.environment) == "14.90 USD a month, and usage"


def test_tasks_cost_what_their_least_and_most_do_where_something_scales_them(tmp_path: Path) -> None:
    one = of(tmp_path / "one").total.least
    assert of(tmp_path / "scaled", {"services/web.yaml": SCALED}).total == Amount(one, 2 * one)


def test_a_task_on_arm_in_another_region_costs_what_it_does_there(tmp_path: Path) -> None:
    found = of(tmp_path, {"services/web.yaml": SERVICE + "architecture: arm64\n"}, "us-east-1")
    assert amount(found, "services/web", "vCPU") == Amount(month("0.03238") / 4, month("0.03238") / 4)


def test_spot_costs_up_to_seventy_percent_less(tmp_path: Path) -> None:
    found = of(tmp_path, {"services/web.yaml": SERVICE + "spot: true\n"})
    vcpu = month("0.05056") / 4
    assert amount(found, "services/web", "vCPU of 1 task on Spot") == Amount(vcpu * Decimal("0.3"), vcpu)


def test_the_size_that_is_built_is_what_is_billed(tmp_path: Path) -> None:
    found = of(tmp_path, {"services/web.yaml": SERVICE.replace("0.25 vCPU, memory: 0.5", "1.5 vCPU, memory: 3")})
    assert amount(found, "services/web", "2 vCPU of 1 task") == Amount(month("0.10112"), month("0.10112"))


def test_a_cluster_costs_its_capacity_for_each_instance_and_the_data_that_is_planned(tmp_path: Path) -> None:
    found = of(tmp_path, {"databases/main.yaml": DATABASE + "readers: 1\ndata: 200 GB\n"})
    assert amount(found, "databases/main", "2 instances of 0.5 to 4 ACU") == Amount(month("0.15"), month("1.20"))
    assert amount(found, "databases/main", "200 GB") == Amount(Decimal(24), Decimal(24))
    assert "0.24 USD per million I/O requests of Aurora" in found.usage


@pytest.mark.parametrize(("most", "proxied"), [(4, 8), (16, 16)])
def test_a_proxy_costs_eight_acu_at_least_and_is_its_database_s(tmp_path: Path, most: int, proxied: int) -> None:
    text = DATABASE.replace("max: 4", f"max: {most}") + "proxy: {}\n"
    found = of(tmp_path, {"databases/main.yaml": text})
    assert amount(found, "databases/main", "its proxy") == Amount(month("0.152"), month("0.019") * proxied)
    assert {line.owner for line in found.of_capability("database-proxy")} == {"databases/main"}


def test_a_firewall_costs_each_of_its_rules(tmp_path: Path) -> None:
    text = GATEWAY + "firewall: {managed: [core, ip-reputation], rate_limit: 500}\n"
    found = of(tmp_path, {"gateways/public.yaml": text})
    assert amount(found, "gateways/public", "3 rules") == Amount(Decimal(3), Decimal(3))


@pytest.mark.parametrize(("log", "which"), [("all", "every request"), ("matched", "what its rules match")])
def test_a_firewall_s_log_is_billed_where_the_firewall_is(tmp_path: Path, log: str, which: str) -> None:
    firewall = f"firewall: {{managed: [core], log: {log}}}\nusage: {{logged: 100 GB}}\n"
    site = f"{SITE}{firewall}"
    found = of(tmp_path, {"buckets/one.yaml": BUCKET.format("one"), "distributions/site.yaml": site})
    [line] = [line for line in found.lines if line.cost.what == f"its firewall's log of {which}"]
    assert (line.region, line.amount) == ("us-east-1", Amount(Decimal(50), Decimal(50)))


def test_what_a_gateway_logs_is_its_access_log_and_not_its_firewall_s(tmp_path: Path) -> None:
    text = f"{GATEWAY}firewall: {{managed: [core]}}\nusage: {{logged: 100 GB}}\n"
    found = of(tmp_path, {"gateways/public.yaml": text})
    assert amount(found, "gateways/public", "access log") == Amount(Decimal(76), Decimal(76))
    assert amount(found, "gateways/public", "firewall's log") is None


def test_nat_and_endpoints_cost_what_stands_in_each_zone(tmp_path: Path) -> None:
    def network(text: str) -> dict[str, str]:
        return {"dev.yaml": DEV.replace("0.0/16}", f"0.0/16, {text}}}")}

    nat = of(tmp_path / "nat", network("nat: per-zone"))
    assert amount(nat, "nat", "2 NAT gateways") == Amount(month("0.124"), month("0.124"))
    regional = of(tmp_path / "regional", network("nat: regional"))
    assert amount(regional, "nat", "a NAT gateway in 2 zones") == amount(nat, "nat", "2 NAT gateways")
    ends = of(tmp_path / "endpoints", network("endpoints: [ecr.api, ecr.dkr, logs]"))
    assert amount(ends, "endpoints", "3 interface endpoints in 2 zones") == Amount(month("0.084"), month("0.084"))


def test_each_alarm_is_its_entry_s_and_each_key_is_counted(tmp_path: Path) -> None:
    found = of(tmp_path, {"dev.yaml": f"{DEV}alarms: true\ncustomer_keys: true\n"})
    assert amount(found, "services/web", "3 alarms") == Amount(Decimal("0.30"), Decimal("0.30"))
    assert amount(found, "customer-keys", "5 KMS keys") == Amount(Decimal(5), Decimal(5))


def test_what_only_usage_decides_is_told_by_its_price_and_in_no_sum(tmp_path: Path) -> None:
    found = of(tmp_path)
    assert [line.owner for line in found.usage["0.76 USD per GB of logs"]] == ["services/web"]
    assert not [line for lines in found.usage.values() for line in lines if line.amount is not None]


def test_a_region_that_no_price_is_known_in_is_estimated_from_virginia_s(tmp_path: Path) -> None:
    found, virginia = of(tmp_path / "mexico", region="mx-central-1"), of(tmp_path / "virginia", region="us-east-1")
    assert {line.cost.what for line in found.estimated} >= {"0.25 vCPU of 1 task", "0.5 GB of 1 task", "logs"}
    assert found.unpriced == ()
    address = month("0.005")  # known everywhere
    assert found.total == Amount(*2 * [virginia.total.least], estimated=virginia.total.most - address)
    assert found.owners["services/web"] == found.total


BUCKET = "name: {0}\ntitle: Files\n"
SITE = "title: Site\ndefault: {origin: files}\norigins: {files: {bucket: one}}\n"
ROWS = """\
document_costs:
  title: the plan
  rows:
    S3: {monthly: 48 USD, says: 2 TB, entries: [buckets/*], usage: {stored: 2 TB}}
    tasks: {monthly: 20 USD, entries: [services/*]}
    CloudWatch: {monthly: 100 USD, entries: [services/*, flow-log], lines: [logs, the flow log], usage: {logged: 10 GB}}
"""


def test_what_an_entry_states_of_its_use_is_worked_out_and_in_the_sum(tmp_path: Path) -> None:
    files = {"buckets/one.yaml": BUCKET.format("one"), "distributions/site.yaml": SITE}
    before = of(tmp_path / "before", files)
    stated = {
        "buckets/one.yaml": f"{files['buckets/one.yaml']}usage: {{stored: 2 TB, reads: 3 million}}\n",
        "distributions/site.yaml": f"{SITE}usage: {{sent: 5 TB, requests: 30 million}}\n",
    }
    found = of(tmp_path / "after", files | stated)
    assert amount(found, "buckets/one", "objects") == Amount(Decimal(50), Decimal(50))
    assert amount(found, "buckets/one", "reads") == Amount(*2 * [Decimal("0.00037") * 3000])
    assert amount(found, "buckets/one", "writes") is None, "only usage decides that still"
    assert amount(found, "distributions/site", "what it sends") == Amount(Decimal(570), Decimal(570))
    assert amount(found, "distributions/site", "requests of readers") == Amount(Decimal(36), Decimal(36))
    assert {line.what for line in found.lines} >= {"objects, 2 TB stored", "reads, 3 million reads"}
    assert found.total == before.total + Amount(*2 * [Decimal("657.11")])


@pytest.mark.parametrize(
    ("word", "quantity", "said"),
    [
        ("stored", Decimal(2000), "2 TB stored"),
        ("logged", Decimal(1000) / 3, "333.3 GB logged"),
        ("backed_up", Decimal("0.4"), "0.4 GB backed up"),
        ("requests", 30_000, "30 million requests"),
        ("mails", 20, "20 thousand mails"),
    ],
)
def test_what_is_used_is_written_as_people_read_it(word: str, quantity: Decimal | int, said: str) -> None:
    assert Usage.words(word, quantity) == said


def test_what_a_document_s_row_states_is_in_equal_parts_its_entries_that_state_nothing(tmp_path: Path) -> None:
    files = {f"buckets/{name}.yaml": BUCKET.format(name) for name in ("one", "two", "three")}
    files["buckets/three.yaml"] += "usage: {stored: 500 GB}\n"
    dev = DEV.replace("0.0/16}", "0.0/16, flow_log_retention: 30 days}") + ROWS
    found = of(tmp_path, {**files, "dev.yaml": dev})
    stored = {
        line.owner: line.used for line in found.lines if (line.word == "stored" and line.owner in files) or line.used
    }
    assert {owner: used for owner, used in stored.items() if owner.startswith("buckets")} == {
        "buckets/one": 750, "buckets/two": 750, "buckets/three": 500
    }  # fmt: skip
    compared = beside_document(found)
    assert compared is not None
    s3, tasks, logs = compared.rows
    assert s3.here == Amount(*2 * [2000 * Decimal("0.025")])
    assert (logs.here, set(logs.owners)) == (Amount(*2 * [10 * Decimal("0.76")]), {"services/web", "flow-log"})
    assert (tasks.used, tasks.stated) == (1, {}), "its images; its logs are of the other row"
    assert compared.sum.here == found.total


def test_a_class_that_has_no_price_in_virginia_either_is_in_no_sum(tmp_path: Path) -> None:
    text = INSTANCE.replace("db.t4g.micro", "db.m8g.large")
    found = of(tmp_path, {"databases/main.yaml": text}, "mx-central-1")
    assert [line.cost.size for line in found.unpriced] == ["db.m8g.large"]
    assert (found.total.lacks, found.owners["databases/main"].estimated) == (True, Decimal("2.30"))
    assert summary(found.environment).startswith("at least ")


def test_a_kind_that_does_not_say_what_it_costs_is_named(tmp_path: Path) -> None:
    with installed():
        found = of(tmp_path, FILES)
        assert found.silent == ("topics/letters", "topics/orders")
        assert {str(found.owners[owner]) for owner in found.silent} == {"unknown"}
        assert summary(found.environment).startswith("at least ")


def test_every_kind_and_capability_of_infragen_says_what_it_costs(tmp_path: Path) -> None:
    for number, (_, files, _, _) in enumerate(ASKED):
        assert of(tmp_path / str(number), files).silent == ()
    silent = [kind.name for kind in kinds().values() if kind.cost.monthly is empty]
    silent += [one.name for one in capabilities().values() if one.monthly_costs is empty]
    assert silent == ["google-projects"]  # AWS's prices are known, and no one else's: an estimate names it


def test_every_row_that_infragen_s_kinds_name_is_in_the_table_with_a_price_in_virginia(tmp_path: Path) -> None:
    for number, (_, files, _, _) in enumerate(ASKED):
        for line in of(tmp_path / str(number), files).lines:
            assert line.cost.priced("us-east-1") is not None


def test_amounts_are_rounded_to_cents_only_when_they_are_shown() -> None:
    third = Decimal(1) / 3
    assert str(Amount(third, third) + Amount(third, third) + Amount(third, third)) == "1.00 USD"
    assert str(Amount(Decimal(1), Decimal("1234.5"))) == "1.00 to 1,234.50 USD"


def test_the_dearest_come_first_and_what_costs_nothing_is_left_out(tmp_path: Path) -> None:
    found = of(tmp_path, {"databases/main.yaml": DATABASE, "dev.yaml": DEV})
    assert list(found.owners) == ["databases/main", "services/web"]
    assert "cluster" not in found.owners


def test_a_cost_without_a_region_of_its_own_is_its_entry_s(tmp_path: Path) -> None:
    found = of(tmp_path)
    assert {line.region for line in found.lines} == {"ap-northeast-1"}
    assert all(isinstance(line.cost, Cost) for line in found.lines)


DEMANDS = """\
demands:
  TN-07: {says: two readers, built: [databases.*.readers]}
  TN-10: {says: a pooler, built: [databases.main.proxy, alarms]}
  TN-13: {says: keys of its own, built: [customer_keys]}
"""


def test_a_demand_costs_what_the_environment_would_save_without_it(tmp_path: Path) -> None:
    files = {"services/web.yaml": SERVICE + "database: main\n", "system.yaml": SYSTEM + DEMANDS}
    more = {"databases/main.yaml": DATABASE + "readers: 2\nproxy: {}\n"}
    found = of(tmp_path / "all", files | more)
    poor = of(tmp_path / "poor", files | {"databases/main.yaml": DATABASE + "proxy: {}\n"}).total
    direct = of(tmp_path / "direct", files | {"databases/main.yaml": DATABASE + "readers: 2\n"}).total
    costs = demand_costs(found)

    assert [(one.name, one.amount) for one in costs] == [("TN-07", found.total - poor), ("TN-10", found.total - direct)]
    assert costs[0].amount.most > costs[1].amount.most > 0
    assert found.environment.all(Database)["main"].readers == 2  # it is as it was
