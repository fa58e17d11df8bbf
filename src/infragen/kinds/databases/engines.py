"""The engines of databases: what AWS calls them, what they speak, and how long AWS supports which version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from infragen import availability, database_names

Dialect = Literal["mysql", "postgresql"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One engine: its name in AWS, its port, and what its logs and parameters are called.

    `majors` maps a major version to the end of its standard support; `infragen.availability` knows its minors.
    """

    name: str
    """What the RDS API calls it: `postgres`."""
    title: str
    dialect: Dialect
    port: int
    family: str
    """How the family of its parameter groups begins: `postgres` for `postgres17`."""
    logs: tuple[str, ...]
    """What it writes to CloudWatch Logs, beside an audit log (Amazon RDS API: EnableCloudwatchLogsExports)."""
    tls: tuple[str, str]
    """The parameter that refuses connections without TLS, and its value."""
    slow: tuple[tuple[str, str], ...]
    """The parameters that log statements slower than a second."""
    audit: tuple[tuple[str, str], ...]
    """The parameters that write every operation to a log; none where infragen offers no audit log."""
    audit_log: str
    """The log that they write to."""
    static: frozenset[str]
    """Parameters that take effect at a restart; AWS refuses to apply them at once."""
    reserved: frozenset[str]
    """Names that a database cannot have, because the engine or RDS has one."""
    majors: dict[str, date]
    calendar: str
    """The page that the dates are from."""

    @property
    def is_aurora(self) -> bool:
        """Whether it is a cluster with storage of its own."""
        return self.name.startswith("aurora")

    @property
    def longest_name(self) -> int:
        """Characters of a database's name at most (Amazon RDS API: CreateDBInstance, `DBName`)."""
        return 64 if self.dialect == "mysql" else 63

    @property
    def longest_user(self) -> int:
        """Characters of a user's name at most (MySQL 8.0: Account User Names; PostgreSQL: Identifiers)."""
        return 32 if self.dialect == "mysql" else 63

    def major(self, version: str) -> str:
        """Return the major version of a version: `17` of `17.5`, `8.4` of `8.4.6`."""
        parts = version.split(".")
        return parts[0] if self.dialect == "postgresql" else ".".join(parts[:2])

    def newest(self, major: str) -> str | None:
        """Return the newest minor version of a major one, `17.11`; None where infragen knows none."""
        found = [one for one in availability.versions(self.name).current if self.major(one) == major]
        return found[-1] if found else None

    def minor(self, version: str) -> int | None:
        """Return the minor version, 5 of `17.5` and 6 of `8.4.6`; None where only the major is given."""
        rest = version.removeprefix(self.major(version)).removeprefix(".")
        return int(rest) if rest.isdecimal() else None


_MYSQL_STATIC: Final = frozenset([
    "back_log", "enforce_gtid_consistency", "ft_min_word_len", "gtid-mode", "innodb_autoinc_lock_mode",
    "innodb_buffer_pool_instances", "innodb_dedicated_server", "innodb_flush_method", "innodb_ft_cache_size",
    "innodb_ft_max_token_size", "innodb_ft_min_token_size", "innodb_log_file_size", "innodb_log_files_in_group",
    "innodb_page_cleaners", "innodb_purge_threads", "innodb_read_io_threads", "innodb_sort_buffer_size",
    "innodb_sync_array_size", "innodb_write_io_threads", "lower_case_table_names", "max_digest_length",
    "ngram_token_size", "open_files_limit", "performance_schema", "skip_name_resolve", "table_open_cache_instances",
    "tls_version",
])  # fmt: skip
"""MySQL 8.4 Reference Manual: Server System Variables, those that are not dynamic."""

_POSTGRESQL_STATIC: Final = frozenset([
    "autovacuum_freeze_max_age", "autovacuum_max_workers", "autovacuum_multixact_freeze_max_age",
    "cron.database_name", "huge_pages", "max_connections", "max_files_per_process", "max_locks_per_transaction",
    "max_logical_replication_workers", "max_pred_locks_per_transaction", "max_prepared_transactions",
    "max_replication_slots", "max_wal_senders", "max_worker_processes", "min_dynamic_shared_memory",
    "old_snapshot_threshold", "pg_stat_statements.max", "rds.enable_pgactive", "rds.enable_plan_management",
    "rds.logical_replication", "shared_buffers",
    "shared_preload_libraries", "superuser_reserved_connections", "track_activity_query_size",
    "track_commit_timestamp", "wal_buffers",
])  # fmt: skip
"""PostgreSQL 17: those that "can only be set at server start"; and AWS's own."""

