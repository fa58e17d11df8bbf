"""Words of the engines: parameters that wait for a restart, and names that no database can have."""

from __future__ import annotations

from typing import Final

MYSQL_STATIC: Final = frozenset([
    "back_log", "enforce_gtid_consistency", "ft_min_word_len", "gtid-mode", "innodb_autoinc_lock_mode",
    "innodb_buffer_pool_instances", "innodb_dedicated_server", "innodb_flush_method", "innodb_ft_cache_size",
    "innodb_ft_max_token_size", "innodb_ft_min_token_size", "innodb_log_file_size", "innodb_log_files_in_group",
    "innodb_page_cleaners", "innodb_purge_threads", "innodb_read_io_threads", "innodb_sort_buffer_size",
    "innodb_sync_array_size", "innodb_write_io_threads", "lower_case_table_names", "max_digest_length",
    "ngram_token_size", "open_files_limit", "performance_schema", "skip_name_resolve", "table_open_cache_instances",
    "tls_version",
])  # fmt: skip
"""MySQL 8.4 Reference Manual: Server System Variables, those that are not dynamic."""

POSTGRESQL_STATIC: Final = frozenset([
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

MYSQL_NAMES: Final = frozenset([
    "information_schema", "innodb", "mysql", "performance_schema", "sys", "tmp",
])  # fmt: skip

POSTGRESQL_NAMES: Final = frozenset([
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "between",
    "binary", "both", "case", "cast", "check", "collate", "collation", "column", "concurrently", "constraint",
    "create", "cross", "current_catalog", "current_date", "current_role", "current_schema", "current_time",
    "current_timestamp", "current_user", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except",
    "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having", "ilike", "in",
    "initially", "inner", "intersect", "into", "is", "isnull", "join", "lateral", "leading", "left", "like",
    "limit", "localtime", "localtimestamp", "natural", "not", "notnull", "null", "offset", "on", "only", "or",
    "order", "outer", "overlaps", "placing", "primary", "references", "returning", "right", "select",
    "session_user", "similar", "some", "symmetric", "system_user", "table", "tablesample", "then", "to", "trailing",
    "true", "union", "unique", "user", "using", "variadic", "verbose", "when", "where", "window", "with",
    "postgres", "rdsadmin", "template0", "template1",
])  # fmt: skip
"""What PostgreSQL 17 reserves ("SQL Key Words"), and the databases that every instance has."""
