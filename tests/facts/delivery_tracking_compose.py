"""Chapter 1A of delivery-tracking's document, by hand: nine containers on a developer's machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Container:
    """A service of 1A.3: its image, its ports, its volumes, and what it waits for."""

    image: str | None
    ports: dict[int, int]
    volumes: dict[str, str] = field(default_factory=dict)
    waits_for: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    command: str | None = None
    folder: str | None = None


CONTAINERS: Final = {
    "postgres": Container(
        "postgis/postgis:16-3.4",
        {5432: 5432},
        {"postgres_data": "/var/lib/postgresql/data"},
        variables={
            "POSTGRES_USER": "devuser",
            "POSTGRES_PASSWORD": "devpass",
            "POSTGRES_DB": "delivery_tracking_dev",
        },
    ),
    "redis": Container(
        "redis:7-alpine",
        {6379: 6379},
        {"redis_data": "/data"},
        command="redis-server --appendonly yes --requirepass devredis",
    ),
    "mongodb": Container(
        "mongo:7",
        {27017: 27017},
        {"mongodb_data": "/data/db"},
        variables={
            "MONGO_INITDB_ROOT_USERNAME": "devuser",
            "MONGO_INITDB_ROOT_PASSWORD": "devpass",
            "MONGO_INITDB_DATABASE": "tracking_logs",
        },
    ),
    "backend": Container(
        None,
        {3000: 3000, 9229: 9229},
        {"backend_logs": "/app/logs"},
        ("postgres", "redis", "mongodb"),
        {
            "NODE_ENV": "development",
            "PORT": "3000",
            "DATABASE_URL": "postgresql://devuser:devpass@postgres:5432/delivery_tracking_dev",
            "REDIS_URL": "redis://:devredis@redis:6379",
            "JWT_SECRET": "dev-secret-key-change-in-production",
            "JWT_EXPIRES_IN": "24h",
            "GOOGLE_MAPS_API_KEY": "AIza_dev_key",
            "LOG_LEVEL": "debug",
        },
        "npm run dev",
        "backend",
    ),
    "frontend": Container(
        None,
        {5173: 5173},
        {},
        ("backend",),
        {"VITE_API_BASE_URL": "http://localhost:3000/api", "VITE_GOOGLE_MAPS_API_KEY": "AIza_dev_key"},
        "npm run dev -- --host",
        "frontend",
    ),
    "adminer": Container("adminer", {8080: 8080}, {}, ("postgres",), {"ADMINER_DEFAULT_SERVER": "postgres"}),
    "mailhog": Container("mailhog/mailhog", {1025: 1025, 8025: 8025}),
    "redis-commander": Container(
        "redis-commander", {8081: 8081}, {}, ("redis",), {"REDIS_HOSTS": "local:redis:6379:0:devredis"}
    ),
    "mongo-express": Container(
        "mongo-express",
        {8082: 8081},
        {},
        ("mongodb",),
        {
            "ME_CONFIG_MONGODB_ADMINUSERNAME": "devuser",
            "ME_CONFIG_MONGODB_ADMINPASSWORD": "devpass",
            "ME_CONFIG_BASICAUTH_USERNAME": "admin",
            "ME_CONFIG_BASICAUTH_PASSWORD": "admin",
        },
    ),
}
"""1A.3. Of images with the tag latest, the name alone."""
HEALTH: Final = {"postgres": (10, 5, 5), "redis": (10, 3, 5)}
"""Seconds between two questions, seconds for an answer, and how often it may be wrong."""
EXTENSIONS: Final = {"postgis", "postgis_topology", "uuid-ossp", "pg_stat_statements"}
"""1A.7."""
INDEXES: Final = ("{ vehicle_id: 1, timestamp: -1 }", "{ location: 2dsphere }", "{ timestamp: 1 }")
LOCATIONS_ARE_KEPT: Final = 7_776_000
"""Seconds: 90 days."""
COLLECTIONS: Final = ("vehicle_locations", "application_logs")
SAMPLES: Final = {"organization": 1, "branch": 2, "user": 3, "vehicle": 2, "driver": 2, "customer": 2}
"""Rows of each table."""
SMTP: Final = {"SMTP_HOST": "mailhog", "SMTP_PORT": "1025", "SMTP_USER": "", "SMTP_PASS": ""}
"""1A.6, with the name that MailHog has in the network."""
CORS_ORIGIN: Final = "http://localhost:5173"