_MYSQL_TUNED: Final = _MYSQL_STATIC | {
    "autocommit", "binlog_cache_size", "binlog_format", "binlog_row_image", "binlog_row_metadata",
    "character_set_client", "character_set_connection", "character_set_database", "character_set_results",
    "character_set_server", "collation_connection", "collation_server", "connect_timeout", "default_time_zone",
    "event_scheduler", "explicit_defaults_for_timestamp", "general_log", "group_concat_max_len",
    "innodb_adaptive_hash_index", "innodb_buffer_pool_size", "innodb_change_buffering",
    "innodb_flush_log_at_trx_commit", "innodb_io_capacity", "innodb_io_capacity_max", "innodb_lock_wait_timeout",
    "innodb_log_buffer_size", "innodb_max_dirty_pages_pct", "innodb_old_blocks_time", "innodb_open_files",
    "innodb_print_all_deadlocks", "innodb_stats_persistent", "innodb_strict_mode", "innodb_thread_concurrency",
    "interactive_timeout", "join_buffer_size", "local_infile", "lock_wait_timeout", "log_bin_trust_function_creators",
    "log_output", "log_queries_not_using_indexes", "long_query_time", "max_allowed_packet", "max_connect_errors",
    "max_connections", "max_execution_time", "max_heap_table_size", "max_prepared_stmt_count",
    "max_user_connections", "min_examined_row_limit", "net_read_timeout", "net_write_timeout", "optimizer_switch",
    "read_buffer_size", "read_only", "read_rnd_buffer_size", "require_secure_transport", "server_audit_events",
    "server_audit_excl_users", "server_audit_incl_users", "server_audit_logging", "slow_query_log",
    "sort_buffer_size", "sql_mode", "sync_binlog", "table_definition_cache", "table_open_cache",
    "thread_cache_size", "time_zone", "tmp_table_size", "tmpdir", "transaction_isolation", "wait_timeout",
}  # fmt: skip
_POSTGRESQL_TUNED: Final = _POSTGRESQL_STATIC | {
    "autovacuum", "autovacuum_analyze_scale_factor", "autovacuum_analyze_threshold", "autovacuum_naptime",
    "autovacuum_vacuum_cost_delay", "autovacuum_vacuum_cost_limit", "autovacuum_vacuum_insert_scale_factor",
    "autovacuum_vacuum_insert_threshold", "autovacuum_vacuum_scale_factor", "autovacuum_vacuum_threshold",
    "autovacuum_work_mem", "checkpoint_completion_target", "checkpoint_timeout", "client_min_messages",
    "constraint_exclusion", "cpu_index_tuple_cost", "cpu_operator_cost", "cpu_tuple_cost", "datestyle",
    "deadlock_timeout", "default_statistics_target", "default_transaction_isolation", "effective_cache_size",
    "effective_io_concurrency", "hash_mem_multiplier", "hot_standby_feedback",
    "idle_in_transaction_session_timeout", "idle_session_timeout", "jit", "jit_above_cost", "lock_timeout",
    "log_autovacuum_min_duration", "log_checkpoints", "log_connections", "log_destination", "log_disconnections",
    "log_duration", "log_error_verbosity", "log_line_prefix", "log_lock_waits", "log_min_duration_sample",
    "log_min_duration_statement", "log_min_error_statement", "log_min_messages", "log_rotation_age",
    "log_rotation_size", "log_statement", "log_statement_sample_rate", "log_temp_files", "maintenance_io_concurrency",
    "maintenance_work_mem", "max_parallel_maintenance_workers", "max_parallel_workers",
    "max_parallel_workers_per_gather", "max_slot_wal_keep_size", "max_standby_archive_delay",
    "max_standby_streaming_delay", "max_wal_size", "min_parallel_index_scan_size", "min_parallel_table_scan_size",
    "min_wal_size", "password_encryption", "pgaudit.log", "pg_stat_statements.track", "random_page_cost",
    "rds.force_ssl", "rds.log_retention_period", "search_path", "seq_page_cost", "statement_timeout",
    "synchronous_commit", "tcp_keepalives_count", "tcp_keepalives_idle", "tcp_keepalives_interval", "temp_buffers",
    "temp_file_limit", "timezone", "track_functions", "track_io_timing", "vacuum_cost_delay", "vacuum_cost_limit",
    "wal_compression", "wal_keep_size", "wal_receiver_timeout", "wal_sender_timeout", "work_mem",
}  # fmt: skip
TUNED: Final = {"mysql": _MYSQL_TUNED, "postgresql": _POSTGRESQL_TUNED}
"""Parameters that people set, by dialect; a name that is nearly one of them is a slip."""

