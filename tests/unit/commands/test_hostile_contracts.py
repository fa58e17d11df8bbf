"""Whatever a stranger writes into a contract or a schema, it is read alone: no file, no address, no end of patience."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.fixtures import SMALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]

ORDER = "catalog/shop/services/order.yaml"
CONTRACT = "catalog/shop/contracts/order/v1.0.0.yaml"
SCHEMA = "catalog/shop/contracts/order/placed/v1.0.0.yaml"
SAMPLES = ("default", "example", "examples", "enum", "const")
"""Keywords whose value is data, and which are names as good as any other where a map is by name."""
WATCHED = """\
import sys
seen = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request") or "secret.yaml" in str(arguments[:1]):
        print("WATCHED", event, arguments, file=sys.stderr)
sys.addaudithook(watch)
from infragen.cli.app import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "project")
    with (tmp_path / "project" / ORDER).open("a") as file:
        file.write("versions: {1.0.0: {}}\n")
    (tmp_path / "secret.yaml").write_text("precious: 1\n")
    return tmp_path / "project"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def put(project: Path, contract: Any, place: str = CONTRACT) -> None:
    (project / place).parent.mkdir(parents=True, exist_ok=True)
    (project / place).write_text(contract if isinstance(contract, str) else json.dumps(contract, indent=1))


def contract_of(schema: Any, version: str = "3.0.3", **more: Any) -> dict[str, Any]:
    answer = {"description": "all", "content": {"application/json": {"schema": schema}}}
    return {
        "openapi": version,
        "info": {"title": "Orders", "version": "1.0.0"},
        "paths": {"/orders": {"get": {"responses": {"200": answer}}}},
        **more,
    }


def validated(project: Path) -> subprocess.CompletedProcess[str]:
    """Run `infragen validate` in a process of its own, which ends or is ended, and whose opened files are watched."""
    command = [sys.executable, "-c", WATCHED, "validate", "shop", "-C", str(project)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def assert_untouched(done: subprocess.CompletedProcess[str], listener: socket.socket) -> None:
    assert "precious" not in done.stdout + done.stderr
    assert "WATCHED" not in done.stderr, done.stderr
    assert "B001" not in done.stderr, done.stderr
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_references_of_a_contract_lead_to_no_file_and_no_address_wherever_they_are(
    project: Path, listener: socket.socket, version: str
) -> None:
    file, address = f"file://{project.parent}/secret.yaml", f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    names = {name: {"$ref": leads} for name in SAMPLES for leads in (file,)}
    schema = {
        "type": "object",
        "properties": {**names, "a": {"$ref": address}, "properties": {"type": "object", "properties": names}},
        "default": {"$ref": file},
    }
    contract = contract_of(schema, version)
    contract["paths"]["/orders"]["get"]["responses"]["default"] = {"$ref": file}
    contract["components"] = {
        "responses": names,
        "schemas": {"A": {"discriminator": {"propertyName": "a", "mapping": {"a": file}}}},
        "examples": {"E": {"externalValue": address}},
    }
    put(project, contract)
    done = validated(project)
    assert done.returncode == 1
    said = f"error G154 `{file}` leads out of the contract, and nothing is fetched"
    assert done.stdout.count(said) == 3 * len(SAMPLES) + 1, done.stdout
    assert f"error G154 `{address}` leads out of the contract" in done.stdout
    assert_untouched(done, listener)


@pytest.mark.parametrize("words", [("$id", "$dynamicRef", "$recursiveRef"), ("$schema",)])
def test_no_other_keyword_of_a_contract_leads_out_of_it(
    project: Path, listener: socket.socket, words: tuple[str, ...]
) -> None:
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    schema = {
        **dict.fromkeys(words, address),
        "type": "object",
        "properties": {"a": {"$ref": "#/components/schemas/A"}},
        "default": {},
    }
    put(project, contract_of(schema, "3.1.0", components={"schemas": {"A": {"type": "string"}}}))
    done = validated(project)
    assert done.returncode == 1
    assert f"{CONTRACT}:" in done.stdout
    refused = f'"{address}" is not one of'
    for word in words:
        assert (f"`{word}` changes where references lead" if word != "$schema" else refused) in done.stdout
    assert_untouched(done, listener)


@pytest.mark.parametrize("draft", ["2020-12", "2019-09", "draft-04"])
def test_a_schema_of_an_event_leads_to_no_file_and_no_address(
    project: Path, listener: socket.socket, draft: str
) -> None:
    with (project / ORDER).open("a") as file:
        file.write("events: {schemas: {placed: 1.0.0}}\n")
    put(project, contract_of({"type": "object"}))
    outside = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    dialect = (
        f"http{'' if 'draft' in draft else 's'}://json-schema.org/{'' if 'draft' in draft else 'draft/'}{draft}/schema"
    )
    names = {name: {"$ref": f"file://{project.parent}/secret.yaml"} for name in SAMPLES}
    put(project, {"$schema": dialect, "type": "object", "properties": {**names, "a": {"$ref": outside}}}, SCHEMA)
    done = validated(project)
    assert done.stdout.count("leads out of the contract, and nothing is fetched") == len(SAMPLES) + 1, done.stdout
    assert_untouched(done, listener)


def test_a_dialect_of_an_event_is_not_looked_up(project: Path, listener: socket.socket) -> None:
    with (project / ORDER).open("a") as file:
        file.write("events: {schemas: {placed: 1.0.0}}\n")
    put(project, contract_of({"type": "object"}))
    put(project, {"$schema": f"http://127.0.0.1:{listener.getsockname()[1]}/x", "type": "object"}, SCHEMA)
    done = validated(project)
    assert "a dialect of JSON Schema that infragen does not know" in done.stdout
    assert_untouched(done, listener)


def test_a_part_that_is_referred_to_is_checked_as_what_it_is_taken_for(infragen: Infragen, project: Path) -> None:
    """A walker that follows references comes to places that one which goes by places takes for samples."""
    more: dict[str, Any] = {
        "x-own": {"required": 5, "properties": 3},
        "components": {"parameters": {"P": {"name": "a", "in": "query", "required": True, "schema": {}}}},
    }
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"a": {"$ref": "#/x-own"}, "b": {"$ref": "#/components/parameters/P"}},
        "example": {"type": "no type"},
    }
    schema["properties"]["c"] = {"$ref": "#/paths/~1orders/get/responses/200/content/application~1json/schema/example"}
    put(project, contract_of(schema, **more))
    outcome = infragen("validate", "shop", "-C", project)
    assert outcome.code == 1
    assert "B001" not in outcome.err
    assert outcome.out.count("it is referred to as one of `schemas`: ") == 3, outcome.out
    assert 'it is referred to as one of `schemas`: 5 is not of type "array"' in outcome.out
    assert '"no type" is not one of' in outcome.out


