"""What the official images of engines want to be told, where they keep data, and how one asks whether they are well.

Sources: the images' own pages (docker-library/docs: postgres, mysql, redis, mongo; postgis/docker-postgis: README of
April 2026; valkey-io/valkey-container).
"""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

POSTGIS: Final = {"14": "3.5", "15": "3.5", "16": "3.5", "17": "3.5", "18": "3.6"}
"""The release of PostGIS in the tag of `postgis/postgis`, by the major version of PostgreSQL."""

_POSTGIS_EXTENSIONS: Final = frozenset([
    "address_standardizer", "address_standardizer_data_us", "fuzzystrmatch", "postgis", "postgis_raster",
    "postgis_sfcgal", "postgis_tiger_geocoder", "postgis_topology",
])  # fmt: skip
_CONTRIB: Final = frozenset([
    "amcheck", "autoinc", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dblink", "dict_int", "dict_xsyn",
    "earthdistance", "file_fdw", "fuzzystrmatch", "hstore", "insert_username", "intagg", "intarray", "isn", "lo",
    "ltree", "moddatetime", "pageinspect", "pg_buffercache", "pg_freespacemap", "pg_prewarm", "pg_stat_statements",
    "pg_surgery", "pg_trgm", "pg_visibility", "pg_walinspect", "pgcrypto", "pgrowlocks", "pgstattuple", "plpgsql",
    "postgres_fdw", "refint", "seg", "sslinfo", "tablefunc", "tcn", "tsm_system_rows", "tsm_system_time", "unaccent",
    "uuid-ossp", "xml2",
])  # fmt: skip
"""PostgreSQL 16: Appendix F, Additional Supplied Modules and Extensions; Debian's package and the image have them."""
_PRELOADED: Final = frozenset(["pg_stat_statements"])
"""Extensions whose views fail unless the server loads their library when it starts (PostgreSQL 16: F.32)."""


class Login(Struct, frozen=True, kw_only=True):
    """How a store is signed in to; `password` is as `compose.yaml` has it, which reads it from `.env`."""

    user: str
    password: str
    database: str


class Engine(Struct, frozen=True, kw_only=True):
    """One engine; `command` and `environment` are told to its image, `health` is asked inside the container.

    In `health`, `$` begins a variable of the container's own.
    """

    title: str
    port: int
    image: Callable[[str, tuple[str, ...]], str | None]
    data: Callable[[str], str]
    url: Callable[[Login, str, int], str]
    environment: Callable[[Login], Mapping[str, str]]
    health: tuple[str, ...]
    timeout: int = 5
    command: Callable[[Login, tuple[str, ...]], tuple[str, ...]] = lambda _login, _extensions: ()
    has_user: bool = True
    has_database: bool = True


def _postgresql_image(version: str, extensions: tuple[str, ...]) -> str | None:
    major = version.partition(".")[0]
    if not any(name.startswith("postgis") for name in extensions):
        return f"postgres:{major}"
    return f"postgis/postgis:{major}-{POSTGIS[major]}" if major in POSTGIS else None


def _postgresql_data(version: str) -> str:
    """Return where data is kept; from 18 on the folder of the version is below the volume (docker-library/postgres)."""
    major = version.partition(".")[0]
    return "/var/lib/postgresql" if major.isdecimal() and int(major) >= 18 else "/var/lib/postgresql/data"


def _preloaded(_login: Login, extensions: tuple[str, ...]) -> tuple[str, ...]:
    libraries = [name for name in extensions if name in _PRELOADED]
    return ("postgres", "-c", f"shared_preload_libraries={','.join(libraries)}") if libraries else ()


def _redis(title: str, image: str, program: str) -> Engine:
    return Engine(
        title=title,
        port=6379,
        image=lambda version, _extensions: f"{image}:{version.partition('.')[0]}-alpine",
        data=lambda _version: "/data",
        url=lambda login, host, port: f"redis://:{login.password}@{host}:{port}",
        environment=lambda login: {"REDISCLI_AUTH": login.password},
        # Without a password the answer is NOAUTH, and redis-cli ends with 0 all the same.
        health=("sh", "-c", f"{program}-cli ping | grep -q PONG"),
        timeout=3,
        command=lambda login, _extensions: (
            f"{program}-server", "--appendonly", "yes", "--requirepass", login.password
        ),
        has_user=False,
        has_database=False,
    )  # fmt: skip


_MONGODB_PING: Final = (
    'mongosh --quiet -u "$MONGO_INITDB_ROOT_USERNAME" -p "$MONGO_INITDB_ROOT_PASSWORD" '
    "--authenticationDatabase admin --eval 'quit(db.adminCommand({ping: 1}).ok ? 0 : 1)'"
)

ENGINES: Final[Mapping[str, Engine]] = {
    "mongodb": Engine(
        title="MongoDB",
        port=27017,
        image=lambda version, _extensions: f"mongo:{version}",
        data=lambda _version: "/data/db",
        # The first user is one of the database admin, wherever its data is.
        url=lambda login, host, port: (
            f"mongodb://{login.user}:{login.password}@{host}:{port}/{login.database}?authSource=admin"
        ),
        environment=lambda login: {
            "MONGO_INITDB_ROOT_USERNAME": login.user,
            "MONGO_INITDB_ROOT_PASSWORD": login.password,
            "MONGO_INITDB_DATABASE": login.database,
        },
        health=("sh", "-c", _MONGODB_PING),
    ),
    "mysql": Engine(
        title="MySQL",
        port=3306,
        image=lambda version, _extensions: f"mysql:{version}",
        data=lambda _version: "/var/lib/mysql",
        url=lambda login, host, port: f"mysql://{login.user}:{login.password}@{host}:{port}/{login.database}",
        environment=lambda login: {
            "MYSQL_DATABASE": login.database,
            "MYSQL_USER": login.user,
            "MYSQL_PASSWORD": login.password,
            "MYSQL_RANDOM_ROOT_PASSWORD": "yes",
        },
        # While it is set up for the first time, it listens at a socket alone.
        health=("sh", "-c", 'mysql -h 127.0.0.1 -u "$MYSQL_USER" -p"$MYSQL_PASSWORD" -e "SELECT 1" "$MYSQL_DATABASE"'),
    ),
    "postgresql": Engine(
        title="PostgreSQL",
        port=5432,
        image=_postgresql_image,
        data=_postgresql_data,
        url=lambda login, host, port: f"postgresql://{login.user}:{login.password}@{host}:{port}/{login.database}",
        environment=lambda login: {
            "POSTGRES_USER": login.user,
            "POSTGRES_PASSWORD": login.password,
            "POSTGRES_DB": login.database,
        },
        # While scripts set it up for the first time, it listens at a socket alone.
        health=("sh", "-c", 'pg_isready -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB"'),
        command=_preloaded,
    ),
    "redis": _redis("Redis", "redis", "redis"),
    "valkey": _redis("Valkey", "valkey/valkey", "valkey"),
}


def locale(language: str) -> Mapping[str, str]:
    """Return what makes PostgreSQL sort by a language's rules: of libc's locales, its image has `en_US.UTF-8` alone."""
    return {"POSTGRES_INITDB_ARGS": f"--encoding=UTF8 --locale-provider=icu --icu-locale={language}"}


def has_extension(image: str, name: str) -> bool:
    return name in _CONTRIB or (image.startswith("postgis/") and name in _POSTGIS_EXTENSIONS)