_POSTGRESQL_MAJORS: Final = {
    "13": date(2026, 2, 28),
    "14": date(2027, 2, 28),
    "15": date(2028, 2, 29),
    "16": date(2029, 2, 28),
    "17": date(2030, 2, 28),
    "18": date(2031, 2, 28),
}
_MYSQL_SLOW: Final = (("log_output", "FILE"), ("long_query_time", "1"), ("slow_query_log", "1"))
"""CloudWatch gets what goes to files (Amazon RDS User Guide: Publishing MySQL logs to Amazon CloudWatch Logs)."""
_POSTGRESQL_SLOW: Final = (("log_min_duration_statement", "1000"),)
_MYSQL_AUDIT: Final = (("server_audit_events", "CONNECT,QUERY,TABLE"), ("server_audit_logging", "1"))
"""Amazon Aurora User Guide: Using Advanced Auditing with an Amazon Aurora MySQL DB cluster."""
_POSTGRESQL_AUDIT: Final = (("pgaudit.log", "all,-misc"),)
"""Amazon RDS User Guide: Using pgAudit to log database activity; its library is loaded as those of extensions are."""

ENGINES: Final = {
    "aurora-mysql": Engine(
        name="aurora-mysql", title="Aurora MySQL", dialect="mysql", port=3306, family="aurora-mysql",
        logs=("error", "iam-db-auth-error", "slowquery"), tls=("require_secure_transport", "ON"), slow=_MYSQL_SLOW,
        audit=_MYSQL_AUDIT, audit_log="audit",
        static=_MYSQL_STATIC,
        reserved=database_names.MYSQL,
        majors={"8.4": date(2032, 4, 30), "8.0": date(2028, 4, 30), "5.7": date(2024, 10, 31)},
        calendar="Release Notes for Aurora MySQL: Release calendars",
    ),
    "aurora-postgresql": Engine(
        name="aurora-postgresql", title="Aurora PostgreSQL", dialect="postgresql", port=5432,
        family="aurora-postgresql", logs=("iam-db-auth-error", "postgresql"), tls=("rds.force_ssl", "1"),
        slow=_POSTGRESQL_SLOW,
        audit=_POSTGRESQL_AUDIT, audit_log="postgresql", static=_POSTGRESQL_STATIC,
        reserved=database_names.POSTGRESQL,
        majors=_POSTGRESQL_MAJORS,
        calendar="Release Notes for Aurora PostgreSQL: Release calendars",
    ),
    "mysql": Engine(
        name="mysql", title="MySQL", dialect="mysql", port=3306, family="mysql",
        logs=("error", "iam-db-auth-error", "slowquery"), tls=("require_secure_transport", "1"), slow=_MYSQL_SLOW,
        audit=(), audit_log="",
        static=_MYSQL_STATIC,
        reserved=database_names.MYSQL, majors={"8.0": date(2026, 7, 31), "8.4": date(2029, 7, 31)},
        calendar="Amazon RDS User Guide: MySQL on Amazon RDS versions",
    ),
    "postgresql": Engine(
        name="postgres", title="PostgreSQL", dialect="postgresql", port=5432, family="postgres",
        logs=("iam-db-auth-error", "postgresql", "upgrade"), tls=("rds.force_ssl", "1"), slow=_POSTGRESQL_SLOW,
        audit=_POSTGRESQL_AUDIT, audit_log="postgresql",
        static=_POSTGRESQL_STATIC,
        reserved=database_names.POSTGRESQL, majors=_POSTGRESQL_MAJORS,
        calendar="Release Notes for RDS for PostgreSQL: Release calendars",
    ),
}  # fmt: skip
"""By the word of the catalogue. Dates as of September 2026."""

AURORA: Final = frozenset(word for word, engine in ENGINES.items() if engine.is_aurora)
RDS: Final = frozenset(ENGINES) - AURORA
_AURORA_MYSQL: Final = frozenset({"aurora-mysql"})

FIELDS: Final = {
    "audit": frozenset(word for word, engine in ENGINES.items() if engine.audit),
    "ca": RDS,
    "capacity": AURORA,
    "data_api": AURORA,
    "extensions": frozenset(word for word, engine in ENGINES.items() if engine.dialect == "postgresql"),
    "global_secondary": AURORA,
    "multi_az": RDS,
    "reader_zones": RDS,
    "release": _AURORA_MYSQL,
    "storage": RDS,
}
"""Fields that only some engines have."""
