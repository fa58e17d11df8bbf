"""Environments that are Docker Compose: what follows from the catalogue, and what commands say of them."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any, get_args

import pytest
import yaml
from tests.unit.stacks.systems import DATABASE, DEV, SERVICE, write

from infragen.cli.commands import COMMANDS
from infragen.compose.engines import ENGINES
from infragen.kinds.compose import EngineWord

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

WEB = f"""\
{SERVICE}database: main
port: 8080
calls: {{mail: {{access: api, why: letters}}}}
uses: {{caches/sessions: {{}}, secrets/stripe: {{}}}}
"""
TOOL = "  tool: {image: 'a:1', environment: {URL: '{store.url}'}}\n"
MAIL = SERVICE.replace("web", "mail").replace("Web", "Mail").replace("image: {tag: v1}", "image: example/mail:1.0")
CACHE = "name: sessions\ntitle: Sessions\nsize: cache.t4g.micro\nreplicas: 1\n"
SECRET = "name: stripe\ntitle: Stripe\nkeys: [api-key]\n"
POSTGRES = "name: main\ntitle: Main\nengine: postgresql\nversion: '17'\nsize: db.t4g.micro\n"
LOCAL = """\
environment: local
platform: compose
development_defaults: {STRIPE_API_KEY: for-development-only}
containers:
  web: {entry: services/web, build: {context: web}}
"""
FILES = {
    "services/web.yaml": WEB,
    "services/mail.yaml": MAIL,
    "caches/sessions.yaml": CACHE,
    "secrets/stripe.yaml": SECRET,
    "databases/main.yaml": POSTGRES,
}


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A system with an environment on AWS, and one on Docker Compose."""
    write(tmp_path, {**FILES, "dev.yaml": DEV, "local.yaml": LOCAL})
    return tmp_path


def services(root: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((root / "generated/demo/local/compose.yaml").read_text("utf-8"))["services"])


def rendered(root: Path, infragen: Infragen, local: str = LOCAL) -> dict[str, Any]:
    (root / "environments/demo/local.yaml").write_text(local, encoding="utf-8")
    done = infragen("render", "demo/local", "-C", root)
    assert done.code == 0, done.err
    return services(root)


@pytest.mark.parametrize("kind", ["a symbolic link to other.sql", "a pipe", "a folder"])
def test_what_stands_where_a_plain_file_is_wanted_is_told(kind: str, system: Path, infragen: Infragen) -> None:
    web = "  web: {entry: services/web, build: {context: web}"
    local = LOCAL.replace(f"{web}}}", f"{web}, files: {{/seed.sql: seed.sql}}}}")
    (system / "environments/demo/local.yaml").write_text(local, encoding="utf-8")
    (folder := system / "environments/demo/local").mkdir()
    (folder / "other.sql").write_text("SELECT 1;\n", encoding="utf-8")
    if kind == "a pipe":
        os.mkfifo(folder / "seed.sql")
    elif kind == "a folder":
        (folder / "seed.sql").mkdir()
    else:
        (folder / "seed.sql").symlink_to("other.sql")
    done = infragen("render", "demo/local", "-C", system)
    assert done.code == 1
    assert f"O001 environments/demo/local/seed.sql is {kind}, and containers mount plain files" in done.err
    assert "did you mean" not in done.err


def test_each_entry_that_can_stand_here_has_a_container(system: Path, infragen: Infragen) -> None:
    made = rendered(system, infragen)
    images = {name: one.get("image") for name, one in made.items()}
    stores = {"cache-sessions": "valkey/valkey:8-alpine", "database-main": "postgres:17"}
    assert images == {"web": None, "mail": "example/mail:1.0", **stores}
    assert made["web"]["build"] == {"context": "${SOURCE_FOLDER:-../../..}/web", "dockerfile": "Dockerfile"}


def test_code_gets_the_variables_that_it_has_on_aws(system: Path, infragen: Infragen) -> None:
    made = rendered(system, infragen)["web"]["environment"]
    assert infragen("render", "demo/dev", "-C", system).code == 0
    task = (system / "generated/demo/dev/app/service-web.tf").read_text("utf-8")
    on_aws = {name for name in made if name in task}
    besides = {"DATABASE_PASSWORD", "DATABASE_URL", "SESSIONS_PASSWORD"}
    assert set(made) - on_aws == besides, "what no token signs in to needs a password"
    assert made["MAIL_URL"] == "http://mail:8080"
    assert made["SESSIONS_READER_HOST"] == made["SESSIONS_HOST"] == "cache-sessions"
    assert made["STRIPE_API_KEY"] == "${STRIPE_API_KEY:-for-development-only}"


