"""What the tables of lenses (`topics`) say in words of their own: the rest of `proof.WORDS`."""

from __future__ import annotations

FLAGS: dict[str, tuple[str, str]] = {
    # Route 53
    "allow_overwrite": ("overwrites an existing record", "does not overwrite"),
    "evaluate_target_health": ("target health counts", "target health ignored"),
    "force_destroy": ("destroyed with its records", "not destroyed while it has records"),
    "multivalue_answer_routing_policy": ("one of several answers", "not one of several answers"),
    # S3
    "expired_object_delete_marker": ("delete markers without a version are removed", ""),
    # autoscaling
    "capacity_rebalance": ("spot rebalanced", "spot not rebalanced"),
    "disable_scale_in": ("never scales in", "scales out and in"),
    "dynamic_scaling_in_suspended": ("scaling in suspended", "scaling in active"),
    "dynamic_scaling_out_suspended": ("scaling out suspended", "scaling out active"),
    "propagate_at_launch": ("on instances", ""),
    "protect_from_scale_in": ("protected from scaling in", "not protected from scaling in"),
    "return_data": ("counts", "is a step"),
    "scheduled_scaling_suspended": ("schedules suspended", "schedules active"),
    # RDS
    "allow_major_version_upgrade": ("major upgrade allowed", "no major upgrade"),
    "apply_immediately": ("changes apply at once", "changes wait for the window"),
    "auto_minor_version_upgrade": ("minor upgrades by themselves", "no minor upgrades"),
    "auto_pause": ("pauses", "never pauses"),
    "copy_tags_to_snapshot": ("tags copied", "tags not copied"),
    "debug_logging": ("debug log", "no debug log"),
    "delete_automated_backups": ("backups go too", "backups stay"),
    "deletion_protection": ("protected", "not protected"),
    "enable_http_endpoint": ("data API", "no data API"),
    "iam_database_authentication_enabled": ("IAM login", "no IAM login"),
    "manage_master_user_password": ("password in Secrets Manager", "password not in Secrets Manager"),
    "multi_az": ("multi-AZ", "single-AZ"),
    "performance_insights_enabled": ("insights", "no insights"),
    "publicly_accessible": ("public", "not public"),
    "require_tls": ("TLS only", "TLS or not"),
    "skip_final_snapshot": ("no final snapshot", "a final snapshot"),
    "storage_encrypted": ("encrypted", "not encrypted"),
    # API Gateway
    "allow_credentials": ("with credentials", "without credentials"),
    "api_key_required": ("with an API key", "without an API key"),
    "auto_deploy": ("deploys by itself", "deployed by hand"),
    "cache_cluster_enabled": ("cache", "no cache"),
    "cache_data_encrypted": ("cache encrypted", "cache not encrypted"),
    "caching_enabled": ("cached", "not cached"),
    "data_trace_enabled": ("bodies logged", "bodies not logged"),
    "detailed_metrics_enabled": ("detailed metrics", "no detailed metrics"),
    "disable_execute_api_endpoint": ("only by its own domains", "by its default endpoint too"),
    "fail_on_warnings": ("warnings fail", "warnings pass"),
    "insecure_skip_verification": ("certificate not verified", "certificate verified"),
    "metrics_enabled": ("metrics", "no metrics"),
    "require_authorization_for_cache_control": ("cache control authorized", "cache control for all"),
    "use_stage_cache": ("canary shares the cache", "canary has its own cache"),
    "xray_tracing_enabled": ("traced", "not traced"),
}
"""A boolean attribute's words when it is true, and when it is false."""

OWN_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    **{(name, "true"): (on, f"{name}  true") for name, (on, _) in FLAGS.items()},
    **{(name, "false"): (off, f"{name}  false") for name, (_, off) in FLAGS.items()},
    ("apply_method", "immediate"): ("at once",),
    ("apply_method", "pending-reboot"): ("at reboot",),
    ("days", "0"): ("",),  # which the provider has where nobody set it
    ("object_size_greater_than", "0"): ("",),
    ("object_size_less_than", "0"): ("",),
    ("predefined_metric_type", "ALBRequestCountPerTarget"): ("requests per target",),
    ("predefined_metric_type", "ECSServiceAverageCPUUtilization"): ("cpu",),
    ("predefined_metric_type", "ECSServiceAverageMemoryUtilization"): ("memory",),
    ("predefined_metric_type", "RDSReaderAverageCPUUtilization"): ("readers' cpu",),
}
"""By the attribute's name and its value, as `proof.WORDS`; a flag may also be told generically."""