def deep(word: str, levels: int) -> Any:
    schema: Any = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", word: {"a": schema} if word == "properties" else schema}
    return schema


def doubling(word: str) -> dict[str, Any]:
    """Return schemas of which each refers twice to the next: 2 to the 40th is what they come to."""
    named = {f"A{at}": {word: [{"$ref": f"#/components/schemas/A{at + 1}"}] * 2} for at in range(40)}
    return {**named, "A40": {"type": "string"}}


HANGING = {
    "a pattern that goes back and forth": contract_of(
        {"type": "string", "pattern": "(a+)+$", "default": "a" * 40 + "!"}
    ),
    "a schema that refers to itself": contract_of(
        {"$ref": "#/components/schemas/A"},
        components={"schemas": {"A": {"allOf": [{"$ref": "#/components/schemas/A"}], "default": 1}}},
    ),
    **{
        f"schemas that refer twice to the next, by {word}": contract_of(
            {"allOf": [{"$ref": "#/components/schemas/A0"}], "default": "a"}, components={"schemas": doubling(word)}
        )
        for word in ("allOf", "anyOf", "oneOf")
    },
    "a negation of negations": contract_of(deep("not", 40)),
    "objects in objects": contract_of(deep("properties", 20)),
}


def test_no_contract_keeps_validation_busy(project: Path) -> None:
    """Each as an answer, and as a body that API Gateway checks, and each compared with the version before."""
    versions = dict[str, str]()
    for number, (contract, openapi) in enumerate(
        ((contract, openapi) for contract in HANGING.values() for openapi in ("3.0.3", "3.1.0")), start=1
    ):
        for version, more in ((f"{number}.0.0", "{}"), (f"{number}.1.0", "{request_validation: true}")):
            versions[version] = more
            answer = contract["paths"]["/orders"]["get"]["responses"]["200"]
            post = {"requestBody": {"required": True, "content": answer["content"]}, "responses": {"200": answer}}
            own = {"openapi": openapi, "info": {"title": "Orders", "version": version}}
            put(project, {**contract, **own, "paths": {"/orders": {"post": post}}}, CONTRACT.replace("1.0.0", version))
    file, listed = project / ORDER, ", ".join(f"{version}: {more}" for version, more in versions.items())
    file.write_text(file.read_text().replace("{1.0.0: {}}", f"{{{listed}}}"))
    done = validated(project)
    assert "B001" not in done.stderr, done.stderr
    assert "error G154" not in done.stdout, done.stdout


def test_contracts_that_would_be_compared_form_by_form_for_ever_are_not(infragen: Infragen, project: Path) -> None:
    file = project / ORDER
    file.write_text(file.read_text().replace("{1.0.0: {}}", "{1.0.0: {}, 1.1.0: {}}"))
    for version, numbers in (("1.0.0", range(500)), ("1.1.0", range(499, -1, -1))):
        forms = [{"type": "object", "properties": {"a": {"enum": [number]}}} for number in numbers]
        put(
            project,
            contract_of({"anyOf": forms}) | {"info": {"title": "Orders", "version": version}},
            CONTRACT.replace("1.0.0", version),
        )
    outcome = infragen("validate", "shop", "-C", project)
    assert (
        "error G156 services/order 1.1.0 breaks callers of 1.0.0: the contract is too large, or too deep, for"
        in outcome.out
    )
