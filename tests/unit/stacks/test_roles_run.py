"""The SQL of PostgreSQL's users, run by PostgreSQL itself where one is installed: who can use what anybody makes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.unit.stacks.systems import job, service
from tests.unit.stacks.test_kinds_rds import SQL, of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PLACES: Final = ("/usr/lib/postgresql", "/usr/local/pgsql")
_MASTER: Final = "administrator"
_SUPERUSER: Final = "rdsadmin"


def _programs() -> Path | None:
    found = shutil.which("initdb")
    known = sorted(one for place in _PLACES for one in Path(place).glob("**/bin/initdb"))
    return Path(found).resolve().parent if found else known[-1].parent if known else None


@pytest.fixture
def database() -> Iterator[Callable[[str, str], tuple[int, str]]]:
    """A server as RDS has it: the master user may make roles and databases, and is no superuser."""
    programs = _programs()
    if programs is None or not (programs / "psql").exists():
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as name:
        root = Path(name)  # a socket's path may have a hundred characters
        root.chmod(0o777)
        nobody = {"user": "nobody"} if os.geteuid() == 0 else {}

        def program(*words: str) -> None:
            command = [programs / words[0], "-D", root / "data", *words[1:]]
            subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=120, **nobody)  # type: ignore[call-overload]

        def run(user: str, sql: str) -> tuple[int, str]:
            where = f"host={root} user={user} dbname={'main' if user != _SUPERUSER else 'postgres'}"
            command = [programs / "psql", where, "-v", "ON_ERROR_STOP=1", "-Atq"]
            done = subprocess.run(command, input=sql, capture_output=True, text=True, timeout=60, check=False)
            return done.returncode, done.stdout + done.stderr

        program("initdb", "-A", "trust", "-U", _SUPERUSER)
        program("pg_ctl", "-w", "-o", f"-k {root} -c listen_addresses=''", "-l", str(root / "log"), "start")
        try:
            made = run(
                _SUPERUSER,
                f"CREATE ROLE rds_iam; CREATE ROLE {_MASTER} LOGIN CREATEROLE CREATEDB;"
                f" GRANT rds_iam TO {_MASTER} WITH ADMIN OPTION;\nCREATE DATABASE main OWNER {_MASTER};",
            )
            assert made[0] == 0, made[1]
            yield run
        finally:
            program("pg_ctl", "-m", "immediate", "stop")


_TABLE: Final = "CREATE TABLE made (id serial PRIMARY KEY, word text)"


@pytest.mark.parametrize(
    ("user", "makes", "owner"),
    [
        ("main_migration", _TABLE, "main_owner"),
        ("setup", _TABLE, "main_owner"),
        (_MASTER, f'DO $$ BEGIN SET LOCAL ROLE "main_owner"; {_TABLE}; END $$', "main_owner"),
        (_MASTER, _TABLE, _MASTER),
    ],
)
def test_whoever_makes_a_table_each_user_has_what_it_asked_for(
    tmp_path: Path, database: Callable[[str, str], tuple[int, str]], user: str, makes: str, owner: str
) -> None:
    files = service("reports", "uses: {databases/main: {access: read}}\n")
    files |= service("setup", "uses: {databases/main: {access: owner}}\n")
    files |= job("migrate", "uses: {databases/main: {access: migrate}}\n")
    sql = of(tmp_path, "login: password\n", **files).files[SQL]
    for _ in range(2):
        code, said = database(_MASTER, re.sub(r"\$\{\w+\}", "secret", sql))
        assert code == 0, said
    assert database(user, f"{makes};") == (0, "")
    who = "SELECT tableowner FROM pg_tables WHERE tablename = 'made'"
    assert database(_MASTER, who) == (0, f"{owner}\n")
    assert database("web", "INSERT INTO made (word) VALUES ('one'); SELECT word FROM made;") == (0, "one\n")
    assert database("reports", "SELECT word FROM made;") == (0, "one\n")
    for other, refused in (
        ("reports", "DELETE FROM made;"),
        ("web", "DROP TABLE made;"),
        ("web", "CREATE TABLE x ();"),
    ):
        assert database(other, refused)[0] != 0


def test_each_tenant_s_table_gets_its_index_once_it_is_there(
    tmp_path: Path, database: Callable[[str, str], tuple[int, str]]
) -> None:
    indexes = "tenants: [acme, globex]\nindexes: {idx_made: {table: made, columns: [tenant_id, made_at DESC]}}\n"
    files = job("migrate", "uses: {databases/main: {access: migrate}}\n")
    sql = re.sub(r"\$\{\w+\}", "secret", of(tmp_path, f"login: password\n{indexes}", **files).files[SQL])
    found = "SELECT schemaname || ' ' || indexdef FROM pg_indexes WHERE indexname = 'idx_made' ORDER BY 1"
    for table in ("", "tenant_acme.made", "tenant_globex.made"):
        if table:
            made = f"CREATE TABLE {table} (tenant_id uuid, made_at timestamptz);"
            assert database("main_migration", made) == (0, "")
        for _ in range(2):
            code, said = database(_MASTER, sql)
            assert code == 0, said
    assert database(_MASTER, found)[1].splitlines() == [
        f"{schema} CREATE INDEX idx_made ON {schema}.made USING btree (tenant_id, made_at DESC)"
        for schema in ("tenant_acme", "tenant_globex")
    ]
