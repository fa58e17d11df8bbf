"""TN-18: the loads that the document names stand beside what carries, limits and bills them, as arithmetic."""

from __future__ import annotations

from functools import cache

from . import technova as t
from .told import as_data

LCU_USD = 0.008
"""An LCU-hour in Tokyo (AWS price list of September 2026); a month is 730 hours."""


@cache
def limits() -> dict[str, list[str]]:
    return {f"{one['owner']} {one['field']}": one["limits"] for one in as_data("promises", "technova/prod")["promises"]}


def volume(service: str) -> float:
    [found] = [one for one in t.VOLUMES if one.service == service]
    return found.value


def test_tn_18_the_devices_are_set_against_the_tasks_and_the_balancer_that_hold_their_connections() -> None:
    devices = volume("connectivity")
    [row] = [one for one in t.SERVICES if one.name == "connectivity"]
    least, most = devices / row.max_tasks, devices / row.min_tasks
    found = limits()["services/connectivity volumes.devices.figure"]
    assert f"{row.min_tasks} to {row.max_tasks} tasks: {most:,.0f} to {least:,.0f} each" in found
    units = devices / 1500  # with mutual TLS
    bill = f"{units * LCU_USD * 730:,.0f} USD a month"
    assert f"balancers/devices: {units:.2f} LCU (8,000 connections, 1,500 for each), {bill}" in found


def test_tn_18_the_measurements_are_set_against_the_tasks_the_balancer_and_the_bill_of_the_store() -> None:
    found = "; ".join(limits()["services/telemetry volumes.data.figure"])
    second = 1.8e6 / 86_400
    assert f"{second:.1f} MB a second on average; 8 to 15 tasks: {second / 8:.1f} to {second / 15:.2f} each" in found
    assert f"75 LCU (75 GB an hour), {75 * LCU_USD * 730:,.0f} USD a month" in found
    assert f"{second:.1f} MB a second through Firehose, which takes 1 MiB until AWS raises it" in found
    sent, stored = 54_000 * 0.029, 54_000 * 0.025  # Firehose at us-east-1's price
    most = sent + stored * 365 // 30
    assert f"54,000 GB a month cost {sent + stored:,.2f} to {most:,.2f} USD" in found


def test_tn_18_users_rows_and_the_declared_throughput_are_set_against_what_serves_them() -> None:
    asked = t.PLATFORM.requests_per_minute
    users = limits()["services/auth volumes.users.figure"]
    assert f"the declared {asked} req/min are {asked / volume('auth'):.2f} a minute for each of them" in users
    [rows] = limits()["services/reporting volumes.rows.figure"]
    assert rows == f"4 GB of memory of a task, {4096 * 1024 / volume('reporting'):.2f} KB for each of them"
    throughput = "; ".join(limits()["system declared.throughput"])
    for said in (
        f"its stage takes {asked / 60:.2f} a second", "all gateways of an account share 10,000 a second",
        "a web ACL inspects 100,000 a second", f"{asked / 60 / 25:.0f} LCU of the load balancer behind",
        "tasks of all services",
    ):  # fmt: skip
        assert said in throughput
