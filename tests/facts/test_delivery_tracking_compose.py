"""What Compose reads for delivery-tracking's dev is what chapter 1A of the document says, mended."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.waiting import until

from . import delivery_tracking_compose as d

DEV = ROOT / "generated" / "delivery-tracking" / "dev"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((DEV / "compose.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    """The services that start unasked."""
    return {name: one for name, one in compose["services"].items() if "profiles" not in one}


def plain(text: str) -> str:
    """A value where `.env` says nothing."""
    return re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", text).replace("$$", "$")


def mounted(service: dict[str, Any], kind: str) -> dict[str, str]:
    found = (one for one in service.get("volumes", ()) if one["type"] == kind and "source" in one)
    return {one["source"]: one["target"] for one in found}


def test_dt_02_nine_containers_start(services: dict[str, Any]) -> None:
    assert list(services) == list(d.CONTAINERS)


@pytest.mark.parametrize("name", d.CONTAINERS)
def test_dt_02_each_is_the_document_s(name: str, services: dict[str, Any]) -> None:
    said, built = d.CONTAINERS[name], services[name]
    ports = [f"127.0.0.1:{outside}:{inside}" for outside, inside in said.ports.items()]
    assert built["ports"] == ports, "and no other machine reaches them"
    assert mounted(built, "volume") == said.volumes
    assert tuple(built.get("depends_on", {})) == said.waits_for
    variables = {key: plain(value) for key, value in built.get("environment", {}).items()}
    assert said.variables.items() <= variables.items()
    assert built["container_name"] == f"delivery-tracking-{name}"
    if said.command is not None:
        assert [plain(word) for word in built["command"]] == said.command.split()
    if said.folder is not None:
        context = f"${{SOURCE_FOLDER:-../../../../delivery-tracking-system}}/{said.folder}"
        assert built["build"] == {"context": context, "dockerfile": "Dockerfile.dev", "target": "development"}
        assert mounted(built, "bind") == {context: "/app"}
        assert {"type": "volume", "target": "/app/node_modules"} in built["volumes"]


@pytest.mark.parametrize("name", d.CONTAINERS)
def test_dt_02_no_image_is_another_one_tomorrow(name: str, services: dict[str, Any]) -> None:
    said = d.CONTAINERS[name].image
    if said is not None:
        image = services[name]["image"]
        assert ":" in image
        assert not image.endswith(":latest")
        assert image == said or image.split(":")[0].endswith(said)


def test_dt_02_volumes_are_the_environment_s_own(compose: dict[str, Any], services: dict[str, Any]) -> None:
    used = {name for one in services.values() for name in mounted(one, "volume")}
    assert set(compose["volumes"]) == used == {"postgres_data", "redis_data", "mongodb_data", "backend_logs"}
    assert {one["name"] for one in compose["volumes"].values()} == {f"delivery-tracking-dev_{name}" for name in used}
    assert "version" not in compose


@pytest.mark.parametrize("name", d.HEALTH)
def test_dt_02_health_is_asked_for_as_often_as_the_document_says(name: str, services: dict[str, Any]) -> None:
    check = services[name]["healthcheck"]
    interval, timeout, retries = d.HEALTH[name]
    assert (check["interval"], check["timeout"], check["retries"]) == (f"{interval}s", f"{timeout}s", retries)


def test_dt_02_what_waits_for_a_store_waits_until_it_is_well(services: dict[str, Any]) -> None:
    waits = {
        (name, other): one["condition"]
        for name, service in services.items()
        for other, one in service.get("depends_on", {}).items()
    }
    assert waits.pop(("frontend", "backend")) == "service_started"
    assert set(waits.values()) == {"service_healthy"}
    assert all("healthcheck" in services[other] for _, other in waits)


def test_dt_02_postgres_is_set_up_in_a_locale_that_its_image_has(services: dict[str, Any]) -> None:
    assert services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"] == (
        "--encoding=UTF8 --locale-provider=icu --icu-locale=ja-JP"
    )


def test_dt_02_redis_is_well_only_if_it_answers_pong(services: dict[str, Any]) -> None:
    redis = services["redis"]
    assert redis["healthcheck"]["test"] == ["CMD-SHELL", "redis-cli ping | grep -q PONG"]
    assert plain(redis["environment"]["REDISCLI_AUTH"]) == "devredis"


def test_dt_02_who_signs_in_to_mongodb_is_looked_for_in_admin(services: dict[str, Any]) -> None:
    url = "mongodb://devuser:devpass@mongodb:27017/tracking_logs?authSource=admin"
    assert plain(services["backend"]["environment"]["MONGODB_URL"]) == url
    assert plain(services["mongo-express"]["environment"]["ME_CONFIG_MONGODB_URL"]) == url


def test_dt_02_the_back_end_sends_mail_to_mailhog_and_lets_the_front_end_in(services: dict[str, Any]) -> None:
    variables = services["backend"]["environment"]
    assert d.SMTP.items() <= variables.items()
    assert variables["CORS_ORIGIN"] == d.CORS_ORIGIN


def test_dt_02_nothing_asks_with_curl(compose: dict[str, Any]) -> None:
    asked = [" ".join(one["healthcheck"]["test"]) for one in compose["services"].values() if "healthcheck" in one]
    assert asked
    assert not [text for text in asked if "curl" in text]


def test_dt_02_extensions_are_made_before_anything_else_and_loaded(services: dict[str, Any]) -> None:
    postgres = services["postgres"]
    [(source, target)] = mounted(postgres, "bind").items()
    assert target.startswith("/docker-entrypoint-initdb.d/")
    text = (DEV / source).read_text("utf-8")
    assert set(re.findall(r'CREATE EXTENSION IF NOT EXISTS "([^"]+)";', text)) == d.EXTENSIONS
    assert "INSERT" not in text, "tables are made later, by Prisma"
    assert postgres["command"] == ["postgres", "-c", "shared_preload_libraries=pg_stat_statements"]


def test_dt_02_sample_data_comes_after_the_tables(compose: dict[str, Any]) -> None:
    seed, migrate = compose["services"]["seed"], compose["services"]["migrate"]
    assert seed["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert migrate["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert migrate["command"] == ["npx", "prisma", "migrate", "deploy"]
    assert seed["profiles"] == migrate["profiles"] == ["setup"]
    [source] = mounted(seed, "bind")
    tables = re.split(r"INSERT INTO ", (DEV / source).read_text("utf-8"))[1:]
    rows = {
        table.split(" ")[0].strip('"'): len(re.findall(r"^\s*(?:VALUES )?\('", table, re.MULTILINE)) for table in tables
    }
    assert rows == d.SAMPLES
    assert all("ON CONFLICT DO NOTHING" in table for table in tables), "so that it can be done twice"


def test_dt_02_locations_are_found_by_place_and_gone_after_ninety_days(services: dict[str, Any]) -> None:
    [(source, target)] = mounted(services["mongodb"], "bind").items()
    assert target.startswith("/docker-entrypoint-initdb.d/")
    text = (DEV / source).read_text("utf-8")
    indexes = [one.replace("'", "") for one in re.findall(r"vehicle_locations\.createIndex\((\{[^}]*\})", text)]
    assert tuple(indexes) == d.INDEXES
    assert re.findall(r"createIndex\(\{ timestamp: 1 \}, \{ expireAfterSeconds: ([0-9]+) \}", text) == [
        str(d.LOCATIONS_ARE_KEPT)
    ]
    assert tuple(re.findall(r"createCollection\('([a-z_]+)'\)", text)) == d.COLLECTIONS
    assert "getSiblingDB('tracking_logs')" in text


def test_dt_02_the_gps_mock_is_there_on_request_and_answers(compose: dict[str, Any]) -> None:
    mock = compose["services"]["gps-mock"]
    assert mock["profiles"] == ["gps-mock"]
    [source] = mounted(mock, "bind")
    port = _free_port()
    environment = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1"}
    with subprocess.Popen([sys.executable, str(DEV / source)], env=environment, stderr=subprocess.DEVNULL) as running:
        try:
            until(lambda: _asked(f"http://127.0.0.1:{port}/vehicles") is not None, "the mock answers nobody")
            found = _asked(f"http://127.0.0.1:{port}/vehicles")
        finally:
            running.terminate()
    assert [one["vehicle_id"] for one in found] == ["V-001", "V-002"]
    assert all(one["location"]["type"] == "Point" for one in found)


def _free_port() -> int:
    import socket

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _asked(url: str) -> Any:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # this machine's own
            return json.loads(answer.read())
    except OSError:
        return None


def test_dt_02_nothing_is_said_twice_and_everything_mended_is_reported() -> None:
    text = (ROOT / "environments" / "delivery-tracking" / "dev.yaml").read_text("utf-8")
    notes = yaml.safe_load(text)["notes"]
    said = " ".join(str(note["says"]) for note in notes)
    mended = (
        "ja_JP.UTF-8", "docker-entrypoint-initdb.d", "redis-cli ping", "SMTP_", "CORS_ORIGIN", "version: '3.9'",
        "adminer:latest", "mailhog/mailhog:latest", "redis-commander:latest", "mongo-express:latest", "tracking_logs",
    )  # fmt: skip
    assert [word for word in mended if word not in said] == []
    assert {note["id"] for note in notes} == {"DT-02"}


def test_dt_02_it_is_valid_by_the_compose_specification() -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    asked = [str(program), "--builtin-schema", "vendor.compose-spec", str(DEV / "compose.yaml")]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_dt_02_compose_itself_accepts_it(tmp_path: Path) -> None:
    program = shutil.which("docker-compose")
    if program is None:
        if os.environ.get("INFRAGEN_TEST_TOOLS"):
            pytest.fail("docker-compose is missing: `make test-tools` installs it")
        pytest.skip("docker-compose is missing: `make test-tools` installs it")
    for folder in ("backend", "frontend"):
        (tmp_path / folder).mkdir()
    environment = {**os.environ, "SOURCE_FOLDER": str(tmp_path), "POSTGRES_PASSWORD": "another"}
    asked = [program, "-p", "delivery-tracking-dev", "-f", str(DEV / "compose.yaml"), "--profile", "setup", "config"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    read = yaml.safe_load(done.stdout)["services"]
    assert read["backend"]["environment"]["DATABASE_URL"] == (
        "postgresql://devuser:another@postgres:5432/delivery_tracking_dev"
    )
    assert read["backend"]["build"]["context"] == str(tmp_path / "backend")
