"""Words of the engines: parameters that wait for a restart, and those that people set."""

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

_MYSQL_TUNED: Final = MYSQL_STATIC | {
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
_POSTGRESQL_TUNED: Final = POSTGRESQL_STATIC | {
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
