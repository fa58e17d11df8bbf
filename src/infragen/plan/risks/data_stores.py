"""Which resource types hold data, and leave none of it behind whatever their attributes say.

The AWS provider's types are all considered (its schema, version 5.100); of other providers the well-known ones. Types
whose attributes decide what is left have judges of their own in `data_loss`.
"""

from __future__ import annotations

from infragen.plan.risks.judges import aws, of_provider

AWS = tuple(
    aws(
        "appstream_image_builder athena_data_catalog backup_logically_air_gapped_vault",
        "bedrockagent_knowledge_base cloud9_environment_ec2 cloudfront_key_value_store cloudhsm_v2_cluster",
        "cloudsearch_domain cloudtrail_event_data_store cloudwatch_event_archive codeartifact_domain",
        "codeartifact_repository codecommit_repository cognito_identity_pool cognito_user_pool",
        "connect_instance customerprofiles_domain datazone_domain directory_service_directory",
        "docdbelastic_cluster dsql_cluster dynamodb_global_table dynamodb_table_item dynamodb_table_replica",
        "efs_file_system elasticache_serverless_cache elasticsearch_domain",
        "emr_cluster finspace_kx_database finspace_kx_environment finspace_kx_volume fsx_ontap_file_system",
        "fsx_ontap_storage_virtual_machine fsx_openzfs_volume glacier_vault glue_catalog_database",
        "grafana_workspace kendra_index keyspaces_keyspace keyspaces_table kinesis_stream",
        "kinesis_video_stream lightsail_disk lightsail_instance m2_environment memorydb_multi_region_cluster",
        "mq_broker msk_cluster msk_serverless_cluster neptunegraph_graph opensearch_domain",
        "opensearchserverless_collection opsworks_rds_db_instance prometheus_workspace qldb_ledger",
        "quicksight_namespace rds_shard_group redshiftserverless_namespace route53domains_domain",
        "s3control_bucket s3tables_namespace s3tables_table s3tables_table_bucket sagemaker_domain",
        "sagemaker_feature_group sagemaker_notebook_instance schemas_registry securitylake_data_lake",
        "simpledb_domain sqs_queue ssm_parameter storagegateway_cached_iscsi_volume",
        "storagegateway_stored_iscsi_volume timestreaminfluxdb_db_instance timestreamwrite_database",
        "timestreamwrite_table verifiedpermissions_policy_store workspaces_workspace",
    )
)

# Copies that were made to be there when the original is not.
BACKUPS = tuple(
    aws(
        "db_cluster_snapshot db_snapshot db_snapshot_copy docdb_cluster_snapshot ebs_snapshot",
        "ebs_snapshot_copy ebs_snapshot_import",
        "fsx_backup fsx_openzfs_snapshot memorydb_snapshot neptune_cluster_snapshot rds_cluster_snapshot_copy",
        "redshift_cluster_snapshot redshiftserverless_snapshot",
    )
)

# What only joins or describes data that lies elsewhere.
DESCRIPTIONS = tuple(
    aws(
        "docdb_global_cluster elasticache_global_replication_group glue_catalog_table glue_schema",
        "neptune_global_cluster rds_global_cluster sagemaker_model",
    )
)

OTHERS = (
    *of_provider(
        "azurerm",
        "container_registry cosmosdb_account cosmosdb_sql_container cosmosdb_sql_database key_vault",
        "key_vault_key key_vault_secret log_analytics_workspace managed_disk mariadb_server mssql_database",
        "mssql_managed_instance mssql_server mysql_flexible_server postgresql_flexible_server",
        "postgresql_server recovery_services_vault redis_cache resource_group servicebus_queue snapshot",
        "storage_account storage_blob storage_container storage_share storage_table",
    ),
    *of_provider(
        "google",
        "alloydb_cluster artifact_registry_repository bigquery_dataset bigquery_table bigtable_instance",
        "bigtable_table compute_disk compute_region_disk compute_snapshot dns_managed_zone filestore_instance",
        "firestore_database kms_crypto_key kms_crypto_key_version memcache_instance project",
        "pubsub_subscription pubsub_topic redis_instance secret_manager_secret secret_manager_secret_version",
        "spanner_database spanner_instance sql_database sql_database_instance storage_bucket_object",
    ),
    *of_provider(
        "kubernetes",
        "namespace namespace_v1 persistent_volume persistent_volume_claim persistent_volume_claim_v1",
        "persistent_volume_v1",
    ),
)