def test_code_waits_for_the_stores_that_it_uses(system: Path, infragen: Infragen) -> None:
    waits = rendered(system, infragen)["web"]["depends_on"]
    assert waits == {name: {"condition": "service_healthy"} for name in ("cache-sessions", "database-main")}


def test_ports_that_nobody_writes_do_not_meet(system: Path, infragen: Infragen) -> None:
    made = rendered(system, infragen)
    assert made["web"]["ports"] == ["127.0.0.1:8080:8080"]
    assert made["mail"]["ports"] == ["127.0.0.1:8081:8080"]
    made = rendered(system, infragen, LOCAL + "  other: {image: 'a:1', ports: ['8081:80']}\n")
    assert made["mail"]["ports"] == ["127.0.0.1:8082:8080"]


def test_containers_of_two_environments_have_names_of_their_own(system: Path, infragen: Infragen) -> None:
    assert rendered(system, infragen)["web"]["container_name"] == "demo-web"
    other = LOCAL.replace("local", "test")
    (system / "environments/demo/test.yaml").write_text(other, encoding="utf-8")
    assert rendered(system, infragen)["web"]["container_name"] == "demo-local-web"


def test_an_environment_leaves_out_and_changes_entries_as_on_aws(system: Path, infragen: Infragen) -> None:
    more = "services: {mail: null}\ndatabases: {main: {version: '16', extensions: [postgis, pg_stat_statements]}}\n"
    made = rendered(system, infragen, LOCAL + more)
    assert "mail" not in made
    assert made["database-main"]["image"] == "postgis/postgis:16-3.5"
    assert made["database-main"]["command"] == ["postgres", "-c", "shared_preload_libraries=pg_stat_statements"]
    first = system / "generated/demo/local/database-main/docker-entrypoint-initdb.d/20-extensions.sql"
    assert 'CREATE EXTENSION IF NOT EXISTS "postgis";' in first.read_text("utf-8")


def test_a_dollar_is_one_and_values_of_env_win(system: Path, infragen: Infragen) -> None:
    made = rendered(
        system,
        infragen,
        LOCAL.replace("context: web}", "context: web}, environment: {A: 'US$5 {x}', B: '${STRIPE_API_KEY}!'}"),
    )
    variables = made["web"]["environment"]
    assert variables["A"] == "US$$5 {x}"
    assert variables["B"] == "${STRIPE_API_KEY:-for-development-only}!"
    example = (system / "generated/demo/local/.env.example").read_text("utf-8").splitlines()
    assert {
        "COMPOSE_PROJECT_NAME=demo-local",
        "STRIPE_API_KEY=for-development-only",
        "DATABASE_MAIN_PASSWORD=dev",
    } <= set(example)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_stands_alone(engine: str, system: Path, infragen: Infragen) -> None:
    version = {"mysql": "8.4", "mongodb": "7"}.get(engine, "17")
    store = f"  store: {{engine: {engine}, version: '{version}'}}\n"
    made = rendered(system, infragen, LOCAL + store + TOOL)
    assert made["store"]["image"].endswith(("17", "17-alpine", "8.4", "7"))
    assert made["store"]["healthcheck"]["test"][0] == "CMD-SHELL"
    assert "${STORE_PASSWORD:-dev}@store:" in made["tool"]["environment"]["URL"]
    assert made["tool"]["depends_on"] == {"store": {"condition": "service_healthy"}}
    assert made["store"]["volumes"][0]["source"] == "store_data"


def test_the_words_of_engines_are_those_that_infragen_knows() -> None:
    assert set(get_args(EngineWord)) == set(ENGINES)


def test_postgresql_18_keeps_its_data_where_its_image_does(system: Path, infragen: Infragen) -> None:
    made = rendered(system, infragen, LOCAL + "  store: {engine: postgresql, version: '18'}\n")
    assert made["store"]["volumes"][0]["target"] == "/var/lib/postgresql"


