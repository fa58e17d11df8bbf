# A table of Amazon Timestream for LiveAnalytics, in a database of its own: what arrives late goes into the magnetic store.

resource "aws_timestreamwrite_database" "this" {
  database_name = var.database_name
  kms_key_id    = var.kms_key_arn
  # {% if environment.entry_tags %}

  tags = var.tags
  # {% endif %}
}

resource "aws_timestreamwrite_table" "this" {
  database_name = aws_timestreamwrite_database.this.database_name
  table_name    = var.table_name

  retention_properties {
    memory_store_retention_period_in_hours  = var.memory_hours
    magnetic_store_retention_period_in_days = var.magnetic_days
  }

  magnetic_store_write_properties {
    enable_magnetic_store_writes = true
  }
  # {% if environment.entry_tags %}

  tags = var.tags
  # {% endif %}
}
