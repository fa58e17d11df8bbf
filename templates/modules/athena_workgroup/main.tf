# A workgroup of Athena with the database of its tables: who asks cannot choose where answers go, or read more than it lets.

resource "aws_athena_workgroup" "this" {
  name          = var.name
  description   = var.description
  force_destroy = var.force_destroy

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.most_bytes

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "s3://${var.bucket}/answers/"
      expected_bucket_owner = var.account_id

      encryption_configuration {
        encryption_option = var.kms_key_arn == null ? "SSE_S3" : "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }
}

resource "aws_glue_catalog_database" "this" {
  name        = var.database_name
  description = var.description
}

resource "aws_athena_named_query" "this" {
  for_each = var.queries

  name        = each.key
  description = each.value.description
  workgroup   = aws_athena_workgroup.this.name
  database    = aws_glue_catalog_database.this.name
  query       = each.value.sql
}