def test_rendering_keeps_what_it_did_not_write_and_says_what_is_out_of_date(system: Path, infragen: Infragen) -> None:
    assert infragen("render", "-C", system).code == 0
    assert infragen("render", "--check", "-C", system).code == 0
    own = system / "generated/demo/local/.env"
    own.write_text("STRIPE_API_KEY=mine\n", encoding="utf-8")
    (system / "environments/demo/local.yaml").write_text(LOCAL.replace("only", "testing"), encoding="utf-8")
    changed = infragen("render", "--check", "--diff", "-C", system)
    assert changed.code == 2
    assert "differs: generated/demo/local/compose.yaml" in changed.out
    assert "+      STRIPE_API_KEY" in changed.out
    assert infragen("render", "-C", system).code == 0
    assert own.read_text("utf-8") == "STRIPE_API_KEY=mine\n"
    compose = system / "generated/demo/local/compose.yaml"
    compose.write_text("services: {}\n", encoding="utf-8")
    refused = infragen("render", "-C", system)
    assert refused.code == 1
    assert "W002" in refused.err
    assert compose.read_text("utf-8") == "services: {}\n"


ON_AWS = {
    "plan": (), "apply": (), "destroy": (), "cost": (), "paths": (), "permissions": (), "outputs": (), "bootstrap": (),
    "drift": (), "graph": (), "parity": ("dev",), "unlock": (), "import": ("services/web", "a=b"),
}  # fmt: skip


@pytest.mark.parametrize("command", ON_AWS)
def test_what_is_about_aws_says_that_there_is_none(command: str, system: Path, infragen: Infragen) -> None:
    assert command in COMMANDS or f"{command}_" in COMMANDS
    done = infragen(command, "demo/local", *ON_AWS[command], "-C", system)
    assert done.code == 1
    said = done.out + done.err
    assert "error P012 demo/local is Docker Compose on a developer's machine" in said
    assert "docker compose -p demo-local -f generated/demo/local/compose.yaml up -d" in said


@pytest.mark.parametrize("command", ["cost", "render", "validate"])
def test_what_is_about_all_environments_goes_on(command: str, system: Path, infragen: Infragen) -> None:
    done = infragen(command, "-C", system)
    assert "P012" not in done.out + done.err
    assert done.code == 0, done.err


def test_a_system_may_have_nothing_on_aws(tmp_path: Path, infragen: Infragen) -> None:
    write(tmp_path, {**FILES, "local.yaml": LOCAL})
    (tmp_path / "environments/demo/dev.yaml").unlink()
    assert infragen("validate", "-C", tmp_path).code == 0
    assert infragen("render", "-C", tmp_path).code == 0
    assert infragen("render", "demo", "--check", "-C", tmp_path).code == 0
    assert "P012" in infragen("cost", "demo", "-C", tmp_path).err


def test_a_new_environment_does_not_take_its_name(system: Path, infragen: Infragen) -> None:
    assert "X006" in infragen("new", "environment", "local", "-C", system).err


def test_a_rendered_one_is_not_left_over(system: Path, infragen: Infragen) -> None:
    assert infragen("render", "-C", system).code == 0
    assert "P011" not in infragen("validate", "-C", system).out
    (system / "environments/demo/local.yaml").unlink()
    assert "docker compose -p demo-local" in infragen("validate", "-C", system).out


def test_affected_leaves_it_out(system: Path, infragen: Infragen) -> None:
    assert infragen("render", "-C", system).code == 0
    for words in (("init", "-q"), ("add", "-A"), ("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "a")):
        subprocess.run(("git", *words), cwd=system, check=True)
    (system / "environments/demo/local.yaml").write_text(LOCAL.replace("only", "testing"), encoding="utf-8")
    assert infragen("render", "-C", system).code == 0
    done = infragen("affected", "--base", "HEAD", "-C", system)
    assert done.code == 0, done.err
    assert "demo/local" not in done.out


def test_explain_says_where_a_value_of_it_is_from(system: Path, infragen: Infragen) -> None:
    done = infragen("explain", "demo/local", "containers.web.build.context", "-C", system)
    assert "containers.web.build.context = web" in done.out
    assert "environments/demo/local.yaml:5:" in done.out


def test_words_of_the_other_platform_say_what_to_write(system: Path, infragen: Infragen) -> None:
    (system / "environments/demo/dev.yaml").write_text(DEV + "platform: aws\ncontainers: {}\n", encoding="utf-8")
    said = infragen("validate", "-C", system).out
    assert "leave it out for an environment on AWS" in said
    assert "write `platform: compose`" in said


def test_a_mysql_database_of_aurora_is_mysql(system: Path, infragen: Infragen) -> None:
    (system / "catalog/demo/databases/main.yaml").write_text(DATABASE, encoding="utf-8")
    assert rendered(system, infragen)["database-main"]["image"] == "mysql:8.0"
